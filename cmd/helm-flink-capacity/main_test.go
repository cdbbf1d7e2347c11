package main

import (
	"os"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/capacity/scheduler"
)

func TestMain(m *testing.M) {
	scheduler.Setup()
	os.Exit(m.Run())
}

func TestRun(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"version": 1, "runs": [{"name": "start", "phases": []}]}`: `{"version":1,"runs":[{"nodes":null}]}` + "\n",
		`{"version": 9}`: "version 9 of the request",
		`not JSON`:       "read the request",
	} {
		var out strings.Builder
		err := run(t.Context(), strings.NewReader(in), &out)
		if err != nil && !strings.Contains(err.Error(), want) || err == nil && out.String() != want {
			t.Errorf("%s: %q, %v, want %q", in, out.String(), err, want)
		}
	}
}
