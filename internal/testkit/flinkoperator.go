package testkit

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// flinkGroup is the API of the operator's kinds (facts: group flink.apache.org, the only version is v1beta1).
const flinkGroup = "flink.apache.org/v1beta1"

// ScriptAnnotation names the Script of the object that carries it, unless FlinkOperator.Script set another.
const ScriptAnnotation = "played.helm-flink.dev/script"

// Script says how the played operator treats an object. Scripts join by commas.
type Script string

// The scripts.
const (
	// Success deploys: the state that the object asks for is reached.
	Success Script = "success"
	// Failing lets every deployment of the job end in jobStatus FAILED, JobManager ERROR, lifecycle FAILED; a snapshot ends
	// in FAILED.
	Failing Script = "failing"
	// ImagePull lets the JobManager not start: JobManager ERROR with status.error, lifecycle DEPLOYED. It recovers when the
	// script changes.
	ImagePull Script = "imagepull"
	// ValidationError refuses every new spec: an event and status.error; observedGeneration stays.
	ValidationError Script = "validationerror"
	// Unsupported answers a new spec by an event UnsupportedFlinkVersion alone.
	Unsupported Script = "unsupported"
	// RolledBack lets an upgrade after a stable first spec not become stable: ROLLING_BACK, ROLLED_BACK.
	RolledBack Script = "rolledback"
	// Finished is a batch job: it runs, then is FINISHED.
	Finished Script = "finished"
	// Never leaves the status as it is.
	Never Script = "never"
	// Pending is a job whose task managers find no node: job CREATED, lifecycle DEPLOYED.
	Pending Script = "pending"
	// Stuck never takes the finalizer off.
	Stuck Script = "stuck"
)

// Slow is Success with at least that long between two steps of the status.
func Slow(step time.Duration) Script { return Success.Slowly(step) }

// Slowly is the script with at least that long between two steps of the status.
func (s Script) Slowly(step time.Duration) Script { return s + ",slow:" + Script(step.String()) }

// is says whether the script has the word.
func (s Script) is(word Script) bool {
	for one := range strings.SplitSeq(string(s), ",") {
		if one == string(word) {
			return true
		}
	}
	return false
}

// pace returns the time between two steps.
func (s Script) pace() time.Duration {
	for one := range strings.SplitSeq(string(s), ",") {
		if step, found := strings.CutPrefix(one, "slow:"); found {
			pace, _ := time.ParseDuration(step)
			return pace
		}
	}
	return 0
}

// known says whether every word is a script's.
func (s Script) known() bool {
	for one := range strings.SplitSeq(string(s), ",") {
		switch Script(one) {
		case Success, Failing, ImagePull, ValidationError, Unsupported, RolledBack, Finished, Never, Pending, Stuck:
		default:
			if Script(one).pace() == 0 {
				return false
			}
		}
	}
	return true
}

// FlinkOperator plays the Flink operator: it moves the status of the four kinds through the sequences of the real one
// (Apache Flink Kubernetes Operator 1.15 and 1.16-SNAPSHOT), a step at a time. What stands in no cluster, it makes up.
type FlinkOperator struct {
	t       testing.TB
	client  *apiClient
	pods    bool
	gateFor string // path of a Deployment that must be available, "" for none

	deployments store[clusterStatus]
	sessionJobs store[clusterStatus]
	snapshots   store[snapshotStatus]
	blueGreens  store[blueGreenStatus]

	mu      sync.Mutex
	scripts map[string]Script
	after   map[string]time.Time // by UID: no step before
	said    map[string]bool      // events that were sent, and complaints of unknown scripts
}

// FlinkOperatorOption changes how the operator is played.
type FlinkOperatorOption func(*FlinkOperator)

// WithPods has the operator create what the real one creates for a running cluster: the Deployment of the JobManager,
// the Service NAME-rest and the task managers. A JobManager is ready when its Deployment is available and a job runs when
// its task managers run, so the plane needs Scheduler, Controllers and Nodes, and nodes that fit.
func WithPods() FlinkOperatorOption { return func(f *FlinkOperator) { f.pods = true } }

// WhenDeployed has the operator act only while its Deployment is in the cluster and available.
func WhenDeployed(namespace, name string) FlinkOperatorOption {
	return func(f *FlinkOperator) {
		f.gateFor = "/apis/apps/v1/namespaces/" + namespace + "/deployments/" + name
	}
}

