package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	coordination "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// HeldError says who holds the lock.
type HeldError struct {
	Name, Holder string
	Renewed      time.Time
}

// Error names the holder.
func (e *HeldError) Error() string {
	return fmt.Sprintf("the platform is being changed by %s (lease %s, renewed %s); wait for it to end",
		e.Holder, e.Name, e.Renewed.UTC().Format(time.RFC3339))
}

// A lock whose holder has not renewed it for leaseTime is free: its holder was
// killed.
const (
	leaseTime  = 15 * time.Second
	renewEvery = 4 * time.Second
)

// Lock takes the lock of a platform, a Lease, in a namespace that exists. A lock
// that is held is watched for leaseTime: where its holder does not renew it in
// that time, or is known to have ended, it is taken over, otherwise the error is a
// HeldError. The context that is returned ends when the lock is lost; release
// gives it back.
func (c *Client) Lock(
	ctx context.Context, namespace, name, holder string, say func(string),
) (held context.Context, release func(), err error) {
	w := watch{start: c.Now()}
	for {
		lease, err := c.take(ctx, namespace, name, holder, &w, say)
		switch {
		case err == nil:
			held, release := c.keep(ctx, lease, holder)
			return held, release, nil
		case errors.Is(err, errTryAgain):
			err = c.Sleep(ctx, time.Second)
		case apierrors.IsConflict(err), apierrors.IsAlreadyExists(err): // somebody was faster: see who
			err = c.Sleep(ctx, time.Duration(c.Random()*float64(time.Second)))
		case errors.As(err, new(*HeldError)):
			return nil, nil, err
		default:
			return nil, nil, fmt.Errorf("take the lock %s/%s: %w", namespace, name, err)
		}
		if err != nil {
			return nil, nil, err
		}
	}
}

// watch is what was seen of a lock that another holds.
type watch struct {
	start time.Time
	first string // the version of the lock when it was first seen
}

// errTryAgain says that the lock is held by one who may be alive.
var errTryAgain = errors.New("held")

// take tries once to take the lock.
func (c *Client) take(
	ctx context.Context, namespace, name, holder string, w *watch, say func(string),
) (*coordination.Lease, error) {
	leases := c.typed.CoordinationV1().Leases(namespace)
	lease, err := leases.Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		// The annotation tells a creation whose answer was lost from that of another, who was faster: see transport.
		lease = &coordination.Lease{ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: namespace, Annotations: map[string]string{holderAnnotation: holder},
		}}
		c.sign(lease, holder)
		return leases.Create(ctx, lease, metav1.CreateOptions{FieldManager: FieldManager})
	}
	if err != nil {
		return nil, err
	}
	if !free(lease) && *lease.Spec.HolderIdentity != holder { // a lost answer may have made it ours
		by, renewed := *lease.Spec.HolderIdentity, lease.Spec.RenewTime.Time
		dead := c.Alive != nil && !c.Alive(by)
		seen := w.first != ""
		if !seen {
			w.first = lease.ResourceVersion
		}
		switch {
		case lease.ResourceVersion != w.first:
			return nil, &HeldError{Name: namespace + "/" + name, Holder: by, Renewed: renewed}
		case !dead && c.Now().Sub(w.start) < leaseTime:
			if !seen && say != nil {
				say(fmt.Sprintf("the lock is held by %s since %s; waiting up to %s to see whether it is alive",
					by, renewed.UTC().Format(time.RFC3339), leaseTime))
			}
			return nil, errTryAgain
		}
	}
	c.sign(lease, holder)
	return leases.Update(ctx, lease, metav1.UpdateOptions{FieldManager: FieldManager})
}

// holderAnnotation names who created a lock.
const holderAnnotation = "helm-flink.dev/holder"

func free(l *coordination.Lease) bool {
	return l.Spec.HolderIdentity == nil || *l.Spec.HolderIdentity == "" || l.Spec.RenewTime == nil
}

func (c *Client) sign(l *coordination.Lease, holder string) {
	now := metav1.NewMicroTime(c.Now())
	l.Spec.HolderIdentity, l.Spec.RenewTime = &holder, &now
	l.Spec.LeaseDurationSeconds = new(int32(leaseTime / time.Second))
}

// keep renews the lock until it is released. A renewal that fails is tried again
// until the lock would have run out; then, or when somebody else holds it, the
// context ends.
func (c *Client) keep(ctx context.Context, lease *coordination.Lease, holder string) (context.Context, func()) {
	at := lease.Namespace + "/" + lease.Name
	held, cancel := context.WithCancelCause(ctx)
	ticking, stop := context.WithCancel(held)
	done := make(chan struct{})
	touch := func(ctx context.Context, change func(*coordination.Lease)) (err error) {
		lease, err = c.touch(ctx, lease, holder, change)
		return err
	}
	go func() {
		defer close(done)
		renewed := c.Now()
		for {
			if c.Sleep(ticking, renewEvery) != nil {
				return
			}
			err := touch(held, func(l *coordination.Lease) { c.sign(l, holder) })
			if err == nil {
				renewed = c.Now()
				continue
			}
			if lost := (*HeldError)(nil); errors.As(err, &lost) || c.Now().Sub(renewed) > leaseTime {
				cancel(fmt.Errorf("the lock %s was lost: %w", at, err))
				return
			}
		}
	}()
	release := sync.OnceFunc(func() {
		stop()
		<-done
		// The work may have ended because its context did: the lock is given back all the same.
		end, cancelEnd := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancelEnd()
		_ = touch(end, func(l *coordination.Lease) { l.Spec.HolderIdentity, l.Spec.RenewTime = nil, nil })
		cancel(nil)
	})
	return held, release
}

// touch changes a lock that is held, as it was last seen; where it was changed
// since, by a lost answer or by somebody else, it is read again. What comes back is
// the lock as it is then, after an error the one that was given: a lock of
// somebody else's is never written.
func (c *Client) touch(
	ctx context.Context, last *coordination.Lease, holder string, change func(*coordination.Lease),
) (*coordination.Lease, error) {
	leases := c.typed.CoordinationV1().Leases(last.Namespace)
	next := last.DeepCopy()
	change(next)
	made, err := leases.Update(ctx, next, metav1.UpdateOptions{FieldManager: FieldManager})
	if err == nil {
		return made, nil
	}
	if !apierrors.IsConflict(err) {
		return last, err
	}
	live, err := leases.Get(ctx, last.Name, metav1.GetOptions{})
	if err != nil {
		return last, err
	}
	if free(live) || *live.Spec.HolderIdentity != holder {
		return last, &HeldError{Name: last.Namespace + "/" + last.Name, Holder: "another"}
	}
	change(live)
	made, err = leases.Update(ctx, live, metav1.UpdateOptions{FieldManager: FieldManager})
	if err != nil {
		return last, err
	}
	return made, nil
}
