package stream

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	yaml "go.yaml.in/yaml/v3"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/yamltext"
)

// converter turns the parser's nodes into JSON-shaped data, as
// sigs.k8s.io/yaml 1.6 (YAMLToJSON) and the JSON decoder of
// k8s.io/apimachinery make it.
type converter struct {
	doc      *Document
	findings diag.List
	path     []string
	total    int                 // nodes so far, aliases followed
	open     map[*yaml.Node]bool // anchors being converted
	broken   bool                // a value has no JSON form: the data is not whole
	full     bool                // a bound is exceeded: nothing more is converted
}

func (c *converter) report(f diag.Finding) {
	if len(c.findings) < maxFindings {
		f.Path = diag.PathString(c.path)
		c.findings = append(c.findings, f)
	}
}

// refuse reports what makes the data unusable.
func (c *converter) refuse(code diag.Code, n *yaml.Node, message, hint string) {
	c.broken = true
	c.report(fail(code, c.doc.at(n.Line, n.Column), message, hint))
}

// exceed reports the first bound that is exceeded.
func (c *converter) exceed(n *yaml.Node, message, hint string) {
	if !c.full {
		c.full = true
		c.refuse(diag.CodeManifestLarge, n, message, hint)
	}
}

// enter counts a node and follows an alias. It returns nil if there is nothing
// to convert.
func (c *converter) enter(n *yaml.Node, depth int) *yaml.Node {
	c.total++
	if c.total > maxNodes {
		c.exceed(n, fmt.Sprintf("there are over %d values once aliases are followed", maxNodes),
			"aliases of aliases grow fast: write less of them")
	}
	if depth > maxDepth {
		c.exceed(n, fmt.Sprintf("lists and mappings are nested over %d levels deep", maxDepth), "")
	}
	target := n
	if n.Kind == yaml.AliasNode {
		target = n.Alias
	}
	if target.Anchor != "" {
		if c.open[target] {
			c.exceed(n, fmt.Sprintf("the anchor %q contains itself", n.Value), "an alias cannot stand within its own anchor")
		}
		if c.open == nil {
			c.open = map[*yaml.Node]bool{}
		}
	}
	if c.full {
		return nil
	}
	return target
}

// value converts the node n, which stands depth levels below the top.
func (c *converter) value(n *yaml.Node, depth int) any {
	target := c.enter(n, depth)
	if target == nil {
		return nil
	}
	if target.Anchor != "" {
		c.open[target] = true
		defer delete(c.open, target)
	}
	switch target.Kind {
	case yaml.MappingNode:
		out := make(map[string]any, len(target.Content)/2)
		c.members(out, target, depth)
		return out
	case yaml.SequenceNode:
		out := make([]any, len(target.Content))
		for i, item := range target.Content {
			c.path = append(c.path, strconv.Itoa(i))
			out[i] = c.value(item, depth+1)
			c.path = c.path[:len(c.path)-1]
		}
		return out
	default:
		return c.scalar(target)
	}
}

func (c *converter) scalar(n *yaml.Node) any {
	if c.doc.json {
		return c.jsonScalar(n)
	}
	value, err := c.doc.tags.scalar(n)
	if err != nil {
		c.refuse(diag.CodeManifestSyntax, n, err.Error(), "delete the tag, or write a value of its type")
		return nil
	}
	switch v := value.(type) {
	case uint64:
		return float64(v)
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			c.refuse(diag.CodeManifestNumber, n, fmt.Sprintf("%s is a number that JSON does not have", n.Value),
				"write a finite number, or quote it")
			return nil
		}
		return throughJSON(v)
	default:
		return value
	}
}

// throughJSON is a float as it comes back from JSON text: an integer if it is
// written without a point and an exponent, which encoding/json does for
// integers below 1e21.
func throughJSON(f float64) any {
	if f != math.Trunc(f) || math.Abs(f) >= 1e21 {
		return f
	}
	if i, err := strconv.ParseInt(strconv.FormatFloat(f, 'f', -1, 64), 10, 64); err == nil {
		return i
	}
	return f
}

// jsonScalar reads a number as sigs.k8s.io/json does: int64 if it is written
// as an integer and fits, else float64.
func (c *converter) jsonScalar(n *yaml.Node) any {
	switch n.Tag {
	case tagNull:
		return nil
	case tagBool:
		return n.Value == "true"
	case tagInt:
		if i, err := strconv.ParseInt(n.Value, 10, 64); err == nil {
			return i
		}
		f, err := strconv.ParseFloat(n.Value, 64)
		if err != nil {
			c.refuse(diag.CodeManifestNumber, n, "a number is too large", "write a finite number, or quote it")
			return nil
		}
		return f
	default:
		return n.Value
	}
}

