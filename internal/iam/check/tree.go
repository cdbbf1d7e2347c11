package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// file is a file that is judged.
type file struct {
	name string
	data []byte
}

// position is the place of a byte.
func (f *file) position(offset int) diag.Position {
	before := f.data[:min(max(offset, 0), len(f.data))]
	line := bytes.LastIndexByte(before, '\n') + 1
	return diag.Position{File: f.name, Line: bytes.Count(before, []byte("\n")) + 1, Column: utf8.RuneCount(before[line:]) + 1}
}

// node is a value of JSON at its place. A number, true, false and null are
// their texts.
type node struct {
	file   *file
	offset int
	// path is where it is: Statement[0].Action.
	path    string
	text    string
	scalar  bool
	members map[string]*node
	keys    []string
	items   []*node
}

// get returns a member of an object, or nil.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	return n.members[key]
}

// str is the text of a member, "" if it has none.
func (n *node) str(key string) string {
	if m := n.get(key); m != nil && m.scalar {
		return m.text
	}
	return ""
}

// all are the items of a list, or the value itself: IAM takes a single value for
// a list of one (IAM User Guide, "Grammar of the IAM JSON policy language").
func (n *node) all() []*node {
	switch {
	case n == nil:
		return nil
	case n.items != nil:
		return n.items
	case n.scalar || n.members != nil:
		return []*node{n}
	default:
		return nil
	}
}

// maxDepth is how deeply values may lie in each other.
const maxDepth = 100

// parser reads JSON into nodes with their places.
type parser struct {
	file    *file
	decoder *json.Decoder
}

// parse reads one value, and nothing may follow it.
func parse(f *file) (*node, *diag.Finding) {
	p := parser{f, json.NewDecoder(bytes.NewReader(f.data))}
	p.decoder.UseNumber()
	n, err := p.value("", 0)
	if end := int(p.decoder.InputOffset()); err == nil {
		if _, err = p.decoder.Token(); errors.Is(err, io.EOF) {
			return n, nil
		}
		return nil, p.broken("something follows the first value", end)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends too soon")
	}
	return nil, p.broken("no JSON: "+strings.TrimPrefix(err.Error(), "json: "), int(p.decoder.InputOffset()))
}

func (p *parser) broken(message string, offset int) *diag.Finding {
	return &diag.Finding{
		Code: diag.CodeAWSDocument, Severity: diag.Error, Pos: p.file.position(p.skip(offset)), Message: message,
		Hint: "give a policy document, what `helm flink iam` writes, or what `aws iam get-…` prints with --output json",
	}
}

// skip passes over what parts values.
func (p *parser) skip(offset int) int {
	for offset < len(p.file.data) && strings.IndexByte(" \t\r\n,:", p.file.data[offset]) >= 0 {
		offset++
	}
	return offset
}

func (p *parser) value(path string, depth int) (*node, error) {
	n := &node{file: p.file, offset: p.skip(int(p.decoder.InputOffset())), path: path}
	token, err := p.decoder.Token()
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.ErrUnexpectedEOF
	case err != nil:
		return nil, err
	case depth > maxDepth:
		return nil, fmt.Errorf("more than %d values in each other", maxDepth)
	}
	switch token {
	case json.Delim('{'):
		return n, p.object(n, depth)
	case json.Delim('['):
		n.items = []*node{}
		for p.decoder.More() {
			item, err := p.value(path+"["+strconv.Itoa(len(n.items))+"]", depth+1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
		_, err = p.decoder.Token()
		return n, err
	default:
		if n.scalar = true; token != nil { // null is as good as no text
			n.text = fmt.Sprint(token)
		}
		return n, nil
	}
}

func (p *parser) object(n *node, depth int) error {
	n.members = map[string]*node{}
	for p.decoder.More() {
		token, err := p.decoder.Token()
		if err != nil {
			return err
		}
		key := fmt.Sprint(token)
		path := diag.PathString([]string{key})
		if n.path != "" && !strings.HasPrefix(path, "[") {
			path = "." + path
		}
		path = n.path + path
		member, err := p.value(path, depth+1)
		if err != nil {
			return err
		}
		if n.members[key] == nil {
			n.keys = append(n.keys, key)
		}
		n.members[key] = member
	}
	_, err := p.decoder.Token()
	return err
}

// decoded is a document that IAM's API gives as a text, URL-encoded (IAM API
// Reference, GetRolePolicy); what is in it has the place of the text. Any other
// value is returned as it is.
func decoded(n *node) *node {
	if n == nil || !n.scalar {
		return n
	}
	text, err := url.PathUnescape(n.text)
	if err != nil {
		return n
	}
	inner, wrong := parse(&file{data: []byte(text)})
	if wrong != nil {
		return n
	}
	inner.moveTo(n.file, n.offset, n.path)
	return inner
}

func (n *node) moveTo(f *file, offset int, path string) {
	n.file, n.offset, n.path = f, offset, strings.TrimSuffix(path+"."+n.path, ".")
	for _, m := range n.members {
		m.moveTo(f, offset, path)
	}
	for _, m := range n.items {
		m.moveTo(f, offset, path)
	}
}
