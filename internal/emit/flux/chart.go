package flux

import (
	"cmp"

	"github.com/helm-flink/helm-flink/internal/emit/base"
	"github.com/helm-flink/helm-flink/internal/emit/gitops"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// ChartUnit is the operator as a HelmRelease of Flux's, with the repository of its
// chart. The CRDs of the chart are upgraded with it, which Helm alone never does
// (https://fluxcd.io/flux/components/helm/helmreleases/). The error is that Flux
// cannot make a release of such a source.
func ChartUnit(platform string, source gitops.Source) (base.Unit, error) {
	c := *source.Chart
	repository, chart, registry, err := c.Repository()
	if err != nil {
		return base.Unit{}, err
	}
	namespace, name := cmp.Or(source.Namespace, "flux-system"), platform+"-operator"
	crds := map[string]any{"crds": "CreateReplace", "remediation": map[string]any{"retries": int64(3)}}
	spec := map[string]any{
		"interval": "10m", "releaseName": c.Release, "targetNamespace": c.Namespace, "storageNamespace": c.Namespace,
		"install": crds, "upgrade": crds, "values": c.Values,
	}
	from := object("source.toolkit.fluxcd.io/v1", "HelmRepository", namespace, name, platform,
		map[string]any{"interval": "1h", "url": repository})
	if registry {
		spec["chartRef"] = map[string]any{"kind": "OCIRepository", "name": name}
		from = object("source.toolkit.fluxcd.io/v1", "OCIRepository", namespace, name, platform, map[string]any{
			"interval": "1h", "url": c.Source, "ref": map[string]any{"tag": c.Version},
			"layerSelector": map[string]any{
				"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "operation": "copy",
			},
		})
	} else {
		spec["chart"] = map[string]any{"spec": map[string]any{
			"chart": chart, "version": c.Version, "sourceRef": map[string]any{"kind": "HelmRepository", "name": name},
		}}
	}
	release := object("helm.toolkit.fluxcd.io/v2", "HelmRelease", namespace, name, platform, spec)
	return base.Unit{
		Name: "operator-chart", Dir: "operator-chart", Wave: base.Chart, Set: manifest.Set{from, release},
	}, nil
}
