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
	changed    []string          // those of write where something else is
	unchanged  []string
	remove     []string // stale paths that are there
	refused    []refusal
	newEntries inventory
	stale      bool // the inventory is not what it is to be
}

type refusal struct {
	name string
	err  error
}

// inventory is what we know of a directory from earlier runs.
type inventory struct {
	// sums is path → the SHA-256 sums, in hex, under which the file is ours. There
	// are two while a run is under way: that of before, and that to come.
	sums map[string][]string
	// made are the samples that were made, whether they are still there or not.
	made map[string]bool
}

func newInventory() inventory { return inventory{sums: map[string][]string{}, made: map[string]bool{}} }

// makePlan compares the directory with what it is to hold.
func makePlan(root *os.Root, tree Tree) (*plan, error) {
	old, err := readInventory(root)
	if err != nil {
		return nil, err
	}
	p := &plan{files: maps.Clone(tree.Files), old: old, newEntries: newInventory()}
	if p.files == nil {
		p.files = map[string][]byte{}
	}
	for _, name := range slices.Sorted(maps.Keys(tree.Files)) {
		p.consider(root, name)
	}
	for _, name := range slices.Sorted(maps.Keys(old.sums)) {
		if _, ok := p.files[name]; !ok {
			p.discard(root, name)
		}
	}
	if err := p.samples(root, tree.Once); err != nil {
		return nil, err
	}
	slices.Sort(p.write)
	have, err := root.ReadFile(manifest.InventoryFile)
	p.stale = err != nil || string(have) != string(p.newEntries.bytes())
	return p, nil
}

// consider plans a file that is produced.
func (p *plan) consider(root *os.Root, name string) {
	want := sum(p.files[name])
	p.newEntries.sums[name] = []string{want}
	switch have, err := sumOf(root, name); {
	case errors.Is(err, fs.ErrNotExist):
		p.write = append(p.write, name)
	case err != nil:
		p.refuse(name, err)
	case p.old.sums[name] == nil:
		p.refuse(name, fmt.Errorf("%s: is in the way and was not written by us: move it away or delete it", name))
	case have == want:
		p.unchanged = append(p.unchanged, name)
	case !slices.Contains(p.old.sums[name], have):
		p.refuse(name, changed(name))
	default:
		p.write, p.changed = append(p.write, name), append(p.changed, name)
	}
}

// discard plans a file of ours that is no longer produced.
func (p *plan) discard(root *os.Root, name string) {
	switch have, err := sumOf(root, name); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		p.refuse(name, err)
	case !slices.Contains(p.old.sums[name], have):
		p.refuse(name, changed(name))
	default:
		p.remove = append(p.remove, name)
	}
}

// samples plans the files that are made once. One where something is already
// counts as made.
func (p *plan) samples(root *os.Root, once map[string][]byte) error {
	for _, name := range slices.Sorted(maps.Keys(once)) {
		p.newEntries.made[name] = true
		if p.old.made[name] {
			continue
		}
		switch _, err := root.Lstat(name); {
		case errors.Is(err, fs.ErrNotExist):
			p.files[name] = once[name]
			p.write = append(p.write, name)
		case err != nil && !errors.Is(err, syscall.ENOTDIR):
			return err
		}
	}
	for name := range p.old.made { // so that a sample does not come back with its environment
		p.newEntries.made[name] = true
	}
	return nil
}

func (p *plan) refuse(name string, err error) { p.refused = append(p.refused, refusal{name, err}) }

// refusal names everything that stands in the way, or is nil.
func (p *plan) refusal() error {
	var all []error
	for _, r := range p.refused {
		all = append(all, r.err)
	}
	return errors.Join(all...)
}

func changed(name string) error {
	return fmt.Errorf("%s: was changed since it was written: move it away or delete it", name)
}

// run does what is planned. The inventory is written first with all sums that
// a file may have until the end, so that an interrupted run can be told from a
// user's change.
func (p *plan) run(root *os.Root) error {
	if len(p.write)+len(p.remove) > 0 {
		both := inventory{sums: maps.Clone(p.newEntries.sums), made: p.old.made}
		for name, sums := range p.old.sums {
			both.sums[name] = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(sums), both.sums[name]...))))
		}
		if err := replace(root, manifest.InventoryFile, both.bytes()); err != nil {
			return err
		}
		p.stale = true
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
	if !p.stale {
		return nil
	}
	p.stale = false
	return replace(root, manifest.InventoryFile, p.newEntries.bytes())
}

func (p *plan) report() Report {
	r := Report{Written: p.write, Unchanged: p.unchanged, Removed: p.remove, Changed: p.changed}
	for _, refused := range p.refused {
		r.Refused = append(r.Refused, refused.name)
	}
	r.Inventory = p.stale && len(r.Written)+len(r.Removed)+len(r.Refused) == 0
	return r
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

// madeHead starts the line of a sample that was made.
const madeHead = "# made once: "

// bytes is the inventory as a file: a comment, a comment a sample, then
// "SUM  PATH" lines by path.
func (v inventory) bytes() []byte {
	var b strings.Builder
	b.WriteString(inventoryHead)
	for _, name := range slices.Sorted(maps.Keys(v.made)) {
		b.WriteString(madeHead + name + "\n")
	}
	for _, name := range slices.Sorted(maps.Keys(v.sums)) {
		for _, s := range v.sums[name] {
			b.WriteString(s + "  " + name + "\n")
		}
	}
	return []byte(b.String())
}

// readInventory gives what bytes wrote; without the file nothing is ours.
func readInventory(root *os.Root) (inventory, error) {
	v := newInventory()
	info, err := root.Lstat(manifest.InventoryFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return v, nil
	case err != nil:
		return v, err
	case !info.Mode().IsRegular():
		return v, fmt.Errorf("%s: no regular file", manifest.InventoryFile)
	}
	data, err := root.ReadFile(manifest.InventoryFile)
	if err != nil {
		return v, err
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if name, ok := strings.CutPrefix(line, madeHead); ok && fs.ValidPath(name) {
			v.made[name] = true
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		s, name, ok := strings.Cut(line, "  ")
		if !ok || len(s) != sha256.Size*2 || !fs.ValidPath(name) || name == "." {
			return v, fmt.Errorf("%s:%d: not a line of ours: restore the file or empty the directory", manifest.InventoryFile, n)
		}
		v.sums[name] = append(v.sums[name], s)
	}
	return v, nil
}
