package emit

import (
	"fmt"
	"io"

	yamlnode "go.yaml.in/yaml/v3"

	"github.com/helm-flink/helm-flink/internal/manifest/krm"
)

// Outcome is one result of a KRM function, for its caller to show (Functions
// Specification v1, results).
type Outcome struct {
	Message  string            `yaml:"message"`
	Severity string            `yaml:"severity"`
	Resource *OutcomeResource  `yaml:"resourceRef,omitempty"`
	Field    *OutcomeField     `yaml:"field,omitempty"`
	File     *OutcomeFile      `yaml:"file,omitempty"`
	Tags     map[string]string `yaml:"tags,omitempty"`
}

// OutcomeResource names the object that a result is about.
type OutcomeResource struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Namespace  string `yaml:"namespace,omitempty"`
	Name       string `yaml:"name"`
}

// OutcomeField is the field of the object.
type OutcomeField struct {
	Path string `yaml:"path"`
}

// OutcomeFile is the file that the object is in, and its place among the documents
// of the file.
type OutcomeFile struct {
	Path  string `yaml:"path"`
	Index int    `yaml:"index,omitempty"`
}

// WriteResourceList writes a ResourceList: items that came in as they came in, others
// as WriteStream writes them. Nothing is written when there is an error.
func WriteResourceList(w io.Writer, l *krm.List, outcomes []Outcome) error {
	items := &yamlnode.Node{Kind: yamlnode.SequenceNode, Tag: "!!seq"}
	for _, item := range l.Items {
		node, err := itemNode(item)
		if err != nil {
			return err
		}
		items.Content = append(items.Content, node)
	}
	if len(items.Content) == 0 {
		items.Style = yamlnode.FlowStyle
	}
	top := &yamlnode.Node{Kind: yamlnode.MappingNode, Tag: "!!map"}
	add := func(key string, value *yamlnode.Node) {
		top.Content = append(top.Content, &yamlnode.Node{Kind: yamlnode.ScalarNode, Tag: "!!str", Value: key}, value)
	}
	add("apiVersion", &yamlnode.Node{Kind: yamlnode.ScalarNode, Tag: "!!str", Value: l.APIVersion})
	add("kind", &yamlnode.Node{Kind: yamlnode.ScalarNode, Tag: "!!str", Value: krm.Kind})
	add("items", items)
	if l.ConfigNode != nil {
		add("functionConfig", l.ConfigNode)
	}
	if len(outcomes) > 0 {
		results := &yamlnode.Node{}
		if err := results.Encode(outcomes); err != nil {
			return fmt.Errorf("write results: %w", err)
		}
		add("results", results)
	}
	text, err := krm.Encode(top)
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return fmt.Errorf("write objects: %w", err)
	}
	return nil
}

// itemNode is the YAML of an item.
func itemNode(item krm.Item) (*yamlnode.Node, error) {
	if item.Node != nil {
		return item.Node, nil
	}
	text, err := Document(item.Set[0])
	if err != nil {
		return nil, err
	}
	var doc yamlnode.Node
	if err := yamlnode.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", item.Key(), err)
	}
	return doc.Content[0], nil
}
