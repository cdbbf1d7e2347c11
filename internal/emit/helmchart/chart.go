// Package helmchart writes a Helm chart whose templates are objects, with values
// for what changes from environment to environment. Helm alone installs it.
//
// It may import emit, base, and what those may.
package helmchart

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/emit/base"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Options are what a chart needs beside the objects.
type Options struct {
	// Name is the chart's.
	Name string
	// Region is the AWS region that the objects name.
	Region string
	// Environments each get a sample of values.
	Environments []string
}

// Lay lays units out as a chart:
//
//   - crds/, which Helm installs once and never touches again;
//   - templates/, a file an object; with the values of values.yaml, `helm template`
//     gives the objects as they are;
//   - values.yaml, and values.schema.json that refuses what is in no template;
//   - environments/NAME.yaml, samples that are made once.
//
// Text that looks like a template stays text. The error is that an object is
// there twice or cannot be written.
func Lay(units []base.Unit, o Options) (emit.Tree, error) {
	tree, v := emit.Tree{}, newValues(o.Region)
	for _, u := range units {
		objects, writers := make(manifest.Set, len(u.Set)), make([]substitution, len(u.Set))
		for i, object := range u.Set {
			objects[i] = object
			if u.Wave != base.Definitions {
				objects[i], writers[i] = v.substitute(object)
			}
		}
		dir := "templates/" + u.Dir
		if u.Wave == base.Definitions {
			dir = "crds"
		}
		names, part, err := emit.Files(objects, func(manifest.Object) string { return dir })
		if err != nil {
			return tree, err
		}
		for i, name := range names {
			doc := part.Files[name]
			if u.Wave != base.Definitions {
				doc = writers[i].template(doc)
			}
			if u.Wave == base.Jobs {
				doc = []byte(jobsHead + string(doc) + jobsTail)
			}
			if err := tree.Add(name, doc); err != nil {
				return tree, err
			}
		}
	}
	err := rest(&tree, v, o)
	return tree, err
}

// What surrounds a job. On an upgrade jobs are always there: leaving one out
// would delete it.
const (
	jobsHead = "{{- if not (and .Values.platformFirst .Release.IsInstall) }}\n"
	jobsTail = "{{- end }}\n"
)

// rest adds the files beside the templates.
func rest(tree *emit.Tree, v *values, o Options) error {
	doc, err := v.document()
	if err != nil {
		return err
	}
	schema, err := json.MarshalIndent(v.schema(), "", "  ")
	if err != nil {
		return fmt.Errorf("values.schema.json: %w", err)
	}
	files := map[string]string{
		"Chart.yaml": "apiVersion: v2\nname: " + o.Name + "\ndescription: The Flink platform " + o.Name + "\ntype: application\n" +
			"version: 0.1.0 # helm package --version gives the packages of a release theirs\n",
		"values.yaml":        doc,
		"values.schema.json": string(schema) + "\n",
		".helmignore":        manifest.InventoryFile + "\n/environments/\n/operator-values.yaml\n",
	}
	for name, text := range files {
		if err := tree.Add(name, []byte(text)); err != nil {
			return err
		}
	}
	samples := emit.Tree{}
	for _, name := range o.Environments {
		if err := samples.Add("environments/"+emit.Folder(name)+".yaml", []byte(sample(name))); err != nil {
			return err
		}
	}
	tree.Once = samples.Files
	return nil
}

func sample(name string) string {
	return base.Comment(`What is different in ` + name + `, of the keys in values.yaml.
This file is a sample: it was made once and is yours, and is not written again.
helm upgrade --install RELEASE . -f environments/` +
		emit.Folder(name) + ".yaml\n")
}

// substitution gives a template's expression for each token in an object.
type substitution []struct{ token, expression string }

// template makes a template of a document with tokens: text that looks like a
// template is kept from being one, and each token becomes its expression.
func (s substitution) template(doc []byte) []byte {
	text := escape(string(doc))
	for _, part := range s {
		text = strings.Replace(text, part.token, part.expression, 1)
	}
	return []byte(text)
}

// escape writes "{{" so that a template prints it.
func escape(text string) string { return strings.ReplaceAll(text, "{{", `{{ "{{" }}`) }
