package api_test

import (
	"testing"

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
	for b.Loop() {
		for _, o := range all {
			if found := c.Check(o); len(found) > 0 {
				b.Fatal(found)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(all)), "µs/object")
}

// BenchmarkFirst is New and the check of the first object of a kind: the schema
// is read and compiled.
func BenchmarkFirst(b *testing.B) {
	first := map[string]manifest.Object{}
	for _, o := range golden(b) {
		first[o.Key().Kind] = o
	}
	for _, kind := range []string{"FlinkDeployment", "FlinkSessionJob", "NodePool", "EC2NodeClass", "Certificate", "Namespace"} {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				checker(b, api.Options{}).Check(first[kind])
			}
		})
	}
}
