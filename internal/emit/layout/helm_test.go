package layout_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/emit/layout"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestHelm: the chart renders to our objects with the real Helm 3 and 4, what an
// environment changes arrives, and what is no value is refused.
func TestHelm(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, set(t), layout.Helm)
	var want []map[string]any
	for _, o := range set(t) {
		want = append(want, o.Data)
	}
	for _, major := range []string{"helm3", "helm4"} {
		t.Run(major, func(t *testing.T) {
			t.Parallel()
			helm := testkit.Tool(t, major)
			all := run(t, helm, "template", "shop", dir, "--include-crds")
			compare(t, byKey(parse(t, withoutSources(all))), byKey(want))
			run(t, helm, "lint", dir)
			if out := run(t, helm, "template", "shop", dir, "-f", filepath.Join(dir, "environments", "prod.yaml"), "--include-crds"); out != all {
				t.Errorf("the sample changes something:\n%s", testkit.Diff("template", all, out))
			}
			environment(t, helm, dir, all)
			jobsLast(t, helm, dir)
		})
	}
}

// environment changes every kind of value.
func environment(t *testing.T, helm, dir, before string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "prod.yaml")
	const prod = `
region: us-east-1
buckets: {state: prod-state, programs: prod-programs}
jobs: {pay: {orders: {image: "registry/orders:2", parallelism: 12, state: suspended, taskManagerReplicas: 6}}}
blueGreen: {ship: {both: {parallelism: 3}}}
sessionJobs: {ship: {one: {parallelism: 5}}}
serviceAccounts: {pay: {flink: {roleArn: "arn:aws:iam::444455556666:role/prod"}}}
`
	if err := os.WriteFile(file, []byte(prod), 0o600); err != nil {
		t.Fatal(err)
	}
	after := run(t, helm, "template", "shop", dir, "--include-crds", "-f", file)
	const want = `arn:aws:iam::111122223333:role/pay > arn:aws:iam::444455556666:role/prod
region: eu-west-1 > us-east-1
- eu-west-1 > us-east-1
parallelism: 1 > 3
a.region: eu-west-1 > us-east-1
s3://state/ha/{{x}}/\"quoted\"\\ > s3://prod-state/ha/{{x}}/\"quoted\"\\
s3a://state > s3a://prod-state
registry/orders:1 > registry/orders:2
s3://programs/orders.jar > s3://prod-programs/orders.jar
parallelism: 4 > 12
state: running > suspended
replicas: 2 > 6
s3://state/sp > s3://prod-state/sp
parallelism: 1 > 5
s3://state/sp > s3://prod-state/sp
`
	lines := map[string]int{}
	for line := range strings.SplitSeq(strings.TrimSpace(want), "\n") {
		lines[line]++
	}
	olds, news := strings.Split(before, "\n"), strings.Split(after, "\n")
	if len(olds) != len(news) {
		t.Fatalf("%d lines, before %d", len(news), len(olds))
	}
	for i := range olds {
		if olds[i] == news[i] {
			continue
		}
		found := false
		for line := range lines {
			from, to, _ := strings.Cut(line, " > ")
			if strings.Contains(plain(olds[i]), plain(from)) && strings.Contains(plain(news[i]), plain(to)) {
				if lines[line]--; lines[line] == 0 {
					delete(lines, line)
				}
				found = true
				break
			}
		}
		if !found {
			t.Errorf("changed without being asked: %s to %s", olds[i], news[i])
		}
	}
	for line := range lines {
		t.Errorf("not changed: %s", line)
	}
	for _, typo := range []string{"jobs.pay.order.parallelism=1", "jobs.pay.orders.parallelism=many", "jobs.pay.orders.state=off", "bucket.state=x"} {
		_, complaint, err := testkit.Run(t.Context(), testkit.Command{Name: helm, Args: []string{"template", dir, "--set", typo}})
		if err == nil || !strings.Contains(complaint, "schema") {
			t.Errorf("--set %s: %v, %s", typo, err, complaint)
		}
	}
}

func plain(line string) string { return strings.NewReplacer(`"`, "", "'", "").Replace(line) }

// jobsLast leaves the jobs out of an installation, and out of nothing else.
func jobsLast(t *testing.T, helm, dir string) {
	t.Helper()
	const job = "kind: FlinkDeployment"
	if out := run(t, helm, "template", dir, "--set", "platformFirst=true"); strings.Contains(out, job) || !strings.Contains(out, "kind: Deployment") {
		t.Errorf("a first installation:\n%s", out)
	}
	if out := run(t, helm, "template", dir, "--set", "platformFirst=true", "--is-upgrade"); !strings.Contains(out, job) {
		t.Error("an upgrade would delete the jobs")
	}
}

// withoutSources takes Helm's comments and the separator in front away.
func withoutSources(stream string) string {
	var out strings.Builder
	for line := range strings.Lines(strings.TrimPrefix(stream, "---\n")) {
		if !strings.HasPrefix(line, "# Source: ") {
			out.WriteString(line)
		}
	}
	return out.String()
}
