package rules

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// placedTemplate is a pod template of a cluster with its path.
type placedTemplate struct {
	template *v1beta1.PodTemplate
	field    []string
}

func podTemplates(c *model.Cluster) []placedTemplate {
	var out []placedTemplate
	add := func(t *v1beta1.PodTemplate, path ...string) {
		if t != nil {
			out = append(out, placedTemplate{t, slices.Clip(c.Field(path...))})
		}
	}
	add(c.Spec.PodTemplate, "podTemplate")
	if c.Spec.JobManager != nil {
		add(c.Spec.JobManager.PodTemplate, "jobManager", "podTemplate")
	}
	if c.Spec.TaskManager != nil {
		add(c.Spec.TaskManager.PodTemplate, "taskManager", "podTemplate")
	}
	return out
}

// mistaken reports whether a container looks as if it should be the main one
// and is not. One without an image makes no pod at all (FLK115).
func mistaken(c corev1.Container) bool {
	likely := []string{
		"flink", "main", "flink-main", "flink-container", "main-container",
		"jobmanager", "taskmanager", "flink-jobmanager", "flink-taskmanager",
	}
	return c.Image != "" && slices.Contains(likely, strings.ToLower(c.Name))
}

// firstFlink is the first Flink resource of the input, where findings about the
// operator's version are put.
func firstFlink(w *model.World) (*model.Subject, bool) {
	for _, s := range w.Subjects {
		if s.Key.APIVersion == v1beta1.APIVersion {
			return s, true
		}
	}
	return nil, false
}

// newestFlink is the last Flink version that the operator's CRD has; that of
// 1.16 is of a snapshot.
func newestFlink(o flink.Operator) (flink.Version, bool) {
	if o.Major == 1 && o.Minor == 16 {
		return flink.Version{Major: 2, Minor: 4}, true
	}
	versions := o.FlinkVersions()
	if len(versions) == 0 {
		return flink.Version{}, false
	}
	return versions[len(versions)-1], true
}
