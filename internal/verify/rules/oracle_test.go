package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/verify/model"
	"github.com/helm-flink/helm-flink/internal/verify/rules"
)

// verdict is what the operator's validator said of a case.
type verdict struct{ outcome, message string }

// TestOracle compares us with the operator's own validator, of two releases,
// whose answers internal/tools/oracle has written: both accept the same cases,
// and where the validator names a rule, we find it too. What it accepts is never
// an error of ours, by whatever rule.
func TestOracle(t *testing.T) {
	t.Parallel()
	all := rules.All()
	for version, beyond := range map[string]string{
		// What the release does not measure: see internal/tools/oracle/README.md.
		"1.16": `^FLK(23[6-9]|24[0-6])$`,
		// 1.7 takes an old flinkVersion at admission and ignores the resource then.
		"1.7": `^FLK203$`,
	} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			answers := oracleAnswers(t, version)
			unmeasured := regexp.MustCompile(beyond)
			compared := map[string]int{}
			for _, c := range oracleCases(t) {
				v, ok := answers[c.Name]
				if !ok {
					t.Errorf("%s: no answer: run make oracle", c.Name)
					continue
				}
				if v.outcome == "skip" {
					continue
				}
				compared[v.outcome]++
				if problem := disagreement(c, v, ours(t, all, c, version), unmeasured); problem != "" {
					t.Errorf("%s: the operator says %s %q\n%s", c.Name, v.outcome, v.message, problem)
				}
			}
			t.Logf("operator %s: %v", version, compared)
			if n := compared["accept"] + compared["refuse"]; n < 300 {
				t.Errorf("only %d cases", n)
			}
		})
	}
}

// TestOracleDefault: the default version, which cannot be asked, says of every
// case what 1.16 says, apart from the rules that came with 1.16.
func TestOracleDefault(t *testing.T) {
	t.Parallel()
	all := rules.All()
	since := regexp.MustCompile(`^FLK(22[1-4]|24[2356]|250)$`)
	for _, c := range oracleCases(t) {
		if strings.Contains(fmt.Sprint(c.Objects[0]), "resources:") {
			continue // without it the memory may be missing
		}
		codes := map[string][]string{}
		for _, version := range []string{"1.15", "1.16"} {
			for _, f := range ours(t, all, c, version) {
				if !since.MatchString(string(f.Code)) {
					codes[version] = append(codes[version], string(f.Code))
				}
			}
		}
		if !slices.Equal(codes["1.15"], codes["1.16"]) {
			t.Errorf("%s: 1.15 says %v, 1.16 says %v", c.Name, codes["1.15"], codes["1.16"])
		}
	}
}

// disagreement compares our errors on a case with the validator's verdict.
func disagreement(c oracleCase, v verdict, errs diag.List, unmeasured *regexp.Regexp) string {
	var codes []string
	for _, f := range errs {
		if !unmeasured.MatchString(string(f.Code)) && !besides(f.Code) {
			codes = append(codes, string(f.Code))
		}
	}
	if v.outcome == "accept" {
		for _, code := range codes {
			if !slices.Contains(c.Beyond, code) {
				return "we refuse it:\n" + show(errs)
			}
		}
		return ""
	}
	if len(codes) == 0 {
		return "we accept it"
	}
	if v.outcome != "refuse" {
		return ""
	}
	want := ruleOf(v.message)
	if want == "FLK201" && c.Objects[0]["kind"] == "FlinkSessionJob" {
		want = "FLK251" // the message is the same
	}
	if want == "" {
		return "no rule of ours has this message"
	}
	if !slices.Contains(codes, want) {
		return fmt.Sprintf("that is %s, and we find:\n%s", want, show(errs))
	}
	alone := func(code string) bool {
		// Taking high availability away breaks this rule of older operators too.
		return code == want || code == "FLK283" || !strings.HasPrefix(code, "FLK2")
	}
	if c.Fault == want && !slices.ContainsFunc(codes, func(code string) bool { return !alone(code) }) {
		return ""
	}
	if c.Fault == want {
		return fmt.Sprintf("that is %s alone, and we find:\n%s", want, show(errs))
	}
	return ""
}

// besides reports whether a code is about what the validator does not look at:
// Flink's own start, where the memory or parallelism cannot be worked out or an
// option not be read (FLK3xx; measured with Flink's own code, see
// internal/flink), and how the objects of a whole input fit together (FLK5xx to
// FLK7xx; the case holds one object and not its surroundings).
func besides(c diag.Code) bool {
	return c == "FLK300" || c == "FLK350" || c == "FLK351" || c == "FLK370" || c >= "FLK500" && c < "FLK800"
}

