package release

import (
	"errors"
	"fmt"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// denials remembers what the API server forbade, from what Helm only logs: an
// upgrade goes on where an object of the release before cannot be read or deleted
// (helm.sh/helm/v3/pkg/kube, update), and an uninstall says no more than that it
// failed (pkg/action, Uninstall.Run).
type denials struct {
	mu  sync.Mutex
	all []error
}

// log takes the place of Helm's log.
func (d *denials) log(_ string, args ...any) {
	for _, arg := range args {
		switch v := arg.(type) {
		case error:
			d.note(v)
		case []error:
			for _, err := range v {
				d.note(err)
			}
		}
	}
}

func (d *denials) note(err error) {
	if !apierrors.IsForbidden(err) {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all = append(d.all, err)
}

// with adds to the error of an action what was forbidden on the way, as far as it
// does not say so itself; the action failed if anything was.
func (d *denials) with(err error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.all) == 0 || forbidden(err) {
		return err
	}
	more := errors.Join(d.all...)
	if len(d.all) > 1 {
		more = fmt.Errorf("%w (and %d more)", d.all[0], len(d.all)-1)
	}
	if err == nil {
		return fmt.Errorf("not all was done: %w", more)
	}
	return fmt.Errorf("%w: %w", err, more)
}