// members fills a map. As go.yaml.in/yaml/v2 does it, members are set in the
// order of the text: a `<<` goes over what stands above it.
func (c *converter) members(out map[string]any, n *yaml.Node, depth int) {
	own := keys{node: n}
	for i := 0; i+1 < len(n.Content) && !c.full; i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if c.isMerge(key) {
			if value.Kind != yaml.SequenceNode {
				c.merge(out, &own, i, value, depth)
				continue
			}
			for _, source := range slices.Backward(value.Content) {
				c.merge(out, &own, i, source, depth)
			}
			continue
		}
		name, ok := c.key(key)
		if !ok {
			continue
		}
		c.path = append(c.path, name)
		if _, taken := out[name]; taken {
			if line, twice := own.line(c, name, i); twice {
				c.report(fail(diag.CodeManifestDuplicate, c.doc.at(key.Line, key.Column),
					fmt.Sprintf("the key %q is already in line %d", name, c.doc.Line+line-1), "delete one of the two"))
			}
		}
		out[name] = c.value(value, depth+1)
		c.path = c.path[:len(c.path)-1]
	}
}

// keys knows the lines of a mapping's own keys, once somebody asks.
type keys struct {
	node  *yaml.Node
	lines map[string]int
	seen  int // children that are in lines
}

// line returns the line of Text at which a key stands among the first n children.
func (k *keys) line(c *converter, name string, n int) (int, bool) {
	if k.lines == nil {
		k.lines = map[string]int{}
	}
	for ; k.seen < n; k.seen += 2 {
		key := k.node.Content[k.seen]
		if c.isMerge(key) {
			continue
		}
		if own, ok := keyText(c.doc, key); ok {
			if _, twice := k.lines[own]; !twice {
				k.lines[own] = key.Line
			}
		}
	}
	line, ok := k.lines[name]
	return line, ok
}

// isMerge reports whether a key is `<<` (yaml/v2, decode.go, isMerge).
func (c *converter) isMerge(key *yaml.Node) bool {
	return !c.doc.json && isMerge(key)
}

func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" && key.Tag == tagMerge
}

// merge puts the members of a mapping that a `<<` names into a map; i is the
// place of the `<<` among the children.
func (c *converter) merge(out map[string]any, own *keys, i int, n *yaml.Node, depth int) {
	source := c.enter(n, depth)
	if source == nil {
		return
	}
	if source.Kind != yaml.MappingNode {
		c.refuse(diag.CodeManifestSyntax, n, "\"<<\" merges mappings only", "name an anchor on a mapping, or a list of such")
		return
	}
	if source.Anchor != "" {
		c.open[source] = true
		defer delete(c.open, source)
	}
	added := make(map[string]any, len(source.Content)/2)
	c.members(added, source, depth)
	for _, name := range slices.Sorted(maps.Keys(added)) {
		if _, taken := out[name]; taken {
			if line, above := own.line(c, name, i); above {
				c.overridden(own.node.Content[i], name, line)
			}
		}
		out[name] = added[name]
	}
}

// overridden warns of a key that a `<<` below it replaces.
func (c *converter) overridden(merge *yaml.Node, name string, line int) {
	c.report(diag.Finding{
		Code: diag.CodeManifestPortable, Severity: diag.Warning, Pos: c.doc.at(merge.Line, merge.Column),
		Message: fmt.Sprintf("\"<<\" replaces the key %q of line %d in kubectl, but not in other tools", name, c.doc.Line+line-1),
		Hint:    "write << before the keys that are to go over it",
	})
}

// key returns the text of a mapping's key.
func (c *converter) key(n *yaml.Node) (string, bool) {
	name, ok := keyText(c.doc, n)
	if ok {
		if written := target(n); name != written.Value && written.Style == 0 {
			c.report(diag.Finding{
				Code: diag.CodeManifestPortable, Severity: diag.Warning, Pos: c.doc.at(n.Line, n.Column),
				Message: fmt.Sprintf("kubectl reads the key %s as %q", written.Value, name), Hint: fmt.Sprintf("quote it: %q", written.Value),
			})
		}
		return name, true
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	message, hint := fmt.Sprintf("%q cannot be a key", n.Value), "quote it"
	switch {
	case n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle != 0:
		message, hint = "a key cannot be a mapping", "manifests are not templates: render the chart first, with helm template"
	case n.Kind != yaml.ScalarNode:
		message, hint = "a key cannot be a list or mapping", "a key is plain or quoted text"
	case n.Value == "":
		message, hint = "there is no key before the colon", "write a key, or quote the text"
	}
	c.refuse(diag.CodeManifestSyntax, n, message, hint)
	return "", false
}

// keyText gives a key the text that sigs.k8s.io/yaml 1.6 gives it
// (convertToJSONableObject): `on` is true, 017 is 15.
func keyText(d *Document, n *yaml.Node) (string, bool) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.ScalarNode {
		return "", false
	}
	if d.json {
		return n.Value, true
	}
	value, err := d.tags.scalar(n)
	if err != nil {
		return "", false
	}
	return yamltext.Key(value)
}
