// Package metrics holds the metrics of Flink, of its operator and of the sources around them under the names that
// Prometheus sees, the alerts on them, and dashboards that show them.
//
// The names are those that Flink's Prometheus reporter makes: "flink", the logical scope and the name, with all that
// is no letter or digit replaced by "_" (AbstractPrometheusReporter.java). Groups that have a key and a value leave the key in
// the name and make a label of the value (GenericValueMetricGroup.java).
//
// It may import flink, and what that may.
package metrics

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed metrics.tsv
var table string

// Metric is a line of the table.
type Metric struct {
	// Name is the name in Prometheus; <Collector> in it stands for any name.
	Name string
	// Type is gauge or counter.
	Type string
	// Since is the Flink version that has it first, empty for all that are supported.
	Since string
	// Help says what it is, Source where that is written.
	Help, Source string
}

// Table returns the known metrics, in the order of the file.
func Table() ([]Metric, error) {
	var out []Metric
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != 5 {
			return nil, fmt.Errorf("metrics.tsv: %q has %d cells, want 5", line, len(cells))
		}
		out = append(out, Metric{Name: cells[0], Type: cells[1], Since: cells[2], Help: cells[3], Source: cells[4]})
	}
	return out, nil
}
