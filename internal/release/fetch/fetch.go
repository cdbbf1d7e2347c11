// Package fetch gets charts from where others publish them: OCI registries and
// HTTP repositories, with Helm's own clients, so that logins, repository
// credentials and proxies are those of Helm. What was fetched is kept in a cache,
// which is used first and, offline, alone.
//
// It may import, of third parties, Helm's registry, repository and provenance
// packages.
package fetch

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/helmpath"
)

// Reference names a chart in a registry or repository.
type Reference struct {
	// Source is oci://host/path/chart, with or without @sha256:…; the address of a
	// repository, https://host/path, where index.yaml lies; or that of an archive,
	// https://host/path/chart-1.2.3.tgz.
	Source string
	// Name is the chart's name in a repository; not needed for the others.
	Name string
	// Version is the exact version. Not needed with a digest in Source, nor for an archive.
	Version string
	// Digest is sha256:… of the archive, or of an OCI manifest; empty for any.
	Digest string
}

// String is "oci://host/chart 1.2.3".
func (r Reference) String() string {
	out := r.Source
	if isRepository(r.Source) && r.Name != "" {
		out += " " + r.Name
	}
	if r.Version != "" {
		out += " " + r.Version
	}
	return out
}

// Options say how to fetch.
type Options struct {
	// Cache is the folder of the cache.
	Cache string
	// Offline uses the cache alone.
	Offline bool
	// PlainHTTP speaks HTTP without TLS.
	PlainHTTP bool
	// Verify wants a provenance file for every chart, signed by a key of Keyring.
	Verify  bool
	Keyring string
	// RegistryConfig and RepositoryConfig are Helm's files with logins and
	// repositories.
	RegistryConfig, RepositoryConfig string
}

// Defaults are the places that Helm uses; getenv gives an environment variable,
// empty if it is not set. Helm sets HELM_REGISTRY_CONFIG, HELM_REPOSITORY_CONFIG
// and HELM_CACHE_HOME for its plugins.
func Defaults(getenv func(string) string) Options {
	cache := helmpath.CachePath("flink", "charts")
	if home := getenv("HELM_CACHE_HOME"); home != "" {
		cache = path.Join(home, "flink", "charts")
	}
	return Options{
		Cache:            cache,
		RegistryConfig:   cmp.Or(getenv("HELM_REGISTRY_CONFIG"), helmpath.ConfigPath("registry", "config.json")),
		RepositoryConfig: cmp.Or(getenv("HELM_REPOSITORY_CONFIG"), helmpath.ConfigPath("repositories.yaml")),
	}
}

// Chart is a chart that was fetched.
type Chart struct {
	// Archive is the .tgz.
	Archive []byte
	// Name, Version and AppVersion are what its Chart.yaml says.
	Name, Version, AppVersion string
	// Digest is sha256:… of the archive; Manifest that of the OCI manifest, if any.
	Digest, Manifest string
	// File is the name of the archive, by which its provenance file knows it.
	File string
	// Provenance is the signed provenance file; nil if there is none, or none was asked for.
	Provenance []byte
	// Cached reports whether it came from the cache.
	Cached bool
	// Kept is why it could not be put into the cache; nil if it was.
	Kept error
}

// Get gives a chart. A time-out or a refusal of the other side is an error, and so
// is a chart that is not the one that was named.
func Get(ctx context.Context, ref Reference, o Options) (Chart, error) {
	chart, err := get(ctx, ref, o)
	if err != nil {
		return Chart{}, fmt.Errorf("chart %s: %w", ref, err)
	}
	return chart, nil
}

func get(ctx context.Context, ref Reference, o Options) (Chart, error) {
	ref, err := ref.normal()
	if err != nil {
		return Chart{}, err
	}
	if err := ctx.Err(); err != nil {
		return Chart{}, err
	}
	keep := store{dir: o.Cache}
	if chart, ok := keep.load(ref); ok && (!o.Verify || chart.Provenance != nil) {
		return chart, judge(ref, chart, o)
	}
	if o.Offline {
		return Chart{}, &MissingError{Cache: o.Cache, Provenance: o.Verify}
	}
	if strings.HasPrefix(ref.Source, "http://") && !o.PlainHTTP {
		return Chart{}, errors.New(plain)
	}
	chart, err := await(ctx, func() (Chart, error) {
		if isOCI(ref.Source) {
			return pull(ref, o)
		}
		return download(ref, o)
	})
	if err != nil {
		return Chart{}, err
	}
	if err := chart.read(); err != nil {
		return Chart{}, err
	}
	if err := judge(ref, chart, o); err != nil {
		return Chart{}, err
	}
	chart.Kept = keep.save(ref, chart)
	return chart, nil
}

