package scheduler

import (
	"regexp"
	"slices"
	"strings"

	"go.uber.org/multierr"
	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/capacity"
)

// refused counts the pods that stay pending by group and reason, in the order of
// the pods.
func (r *run) refused(pods []*corev1.Pod, errs map[*corev1.Pod]error) {
	byName := map[string]error{}
	for p, err := range errs {
		byName[p.Name] = err
	}
	for _, p := range pods {
		err, ok := byName[p.Name]
		if !ok {
			continue
		}
		group, why := r.members[p.Name], r.reasons(err)
		at := slices.IndexFunc(r.out.Unplaced, func(u capacity.Unplaced) bool {
			return u.Group == group && slices.Equal(u.Reasons, why)
		})
		if at >= 0 {
			r.out.Unplaced[at].Count++
			continue
		}
		r.out.Unplaced = append(r.out.Unplaced, capacity.Unplaced{Batch: capacity.Batch{Group: group, Count: 1}, Reasons: why})
	}
}

// reasons takes the error of a pod apart: one text for each pool that the
// scheduler tried, in their order.
func (r *run) reasons(err error) []capacity.Reason {
	all := multierr.Errors(err)
	var tried []string
	for _, p := range r.pools {
		if !slices.Contains(r.out.Dropped, p.Name) {
			tried = append(tried, p.Name)
		}
	}
	var out []capacity.Reason
	for i, e := range all {
		reason := capacity.Reason{Text: worded(e.Error())}
		if len(all) == len(tried) {
			reason.Pool = tried[i]
		}
		out = append(out, reason)
	}
	return out
}

// worded makes Karpenter's text the same on every run, and shorter: what is wrong
// with labels is put in order, and the list of all requirements of the node is
// left out.
func worded(text string) string {
	text = regexp.MustCompile(`, requirements=.*, resources=`).ReplaceAllString(text, ", resources=")
	if head, rest, ok := strings.Cut(text, "incompatible requirements, "); ok {
		parts := strings.Split(rest, "; ")
		slices.Sort(parts)
		text = head + "incompatible requirements, " + strings.Join(parts, "; ")
	}
	return regexp.MustCompile(`hostname-placeholder-\d+`).ReplaceAllString(text, "a new node")
}
