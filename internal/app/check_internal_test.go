package app

import (
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
)

func TestJudgeIssuer(t *testing.T) {
	t.Parallel()
	const live, host = "https://oidc.eks.eu-central-1.amazonaws.com/id/AB", "oidc.eks.eu-central-1.amazonaws.com/id/AB"
	for _, c := range []struct {
		said   string
		needed bool
		want   string
	}{
		{host, true, "ok"},
		{host + "C", true, "error"},
		{host + "C", false, "warning"},
		{"", true, "warning"},
		{"", false, "ok"},
	} {
		got := judgeIssuer(live, c.said, c.needed)
		word := got.Severity.String()
		if got.OK {
			word = "ok"
		}
		if word != c.want || c.want != "ok" && !strings.Contains(got.Hint, host) {
			t.Errorf("%q, needed %v: %s, %s (%s)", c.said, c.needed, word, got.Message, got.Hint)
		}
	}
}

func TestMinorOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"v1.33.4-eks-b707fbb": 33, "v1.29+": 29, "v1.37.2": 37, "1.30.1": 0, "nonsense": 0} {
		if got, known := minorOf(text); known && got != want || known != (want > 0) {
			t.Errorf("minorOf(%s) = %d, %v", text, got, known)
		}
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	claim := func(class string) map[string]any {
		spec := map[string]any{"accessModes": []any{"ReadWriteOnce"}, "resources": map[string]any{}}
		if class != "" {
			spec["storageClassName"] = class
		}
		return map[string]any{"ephemeral": map[string]any{"volumeClaimTemplate": map[string]any{"spec": spec}}}
	}
	found := map[string]bool{}
	claims(map[string]any{"spec": map[string]any{"volumes": []any{claim("ebs-sc"), claim(""), map[string]any{"emptyDir": map[string]any{}}}}}, found)
	if got := sortedNames(found); !slices.Equal(got, []string{"", "ebs-sc"}) {
		t.Errorf("claims: %q", got)
	}
}

func TestShort(t *testing.T) {
	t.Parallel()
	q := quotaLeft{
		hard: amounts(map[string]any{"requests.cpu": "10", "memory": "8Gi", "pods": int64(3), "count/jobs.batch": "1"}),
		used: amounts(map[string]any{"requests.cpu": "8500m", "pods": "1"}),
	}
	need := amounts(map[string]any{"cpu": "2", "memory": "8Gi", "pods": "3"})
	got := strings.Join(q.short(need), "\n")
	want := "pods: the jobs need 3, and of 3 only 2 is left\nrequests.cpu: the jobs need 2, and of 10 only 1500m is left"
	if got != want {
		t.Errorf("short:\n%s\nwant:\n%s", got, want)
	}
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	r := Readiness{Checks: []Check{ok("fine"), wrong(diag.Warning, "", "not quite")}}
	if r.Failed(diag.Error) || !r.Failed(diag.Warning) {
		t.Error("a warning fails only where warnings do")
	}
	r.Findings = diag.List{{Severity: diag.Error}}
	if !r.Failed(diag.Error) {
		t.Error("values with errors fail")
	}
}
