package api

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones of CronJobs are known by their names

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func checkDeployment(c *check, d *appsv1.Deployment) {
	p := field.NewPath("spec")
	natural(c, p.Child("replicas"), d.Spec.Replicas)
	natural(c, p.Child("minReadySeconds"), &d.Spec.MinReadySeconds)
	natural(c, p.Child("revisionHistoryLimit"), d.Spec.RevisionHistoryLimit)
	c.matches(p, d.Spec.Selector, d.Spec.Template.Labels, "deployment")
	c.lasting(p.Child("template"), &d.Spec.Template, "Deployment")
	at := p.Child("strategy")
	oneOf(c, at.Child("type"), d.Spec.Strategy.Type, appsv1.RecreateDeploymentStrategyType,
		appsv1.RollingUpdateDeploymentStrategyType)
	if rolling := d.Spec.Strategy.RollingUpdate; rolling != nil {
		c.forbid(d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType, at.Child("rollingUpdate"),
			"may not be specified when strategy `type` is 'Recreate'")
		c.countOrPercent(at.Child("rollingUpdate", "maxUnavailable"), rolling.MaxUnavailable, true)
		c.countOrPercent(at.Child("rollingUpdate", "maxSurge"), rolling.MaxSurge, false)
		c.valid(!zero(rolling.MaxUnavailable) || !zero(rolling.MaxSurge), at.Child("rollingUpdate", "maxUnavailable"), 0,
			"may not be 0 when `maxSurge` is 0")
	}
	if d.Spec.ProgressDeadlineSeconds != nil {
		natural(c, p.Child("progressDeadlineSeconds"), d.Spec.ProgressDeadlineSeconds)
		c.valid(*d.Spec.ProgressDeadlineSeconds > d.Spec.MinReadySeconds, p.Child("progressDeadlineSeconds"),
			*d.Spec.ProgressDeadlineSeconds, "must be greater than minReadySeconds")
	}
}

// zero reports whether a count or a share was given as nothing.
func zero(v *intstr.IntOrString) bool {
	return v != nil && (v.Type == intstr.Int && v.IntVal == 0 || v.Type == intstr.String && v.StrVal == "0%")
}

func checkStatefulSet(c *check, s *appsv1.StatefulSet) {
	p := field.NewPath("spec")
	natural(c, p.Child("replicas"), s.Spec.Replicas)
	natural(c, p.Child("minReadySeconds"), &s.Spec.MinReadySeconds)
	oneOf(c, p.Child("podManagementPolicy"), s.Spec.PodManagementPolicy, appsv1.OrderedReadyPodManagement,
		appsv1.ParallelPodManagement)
	at := p.Child("updateStrategy")
	oneOf(c, at.Child("type"), s.Spec.UpdateStrategy.Type, appsv1.RollingUpdateStatefulSetStrategyType,
		appsv1.OnDeleteStatefulSetStrategyType)
	if rolling := s.Spec.UpdateStrategy.RollingUpdate; rolling != nil {
		c.valid(s.Spec.UpdateStrategy.Type != appsv1.OnDeleteStatefulSetStrategyType, at.Child("rollingUpdate"), "",
			"only allowed for updateStrategy 'RollingUpdate'")
		natural(c, at.Child("rollingUpdate", "partition"), rolling.Partition)
		c.countOrPercent(at.Child("rollingUpdate", "maxUnavailable"), rolling.MaxUnavailable, true)
		c.valid(!zero(rolling.MaxUnavailable), at.Child("rollingUpdate", "maxUnavailable"), 0, "cannot be 0")
	}
	if keep := s.Spec.PersistentVolumeClaimRetentionPolicy; keep != nil {
		at := p.Child("persistentVolumeClaimRetentionPolicy")
		oneOf(c, at.Child("whenDeleted"), keep.WhenDeleted, appsv1.RetainPersistentVolumeClaimRetentionPolicyType,
			appsv1.DeletePersistentVolumeClaimRetentionPolicyType)
		oneOf(c, at.Child("whenScaled"), keep.WhenScaled, appsv1.RetainPersistentVolumeClaimRetentionPolicyType,
			appsv1.DeletePersistentVolumeClaimRetentionPolicyType)
	}
	if s.Spec.Ordinals != nil {
		natural(c, p.Child("ordinals", "start"), &s.Spec.Ordinals.Start)
	}
	if s.Spec.ServiceName != "" && c.kube.reaches(37) { // older servers were not read: they may take any name
		c.label(p.Child("serviceName"), s.Spec.ServiceName)
	}
	c.matches(p, s.Spec.Selector, s.Spec.Template.Labels, "statefulset")
	template, claims := s.Spec.Template.DeepCopy(), map[string]bool{}
	for i, claim := range s.Spec.VolumeClaimTemplates {
		c.claim(p.Child("volumeClaimTemplates").Index(i).Child("spec"), &claim.Spec)
		if claims[claim.Name] {
			continue
		}
		claims[claim.Name] = true // goes before a volume of the same name
		template.Spec.Volumes = slices.DeleteFunc(template.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == claim.Name })
		template.Spec.Volumes = append(template.Spec.Volumes, corev1.Volume{Name: claim.Name, VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim.Name},
		}})
	}
	template.Spec.Hostname, template.Spec.Subdomain = "", "" // the controller sets both
	c.lasting(p.Child("template"), template, "StatefulSet")
}

