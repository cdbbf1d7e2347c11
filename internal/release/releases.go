package release

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	helmrelease "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage/driver"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// The labels of release Secrets, by which the releases of a platform are found.
const (
	labelPlatform = "helm-flink.dev/platform"
	labelKind     = "helm-flink.dev/kind"
	labelRun      = "helm-flink.dev/run"
	labelSource   = "helm-flink.dev/source"
)

// Releases are the Helm releases of one platform on one cluster.
type Releases struct {
	cluster  *cluster.Client
	platform string
	// capabilities asks the cluster once.
	capabilities func() (*chartutil.Capabilities, error)
	near         []string // see Near
	memory       *memory  // see Remember
}

// New gives the releases of a platform.
func New(c *cluster.Client, platform string) *Releases {
	return &Releases{cluster: c, platform: platform, capabilities: sync.OnceValues(func() (*chartutil.Capabilities, error) {
		discovery, err := c.ToDiscoveryClient()
		if err != nil {
			return nil, err
		}
		version, err := discovery.ServerVersion()
		if err != nil {
			return nil, fmt.Errorf("ask %s for its version: %w", c.Server, err)
		}
		apis, err := action.GetVersionSet(discovery)
		if err != nil {
			return nil, fmt.Errorf("ask %s for its APIs: %w", c.Server, err)
		}
		return &chartutil.Capabilities{
			APIVersions: apis, HelmVersion: chartutil.DefaultCapabilities.HelmVersion,
			KubeVersion: chartutil.KubeVersion{Version: version.GitVersion, Major: version.Major, Minor: version.Minor},
		}, nil
	})}
}

// Revision is one revision of a release, as it is stored.
type Revision struct {
	Kind            Kind
	Name, Namespace string
	Number, Run     int
	// Status is Helm's: deployed, failed, superseded, pending-install …
	Status, Description string
	Chart               string
	Updated             string // RFC 3339
	Manifest            string
	// Path is the values path that asked for the release: jobs.orders; see Unit.Path.
	Path string
	// Source tells charts and values of add-ons apart.
	Source string
}

// Key is "namespace/name".
func (r Revision) Key() string { return r.Namespace + "/" + r.Name }

// Pending reports whether whoever made this revision has not finished it.
func (r Revision) Pending() bool { return helmrelease.Status(r.Status).IsPending() }

// List reads all revisions of all releases of the platform, the newest of each
// release first; one request.
func (r *Releases) List() ([]Revision, error) {
	return r.list(nil)
}

// Remember is List for whoever holds the platform's lock and goes on to Apply:
// from then on the records of releases are read from memory. It takes one request
// more, for who else has releases of which names.
func (r *Releases) Remember(ctx context.Context) ([]Revision, error) {
	m := newMemory()
	all, err := r.list(func(namespace string, items []corev1.Secret) error {
		others, err := r.strangers(ctx, namespace)
		if err == nil {
			m.keep(namespace, items, others)
		}
		return err
	})
	if err == nil {
		r.memory = m
	}
	return all, err
}

// Platforms names the platforms that have releases on a cluster, and for each
// the namespace of its platform release. Where the user may not list the Secrets
// of the whole cluster, the namespaces near are looked into.
func Platforms(c *cluster.Client, near ...string) (map[string]string, error) {
	found, err := query(c, map[string]string{"owner": "helm", labelKind: string(Platform)}, near, nil)
	if err != nil {
		return nil, fmt.Errorf("look for platforms: %w", err)
	}
	out := map[string]string{}
	for _, rel := range found {
		out[rel.Labels[labelPlatform]] = rel.Namespace
	}
	return out, nil
}

func (r *Releases) list(keep func(namespace string, items []corev1.Secret) error) ([]Revision, error) {
	found, err := query(r.cluster, map[string]string{"owner": "helm", labelPlatform: r.platform}, r.near, keep)
	if err != nil {
		return nil, fmt.Errorf("read the releases: %w", err)
	}
	out := make([]Revision, 0, len(found))
	for _, rel := range found {
		out = append(out, revision(rel))
	}
	slices.SortFunc(out, func(a, b Revision) int {
		return cmp.Or(cmp.Compare(a.Key(), b.Key()), cmp.Compare(b.Number, a.Number))
	})
	return out, nil
}

func revision(rel *helmrelease.Release) Revision {
	run, _ := strconv.Atoi(rel.Labels[labelRun])
	out := Revision{
		Kind: Kind(rel.Labels[labelKind]), Name: rel.Name, Namespace: rel.Namespace, Number: rel.Version, Run: run,
		Manifest: rel.Manifest,
		Source:   rel.Labels[labelSource],
	}
	out.Path, _ = rel.Config["from"].(string)
	if rel.Info != nil {
		out.Status, out.Description = rel.Info.Status.String(), rel.Info.Description
		out.Updated = rel.Info.LastDeployed.UTC().Format(time.RFC3339)
	}
	if rel.Chart != nil && rel.Chart.Metadata != nil {
		out.Chart = rel.Chart.Metadata.Name + "-" + rel.Chart.Metadata.Version
	}
	return out
}

// Newest keeps the newest revision of each release.
func Newest(all []Revision) []Revision {
	return slices.CompactFunc(slices.Clone(all), func(a, b Revision) bool { return a.Key() == b.Key() })
}

// Manifest is a unit's objects as a YAML stream, as the release stores them.
func (u Unit) Manifest() (string, error) {
	var out bytes.Buffer
	for _, o := range u.Set {
		text, err := yaml.Marshal(o.Data)
		if err != nil {
			return "", fmt.Errorf("%s: %w", o.Key(), err)
		}
		out.WriteString("---\n")
		out.Write(text)
	}
	return out.String(), nil
}

// verbatim is the post-renderer that gives the release its manifest: the objects
// were rendered, overlaid and verified before.
type verbatim string

// Run implements postrender.PostRenderer.
func (v verbatim) Run(*bytes.Buffer) (*bytes.Buffer, error) {
	return bytes.NewBufferString(string(v)), nil
}

// metadata is the chart that a release bears; its templates are not kept.
func (u Unit) metadata() *chart.Chart {
	return &chart.Chart{Metadata: &chart.Metadata{
		APIVersion: chart.APIVersionV2, Name: u.Chart, Version: u.Version, AppVersion: u.AppVersion, Type: "application",
	}}
}

// config is what helm get values shows.
func (u Unit) config(platform string) map[string]any {
	out := map[string]any{"platform": platform}
	if u.Path != "" {
		out["from"] = u.Path
	}
	return out
}

func (r *Releases) labels(u Unit, run int) map[string]string {
	return map[string]string{labelPlatform: r.platform, labelKind: string(u.Kind), labelRun: strconv.Itoa(run)}
}

// noRelease reports whether an error of Helm's storage says that there is none.
func noRelease(err error) bool {
	return errors.Is(err, driver.ErrReleaseNotFound) || errors.Is(err, driver.ErrNoDeployedReleases)
}

// objects parses a release's manifest.
func objects(text string) (manifest.Set, error) {
	var out manifest.Set
	for doc := range strings.SplitSeq("\n"+text, "\n---\n") {
		var data map[string]any
		if err := yaml.Unmarshal([]byte(doc), &data); err != nil {
			return nil, err
		}
		if len(data) > 0 {
			out = append(out, manifest.Object{Data: data})
		}
	}
	return out, nil
}
