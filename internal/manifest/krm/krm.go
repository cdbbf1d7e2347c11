// Package krm reads a ResourceList, what a KRM function gets on stdin and gives
// on stdout (Functions Specification v1, config.kubernetes.io/v1).
//
// Items keep the YAML that they came with, comments and order included, so that
// what a function does not touch goes out as it came in. It may import manifest
// and diag.
package krm

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
)

// The identity of the protocol. Versions v1alpha1 and v1beta1 of it have the
// fields of v1 that are used here (kyaml v0.21.2, kio/byteio_reader.go).
const (
	Group = "config.kubernetes.io"
	Kind  = "ResourceList"
)

// The annotations by which an orchestrator says where an item is from (kyaml
// v0.21.2, kio/kioutil; kustomize api v0.21.2, internal/utils and resource).
const (
	pathKey      = "config.kubernetes.io/path"
	pathKeyInner = "internal.config.kubernetes.io/path"
	indexKey     = "config.kubernetes.io/index"
	indexInner   = "internal.config.kubernetes.io/index"
	originKey    = "config.kubernetes.io/origin"
	kustomizeKey = "kustomize.config.k8s.io/id"
	localKey     = "config.kubernetes.io/local-config"
	functionKey  = "config.kubernetes.io/function"
)

// List is a ResourceList.
type List struct {
	// APIVersion is that of the input, and of the output.
	APIVersion string
	Items      []Item
	// Config is the functionConfig, nil if there is none.
	Config *Item
	// ConfigNode is its YAML.
	ConfigNode *yaml.Node
}

// Item is one item of the list, or the functionConfig.
type Item struct {
	// Node is the YAML that it came with; nil for one that a function made.
	Node *yaml.Node
	// Set is its object; several if it is a List.
	Set manifest.Set
	// File is the file that it is from, "" if that is not known.
	File string
	// Index is its place among the documents of the file.
	Index int
}

// Key is the identity of the item's object.
func (i Item) Key() manifest.Key {
	if len(i.Set) == 0 {
		return manifest.Key{}
	}
	return i.Set[0].Key()
}

// Annotation is an annotation of the item's object, "" if it has none of the key.
func (i Item) Annotation(key string) string {
	if len(i.Set) == 0 {
		return ""
	}
	return Annotation(i.Set[0], key)
}

// Annotation is an annotation of an object, "" if it has none of the key.
func Annotation(o manifest.Object, key string) string {
	meta, _ := o.Data["metadata"].(map[string]any)
	annotations, _ := meta["annotations"].(map[string]any)
	text, _ := annotations[key].(string)
	return text
}

// Local reports whether an item is for tools and is not sent to a cluster.
func (i Item) Local() bool {
	group, _, _ := strings.Cut(i.Key().APIVersion, "/")
	return i.Annotation(localKey) == "true" ||
		slices.Contains([]string{"kpt.dev", "kustomize.config.k8s.io", "helm-flink.dev", Group}, group)
}

// Kept reports whether the orchestrator keeps the item in a file of its own: kpt
// does, and Kustomize, whose paths are made up, does not.
func (i Item) Kept() bool {
	return i.Annotation(kustomizeKey) == "" && i.Annotation(pathKey)+i.Annotation(pathKeyInner) != ""
}

// ByKustomize reports whether Kustomize calls, which runs a functionConfig by this
// annotation alone; kpt has its pipeline in a Kptfile.
func (l *List) ByKustomize() bool { return l.Config != nil && l.Config.Annotation(functionKey) != "" }

// Tool reports whether an annotation is the orchestrator's own, by which it knows
// an item again.
func Tool(key string) bool {
	domain, _, _ := strings.Cut(key, "/")
	return slices.Contains([]string{
		Group, "internal." + Group, "config.k8s.io", "kustomize.config.k8s.io", "internal.kpt.dev", "kpt.dev",
	}, domain)
}

// Read reads a ResourceList. What is wrong with it is said by findings: with one of
// severity error there is no list. The error is the reader's.
func Read(name string, in io.Reader) (*List, diag.List, error) {
	var docs []stream.Document
	for doc, err := range stream.Documents(name, in) {
		if err != nil {
			return nil, nil, fmt.Errorf("read the ResourceList: %w", err)
		}
		docs = append(docs, doc)
	}
	none := wrong(diag.Position{File: name, Line: 1, Column: 1}, "", "there is no ResourceList on standard input",
		"this verb is run by Kustomize or kpt, which write one; by hand: kpt fn source DIR | helm-flink fn")
	if len(docs) == 0 {
		return nil, diag.List{none}, nil
	}
	top, findings := docs[0].Node()
	if top == nil && !findings.Has(diag.Error) {
		findings = append(findings, none)
	}
	if findings.Has(diag.Error) {
		return nil, findings, nil
	}
	l, found := read(name, top)
	if findings = append(findings, found...); len(docs) > 1 {
		findings = append(findings, wrong(diag.Position{File: name, Line: docs[1].Line, Column: 1}, "",
			"a second document stands behind the ResourceList", "write one ResourceList with all items"))
	}
	if findings.Has(diag.Error) {
		return nil, findings, nil
	}
	return l, findings, nil
}

