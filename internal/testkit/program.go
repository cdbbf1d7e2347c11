package testkit

import (
	"path/filepath"
	"testing"
)

// CapacityProgram builds the program helm-flink-capacity into a folder of the
// test and returns the folder.
func CapacityProgram(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	_, complaint, err := Run(t.Context(), Command{
		Name: "go", Args: []string{"build", "-o", dir + string(filepath.Separator), "./cmd/helm-flink-capacity"}, Dir: RepoRoot(t),
	})
	if err != nil {
		t.Fatalf("build helm-flink-capacity: %v\n%s", err, complaint)
	}
	return dir
}
