package cli

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/helm-flink/helm-flink/internal/report"
)

// outputOptions are the flags by which a verb is told how and where to report
// its findings.
type outputOptions struct {
	formats []string
	color   string
	// verdict says that the findings are the verb's data: the report goes to
	// stdout. Otherwise stdout is for something else, and the report goes to
	// stderr as text, and to files.
	verdict bool
}

// output is one report to write. An empty file stands for stdout.
type output struct{ format, file string }

// The words of --color.
const (
	colorAuto   = "auto"
	colorAlways = "always"
	colorNever  = "never"
)

func colorNames() []string { return []string{colorAuto, colorAlways, colorNever} }

func (o *outputOptions) bind(cmd *cobra.Command) {
	usage := "report as FORMAT[=FILE]: " + strings.Join(report.Formats(), ", ") + "; repeatable"
	if o.verdict {
		usage += " (default text)"
	}
	cmd.Flags().StringArrayVarP(&o.formats, "output", "o", nil, usage)
	cmd.Flags().StringVar(&o.color, "color", colorAuto, "colour text: auto (on a terminal, unless NO_COLOR is set), always or never")
	complete(cmd, "output", report.Formats()...)
	complete(cmd, "color", colorNames()...)
}

// parse reads the flags; what is wrong with them is wrong usage. At most one
// report goes to stdout, and no two to one file.
func (o *outputOptions) parse() ([]output, error) {
	if !slices.Contains(colorNames(), o.color) {
		return nil, usageError{fmt.Errorf("--color %q: want one of %s", o.color, strings.Join(colorNames(), ", "))}
	}
	var all []output
	taken := map[string]string{}
	for _, text := range o.formats {
		out, err := parseOutput(text)
		if err != nil {
			return nil, err
		}
		if out.file == "" && !o.verdict {
			return nil, usageError{fmt.Errorf("-o %s: stdout has the objects: give the report a file, -o %s=FILE", text, out.format)}
		}
		key := out.file
		if key != "" {
			key = filepath.Clean(key)
		}
		if first, ok := taken[key]; ok {
			return nil, usageError{fmt.Errorf("-o %s and -o %s go to the same place: give one of them a file of its own, -o %s=FILE",
				first, text, out.format)}
		}
		taken[key] = text
		all = append(all, out)
	}
	if len(all) == 0 && o.verdict {
		all = []output{{format: report.FormatText}}
	}
	return all, nil
}

func parseOutput(text string) (output, error) {
	format, file, hasFile := strings.Cut(text, "=")
	if !slices.Contains(report.Formats(), format) {
		return output{}, usageError{fmt.Errorf("-o %q: want one of %s, with =FILE to write a file",
			text, strings.Join(report.Formats(), ", "))}
	}
	if hasFile && file == "" {
		return output{}, usageError{fmt.Errorf("-o %q: there is no file name behind =", text)}
	}
	if file == "-" {
		file = ""
	}
	return output{format, file}, nil
}

// writeReports writes a report in every form that was asked for, and on stderr
// one line that counts the findings. Files are replaced all at the end, so that
// an error leaves none of them half written and nothing on stdout.
func (e *environment) writeReports(o *outputOptions, outputs []output, r report.Report) error {
	r.Version = e.Version
	var err error
	if r.Repo, err = repo(); err != nil {
		return err
	}
	var stdout bytes.Buffer
	files := newFileSet()
	defer files.discard()
	for _, out := range outputs {
		if out.file == "" {
			r.Color = e.colored(o.color, e.Out)
			if err := report.Write(out.format, &stdout, r); err != nil {
				return err
			}
			continue
		}
		r.Color = false
		err := files.write(out.file, func(w io.Writer) error { return report.Write(out.format, w, r) })
		if err != nil {
			return fmt.Errorf("write the %s report: %w", out.format, err)
		}
	}
	if err := files.commit(); err != nil {
		return fmt.Errorf("write reports: %w", err)
	}
	if _, err := stdout.WriteTo(e.Out); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	if !o.verdict {
		r.Color = e.colored(o.color, e.Err)
		if len(r.Findings) == 0 {
			return nil
		}
		if err := report.Write(report.FormatText, e.Err, r); err != nil {
			return err
		}
	}
	fmt.Fprintln(e.Err, report.Summary(r.Findings))
	return nil
}

// colored reports whether text for a stream is to be coloured: always, never,
// or on a terminal without NO_COLOR (https://no-color.org).
func (e *environment) colored(mode string, w io.Writer) bool {
	if mode != colorAuto {
		return mode == colorAlways
	}
	file, ok := w.(interface{ Fd() uintptr })
	return ok && e.getenv("NO_COLOR") == "" && e.getenv("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
}

// getenv returns an environment variable, empty if it is not set.
func (e *environment) getenv(name string) string {
	value := ""
	for _, kv := range e.env {
		if key, v, ok := strings.Cut(kv, "="); ok && key == name {
			value = v
		}
	}
	return value
}

// repo is where the repository that the current folder is in lies: its root is
// the nearest folder above that has a .git, a folder or, in a linked worktree,
// a file.
func repo() (report.Repo, error) {
	dir, err := filepath.Abs(".")
	if err != nil {
		return report.Repo{}, fmt.Errorf("find the current folder: %w", err)
	}
	for root := dir; ; root = filepath.Dir(root) {
		if exists(filepath.Join(root, ".git")) {
			return report.Repo{Root: root, Dir: dir}, nil
		}
		if root == filepath.Dir(root) {
			return report.Repo{Dir: dir}, nil
		}
	}
}
