package app

import (
	"cmp"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/values"
)

// Names are what values call things, for a shell that completes what is typed. They
// are read without judging the values: a file that is being written has errors.
type Names struct {
	// Platform is its name.
	Platform string
	// Jobs are applications, blue/green deployments, session clusters and session
	// jobs, in the order of the files.
	Jobs []JobName

	root *values.Node
}

// JobName is a Flink object of the values.
type JobName struct {
	// Name and Namespace are the object's; Section is where the values have it: jobs.
	Name, Namespace, Section string
}

// Names reads the names of values files. What cannot be read has none; standard
// input is not read.
func (a *App) Names(files []string) Names {
	req := Request{Files: slices.DeleteFunc(slices.Clone(files), func(name string) bool { return name == "-" })}
	in, err := a.input(req)
	if err != nil {
		return Names{}
	}
	doc, _, err := values.Load(in, nil)
	if err != nil || doc == nil {
		return Names{}
	}
	out := Names{root: doc.Root, Platform: scalarAt(doc.Root, "platform", "name")}
	out.Platform = cmp.Or(out.Platform, "flink")
	for _, section := range []string{"jobs", "blueGreen", "sessionClusters", "sessionJobs"} {
		for _, key := range doc.Root.Get(section).Keys() {
			job := doc.Root.At(section, key)
			team := scalarAt(job, "team")
			if section == "sessionJobs" {
				team = scalarAt(doc.Root, "sessionClusters", scalarAt(job, "cluster"), "team")
			}
			out.Jobs = append(out.Jobs, JobName{
				Name: cmp.Or(scalarAt(job, "name"), key), Section: section,
				Namespace: cmp.Or(scalarAt(doc.Root, "teams", team, "namespace"), team),
			})
		}
	}
	return out
}

// scalarAt is the scalar at a path, or "".
func scalarAt(n *values.Node, path ...string) string {
	if n = n.At(path...); n == nil || n.Kind >= values.List {
		return ""
	}
	return n.Text
}

// Below are the keys that the values have below a path; AnyName stands for every
// member of a map.
func (n Names) Below(path string) []string {
	at := []*values.Node{n.root}
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' }) {
		var next []*values.Node
		for _, node := range at {
			if step != values.AnyName {
				next = append(next, node.Get(step))
				continue
			}
			for _, key := range node.Keys() {
				next = append(next, node.Get(key))
			}
		}
		at = next
	}
	var out []string
	for _, node := range at {
		for _, key := range node.Keys() {
			if !slices.Contains(out, key) {
				out = append(out, key)
			}
		}
	}
	return out
}
