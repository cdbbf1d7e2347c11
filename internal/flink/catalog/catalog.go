// Package catalog knows the configuration keys of Flink 1.17 to 2.2 and of the
// Flink Kubernetes Operator: their types, defaults, renames, and the versions
// that have them.
//
// The data, options.tsv, are read from the options in Flink's own jars:
// internal/tools/flinkcatalog (`make catalog`). It may import flink and diag.
package catalog

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/helm-flink/helm-flink/internal/flink"
)

//go:embed options.tsv
var data string

// started are the keys with which no job runs when their value does not parse.
//
//go:embed start.txt
var started string

// Catalog is the catalogue of keys. Its zero value is ready; the data are parsed
// when it is first asked. Safe for concurrent use.
type Catalog struct {
	once     sync.Once
	rows     map[string][]row
	patterns []pattern
	names    []string

	flatOnce sync.Once
	flat     []string // of names
}

// Option is what a key is in one version of Flink.
type Option struct {
	// Key is the option's key as the catalogue has it: with a placeholder as
	// "metrics.reporter.<name>.interval", or without the last part of the key of a
	// map's entry ("kubernetes.jobmanager.labels").
	Key string
	// Type is what Check takes; zero if the key is none of the version.
	Type Type
	// Default is the text of the default value, "" if there is none.
	Default string
	// Replaced are the current keys of an old key, and Renamed says that Flink
	// calls the old one deprecated; otherwise it is another spelling of equal
	// right.
	Replaced []string
	Renamed  bool
	// Deprecated says that Flink calls the option itself so, without a new name.
	Deprecated bool
	// Since is the first Flink version that has the key, zero if the oldest known
	// one, 1.17, has it already. Removed is the first without it, zero if the newest
	// known one, 2.2, has it.
	Since, Removed flink.Version
	// Operator: the key is one of the operator's, whatever the version of Flink, and
	// OperatorOnly: it counts in the operator's own configuration alone.
	Operator, OperatorOnly bool
	// AtStart: a cluster that gets a value of another type does not start, or runs
	// no job, whatever the job is. Tried with Flink 1.20 and 2.2 (start.txt).
	AtStart bool
	// Open: no more is known of the key than its beginning.
	Open bool
}

// In reports whether the version of Flink has the option. Versions outside the
// catalogue count as its nearest one, and an unknown version as one that has it.
func (o Option) In(v flink.Version) bool {
	v = Clamp(v)
	if v.IsZero() {
		return true
	}
	return v.Compare(o.Since) >= 0 && (o.Removed.IsZero() || v.Compare(o.Removed) < 0)
}

// Clamp gives the version of the catalogue that is nearest to v; the zero value
// stays as it is.
func Clamp(v flink.Version) flink.Version {
	all := Versions()
	switch {
	case v.IsZero() || slices.Contains(all, v):
		return v
	case v.Compare(all[0]) < 0:
		return all[0]
	default:
		return all[len(all)-1]
	}
}

// Versions lists the versions of Flink whose options are known, oldest first.
func Versions() []flink.Version {
	return []flink.Version{
		{Major: 1, Minor: 17}, {Major: 1, Minor: 18}, {Major: 1, Minor: 19}, {Major: 1, Minor: 20},
		{Major: 2, Minor: 0}, {Major: 2, Minor: 1}, {Major: 2, Minor: 2},
	}
}

// Lookup returns what a key is in a version of Flink; ok is false for one that
// no known version and no open prefix has. A key that other versions have comes
// back as the nearest of them has it: see Option.In. For the zero version it is
// what the newest one with the key says.
func (c *Catalog) Lookup(v flink.Version, key string) (o Option, ok bool) {
	c.once.Do(c.parse)
	if o := choose(c.find(key), Clamp(v)); o.Key != "" && (o.In(v) || !isOpen(key)) {
		return o, true
	}
	for at := strings.LastIndexByte(key, '.'); at > 0; at = strings.LastIndexByte(key[:at], '.') {
		if o := choose(c.rows[key[:at]], Clamp(v)); o.Type.kind == mapKind {
			o.Type = Type{kind: stringKind}
			return o, true
		}
	}
	if isOpen(key) {
		return Option{Key: key, Type: Type{kind: stringKind}, Open: true}, true
	}
	return Option{}, false
}

// find gives the rows of a key, or of the pattern that it matches.
func (c *Catalog) find(key string) []row {
	if rows := c.rows[key]; len(rows) > 0 {
		return rows
	}
	for _, p := range c.patterns {
		if p.matches(key) {
			return c.rows[p.key]
		}
	}
	return nil
}

// isOpen reports whether a key begins as those that Flink hands on: what no
// version has as an option may be one all the same.
func isOpen(key string) bool {
	return slices.ContainsFunc(open(), func(p string) bool { return strings.HasPrefix(key, p) })
}

// Keys lists the keys of the catalogue that have no placeholder, old ones as
// well, sorted.
func (c *Catalog) Keys() []string {
	c.once.Do(c.parse)
	return slices.Clone(c.names)
}

// open lists the beginnings of keys that Flink hands on, or whose ends are
// names: of Hadoop's file systems (flink-s3-fs-base, S3 and presto.s3 keys;
// flink-filesystems), of reporters, of containers' environments
// (ResourceManagerOptions.CONTAINERIZED_*_ENV_PREFIX), of the operator's plugins,
// and of catalogues of SQL.
func open() []string {
	return []string{
		"s3.", "s3a.", "s3n.", "s3p.", "fs.", "presto.s3.", "hive.", "gs.", "oss.", "azure.", "dfs.", "wasb.", "abfs.", "hadoop.",
		"flink.hadoop.", "flink.hbase.", "flink.yarn.", "yarn.", "zookeeper.", "ranger.", "aws.",
		"containerized.master.env.", "containerized.taskmanager.env.",
		"metrics.reporter.", "traces.reporter.", "events.reporter.", "external-resource.", "metrics.scope.variables.",
		"kubernetes.operator.metrics.", "kubernetes.operator.plugins.", "kubernetes.operator.default-configuration.",
		"env.java.home", "env.log.", "env.pid.", "env.stdout", "security.module.", "security.context.", "security.kerberos.",
		"table.catalog-store.", "table.resources.", "sql-client.", "sql-gateway.", "python.environment.",
		"pipeline.global-job-parameters.",
	}
}
