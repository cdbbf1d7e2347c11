package rules

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// operatorDeployment is what rules ask of a Deployment of the operator. It is
// read from the object as it is: decoding the whole Deployment takes longer than
// all rules take for one job.
type operatorDeployment struct {
	namespace string
	labels    map[string]string // of its pods
	// watches is the variable WATCH_NAMESPACES of its containers, which goes
	// before the configuration (EnvUtils.ENV_WATCH_NAMESPACES).
	watches    string
	containers []any
}

// operatorDeployments are the operators of the input: their chart names the
// Deployment's container and the image alike.
func operatorDeployments(w *model.World) []operatorDeployment {
	var out []operatorDeployment
	for _, o := range w.Kind("Deployment") {
		containers := listAt(o.Data, "spec", "template", "spec", "containers")
		if !runsOperator(containers) {
			continue
		}
		d := operatorDeployment{namespace: o.Key.Namespace, labels: map[string]string{}, containers: containers}
		labels, _ := valueAt(o.Data, "spec", "template", "metadata", "labels").(map[string]any)
		for key := range labels {
			d.labels[key] = textAt(labels, key)
		}
		for _, c := range containers {
			for _, e := range listAt(c, "env") {
				if value := textAt(e, "value"); textAt(e, "name") == "WATCH_NAMESPACES" && value != "" {
					d.watches = value
				}
			}
		}
		out = append(out, d)
	}
	return out
}

func runsOperator(containers []any) bool {
	for _, c := range containers {
		image := textAt(c, "image")
		image = image[strings.LastIndexByte(image, '/')+1:]
		if textAt(c, "name") == "flink-kubernetes-operator" || strings.HasPrefix(image, "flink-kubernetes-operator:") {
			return true
		}
	}
	return false
}
