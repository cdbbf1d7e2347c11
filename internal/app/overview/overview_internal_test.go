package overview

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/schemas"
)

const text = `
runtime: { distribution: apache, image: "flink:1.20.4-java17" }
jobDefaults: { checkpoints: { interval: 30s }, taskManager: { cpu: 2 } }
teams:
  a: { jobDefaults: { taskManager: { memory: 4Gi } } }
jobs:
  x:
    team: a
    image: flink:2.0.2-java17
    parallelism: 1
    checkpoints: { interval: 30s, timeout: 5m }
    taskManager: { cpu: 3, memory: 8Gi, podTemplate: { spec: { nodeName: not-to-be-seen } } }
    env: { PLAIN: not-to-be-seen, FROM: { secret: not-to-be-seen, key: k } }
    args: [--a, not-to-be-seen]
    labels: { tier: gold }
    jarURI: https://me:not-to-be-seen@example.com/a.jar
    flinkConfiguration: { state.backend.type: rocksdb, s3.secret-key: not-to-be-seen }
    connectors: { in: { kafka: { properties: { sasl.jaas.config: not-to-be-seen, linger.ms: 5 } } } }
    spec: { job: { args: [not-to-be-seen] } }
`

func TestSettings(t *testing.T) {
	t.Parallel()
	schema, err := values.ReadSchema("values.schema.json", schemas.Values)
	if err != nil {
		t.Fatal(err)
	}
	doc, findings, err := values.Load(values.Input{Files: []values.Source{{Name: "f.yaml", Data: []byte(text)}}}, nil)
	if err != nil || findings.Has(diag.Error) {
		t.Fatal(findings, err)
	}
	s := newSettings(Input{Values: doc, Schema: schema})
	var got []string
	for _, one := range s.of([]string{"jobs", "x"}, s.layers("a")) {
		got = append(got, fmt.Sprintf("%s = %s | %s | %s | %v | %d", one.Path, one.Value, one.Default, one.From, one.Same, one.Pos.Line))
	}
	want := []string{
		"team = a |  |  | false | 8",
		"image = flink:2.0.2-java17 | flink:1.20.4-java17 | runtime | false | 9",
		"parallelism = 1 | 1 |  | true | 10",
		"checkpoints.interval = 30s | 30s | jobDefaults | true | 11",
		"checkpoints.timeout = 5m | 10m |  | false | 11",
		"taskManager.cpu = 3 | 2 | jobDefaults | false | 12",
		"taskManager.memory = 8Gi | 4Gi | team a | false | 12",
		"taskManager.podTemplate = (set, not shown) |  |  | false | 12",
		"env.PLAIN = (set, not shown) |  |  | false | 13",
		"env.FROM.secret = (set, not shown) |  |  | false | 13",
		"env.FROM.key = (set, not shown) |  |  | false | 13",
		"args = 2, not shown |  |  | false | 14",
		"labels.tier = gold |  |  | false | 15",
		"jarURI = https://…@example.com/a.jar |  |  | false | 16",
		`flinkConfiguration["state.backend.type"] = rocksdb |  |  | false | 17`,
		`flinkConfiguration["s3.secret-key"] = (set, not shown) |  |  | false | 17`,
		`connectors.in.kafka.properties["sasl.jaas.config"] = (set, not shown) |  |  | false | 18`,
		`connectors.in.kafka.properties["linger.ms"] = 5 |  |  | false | 18`,
		"spec = (set, not shown) |  |  | false | 19",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// TestTopology: few jobs are shown one by one; many are put together by who they are and where they run.
func TestTopology(t *testing.T) {
	t.Parallel()
	on := func(name, role, jm, tm string) Job {
		return Job{Name: name, Kind: Application, Role: role, JobManager: Pods{Pool: jm}, TaskManager: Pods{Pool: tm}}
	}
	o := Overview{Pools: []Pool{{Name: "p", Kind: "NodePool"}, {Name: "q"}}, Teams: []Team{{Name: "a", Namespace: "a", Role: "r", Jobs: []Job{
		on("one", "r", "p", "p"), on("two", "own", "p", "q"), on("three", "r", "", "elsewhere"),
		{Name: "in", Kind: SessionJob, Cluster: "one"},
	}}}}
	rows := func(t Topology) []string {
		var out []string
		for _, r := range t.Teams[0].Rows {
			out = append(out, fmt.Sprintf("%s %s|%s|%d|%s|%s", r.ID, r.Name, r.Note, r.Jobs, r.JobManager, r.TaskManager))
		}
		return out
	}
	few := topology(o)
	if got := rows(few); !slices.Equal(got, []string{
		"team0job0 one||1|pool0|pool0", "team0job1 two|role own|1|pool0|pool1", "team0job2 three||1|any|any",
	}) || !few.AnyNode || few.Folded || !slices.Contains(few.Pools[1].Lines, "not in these values") {
		t.Errorf("%v %+v", got, few)
	}
	for i := range most {
		o.Teams[0].Jobs = append(o.Teams[0].Jobs, on(fmt.Sprint("more", i), "r", "p", "p"))
	}
	many := topology(o)
	if got := rows(many); len(got) != 3 || got[0] != fmt.Sprintf("team0job0 %d jobs||%d|pool0|pool0", most+1, most+1) || !many.Folded {
		t.Errorf("%v %v", got, many.Folded)
	}
}

func TestShort(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]string{
		"m6i, c6i": "m6i, c6i",
		"aaaaaaaa, bbbbbbbb, cccccccc, dddddddd, eeeeeeee": "aaaaaaaa, bbbbbbbb, cccccccc and 2 more",
		strings.Repeat("x", 40):                            strings.Repeat("x", 33) + "…",
	} {
		if got := short(list); got != want {
			t.Errorf("%s: %s, want %s", list, got, want)
		}
	}
}
