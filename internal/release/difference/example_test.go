package difference_test

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/release/change"
	"github.com/helm-flink/helm-flink/internal/release/difference"
)

// A live object, and the answer to a dry run of its change.
func ExampleCompare() {
	object := func(size string) map[string]any {
		return map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "a", "namespace": "team"},
			"data": map[string]any{"size": size}}
	}
	live, dryRun := object("small"), object("large")
	meaning := change.Of(change.Input{Before: live, After: dryRun})
	set, err := difference.Compare([]difference.Object{{Before: live, After: dryRun, Meaning: &meaning}}, difference.Options{Context: 1})
	fmt.Print(set.Text(false))
	fmt.Println(set.Any(), set.Loss(), err)
	// Output:
	// ConfigMap team/a (changed)
	// @@ -2,3 +2,3 @@
	//  data:
	// -  size: small
	// +  size: large
	//  kind: ConfigMap
	// true false <nil>
}
