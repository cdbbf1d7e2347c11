package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/app/overview"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/iam"
)

// newTeam makes the words of a team.
func newTeam(o overview.Overview, t overview.Team, id string, open bool) teamView {
	out := teamView{Team: t, ID: id, Open: open}
	line := []string{number(len(t.Jobs), "job"), "namespace " + t.Namespace}
	if t.Role != "" {
		line = append(line, "role "+t.Role)
	}
	if t.Cost != nil && t.Cost.Start.Cost != nil {
		line = append(line, money(t.Cost.Start.Cost.Month, o.Plan.Prices.Currency)+" a month")
	}
	errors, warnings := 0, 0
	for i, j := range t.Jobs {
		view := newJob(j, fmt.Sprintf("%s-job-%d", id, i))
		out.Views = append(out.Views, view)
		if len(j.Settings) > 0 {
			out.Set = append(out.Set, view)
		}
		errors, warnings = errors+j.Errors, warnings+j.Warnings
	}
	if errors > 0 {
		line = append(line, number(errors, "error"))
	}
	if warnings > 0 {
		line = append(line, number(warnings, "warning"))
	}
	out.Line = strings.Join(line, " · ")
	return out
}

// newJob makes the words of a job.
func newJob(j overview.Job, id string) jobView {
	out := jobView{Job: j, ID: id, Where: where(j.Pos), Runs: []string{cmp.Or(j.Program, string(j.Kind))}}
	if j.Flink != "" {
		out.Runs = append(out.Runs, "Flink "+j.Flink)
	}
	if j.Kind == overview.BlueGreen {
		out.Runs = append(out.Runs, "blue/green")
	}
	if j.Kind == overview.SessionJob {
		out.Size, out.Nodes = []string{"parallelism " + strconv.Itoa(j.Parallelism)}, []string{"in " + j.Cluster}
	} else {
		out.Size, out.Nodes = size(j), nodes(j)
	}
	switch {
	case j.Suspended:
		out.State = append(out.State, "suspended")
	case j.Autoscaler != "":
		out.State = append(out.State, "scales from "+j.Autoscaler)
	}
	if j.Checkpoints != "" {
		out.State = append(out.State, "checkpoint every "+j.Checkpoints)
	}
	if j.Upgrades != "" {
		out.State = append(out.State, "upgrades: "+j.Upgrades)
	}
	if j.Cost != nil && j.Cost.Start.Cost != nil {
		out.Money = whole(j.Cost.Start.Cost.Month)
		// The share of a job that does not scale changes with what runs beside it, up or down.
		now, a, b := j.Cost.Start.Cost.Month, j.Cost.Minimum.Cost.Month, j.Cost.Maximum.Cost.Month
		if least, most := whole(min(now, a, b)), whole(max(now, a, b)); least != most {
			out.Money += " (" + least + " to " + most + ")"
		}
	}
	for _, s := range []struct {
		n    int
		what diag.Severity
	}{{j.Errors, diag.Error}, {j.Warnings, diag.Warning}, {j.Infos, diag.Info}} {
		if s.n > 0 {
			text := number(s.n, s.what.String())
			if s.what == diag.Info {
				text = strconv.Itoa(s.n) + " info"
			}
			out.Said = append(out.Said, badge{s.what.String(), text})
		}
	}
	return out
}

// size words how large a cluster is.
func size(j overview.Job) []string {
	var out []string
	if j.Kind != overview.Session {
		out = append(out, "parallelism "+strconv.Itoa(j.Parallelism))
	}
	tm := number(j.TaskManager.Start, "TaskManager")
	if j.Kind == overview.Session && j.TaskManager.Start == 0 {
		tm = "TaskManagers as needed"
	}
	out = append(out, tm+": "+pod(j.TaskManager)+", "+together(slots(j.Slots)))
	return append(out, number(j.JobManager.Start, "JobManager")+": "+pod(j.JobManager))
}

// pod words what a pod asks for.
func pod(p overview.Pods) string { return together(p.CPU+" CPU") + ", " + together(p.Memory) }

// together keeps a number and its unit in one line.
func together(text string) string { return strings.ReplaceAll(text, " ", "\u00a0") }

func slots(n string) string {
	if n == "1" {
		return "1 slot"
	}
	return n + " slots"
}

// nodes words where the pods of a cluster run.
func nodes(j overview.Job) []string {
	jm, tm := cmp.Or(j.JobManager.Pool, "any node"), cmp.Or(j.TaskManager.Pool, "any node")
	if jm == tm {
		return []string{jm}
	}
	return []string{"TaskManagers: " + tm, "JobManager: " + jm}
}

// where words a place in the input.
func where(p diag.Position) string {
	switch {
	case p.File != "" && p.Line > 0:
		return p.File + ":" + strconv.Itoa(p.Line)
	case p.File != "":
		return p.File
	default:
		return p.Flag
	}
}

