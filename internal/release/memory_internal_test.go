package release

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart"
	helmrelease "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage"
	"helm.sh/helm/v3/pkg/storage/driver"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
)

// vault plays the Secrets of a namespace, and notes what is asked.
type vault struct {
	typedcorev1.SecretInterface
	namespace string
	all       map[string]corev1.Secret
	asked     []string
	fail      error
}

func secretResource() schema.GroupResource { return schema.GroupResource{Resource: "secrets"} }

func (v *vault) List(_ context.Context, o metav1.ListOptions) (*corev1.SecretList, error) {
	v.asked = append(v.asked, "list")
	selector, err := labels.Parse(o.LabelSelector)
	if err != nil {
		return nil, err
	}
	out := &corev1.SecretList{}
	for _, s := range v.all {
		if selector.Matches(labels.Set(s.Labels)) {
			out.Items = append(out.Items, s)
		}
	}
	return out, nil
}

func (v *vault) Get(_ context.Context, name string, _ metav1.GetOptions) (*corev1.Secret, error) {
	v.asked = append(v.asked, "get")
	s, ok := v.all[name]
	if !ok {
		return nil, apierrors.NewNotFound(secretResource(), name)
	}
	return &s, nil
}

func (v *vault) Create(_ context.Context, s *corev1.Secret, _ metav1.CreateOptions) (*corev1.Secret, error) {
	v.asked = append(v.asked, "create")
	if _, ok := v.all[s.Name]; ok {
		return nil, apierrors.NewAlreadyExists(secretResource(), s.Name)
	}
	return v.write(s)
}

func (v *vault) Update(_ context.Context, s *corev1.Secret, _ metav1.UpdateOptions) (*corev1.Secret, error) {
	v.asked = append(v.asked, "update")
	return v.write(s)
}

func (v *vault) write(s *corev1.Secret) (*corev1.Secret, error) {
	if v.fail != nil {
		return nil, v.fail
	}
	made := s.DeepCopy()
	made.Namespace = v.namespace
	v.all[s.Name] = *made
	return made, nil
}

func (v *vault) Delete(_ context.Context, name string, _ metav1.DeleteOptions) error {
	v.asked = append(v.asked, "delete")
	delete(v.all, name)
	return v.fail
}

// record is a revision of a release as Helm stores it.
func record(name string, version int, status helmrelease.Status) *helmrelease.Release {
	return &helmrelease.Release{
		Name: name, Namespace: "team", Version: version, Info: &helmrelease.Info{Status: status}, Chart: &chart.Chart{},
		Manifest: fmt.Sprintf("revision: %d", version), Labels: map[string]string{labelPlatform: "streaming"},
	}
}

// TestMemory is what Helm's storage asks the cluster for when the records were read before.
func TestMemory(t *testing.T) {
	t.Parallel()
	v := &vault{namespace: "team", all: map[string]corev1.Secret{}}
	direct := storage.Init(driver.NewSecrets(v))
	for _, r := range []*helmrelease.Release{
		record("orders", 1, helmrelease.StatusSuperseded), record("orders", 2, helmrelease.StatusDeployed), record("theirs", 1, helmrelease.StatusDeployed),
	} {
		if err := direct.Create(r); err != nil {
			t.Fatal(err)
		}
	}
	var ours []corev1.Secret
	for key, s := range v.all {
		if strings.Contains(key, "orders") {
			ours = append(ours, s)
		}
	}
	m := newMemory()
	theirs := metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Labels: map[string]string{"name": "theirs"}}}
	m.keep("team", ours, []metav1.PartialObjectMetadata{theirs})
	s := storage.Init(driver.NewSecrets(m.of(v, "team")))
	elsewhere := &vault{namespace: "elsewhere", all: map[string]corev1.Secret{}}
	unread := storage.Init(driver.NewSecrets(m.of(elsewhere, "elsewhere")))

	last := func(s *storage.Storage, name string) func() (string, error) {
		return func() (string, error) {
			r, err := s.Last(name)
			if err != nil {
				return "", err
			}
			return fmt.Sprintf("%d %s", r.Version, r.Info.Status), nil
		}
	}
	for _, c := range []struct {
		what  string
		do    func() (string, error)
		says  string
		err   error
		asked string
	}{
		{"the last revision", last(s, "orders"), "2 deployed", nil, ""},
		{"a release that is not there", last(s, "new"), "", driver.ErrReleaseNotFound, ""},
		{"a release of somebody else's", last(s, "theirs"), "1 deployed", nil, "list"},
		{"in a namespace that was not read", last(unread, "orders"), "", driver.ErrReleaseNotFound, "elsewhere list"},
		{"one revision", func() (string, error) {
			r, err := s.Get("orders", 1)
			return r.Manifest, err
		}, "revision: 1", nil, ""},
		{"what is changed and not written is not remembered", func() (string, error) {
			r, err := s.Last("orders")
			r.Info.Status = helmrelease.StatusFailed
			if err != nil {
				return "", err
			}
			return last(s, "orders")()
		}, "2 deployed", nil, ""},
		{"a new revision", func() (string, error) {
			return "", s.Create(record("orders", 3, helmrelease.StatusPendingUpgrade))
		}, "", nil, "create"},
		{"is the last one", last(s, "orders"), "3 pending-upgrade", nil, ""},
		{"it is done", func() (string, error) {
			return "", s.Update(record("orders", 3, helmrelease.StatusDeployed))
		}, "", nil, "update"},
		{"and remembered", last(s, "orders"), "3 deployed", nil, ""},
		{"the oldest one goes", func() (string, error) {
			_, err := s.Delete("orders", 1)
			return "", err
		}, "", nil, "delete"},
		{"and is gone", func() (string, error) {
			all, err := s.History("orders")
			return fmt.Sprint(len(all)), err
		}, "2", nil, ""},
		{"somebody else makes a revision", func() (string, error) {
			return "", direct.Create(record("orders", 4, helmrelease.StatusDeployed))
		}, "", nil, "create"},
		{"ours is refused", func() (string, error) {
			return "", s.Create(record("orders", 4, helmrelease.StatusPendingUpgrade))
		}, "", driver.ErrReleaseExists, "create"},
		{"and theirs is seen", last(s, "orders"), "4 deployed", nil, "list"},
	} {
		v.asked, elsewhere.asked = nil, nil
		says, err := c.do()
		asked := strings.Join(slices.Concat(v.asked, prefixed("elsewhere ", elsewhere.asked)), ", ")
		if says != c.says || !errors.Is(err, c.err) || asked != c.asked {
			t.Errorf("%s: %q, %v, asked %q; want %q, %v, %q", c.what, says, err, asked, c.says, c.err, c.asked)
		}
	}

	v.fail = errors.New("cut")
	if err := s.Create(record("new", 1, helmrelease.StatusPendingInstall)); err == nil {
		t.Error("a write that failed is no error")
	}
	v.asked, v.fail = nil, nil
	if _, err := s.Last("new"); !errors.Is(err, driver.ErrReleaseNotFound) || !slices.Equal(v.asked, []string{"list"}) {
		t.Errorf("behind a write that failed: %v, asked %q", err, v.asked)
	}
	if got := releaseOf("sh.helm.release.v1.orders.v2.v13"); got != "orders.v2" {
		t.Errorf("the release of a key is %q", got)
	}
}

func prefixed(with string, all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = with + s
	}
	return out
}
