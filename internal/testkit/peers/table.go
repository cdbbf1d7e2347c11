package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// The markers of the part of docs/performance.md that is written.
const (
	begin = "<!-- make bench -->\n"
	end   = "<!-- end of make bench -->\n"
)

// table is the rows in Markdown. The first column is the name of the row, the last but one the ratio.
func table(rows []measured) string {
	var b strings.Builder
	b.WriteString("| Row | Work | Ours | Peak | Peers | CPU | Peak | Ratio | Bar |\n|---|---|--:|--:|---|--:|--:|--:|---|\n")
	for _, m := range rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %.2f | %s |\n",
			m.name, m.work, seconds(m.our), mebibytes(m.our), m.peer, seconds(m.their), mebibytes(m.their), m.ratio(), m.verdict())
	}
	return b.String()
}

// verdict says whether the bar is reached.
func (m measured) verdict() string {
	switch {
	case m.bar == 0:
		return ""
	case m.ratio() >= m.bar:
		return fmt.Sprintf("%.2f, reached", m.bar)
	default:
		return fmt.Sprintf("%.2f, missed", m.bar)
	}
}

func seconds(c cost) string   { return fmt.Sprintf("%.3f s", c.cpu.Seconds()) }
func mebibytes(c cost) string { return fmt.Sprintf("%.0f MiB", float64(c.peak)/1024) }

// steps is a table of what the chain is made of.
func steps(rows []measured) string {
	var b strings.Builder
	b.WriteString("| Jobs | `helm template` | `kustomize build` | kubeconform | The chain | Ours |\n|--:|--:|--:|--:|--:|--:|\n")
	for _, m := range rows {
		jobs, full := strings.CutPrefix(m.name, "full/")
		if !full {
			continue
		}
		cells := []string{"", "", ""}
		for i, step := range m.their.steps {
			cells[i] = seconds(step)
		}
		chain := seconds(m.their)
		if len(m.their.steps) < len(cells) {
			chain = ""
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", jobs, strings.Join(cells, " | "), chain, seconds(m.our))
	}
	return b.String()
}

// growth says how the time of the whole work grows with the jobs: as their number to the power of this.
func growth(rows []measured) string {
	var b strings.Builder
	var before *measured
	last := 0
	for i, m := range rows {
		jobs, err := strconv.Atoi(strings.TrimPrefix(m.name, "full/"))
		if err != nil {
			continue
		}
		if before != nil && last >= 100 {
			fmt.Fprintf(&b, "- from %d to %d jobs: ours %.2f (times %.1f)", last, jobs, exponent(before.our, m.our, last, jobs),
				m.our.cpu.Seconds()/before.our.cpu.Seconds())
			for step, name := range []string{"`helm template`", "`kustomize build`", "kubeconform"} {
				if step < len(m.their.steps) && step < len(before.their.steps) {
					fmt.Fprintf(&b, ", %s %.2f", name, exponent(before.their.steps[step], m.their.steps[step], last, jobs))
				}
			}
			b.WriteByte('\n')
		}
		before, last = &rows[i], jobs
	}
	return b.String()
}

func exponent(small, large cost, few, many int) float64 {
	return math.Log(large.cpu.Seconds()/small.cpu.Seconds()) / math.Log(float64(many)/float64(few))
}

// replace writes text between the markers of a file.
func replace(name, text string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	head, rest, found := bytes.Cut(data, []byte(begin))
	_, tail, closed := bytes.Cut(rest, []byte(end))
	if !found || !closed {
		return fmt.Errorf("%s has no %q and %q", name, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return os.WriteFile(name, []byte(string(head)+begin+text+end+string(tail)), 0o600)
}

// ratios reads the ratios of a table that was written, by the names of the rows.
func ratios(text string) map[string]float64 {
	out := map[string]float64{}
	line := regexp.MustCompile(`(?m)^\| ([a-z]+/[a-z0-9]+) \|.*\| ([0-9.]+) \| [^|]*\|$`)
	for _, m := range line.FindAllStringSubmatch(text, -1) {
		if ratio, err := strconv.ParseFloat(m[2], 64); err == nil {
			out[m[1]] = ratio
		}
	}
	return out
}

// least is the part of a committed ratio that a new one must reach.
const least = 0.7

// fallen says which rows have a ratio that fell by more than 30 %. A row that the committed table does not have is left
// out; that there is none at all is an error.
func fallen(rows []measured, committed map[string]float64) ([]string, error) {
	var worse []string
	compared := 0
	for _, m := range rows {
		was, known := committed[m.name]
		if !known {
			continue
		}
		compared++
		if m.ratio() < least*was {
			worse = append(worse, fmt.Sprintf("%s: the ratio fell from %.2f to %.2f", m.name, was, m.ratio()))
		}
	}
	if compared == 0 {
		return nil, fmt.Errorf("the committed table has none of the rows: run make bench")
	}
	return worse, nil
}
