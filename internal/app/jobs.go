package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/app/deploy"
	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/release"
)

// JobRequest is what the verbs of a job start from. Of ClusterRequest.Deploy the
// fields Wait, Timeout, AllowStateLoss, Savepoint and Holder count.
type JobRequest struct {
	ClusterRequest
	// Job is NAME, NAMESPACE/NAME or KIND/NAMESPACE/NAME.
	Job string
	// Write is a values file that is changed too; nil for none.
	Write *ValuesFile
	// Confirm asks whether to go on with what cannot be had back; an error is a no.
	// It is given what will happen and the name to type. Nil goes on.
	Confirm func(what, name string) error
}

// ValuesFile is a values file that a verb changes.
type ValuesFile struct {
	Name string
	Data []byte
	// Save replaces its content.
	Save func(data []byte) error
}

// JobResult is what a verb did.
type JobResult struct {
	// Path is that of a savepoint, empty for none.
	Path string
	// Notes say what else is to be known, a line each: how long the effect lives.
	Notes []string
}

func (r *JobResult) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// ErrWhichJob says that a name means no job, or several.
var ErrWhichJob = errors.New("helm flink job list shows the jobs")

// job is a Flink resource that a verb works on.
type job struct {
	client *cluster.Client
	object cluster.Object
	target cluster.Target
	// revision is the newest of its release, platform whose that is; nil and empty
	// for a resource that we did not install.
	revision *release.Revision
	platform string
	home     string // the namespace of the platform's release
	siblings []cluster.Object
}

// session reports whether it is a session cluster.
func (j *job) session() bool {
	return j.object.Kind() == "FlinkDeployment" && j.object.At("spec", "job") == nil
}

// blueGreen reports whether it is a blue/green deployment, and colour is the one
// that owns it.
func (j *job) blueGreen() bool { return j.object.Kind() == "FlinkBlueGreenDeployment" }

func (j *job) colourOf() string {
	for _, owner := range owners(j.object) {
		if owner.Kind() == "FlinkBlueGreenDeployment" {
			return owner.Text("name")
		}
	}
	return ""
}

// cluster is the name of the FlinkDeployment whose pods run it.
func (j *job) cluster() string {
	return cmp.Or(j.object.Text("spec", "deploymentName"), j.target.Name)
}

// jobScope is where jobs are looked for: a platform, or a whole cluster.
type jobScope struct {
	client    *cluster.Client
	revisions []release.Revision
	platforms map[string]string // of each revision's key
	homes     map[string]string // the namespace of each platform
	survey    *survey
}

// jobsOf connects and reads the Flink resources: those of the platform that the
// values or --platform name, or all of the cluster.
func (a *App) jobsOf(ctx context.Context, req ClusterRequest, wide bool) (*jobScope, error) {
	named := req.Platform != "" || len(req.Files)+len(req.Sets) > 0
	s := &jobScope{platforms: map[string]string{}, homes: map[string]string{}}
	of := func(platform string) *release.Releases { return release.New(s.client, platform) }
	if named {
		d, err := a.existing(ctx, req)
		if err != nil {
			return nil, err
		}
		s.client, s.homes[d.Plan.Platform] = d.Cluster, d.Plan.Namespace
		of = func(string) *release.Releases { return d.Releases }
	} else {
		d, err := deployment(req)
		if err != nil {
			return nil, err
		}
		s.client = d.Cluster
		if s.homes, err = release.Platforms(d.Cluster); err != nil {
			return nil, err
		}
	}
	for platform := range s.homes {
		all, err := of(platform).List()
		if err != nil {
			return nil, err
		}
		for _, rev := range release.Newest(all) {
			s.revisions = append(s.revisions, rev)
			s.platforms[rev.Key()] = platform
		}
	}
	s.survey = &survey{client: s.client, revisions: s.revisions}
	if named {
		s.survey.namespaces = namespacesOf(s.revisions)
	}
	return s, s.survey.read(ctx, wide)
}

// resources are the Flink resources that a name may mean.
func (s *jobScope) resources() []cluster.Object {
	return slices.Concat(s.survey.deployments, s.survey.sessionJobs, s.survey.blueGreens)
}

// findJob finds the one resource that a name means.
func (a *App) findJob(ctx context.Context, req JobRequest) (*job, *jobScope, error) {
	s, err := a.jobsOf(ctx, req.ClusterRequest, false)
	if err != nil {
		return nil, nil, err
	}
	j, err := s.find(req.Job)
	return j, s, err
}

