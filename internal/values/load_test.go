package values_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/values"
)

// TestText is about text that is not values, each with its place.
func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"tab", "a:\n\tb: 1\n", `f.yaml:2:1: error FLK002: a tab is used for indentation
			indent with spaces`},
		{"tab behind spaces", "a:\n  b: 1\n \tc: 2\n \td: 2\n", `f.yaml:3:2: error FLK002: a tab is used for indentation, here and on 1 line more
			indent with spaces`},
		{"tab in a list", "a:\n  - x\n\t- y\n", `f.yaml:3:1: error FLK002: a tab is used for indentation
			indent with spaces`},
		{"tab starts a block scalar", "a: |\n\tfoo\n", `f.yaml:2:1: error FLK002: a tab is used for indentation
			indent with spaces`},
		{"tab of a block scalar is its text", "a: |\n  if x; then\n  \techo\n  fi\nb: [\n\t1]\n", ``},
		{"tabs of a block scalar are not blamed", "a: |-\n  if x\n  \techo\nb: c: d\n",
			`f.yaml:4:5: error FLK001: mapping values are not allowed in this context
			quote the value if the colon is a part of it`},
		{"tab in an empty line", "a: [1,\n\t2]\n\t\nb: 1\n", `f.yaml:3:1: error FLK002: a tab is used for indentation, here and on 1 line more
			indent with spaces`},
		{"tab before a comment", "a: 1\n\t# x\n", `f.yaml:2:1: error FLK002: a tab is used for indentation
			indent with spaces`},
		{"tabs that are allowed are not blamed", "a: [1,\n\t2]\nb: 1\nc: 1\nd: @\n", `f.yaml:5:4: error FLK001: found character that cannot start any token
			quote the value: plain text cannot start with @, % or ` + "`"},
		{"quote not closed", "a: 1\nb: \"x\nc: 2\n", `f.yaml:2:4: error FLK001: found unexpected end of stream
			a quote that opens here is not closed`},
		{"quote not closed in the first line", "a: 'x\nb: 2\n", `f.yaml:1:4: error FLK001: found unexpected end of stream
			a quote that opens here is not closed`},
		{"wrong indentation", strings.Repeat("# c\n", 20) + "jobs:\n  one:\n    a: 1\n   b: 2\n",
			`f.yaml:24:4: error FLK001: did not find expected key
			check the indentation and the quotes of this line against the lines above`},
		{"list in a mapping", "a: 1\n- b\n", `f.yaml:2:1: error FLK001: did not find expected key
			check the indentation and the quotes of this line against the lines above`},
		{"mapping in a list", "- b\na: 1\n", `f.yaml:2:1: error FLK001: did not find expected '-' indicator
			check the indentation of this line against the lines above`},
		{"colon in a value", "x: 1\na: b: c\n", `f.yaml:2:5: error FLK001: mapping values are not allowed in this context
			quote the value if the colon is a part of it`},
		{"key below a value", "a: b\n  c: d\n", `f.yaml:2:3: error FLK001: mapping values are not allowed in this context
			check the indentation of this line against the lines above`},
		{"no space behind the colon", "a:b\nc: d\n", `f.yaml:2:1: error FLK001: mapping values are not allowed in this context
			the colon in the line above needs a space behind it`},
		{"no colon", "a:\n  b\n  c: d\n", `f.yaml:3:3: error FLK001: mapping values are not allowed in this context
			check that the line above has a colon behind its key, and the indentation of this line`},
		{"bracket not closed", "x: 1\na: [1, 2\nb: 3\n", `f.yaml:2:4: error FLK001: did not find expected ',' or ']'
			a bracket that opens here is not closed, or a comma is missing`},
		{"brace not closed, at the end", "a: {b: 1\n", `f.yaml:1:4: error FLK001: did not find expected ',' or '}'
			a bracket that opens here is not closed, or a comma is missing`},
		{"reserved character", "a: @x\n", `f.yaml:1:4: error FLK001: found character that cannot start any token
			quote the value: plain text cannot start with @, % or ` + "`"},
		{"escape", "x: ü\na: \"\\d\"\n", `f.yaml:2:5: error FLK001: found unknown escape character
			in double quotes a backslash starts an escape: write it twice, or use single quotes`},
		{"column in runes", "\"ü\": @\n", `f.yaml:1:6: error FLK001: found character that cannot start any token
			quote the value: plain text cannot start with @, % or ` + "`"},
		{"no anchor", "b: 1\n# *x\na: [ *x ]\n", `f.yaml:3:6: error FLK001: there is no anchor "x" before this alias
			define it above with &x, or quote the text if a plain * is meant`},
		{"template", "a: 1\nb: {{ .Values.x }}\n", `f.yaml:2:5: error FLK001 b: a key cannot be a list or mapping
			values are not templates; quote the text if double braces are meant`},
		{"merge conflict", "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n", `f.yaml:2:1: error FLK001: a merge conflict starts here
			resolve it: git status names the files`},
		{"list as a key", "? [a]\n: b\n", `f.yaml:1:3: error FLK001: a key cannot be a list or mapping
			a key is plain or quoted text`},
		{"no key", "a: {: b}\n", `f.yaml:1:1: error FLK001: did not find expected node content
			a value is missing in this line, or a bracket is of the wrong kind`},
		{"empty key", "? \n: b\n", `f.yaml:1:2: error FLK001: there is no key before the colon
			write a key, or quote the text`},
		{"tag", "a: !Ref x\n", `f.yaml:1:4: error FLK001 a: the tag !Ref has no meaning in values
			delete it`},
		{"merge of a scalar", "<<: 5\n", `f.yaml:1:5: error FLK001: "<<" merges mappings only
			name an anchor on a mapping, or a list of such`},
		{"YAML 1.2 directive", "%YAML 1.2\n---\na: 1\n", `f.yaml:1:1: error FLK001: found incompatible YAML document
			delete this line`},
		{"duplicate keys", "a: 1\nb: {c: 1, c: 2}\na: 2\n", `f.yaml:2:11: error FLK003 b.c: the key "c" is already in line 2
			delete one of the two
			f.yaml:3:1: error FLK003 a: the key "a" is already in line 1
			delete one of the two`},
		{"two merges", "x: &x {a: 1}\nb:\n  <<: *x\n  <<: *x\n", `f.yaml:4:3: error FLK003 b: there is a second "<<" here
			write one: <<: [*first, *second]`},
		{"byte order mark", "\ufeffa: 1\n", `f.yaml:1:1: warning FLK004: the file starts with a byte order mark
			save it as UTF-8 without a byte order mark`},
		{"second document", "---\na: 1\n---\n# c\nb: 2\n", `f.yaml:3:1: error FLK005: a second YAML document starts here
			give each document as a file of its own: -f one.yaml -f two.yaml`},
		{"empty documents do not count", "---\n---\na: 1\n---\n", ``},
		{"empty", "", `f.yaml:1:1: error FLK006: there are no values
			the file is empty or holds comments alone`},
		{"comments alone", "# a\n\n# b\n", `f.yaml:1:1: error FLK006: there are no values
			the file is empty or holds comments alone`},
		{"null", "---\nnull\n", `f.yaml:1:1: error FLK006: there are no values
			the file is empty or holds comments alone`},
		{"anchor in itself", "a: &x [*x]\n", `f.yaml:1:8: error FLK007 a[0]: the anchor "x" contains itself
			an alias cannot stand within its own anchor`},
		{"not UTF-8", "a: 1\nb: ü\xff\n", `f.yaml:2:5: error FLK008: the file is not UTF-8
			save it as UTF-8`},
		{"UTF-16", "\xff\xfea\x00", `f.yaml:1:1: error FLK008: the file is UTF-16
			save it as UTF-8; in PowerShell: … | Out-File -Encoding utf8`},
		{"NUL", "a: \x00\n", `f.yaml:1:4: error FLK008: the control character U+0000 is not allowed
			delete it, or write it as an escape in quotes`},
		{"second byte order mark", "a: 1\n\ufeffb: 1\n", `f.yaml:2:1: error FLK008: the control character U+FEFF is not allowed
			delete it, or write it as an escape in quotes`},
		{"list", "- a\n", `f.yaml:1:1: error FLK009: want a mapping at the top level, got a list
			write keys with their values: platform: …`},
		{"scalar is not shown", "hunter2\n", `f.yaml:1:1: error FLK009: want a mapping at the top level, got a string
			write keys with their values: platform: …`},
		{"infinity", "a: [-.Inf, .NaN]\n", `f.yaml:1:5: error FLK015 a[0]: -.Inf is a number that JSON does not have
			write a finite number, or quote it
			f.yaml:1:12: error FLK015 a[1]: .NaN is a number that JSON does not have
			write a finite number, or quote it`},
		{"manifest", "apiVersion: v1\nkind: Service\nmetadata: {name: x}\n---\na: 1\n",
			`f.yaml:2:7: error FLK021: this is a Kubernetes manifest (Service x), not values
			a values file has no apiVersion and kind; a FlinkPlatform of helm-flink.dev/v1 has them under spec`},
		{"platform of another version", "apiVersion: helm-flink.dev/v2\nkind: FlinkPlatform\nspec: {a: 1}\n",
			`f.yaml:1:13: error FLK013: want helm-flink.dev/v1, got "helm-flink.dev/v2"
			write apiVersion: helm-flink.dev/v1`},
		{"platform with values beside spec", "apiVersion: helm-flink.dev/v1\nkind: FlinkPlatform\njobs: {}\n",
			`f.yaml:2:7: error FLK012: the FlinkPlatform has no spec
			put the values under spec
			f.yaml:3:1: error FLK010: a FlinkPlatform has no key "jobs"
			values belong under spec`},
		{"duplicate key in a platform", "apiVersion: helm-flink.dev/v1\nkind: FlinkPlatform\nspec: {a: {b: 1, b: 2}}\n",
			`f.yaml:3:18: error FLK003 a.b: the key "b" is already in line 3
			delete one of the two`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, findings := load(t, nil, values.Input{Files: []values.Source{file(c.in)}})
			check(t, findings, c.want)
		})
	}
}

