package deploy

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/cluster"
)

// bills lists what AWS goes on holding, and mostly billing, when the objects are
// gone: what they name of it, and volumes of the namespaces.
func (d *Deployment) bills(ctx context.Context, held []cluster.Object) []string {
	found := map[string]bool{}
	namespaces := map[string]bool{}
	for _, o := range held {
		namespaces[o.Namespace()] = true
		walk("", map[string]any(o), func(key, text string) {
			switch {
			case strings.HasPrefix(text, "s3://"), strings.HasPrefix(text, "s3p://"), strings.HasPrefix(text, "s3a://"):
				_, rest, _ := strings.Cut(text, "://")
				bucket, _, _ := strings.Cut(rest, "/")
				found["the S3 bucket "+bucket+" with checkpoints, savepoints, jars or logs"] = true
			case strings.HasPrefix(text, "arn:") && strings.Contains(text, ":role/"):
				found["the IAM role "+text] = true
			case key == "role" && o.Kind() == "EC2NodeClass":
				found["the IAM role "+text+" of the nodes, and Karpenter's interruption queue if you made one"] = true
			case key == "logGroupName":
				found["the CloudWatch log group "+text] = true
			}
		})
	}
	delete(namespaces, "")
	for _, namespace := range slices.Sorted(maps.Keys(namespaces)) {
		claims, err := d.Cluster.List(ctx, cluster.CoreKind("PersistentVolumeClaim"), namespace)
		if err != nil {
			continue
		}
		for _, c := range claims {
			found[fmt.Sprintf("the volume of PersistentVolumeClaim %s/%s", namespace, c.Name())] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// walk gives every text below a value with its key.
func walk(key string, v any, see func(key, text string)) {
	switch at := v.(type) {
	case map[string]any:
		for k, each := range at {
			walk(k, each, see)
		}
	case []any:
		for _, each := range at {
			walk(key, each, see)
		}
	case string:
		see(key, at)
	}
}