// PlayFlinkOperator plays the Flink operator for all namespaces until the test ends. The CRDs may come later.
func (p *Plane) PlayFlinkOperator(t testing.TB, options ...FlinkOperatorOption) *FlinkOperator {
	t.Helper()
	client, err := newAPIClient(p.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	f := &FlinkOperator{
		t: t, client: client, scripts: map[string]Script{}, after: map[string]time.Time{}, said: map[string]bool{},
	}
	for _, option := range options {
		option(f)
	}
	f.deployments = store[clusterStatus]{client: client, path: "/apis/" + flinkGroup + "/flinkdeployments"}
	f.sessionJobs = store[clusterStatus]{client: client, path: "/apis/" + flinkGroup + "/flinksessionjobs"}
	f.snapshots = store[snapshotStatus]{client: client, path: "/apis/" + flinkGroup + "/flinkstatesnapshots"}
	f.blueGreens = store[blueGreenStatus]{client: client, path: "/apis/" + flinkGroup + "/flinkbluegreendeployments"}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { f.deployments.run(ctx) })
	running.Go(func() { f.sessionJobs.run(ctx) })
	running.Go(func() { f.snapshots.run(ctx) })
	running.Go(func() { f.blueGreens.run(ctx) })
	running.Go(func() { f.work(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	return f
}

// Script sets how the object of that name is treated from now on, whatever its kind; a later call replaces it. It may
// come before the object.
func (f *FlinkOperator) Script(namespace, name string, s Script) {
	f.t.Helper()
	if !s.known() {
		f.t.Errorf("there is no script %q", s)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.scripts[namespace+"/"+name] = s
}

// scriptOf returns the script of an object: the one that was set, its annotation's, or that of the blue/green deployment
// that owns it.
func (f *FlinkOperator) scriptOf(m objectMeta) Script {
	f.mu.Lock()
	set := f.scripts[m.key()]
	f.mu.Unlock()
	if set != "" {
		return set
	}
	if annotated := Script(m.Annotations[ScriptAnnotation]); annotated != "" {
		if !annotated.known() && f.once("script "+string(annotated)) {
			f.t.Errorf("%s: there is no script %q", m.key(), annotated)
		}
		return annotated
	}
	for _, owner := range m.OwnerReferences {
		if b := f.blueGreens.get(m.Namespace, owner.Name); b != nil && b.Metadata.UID == owner.UID {
			return f.scriptOf(b.Metadata)
		}
	}
	return Success
}

// work takes one step of every object at a time. What fails is tried again in the next round: an object that changed
// meanwhile, a namespace that ends, a server that is away.
func (f *FlinkOperator) work(ctx context.Context) {
	for ctx.Err() == nil {
		if f.open(ctx) {
			f.round(ctx)
		}
		pause(ctx, 50*time.Millisecond)
	}
}

// open says whether the operator is there to act.
func (f *FlinkOperator) open(ctx context.Context) bool {
	if f.gateFor == "" {
		return true
	}
	var deployment live[deploymentStatus]
	return f.client.do(ctx, http.MethodGet, f.gateFor, "", nil, &deployment) == nil && deployment.Status.Available > 0
}

// round takes one step of every object that is due, eight at a time.
func (f *FlinkOperator) round(ctx context.Context) {
	var running sync.WaitGroup
	slots := make(chan struct{}, 8)
	start := func(m objectMeta, step func() error) {
		if !f.due(m) {
			return
		}
		slots <- struct{}{}
		running.Go(func() {
			_ = step()
			<-slots
		})
	}
	for _, o := range f.blueGreens.all() {
		start(o.Metadata, func() error { return f.stepBlueGreen(ctx, o) })
	}
	for _, o := range f.deployments.all() {
		start(o.Metadata, func() error { return f.stepCluster(ctx, &f.deployments, o) })
	}
	for _, o := range f.sessionJobs.all() {
		start(o.Metadata, func() error { return f.stepCluster(ctx, &f.sessionJobs, o) })
	}
	for _, o := range f.snapshots.all() {
		start(o.Metadata, func() error { return f.stepSnapshot(ctx, o) })
	}
	running.Wait()
}

// due says whether the time for the object's next step has come.
func (f *FlinkOperator) due(m objectMeta) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return time.Now().After(f.after[m.UID])
}

// rest lets an object's next step wait.
func (f *FlinkOperator) rest(m objectMeta, pace time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.after[m.UID] = time.Now().Add(pace)
}

// once says whether something is said for the first time.
func (f *FlinkOperator) once(what string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	first := !f.said[what]
	f.said[what] = true
	return first
}