func checkDaemonSet(c *check, d *appsv1.DaemonSet) {
	p := field.NewPath("spec")
	natural(c, p.Child("minReadySeconds"), &d.Spec.MinReadySeconds)
	natural(c, p.Child("revisionHistoryLimit"), d.Spec.RevisionHistoryLimit)
	oneOf(c, p.Child("updateStrategy", "type"), d.Spec.UpdateStrategy.Type,
		appsv1.RollingUpdateDaemonSetStrategyType, appsv1.OnDeleteDaemonSetStrategyType)
	if rolling := d.Spec.UpdateStrategy.RollingUpdate; rolling != nil {
		at := p.Child("updateStrategy", "rollingUpdate")
		c.countOrPercent(at.Child("maxUnavailable"), rolling.MaxUnavailable, true)
		c.countOrPercent(at.Child("maxSurge"), rolling.MaxSurge, true)
		unavailable, surge := !zero(rolling.MaxUnavailable), rolling.MaxSurge != nil && !zero(rolling.MaxSurge)
		c.must(unavailable || surge, at.Child("maxUnavailable"), "cannot be 0 when maxSurge is 0")
		c.valid(!unavailable || !surge, at.Child("maxSurge"), rolling.MaxSurge.String(),
			"may not be set when maxUnavailable is non-zero")
	}
	c.matches(p, d.Spec.Selector, d.Spec.Template.Labels, "daemonset")
	c.lasting(p.Child("template"), &d.Spec.Template, "DaemonSet")
}

func checkReplicaSet(c *check, r *appsv1.ReplicaSet) {
	p := field.NewPath("spec")
	natural(c, p.Child("replicas"), r.Spec.Replicas)
	natural(c, p.Child("minReadySeconds"), &r.Spec.MinReadySeconds)
	c.matches(p, r.Spec.Selector, r.Spec.Template.Labels, "deployment")
	c.lasting(p.Child("template"), &r.Spec.Template, "ReplicaSet")
}

// lasting checks a template of pods that run until they are taken away.
func (c *check) lasting(p *field.Path, t *corev1.PodTemplateSpec, kind string) {
	c.template(p, t)
	oneOf(c, p.Child("spec", "restartPolicy"), t.Spec.RestartPolicy, corev1.RestartPolicyAlways)
	c.forbid(t.Spec.ActiveDeadlineSeconds != nil, p.Child("spec", "activeDeadlineSeconds"),
		"activeDeadlineSeconds in "+kind+" is not Supported")
}

func checkJob(c *check, j *batchv1.Job) {
	c.job(field.NewPath("spec"), &j.Spec)
	manual := j.Spec.ManualSelector != nil && *j.Spec.ManualSelector
	if manual {
		c.matches(field.NewPath("spec"), j.Spec.Selector, j.Spec.Template.Labels, "job")
	} else {
		c.valid(j.Spec.Selector == nil, field.NewPath("spec", "selector"), "", "`selector` not auto-generated")
	}
	if !manual { // the server labels the pods with the name
		c.words(field.NewPath("metadata", "name"), j.Name, validation.IsValidLabelValue(j.Name))
	}
	indexed := j.Spec.CompletionMode != nil && *j.Spec.CompletionMode == batchv1.IndexedCompletion
	if indexed && j.Spec.Completions != nil && *j.Spec.Completions > 0 {
		c.label(field.NewPath("metadata", "name"), fmt.Sprintf("%s-%d", j.Name, *j.Spec.Completions-1)) // its last pod
	}
}

