package emit

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/helm-flink/helm-flink/internal/manifest"
)

// plan is what is to be done in a directory; making it changes nothing.
type plan struct {
	files      map[string][]byte // path → content, all that is produced
	old        inventory         // what an earlier run wrote
	write      []string          // paths to write
	unchanged  []string
	remove     []string // stale paths that are there
	newEntries inventory
}

// inventory is path → the SHA-256 sums, in hex, under which the file is ours.
// There are two while a run is under way: that of before, and that to come.
type inventory map[string][]string

// makePlan compares the directory with what it is to hold. The error names
// everything that stands in the way.
func makePlan(root *os.Root, files map[string][]byte) (*plan, error) {
	old, err := readInventory(root)
	if err != nil {
		return nil, err
	}
	p := &plan{files: files, old: old, newEntries: inventory{}}
	var refused []error
	for _, name := range slices.Sorted(maps.Keys(files)) {
		want := sum(files[name])
		p.newEntries[name] = []string{want}
		switch have, err := sumOf(root, name); {
		case errors.Is(err, fs.ErrNotExist):
			p.write = append(p.write, name)
		case err != nil:
			refused = append(refused, err)
		case old[name] == nil:
			refused = append(refused, fmt.Errorf("%s: is in the way and was not written by us: move it away or delete it", name))
		case have == want:
			p.unchanged = append(p.unchanged, name)
		case !slices.Contains(old[name], have):
			refused = append(refused, changed(name))
		default:
			p.write = append(p.write, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if _, ok := files[name]; ok {
			continue
		}
		switch have, err := sumOf(root, name); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			refused = append(refused, err)
		case !slices.Contains(old[name], have):
			refused = append(refused, changed(name))
		default:
			p.remove = append(p.remove, name)
		}
	}
	if len(refused) > 0 {
		return nil, errors.Join(refused...)
	}
	return p, nil
}

func changed(name string) error {
	return fmt.Errorf("%s: was changed since it was written: move it away or delete it", name)
}

// run does what is planned. The inventory is written first with all sums that
// a file may have until the end, so that an interrupted run can be told from a
// user's change.
func (p *plan) run(root *os.Root) error {
	if len(p.write)+len(p.remove) > 0 {
		both := maps.Clone(p.newEntries)
		for name, sums := range p.old {
			both[name] = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(sums), both[name]...))))
		}
		if err := replace(root, manifest.InventoryFile, both.bytes()); err != nil {
			return err
		}
	}
	for _, name := range p.write {
		if err := replace(root, name, p.files[name]); err != nil {
			return err
		}
	}
	for _, name := range p.remove {
		if err := root.Remove(name); err != nil {
			return err
		}
		for _, dir := range parents(name) {
			if err := root.Remove(dir); err != nil {
				break // not empty
			}
		}
	}
	have, err := root.ReadFile(manifest.InventoryFile)
	if want := p.newEntries.bytes(); err != nil || string(have) != string(want) {
		return replace(root, manifest.InventoryFile, want)
	}
	return nil
}

func (p *plan) report() Report {
	return Report{Written: p.write, Unchanged: p.unchanged, Removed: p.remove}
}

// replace puts a file in place in one step: a temporary file beside it, then a
// rename.
func replace(root *os.Root, name string, data []byte) error {
	if dir := path.Dir(name); dir != "." {
		if err := root.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	tmp := path.Join(path.Dir(name), "."+path.Base(name)+".helm-flink-tmp")
	if err := root.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := root.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = root.Rename(tmp, name)
	}
	if err != nil {
		_ = root.Remove(tmp)
	}
	return err
}

// sumOf gives the sum of a file that is there; anything but a regular file is
// an error, a missing one fs.ErrNotExist.
func sumOf(root *os.Root, name string) (string, error) {
	info, err := root.Lstat(name)
	switch {
	case errors.Is(err, syscall.ENOTDIR):
		return "", fmt.Errorf("%s: a file is where its directory should be: move it away or delete it", name)
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s: is in the way and no regular file: move it away or delete it", name)
	}
	data, err := root.ReadFile(name)
	if err != nil {
		return "", err
	}
	return sum(data), nil
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

// inventoryHead starts every inventory; sha256sum skips such lines.
const inventoryHead = "# The files that helm-flink wrote here. To check them: sha256sum --check " + manifest.InventoryFile + "\n"

// bytes is the inventory as a file: a comment, then "SUM  PATH" lines by path.
func (v inventory) bytes() []byte {
	var b strings.Builder
	b.WriteString(inventoryHead)
	for _, name := range slices.Sorted(maps.Keys(v)) {
		for _, s := range v[name] {
			b.WriteString(s + "  " + name + "\n")
		}
	}
	return []byte(b.String())
}

// readInventory gives what bytes wrote; without the file nothing is ours.
func readInventory(root *os.Root) (inventory, error) {
	v := inventory{}
	info, err := root.Lstat(manifest.InventoryFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return v, nil
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: no regular file", manifest.InventoryFile)
	}
	data, err := root.ReadFile(manifest.InventoryFile)
	if err != nil {
		return nil, err
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		s, name, ok := strings.Cut(line, "  ")
		if !ok || len(s) != sha256.Size*2 || !fs.ValidPath(name) || name == "." {
			return nil, fmt.Errorf("%s:%d: not a line of ours: restore the file or empty the directory", manifest.InventoryFile, n)
		}
		v[name] = append(v[name], s)
	}
	return v, nil
}
