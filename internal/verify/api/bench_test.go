package api_test

import (
	"syscall"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/verify/api"
)

// deployments are 1,000 FlinkDeployments of the examples.
func deployments(tb testing.TB) []manifest.Object {
	tb.Helper()
	var some, all []manifest.Object
	for _, o := range golden(tb) {
		if o.Key().Kind == "FlinkDeployment" {
			some = append(some, o)
		}
	}
	for len(all) < 1000 {
		all = append(all, some...)
	}
	return all[:1000]
}

// BenchmarkCheck checks 1,000 FlinkDeployments with a schema that is compiled.
func BenchmarkCheck(b *testing.B) {
	all := deployments(b)
	c := checker(b, api.Options{})
	c.Check(all[0])
	b.ReportAllocs()
	start := cpu(b)
	for b.Loop() {
		for _, o := range all {
			if found := c.Check(o); len(found) > 0 {
				b.Fatal(found)
			}
		}
	}
	b.ReportMetric(float64((cpu(b)-start).Microseconds())/float64(b.N*len(all)), "cpu-µs/object")
}

// cpu is the processor time that this process took so far, which other work on
// the machine does not change.
func cpu(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func benchFirst(b *testing.B, o manifest.Object) {
	b.Helper()
	start := cpu(b)
	for b.Loop() {
		checker(b, api.Options{}).Check(o)
	}
	b.ReportMetric(float64((cpu(b)-start).Microseconds())/float64(b.N)/1000, "cpu-ms/op")
}

// BenchmarkFirst is New and the check of the first object of a kind: the schema
// is read and compiled.
func BenchmarkFirst(b *testing.B) {
	first := map[string]manifest.Object{}
	for _, o := range golden(b) {
		first[o.Key().Kind] = o
	}
	for _, kind := range []string{"FlinkDeployment", "FlinkSessionJob", "NodePool", "EC2NodeClass", "Certificate", "Namespace"} {
		b.Run(kind, func(b *testing.B) { benchFirst(b, first[kind]) })
	}
	bad := object(runtime.DeepCopyJSON(first["FlinkDeployment"].Data))
	bad.Data["spec"].(map[string]any)["flinkVersion"] = "v9"
	b.Run("FlinkDeployment with an error", func(b *testing.B) { benchFirst(b, bad) })
}