// ruleOf finds the rule by the validator's message.
func ruleOf(message string) string {
	for _, m := range [][2]string{
		{"FLK201", `^The FlinkDeployment name: .* is invalid`}, // FLK251 for a session job
		{"FLK202", `^Flink Version must be defined`},
		{"FLK203", `^Flink version .* is not supported by this operator version`},
		{"FLK205", `^Forbidden Flink config key`},
		{"FLK206", `^HA must be enabled for rollback support`},
		{"FLK207", `^Deployment recovery .* must be enabled for job health check`},
		{"FLK208", `^Ingress template must be defined`},
		{"FLK209", `^Unable to process the Ingress template`},
		{"FLK210", `^Invalid log config key`},
		{"FLK211", `^Checkpoint directory\[.*\] must be defined`},
		{"FLK212", `^Job could not be upgraded with savepoint while config key`},
		{"FLK213", `^Savepoint could not be manually triggered`},
		{"FLK214", `^Periodic savepoints cannot be enabled`},
		{"FLK215", `^In order to use max-checkpoint age`},
		{"FLK216", `^TaskManager replicas must be larger than 0`},
		{"FLK217", `^Job parallelism must be larger than 0`},
		{"FLK218", `^JobManager resource memory must be defined`},
		{"FLK219", `^(Job|Task)Manager resource memory parse error`},
		{"FLK220", `^(Job|Task)Manager resource ephemeral storage parse error`},
		{"FLK221", `^(Job|Task)Manager resource requirements .* parse error`},
		{"FLK222", `^(Job|Task)Manager resource requirements .* must be positive`},
		{"FLK223", `^(Job|Task)Manager resource requirements .* must not be negative`},
		{"FLK224", `^(Job|Task)Manager resource requirements .* must not exceed its limit`},
		{"FLK225", `^JobManager replicas should not be configured less than one`},
		{"FLK226", `High availability should be enabled when starting standby JobManagers`},
		{"FLK227", `^TaskManager resource memory must be defined`},
		{"FLK229", `^TaskManager replicas should not be configured less than one`},
		{"FLK235", `^spec.serviceAccount must be defined`},
		{"FLK236", `scale-down.max-factor`},
		{"FLK237", `scale-up.max-factor`},
		{"FLK239", `target.utilization.boundary`},
		{"FLK238", `target.utilization`},
		{"FLK247", `^Invalid value .* in the autoscaler config \S*excluded.periods$`},
		{"FLK248", `excluded.periods, the value is neither`},
		{"FLK249", `excluded.periods, the value can not be configured as`},
		{"FLK250", `^The autoscaler metric window`},
		{"FLK252", `^The job spec should not be empty`},
		{"FLK254", `^jarURI is not a valid URI`},
		{"FLK255", `^jarURI must include a scheme`},
		{"FLK256", `^jarURI scheme .* is not in the allowlist`},
		{"FLK257", `^jarURI must include a host`},
		{"FLK259", `^jarURI host .* resolves to a restricted address`},
		{"FLK260", `^Can not submit session job to application cluster`},
		{"FLK264", `^Exactly one of checkpoint or savepoint`},
		{"FLK265", `^Job reference must be supplied`},
		{"FLK266", `^Target for snapshot .* was not found`},
		{"FLK283", `last-state while HA disabled|LAST_STATE|last-state`},
	} {
		if regexp.MustCompile(m[1]).MatchString(message) {
			return m[0]
		}
	}
	return ""
}

// ours are our errors on the first object of a case.
func ours(t *testing.T, all []rules.Rule, c oracleCase, version string) diag.List {
	t.Helper()
	var units []model.Unit
	for _, data := range c.Objects {
		units = append(units, model.Read(manifest.Object{Data: data}))
	}
	if len(c.Operator) > 0 {
		var text strings.Builder
		for key, value := range c.Operator {
			fmt.Fprintf(&text, "%s: %q\n", key, value)
		}
		units = append(units, model.Read(manifest.Object{Data: map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": model.OperatorConfigMap},
			"data": map[string]any{"config.yaml": text.String()},
		}}))
	}
	w := model.Build(units, options(t, []string{"--operator-version=" + version, "--complete"}))
	judged := manifest.Object{Data: c.Objects[0]}.Key().String()
	var out diag.List
	for i := range w.Members() {
		for _, f := range rules.Judge(all, w.Member(i)) {
			if f.Severity == diag.Error && f.Object == judged {
				out = append(out, f)
			}
		}
	}
	return out
}

// oracleAnswers reads what the validator of a version said.
func oracleAnswers(t *testing.T, version string) map[string]verdict {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "oracle", "operator-"+version+".tsv"))
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(data), "\n")
	if !strings.HasPrefix(head, "# flink-kubernetes-operator "+version+".") {
		t.Fatalf("the answers are not of operator %s: %s", version, head)
	}
	answers := map[string]verdict{}
	for line := range strings.Lines(rest) {
		parts := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3)
		answers[parts[0]] = verdict{parts[1], parts[2]}
	}
	return answers
}
