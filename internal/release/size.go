package release

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	helmrelease "helm.sh/helm/v3/pkg/release"

	"github.com/helm-flink/helm-flink/internal/manifest"
)

// MaxSize is how large a release may be as Helm stores it: a Secret holds 1 MiB
// (k8s.io/api/core/v1, MaxSecretSize), of which 32 KiB are left for what Helm adds: the
// message of a release that failed may be long.
const MaxSize = 1<<20 - 32<<10

// TooLargeError refuses a release that no Secret can hold.
type TooLargeError struct {
	Unit Unit
	Size int
	// Largest are its largest objects with their sizes, the largest first.
	Largest []string
	// Stays says that its objects are in a release that is there.
	Stays bool
}

// Error says what is too large, which objects make it so, and what to do.
func (e *TooLargeError) Error() string {
	text := fmt.Sprintf("nothing was changed, because %s would have %s as Helm stores it, compressed, and the Secret of a release "+
		"holds %s; its largest objects: %s", e.Unit, kib(e.Size), kib(MaxSize), strings.Join(e.Largest, ", "))
	if e.Stays && len(e.Largest) > 1 {
		text += "; objects cannot move from a release to another without being deleted in between, so it cannot be parted any more"
	}
	return text + "; put large files into the image or into S3, or leave the object out and apply it beside: " +
		"kubectl apply --server-side"
}

func kib(n int) string { return fmt.Sprintf("%d KiB", (n+1023)/1024) }

// stored is the size of data in the Secret of a release
// (helm.sh/helm/v3/pkg/storage/driver, encodeRelease: JSON, gzip, base64).
func stored(data any) (int, error) {
	text, err := json.Marshal(data)
	if err != nil {
		return 0, err
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return 0, err
	}
	if _, err := w.Write(text); err != nil {
		return 0, err
	}
	if err := w.Close(); err != nil {
		return 0, err
	}
	return base64.StdEncoding.EncodedLen(out.Len()), nil
}

// size is how large the release of a unit becomes.
func (u Unit) size(platform string) (int, error) {
	text, err := u.Manifest()
	if err != nil {
		return 0, err
	}
	return stored(helmrelease.Release{
		Name: u.Name, Namespace: u.Namespace, Chart: u.metadata(), Config: u.config(platform), Manifest: text,
		Info: &helmrelease.Info{},
	})
}

// Check refuses a plan of which a release would be too large. An add-on is Helm's own affair.
func (p *Plan) Check(held map[manifest.Key]string) error {
	for _, u := range p.Units {
		if u.Source != nil || roughly(u.Set) < MaxSize/2 {
			continue
		}
		size, err := u.size(p.Platform)
		if err != nil {
			return err
		}
		if size > MaxSize {
			return p.tooLarge(u, size, held)
		}
	}
	return nil
}

func (p *Plan) tooLarge(u Unit, size int, held map[manifest.Key]string) error {
	e := &TooLargeError{Unit: u, Size: size}
	weights, err := weigh(u.Set)
	if err != nil {
		return err
	}
	order := make([]int, len(u.Set))
	for i := range order {
		order[i] = i
		e.Stays = e.Stays || u.Kind == Platform && held[u.Set[i].Key()] != ""
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(weights[b], weights[a]) })
	for _, i := range order[:min(3, len(order))] {
		e.Largest = append(e.Largest, fmt.Sprintf("%s (%s)", u.Set[i].Key(), kib(weights[i])))
	}
	return e
}

// roughly is at least about the size of objects as text, found without writing it.
func roughly(set manifest.Set) int {
	n := 0
	for _, o := range set {
		n += length(o.Data)
	}
	return n
}

func length(v any) int {
	switch at := v.(type) {
	case map[string]any:
		n := 0
		for k, each := range at {
			n += len(k) + 2 + length(each)
		}
		return n
	case []any:
		n := 0
		for _, each := range at {
			n += 2 + length(each)
		}
		return n
	case string:
		return len(at)
	}
	return 4
}

// weigh is the size of each object by itself, as it is stored.
func weigh(set manifest.Set) ([]int, error) {
	out := make([]int, len(set))
	for i, o := range set {
		var err error
		if out[i], err = stored(o.Data); err != nil {
			return nil, fmt.Errorf("%s: %w", o.Key(), err)
		}
	}
	return out, nil
}
