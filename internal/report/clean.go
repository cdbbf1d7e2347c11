package report

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"unicode"
)

// printable makes text safe for one line of a terminal or log: what is not
// UTF-8 becomes U+FFFD; control characters, line ends and the characters that
// change the direction of text (Unicode TR #36, 2.10) become \u escapes.
func printable(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case hidden(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func hidden(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
}

// lines splits text at line ends and makes each line printable; empty lines at
// the end are left out.
func lines(s string) []string {
	s = strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	if s == "" {
		return nil
	}
	all := strings.Split(s, "\n")
	for i, line := range all {
		all[i] = printable(line)
	}
	return all
}

// Repo is where the repository lies on disk.
type Repo struct {
	// Root is the absolute path of the repository's root, empty if there is no
	// repository: names then count from Dir.
	Root string
	// Dir is the absolute path of the folder that relative names of findings
	// count from; empty stands for Root.
	Dir string
}

// relative returns the slashed path of a file from the repository's root. A
// file outside of it has none that is the same on every machine: its last
// element stands for it.
func (r Repo) relative(file string) string {
	name := filepath.ToSlash(file)
	root, dir := filepath.ToSlash(r.Root), filepath.ToSlash(r.Dir)
	if root == "" {
		root = dir
	}
	if dir == "" {
		dir = root
	}
	if !isAbsolute(name) {
		name = path.Join(dir, name)
	}
	name = path.Clean(name)
	switch {
	case root == "":
	case root == "/" && strings.HasPrefix(name, "/"):
		name = name[1:]
	default:
		if inside, ok := strings.CutPrefix(name, path.Clean(root)+"/"); ok {
			name = inside
		}
	}
	if isAbsolute(name) || name == ".." || strings.HasPrefix(name, "../") {
		return path.Base(name)
	}
	return name
}

// isAbsolute knows absolute paths of every system, slashed: /x, C:/x.
func isAbsolute(name string) bool {
	return strings.HasPrefix(name, "/") || len(name) > 2 && name[1] == ':' && name[2] == '/'
}
