package model

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Subject is an object that rules judge.
type Subject struct {
	Key    manifest.Key
	Origin manifest.Origin
	// Labels and Annotations are the object's own.
	Labels, Annotations map[string]string
}

// NewSubject reads an object's identity.
func NewSubject(o manifest.Object) *Subject {
	meta, _ := o.Data["metadata"].(map[string]any)
	return &Subject{Key: o.Key(), Origin: o.Origin, Labels: texts(meta["labels"]), Annotations: texts(meta["annotations"])}
}

// Canary reports whether a Flink resource is the operator's own test resource, by
// its label; the operator does not validate it (flink-kubernetes-operator 1.15,
// examples/canary.yaml).
func (s *Subject) Canary() bool { return s.Labels["flink.apache.org/canary"] == "true" }

// texts reads a map of strings; what is no string is left out.
func texts(v any) map[string]string {
	m, _ := v.(map[string]any)
	if len(m) == 0 {
		return nil
	}
	out := make(map[string]string, len(m))
	for key, value := range m {
		if s, ok := value.(string); ok {
			out[key] = s
		}
	}
	return out
}

// Problem is what a rule has to say.
type Problem struct {
	// Subject is the object that is wrong; nil stands for the one judged.
	Subject *Subject
	// Field names the field that is wrong, from the object's root; empty for the
	// object as a whole.
	Field []string
	// Message is one line, lower case, without a trailing dot. Hint says what to
	// do about it, and may be empty.
	Message, Hint string
	// Severity is the rule's own unless it is set.
	Severity *diag.Severity
}

// Say takes the problems that a rule finds.
type Say func(Problem)

// Finding makes the problem a finding with the rule's code.
func (p Problem) Finding(e diag.Entry, judged *Subject) diag.Finding {
	s := p.Subject
	if s == nil {
		s = judged
	}
	f := diag.Finding{Code: e.Code, Severity: e.Severity, Message: p.Message, Hint: p.Hint}
	if p.Severity != nil {
		f.Severity = *p.Severity
	}
	if s != nil {
		f.Path, f.Pos = s.Origin.Field(p.Field...)
		f.Object = s.Key.String()
	}
	return f
}

// IgnoreAnnotation names the annotation by which an object has findings
// ignored: "CODE: reason" items, parted by line ends or semicolons.
const IgnoreAnnotation = "helm-flink.dev/ignore"