// find finds the one resource that NAME, NAMESPACE/NAME or KIND/NAMESPACE/NAME means.
func (s *jobScope) find(text string) (*job, error) {
	parts := strings.Split(text, "/")
	name := parts[len(parts)-1]
	var found []cluster.Object
	var known []string
	for _, o := range s.resources() {
		full := []string{strings.ToLower(o.Kind()), o.Namespace(), o.Name()}
		if len(parts) <= len(full) && slices.EqualFunc(full[len(full)-len(parts):], parts, func(have, asked string) bool {
			return have == asked || have == strings.ToLower(asked) && have == full[0]
		}) {
			found = append(found, o)
		}
		known = append(known, o.Namespace()+"/"+o.Name(), o.Name())
	}
	switch len(found) {
	case 1:
		return s.job(found[0]), nil
	case 0:
		near := diag.Nearest(text, known)
		if near == "" {
			near = diag.Nearest(name, known)
		}
		if near != "" {
			near = fmt.Sprintf("; did you mean %s?", near)
		}
		return nil, fmt.Errorf("there is no job %s%s; %w", text, near, ErrWhichJob)
	}
	names := make([]string, len(found))
	for i, o := range found {
		names[i] = o.Namespace() + "/" + o.Name()
	}
	slices.Sort(names)
	if len(slices.Compact(slices.Clone(names))) < len(names) {
		for i, o := range found {
			names[i] = strings.ToLower(o.Kind()) + "/" + o.Namespace() + "/" + o.Name()
		}
		slices.Sort(names)
	}
	return nil, fmt.Errorf("%s means several jobs, %s: name one of them; %w", text, strings.Join(names, ", "), ErrWhichJob)
}

func (s *jobScope) job(o cluster.Object) *job {
	j := &job{client: s.client, object: o, target: cluster.TargetOf(o), siblings: s.survey.sessionJobs}
	j.revision = s.survey.releaseOf(o)
	if j.revision != nil {
		j.platform = s.platforms[j.revision.Key()]
		j.home = s.homes[j.platform]
	}
	return j
}

// Jobs lists jobs: those of the platform that is named, or all of the cluster.
func (a *App) Jobs(ctx context.Context, req ClusterRequest) (Status, error) {
	s, err := a.jobsOf(ctx, req, false)
	if err != nil {
		return Status{}, err
	}
	out := Status{Server: s.client.Server, Items: []StatusItem{}, Unread: s.survey.unread}
	for _, item := range s.survey.items() {
		switch {
		case item.object == nil, item.Kind == "FlinkStateSnapshot", item.Session:
		default:
			out.Items = append(out.Items, item)
		}
	}
	return out, nil
}

// JobDetail is all that is known of one job.
type JobDetail struct {
	StatusItem
	// Wants is spec.job.state; UpgradeMode what an upgrade or a suspension keeps.
	Wants       string `json:"wants,omitempty"`
	UpgradeMode string `json:"upgradeMode,omitempty"`
	// RestoresFrom is what the job started from, or will.
	RestoresFrom string     `json:"restoresFrom,omitempty"`
	Snapshots    []Snapshot `json:"snapshots"`
	// Why are warnings, and what keeps its pods from running, a line each.
	Why []string `json:"why,omitempty"`
	// Drift says what was changed on the cluster and is not as its release says.
	Drift []string `json:"drift,omitempty"`
}

// Job shows one job.
func (a *App) Job(ctx context.Context, req JobRequest) (JobDetail, error) {
	s, err := a.jobsOf(ctx, req.ClusterRequest, true)
	if err != nil {
		return JobDetail{}, err
	}
	j, err := s.find(req.Job)
	if err != nil {
		return JobDetail{}, err
	}
	out := JobDetail{StatusItem: s.survey.flinkItem(j.object), Snapshots: []Snapshot{}}
	if j.revision != nil {
		out.Release = statusRelease(*j.revision)
	}
	out.Wants, out.UpgradeMode = j.wants(), j.mode()
	out.RestoresFrom = j.object.Text("status", "jobStatus", "upgradeSavepointPath")
	for _, o := range s.survey.snapshots {
		if belongs(o, j.object) {
			out.Snapshots = append(out.Snapshots, snapshotOf(o))
		}
	}
	sortSnapshots(out.Snapshots)
	out.Why = s.client.Explain(ctx, j.target)
	out.Drift = j.drift()
	return out, nil
}

// wants is the state that the spec asks for.
func (j *job) wants() string {
	if j.session() {
		return ""
	}
	return cmp.Or(j.spec().Text("job", "state"), "running")
}

// mode is the upgrade mode; stateless is the operator's default
// (facts of flink-kubernetes-operator, JobSpec).
func (j *job) mode() string {
	if j.session() {
		return ""
	}
	return cmp.Or(j.spec().Text("job", "upgradeMode"), "stateless")
}

// spec is the spec of the cluster or job, that of the template of a blue/green deployment.
func (j *job) spec() cluster.Object {
	at, _ := j.object.At("spec").(map[string]any)
	if j.blueGreen() {
		at, _ = j.object.At("spec", "template", "spec").(map[string]any)
	}
	return at
}

// see shows the states of what is waited for.
func (j *job) see(req JobRequest) func(cluster.State) {
	start := j.client.Now()
	return func(s cluster.State) {
		if req.See == nil {
			return
		}
		e := deploy.Event{
			Object: j.target.String(), Phase: deploy.Waits, State: s.Word, Message: s.Message, Elapsed: j.client.Now().Sub(start),
		}
		if s.Phase == cluster.Ready {
			e.Phase = deploy.Done
		}
		req.See(e)
	}
}
