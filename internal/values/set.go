package values

import (
	"fmt"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/strvals"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// applySets lays the --set flags over the tree. Helm's own parser works on the
// plain data, then the tree takes over what changed; the rest keeps its nodes.
// Helm 3.22 (pkg/cli/values/options.go) takes all --set-json first, then --set,
// --set-string and --set-file.
func applySets(root *Node, in Input) (*Node, diag.List, error) {
	var findings diag.List
	done := 0
	for _, flag := range []string{"--set-json", "--set", "--set-string", "--set-file"} {
		if !slices.ContainsFunc(in.Sets, func(s Set) bool { return s.Flag == flag }) {
			continue
		}
		plain := root.Plain()
		var applied []Set
		for _, set := range in.Sets {
			if set.Flag != flag {
				continue
			}
			done++
			fileErr, err := applySet(set, plain, in.ReadFile)
			switch {
			case fileErr != nil:
				return nil, nil, fmt.Errorf("%s %s: %w", flag, setKey(set.Value), fileErr)
			case err == nil:
				applied = append(applied, set)
			default:
				findings = append(findings, setFinding(set, err))
				plain = replay(root, applied, in.ReadFile) // it may be half applied
			}
		}
		root = reconcile(root, plain, diag.Position{Flag: flag})
	}
	if done < len(in.Sets) {
		return nil, nil, fmt.Errorf("set: a flag is none of --set-json, --set, --set-string, --set-file")
	}
	return root, findings, nil
}

// replay returns the plain data with the sets that could be applied.
func replay(root *Node, applied []Set, readFile func(string) ([]byte, error)) any {
	plain := root.Plain()
	for _, set := range applied {
		_, _ = applySet(set, plain, readFile) // they went well before
	}
	return plain
}

// applySet changes plain. fileErr is that of reading a file, err is Helm's
// about the syntax.
func applySet(set Set, into any, readFile func(string) ([]byte, error)) (fileErr, err error) {
	plain, _ := into.(map[string]any)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("interface conversion")
		}
	}()
	switch set.Flag {
	case "--set-json":
		err = strvals.ParseJSON(set.Value, plain)
	case "--set-string":
		err = strvals.ParseIntoString(set.Value, plain)
	case "--set-file":
		err = strvals.ParseIntoFile(set.Value, plain, func(name []rune) (any, error) {
			if readFile == nil {
				fileErr = fmt.Errorf("files cannot be read here")
				return nil, fileErr
			}
			var data []byte
			if data, fileErr = readFile(string(name)); fileErr != nil {
				return nil, fileErr
			}
			return string(data), nil
		})
	default:
		err = strvals.ParseInto(set.Value, plain)
	}
	return fileErr, err
}

// setFinding says what is wrong without the value, which may be a secret.
func setFinding(set Set, err error) diag.Finding {
	message, hint := err.Error(), "write path=value, for example jobs.orders.parallelism=4"
	switch {
	case strings.Contains(message, "interface conversion"):
		message, hint = "the path goes through a value that is not a mapping or list", "check the path against the values files"
	case strings.Contains(message, "has no value"):
		message = "there is no value"
	case strings.Contains(message, "invalid character") || strings.Contains(message, "unexpected EOF"):
		message, hint = "the value is not JSON", `write path=JSON, for example jobs.orders.args=["--topic","orders"]`
	case strings.Contains(message, "unexpected data at end of array index"):
		message, hint = "there is text between ] and =", "a list's item is written name[0]=value"
	case strings.Contains(message, "error parsing index"):
		message, hint = "a list's index is not a number", "a list's item is written name[0]=value"
	}
	return fail(diag.CodeSetFlag, diag.Position{Flag: set.Flag}, fmt.Sprintf("%q: %s", setKey(set.Value), message), hint)
}

// setKey returns what stands before the first "=", at most 60 characters.
func setKey(value string) string {
	key, _, _ := strings.Cut(value, "=")
	return shorten(key, 60)
}

// shorten cuts a text to n characters.
func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// reconcile returns the tree of plain, with the nodes of old where nothing
// changed; what changed has the position pos. A changed value keeps the place
// of its key.
func reconcile(old *Node, plain any, pos diag.Position) *Node {
	switch plain := plain.(type) {
	case map[string]any:
		if old.Kind != Map {
			break
		}
		return reconcileMap(old, plain, pos)
	case []any:
		if old.Kind != List {
			break
		}
		nodes, same := make([]*Node, len(plain)), len(plain) == len(old.nodes)
		for i, item := range plain {
			if i >= len(old.nodes) {
				nodes[i] = FromPlain(item, pos)
				continue
			}
			nodes[i] = reconcile(old.nodes[i], item, pos)
			same = same && nodes[i] == old.nodes[i]
		}
		if same {
			return old
		}
		return &Node{Kind: List, Pos: old.Pos, KeyPos: old.KeyPos, nodes: nodes}
	default:
		if old.Kind < List && old.Plain() == plain {
			return old
		}
	}
	keyPos := old.KeyPos
	return fromPlain(plain, pos, keyPos)
}

func reconcileMap(old *Node, plain map[string]any, pos diag.Position) *Node {
	keys, nodes := make([]string, 0, len(plain)), make([]*Node, 0, len(plain))
	same := len(plain) == len(old.keys)
	for i, key := range old.keys {
		value, there := plain[key]
		if !there {
			same = false
			continue
		}
		next := reconcile(old.nodes[i], value, pos)
		same = same && next == old.nodes[i]
		keys, nodes = append(keys, key), append(nodes, next)
	}
	if same {
		return old
	}
	added := make(map[string]any)
	for key, value := range plain {
		if old.find(key) < 0 {
			added[key] = value
		}
	}
	fresh := FromPlain(added, pos)
	return newMap(old.Pos, old.KeyPos, append(keys, fresh.keys...), append(nodes, fresh.nodes...))
}