// capacityTables are the tables of the plan that a page shows; jobs have their cost
// beside their names.
func capacityTables(o overview.Overview) []table {
	if o.Plan == nil {
		return nil
	}
	var out []table
	p := Plan{Plan: o.Plan}
	captions := map[string]string{"Teams": "By team", "Node pools": "By node pool", "Basis": "What this stands on"}
	for _, s := range p.sheets() {
		last := len(out) - 1
		if s.title == "Jobs" {
			continue
		}
		if s.title == "Total" { // the last line of the pools
			if last >= 0 && len(out[last].Rows) > 1 {
				out[last].Rows = append(out[last].Rows, cellsOf(s.rows, -1)...)
			}
			continue
		}
		t := table{Caption: cmp.Or(captions[s.title], s.title), After: s.after}
		t.Rows = cellsOf(s.rows, slices.Index(s.header, "pods of each"))
		for _, head := range s.header {
			head = cmp.Or(strings.Replace(head, "cpu", "CPU", 1), "kind")
			t.Head = append(t.Head, strings.ToUpper(head[:1])+head[1:])
		}
		t.Folded = len(t.Rows) > manyFindings
		out = append(out, t)
	}
	return out
}

// cellsOf makes cells of texts; that of the column listed has a line for each of its parts.
func cellsOf(rows [][]string, listed int) [][]cell {
	var out [][]cell
	for _, row := range rows {
		var cells []cell
		for i, text := range row {
			if i == listed {
				cells = append(cells, abbreviated(text))
			} else {
				cells = append(cells, cell{strings.Join(abbreviated(text), ", ")})
			}
		}
		out = append(out, cells)
	}
	return out
}

// abbreviated are the parts of a list, the first of them where there are many.
func abbreviated(text string) []string {
	const most = 6
	parts := strings.Split(text, ", ")
	if len(parts) <= most {
		return parts
	}
	return append(slices.Clone(parts[:most]), fmt.Sprintf("and %d more", len(parts)-most))
}

// Amount reports whether a column has nothing but amounts, which stand below one another.
func (t table) Amount(column int) bool {
	for _, row := range t.Rows {
		text := strings.TrimPrefix(strings.Join(row[column], ""), "at most ")
		if text == "" || strings.Trim(text, "0123456789.– ") != "" {
			return false
		}
	}
	return column > 0
}

// newRole makes the words of a role.
func newRole(r iam.Role) roleView {
	out := roleView{Role: r}
	switch r.Purpose {
	case iam.ForJobs:
		out.For = "jobs"
		if r.Team != "" {
			out.For = "jobs of " + r.Team
		}
	case iam.ForNodes:
		out.For = "nodes that Karpenter starts"
	default:
		out.For = "the Flink operator"
	}
	var takers []string
	for _, a := range r.Accounts {
		takers = append(takers, a.Namespace+"/"+a.Name)
	}
	if r.Purpose == iam.ForNodes {
		takers = []string{"EC2 instances"}
	}
	out.Takers = strings.Join(abbreviated(strings.Join(takers, ", ")), ", ")
	for _, policy := range r.Policies {
		for _, s := range policy.Document.Statements {
			out.Statements = append(out.Statements, statementView{
				cmp.Or(s.Sid, "statement"), s.Actions, s.Resources,
			})
		}
	}
	return out
}

// places are the tables of what is there beside the roles.
func places(p iam.Plan) []table {
	buckets := table{Caption: "Buckets", Head: []string{"Bucket", "Encrypted with", "Expires"}}
	for _, b := range p.Buckets {
		var expires []string
		for _, e := range b.Expiring {
			expires = append(expires, fmt.Sprintf("%s after %s", e.Prefix, number(e.Days, "day")))
		}
		buckets.Rows = append(buckets.Rows, []cell{
			{b.Name}, {cmp.Or(b.KMSKeyARN, "SSE-S3")}, {cmp.Or(strings.Join(expires, ", "), "never")},
		})
	}
	logs := table{Caption: "Log groups", Head: []string{"Log group", "Kept for"}}
	for _, g := range p.LogGroups {
		kept := "ever"
		if g.RetentionDays > 0 {
			kept = number(g.RetentionDays, "day")
		}
		logs.Rows = append(logs.Rows, []cell{{g.Name}, {kept}})
	}
	out := slices.DeleteFunc([]table{buckets, logs}, func(t table) bool { return len(t.Rows) == 0 })
	if p.Queue != nil {
		out = append(out, table{Caption: "Karpenter's interruption queue", Head: []string{"Queue"}, Rows: [][]cell{{{p.Queue.Name}}}})
	}
	return out
}
