package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK433 is about Python programs of EMR that nothing runs.
func (Catalogue) FLK433() Rule {
	const job = "  emrReleaseLabel: emr-7.12.0-flink-latest\n  job:\n    jarURI: s3://flink-artifacts/orders.py\n" +
		"    args: [-py, /opt/flink/usrlib/orders.py]\n    entryClass: "
	return Rule{
		Entry: diag.Entry{
			Title: "Python program without PyFlink's driver", Severity: diag.Warning,
			What: "`jarURI` is a Python file, and `entryClass` is not `" + pythonDriver + "`.",
			Why: "A Python file has no main class of its own. AWS's page starts it with PyFlink's driver, and names it once more " +
				"in `args`.",
			Bad: emrJob(job + "com.example.Orders\n"), Good: emrJob(job + pythonDriver + "\n"),
			Source: "EMR on EKS guide, page pyflink-for-flink",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Session() || !strings.HasSuffix(c.Spec.Job.JarURI, ".py") || c.Spec.Job.EntryClass == pythonDriver {
				return
			}
			say(model.Problem{
				Field:   c.Field("job", "entryClass"),
				Message: fmt.Sprintf("%s is a Python program, and entryClass is %q", c.Spec.Job.JarURI, c.Spec.Job.EntryClass),
				Hint:    "set entryClass: " + pythonDriver + ` and args: ["-py", "/opt/flink/usrlib/…"]`,
			})
		},
	}
}
