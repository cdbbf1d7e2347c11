// Package app holds the use cases: it strings the stages together, reads what
// the user names through functions that it is given, and is the only place
// with goroutines over units.
//
// It may import every stage, and what they may import.
package app

import (
	"io"
	"io/fs"

	"github.com/helm-flink/helm-flink/internal/app/ignore"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release/fetch"
	"github.com/helm-flink/helm-flink/internal/spec"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/internal/verify"
)

// App is the tool with its assets.
type App struct {
	// Charts holds the bundled charts, a directory each.
	Charts fs.FS
	// Schema is values.schema.json.
	Schema []byte
	// Open reads a file that the user names; "-" is standard input.
	Open func(name string) (io.ReadCloser, error)
	// Dir opens a directory that the user names.
	Dir func(name string) fs.FS
	// Files gives the files that a name of a file, a directory or a pattern
	// stands for; none is an error.
	Files func(name string) ([]string, error)
	// Unit runs one unit of the work that runs at once on several goroutines, and may
	// wait before or after it. Units are not in one another. Nil runs it and no more.
	Unit func(work func())
}

// Request is what every verb starts from.
type Request struct {
	// Files are values files in order; "-" is standard input.
	Files []string
	// Sets are --set, --set-string, --set-json and --set-file, in order.
	Sets []values.Set
	// Overlays are Kustomize directories, applied in order.
	Overlays []string
	// Include are the components wanted; none means all but the CRDs.
	Include []manifest.Component
	// IncludeCRDs adds the CRDs to the components.
	IncludeCRDs bool
	// Ignores are those of .helm-flink.yaml; the values have their own.
	Ignores []ignore.Ignore
	// Stack is the name of the stack that was chosen, KubeContext its context of
	// the kubeconfig; both may be empty.
	Stack, KubeContext string
	// Whole says that all are judged that the shared ignores are for: see Stacks.
	Whole bool
	// Found are findings about how the request came about, of .helm-flink.yaml.
	Found diag.List
	// FailOn is the severity of findings that stops the work.
	FailOn diag.Severity
	// SkipVerify leaves the objects unverified.
	SkipVerify bool
	// Fetch gets charts from repositories. Without it the operator's chart is not
	// rendered where it comes from one, and nothing asks a network.
	Fetch Fetcher
}

// Result is what Build made. With Failed, only the findings are to be used.
type Result struct {
	Findings diag.List
	Failed   bool
	// Charts are the computed values of every chart that was wanted.
	Charts []spec.ChartValues
	// Remote is the operator's chart where it is not rendered.
	Remote *spec.ChartValues
	Set    manifest.Set
	// Region is the platform's.
	Region string

	// fetched is the operator's chart where it came from a repository.
	fetched  *fetch.Chart
	verify   verify.Options
	ignores  *ignore.Set // of the values; nil until they are read
	doc      *values.Document
	platform *spec.Platform
}
