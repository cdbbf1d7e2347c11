package testkit

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Registry starts an OCI registry on loopback, distribution's own, and returns its address, host:port. It speaks plain
// HTTP, takes what is pushed from anyone and keeps it in memory. It is stopped when the test ends.
func Registry(t testing.TB) string {
	t.Helper()
	address := filepath.Join(t.TempDir(), "address")
	command := exec.Command(Tool(t, "registry"), address) // as in ControlPlane not bound to t.Context
	if _, err := startReady(t, command, time.Minute); err != nil {
		t.Fatalf("registry: %v", err)
	}
	host, err := os.ReadFile(filepath.Clean(address))
	if err != nil {
		t.Fatal(err)
	}
	return string(host)
}

// PackChart packages the chart in a folder into another folder, under a name and a version of its own, and returns the
// archive's path. Files to add or replace are given by their names in the chart; an empty text takes one out.
func PackChart(t testing.TB, source, name, version string, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if source != "" {
		if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
			t.Fatal(err)
		}
	}
	if files == nil {
		files = map[string]string{}
	}
	if _, ok := files["Chart.yaml"]; !ok {
		files["Chart.yaml"] = "apiVersion: v2\nname: " + name + "\nversion: " + version + "\n"
	}
	for file, text := range files {
		file = filepath.Join(dir, filepath.FromSlash(file))
		if text == "" {
			if err := os.RemoveAll(file); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := t.TempDir()
	_, complaint, err := Run(t.Context(), Command{Name: Tool(t, "helm3"), Args: []string{"package", dir, "-d", out}})
	if err != nil {
		t.Fatalf("helm package: %v\n%s", err, complaint)
	}
	return filepath.Join(out, name+"-"+version+".tgz")
}

// PushChart pushes an archive to a registry: oci://host/folder/<name>:<version>.
func PushChart(t testing.TB, archive, to string) {
	t.Helper()
	_, complaint, err := Run(t.Context(), Command{Name: Tool(t, "helm3"), Args: []string{"push", archive, to, "--plain-http"}})
	if err != nil {
		t.Fatalf("helm push: %v\n%s", err, complaint)
	}
}
