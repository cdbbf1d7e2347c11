package cli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/report"
)

func TestParseOutputs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		flags   []string
		verdict bool
		want    []output
		wrong   string
	}{
		{verdict: true, want: []output{{"text", ""}}},
		{want: nil},
		{flags: []string{"text", "sarif=out.sarif"}, verdict: true, want: []output{{"text", ""}, {"sarif", "out.sarif"}}},
		{flags: []string{"json=-"}, verdict: true, want: []output{{"json", ""}}},
		{flags: []string{"junit=a=b.xml"}, want: []output{{"junit", "a=b.xml"}}},
		{flags: []string{"sarif=x"}, verdict: true, want: []output{{"sarif", "x"}}},
		{flags: []string{"xml"}, verdict: true, wrong: `-o "xml": want one of text, json, sarif, junit, github, with =FILE to write a file`},
		{flags: []string{""}, verdict: true, wrong: `-o "": want one of`},
		{flags: []string{"json="}, verdict: true, wrong: `-o "json=": there is no file name behind =`},
		{flags: []string{"json", "text"}, verdict: true, wrong: `-o json and -o text go to the same place`},
		{flags: []string{"json=a/x", "text=./a/../a/x"}, verdict: true, wrong: `go to the same place: give one of them a file of its own, -o text=FILE`},
		{flags: []string{"json"}, wrong: `-o json: stdout has the objects: give the report a file, -o json=FILE`},
	} {
		o := &outputOptions{formats: c.flags, color: colorAuto, verdict: c.verdict}
		got, err := o.parse()
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: got %v, want %v", c.flags, got, c.want)
		}
		if usage := (usageError{}); (err != nil) != (c.wrong != "") || err != nil && (!errors.As(err, &usage) || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%q: got error %v, want %q", c.flags, err, c.wrong)
		}
	}
	if _, err := (&outputOptions{color: "blue"}).parse(); err == nil || err.Error() != `--color "blue": want one of auto, always, never` {
		t.Errorf("--color blue: %v", err)
	}
}

// TestOutputFlags reads the flags as a verb does, and their defaults.
func TestOutputFlags(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args  []string
		want  []output
		color string
	}{
		{nil, []output{{"text", ""}}, colorAuto},
		{[]string{"-o", "text", "--output", "sarif=a,b.sarif", "--color=never"}, []output{{"text", ""}, {"sarif", "a,b.sarif"}}, colorNever},
	} {
		o := &outputOptions{verdict: true}
		cmd := &cobra.Command{Use: "verb", RunE: func(*cobra.Command, []string) error { return nil }}
		o.bind(cmd)
		cmd.SetArgs(c.args)
		if err := cmd.Execute(); err != nil {
			t.Fatal(err)
		}
		if got, err := o.parse(); err != nil || !slices.Equal(got, c.want) || o.color != c.color {
			t.Errorf("%q: %v, colour %s, %v", c.args, got, o.color, err)
		}
	}
}

func findings() diag.List {
	return diag.List{{
		Code: diag.CodeEmpty, Severity: diag.Error, Pos: diag.Position{File: "flink.yaml", Line: 1, Column: 1}, Message: "there are no values",
	}}
}

const line = "flink.yaml:1:1: error FLK006: there are no values\n"

// reports writes reports as a verb does.
func reports(t *testing.T, o *outputOptions, list diag.List, env ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, complaint bytes.Buffer
	e := &environment{Streams: Streams{Out: &out, Err: &complaint}, Assets: Assets{Version: "1.2.3"}, env: env}
	outputs, err := o.parse()
	if err != nil {
		t.Fatal(err)
	}
	err = e.writeReports(o, outputs, report.Report{Findings: list})
	return out.String(), complaint.String(), err
}

