package app

import (
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"golang.org/x/sync/errgroup"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/release"
)

// Status is how a platform on a cluster is doing.
type Status struct {
	Platform string `json:"platform"`
	Server   string `json:"server"`
	// Items are the releases without Flink resources first, then the Flink
	// resources, session jobs behind their clusters.
	Items []StatusItem `json:"items"`
	// Unread says what could not be read, and is missing in the items.
	Unread []string `json:"unread,omitempty"`
}

// StatusItem is a Flink resource with its release, or a release that has none.
type StatusItem struct {
	// Release is nil for a resource that no release of the platform holds.
	Release *StatusRelease `json:"release,omitempty"`
	// Kind is that of the object; empty for a release whose object is not there.
	Kind      string `json:"kind,omitempty"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Cluster is the session cluster of a session job, Owner the blue/green
	// deployment of one of its colours.
	Cluster string `json:"cluster,omitempty"`
	Owner   string `json:"owner,omitempty"`
	// Session says that a FlinkDeployment is a session cluster, without a job of its own.
	Session bool `json:"session,omitempty"`
	// Lifecycle is the object's own word: STABLE, SUSPENDED, ACTIVE_BLUE, COMPLETED.
	Lifecycle string `json:"lifecycle,omitempty"`
	// JobState is status.jobStatus.state, JobID its id.
	JobState string `json:"jobState,omitempty"`
	JobID    string `json:"jobID,omitempty"`
	// Restarts counts the restarts of the containers of its pods. How often Flink
	// restarted the job within them is known to Flink's REST API alone.
	Restarts   *int64          `json:"restarts,omitempty"`
	Checkpoint *StatusSnapshot `json:"lastCheckpoint,omitempty"`
	Savepoint  *StatusSnapshot `json:"lastSavepoint,omitempty"`
	// Parallelism is that of the spec that the operator last took up.
	Parallelism int64        `json:"parallelism,omitempty"`
	Pods        *StatusPods  `json:"pods,omitempty"`
	Nodes       []StatusNode `json:"nodes,omitempty"`
	// FlinkVersion is the operator's word for it: v1_20. Image is the operator's
	// own on its row.
	FlinkVersion string `json:"flinkVersion,omitempty"`
	Image        string `json:"image,omitempty"`
	Error        string `json:"error,omitempty"`
	// Vertices and Scaling are read when asked for.
	Vertices []StatusVertex  `json:"vertices,omitempty"`
	Scaling  []StatusScaling `json:"scaling,omitempty"`

	object cluster.Object
}

// StatusRelease is a Helm release.
type StatusRelease struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Kind      string `json:"kind"`
	Revision  int    `json:"revision"`
	// Status is Helm's: deployed, failed, pending-upgrade.
	Status  string `json:"status"`
	Chart   string `json:"chart,omitempty"`
	Updated string `json:"updated,omitempty"`
	// From is the values path that it comes from.
	From string `json:"from,omitempty"`
}

// StatusSnapshot is the last checkpoint or savepoint.
type StatusSnapshot struct {
	Path string `json:"path,omitempty"`
	// Time is RFC 3339, in UTC.
	Time string `json:"time,omitempty"`
	// Name is that of the FlinkStateSnapshot.
	Name string `json:"name,omitempty"`
}

// StatusPods counts pods.
type StatusPods struct {
	Ready int `json:"ready"`
	Total int `json:"total"`
}

// StatusNode is a node that pods run on; Pool is Karpenter's, or the managed node
// group, where there is one.
type StatusNode struct {
	Name string `json:"name"`
	Pool string `json:"pool,omitempty"`
}

// StatusRequest asks for the status of a platform.
type StatusRequest struct {
	ClusterRequest
	// Wide reads what the autoscaler did too.
	Wide bool
}

// Status reads how a platform is doing: one request for each kind of object.
func (a *App) Status(ctx context.Context, req StatusRequest) (Status, error) {
	read, err := a.StatusReader(ctx, req)
	if err != nil {
		return Status{}, err
	}
	return read(ctx)
}

// StatusReader finds the platform, and gives what reads its status each time.
func (a *App) StatusReader(ctx context.Context, req StatusRequest) (func(context.Context) (Status, error), error) {
	d, err := a.existing(ctx, req.ClusterRequest)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (Status, error) {
		all, err := d.Releases.List()
		if err != nil {
			return Status{}, err
		}
		revisions := release.Newest(all)
		s := &survey{client: d.Cluster, revisions: revisions, namespaces: namespacesOf(revisions), home: d.Plan.Namespace}
		if err := s.read(ctx, req.Wide); err != nil {
			return Status{}, err
		}
		return Status{Platform: d.Plan.Platform, Server: d.Cluster.Server, Items: s.items(), Unread: s.unread}, nil
	}, nil
}

// namespacesOf are those in which releases may have Flink resources, in order.
func namespacesOf(revisions []release.Revision) []string {
	var out []string
	for _, rev := range revisions {
		out = append(out, rev.Namespace)
		if rev.Kind != release.Platform {
			continue
		}
		held, err := rev.Objects()
		if err != nil {
			continue // the release's row says no more than Helm does
		}
		for _, o := range held {
			if o.Kind() == "Namespace" {
				out = append(out, o.Name())
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// survey is what was read of a cluster.
type survey struct {
	client     *cluster.Client
	revisions  []release.Revision
	namespaces []string
	home       string // the operator's namespace

	deployments, sessionJobs, blueGreens, snapshots []cluster.Object
	pods, nodes, operators, scalers, reports        []cluster.Object
	unread                                          []string
}

// read reads all kinds at the same time. What is forbidden beside the Flink
// resources is left out and said.
func (s *survey) read(ctx context.Context, wide bool) error {
	type want struct {
		into       *[]cluster.Object
		kind       schema.GroupVersionKind
		namespaces []string
		query      cluster.Query
		optional   bool
		refused    bool
	}
	wants := []*want{
		{into: &s.deployments, kind: cluster.FlinkKind("FlinkDeployment"), namespaces: s.namespaces},
		{into: &s.sessionJobs, kind: cluster.FlinkKind("FlinkSessionJob"), namespaces: s.namespaces},
		{into: &s.blueGreens, kind: cluster.FlinkKind("FlinkBlueGreenDeployment"), namespaces: s.namespaces},
		{into: &s.snapshots, kind: cluster.FlinkKind("FlinkStateSnapshot"), namespaces: s.namespaces},
		{
			into: &s.pods, kind: cluster.CoreKind("Pod"), namespaces: s.namespaces, optional: true,
			query: cluster.Query{Labels: "component in (jobmanager,taskmanager)"},
		},
		{into: &s.nodes, kind: cluster.CoreKind("Node"), optional: true},
	}
	if s.home != "" {
		wants = append(wants, &want{
			into: &s.operators, kind: schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"},
			namespaces: []string{s.home}, optional: true,
		})
	}
	if wide {
		wants = append(wants,
			&want{
				into: &s.scalers, kind: cluster.CoreKind("ConfigMap"), namespaces: s.namespaces, optional: true,
				query: cluster.Query{Labels: "component=autoscaler"},
			},
			&want{
				into: &s.reports, kind: cluster.CoreKind("Event"), namespaces: s.namespaces, optional: true,
				query: cluster.Query{Fields: "reason=ScalingReport"},
			})
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, w := range wants {
		group.Go(func() error {
			found, err := s.client.ListIn(ctx, w.kind, w.namespaces, w.query)
			switch {
			case cluster.NoKind(err):
				return nil
			case w.optional && apierrors.IsForbidden(err):
				w.refused = true
				return nil
			}
			*w.into = found
			return err
		})
	}
	err := group.Wait()
	for _, w := range wants {
		if w.refused {
			s.unread = append(s.unread, fmt.Sprintf("%ss: the API server does not let you list them", w.kind.Kind))
		}
	}
	return err
}
