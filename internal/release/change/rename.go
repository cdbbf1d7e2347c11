package change

import (
	"slices"
	"strings"
)

// Pair is an object that goes and one that comes in its place.
type Pair struct{ Before, After map[string]any }

// Renames finds, among objects that go and objects that come, Flink jobs that only got another name or namespace: they
// have the same kind and run the same program (job.jarURI, job.entryClass and job.args), and no other does. Of says
// Replaced of such a pair, with the loss. The order is that of the names.
func Renames(gone, come []map[string]any) []Pair {
	var pairs []Pair
	for _, before := range sorted(gone) {
		program := programOf(before)
		if program == "" || count(gone, program) != 1 || count(come, program) != 1 {
			continue
		}
		i := slices.IndexFunc(come, func(o map[string]any) bool { return programOf(o) == program })
		pairs = append(pairs, Pair{before, come[i]})
	}
	return pairs
}

func sorted(objects []map[string]any) []map[string]any {
	objects = slices.Clone(objects)
	slices.SortStableFunc(objects, func(a, b map[string]any) int { return strings.Compare(nameOf(a), nameOf(b)) })
	return objects
}

func count(objects []map[string]any, program string) int {
	n := 0
	for _, o := range objects {
		if programOf(o) == program {
			n++
		}
	}
	return n
}

// programOf names the program that an object of Flink's runs, "" for one that runs none.
func programOf(object map[string]any) string {
	group, kind := identity(object)
	job := sub(object, "spec", "job")
	if kind == "FlinkBlueGreenDeployment" {
		job = sub(object, "spec", "template", "spec", "job")
	}
	if group != "flink.apache.org" || text(job, "jarURI")+text(job, "entryClass") == "" {
		return ""
	}
	parts := []string{kind, text(job, "jarURI"), text(job, "entryClass")}
	args, _ := job["args"].([]any)
	for i := range args {
		parts = append(parts, text(map[string]any{"arg": args[i]}, "arg"))
	}
	return strings.Join(parts, "\x00")
}