func TestWriteReports(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sarif, text := filepath.Join(dir, "out.sarif"), filepath.Join(dir, "out.txt")
	o := &outputOptions{formats: []string{"text", "sarif=" + sarif, "text=" + text}, color: colorAuto, verdict: true}
	stdout, stderr, err := reports(t, o, findings())
	if stdout != line || stderr != "1 error, 0 warnings, 0 info\n" || err != nil {
		t.Errorf("stdout %q, stderr %q, %v", stdout, stderr, err)
	}
	for file, want := range map[string]string{sarif: `"version": "1.2.3"`, text: line} {
		data, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s: %v\n%s", file, err, data)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o044 != 0o044 {
			t.Errorf("%s: not for others to read: %v", file, info.Mode())
		}
	}
	onlyThese(t, dir, "out.sarif", "out.txt")

	o.verdict, o.formats = false, []string{"json=" + filepath.Join(dir, "out.json")}
	stdout, stderr, err = reports(t, o, findings())
	if stdout != "" || stderr != line+"1 error, 0 warnings, 0 info\n" || err != nil {
		t.Errorf("no verdict: stdout %q, stderr %q, %v", stdout, stderr, err)
	}
	if stdout, stderr, err = reports(t, o, nil); stdout+stderr != "" || err != nil {
		t.Errorf("no findings: stdout %q, stderr %q, %v", stdout, stderr, err)
	}
}

func onlyThese(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
}

// TestWriteReportsReplaces: an old file keeps its mode, a link stays a link, and
// an error leaves all as it was and nothing on stdout.
func TestWriteReportsReplaces(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old, link := filepath.Join(dir, "old.json"), filepath.Join(dir, "link.json")
	if err := os.WriteFile(old, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("old.json", link); err != nil {
		t.Fatal(err)
	}
	bad := &outputOptions{formats: []string{"text", "json=" + link, "sarif=" + filepath.Join(dir, "none", "x")}, color: colorAuto, verdict: true}
	stdout, stderr, err := reports(t, bad, findings())
	if err == nil || stdout+stderr != "" || strings.Contains(err.Error(), ".x.") || !strings.Contains(err.Error(), "write the sarif report: ") {
		t.Errorf("stdout %q, stderr %q, %v", stdout, stderr, err)
	}
	if data, err := os.ReadFile(old); err != nil || string(data) != "old" {
		t.Errorf("an error changed the file: %q, %v", data, err)
	}
	onlyThese(t, dir, "link.json", "old.json")
	if _, _, err := reports(t, &outputOptions{formats: []string{"json=" + dir}, color: colorAuto}, nil); err == nil ||
		!strings.HasSuffix(err.Error(), "is a directory, a file is meant") {
		t.Errorf("a directory: %v", err)
	}

	if _, _, err := reports(t, &outputOptions{formats: []string{"json=" + link}, color: colorAuto}, findings()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(link)
	if err != nil || info.Mode().IsRegular() {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
	data, err := os.ReadFile(old)
	if info, statErr := os.Stat(old); err != nil || statErr != nil || info.Mode().Perm() != 0o600 || !strings.Contains(string(data), "FLK006") {
		t.Errorf("%q, %v", data, err)
	}
	if _, _, err := reports(t, &outputOptions{formats: []string{"json=" + os.DevNull}, color: colorAuto}, findings()); err != nil {
		t.Errorf("a device: %v", err)
	}
}

func TestColored(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]bool{colorAuto: false, colorNever: false, colorAlways: true} {
		o := &outputOptions{color: mode, verdict: true}
		stdout, _, err := reports(t, o, findings(), "TERM=xterm")
		if got := strings.Contains(stdout, "\x1b["); got != want || err != nil {
			t.Errorf("--color %s: %q, %v", mode, stdout, err)
		}
	}
	e := &environment{env: []string{"A=1", "NO_COLOR=1", "A=2=3"}}
	if e.getenv("A") != "2=3" || e.getenv("NO_COLOR") != "1" || e.getenv("B") != "" {
		t.Error("getenv reads the environment wrongly")
	}
}

// TestRepoOfTests: these tests run in a folder of this repository, or of a copy
// without git.
func TestRepoOfTests(t *testing.T) {
	t.Parallel()
	got, err := repo()
	if err != nil || !strings.HasSuffix(filepath.ToSlash(got.Dir), "/internal/cli") {
		t.Errorf("%+v, %v", got, err)
	}
	if got.Root != "" && !exists(filepath.Join(got.Root, ".git")) {
		t.Errorf("%+v: no .git there", got)
	}
}
