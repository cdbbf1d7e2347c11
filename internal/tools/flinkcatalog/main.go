// Command flinkcatalog makes the catalogue of configuration options that
// internal/flink/catalog embeds: it reads what catalog.sh prints, an option of a
// version a line, on its standard input, and writes a line for each option and
// range of versions, to the file that it is given.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: catalog.sh read | flinkcatalog FILE")
		os.Exit(2)
	}
	c := catalog{}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		if err := c.add(in.Text()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if err := os.WriteFile(os.Args[1], c.write(), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// operator is the name of the version of the operator's own options.
const operator = "operator"

// versions are those of Flink that catalog.sh reads, oldest first.
func versions() []string { return []string{"1.17", "1.18", "1.19", "1.20", "2.0", "2.1", "2.2"} }

// notConfiguration are the classes of options that are no configuration of a
// cluster or job: of a table's WITH clause, a hint, a reporter (whose keys stand
// behind metrics.reporter.<name>.), or of Flink's inner wiring.
func notConfiguration(class string) bool {
	switch class {
	case "FactoryUtil", "LookupOptions", "LookupJoinHintOptions", "StreamConfig", "CommonCatalogOptions", "CommonModuleOptions",
		"PrometheusPushGatewayReporterOptions", "SqlGatewayRestOptions", "GenericInMemoryCatalogFactoryOptions",
		"PythonDynamicTableOptions", "ArrowTableSourceOptions", "VectorSearchRuntimeConfigOptions",
		"MLPredictRuntimeConfigOptions", "FileCatalogStoreFactoryOptions", "FlinkConfigBuilder", "SinkOptions", "StreamPipelineOptions":
		return true
	default:
		return strings.HasSuffix(class, "Internal")
	}
}

// row is what an option, or an old key of one, is in a version.
type row struct {
	key, kind, initial, target, scope string
}

// catalog is the rows of each version.
type catalog map[string]map[row]bool

// add reads a line: version, key, type, default, deprecated keys, fallback
// keys, class, section, deprecated or current.
func (c catalog) add(line string) error {
	f := strings.Split(line, "\t")
	if len(f) != 9 {
		return fmt.Errorf("line %q: want 9 fields", line)
	}
	version, key, class := f[0], f[1], f[6]
	if key == "class" || notConfiguration(class) || strings.Contains(key, "internal.") || strings.HasPrefix(key, "hidden.") {
		return nil
	}
	initial := f[3]
	if strings.HasPrefix(initial, "apache/flink:") || strings.HasPrefix(initial, "/tmp") {
		initial = "" // depends on the version and on the machine that reads it
	}
	if c[version] == nil {
		c[version] = map[row]bool{}
	}
	r := row{key, f[2], initial, "", scope(version, class, f[7])}
	if f[8] == "deprecated" {
		r.scope = "deprecated"
	}
	c[version][r] = true
	for _, old := range strings.Split(f[4], ",") {
		if old != "" {
			c[version][row{old, "renamed", "", key, ""}] = true
		}
	}
	for _, old := range strings.Split(f[5], ",") {
		if old != "" {
			c[version][row{old, "fallback", "", key, ""}] = true
		}
	}
	return nil
}

// scope is "operator" for an option that a resource cannot set.
func scope(version, class, section string) string {
	if class == "KubernetesOperatorMetricOptions" { // the operator reads them when it starts
		return operator
	}
	if version == operator && section != "" && !strings.Contains(section, "dynamic") && !strings.Contains(section, "bluegreen") {
		return operator
	}
	return ""
}

// tidy leaves one row of an option of a version: the one that is not deprecated
// stands before its double.
func tidy(rows map[row]bool) {
	for r := range rows {
		if r.scope == "deprecated" {
			for o := range rows {
				if o.key == r.key && o.target == "" && o.scope != "deprecated" {
					delete(rows, r)
				}
			}
		}
	}
}

// write gives a line for each row and range of versions: key, type, default,
// key that replaces it, scope, first and last version; sorted by key.
func (c catalog) write() []byte {
	var lines []string
	for r := range c[operator] {
		lines = append(lines, r.line(operator, operator))
	}
	all := map[row]bool{}
	for _, v := range versions() {
		tidy(c[v])
		for r := range c[v] {
			all[r] = true
		}
	}
	for r := range all {
		first := ""
		for i, v := range versions() {
			if c[v][r] && first == "" {
				first = v
			}
			last := i+1 == len(versions()) || !c[versions()[i+1]][r]
			if c[v][r] && last {
				lines = append(lines, r.line(first, v))
				first = ""
			}
		}
	}
	slices.Sort(lines)
	var out bytes.Buffer
	for _, l := range lines {
		out.WriteString(l + "\n")
	}
	return out.Bytes()
}

func (r row) line(first, last string) string {
	return strings.Join([]string{r.key, r.kind, r.initial, r.target, r.scope, first, last}, "\t")
}
