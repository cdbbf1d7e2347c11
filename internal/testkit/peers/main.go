// Command peers compares the program with what people use today for the same work, helm template, kustomize build and
// kubeconform: CPU time and peak memory of whole processes, by turns, on fleets of jobs.
//
//	go run ./internal/testkit/peers             measures and writes docs/performance.md
//	go run ./internal/testkit/peers -quick      measures what takes a minute, and fails when a ratio to the peers is more
//	                                            than 30 % worse than the one in docs/performance.md
//	go run ./internal/testkit/peers -write DIR  writes the fleets below DIR and measures nothing
//
// It needs bin/helm-flink (make build), and helm3, kustomize and kubeconform (make tools). Absolute times count
// nowhere: another machine has others.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/testkit/crdschemas"
	"github.com/helm-flink/helm-flink/schemas"
)

// bench has the programs, and a folder for what they read and write.
type bench struct {
	flink, helm, kustomize, kubeconform string
	dir, schemas                        string
	env                                 []string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	quick := flag.Bool("quick", false, "compare the ratios with those of the page instead of writing it")
	sizes := flag.String("sizes", "", "numbers of jobs (default 1,10,100,1000,5000; with -quick 1,10,100)")
	page := flag.String("page", "docs/performance.md", "`file` with the table")
	program := flag.String("program", "bin/helm-flink", "`file` of the program")
	write := flag.String("write", "", "`directory` to write the fleets to, instead of measuring")
	flag.Parse()
	if *sizes == "" {
		*sizes = "1,10,100,1000,5000"
		if *quick {
			*sizes = "1,10,100"
		}
	}
	var err error
	if *write != "" {
		err = writeFleets(*write, *sizes)
	} else {
		err = run(ctx, *program, *page, *sizes, *quick)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error: "+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, program, page, sizes string, quick bool) error {
	b, clean, err := newBench(ctx, program)
	if err != nil {
		return err
	}
	defer clean()
	rows, err := b.all(ctx, sizes)
	if err != nil {
		return err
	}
	text := table(rows)
	if quick {
		fmt.Print(text)
		return compare(rows, page)
	}
	text = fmt.Sprintf("%s, %d processors, helm %s, kustomize %s, kubeconform %s.\n\n%s\nThe steps of the chain, CPU time:\n\n%s",
		runtime.Version(), runtime.NumCPU(), version(ctx, b.helm), version(ctx, b.kustomize), version(ctx, b.kubeconform),
		text, steps(rows))
	if grows := growth(rows); grows != "" {
		text += "\nThe time grows with the number of jobs to the power of:\n\n" + grows
	}
	fmt.Print(text)
	return replace(page, text)
}

// version is that of a module that a program was built from.
func version(ctx context.Context, program string) string {
	out, _ := exec.CommandContext(ctx, "go", "version", "-m", program).Output()
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) > 2 && fields[0] == "mod" {
			return fields[2]
		}
	}
	return "of an unknown version"
}

// fleetsOf are the fleets of some sizes, below a directory.
func fleetsOf(dir, sizes string) ([]fleet, error) {
	var all []fleet
	for text := range strings.SplitSeq(sizes, ",") {
		jobs, err := strconv.Atoi(text)
		if err != nil || jobs < 1 {
			return nil, fmt.Errorf("-sizes %q: want numbers of jobs", sizes)
		}
		all = append(all, fleet{jobs, filepath.Join(dir, text)})
	}
	return all, nil
}

func writeFleets(dir, sizes string) error {
	fleets, err := fleetsOf(dir, sizes)
	for _, f := range fleets {
		err = errors.Join(err, f.write())
	}
	return err
}

// all measures everything, fleet by fleet.
func (b *bench) all(ctx context.Context, sizes string) ([]measured, error) {
	work := b.starts()
	fleets, err := fleetsOf(b.dir, sizes)
	if err != nil {
		return nil, err
	}
	for _, f := range fleets {
		fmt.Fprintf(os.Stderr, "a fleet of %s\n", plural(f.jobs))
		if err := b.prepare(ctx, f); err != nil {
			return nil, err
		}
		work = append(work, b.rows(f)...)
	}
	var all []measured
	for _, r := range work {
		m, err := b.measure(ctx, r)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(os.Stderr, "%s: %s, peers %s\n", r.name, seconds(m.our), seconds(m.their))
		all = append(all, m)
	}
	return all, nil
}

// compare fails when a ratio fell.
func compare(rows []measured, page string) error {
	data, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	worse, err := fallen(rows, ratios(string(data)))
	if err == nil && len(worse) > 0 {
		err = errors.New(strings.Join(worse, "\n"))
	}
	return err
}

// newBench finds the programs and makes a folder, which clean removes.
func newBench(ctx context.Context, program string) (b *bench, clean func(), err error) {
	b = &bench{}
	if b.flink, err = filepath.Abs(program); err != nil {
		return nil, nil, err
	}
	if _, err := os.Stat(b.flink); err != nil {
		return nil, nil, fmt.Errorf("%w; make build makes it", err)
	}
	for name, to := range map[string]*string{"helm3": &b.helm, "kustomize": &b.kustomize, "kubeconform": &b.kubeconform} {
		out, err := exec.CommandContext(ctx, "internal/testkit/tools.sh", "path", name).Output()
		if err != nil {
			return nil, nil, fmt.Errorf("%s is not built; make tools builds it", name)
		}
		*to = strings.TrimSpace(string(out))
	}
	if b.dir, err = os.MkdirTemp("", "peers"); err != nil {
		return nil, nil, err
	}
	clean = func() { _ = os.RemoveAll(b.dir) }
	b.schemas = filepath.Join(b.dir, "schemas")
	b.env = []string{"HOME=" + b.dir, "PATH=" + os.Getenv("PATH")}
	if err := os.Mkdir(b.schemas, 0o755); err != nil {
		return nil, clean, err
	}
	return b, clean, crdschemas.Write(schemas.CRDs, b.schemas)
}
