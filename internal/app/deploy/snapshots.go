package deploy

import (
	"context"

	"github.com/helm-flink/helm-flink/internal/cluster"
)

// lastSnapshots takes the FlinkStateSnapshots out of namespaces that no release
// holds, while there is an operator: those that it made for upgrades and by
// schedule carry its finalizer, and nobody could delete them, or their namespace,
// any more. Their files stay, and their paths are told: disposeOnDelete is taken
// off first, since it deletes a savepoint that may be a job's last
// (facts: flink-operator §1.2, §6.3).
func (d *Deployment) lastSnapshots(ctx context.Context, namespaces []string) error {
	for _, namespace := range namespaces {
		all, err := d.Cluster.List(ctx, cluster.FlinkKind("FlinkStateSnapshot"), namespace)
		if cluster.NoKind(err) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, o := range all {
			t := cluster.TargetOf(o)
			if o.At("spec", "savepoint") != nil && o.At("spec", "savepoint", "disposeOnDelete") != false {
				keep := map[string]any{"spec": map[string]any{"savepoint": map[string]any{"disposeOnDelete": false}}}
				if _, err := d.Cluster.Patch(ctx, t, keep); err != nil {
					return err
				}
			}
			if err := d.Cluster.Delete(ctx, t, d.Timeout); err != nil {
				return d.stuck(err, t)
			}
			if path := o.Text("status", "path"); path != "" {
				d.say(Event{Object: t.String(), Phase: Note, Message: "the object was removed, its files stay: " + path})
			}
		}
	}
	return nil
}
