// Package difference writes what a change does to the objects of a cluster: a
// unified diff of YAML for each, with what it means, and no value of a Secret.
//
// It is pure. Before is the live object, after what the API server would store,
// as a dry run of the change answers it; so what differs was caused by the change.
package difference

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pmezard/go-difflib/difflib"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/release/change"
)

// Object is one object before and after a change. Nil stands for one that is not there.
type Object struct {
	Before, After map[string]any
	// Meaning is what the change means; nil where nobody judged it.
	Meaning *change.Meaning
}

// Options say how to compare.
type Options struct {
	// Secrets are values that must not be shown, wherever they stand, besides those of Secret objects.
	Secrets []string
	// Managers are the names of our field managers. Fields that only others own are left out where they do not change.
	// Without any name nothing is left out for its owner.
	Managers []string
	// Context is the number of lines around a difference; 0 stands for 3.
	Context int
}

// State says whether an object comes, goes or changes.
type State string

// The states of an object.
const (
	Created State = "created"
	Removed State = "removed"
	Changed State = "changed"
	Renamed State = "renamed"
)

// Entry is the difference of one object.
type Entry struct {
	APIVersion, Kind, Namespace, Name string
	State                             State
	// Meaning is nil where nobody judged the change. Secrets are masked in it.
	Meaning *change.Meaning
	// Diff is the unified diff of the masked YAML without a header; it ends with a newline. Empty where only what is left
	// out differs.
	Diff string
}

// Title names the entry: "FlinkDeployment team/orders (changed)".
func (e Entry) Title() string {
	name := e.Name
	if e.Namespace != "" {
		name = e.Namespace + "/" + name
	}
	return fmt.Sprintf("%s %s (%s)", e.Kind, name, e.State)
}

// Set is the difference of many objects, by namespace, kind and name.
type Set struct{ Entries []Entry }

// Any reports whether anything differs, for an exit code.
func (s Set) Any() bool { return len(s.Entries) > 0 }

// Loss reports whether any change would lose state.
func (s Set) Loss() bool {
	return slices.ContainsFunc(s.Entries, func(e Entry) bool { return e.Meaning != nil && e.Meaning.Loss() })
}

// Compare compares objects. Those that do not differ, but for what is left out, are not in the result. It is an error if
// an object cannot be written as YAML.
func Compare(objects []Object, opts Options) (Set, error) {
	var set Set
	hidden := hide(objects, opts.Secrets)
	for _, o := range objects {
		entry, differs, err := compare(o, opts, hidden)
		if err != nil {
			return Set{}, err
		}
		if differs {
			set.Entries = append(set.Entries, entry)
		}
	}
	slices.SortStableFunc(set.Entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.APIVersion, b.APIVersion), cmp.Compare(a.State, b.State))
	})
	return set, nil
}

// compare gives the entry of one object, and whether it differs.
func compare(o Object, opts Options, hidden mask) (Entry, bool, error) {
	subject := o.After
	if subject == nil {
		subject = o.Before
	}
	if subject == nil {
		return Entry{}, false, nil
	}
	entry := Entry{
		APIVersion: text(subject, "apiVersion"), Kind: text(subject, "kind"),
		Namespace: text(subject, "metadata", "namespace"), Name: text(subject, "metadata", "name"),
	}
	before, after := cleaned(o.Before), cleaned(o.After)
	if o.Before != nil && o.After != nil && len(opts.Managers) > 0 {
		leaveOut(before, after, foreign(o.Before, o.After, opts.Managers))
	}
	before, after = hidden.object(before, after)
	switch {
	case o.Before == nil:
		entry.State = Created
	case o.After == nil:
		entry.State = Removed
	case text(o.Before, "metadata", "name") != entry.Name || text(o.Before, "metadata", "namespace") != entry.Namespace:
		entry.State = Renamed
	default:
		entry.State = Changed
	}
	diff, err := unified(before, after, cmp.Or(opts.Context, 3))
	if err != nil {
		return Entry{}, false, fmt.Errorf("%s %s: %w", entry.Kind, entry.Name, err)
	}
	entry.Diff = diff
	if o.Meaning != nil {
		entry.Meaning = hidden.meaning(*o.Meaning)
	}
	return entry, diff != "" || entry.State == Renamed, nil
}

// unified gives the unified diff of two objects as YAML, "" where they are the same.
func unified(before, after map[string]any, context int) (string, error) {
	a, err := lines(before)
	if err != nil {
		return "", err
	}
	b, err := lines(after)
	if err != nil {
		return "", err
	}
	return difflib.GetUnifiedDiffString(difflib.UnifiedDiff{A: a, B: b, Context: context})
}

// lines writes an object as YAML, keys sorted, and splits it.
func lines(object map[string]any) ([]string, error) {
	if object == nil {
		return nil, nil
	}
	data, err := yaml.Marshal(object)
	if err != nil {
		return nil, err
	}
	split := strings.SplitAfter(string(data), "\n")
	return split[:len(split)-1], nil
}
