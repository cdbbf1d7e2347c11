package spec

import (
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// job is the JobSpec of an application.
func (k *cluster) job(j *Job) object {
	out := k.program(&j.Program)
	out["parallelism"] = j.Parallelism
	out["state"] = j.State
	out["upgradeMode"] = j.UpgradeMode
	restore(out, j.Upgrade, j.InitialPath, j.RedeployNonce)
	return out
}

func restore(job object, u Upgrade, path string, nonce *int64) {
	put(job, "allowNonRestoredState", u.AllowNonRestoredState)
	put(job, "initialSavepointPath", path)
	if nonce != nil {
		job["savepointRedeployNonce"] = *nonce
	}
}

// program is what runs: jar, entry class and arguments. PyFlink starts through
// Flink's own driver class (EMR on EKS guide, pyflink-for-flink; operator 1.15,
// examples/flink-python-example).
func (k *cluster) program(p *Program) object {
	jar, entry, args := p.JarURI, p.EntryClass, p.Args
	switch {
	case p.Python != nil:
		jar = k.pythonJar(p.Python)
		entry = or(entry, "org.apache.flink.client.python.PythonDriver")
		args = slices.Concat(pythonArgs(p.Python), p.Args)
	case p.SQL != nil:
		jar = p.SQL.Runner
		args = slices.Concat([]string{p.SQL.Script}, p.Args)
	}
	out := object{}
	put(out, "jarURI", jar)
	put(out, "entryClass", entry)
	put(out, "args", anyList(args))
	return out
}

// pythonJar is a program in S3, which EMR downloads, or the jar of the image
// that holds the driver; "" where its version is not known, since the operator
// lets an application go without.
func (k *cluster) pythonJar(p *Python) string {
	if strings.HasPrefix(p.Script, "s3://") {
		return p.Script
	}
	if patch := imagePatch(k.image); patch != "" && !k.emr {
		return "local:///opt/flink/opt/flink-python-" + patch + ".jar"
	}
	return ""
}

func pythonArgs(p *Python) []string {
	args := []string{"-pyclientexec", "/usr/local/bin/python3"}
	if len(p.PyFiles) > 0 {
		args = append(args, "-pyfs", strings.Join(p.PyFiles, ","))
	}
	if p.Module != "" {
		return append(args, "-pym", p.Module)
	}
	return append(args, "-py", pythonFile(p.Script))
}

// imagePatch is the full Flink version in an official image's tag, or "".
func imagePatch(image string) string {
	_, patch, _ := flink.TagVersion(imageTag(image))
	return patch
}

// sessionJobValues are the FlinkSessionJobs.
func (p *Platform) sessionJobValues() object {
	out := object{}
	for _, key := range sortedKeys(p.SessionJobs) {
		j := p.SessionJobs[key]
		k := p.sessionCluster(j.Cluster)
		name := or(j.Name, key)
		c := config{}
		k.checkpointConfig(c, j.Checkpoints, j.Savepoints, name)
		k.restartConfig(c, j.Restart)
		k.scalerConfig(c, j.AutoscalerSpec)
		k.upgradeConfig(c, j.Upgrade)
		job := k.program(&j.Program)
		job["parallelism"] = j.Parallelism
		job["state"] = j.State
		job["upgradeMode"] = j.UpgradeMode
		restore(job, j.Upgrade, j.InitialPath, j.RedeployNonce)
		spec := object{"deploymentName": k.name, "job": job, "flinkConfiguration": anyMap(c.apply(j.FlinkConfig))}
		if j.RestartNonce != nil {
			spec["restartNonce"] = *j.RestartNonce
		}
		entry := object{
			"name": name, "namespace": k.team.Namespace, "labels": override(p.teamLabels(k.team), anyMap(j.Labels)),
			"spec": mergeSpec(spec, j.Spec),
		}
		put(entry, "annotations", anyMap(j.Annotations))
		out[k.team.Namespace+"/"+name] = entry
	}
	return out
}

// blueGreenValues are the FlinkBlueGreenDeployments; the storage classes that
// they need are added to storage.
func (p *Platform) blueGreenValues(storage object) (object, error) {
	out := object{}
	for _, key := range sortedKeys(p.BlueGreen) {
		b := p.BlueGreen[key]
		k := p.jobCluster("blueGreen", key, &b.Job)
		template, err := k.application(&b.Job)
		if err != nil {
			return nil, err
		}
		if k.StateBackend.LocalRecovery == "ebs" {
			storage[ebsStorageClass] = ebsClass()
		}
		c := config{}
		c.set("kubernetes.operator.bluegreen.abort.grace-period", b.Transition.AbortGracePeriod)
		c.set("kubernetes.operator.bluegreen.reconciliation.reschedule-interval", b.Transition.RescheduleInterval)
		c.set("kubernetes.operator.bluegreen.deployment-deletion.delay", b.Transition.DeletionDelay)
		spec := object{"template": object{"spec": template}}
		put(spec, "configuration", anyMap(c))
		put(spec, "ingress", k.operatorIngress())
		out[k.team.Namespace+"/"+k.name] = k.entry(spec)
	}
	return out, nil
}

// snapshotValues are the FlinkStateSnapshots.
func (p *Platform) snapshotValues() object {
	out := object{}
	for _, key := range sortedKeys(p.Snapshots) {
		s := p.Snapshots[key]
		team, reference := p.snapshotTarget(s)
		spec := object{}
		put(spec, "jobReference", reference)
		if sp := s.Savepoint; sp != nil {
			savepoint := object{"disposeOnDelete": sp.DisposeOnDelete, "formatType": strings.ToUpper(sp.Format)}
			put(savepoint, "path", sp.Path)
			put(savepoint, "alreadyExists", sp.AlreadyExists)
			spec["savepoint"] = savepoint
		} else {
			spec["checkpoint"] = object{}
		}
		if s.BackoffLimit != nil {
			spec["backoffLimit"] = *s.BackoffLimit
		}
		entry := object{
			"name": key, "namespace": team.Namespace, "labels": override(p.teamLabels(team), anyMap(s.Labels)),
			"spec": mergeSpec(spec, s.Spec),
		}
		put(entry, "annotations", anyMap(s.Annotations))
		out[team.Namespace+"/"+key] = entry
	}
	return out
}

// snapshotTarget is the team whose namespace a snapshot lives in, and its
// jobReference; the team is nil where neither job nor team is known.
func (p *Platform) snapshotTarget(s *Snapshot) (*Team, object) {
	if j := p.Jobs[s.Job]; j != nil {
		return p.Teams[j.Team], object{"kind": "FlinkDeployment", "name": or(j.Name, s.Job)}
	}
	if j := p.SessionJobs[s.Job]; j != nil && p.SessionClusters[j.Cluster] != nil {
		return p.Teams[p.SessionClusters[j.Cluster].Team], object{"kind": "FlinkSessionJob", "name": or(j.Name, s.Job)}
	}
	return p.Teams[s.Team], nil
}
