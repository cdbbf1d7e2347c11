package values

import (
	"bytes"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// BlockMember is a key of a mapping with its lines, comments above it included.
type BlockMember struct{ Key, Text string }

// Block gives the members of a top-level mapping that is written as a block. A key
// that is not there, or is written otherwise, is an error.
func Block(data []byte, key string) ([]BlockMember, error) {
	_, members, err := block(data, key)
	return members, err
}

// ReplaceBlock puts text, whole lines, in the place of a top-level mapping and its
// key. What stands before and after stays to the byte.
func ReplaceBlock(data []byte, key, text string) ([]byte, error) {
	at, _, err := block(data, key)
	if err != nil {
		return nil, err
	}
	return splice(data, at[0], at[1], text), nil
}

// block finds the bytes of a top-level mapping, from its key to the end of its last
// line, and its members.
func block(data []byte, key string) (at [2]int, members []BlockMember, err error) {
	root, err := editRoot(data)
	if err != nil {
		return at, nil, err
	}
	k, v := memberOf(root, key)
	if !isBlock(k, v) {
		return at, nil, fmt.Errorf("the file has no block %s: %w", key, ErrCannotEdit)
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	end := blockEnd(root, k, lines)
	first := k.Line // the member's lines begin behind the line before
	for i := 0; i+1 < len(v.Content); i += 2 {
		last := end
		if i+2 < len(v.Content) {
			last = v.Content[i+2].Line - 1
			for last > v.Content[i].Line && comment(lines[last-1]) {
				last--
			}
		}
		members = append(members, BlockMember{v.Content[i].Value, string(bytes.Join(lines[first:last], nil))})
		first = last
	}
	at[0], _ = offset(data, k.Line, 1)
	for _, line := range lines[:end] {
		at[1] += len(line)
	}
	return at, members, nil
}

// isBlock reports whether the value of a key is a mapping on lines of its own.
func isBlock(k, v *yaml.Node) bool {
	return v != nil && v.Kind == yaml.MappingNode && v.Style&yaml.FlowStyle == 0 && len(v.Content) > 0 && v.Content[0].Line > k.Line
}

// blockEnd is the last line of the block of a top-level key.
func blockEnd(root, k *yaml.Node, lines [][]byte) int {
	end := len(lines)
	for i := 0; i+1 < len(root.Content); i += 2 {
		if line := root.Content[i].Line; line > k.Line {
			end = min(end, line-1)
		}
	}
	for end > k.Line && !indented(lines[end-1]) {
		end--
	}
	return end
}

// indented reports whether a line belongs to what is above it.
func indented(line []byte) bool {
	return bytes.HasPrefix(line, []byte(" ")) && len(bytes.TrimSpace(line)) > 0
}

func comment(line []byte) bool { return strings.HasPrefix(strings.TrimSpace(string(line)), "#") }

// ScalarText writes a string, a bool or an int64 as YAML has it, quoted where it
// would be something else without.
func ScalarText(v any) (string, error) { return scalarText(v) }
