package release

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/postrender"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/cluster"
)

// Source is a chart that Helm renders and runs by itself, hooks and all, as helm
// install would: an add-on's. Its crds/ are applied with the other CRDs.
type Source struct {
	// Archive is the packaged chart.
	Archive []byte
	// Values are laid over the chart's own; helm get values shows them.
	Values map[string]any
}

// mark tells two sources apart; it fits into a label.
func (s *Source) mark() (string, error) {
	values, err := json.Marshal(s.Values)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, _ = sum.Write(s.Archive)
	_, _ = sum.Write(values)
	return hex.EncodeToString(sum.Sum(nil))[:40], nil
}

// content is what an action takes of a unit.
type content struct {
	chart  *chart.Chart
	values map[string]any
	post   postrender.PostRenderer
	labels map[string]string
}

// content gives a unit's objects as they are, or the chart of its source.
func (r *Releases) content(u Unit, run int) (content, error) {
	labels := r.labels(u, run)
	if u.Source == nil {
		text, err := u.Manifest()
		return content{chart: u.metadata(), values: u.config(r.platform), post: verbatim(text), labels: labels}, err
	}
	mark, err := u.Source.mark()
	if err != nil {
		return content{}, fmt.Errorf("%s: %w", u, err)
	}
	labels[labelSource] = mark
	c, err := loader.LoadArchive(bytes.NewReader(u.Source.Archive))
	if err != nil {
		return content{}, fmt.Errorf("%s: %w", u, err)
	}
	return content{chart: c, values: u.Source.Values, post: keepCRDs{}, labels: labels}, nil
}

// keepCRDs is the post-renderer that has CustomResourceDefinitions of a chart's
// templates outlive the release: with them everything of their kinds would go.
type keepCRDs struct{}

// Run implements postrender.PostRenderer.
func (keepCRDs) Run(in *bytes.Buffer) (*bytes.Buffer, error) {
	docs := strings.Split("\n"+in.String(), "\n---\n")
	for i, doc := range docs {
		if !strings.Contains(doc, "CustomResourceDefinition") {
			continue
		}
		var data map[string]any
		if err := yaml.Unmarshal([]byte(doc), &data); err != nil {
			return nil, err
		}
		if data["kind"] != "CustomResourceDefinition" {
			continue
		}
		meta, _ := data["metadata"].(map[string]any)
		annotations, _ := meta["annotations"].(map[string]any)
		if annotations == nil {
			annotations = map[string]any{}
		}
		annotations["helm.sh/resource-policy"] = "keep"
		meta["annotations"] = annotations
		text, err := yaml.Marshal(data)
		if err != nil {
			return nil, err
		}
		docs[i] = string(text)
	}
	return bytes.NewBufferString(strings.Join(docs, "\n---\n")), nil
}

// resolve fills in the objects of a unit with a source: those of the deployed
// revision where that was made from the same, for a chart may draw passwords anew
// each time; otherwise what the chart renders for this cluster. Other units have
// theirs; those of an add-on's revision, which is rolled back to, may say no namespace.
func (r *Releases) resolve(ctx context.Context, u Unit, deployed *Revision) (Unit, error) {
	if u.Source == nil && u.Kind == Addon {
		return u, r.home(u)
	}
	if u.Source == nil {
		return u, nil
	}
	c, err := r.content(u, 0)
	if err != nil {
		return u, err
	}
	text := ""
	if deployed != nil && deployed.Source == c.labels[labelSource] {
		text = deployed.Manifest
	} else {
		cfg := r.configuration(ctx, u.Namespace, nil)
		if last, err := cfg.Releases.Last(u.Name); err == nil { // said before anything is changed
			if err := r.mayTake(u, last); err != nil {
				return u, err
			}
		}
		install := action.NewInstall(cfg)
		install.ReleaseName, install.Namespace, install.PostRenderer = u.Name, u.Namespace, c.post
		install.DryRun, install.ClientOnly, install.Replace, install.SkipCRDs = true, true, true, true
		install.IsUpgrade = deployed != nil
		caps, err := r.capabilities()
		if err != nil {
			return u, err
		}
		install.KubeVersion, install.APIVersions = &caps.KubeVersion, caps.APIVersions
		rel, err := install.RunWithContext(ctx, c.chart, c.values)
		if err != nil {
			return u, fmt.Errorf("%s: %w", u, err)
		}
		text = rel.Manifest
	}
	if u.Set, err = objects(text); err != nil {
		return u, fmt.Errorf("%s: %w", u, err)
	}
	return u, r.home(u)
}

// home gives the objects of a chart that say no namespace their release's, as Helm
// does.
func (r *Releases) home(u Unit) error {
	mapper, err := r.cluster.ToRESTMapper()
	if err != nil {
		return err
	}
	for i, o := range u.Set {
		kind := cluster.TargetOf(o.Data).Kind
		mapping, err := mapper.RESTMapping(kind.GroupKind(), kind.Version)
		if err != nil || mapping.Scope.Name() != "namespace" { // a kind that is not there yet has no live objects
			continue
		}
		if meta, _ := o.Data["metadata"].(map[string]any); meta != nil && meta["namespace"] == nil {
			meta = maps.Clone(meta) // objects share parts
			meta["namespace"] = u.Namespace
			u.Set[i].Data = maps.Clone(o.Data)
			u.Set[i].Data["metadata"] = meta
		}
	}
	return nil
}