func wrong(pos diag.Position, path, message, hint string) diag.Finding {
	return diag.Finding{
		Code: diag.CodeResourceList, Severity: diag.Error, Pos: pos, Path: path, Message: message, Hint: hint,
	}
}

func read(name string, top *yaml.Node) (*List, diag.List) {
	at := func(n *yaml.Node) diag.Position { return diag.Position{File: name, Line: n.Line, Column: n.Column} }
	if top.Kind != yaml.MappingNode {
		return nil, diag.List{wrong(at(top), "", "want a ResourceList, got no mapping", example)}
	}
	version, kind := scalar(top, "apiVersion"), scalar(top, "kind")
	if group, _, _ := strings.Cut(version, "/"); kind != Kind || group != Group {
		message := fmt.Sprintf("want a %s of %s/v1, got kind %q of apiVersion %q", Kind, Group, kind, version)
		return nil, diag.List{wrong(at(top), "", message, example)}
	}
	l := &List{APIVersion: version}
	var findings diag.List
	if n := member(top, "functionConfig"); n != nil && n.Tag != "!!null" {
		item, found := readItem(n, "functionConfig")
		findings = append(findings, found...)
		l.Config, l.ConfigNode = &item, n
	}
	items := member(top, "items")
	switch {
	case items == nil || items.Tag == "!!null":
	case items.Kind != yaml.SequenceNode:
		findings = append(findings, wrong(at(items), "items", "want a list of objects under items", example))
	default:
		for i, n := range items.Content {
			item, found := readItem(n, "items["+strconv.Itoa(i)+"]")
			findings = append(findings, found...)
			l.Items = append(l.Items, item)
		}
	}
	return l, findings
}

const example = "the input of a KRM function is: {apiVersion: config.kubernetes.io/v1, kind: ResourceList, items: […]}; " +
	"manifests as they are go to helm-flink validate -"

// readItem reads an object as if it stood in a file of its own: its places are the
// file that its annotations name, and no lines.
func readItem(n *yaml.Node, path string) (Item, diag.List) {
	text, err := Encode(n)
	if err != nil {
		return Item{}, diag.List{wrong(diag.Position{}, path, err.Error(), "")}
	}
	set, findings := stream.Text("", text).Objects()
	item := Item{Node: n, Set: set}
	item.File, item.Index = source(item)
	for i := range set {
		locate := set[i].Origin.Locate
		set[i].Origin.Pos = diag.Position{File: item.File}
		set[i].Origin.Locate = func(field []string) (string, diag.Position) {
			shown, _ := locate(field)
			return shown, diag.Position{File: item.File}
		}
	}
	for i := range findings {
		findings[i].Pos = diag.Position{File: item.File}
		if item.File == "" {
			findings[i].Path = strings.TrimSuffix(path+"."+findings[i].Path, ".")
		}
	}
	if len(set) == 0 && !findings.Has(diag.Error) {
		findings = append(findings, wrong(diag.Position{File: item.File}, path, "there is no object",
			"every item has apiVersion, kind and metadata"))
	}
	return item, findings
}

// Encode writes a node as YAML text.
func Encode(n *yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	encoder.CompactSeqIndent()
	if err := encoder.Encode(n); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	if err := encoder.Close(); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return b.Bytes(), nil
}

// source is the file of an item and its place in it. The paths that Kustomize gives
// to items name no files; what it tells with buildMetadata: [originAnnotations] does.
func source(i Item) (file string, index int) {
	if origin := "\n" + i.Annotation(originKey); !strings.Contains(origin, "\nrepo: ") {
		for line := range strings.Lines(origin) {
			if path, ok := strings.CutPrefix(strings.TrimSpace(line), "path: "); ok {
				return path, 0
			}
		}
	}
	if !i.Kept() {
		return "", 0
	}
	file, index = i.Annotation(pathKeyInner), 0
	if file == "" {
		file = i.Annotation(pathKey)
	}
	text := i.Annotation(indexInner)
	if text == "" {
		text = i.Annotation(indexKey)
	}
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		index = n
	}
	return file, index
}

func scalar(n *yaml.Node, key string) string {
	if value := member(n, key); value != nil && value.Kind == yaml.ScalarNode {
		return value.Value
	}
	return ""
}

func member(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
