package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// row is one comparison: the same work by the peers and by the program.
type row struct {
	// name is work/jobs, by which a later run finds it.
	name string
	work string
	// peer names what it is compared with.
	peer string
	// bar is the least that peers may take, as a multiple of ours; 0 is none.
	bar           float64
	ours, theirs  func(context.Context) (cost, error)
	runs, perhaps int // how often; perhaps is how often the peers, if less
}

// measured is a row with the medians.
type measured struct {
	row
	our, their cost
}

// ratio is how many times ours the peers take.
func (m measured) ratio() float64 { return m.their.cpu.Seconds() / m.our.cpu.Seconds() }

// measure runs the rows, the peers and the program in turn.
func (b *bench) measure(ctx context.Context, r row) (measured, error) {
	var ours, theirs []cost
	for i := range r.runs {
		if r.perhaps == 0 || i < r.perhaps {
			c, err := r.theirs(ctx)
			if err != nil {
				return measured{}, fmt.Errorf("%s: %w", r.name, err)
			}
			theirs = append(theirs, c)
		}
		c, err := r.ours(ctx)
		if err != nil {
			return measured{}, fmt.Errorf("%s: %w", r.name, err)
		}
		ours = append(ours, c)
	}
	return measured{r, median(ours), median(theirs)}, nil
}

// repeats is how often work on so many jobs is measured.
func repeats(jobs int) int {
	switch {
	case jobs <= 10:
		return 11
	case jobs <= 100:
		return 5
	default:
		return 3
	}
}

// starts are the rows of what has nothing to do.
func (b *bench) starts() []row {
	var all []row
	for _, args := range [][]string{{"version"}, {"--help"}, {"completion", "bash"}} {
		all = append(all, row{
			name: "start/" + strings.TrimLeft(args[0], "-"), work: "`" + strings.Join(args, " ") + "`",
			peer: "`helm version`", bar: 1, runs: 11,
			ours:   b.once(command{args: append([]string{b.flink}, args...)}),
			theirs: b.once(command{args: []string{b.helm, "version"}}),
		})
	}
	return all
}

func (b *bench) once(all ...command) func(context.Context) (cost, error) {
	return func(ctx context.Context) (cost, error) { return b.chain(ctx, all...) }
}

// maxChain is the largest fleet that the chain is measured with: Kustomize needs the square of the jobs.
const maxChain = 1000

// rows are those of one fleet.
func (b *bench) rows(f fleet) []row {
	n := repeats(f.jobs)
	full := b.template(f, "-k", f.path("overlay"))
	full.stdout = f.path("ours.out")
	chain := []command{
		{args: []string{b.helm, "template", "fleet", f.path("chart"), "-f", f.path("peer.yaml")}, stdout: f.path("base/all.yaml")},
		{args: []string{b.kustomize, "build", f.path("peer")}, stdout: f.path("peers.out")},
		{args: append(b.conform(), "-ignore-missing-schemas"), stdin: f.path("peers.out")},
	}
	var all []row
	add := func(work, what, peer string, bar float64, ours, theirs func(context.Context) (cost, error)) {
		all = append(all, row{
			name: fmt.Sprintf("%s/%d", work, f.jobs), work: fmt.Sprintf("%s, %s", plural(f.jobs), what), peer: peer, bar: bar,
			ours: ours, theirs: theirs, runs: n,
		})
	}
	if f.jobs <= maxChain {
		bars := map[int]float64{1: 1 / 1.3, 1000: 25}
		add("full", "`template` with an overlay", "the chain", bars[f.jobs], b.once(full), b.once(chain...))
		if f.jobs == maxChain {
			all[0].perhaps = 1
		}
	} else {
		add("full", "`template` with an overlay", "`helm template` alone", 0, b.once(full), b.once(chain[0]))
	}
	if f.jobs == 10 {
		add("validate", "`validate` of the values file", "the chain", 2,
			b.once(command{args: []string{b.flink, "validate", "-f", f.path("values.yaml")}}), b.once(chain...))
	}
	if f.jobs >= 100 {
		bar := 0.0
		if f.jobs == 1000 {
			bar = 1 / 1.5
		}
		add("piped", "`validate -` of their FlinkDeployments", "kubeconform", bar,
			b.once(command{args: []string{b.flink, "validate", "-"}, stdin: f.path("piped.yaml")}),
			b.once(command{args: b.conform(), stdin: f.path("piped.yaml")}))
		add("changed", "`template --output-dir` with one changed job", "writing it all", 2, b.changed(f), b.written(f))
	}
	return all
}

// conform is kubeconform with the schemas of the CRDs. One worker takes the least CPU time: each compiles the schemas
// for itself.
func (b *bench) conform() []string {
	return []string{b.kubeconform, "-n", "1", "-strict", "-summary", "-schema-location",
		filepath.Join(b.schemas, "{{.ResourceKind}}_{{.ResourceAPIVersion}}.json")}
}

// template is the command that renders a fleet.
func (b *bench) template(f fleet, more ...string) command {
	return command{args: append([]string{b.flink, "template", "-f", f.path("values.yaml")}, more...)}
}

// written writes the layout of a fleet anew.
func (b *bench) written(f fleet) func(context.Context) (cost, error) {
	return func(ctx context.Context) (cost, error) {
		if err := os.RemoveAll(f.path("deploy")); err != nil {
			return cost{}, err
		}
		return b.run(ctx, b.template(f, "--output-dir", f.path("deploy")))
	}
}

// changed writes the layout with another job changed than the last time.
func (b *bench) changed(f fleet) func(context.Context) (cost, error) {
	next := 0
	return func(ctx context.Context) (cost, error) {
		next++
		set := fmt.Sprintf("jobs.%s.maxParallelism=%d", jobAt(next%f.jobs).name, 720+next)
		return b.run(ctx, b.template(f, "--output-dir", f.path("deploy"), "--set", set))
	}
}

// prepare writes what the rows of a fleet read, and proves that a wrong job in the fleet is found.
func (b *bench) prepare(ctx context.Context, f fleet) error {
	if err := f.write(); err != nil {
		return err
	}
	jobs := b.template(f, "--include", "jobs")
	jobs.stdout = f.path("jobs.yaml")
	if _, err := b.run(ctx, jobs); err != nil {
		return err
	}
	if err := onlyDeployments(f.path("jobs.yaml"), f.path("piped.yaml")); err != nil {
		return err
	}
	wrong := fmt.Sprintf("jobs.%s.spec.job.upgradeMode=sometimes", jobAt(f.jobs/2).name)
	broken := b.template(f, "-k", f.path("overlay"), "--set", wrong)
	broken.code = 3
	_, err := b.run(ctx, broken)
	return err
}

func plural(jobs int) string {
	if jobs == 1 {
		return "1 job"
	}
	return fmt.Sprintf("%d jobs", jobs)
}
