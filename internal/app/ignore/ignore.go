// Package ignore leaves out findings that the user decided to live with: each
// with its code, where it holds, and a reason.
//
// Ignores are written in three places, under `ignore:` in the values and in
// .helm-flink.yaml, and in an annotation of an object, and become one type here.
// It is a part of app, and may import values, verify's model, manifest and
// diag.
package ignore

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// Ignore is one decision.
type Ignore struct {
	Code diag.Code
	// Path is a glob over the path of a finding, which covers all below it too;
	// empty holds everywhere. A * stands for any text within one step, ** for any
	// text: jobs.*.upgradeMode, jobs.orders, spec.job.
	Path string
	// Object is a glob over the object of a finding, "FlinkDeployment team/*"; a *
	// stands for any text without a slash or space. Empty is every object, and
	// none.
	Object string
	// Reason says why.
	Reason string
	// On is the object that carries the ignore as an annotation, as
	// manifest.Key.String has it; it holds for findings about it alone.
	On string
	// Shared says that the ignore holds for several inputs: that it matches
	// nothing in one of them says nothing.
	Shared bool
	// Pos and At are where the ignore itself is written.
	Pos diag.Position
	At  string
}

// FromValues reads the mapping under `ignore:`, which fits its JSON Schema: by
// any name, code (without it the name), path, object and reason. The path is
// the one of the mapping in its file. Nulls, which delete, are left out.
func FromValues(n *values.Node, path ...string) []Ignore {
	var all []Ignore
	for _, name := range n.Keys() {
		entry := n.Get(name)
		if entry.Kind != values.Map {
			continue
		}
		ignore := Ignore{
			Code: diag.Code(name), Path: text(entry, "path"), Object: text(entry, "object"),
			Reason: strings.TrimSpace(text(entry, "reason")), Pos: cmp.Or(entry.KeyPos, entry.Pos),
			At: diag.PathString(append(append([]string{}, path...), name)),
		}
		if code := entry.Get("code"); code != nil && code.Kind != values.Null {
			ignore.Code, ignore.Pos = diag.Code(code.Text), code.Where()
			ignore.At += ".code"
		}
		all = append(all, ignore)
	}
	return all
}

func text(n *values.Node, key string) string {
	if member := n.Get(key); member != nil {
		return member.Text
	}
	return ""
}

// FromAnnotations reads the annotation of an object: items "CODE: reason",
// parted by line ends or semicolons. What follows a semicolon or a line end and
// does not begin with a code belongs to the reason in front of it.
func FromAnnotations(annotations map[string]string, key manifest.Key, origin manifest.Origin) []Ignore {
	content, ok := annotations[model.IgnoreAnnotation]
	if !ok {
		return nil
	}
	path, pos := origin.Field("metadata", "annotations", model.IgnoreAnnotation)
	var all []Ignore
	parts := strings.FieldsFunc(content, func(r rune) bool { return r == ';' || r == '\n' })
	for _, part := range parts {
		part = strings.TrimSpace(part)
		code, reason, hasReason := strings.Cut(part, ":")
		switch looksLikeCode := codeShape().MatchString(code); {
		case part == "":
		case len(all) > 0 && !looksLikeCode:
			last := &all[len(all)-1]
			last.Reason = strings.TrimPrefix(last.Reason+"; "+part, "; ")
		default:
			if !hasReason && !looksLikeCode {
				code, _, _ = strings.Cut(part, " ")
			}
			all = append(all, Ignore{
				Code: diag.Code(strings.TrimSpace(code)), Reason: strings.TrimSpace(reason), On: key.String(), Pos: pos, At: path,
			})
		}
	}
	return all
}

// codeShape is what a code looks like, with a typing error or two.
func codeShape() *regexp.Regexp { return regexp.MustCompile(`^\s*[A-Za-z]{2,4}-?[0-9OolI]{2,4}\s*$`) }

// Set applies ignores to the findings of one input. It remembers which of them
// were of use, and is for one goroutine.
type Set struct {
	// Whole says that what shared ignores are for is judged, so that one without
	// a use can be told.
	Whole bool

	usual  map[diag.Code]diag.Severity
	codes  []string
	all    []*active
	byCode map[diag.Code][]*active
}

type active struct {
	Ignore
	path, object *regexp.Regexp
	used         bool
}

// New makes an empty set. known are all codes that there are, in order.
func New(known []diag.Entry) *Set {
	s := &Set{usual: make(map[diag.Code]diag.Severity, len(known)), byCode: map[diag.Code][]*active{}}
	for _, e := range known {
		s.usual[e.Code] = e.Severity
		s.codes = append(s.codes, string(e.Code))
	}
	return s
}