// The sentences of two refusals.
const (
	noVersion = "its version is not given; charts from repositories are pinned: write the exact version, or a digest"
	plain     = "it would travel without TLS; use https://, or allow it with --plain-http"
)

// normal splits a digest off the source and says what is missing.
func (r Reference) normal() (Reference, error) {
	r, err := r.pinned()
	oci, repository := isOCI(r.Source), isRepository(r.Source)
	switch {
	case err != nil:
		return r, err
	case !oci && !strings.HasPrefix(r.Source, "https://") && !strings.HasPrefix(r.Source, "http://"):
		return r, errors.New("it is neither oci://… nor https://…")
	case r.Version == "" && (repository || oci && r.Digest == ""):
		return r, errors.New(noVersion)
	case r.Name == "" && repository:
		return r, errors.New("the name of the chart in the repository is not given")
	}
	return r, nil
}

// pinned moves a digest of the source to Digest.
func (r Reference) pinned() (Reference, error) {
	source, digest, ok := strings.Cut(r.Source, "@")
	if isOCI(r.Source) && ok {
		if r.Digest != "" && r.Digest != digest {
			return r, fmt.Errorf("it is pinned twice, to %s and to %s", digest, r.Digest)
		}
		r.Source, r.Digest = source, digest
	}
	if r.Digest != "" && (!strings.HasPrefix(r.Digest, "sha256:") || len(r.Digest) != len("sha256:")+2*sha256.Size) {
		return r, fmt.Errorf("the digest %q is not sha256: and 64 hexadecimal digits", r.Digest)
	}
	return r, nil
}

func isOCI(source string) bool { return strings.HasPrefix(source, "oci://") }

// isRepository reports whether a source has an index of charts.
func isRepository(source string) bool { return !isOCI(source) && !strings.HasSuffix(source, ".tgz") }

// read reads what the chart says of itself.
func (c *Chart) read() error {
	loaded, err := loader.LoadArchive(bytes.NewReader(c.Archive))
	if err != nil {
		return fmt.Errorf("what came is no chart: %w", err)
	}
	c.Name, c.Version, c.AppVersion = loaded.Metadata.Name, loaded.Metadata.Version, loaded.Metadata.AppVersion
	c.Digest = digest(c.Archive)
	return nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// judge says whether a chart is the one that was meant.
func judge(ref Reference, c Chart, o Options) error {
	if ref.Version != "" && strings.TrimPrefix(ref.Version, "v") != strings.TrimPrefix(c.Version, "v") {
		return fmt.Errorf("what came has the version %s; charts from repositories are pinned, so write the exact version", c.Version)
	}
	if ref.Digest != "" && ref.Digest != c.Digest && ref.Digest != c.Manifest {
		return &DigestError{Want: ref.Digest, Archive: c.Digest, Manifest: c.Manifest}
	}
	if !o.Verify {
		return nil
	}
	return verify(c, o.Keyring)
}

// DigestError says that a chart is another than the one that is pinned.
type DigestError struct{ Want, Archive, Manifest string }

// Error names the digests.
func (e *DigestError) Error() string {
	text := fmt.Sprintf("the digest is pinned to %s, but that of the archive is %s", e.Want, e.Archive)
	if e.Manifest != "" {
		text += " and that of the manifest " + e.Manifest
	}
	return text
}

// MissingError says that a chart is not in the cache.
type MissingError struct {
	Cache string
	// Provenance says that a provenance file was wanted too.
	Provenance bool
}

// Error names the cache and says how to fill it.
func (e *MissingError) Error() string {
	what, flags := "it is", "--cache DIR"
	if e.Provenance {
		what, flags = "it is, with its provenance file,", "--verify --cache DIR"
	}
	return fmt.Sprintf("%s not in the cache %s, and --offline uses nothing else; where there is a network, "+
		"helm flink addons pull -f FILE %s fills a folder to be copied there", what, e.Cache, flags)
}

// await runs what cannot be cancelled, and no longer waits for it when ctx ends.
func await[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		value, err := do()
		done <- outcome{value, err}
	}()
	select {
	case out := <-done:
		return out.value, out.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}
