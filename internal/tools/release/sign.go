package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	"sigs.k8s.io/yaml"
)

// signer is who signs a release.
type signer struct {
	entity *openpgp.Entity
	// throwAway says that the key was made for this run.
	throwAway bool
}

// newSigner reads a secret key, armored or not, or makes one for a dry run.
func newSigner(file, passphraseFile string) (*signer, error) {
	if file == "" {
		entity, err := openpgp.NewEntity("helm-flink dry run", "throw-away key", "dry-run@example.invalid", nil)
		return &signer{entity: entity, throwAway: true}, err
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var in io.Reader = bytes.NewReader(content)
	if block, err := armor.Decode(bytes.NewReader(content)); err == nil {
		in = block.Body
	}
	ring, err := openpgp.ReadKeyRing(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(ring) != 1 || ring[0].PrivateKey == nil {
		return nil, fmt.Errorf("%s: one secret key is wanted", file)
	}
	if ring[0].PrivateKey.Encrypted {
		passphrase, err := os.ReadFile(passphraseFile)
		if err != nil {
			return nil, fmt.Errorf("the key has a passphrase: %w", err)
		}
		if err := ring[0].PrivateKey.Decrypt(bytes.TrimRight(passphrase, "\r\n")); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return &signer{entity: ring[0]}, nil
}

// sign writes a .prov file beside every archive, and the public key.
func (r *release) sign(s *signer, names []string) error {
	for _, name := range names {
		if !strings.HasSuffix(name, ".tgz") {
			continue
		}
		if err := s.provenance(filepath.Join(r.out, name), r.version); err != nil {
			return fmt.Errorf("sign %s: %w", name, err)
		}
	}
	var public bytes.Buffer
	if err := s.entity.Serialize(&public); err != nil {
		return err
	}
	if s.throwAway {
		r.say("signed with a key that nobody keeps: a dry run")
	}
	return os.WriteFile(filepath.Join(r.out, "helm-flink.gpg"), public.Bytes(), 0o644)
}

// provenance writes what Helm verifies (pkg/provenance/sign.go, messageBlock): what the archive says of itself, a line "...", and
// its sum by its name. Helm 4 keeps an installed plugin's archive as <plugin>-<version>.tgz and looks for the sum under that name
// in `helm plugin list` (internal/plugin/signing_info.go), so the archive of a platform has it under both.
func (s *signer) provenance(archive, version string) error {
	content, err := os.ReadFile(archive)
	if err != nil {
		return err
	}
	metadata, err := describes(content)
	if err != nil {
		return err
	}
	name, sum := filepath.Base(archive), fmt.Sprintf("sha256:%x", sha256.Sum256(content))
	files := map[string]string{name: sum}
	if plugin, platform, ok := strings.Cut(name, "-"+version+"-"); ok && platform != "" {
		files[plugin+"-"+version+".tgz"] = sum
	}
	sums, err := yaml.Marshal(map[string]any{"files": files})
	if err != nil {
		return err
	}
	var signed bytes.Buffer
	text, err := clearsign.Encode(&signed, s.entity.PrivateKey, nil)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(text, "%s\n...\n%s", metadata, sums); err != nil {
		return err
	}
	if err := text.Close(); err != nil {
		return err
	}
	return os.WriteFile(archive+".prov", signed.Bytes(), 0o644)
}

// describes returns plugin.yaml or Chart.yaml of an archive, as plain YAML.
func describes(archive []byte) ([]byte, error) {
	plain, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	for entries := tar.NewReader(plain); ; {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil, errors.New("neither plugin.yaml nor Chart.yaml is in it")
		} else if err != nil {
			return nil, err
		}
		if base := path.Base(header.Name); base != "plugin.yaml" && base != "Chart.yaml" {
			continue
		}
		content, err := io.ReadAll(entries)
		if err != nil {
			return nil, err
		}
		var document map[string]any
		if err := yaml.Unmarshal(content, &document); err != nil {
			return nil, err
		}
		return yaml.Marshal(document)
	}
}
