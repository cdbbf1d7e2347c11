package fetch_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/helm-flink/helm-flink/internal/release/fetch"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// options fetch without TLS into a cache of the test's own.
func options(t *testing.T) fetch.Options {
	t.Helper()
	dir := t.TempDir()
	return fetch.Options{
		Cache: filepath.Join(dir, "cache"), PlainHTTP: true,
		RegistryConfig: filepath.Join(dir, "registry.json"), RepositoryConfig: filepath.Join(dir, "repositories.yaml"),
	}
}

func get(t *testing.T, ref fetch.Reference, o fetch.Options) fetch.Chart {
	t.Helper()
	got, err := fetch.Get(t.Context(), ref, o)
	if err != nil {
		t.Fatal(err)
	}
	if got.Kept != nil {
		t.Error(got.Kept)
	}
	return got
}

// refused wants an error that says everything that is named.
func refused(t *testing.T, ref fetch.Reference, o fetch.Options, says ...string) {
	t.Helper()
	_, err := fetch.Get(t.Context(), ref, o)
	if err == nil {
		t.Fatalf("%s was not refused", ref)
	}
	for _, text := range says {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%q does not say %q", err, text)
		}
	}
}

func TestRegistry(t *testing.T) {
	t.Parallel()
	host := testkit.Registry(t)
	archive := testkit.PackChart(t, "", "stand-in", "1.2.3+build", nil)
	testkit.PushChart(t, archive, "oci://"+host+"/charts")
	want, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	ref := fetch.Reference{Source: "oci://" + host + "/charts/stand-in", Version: "1.2.3+build"}
	o := options(t)
	first := get(t, ref, o)
	if string(first.Archive) != string(want) || first.Cached || first.Name != "stand-in" || first.Version != "1.2.3+build" {
		t.Errorf("got %s %s, cached %v, %d bytes, want %d", first.Name, first.Version, first.Cached, len(first.Archive), len(want))
	}
	if second := get(t, ref, o); !second.Cached || second.Digest != first.Digest || second.Manifest != first.Manifest {
		t.Errorf("not from the cache: %v, %s", second.Cached, second.Digest)
	}
	for _, digest := range []string{first.Digest, first.Manifest} {
		pinned := ref
		pinned.Digest = digest
		get(t, pinned, o)
	}
	byDigest := fetch.Reference{Source: ref.Source + "@" + first.Manifest}
	if got := get(t, byDigest, o); got.Digest != first.Digest {
		t.Errorf("by digest: %s", got.Digest)
	}
	wrong := ref
	wrong.Digest = "sha256:" + strings.Repeat("0", 64)
	refused(t, wrong, o, wrong.Digest, first.Digest, first.Manifest)
	wrong.Digest = "sha256:0"
	refused(t, wrong, o, "64 hexadecimal digits")
	refused(t, fetch.Reference{Source: ref.Source}, o, "its version is not given")
	refused(t, fetch.Reference{Source: ref.Source, Version: "9.9.9"}, o, "9.9.9")
	o.PlainHTTP, o.Cache = false, filepath.Join(t.TempDir(), "other")
	refused(t, ref, o, "HTTP response to HTTPS client")
}

