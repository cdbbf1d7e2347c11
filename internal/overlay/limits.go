package overlay

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// The bounds of what an overlay may have read: a file's size, and the nodes of its
// YAML once aliases are written out. An overlay is text that people wrote; what is
// larger would fill the memory.
const (
	maxFile  = 16 << 20
	maxNodes = 2 << 20
)

// fileError says why a file is not read; the message is for the user.
type fileError struct{ why string }

func (e fileError) Error() string { return e.why }

// readFile reads a file of an overlay. Of one that is no regular file, is too large, or
// grows too large, the error is a fileError.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s: is a directory", path)
	case !info.Mode().IsRegular():
		return nil, fileError{"is no regular file"}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fileError{fmt.Sprintf("is larger than %d MiB", maxFile>>20)}
	}
	if bomb(data) {
		return nil, fileError{"grows beyond all bounds once its YAML aliases are written out"}
	}
	return data, nil
}

// bomb reports whether YAML has more nodes than are taken, with every alias
// counted as what it stands for.
func bomb(data []byte) bool {
	if !bytes.ContainsRune(data, '&') || !bytes.ContainsRune(data, '*') {
		return false
	}
	sizes := map[*yaml.Node]int{}
	for _, doc := range nodes(data) {
		if expanded(doc, sizes) > maxNodes {
			return true
		}
		for _, inner := range texts(doc, nil) {
			if bomb([]byte(inner)) {
				return true
			}
		}
	}
	return false
}

// expanded counts nodes, at most a little over maxNodes.
func expanded(n *yaml.Node, sizes map[*yaml.Node]int) int {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if size, ok := sizes[n]; ok {
		return size
	}
	sizes[n] = 1 // an alias within what it names, which no parser lets through
	size := 1
	for _, c := range n.Content {
		if size += expanded(c, sizes); size > maxNodes {
			break
		}
	}
	sizes[n] = size
	return size
}

// texts gives the scalars that could be YAML with aliases themselves: inline patches.
func texts(n *yaml.Node, out []string) []string {
	if n.Kind == yaml.ScalarNode && len(n.Value) > 20 && bytes.ContainsAny([]byte(n.Value), "\n{[") {
		return append(out, n.Value)
	}
	for _, c := range n.Content {
		out = texts(c, out)
	}
	return out
}
