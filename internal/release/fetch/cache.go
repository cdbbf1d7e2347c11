package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v3/pkg/provenance"
)

// store is the cache: for each reference an archive, its provenance file if there
// is one, and a file that says what they are, which is written last. The names
// begin with the chart's, so that people find their way.
type store struct{ dir string }

// about is the file beside an archive.
type about struct {
	Source     string `json:"source"`
	Name       string `json:"name,omitempty"` // as the reference has it
	Version    string `json:"version,omitempty"`
	Pinned     string `json:"pinned,omitempty"`
	Digest     string `json:"digest"`
	Manifest   string `json:"manifest,omitempty"`
	File       string `json:"file"`
	Provenance string `json:"provenance,omitempty"` // its digest
}

// place is the path of a reference's archive, without its ending.
func (s store) place(ref Reference) string {
	name := ref.Name
	if name == "" {
		name = strings.TrimSuffix(filepath.Base(ref.Source), ".tgz")
	}
	key := sha256.Sum256([]byte(strings.Join([]string{ref.Source, ref.Name, ref.Version, ref.Digest}, "\n")))
	readable := strings.Map(func(r rune) rune {
		if strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", r) {
			return r
		}
		return '_'
	}, strings.Trim(name+"-"+ref.Version, "-"))
	return filepath.Join(s.dir, readable+"."+hex.EncodeToString(key[:8]))
}

// load gives what the cache has for a reference. What is broken counts as absent.
func (s store) load(ref Reference) (Chart, bool) {
	if s.dir == "" {
		return Chart{}, false
	}
	place := s.place(ref)
	text, err := os.ReadFile(place + ".json")
	if err != nil {
		return Chart{}, false
	}
	var a about
	if err := json.Unmarshal(text, &a); err != nil || a.Source != ref.Source || a.Version != ref.Version {
		return Chart{}, false
	}
	out := Chart{Manifest: a.Manifest, File: a.File, Cached: true}
	if out.Archive, err = os.ReadFile(place + ".tgz"); err != nil || digest(out.Archive) != a.Digest {
		return Chart{}, false
	}
	if a.Provenance != "" {
		prov, err := os.ReadFile(place + ".tgz.prov")
		if err == nil && digest(prov) == a.Provenance {
			out.Provenance = prov
		}
	}
	return out, out.read() == nil
}

// save puts a chart into the cache. Two processes may do so at the same time.
func (s store) save(ref Reference, c Chart) error {
	if s.dir == "" {
		return nil
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return fmt.Errorf("keep it in the cache: %w", err)
	}
	place := s.place(ref)
	a := about{
		Source: ref.Source, Name: ref.Name, Version: ref.Version, Pinned: ref.Digest,
		Digest: c.Digest, Manifest: c.Manifest, File: c.File,
	}
	err := replace(place+".tgz", c.Archive)
	if c.Provenance != nil {
		a.Provenance = digest(c.Provenance)
		err = errors.Join(err, replace(place+".tgz.prov", c.Provenance))
	}
	text, marshalErr := json.MarshalIndent(a, "", "  ")
	if err = errors.Join(err, marshalErr); err == nil {
		err = replace(place+".json", append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("keep it in the cache: %w", err)
	}
	return nil
}

// replace writes a file whole or not at all.
func replace(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// verify checks an archive against its provenance file, and that against a key of
// the keyring (https://helm.sh/docs/topics/provenance/).
func verify(c Chart, keyring string) error {
	if c.Provenance == nil {
		return errors.New("it has no provenance file, which --verify wants")
	}
	signatory, err := provenance.NewFromKeyring(keyring, "")
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("--verify needs a keyring: %w; name one with --keyring", err)
		}
		return fmt.Errorf("keyring %s: %w", keyring, err)
	}
	dir, err := os.MkdirTemp("", "helm-flink-verify-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	archive := filepath.Join(dir, filepath.Base(c.File))
	prov := archive + ".prov"
	if err := errors.Join(os.WriteFile(archive, c.Archive, 0o600), os.WriteFile(prov, c.Provenance, 0o600)); err != nil {
		return err
	}
	if _, err := signatory.Verify(archive, prov); err != nil {
		return fmt.Errorf("its provenance file was not signed by a key of %s, or is not of this chart: %w", keyring, err)
	}
	return nil
}
