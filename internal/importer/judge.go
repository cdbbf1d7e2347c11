package importer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Plain gives up the layers: without them every job says everything by itself. Plain(false)
// takes them again, and with them the values as they were before.
func (d *Draft) Plain(on bool) {
	if on == d.plain {
		return
	}
	if d.plain = on; on {
		d.layered = layered{tried: maps.Clone(d.tried)}
		for _, e := range d.entries {
			d.layered.values = append(d.layered.values, cloneMap(e.values))
		}
		return
	}
	for i, e := range d.entries {
		e.values = d.layered.values[i]
	}
	d.tried, d.layered = d.layered.tried, layered{}
}

// layered is what Plain(false) brings back: the values of the entries, in their order,
// and how often each was amended.
type layered struct {
	values []object
	tried  map[*entry]int
}

// Equal reports whether all that was made into values is rendered with the same
// meaning.
func (d *Draft) Equal(rendered manifest.Set) bool {
	made := index(rendered)
	return !slices.ContainsFunc(d.entries, func(e *entry) bool {
		got, ok := made[e.id]
		return !ok || len(d.lost(e, got)) > 0
	})
}

// lost are the fields of an entry's object in which the rendered one differs.
func (d *Draft) lost(e *entry, got manifest.Object) [][]string {
	want, have := d.view(e.from, e), d.view(got, e)
	var out [][]string
	at := []string{"spec"}
	if e.section == "blueGreen" {
		at = fieldOf(e)
	}
	for _, diff := range differences(want.spec, have.spec, at...) {
		if slices.Contains(diff.path, "executionRoleArn") && !strings.HasPrefix(d.roleName(e.role), "arn:") {
			continue // a placeholder gave way
		}
		out = append(out, diff.path)
	}
	for _, diff := range d.settings(e, want.config, have.config) {
		out = append(out, append(slices.Clone(at), "flinkConfiguration", diff.path[0]))
	}
	for _, role := range roles() {
		if want.pods == nil {
			break
		}
		for _, diff := range differences(want.pods[role], have.pods[role]) {
			field := append(slices.Clone(at), role, "podTemplate")
			if dig(e.spec, role, "podTemplate") == nil {
				field = append(slices.Clone(at), "podTemplate")
			}
			out = append(out, append(field, diff.path...))
		}
	}
	if e.section == "blueGreen" {
		for _, diff := range differences(withoutTemplate(e.from), withoutTemplate(got), "spec") {
			out = append(out, diff.path)
		}
	}
	return append(out, lostMetadata(want, have)...)
}

func withoutTemplate(o manifest.Object) object {
	out := cloneMap(dig(o.Data, "spec"))
	remove(out, "template", "spec")
	return prunedMap(out)
}

func lostMetadata(want, have view) [][]string {
	var out [][]string
	for _, diff := range slices.Concat(differences(want.labels, have.labels, "metadata", "labels"),
		differences(want.annotations, have.annotations, "metadata", "annotations")) {
		if diff.want != nil { // what is added takes nothing away
			out = append(out, diff.path)
		}
	}
	return out
}

// Judge says what of the input the rendered objects do not have, and what they add.
func (d *Draft) Judge(rendered manifest.Set) diag.List {
	d.findings = nil
	made := index(rendered)
	byID := map[manifest.Key]*entry{}
	for _, e := range d.entries {
		byID[e.id] = e
	}
	for _, o := range d.objects {
		got, ok := made[o.Key()]
		e := byID[o.Key()]
		switch {
		case e != nil && !ok:
			d.add(diag.CodeImportLost, diag.Warning, o, nil, "not carried: the values do not make this object", "")
		case e != nil:
			d.sayLost(e, got)
		case owned(o.Key()) && strings.HasPrefix(o.Key().APIVersion, "flink.apache.org/") || d.isOld(o):
			// said when it was read
		case !ok:
			d.unlisted(o)
		default:
			d.sayOther(o, got)
		}
	}
	d.added(rendered)
	return d.findings.Sorted()
}

func (d *Draft) isOld(o manifest.Object) bool {
	return owned(o.Key()) && strings.HasPrefix(o.Key().APIVersion, "karpenter.")
}

func (d *Draft) sayLost(e *entry, got manifest.Object) {
	for _, field := range d.lost(e, got) {
		what := "the rendered object differs here"
		if get(e.from.Data, field...) == nil {
			what = "the rendered object has something here that this one has not"
		}
		d.add(diag.CodeImportLost, diag.Warning, e.from, field, "not carried: "+what,
			"compare it with what `helm flink template` prints, and patch it with an overlay (-k) if it matters")
	}
}

// sayOther compares an object of a team, or of the operator, with the one that the
// values make under its name.
func (d *Draft) sayOther(o, got manifest.Object) {
	want, have := d.view(o, nil), d.view(got, nil)
	fields := lostMetadata(want, have)
	for _, diff := range differences(want.spec, have.spec) {
		fields = append(fields, diff.path)
	}
	if len(fields) == 0 {
		return
	}
	kind := o.Key().Kind
	if kind == "Namespace" || kind == "ServiceAccount" && o.Key().Namespace != d.operatorNamespace() {
		for _, field := range fields {
			d.add(diag.CodeImportLost, diag.Warning, o, field, "not carried: the values cannot say this of a "+kind,
				"patch the rendered one with an overlay (-k) if it matters")
		}
		return
	}
	var names []string
	for _, field := range fields[:min(3, len(fields))] {
		names = append(names, diag.PathString(field))
	}
	d.add(diag.CodeImportForeign, diag.Warning, o, fields[0],
		fmt.Sprintf("not carried: the values make another %s of this name, which differs in %s",
			o.Key().Kind, strings.Join(names, ", ")),
		"see which of the two is meant before the values are installed")
}

// added says what the values make besides what was imported.
func (d *Draft) added(rendered manifest.Set) {
	there := index(d.objects)
	count, accounts := map[string]int{}, []string{}
	for _, o := range rendered {
		if _, ok := there[o.Key()]; ok {
			continue
		}
		count[o.Key().Kind]++
		if o.Key().Kind == "ServiceAccount" && o.Key().Namespace != d.operatorNamespace() {
			accounts = append(accounts, o.Key().Namespace+"/"+o.Key().Name)
		}
	}
	var kinds []string
	for _, kind := range sortedKeys(count) {
		kinds = append(kinds, fmt.Sprintf("%d %s", count[kind], kind))
	}
	if len(kinds) > 0 {
		d.findings = append(d.findings, diag.Finding{
			Code: diag.CodeImportAdds, Severity: diag.Info,
			Message: "the values make more than was imported: " + strings.Join(kinds, ", "),
			Hint: "these are the operator and what its jobs need; `helm flink template --include jobs,karpenter` " +
				"leaves the operator out",
		})
	}
	if len(accounts) == 0 {
		return
	}
	names := strings.Join(accounts[:min(5, len(accounts))], ", ")
	if more := len(accounts) - 5; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	d.findings = append(d.findings, diag.Finding{
		Code: diag.CodeImportAdds, Severity: diag.Warning,
		Message: "not among the input, and made by the values: the service accounts of jobs " + names,
		Hint:    "import the accounts as well, so that their roles come along, or set the roles of the teams",
	})
}
