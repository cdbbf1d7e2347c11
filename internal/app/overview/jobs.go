package overview

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// placed is a job with its team and namespace.
type placed struct {
	Job
	team, namespace string
}

// jobs are the Flink objects of the world, in its order.
func (b builder) jobs() []placed {
	var out []placed
	for i := range b.World.Members() {
		m := b.World.Member(i)
		switch {
		case m.BlueGreen != nil && m.BlueGreen.Template != nil:
			out = append(out, b.cluster(m.BlueGreen.Template, BlueGreen))
		case m.Cluster != nil && m.Cluster.Canary():
		case m.Cluster != nil && m.Cluster.Session():
			out = append(out, b.cluster(m.Cluster, Session))
		case m.Cluster != nil:
			out = append(out, b.cluster(m.Cluster, Application))
		case m.SessionJob != nil:
			out = append(out, b.sessionJob(m.SessionJob))
		}
	}
	return out
}

// place is what any Flink object has.
func (b builder) place(s *model.Subject, kind Kind) placed {
	out := placed{
		Job:  Job{Name: s.Key.Name, Kind: kind, Path: s.Origin.Path, Pos: s.Origin.Pos},
		team: cmp.Or(s.Labels["helm-flink.dev/team"], s.Key.Namespace, "default"), namespace: s.Key.Namespace,
	}
	if steps := strings.Split(out.Path, "."); len(steps) == 2 {
		out.Settings = b.settings.of(steps, b.settings.layers(out.team))
	}
	out.count(b.Findings, s.Key.String())
	return out
}

func (b builder) cluster(c *model.Cluster, kind Kind) placed {
	out := b.place(c.Subject, kind)
	made := c.Pods()
	out.Suspended = made.Suspended
	out.JobManager, out.TaskManager = podsOf(made.JobManager), podsOf(made.TaskManager)
	out.Flink = version(c.Flink)
	out.Release = cmp.Or(c.Spec.EMRReleaseLabel, c.Spec.Image)
	out.Slots = cmp.Or(c.Config.Text("taskmanager.numberOfTaskSlots"), "1")
	out.checkpoints(c.Config)
	if c.Config.Bool(false, "job.autoscaler.enabled", "kubernetes.operator.job.autoscaler.enabled") && !c.Session() {
		out.Autoscaler = scaled(out.TaskManager)
	}
	if job := c.Spec.Job; job != nil {
		out.program(job)
	}
	w := b.workloads[c.Key.Namespace+"/"+c.Key.Name]
	out.Role = aws.RoleName(w.RoleARN)
	switch {
	case c.Spec.ServiceAccount != "":
		out.Account = c.Spec.ServiceAccount
	case c.Spec.ExecutionRoleARN != "":
		out.Account = "made by EMR"
	case len(w.Accounts) > 0:
		out.Account = w.Accounts[0].Name
	}
	name := cmp.Or(c.Key.Namespace, "default") + "/" + c.Key.Name
	out.Cost = line(b.Plan, name, func(p *capacity.Plan) []capacity.Line { return p.Jobs })
	return out
}

// version writes v1_20 as 1.20.
func version(v flink.Version) string {
	if v.IsZero() {
		return "version not known"
	}
	return strings.ReplaceAll(strings.TrimPrefix(v.String(), "v"), "_", ".")
}

// scaled says between which bounds TaskManagers are scaled.
func scaled(p Pods) string {
	if p.Unbounded {
		return fmt.Sprintf("%d TaskManagers or more", p.Min)
	}
	return fmt.Sprintf("%d to %d TaskManagers", p.Min, p.Max)
}

func (b builder) sessionJob(s *model.SessionJob) placed {
	out := b.place(s.Subject, SessionJob)
	out.Cluster = s.Spec.DeploymentName
	out.checkpoints(s.Config)
	if s.Spec.Job != nil {
		out.program(s.Spec.Job)
		out.Suspended = s.Spec.Job.State == v1beta1.JobStateSuspended
	}
	if c := s.Cluster; c != nil {
		w := b.workloads[c.Key.Namespace+"/"+c.Key.Name]
		out.Role, out.Flink = aws.RoleName(w.RoleARN), version(c.Flink)
		out.team = cmp.Or(c.Labels["helm-flink.dev/team"], out.team)
	}
	return out
}

// checkpoints reads the interval of an effective configuration.
func (j *Job) checkpoints(c flink.Config) {
	j.Checkpoints = c.Text("execution.checkpointing.interval")
}

// program reads what runs; of the URI only its last part, which has no credentials.
func (j *Job) program(job *v1beta1.JobSpec) {
	j.Program = path.Base(strings.SplitN(job.JarURI, "?", 2)[0])
	if job.JarURI == "" {
		j.Program = cmp.Or(job.EntryClass, "not named")
	}
	j.Parallelism = 1
	if job.Parallelism != nil {
		j.Parallelism = int(*job.Parallelism)
	}
	j.Upgrades = string(job.UpgradeMode)
}

// podsOf words the pods of a group.
func podsOf(g pods.Group) Pods {
	selector := g.Template.Spec.NodeSelector
	out := Pods{
		Start: g.Count.Start, Min: g.Count.Min, Max: g.Count.Max, Unbounded: g.Count.Unbounded,
		Pool: cmp.Or(selector[labelPool], selector[labelShared], selector[labelGroup], required(g.Template.Spec.Affinity)),
	}
	if cpu, ok := g.Requests[corev1.ResourceCPU]; ok {
		out.CPU = strconv.FormatFloat(math.Round(cpu.AsApproximateFloat64()*100)/100, 'f', -1, 64)
	}
	if memory, ok := g.Requests[corev1.ResourceMemory]; ok {
		out.Memory = strconv.FormatFloat(math.Round(memory.AsApproximateFloat64()/(1<<30)*100)/100, 'f', -1, 64) + " Gi"
	}
	return out
}

// required is the only pool that a node affinity leaves, "" if it names none or more.
func required(a *corev1.Affinity) string {
	if a == nil || a.NodeAffinity == nil || a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return ""
	}
	var names []string
	for _, term := range a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		for _, e := range term.MatchExpressions {
			if e.Operator == corev1.NodeSelectorOpIn && (e.Key == labelPool || e.Key == labelGroup) {
				names = append(names, e.Values...)
			}
		}
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " or ")
}
