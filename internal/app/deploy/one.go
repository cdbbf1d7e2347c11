package deploy

import (
	"context"

	"github.com/helm-flink/helm-flink/internal/release"
)

// RemoveRelease removes one release of the platform with what it holds, a job
// after its last savepoint (Options.Savepoint), while nobody else changes the
// platform. Plan.Platform and Plan.Namespace say which platform.
func (d *Deployment) RemoveRelease(ctx context.Context, rev release.Revision) error {
	d.start = d.Cluster.Now()
	ctx, unlock, err := d.Cluster.Lock(ctx, d.Plan.Namespace, LockName(d.Plan.Platform), d.Holder, d.note)
	if err != nil {
		return err
	}
	defer unlock()
	return d.removeOne(ctx, rev)
}
