package overview

import (
	"fmt"
	"slices"
	"strings"
)

// most is how many jobs a picture shows one by one; more are put together by who
// they run as and where.
const most = 40

// Topology is who runs where and as whom: what a picture shows.
type Topology struct {
	Platform, Cluster string
	// Operator is where the operator runs, and as whom.
	Operator Box
	Teams    []TeamBox
	// Pools are in their order; AnyNode says that pods run without one.
	Pools   []Box
	AnyNode bool
	// Folded says that jobs are put together.
	Folded bool
}

// Box is a place with some lines about it.
type Box struct {
	ID, Name string
	Lines    []string
}

// TeamBox is a team with its jobs.
type TeamBox struct {
	Box
	Rows []Row
}

// Row is a job, or several that are alike.
type Row struct {
	ID, Name string
	// Note says what it is, and as whom it runs where that is not the team's role.
	Note string
	// Jobs is how many it stands for.
	Jobs int
	// JobManager and TaskManager are the IDs of pools, AnyNode's where they are free.
	JobManager, TaskManager string
}

// AnyNodeID is the ID of the place of pods that no pool holds.
const AnyNodeID = "any"

// topology draws the picture of an overview.
func topology(o Overview) Topology {
	t := Topology{Platform: o.Name, Cluster: o.Cluster.Name}
	t.Operator = Box{ID: "operator", Name: "Flink operator " + o.Runtime.OperatorVersion}
	t.Operator.Lines = append(t.Operator.Lines, "namespace "+o.Runtime.OperatorNamespace)
	if o.Runtime.OperatorRole != "" {
		t.Operator.Lines = append(t.Operator.Lines, "role "+o.Runtime.OperatorRole)
	}
	ids := map[string]string{"": AnyNodeID}
	for i, p := range o.Pools {
		box := Box{ID: fmt.Sprintf("pool%d", i), Name: p.Name}
		ids[p.Name] = box.ID
		if p.Kind == "" {
			box.Lines = append(box.Lines, "not in these values")
		}
		for _, text := range []string{strings.Trim(p.Arch+", "+p.Capacity, ", "), short(p.Instances)} {
			if text != "" {
				box.Lines = append(box.Lines, text)
			}
		}
		t.Pools = append(t.Pools, box)
	}
	jobs := 0
	for _, team := range o.Teams {
		jobs += len(team.Jobs)
	}
	t.Folded = jobs > most
	for i, team := range o.Teams {
		box := TeamBox{Box: Box{ID: fmt.Sprintf("team%d", i), Name: team.Name, Lines: []string{"namespace " + team.Namespace}}}
		if team.Role != "" {
			box.Lines = append(box.Lines, "role "+team.Role)
		}
		for _, j := range team.Jobs {
			if j.Kind == SessionJob {
				continue // its pods are its cluster's
			}
			box.add(rowOf(j, team, ids), t.Folded)
		}
		t.AnyNode = t.AnyNode || slices.ContainsFunc(box.Rows, func(r Row) bool {
			return r.JobManager == AnyNodeID || r.TaskManager == AnyNodeID
		})
		t.Teams = append(t.Teams, box)
	}
	return t
}

// rowOf is the row of a job.
func rowOf(j Job, team Team, ids map[string]string) Row {
	var notes []string
	if j.Kind != Application {
		notes = append(notes, string(j.Kind))
	}
	inside := 0
	for _, other := range team.Jobs {
		if j.Kind == Session && other.Cluster == j.Name {
			inside++
		}
	}
	switch {
	case inside == 1:
		notes = append(notes, "1 job in it")
	case inside > 1:
		notes = append(notes, fmt.Sprintf("%d jobs in it", inside))
	}
	if j.Role != "" && j.Role != team.Role {
		notes = append(notes, "role "+j.Role)
	}
	if j.Suspended {
		notes = append(notes, "suspended")
	}
	pool := func(name string) string {
		if id := ids[name]; id != "" {
			return id
		}
		return AnyNodeID
	}
	return Row{
		Name: j.Name, Note: strings.Join(notes, ", "), Jobs: 1,
		JobManager: pool(j.JobManager.Pool), TaskManager: pool(j.TaskManager.Pool),
	}
}

// add adds a row; folded puts it to one that is alike but for the name.
func (b *TeamBox) add(r Row, folded bool) {
	at := slices.IndexFunc(b.Rows, func(o Row) bool {
		return o.Note == r.Note && o.JobManager == r.JobManager && o.TaskManager == r.TaskManager
	})
	if folded && at >= 0 {
		b.Rows[at].Jobs++
		b.Rows[at].Name = fmt.Sprintf("%d jobs", b.Rows[at].Jobs)
		return
	}
	r.ID = fmt.Sprintf("%sjob%d", b.ID, len(b.Rows))
	b.Rows = append(b.Rows, r)
}

// short cuts a list that is too long for a box.
func short(list string) string {
	const fits = 34
	if len(list) <= fits {
		return list
	}
	at := strings.LastIndex(list[:fits], ", ")
	if at < 0 {
		return list[:fits-1] + "…"
	}
	return fmt.Sprintf("%s and %d more", list[:at], strings.Count(list[at+2:], ", ")+1)
}