// TestBounds is about input made to fill time and memory.
func TestBounds(t *testing.T) {
	t.Parallel()
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x]\n")
	for i := range 40 {
		fmt.Fprintf(&bomb, "a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	var merges strings.Builder
	merges.WriteString("m0: &m0 {k: 1}\n")
	for i := range 40 {
		fmt.Fprintf(&merges, "m%d: &m%d {<<: *m%d, x: *m%d, y: *m%d}\n", i+1, i+1, i, i, i)
	}
	var chain strings.Builder
	chain.WriteString("c0: &c0 " + strings.Repeat("[", 150) + strings.Repeat("]", 150) + "\n")
	chain.WriteString("c1: " + strings.Repeat("[", 150) + "*c0" + strings.Repeat("]", 150) + "\n")
	for name, c := range map[string]struct {
		in   string
		code diag.Code
	}{
		"alias bomb":         {bomb.String(), diag.CodeTooLarge},
		"merge bomb":         {merges.String(), diag.CodeTooLarge},
		"deep flow":          {"a: " + strings.Repeat("[", 300) + strings.Repeat("]", 300), diag.CodeTooLarge},
		"very deep flow":     {"a: " + strings.Repeat("[", 1_000_000), diag.CodeTooLarge},
		"deep block":         {strings.Repeat("- ", 300) + "x", diag.CodeTooLarge},
		"deep through alias": {chain.String(), diag.CodeTooLarge},
		"too large":          {strings.Repeat("a", values.MaxSize+1), diag.CodeTooLarge},
		"many nodes":         {"a: [" + strings.Repeat("1,", 1_000_001) + "]", diag.CodeTooLarge},
		"huge integer":       {"a: " + strings.Repeat("9", 100_000), ""},
		"huge exponent":      {"a: 1e999999999", ""},
		"long line":          {"a: " + strings.Repeat("x", 1_000_000) + ": y", diag.CodeYAMLSyntax},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			_, findings := load(t, nil, values.Input{Files: []values.Source{file(c.in)}})
			if len(findings) > 1 || len(findings) == 0 && c.code != "" || len(findings) == 1 && findings[0].Code != c.code {
				t.Errorf("got %v, want one %s", findings, c.code)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

// TestOtherTool is about files that are no values of ours.
func TestOtherTool(t *testing.T) {
	t.Parallel()
	schema := compile(t)
	const good = "name: flink\n"
	for _, c := range []struct{ name, in, want string }{
		{"another chart", "replicaCount: 2\nimage: {tag: 1.0}\nservice: {}\n",
			`f.yaml:1:1: error FLK020: none of the top-level keys is known to helm-flink; this looks like the values file of another chart
			the keys here are accountId, any, enabled, free, has, jobs, mode, name, notBoth, pair, plain, quantity, ratio, ` +
				`sealed, secret, step, tags, url, version, when, zones`},
		{"one near miss is a typing error", "job: {}\nwibblewobble: 1\n", `f.yaml:1:1: error FLK010 job: unknown key "job"
			did you mean "jobs"?
			f.yaml:2:1: error FLK010 wibblewobble: unknown key "wibblewobble"
			the keys here are accountId, any, enabled, free, has, jobs, mode, name, notBoth, pair, plain, quantity, ratio, ` +
			`sealed, secret, step, tags, url, version, when, zones`},
		{"platform", "apiVersion: helm-flink.dev/v1\nkind: FlinkPlatform\nmetadata: {name: x}\nspec:\n  nmae: x\n",
			`f.yaml:5:3: error FLK010 nmae: unknown key "nmae"
			did you mean "name"?`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, findings := load(t, schema, values.Input{Files: []values.Source{{Name: "base.yaml", Data: []byte(good)}, file(c.in)}})
			check(t, findings, c.want)
		})
	}
}

// TestBrokenFile: what the other files say is checked, but nothing is called
// missing that the broken file may have.
func TestBrokenFile(t *testing.T) {
	t.Parallel()
	_, findings := load(t, compile(t), values.Input{Files: []values.Source{
		{Name: "a.yaml", Data: []byte("jobs: {a: {parallelism: x}}\n")}, {Name: "b.yaml", Data: []byte("jobs: {a: {team: [}}\n")},
	}})
	check(t, findings, `a.yaml:1:25: error FLK011 jobs.a.parallelism: want an integer, got string "x"
		b.yaml:1:1: error FLK001: did not find expected node content
		a value is missing in this line, or a bracket is of the wrong kind`)
}