// Add adds ignores, which hold for what is filtered from then on. One without a
// reason, or with a code that cannot be ignored, ignores nothing and is an error
// among the findings.
func (s *Set) Add(ignores ...Ignore) diag.List {
	var findings diag.List
	for _, i := range ignores {
		severity, exists := s.usual[i.Code]
		switch {
		case !exists:
			hint := "helm flink rules lists the codes"
			if near := diag.Nearest(string(i.Code), s.codes); near != "" {
				hint = `did you mean "` + near + `"? ` + hint
			}
			findings = append(findings, i.finding(diag.CodeIgnoreUnknown, diag.Error,
				`"`+string(i.Code)+`" is not the code of a finding`, hint))
		case severity == diag.Error && fatal(i.Code):
			findings = append(findings, i.finding(diag.CodeIgnoreUnknown, diag.Error,
				string(i.Code)+" cannot be ignored: nothing can be rendered or judged before it is mended",
				"mend what it says, and remove the ignore"))
		case i.Reason == "":
			findings = append(findings, i.finding(diag.CodeIgnoreReason, diag.Error,
				"the ignore of "+string(i.Code)+" has no reason", reasonHint(i)))
		default:
			a := &active{Ignore: i, path: glob(i.Path, `[^.\[\]]*`, `(?:$|[.\[])`), object: glob(i.Object, `[^/ ]*`, `$`)}
			s.all = append(s.all, a)
			s.byCode[i.Code] = append(s.byCode[i.Code], a)
		}
	}
	return findings
}

func (i Ignore) finding(code diag.Code, severity diag.Severity, message, hint string) diag.Finding {
	return diag.Finding{Code: code, Severity: severity, Pos: i.Pos, Path: i.At, Object: i.On, Message: message, Hint: hint}
}

func reasonHint(i Ignore) string {
	if i.On != "" {
		return "write it behind the code: " + string(i.Code) + ": why it is right here"
	}
	return "add reason: why it is right here"
}

// fatal reports whether errors of a code stop the work: nothing can be rendered
// from values with such an error, nor objects be read.
func fatal(code diag.Code) bool {
	return code < "FLK100" || code == diag.CodeChartValues || code == diag.CodeChartRender || code >= "FLK900"
}

// glob turns a glob into an expression: star is what a * stands for, end what
// must follow. An empty glob is nil.
func glob(pattern, star, end string) *regexp.Regexp {
	if pattern == "" {
		return nil
	}
	var b strings.Builder
	b.WriteString(`(?s)^`)
	for i, long := range strings.Split(strings.ToValidUTF8(pattern, "\uFFFD"), "**") {
		if i > 0 {
			b.WriteString(`.*`)
		}
		for j, short := range strings.Split(long, "*") {
			if j > 0 {
				b.WriteString(star)
			}
			b.WriteString(regexp.QuoteMeta(short))
		}
	}
	b.WriteString(end)
	return regexp.MustCompile(b.String())
}

func (a *active) matches(f diag.Finding) bool {
	return (a.On == "" || a.On == f.Object) &&
		(a.path == nil || a.path.MatchString(f.Path)) &&
		(a.object == nil || a.object.MatchString(f.Object))
}

// Filter returns the findings that are not ignored. It may be called several
// times, for the findings of one stage after another.
func (s *Set) Filter(findings diag.List) diag.List {
	if len(s.all) == 0 {
		return findings
	}
	var kept diag.List
	for _, f := range findings {
		if !s.ignores(f) {
			kept = append(kept, f)
		}
	}
	return kept
}

// ignores reports whether a finding is ignored. All ignores that match it are of
// use, not the first alone.
func (s *Set) ignores(f diag.Finding) bool {
	if f.Severity >= diag.Error && fatal(f.Code) {
		return false
	}
	ignored := false
	for _, a := range s.byCode[f.Code] {
		if a.matches(f) {
			a.used, ignored = true, true
		}
	}
	return ignored
}

// Unused returns a warning for each ignore that Filter had no use for. It is for
// the end of the work, when all findings of the judged codes are known.
func (s *Set) Unused(judged func(diag.Code) bool) diag.List {
	var findings diag.List
	for _, a := range s.all {
		if a.used || a.Shared && !s.Whole || !judged(a.Code) {
			continue
		}
		message := "there is no finding " + string(a.Code)
		if where := cmp.Or(a.Path, a.Object, a.On); where != "" {
			message += " at " + where
		}
		findings = append(findings, a.finding(diag.CodeIgnoreUnused, diag.Warning, message+" to ignore",
			"remove the ignore; its reason was: "+a.Reason))
	}
	return findings
}
