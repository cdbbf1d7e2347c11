package stream_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/manifest/stream"
)

// deployment is a FlinkDeployment of 150 lines.
func deployment(i int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `---
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata:
  name: orders-%d
  namespace: team-payments
  labels: {app.kubernetes.io/name: orders, team: payments}
spec:
  image: 111122223333.dkr.ecr.us-west-2.amazonaws.com/orders:1.4.2 # the team's own
  flinkVersion: v1_20
  serviceAccount: flink-payments
  flinkConfiguration:
`, i)
	for n := range 60 {
		fmt.Fprintf(&b, "    pipeline.option-%d.size: \"%d\"\n", n, n)
	}
	b.WriteString("  podTemplate:\n    spec:\n      containers:\n        - name: flink-main-container\n          env:\n")
	for n := range 25 {
		fmt.Fprintf(&b, "            - name: VARIABLE_%d\n              value: text of some length\n", n)
	}
	b.WriteString(`      nodeSelector: {karpenter.sh/capacity-type: on-demand}
  jobManager:
    replicas: 1
    resource:
      memory: 2048m
      cpu: 1
  taskManager:
    replicas: 2
    resource:
      memory: 4096m
      cpu: 2.5
  job:
    jarURI: local:///opt/flink/usrlib/orders.jar
    args: [--topic, orders, --window, "60"]
    parallelism: 4
    upgradeMode: savepoint
`)
	for strings.Count(b.String(), "\n") < 151 {
		b.WriteString("    # a comment that says why\n")
	}
	return b.String()
}

// repeated is a stream of n deployments that is made as it is read.
type repeated struct {
	n, of int
	rest  []byte
}

func (r *repeated) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.n == r.of {
			return 0, io.EOF
		}
		r.rest = []byte(deployment(r.n))
		r.n++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// BenchmarkObjects reads 1,000 FlinkDeployments of 150 lines: the time of one
// document is a thousandth.
func BenchmarkObjects(b *testing.B) {
	var text bytes.Buffer
	if _, err := io.Copy(&text, &repeated{of: 1000}); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		for doc, err := range stream.Documents("f.yaml", bytes.NewReader(text.Bytes())) {
			if err != nil {
				b.Fatal(err)
			}
			if set, findings := doc.Objects(); len(set) != 1 || len(findings) > 0 {
				b.Fatal(findings)
			}
		}
	}
}

// BenchmarkDocuments cuts the same stream without parsing.
func BenchmarkDocuments(b *testing.B) {
	text := strings.Repeat(deployment(1), 1000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for doc, err := range stream.Documents("f.yaml", strings.NewReader(text)) {
			if err != nil || !doc.IsManifest() {
				b.Fatal("no manifest")
			}
		}
	}
}

// BenchmarkLocate is the first question about a place, and a later one.
func BenchmarkLocate(b *testing.B) {
	doc := documents(b, deployment(1))[0]
	field := []string{"spec", "podTemplate", "spec", "containers", "flink-main-container", "env", "7", "value"}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			set, _ := doc.Objects()
			set[0].Origin.Field(field...)
		}
	})
	set, _ := doc.Objects()
	b.Run("later", func(b *testing.B) {
		for b.Loop() {
			set[0].Origin.Field(field...)
		}
	})
}

// TestMemory: the memory in use does not grow with a stream: 50 MB are read
// with the objects of one document at a time.
func TestMemory(t *testing.T) {
	size := 50 << 20
	if testing.Short() {
		size = 5 << 20
	}
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	count, most := 0, uint64(0)
	for doc, err := range stream.Documents("f.yaml", &repeated{of: size / len(deployment(0))}) {
		if err != nil {
			t.Fatal(err)
		}
		if set, findings := doc.Objects(); len(set) != 1 || len(findings) > 0 {
			t.Fatal(findings)
		}
		if count++; count%500 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
	}
	if most > before.HeapAlloc+4<<20 {
		t.Errorf("%d MB in %d documents: %d KiB in use before, %d KiB later", size>>20, count, before.HeapAlloc>>10, most>>10)
	}
}
