package catalog_test

import (
	"reflect"
	"testing"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/catalog"
)

func version(t *testing.T, s string) flink.Version {
	t.Helper()
	if s == "" {
		return flink.Version{}
	}
	v, err := flink.ParseVersion(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestLookup(t *testing.T) {
	t.Parallel()
	var c catalog.Catalog
	for _, test := range []struct {
		version, key   string
		known, in      bool
		typ, initial   string
		replaced       []string
		since, removed string
	}{
		{"1.20", "taskmanager.memory.process.size", true, true, "a memory size such as 512m", "", nil, "", ""},
		{"1.19", "state.checkpoints.dir", true, true, "text", "", nil, "", ""},
		{"1.20", "state.checkpoints.dir", true, true, "text", "", []string{"execution.checkpointing.dir"}, "", ""},
		{"2.2", "state.checkpoints.dir", true, true, "text", "", []string{"execution.checkpointing.dir"}, "", ""},
		{"1.19", "execution.checkpointing.dir", true, false, "text", "", nil, "v1_20", ""},
		{"1.20", "state.backend.local-recovery", true, true, "true or false", "false",
			[]string{"execution.checkpointing.local-backup.enabled", "execution.state-recovery.from-local"}, "", ""},
		{"2.0", "security.ssl.enabled", true, false, "true or false", "false", nil, "", "v2_0"},
		{"", "security.ssl.enabled", true, true, "true or false", "false", nil, "", "v2_0"},
		{"1.15", "restart-strategy", true, true, "text", "", []string{"restart-strategy.type"}, "", ""},
		{"1.20", "client.heartbeat.interval", true, true, "a duration such as 30 s", "30000 ms", nil, "", ""},
		{"1.17", "client.heartbeat.interval", true, true, "an integer", "30000", nil, "", ""},
		{"1.20", "metrics.reporter.prom.factory.class", true, true, "text", "", nil, "", ""},
		{"1.20", "metrics.reporter.prom.interval", true, true, "a duration such as 30 s", "10000 ms", nil, "", ""},
		{"1.20", "kubernetes.jobmanager.labels.team", true, true, "text", "", nil, "", ""},
		{"1.20", "fs.s3a.endpoint.region", true, true, "text", "", nil, "", ""},
		{"1.20", "kubernetes.operator.job.autoscaler.enabled", true, true, "true or false", "false", []string{"job.autoscaler.enabled"}, "", ""},
		{"1.20", "job.autoscaler.utilization.target", true, true, "a number", "0.7", nil, "", ""},
		{"1.20", "taskmanager.memory.proces.size", false, false, "", "", nil, "", ""},
	} {
		v := version(t, test.version)
		o, ok := c.Lookup(v, test.key)
		if ok != test.known || !ok {
			if ok != test.known {
				t.Errorf("%s %s: known %v", test.version, test.key, ok)
			}
			continue
		}
		if got := o.Type.String(); got != test.typ || o.Default != test.initial || o.In(v) != test.in ||
			o.Since.String() != test.since || o.Removed.String() != test.removed || !reflect.DeepEqual(o.Replaced, test.replaced) {
			t.Errorf("%s %s: got %+v in %v", test.version, test.key, o, o.In(v))
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	var c catalog.Catalog
	for key, want := range map[string]string{
		"taskmanager.memory.proces.size":             "taskmanager.memory.process.size",
		"taskmanager.number-of-task-slots":           "taskmanager.numberOfTaskSlots",
		"execution.checkpoint.interval":              "",
		"autoscaler.stabilization.interval":          "job.autoscaler.stabilization.interval",
		"job.autoscaler.stabilisation.interval":      "job.autoscaler.stabilization.interval",
		"kubernetes.operator.job.restart.fialed":     "kubernetes.operator.job.restart.failed",
		"my.own.key":                                 "",
		"state.backend.rocksdb.memory.manged":        "state.backend.rocksdb.memory.managed",
		"high-availability.storagedir":               "high-availability.storageDir",
		"org.example.job.checkpoint.retention.hours": "",
	} {
		if got := c.Nearest(flink.Version{Major: 1, Minor: 20}, key); got != want {
			t.Errorf("nearest to %s: got %q, want %q", key, got, want)
		}
	}
}

// TestDefaults wants every default to be a value of its option's type.
func TestDefaults(t *testing.T) {
	t.Parallel()
	var c catalog.Catalog
	keys := c.Keys()
	if len(keys) < 1200 {
		t.Fatalf("%d keys", len(keys))
	}
	for _, key := range keys {
		for _, v := range catalog.Versions() {
			o, ok := c.Lookup(v, key)
			if !ok {
				t.Fatalf("%s: not known", key)
			}
			// A negative duration can be a default, and nobody can write one.
			if o.Default != "" && o.In(v) && key != "kubernetes.operator.cluster.resource-view.refresh-interval" {
				if err := o.Type.Check(v, o.Default); err != nil {
					t.Errorf("%s %s = %s: %v", v, key, o.Default, err)
				}
			}
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		var c catalog.Catalog
		c.Lookup(flink.Version{}, "rest.port")
	}
}

func BenchmarkNearest(b *testing.B) {
	var c catalog.Catalog
	for b.Loop() {
		c.Nearest(flink.Version{Major: 1, Minor: 20}, "taskmanager.memory.proces.size")
	}
}

// TestAtStart wants an option that keeps a cluster from starting, its old name
// with it, and one that does not.
func TestAtStart(t *testing.T) {
	t.Parallel()
	var c catalog.Catalog
	v := flink.Version{Major: 1, Minor: 20}
	for key, want := range map[string]bool{
		"execution.checkpointing.mode": true, "heartbeat.timeout": true, "akka.ask.timeout": true,
		"state.backend.rocksdb.files.open": false, "high-availability.kubernetes.leader-election.retry-period": false,
	} {
		if o, _ := c.Lookup(v, key); o.AtStart != want {
			t.Errorf("%s: at start %v", key, o.AtStart)
		}
	}
}