func TestOffline(t *testing.T) {
	t.Parallel()
	host := testkit.Registry(t)
	testkit.PushChart(t, testkit.PackChart(t, "", "stand-in", "1.0.0", nil), "oci://"+host)
	ref := fetch.Reference{Source: "oci://" + host + "/stand-in", Version: "1.0.0"}
	o := options(t)
	o.Offline = true
	refused(t, ref, o, o.Cache, "helm flink addons pull", "--offline")
	o.Offline = false
	get(t, ref, o)
	o.Offline = true
	if got := get(t, ref, o); !got.Cached {
		t.Error("not from the cache")
	}
	o.Verify = true
	refused(t, ref, o, "provenance", o.Cache)
	o.Verify = false
	files, err := filepath.Glob(filepath.Join(o.Cache, "stand-in-1.0.0.*.tgz"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	if err := os.WriteFile(files[0], []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, ref, o, "not in the cache")
	o.Offline = false
	if got := get(t, ref, o); got.Cached {
		t.Error("a broken archive was used")
	}
}

// repository serves a folder with an index of its charts.
func repository(t *testing.T, dir string, handler func(http.Handler) http.Handler) string {
	t.Helper()
	files := http.FileServer(http.Dir(dir))
	if handler != nil {
		files = handler(files)
	}
	server := httptest.NewServer(files)
	t.Cleanup(server.Close)
	_, complaint, err := testkit.Run(t.Context(), testkit.Command{
		Name: testkit.Tool(t, "helm3"), Args: []string{"repo", "index", dir, "--url", server.URL + "/charts"},
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, complaint)
	}
	return server.URL
}

func TestRepository(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	archive := testkit.PackChart(t, "", "stand-in", "v1.2.3", nil)
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "charts"), 0o755),
		os.WriteFile(filepath.Join(dir, "stand-in-v1.2.3.tgz"), data, 0o600)); err != nil {
		t.Fatal(err)
	}
	url := repository(t, dir, func(files http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if user, password, _ := r.BasicAuth(); user != "me" || password != "secret" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			r.URL.Path = strings.TrimPrefix(r.URL.Path, "/charts")
			files.ServeHTTP(w, r)
		})
	})
	ref := fetch.Reference{Source: url, Name: "stand-in", Version: "1.2.3"}
	o := options(t)
	refused(t, ref, o, "401")
	config := "apiVersion: v1\nrepositories:\n- {name: mine, url: " + url + "/, username: me, password: secret}\n"
	if err := os.WriteFile(o.RepositoryConfig, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	got := get(t, ref, o)
	if string(got.Archive) != string(data) || got.Version != "v1.2.3" {
		t.Errorf("got %s, %d bytes, want %d", got.Version, len(got.Archive), len(data))
	}
	refused(t, fetch.Reference{Source: url, Name: "stand-in", Version: "^1.0"}, o, "v1.2.3", "exact version")
	refused(t, fetch.Reference{Source: url, Name: "other", Version: "1.2.3"}, o, "other")
	direct := fetch.Reference{Source: url + "/charts/stand-in-v1.2.3.tgz", Digest: got.Digest}
	if again := get(t, direct, o); again.Digest != got.Digest {
		t.Errorf("by address: %s", again.Digest)
	}
	if err := os.WriteFile(filepath.Join(dir, "stand-in-v1.2.3.tgz"), append(data, 0), 0o600); err != nil {
		t.Fatal(err)
	}
	o.Cache = filepath.Join(t.TempDir(), "empty")
	refused(t, ref, o, got.Digest, "index")
	o.PlainHTTP = false
	refused(t, ref, o, "--plain-http")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := fetch.Get(ended, ref, o); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

// signed packages a chart with a signature, and returns the archive and the public keyring.
func signed(t *testing.T, name, version string) (archive, keyring string) {
	t.Helper()
	entity, err := openpgp.NewEntity("helm-flink", "test", "test@example.com", &packet.Config{RSABits: 2048})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var secret, public bytes.Buffer
	if err := errors.Join(entity.SerializePrivate(&secret, nil), entity.Serialize(&public)); err != nil {
		t.Fatal(err)
	}
	keyring = filepath.Join(dir, "pubring.gpg")
	chart := filepath.Join(dir, name)
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "secring.gpg"), secret.Bytes(), 0o600),
		os.WriteFile(keyring, public.Bytes(), 0o600), os.Mkdir(chart, 0o755),
		os.WriteFile(filepath.Join(chart, "Chart.yaml"), []byte("apiVersion: v2\nname: "+name+"\nversion: "+version+"\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	_, complaint, err := testkit.Run(t.Context(), testkit.Command{Name: testkit.Tool(t, "helm3"), Args: []string{
		"package", chart, "-d", dir, "--sign", "--key", "helm-flink", "--keyring", filepath.Join(dir, "secring.gpg"),
	}})
	if err != nil {
		t.Fatalf("%v\n%s", err, complaint)
	}
	return filepath.Join(dir, name+"-"+version+".tgz"), keyring
}

func TestVerify(t *testing.T) {
	t.Parallel()
	archive, keyring := signed(t, "stand-in", "1.0.0")
	host := testkit.Registry(t)
	testkit.PushChart(t, archive, "oci://"+host)
	testkit.PushChart(t, testkit.PackChart(t, "", "unsigned", "1.0.0", nil), "oci://"+host)
	url := repository(t, filepath.Dir(archive), func(files http.Handler) http.Handler {
		return http.StripPrefix("/charts", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			files.ServeHTTP(w, r)
		}))
	})
	_, other := signed(t, "other", "1.0.0")
	for _, ref := range []fetch.Reference{
		{Source: "oci://" + host + "/stand-in", Version: "1.0.0"},
		{Source: url + "/charts/stand-in-1.0.0.tgz"},
	} {
		o := options(t)
		o.Verify, o.Keyring = true, keyring
		get(t, ref, o)
		o.Offline = true
		if got := get(t, ref, o); !got.Cached || got.Provenance == nil {
			t.Errorf("%s: not from the cache with its provenance file", ref)
		}
		o.Keyring = other
		refused(t, ref, o, "not signed by a key of "+other)
		o.Keyring = filepath.Join(t.TempDir(), "none.gpg")
		refused(t, ref, o, "--keyring")
	}
	o := options(t)
	o.Verify, o.Keyring = true, keyring
	refused(t, fetch.Reference{Source: "oci://" + host + "/unsigned", Version: "1.0.0"}, o, "no provenance file")
}
