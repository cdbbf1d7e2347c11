package release

import (
	"maps"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// PlanManifests makes the plan of objects that somebody else rendered, by what they
// are: what belongs to the Flink operator goes into the operator's release, all else
// as in MakePlan. There always is a release of the platform, by which it is found.
// What holds state is kept where its release goes, or the manifests have it no more.
func PlanManifests(platform, namespace string, set manifest.Set, charts Charts) Plan {
	operator := operatorObjects(set)
	plain := make(manifest.Set, len(set))
	for i, o := range set {
		o.Origin.Component, o.Origin.Path = "", ""
		if operator[o.Key()] {
			o.Origin.Component = manifest.Operator
		}
		if holdsState(o.Key()) {
			o.Data = keep(o.Data)
		}
		plain[i] = o
	}
	p, m := makePlan(platform, namespace, plain, charts)
	m.common(Platform)
	p.sort()
	for i := range p.Units {
		p.Units[i].Path = ""
	}
	return *p
}

// holdsState reports whether what an object stands for would be lost with it: what is
// in a namespace, a volume, a copy of one, or a bucket that a controller makes (ACK,
// Crossplane).
func holdsState(k manifest.Key) bool {
	switch k.Kind {
	case "Namespace", "PersistentVolume", "PersistentVolumeClaim", "VolumeSnapshot", "Bucket":
		return true
	}
	return false
}

// keep gives a copy of an object Helm's policy keep, unless it has a policy.
func keep(data map[string]any) map[string]any {
	const policy = "helm.sh/resource-policy"
	if cluster.Object(data).At("metadata", "annotations", policy) != nil {
		return data
	}
	data = maps.Clone(data)
	meta, _ := data["metadata"].(map[string]any)
	meta = maps.Clone(meta)
	annotations, _ := meta["annotations"].(map[string]any)
	if annotations = maps.Clone(annotations); annotations == nil {
		annotations = map[string]any{}
	}
	annotations[policy] = "keep"
	data["metadata"], meta["annotations"] = meta, annotations
	return data
}
