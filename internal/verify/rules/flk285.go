package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK285 is about jars of standalone clusters.
func (Catalogue) FLK285() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "standalone job with a jar that has no scheme", Severity: diag.Warning,
			What: "spec.mode is standalone and job.jarURI has no scheme.",
			Why: "The operator takes the scheme without looking whether there is one, and fails when it makes the " +
				"JobManager (read in its source, not measured).",
			Bad: `kind: FlinkDeployment
spec:
  mode: standalone
  job:
    jarURI: /opt/flink/usrlib/orders.jar
`,
			Good: `kind: FlinkDeployment
spec:
  mode: standalone
  job:
    jarURI: local:///opt/flink/usrlib/orders.jar
`,
			Source: "flink-kubernetes-operator 1.15, CmdStandaloneJobManagerDecorator",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Session() || c.Spec.Mode != v1beta1.ModeStandalone || c.Spec.Job.JarURI == "" {
				return
			}
			if uri, err := readJavaURI(c.Spec.Job.JarURI); err == nil && uri.scheme == "" {
				say(model.Problem{
					Field:   c.Field("job", "jarURI"),
					Message: fmt.Sprintf("jarURI %q has no scheme, and the mode is standalone", c.Spec.Job.JarURI),
					Hint:    "write local:// before the path of a jar in the image",
				})
			}
		},
	}
}
