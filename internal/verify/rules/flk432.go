package rules

import (
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK432 is about PyFlink without a program.
func (Catalogue) FLK432() Rule {
	const job = "kind: FlinkDeployment\nspec:\n  job:\n    jarURI: local:///opt/flink/opt/flink-python-1.20.4.jar\n" +
		"    entryClass: org.apache.flink.client.python.PythonDriver\n    args: "
	check := func(job *v1beta1.JobSpec, at []string, say model.Say) {
		if job == nil || job.EntryClass != pythonDriver || slices.ContainsFunc(job.Args, namesPythonProgram) {
			return
		}
		say(model.Problem{
			Field:   fieldBelow(at, "args"),
			Message: "PythonDriver is told no program: args has neither -py nor -pym",
			Hint:    `add args: ["-py", "/opt/flink/usrlib/PROGRAM.py"]`,
		})
	}
	return Rule{
		Entry: diag.Entry{
			Title: "PyFlink without a program", Severity: diag.Warning,
			What:   "The main class is PyFlink's driver, and its arguments name neither a file (`-py`) nor a module (`-pym`).",
			Why:    "The driver takes the program from its arguments alone, and ends with an error without.",
			Bad:    job + "[--input, s3://flink-data/orders]\n",
			Good:   job + "[-py, /opt/flink/usrlib/orders.py, --input, s3://flink-data/orders]\n",
			Source: "apache/flink 1.20, PythonDriverOptionsParserFactory.java; EMR on EKS guide, page pyflink-for-flink",
		},
		Cluster:    func(c *model.Cluster, say model.Say) { check(c.Spec.Job, c.Field("job"), say) },
		SessionJob: func(j *model.SessionJob, say model.Say) { check(j.Spec.Job, j.Field("job"), say) },
	}
}

// namesPythonProgram reports whether an argument is the option that says what
// to run, also with its value in one text.
func namesPythonProgram(arg string) bool {
	option, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	return strings.HasPrefix(arg, "-") && (option == "py" || option == "python" || option == "pym" || option == "pyModule")
}
