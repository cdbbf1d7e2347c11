package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/verify/model"
	"github.com/helm-flink/helm-flink/internal/verify/rules"
)

// TestExamples runs the bad and the good example of every rule: the one must be
// flagged with its code, and the other neither with it nor with any error.
func TestExamples(t *testing.T) {
	t.Parallel()
	all := rules.All()
	if len(all) == 0 {
		t.Fatal("no rules")
	}
	for _, rule := range all {
		t.Run(string(rule.Code), func(t *testing.T) {
			t.Parallel()
			bad := judge(t, all, rule.Bad, rule.Flags)
			found := false
			for _, f := range bad {
				found = found || f.Code == rule.Code && f.Severity == rule.Severity
			}
			if !found {
				t.Errorf("the bad example is not flagged %s %s:\n%s", rule.Severity, rule.Code, show(bad))
			}
			for _, f := range judge(t, all, rule.Good, rule.Flags) {
				if f.Code == rule.Code || f.Severity == diag.Error {
					t.Errorf("the good example is flagged: %s", f)
				}
			}
		})
	}
}

// judge runs all rules over an example: YAML documents, each laid over the whole
// object of its kind in testdata/base, if there is one; null takes away.
func judge(t *testing.T, all []rules.Rule, example string, flags []string) diag.List {
	t.Helper()
	var units []model.Unit
	for _, data := range testkit.Example(t, example) {
		o := manifest.Object{Data: data}
		kind := fmt.Sprint(data["kind"])
		o.Origin.Locate = func(field []string) (string, diag.Position) {
			return strings.Join(field, "/"), diag.Position{File: kind}
		}
		units = append(units, model.Read(o))
	}
	return rules.Findings(all, model.Build(units, options(t, flags)))
}

// options reads the flags of an example as validate does.
func options(t *testing.T, flags []string) model.Options {
	t.Helper()
	var o model.Options
	for _, flag := range flags {
		name, value, _ := strings.Cut(flag, "=")
		var err error
		switch name {
		case "--complete":
			o.Complete = true
		case "--operator-version":
			o.Operator, err = flink.ParseOperator(value)
		case "--kube-version":
			o.KubeVersion = value
		case "--karpenter-version":
			o.KarpenterVersion = value
		case "--distribution":
			o.Distribution = model.Distribution(value)
		default:
			t.Fatalf("flag %s: unknown here", flag)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func show(l diag.List) string {
	var b strings.Builder
	for _, f := range l {
		fmt.Fprintln(&b, f)
	}
	return b.String()
}
