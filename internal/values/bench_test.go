package values_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/schemas"
)

// manyJobs is a values file of n jobs with some 20 lines each.
func manyJobs(n int) []byte {
	var b strings.Builder
	b.WriteString(`cluster: {name: prod, region: us-west-2, accountId: "111122223333"}
storage: {bucket: flink-data}
teams:
  payments: {role: {name: payments}}
jobs:
`)
	for i := range n {
		fmt.Fprintf(&b, `  job-%d:
    team: payments
    jarURI: s3://flink-jars/orders-%d.jar
    entryClass: com.example.Orders$Main
    args: [--topic, orders, --window, "60"]
    parallelism: 4
    upgradeMode: last-state
    checkpoints:
      interval: 30s
      timeout: 10m
    savepoints: {every: 6h, keep: 10}
    stateBackend:
      type: rocksdb
      incremental: true
    jobManager: {cpu: 1, memory: 2Gi}
    taskManager:
      cpu: 2
      memory: 4Gi
      slots: 2
    env:
      LOG_LEVEL: INFO
    flinkConfiguration:
      pipeline.object-reuse: true
`, i, i)
	}
	return []byte(b.String())
}

func BenchmarkCompileSchema(b *testing.B) {
	for b.Loop() {
		if _, err := values.CompileSchema("values.schema.json", schemas.Values); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLoad is what a pre-commit hook pays for a large file: 1000 jobs of
// some 20 lines are to load in well under 0.3 s.
func BenchmarkLoad(b *testing.B) {
	schema, err := values.CompileSchema("values.schema.json", schemas.Values)
	if err != nil {
		b.Fatal(err)
	}
	in := values.Input{Files: []values.Source{{Name: "flink.yaml", Data: manyJobs(1000)}}}
	b.SetBytes(int64(len(in.Files[0].Data)))
	for _, sets := range [][]values.Set{nil, {{Flag: "--set", Value: "jobs.job-1.parallelism=8"}}} {
		b.Run(fmt.Sprintf("sets=%d", len(sets)), func(b *testing.B) {
			in.Sets = sets
			for b.Loop() {
				if _, findings, err := values.Load(in, schema); err != nil || len(findings) > 0 {
					b.Fatal(err, findings)
				}
			}
		})
	}
}
