package rules

import (
	"fmt"
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK710 is about fields that the installed Karpenter does not have yet.
func (Catalogue) FLK710() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "field newer than Karpenter", Severity: diag.Error,
			What: "A NodePool or an EC2NodeClass uses a field or a value that came with a newer version of Karpenter than " +
				"`--karpenter-version` says. Without the flag nothing is said.",
			Why: "The CRD of the older version does not have it: the API server refuses it, or drops it and the nodes are not " +
				"what they should be.",
			Bad:    poolExample("  disruption: {consolidationPolicy: Balanced, consolidateAfter: 10m}\n", ""),
			Good:   poolExample("  disruption: {consolidationPolicy: WhenEmpty, consolidateAfter: 10m}\n", ""),
			Flags:  []string{"--karpenter-version=1.6"},
			Source: "aws/karpenter-provider-aws, CRDs of the tags v1.0.0 to v1.14.0",
		},
		World: func(w *model.World, say model.Say) {
			var installed karpenterVersion
			if n, err := fmt.Sscanf(w.KarpenterVersion, "%d.%d", &installed.major, &installed.minor); err != nil || n != 2 {
				return
			}
			for _, news := range karpenterNews() {
				if !installed.before(news.since) {
					continue
				}
				for _, o := range w.Kind(news.kind) {
					fieldsAt(o.Data, nil, news.path, func(field []string, value any) {
						if news.value != "" && value != news.value {
							return
						}
						what := field[len(field)-1]
						if news.value != "" {
							what += ": " + news.value
						}
						say(model.Problem{
							Subject: o.Subject, Field: field,
							Message: fmt.Sprintf("%s came with Karpenter %d.%d, and the version is %s",
								what, news.since.major, news.since.minor, w.KarpenterVersion),
							Hint: "leave it out, or update Karpenter first",
						})
					})
				}
			}
		},
	}
}

// karpenterVersion is a minor version.
type karpenterVersion struct{ major, minor int }

func (v karpenterVersion) before(o karpenterVersion) bool {
	return v.major < o.major || v.major == o.major && v.minor < o.minor
}

// karpenterNew is a field, or a value of one, with the version that it came
// with. A * in the path stands for every item of a list.
type karpenterNew struct {
	since karpenterVersion
	kind  string
	path  []string
	value string
}

// karpenterNews lists what came after 1.0 (differences of the v1 CRDs between
// the tags v1.0.0 to v1.14.0 of aws/karpenter-provider-aws).
func karpenterNews() []karpenterNew {
	class := func(minor int, path ...string) karpenterNew {
		return karpenterNew{karpenterVersion{1, minor}, "EC2NodeClass", append([]string{"spec"}, path...), ""}
	}
	pool := func(minor int, value string, path ...string) karpenterNew {
		return karpenterNew{karpenterVersion{1, minor}, "NodePool", append([]string{"spec"}, path...), value}
	}
	requirement := []string{"template", "spec", "requirements", "*", "operator"}
	return []karpenterNew{
		class(3, "capacityReservationSelectorTerms"),
		class(4, "amiSelectorTerms", "*", "ssmParameter"),
		class(5, "blockDeviceMappings", "*", "ebs", "volumeInitializationRate"),
		class(8, "ipPrefixCount"),
		class(8, "capacityReservationSelectorTerms", "*", "instanceMatchCriteria"),
		class(11, "networkInterfaces"),
		class(11, "placementGroupSelector"),
		class(13, "connectionTracking"),
		class(13, "cpuOptions"),
		pool(8, "", "replicas"),
		pool(9, "Gte", requirement...),
		pool(9, "Lte", requirement...),
		pool(14, "Balanced", "disruption", "consolidationPolicy"),
	}
}

// fieldsAt calls found for every value at a path, with its field.
func fieldsAt(v any, field, path []string, found func(field []string, value any)) {
	if len(path) == 0 {
		found(field, v)
		return
	}
	if path[0] == "*" {
		list, _ := v.([]any)
		for i, item := range list {
			fieldsAt(item, append(slices.Clone(field), fmt.Sprint(i)), path[1:], found)
		}
		return
	}
	if m, ok := v.(map[string]any); ok {
		if next, ok := m[path[0]]; ok {
			fieldsAt(next, append(slices.Clone(field), path[0]), path[1:], found)
		}
	}
}
