package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// programs are those of a release, the packages in cmd.
func programs() []string { return []string{"helm-flink", "helm-flink-capacity"} }

// goBuild builds the programs for a platform as hook.sh and the Makefile do: without paths of this machine, without its C
// library, without its git, and without settings of its environment.
func goBuild(ctx context.Context, source, bin, version string, p platform) error {
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version=" + version,
		"-o", bin + string(filepath.Separator)}
	for _, name := range programs() {
		args = append(args, "./cmd/"+name)
	}
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = source
	command.Env = append(os.Environ(), "GOOS="+p.os, "GOARCH="+p.arch, "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=",
		"GOEXPERIMENT=", "GOAMD64=v1", "GOARM64=v8.0")
	if complaint, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, complaint)
	}
	return nil
}

// pluginFiles are the files of a plugin beside its programs. plugin.yaml comes first: Helm 4 takes the first file of that name
// for the plugin's, wherever in the archive it lies (internal/plugin/sign.go, ExtractTgzPluginMetadata, v4.3.1).
func pluginFiles(source string) ([]file, error) {
	return filesOf(source, "plugin.yaml", "LICENSE", "cmd/helm-flink/post-render/plugin.yaml", "cmd/helm-flink/post-render/run.sh",
		"completion.yaml", "hook.ps1", "hook.sh", "plugin.complete")
}

// filesOf are files of the tree under their names there. Programs can be executed, all else cannot; nothing is taken from
// the umask of the one who cloned it.
func filesOf(source string, names ...string) ([]file, error) {
	var files []file
	for _, name := range names {
		info, err := os.Stat(filepath.Join(source, name))
		if err != nil {
			return nil, err
		}
		mode := int64(0o644)
		if info.Mode()&0o100 != 0 {
			mode = 0o755
		}
		files = append(files, file{name: name, from: filepath.Join(source, name), mode: mode})
	}
	return files, nil
}

// postRenderer packs the second plugin, which only Helm 4 has and which is the same for all platforms.
func (r *release) postRenderer(source, out string) error {
	files, err := filesOf(filepath.Join(source, "cmd", "helm-flink", "post-render"), "plugin.yaml", "run.sh")
	if err != nil {
		return err
	}
	name := fmt.Sprintf("flink-post-render-%s.tgz", r.version)
	return writeArchive(filepath.Join(out, name), "flink-post-render", files, r.epoch)
}

// copyTree copies what git knows, or would know, of a tree.
func copyTree(ctx context.Context, from, to string) error {
	names, err := output(ctx, from, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(names, "\x00"), "\x00") {
		info, err := os.Stat(filepath.Join(from, name))
		if os.IsNotExist(err) {
			continue // deleted, but not yet in a commit
		} else if err != nil {
			return err
		}
		content, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), content, info.Mode().Perm()); err != nil {
			return err
		}
	}
	return nil
}
