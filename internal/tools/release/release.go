package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// release is what is to be made, and of what.
type release struct {
	root, out, helm string
	version         string
	epoch           time.Time
	platforms       []platform
	log             io.Writer
}

// platform is a system and its processor, as Go names them.
type platform struct{ os, arch string }

func (p platform) String() string { return p.os + "/" + p.arch }

// program is the file name of a program on the platform.
func (p platform) program(name string) string {
	if p.os == "windows" {
		return name + ".exe"
	}
	return name
}

// allPlatforms are those of a release; hook.sh and hook.ps1 know the same.
func allPlatforms() []platform {
	var all []platform
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, arch := range []string{"amd64", "arm64"} {
			all = append(all, platform{system, arch})
		}
	}
	return all
}

// choose reads a list of platforms; "" is all of them.
func choose(list string) ([]platform, error) {
	if list == "" {
		return allPlatforms(), nil
	}
	var chosen []platform
	for word := range strings.SplitSeq(list, ",") {
		system, arch, _ := strings.Cut(strings.TrimSpace(word), "/")
		one := platform{system, arch}
		if !slices.Contains(allPlatforms(), one) {
			return nil, fmt.Errorf("no platform %q: one of %v", word, allPlatforms())
		}
		chosen = append(chosen, one)
	}
	return chosen, nil
}

// prepare finds out what is to be released.
func (r *release) prepare(ctx context.Context, platforms, tag, epoch string) error {
	var err error
	if r.root, err = filepath.Abs(r.root); err != nil {
		return err
	}
	if r.out == "" {
		r.out = filepath.Join(r.root, "dist")
	}
	if r.platforms, err = choose(platforms); err != nil {
		return err
	}
	manifest, err := os.ReadFile(filepath.Join(r.root, "plugin.yaml"))
	if err != nil {
		return err
	}
	found := regexp.MustCompile(`(?m)^version: *"?([0-9A-Za-z.+-]+)"? *$`).FindSubmatch(manifest)
	if found == nil {
		return errors.New("plugin.yaml names no version")
	}
	r.version = string(found[1])
	if tag != "" && tag != "v"+r.version {
		return fmt.Errorf("the tag %s is not the version of plugin.yaml, %s", tag, r.version)
	}
	if epoch == "" {
		out, err := output(ctx, r.root, "git", "log", "-1", "--format=%ct")
		if err != nil {
			return err
		}
		epoch = strings.TrimSpace(out)
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	r.epoch = time.Unix(seconds, 0).UTC()
	return nil
}

// build makes the release the given number of times, each time from a copy of the tree in another folder, and keeps the first if
// all have the same sums. The copies are made before, so that nobody's work in the tree gets into one of them alone. Signatures
// are made once: they are never the same.
func (r *release) build(ctx context.Context, times int, s *signer) error {
	if err := os.RemoveAll(r.out); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "helm-flink-release-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	place := func(n int, name string) string { return filepath.Join(work, strings.Repeat("x", n+1), name) }
	for n := range max(times, 1) {
		if err := copyTree(ctx, r.root, place(n, "source")); err != nil {
			return err
		}
	}
	first, err := r.once(ctx, place(0, "source"), r.out)
	if err != nil {
		return err
	}
	for n := 1; n < times; n++ {
		sums, err := r.once(ctx, place(n, "source"), place(n, "dist"))
		if err != nil {
			return err
		}
		if wrong := differing(first, sums); len(wrong) > 0 {
			return fmt.Errorf("not reproducible, another sum when built again: %s", strings.Join(wrong, ", "))
		}
	}
	if times > 1 {
		r.say("built %d times: the sums of %d files are the same", times, len(first))
	}
	if err := r.sign(s, slices.Sorted(maps.Keys(first))); err != nil {
		return err
	}
	return r.list(first)
}

// once makes all files but signatures and the list of sums, and returns the sum of each by its name.
func (r *release) once(ctx context.Context, source, out string) (map[string]string, error) {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return nil, err
	}
	for _, p := range r.platforms {
		if err := r.platform(ctx, source, out, p); err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
	}
	if err := r.postRenderer(source, out); err != nil {
		return nil, err
	}
	if err := r.charts(ctx, source, out); err != nil {
		return nil, err
	}
	return sumsOf(out)
}

// platform builds the programs for a platform and packs them: flat, for Helm 3 and the hooks, and in a folder, for Helm 4.
func (r *release) platform(ctx context.Context, source, out string, p platform) error {
	start := time.Now()
	bin, err := os.MkdirTemp("", "helm-flink-bin-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(bin) }()
	if err := goBuild(ctx, source, bin, r.version, p); err != nil {
		return err
	}
	files, err := pluginFiles(source)
	if err != nil {
		return err
	}
	for _, name := range programs() {
		files = append(files, file{name: "bin/" + p.program(name), from: filepath.Join(bin, p.program(name)), mode: 0o755})
	}
	flat := fmt.Sprintf("helm-flink_%s_%s_%s", r.version, p.os, p.arch)
	nested := fmt.Sprintf("flink-%s-%s-%s", r.version, p.os, p.arch)
	if err := writeArchive(filepath.Join(out, flat+".tgz"), "", files, r.epoch); err != nil {
		return err
	}
	if err := writeArchive(filepath.Join(out, nested+".tgz"), "flink", files, r.epoch); err != nil {
		return err
	}
	if err := r.sbom(filepath.Join(out, flat+".cdx.json"), bin, p); err != nil {
		return err
	}
	r.say("%s: %d s", p, int(time.Since(start).Seconds()))
	return nil
}

// list writes the sums of all files that are there, for sha256sum --check.
func (r *release) list(first map[string]string) error {
	sums, err := sumsOf(r.out)
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(&text, "%s  %s\n", sums[name], name)
	}
	for name, sum := range first {
		if sums[name] != sum {
			return fmt.Errorf("%s was changed while it was signed", name)
		}
	}
	return os.WriteFile(filepath.Join(r.out, fmt.Sprintf("helm-flink_%s_checksums.txt", r.version)), []byte(text.String()), 0o644)
}

func (r *release) say(format string, args ...any) {
	fmt.Fprintf(r.log, "release: "+format+"\n", args...)
}

// sumsOf are the sha256 sums of the files in a folder, by name.
func sumsOf(dir string) (map[string]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(content)
		sums[entry.Name()] = hex.EncodeToString(sum[:])
	}
	return sums, nil
}

// differing are the names that do not have the same sum in both.
func differing(a, b map[string]string) []string {
	names := map[string]bool{}
	for name, sum := range a {
		names[name] = b[name] == sum
	}
	for name, sum := range b {
		names[name] = a[name] == sum
	}
	maps.DeleteFunc(names, func(_ string, same bool) bool { return same })
	return slices.Sorted(maps.Keys(names))
}

// output runs a program and returns what it wrote.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = dir
	var complaint strings.Builder
	command.Stderr = &complaint
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, complaint.String())
	}
	return string(out), nil
}
