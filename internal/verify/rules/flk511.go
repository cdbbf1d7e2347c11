package rules

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK511 finds one object that is there twice.
func (Catalogue) FLK511() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "two objects of one name", Severity: diag.Error,
			What: "Two objects of the input have the same API group, kind, namespace and name. It is a warning if they are in " +
				"different files, " +
				"which may be meant for different clusters.",
			Why:    "They are one object: what is applied last silently replaces the other.",
			Bad:    "kind: FlinkDeployment\n---\nkind: FlinkDeployment\nspec:\n  job: {parallelism: 4}\n",
			Good:   "kind: FlinkDeployment\n---\nkind: FlinkDeployment\nmetadata: {namespace: team-b}\n",
			Source: "Kubernetes, concepts/overview/working-with-objects/names",
		},
		World: func(w *model.World, say model.Say) {
			first := map[manifest.Key]*model.Subject{}
			for _, s := range w.Subjects {
				key := s.Key
				if key.Kind == "" || key.Name == "" {
					continue // generateName, or no object at all
				}
				key.APIVersion = group(key.APIVersion)
				other, seen := first[key]
				if !seen {
					first[key] = s
					continue
				}
				_, at := other.Origin.Field()
				_, here := s.Origin.Field()
				out := model.Problem{
					Subject: s, Field: []string{"metadata", "name"},
					Message: s.Key.String() + " is in the input twice",
					Hint:    "remove one of the two, or give it another name",
				}
				if at.File != "" {
					out.Message += ", first at " + at.String()
				}
				if at.File != here.File {
					out.Severity = new(diag.Warning)
				}
				say(out)
			}
		},
	}
}

// group is the API group of an apiVersion, "" for the core.
func group(apiVersion string) string {
	name, _, found := strings.Cut(apiVersion, "/")
	if !found {
		return ""
	}
	return name
}
