package main

import (
	"bufio"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// chart is what the peers render, six objects a job.
//
//go:embed all:chart
var chart embed.FS

// seed makes every fleet of a size the same, and each the beginning of a larger one.
const seed = 20260101

// teamSize is how many jobs a team has at most.
const teamSize = 40

// job is what varies between jobs. Numbers and shares are guesses at a platform that grew: most jobs are small, some
// scale by themselves, a few keep no state.
type job struct {
	name, team, upgradeMode, pool, arch, memory string
	parallelism, cpu, checkpoint, autoscaler    int
	env                                         int
}

// jobAt is the job of an index, the same in every fleet.
func jobAt(i int) job {
	r := rand.New(rand.NewPCG(seed, uint64(i)))
	j := job{
		name: fmt.Sprintf("%s-%05d", pick(r, "orders", "payments", "clicks", "sessions", "fraud", "inventory"), i),
		team: fmt.Sprintf("team-%03d", i/teamSize), upgradeMode: "savepoint", pool: "flink-amd64", arch: "amd64",
		memory: pick(r, "2048", "4096", "4096", "8192"), cpu: 1 + r.IntN(3),
		parallelism: 1 << r.IntN(5), checkpoint: 10 * (1 + r.IntN(12)), env: r.IntN(6),
	}
	switch r.IntN(10) {
	case 0:
		j.upgradeMode = "stateless"
	case 1, 2, 3:
		j.upgradeMode = "last-state"
	}
	if r.IntN(4) == 0 {
		j.pool, j.arch = "flink-arm64", "arm64"
	}
	if r.IntN(5) == 0 {
		j.autoscaler = 4 * j.parallelism
	}
	return j
}

func pick(r *rand.Rand, words ...string) string { return words[r.IntN(len(words))] }

// fleet is the input of one size, below a folder: values.yaml and overlay for the program; chart, peer.yaml, base and
// peer for Helm and Kustomize.
type fleet struct {
	jobs int
	dir  string
}

func (f fleet) path(name string) string { return filepath.Join(f.dir, name) }

// write writes all files.
func (f fleet) write() error {
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		return err
	}
	sub, err := fs.Sub(chart, "chart")
	if err != nil {
		return err
	}
	if err := os.CopyFS(f.path("chart"), sub); err != nil {
		return err
	}
	for name, write := range map[string]func(io.Writer){
		"values.yaml":                f.values,
		"peer.yaml":                  f.peerValues,
		"base/kustomization.yaml":    text("resources: [all.yaml]\n"),
		"peer/kustomization.yaml":    text("resources: [../base]\n" + overlay),
		"overlay/kustomization.yaml": text("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" + overlay),
	} {
		if err := file(f.path(name), write); err != nil {
			return err
		}
	}
	return nil
}

// overlay is one label and one patch, the same for all.
const overlay = `labels:
- pairs: { environment: production }
patches:
- target: { kind: FlinkDeployment }
  patch: |
    apiVersion: flink.apache.org/v1beta1
    kind: FlinkDeployment
    metadata: { name: any }
    spec:
      flinkConfiguration: { restart-strategy.type: exponential-delay }
`

func text(s string) func(io.Writer) { return func(w io.Writer) { _, _ = io.WriteString(w, s) } }

// file writes a file, and its folder.
func file(name string, write func(io.Writer)) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	write(w)
	if err := w.Flush(); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// values are those of the program: a platform with its node pools, teams and jobs.
func (f fleet) values(w io.Writer) {
	_, _ = io.WriteString(w, `cluster:
  name: streaming
  region: us-west-2
  accountId: "111122223333"
  kubernetesVersion: "1.33"
  oidcProvider: oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF
  nodeRole: streaming-karpenter-node
runtime: { image: "flink:1.20.4-java17", s3: { plugin: presto } }
storage: { bucket: streaming-flink-state }
jobDefaults:
  nodePool: flink-amd64
  savepoints: { every: 12h, keep: 4 }
nodeClasses:
  flink: { amiAlias: al2023@v20260101, rootVolume: { size: 100Gi } }
nodePools:
  flink-amd64: { nodeClass: flink, instanceFamilies: [c6i, m6i, r6i] }
  flink-arm64: { nodeClass: flink, arch: [arm64], instanceFamilies: [c7g, m7g, r7g] }
teams:
`)
	for i := 0; i < f.jobs; i += teamSize {
		name := jobAt(i).team
		_, _ = fmt.Fprintf(w, "  %s:\n    role: { name: flink-%s }\n    groups: { %s-developers: edit }\n", name, name, name)
	}
	_, _ = io.WriteString(w, "jobs:\n")
	for i := range f.jobs {
		j := jobAt(i)
		_, _ = fmt.Fprintf(w, `  %s:
    team: %s
    jarURI: local:///opt/flink/examples/streaming/StateMachineExample.jar
    parallelism: %d
    upgradeMode: %s
    nodePool: %s
    checkpoints: { interval: %ds }
    taskManager: { cpu: %d, memory: %sMi, slots: 2 }
`, j.name, j.team, j.parallelism, j.upgradeMode, j.pool, j.checkpoint, j.cpu, j.memory)
		if j.autoscaler > 0 {
			_, _ = fmt.Fprintf(w, "    autoscaler: { enabled: true, maxParallelism: %d }\n", j.autoscaler)
		}
		j.writeEnv(w)
	}
}

// peerValues are those of the peers' chart.
func (f fleet) peerValues(w io.Writer) {
	_, _ = io.WriteString(w, "jobs:\n")
	for i := range f.jobs {
		j := jobAt(i)
		_, _ = fmt.Fprintf(w, `  %s:
    team: %s
    image: flink:1.20.4-java17
    parallelism: %d
    upgradeMode: %s
    pool: %s
    arch: %s
    checkpoint: %ds
    cpu: %d
    memory: %sm
`, j.name, j.team, j.parallelism, j.upgradeMode, j.pool, j.arch, j.checkpoint, j.cpu, j.memory)
		if j.autoscaler > 0 {
			_, _ = fmt.Fprintf(w, "    autoscaler: %d\n", j.autoscaler)
		}
		j.writeEnv(w)
	}
}

func (j job) writeEnv(w io.Writer) {
	if j.env == 0 {
		_, _ = io.WriteString(w, "    env: {}\n")
		return
	}
	_, _ = io.WriteString(w, "    env:\n")
	for n := range j.env {
		_, _ = fmt.Fprintf(w, "      SETTING_%d: value-%d-of-%s\n", n, n, j.name)
	}
}
