package rules

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// userDataRule is a rule about the user data of EC2NodeClasses: judge gives what
// is wrong with it, or "".
func userDataRule(entry diag.Entry, hint string, judge func(class *model.Object, data string) string) Rule {
	return Rule{Entry: entry, World: func(w *model.World, say model.Say) {
		for _, class := range w.Kind("EC2NodeClass") {
			data := textAt(class.Data, "spec", "userData")
			if message := judge(class, data); data != "" && message != "" {
				say(model.Problem{Subject: class.Subject, Field: []string{"spec", "userData"}, Message: message, Hint: hint})
			}
		}
	}}
}

// commands gives the lines of a script without comments and blank ones.
func commands(script string) []string {
	var out []string
	for line := range strings.Lines(script) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// amiFamilyOf is the family of a class's AMI in lower case: al2023,
// bottlerocket; "" where the class does not say it.
func amiFamilyOf(class *model.Object) string {
	for _, term := range listAt(class.Data, "spec", "amiSelectorTerms") {
		if family, _, ok := strings.Cut(textAt(term, "alias"), "@"); ok {
			return family
		}
	}
	return strings.ToLower(textAt(class.Data, "spec", "amiFamily"))
}

// userDataExample is an example of an EC2NodeClass of AL2023 whose user data is
// a script with these lines.
func userDataExample(lines ...string) string {
	return nodeClassExample("  amiSelectorTerms: [{alias: al2023@v20260101}]\n  userData: |\n    " +
		strings.Join(lines, "\n    ") + "\n")
}