// job leaves out policies on failure and success, and gangs.
func (c *check) job(p *field.Path, s *batchv1.JobSpec) {
	for name, n := range map[string]*int32{
		"parallelism": s.Parallelism, "completions": s.Completions, "backoffLimit": s.BackoffLimit,
		"ttlSecondsAfterFinished": s.TTLSecondsAfterFinished, "backoffLimitPerIndex": s.BackoffLimitPerIndex,
		"maxFailedIndexes": s.MaxFailedIndexes,
	} {
		natural(c, p.Child(name), n)
	}
	natural(c, p.Child("activeDeadlineSeconds"), s.ActiveDeadlineSeconds)
	c.must(s.MaxFailedIndexes == nil || s.BackoffLimitPerIndex != nil, p.Child("backoffLimitPerIndex"),
		"when maxFailedIndexes is specified")
	oneOfPtr(c, p.Child("completionMode"), s.CompletionMode, batchv1.NonIndexedCompletion, batchv1.IndexedCompletion)
	if s.CompletionMode != nil && *s.CompletionMode == batchv1.IndexedCompletion {
		c.must(s.Completions != nil, p.Child("completions"), "when completion mode is Indexed")
	} else {
		c.valid(s.BackoffLimitPerIndex == nil && s.MaxFailedIndexes == nil, p.Child("backoffLimitPerIndex"), "",
			"requires indexed completion mode")
	}
	oneOfPtr(c, p.Child("podReplacementPolicy"), s.PodReplacementPolicy, batchv1.Failed, batchv1.TerminatingOrFailed)
	c.template(p.Child("template"), &s.Template)
	at := p.Child("template", "spec", "restartPolicy")
	switch s.Template.Spec.RestartPolicy {
	case "", corev1.RestartPolicyAlways:
		c.must(false, at, `valid values: "OnFailure", "Never"`)
	default:
		oneOf(c, at, s.Template.Spec.RestartPolicy, corev1.RestartPolicyOnFailure, corev1.RestartPolicyNever)
	}
}

func checkCronJob(c *check, j *batchv1.CronJob) {
	p := field.NewPath("spec")
	c.valid(len(j.Name) <= 52, field.NewPath("metadata", "name"), j.Name, "must be no more than 52 characters")
	c.must(j.Spec.Schedule != "", p.Child("schedule"), "")
	if j.Spec.Schedule != "" {
		c.schedule(p.Child("schedule"), j.Spec.Schedule)
	}
	c.timeZone(p.Child("timeZone"), j.Spec.TimeZone)
	natural(c, p.Child("startingDeadlineSeconds"), j.Spec.StartingDeadlineSeconds)
	natural(c, p.Child("successfulJobsHistoryLimit"), j.Spec.SuccessfulJobsHistoryLimit)
	natural(c, p.Child("failedJobsHistoryLimit"), j.Spec.FailedJobsHistoryLimit)
	oneOf(c, p.Child("concurrencyPolicy"), j.Spec.ConcurrencyPolicy, batchv1.AllowConcurrent, batchv1.ForbidConcurrent,
		batchv1.ReplaceConcurrent)
	c.job(p.Child("jobTemplate", "spec"), &j.Spec.JobTemplate.Spec)
	c.valid(j.Spec.JobTemplate.Spec.Selector == nil, p.Child("jobTemplate", "spec", "selector"), "",
		"`selector` will be auto-generated")
	c.valid(j.Spec.JobTemplate.Spec.ManualSelector == nil || !*j.Spec.JobTemplate.Spec.ManualSelector,
		p.Child("jobTemplate", "spec", "manualSelector"), true, "must not be true")
}

func (c *check) schedule(p *field.Path, s string) {
	if strings.Contains(s, "TZ") {
		c.add(field.Invalid(p, s, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"))
		return
	}
	if err := cronError(s); err != nil {
		c.add(field.Invalid(p, s, err.Error()))
	}
}

// timeZone: the names come with the program, so that every machine knows them.
func (c *check) timeZone(p *field.Path, zone *string) {
	if zone == nil {
		return
	}
	c.valid(*zone != "", p, *zone, "timeZone must be nil or non-empty string")
	c.valid(!strings.EqualFold(*zone, "Local"), p, *zone,
		"timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")
	if _, err := time.LoadLocation(*zone); err != nil {
		c.add(field.Invalid(p, *zone, err.Error()))
	}
}

func checkDisruptionBudget(c *check, b *policyv1.PodDisruptionBudget) {
	p := field.NewPath("spec")
	c.valid(b.Spec.MinAvailable == nil || b.Spec.MaxUnavailable == nil, p, "", "minAvailable and maxUnavailable cannot be both set")
	c.countOrPercent(p.Child("minAvailable"), b.Spec.MinAvailable, true)
	c.countOrPercent(p.Child("maxUnavailable"), b.Spec.MaxUnavailable, true)
	c.selector(p.Child("selector"), b.Spec.Selector)
	oneOfPtr(c, p.Child("unhealthyPodEvictionPolicy"), b.Spec.UnhealthyPodEvictionPolicy, policyv1.IfHealthyBudget,
		policyv1.AlwaysAllow)
}
