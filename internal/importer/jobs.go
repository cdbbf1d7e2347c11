package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// readJobs makes entries of everything in the API group of Flink.
func (d *Draft) readJobs() {
	for _, o := range d.of("FlinkDeployment") {
		section := "jobs"
		if dig(o.Data, "spec", "job") == nil {
			section = "sessionClusters"
		}
		d.cluster(d.entry(section, o), dig(o.Data, "spec"))
	}
	for _, o := range d.of("FlinkBlueGreenDeployment") {
		e := d.entry("blueGreen", o)
		d.transition(e)
		d.cluster(e, dig(o.Data, "spec", "template", "spec"))
	}
	for _, o := range d.of("FlinkSessionJob") {
		d.sessionJob(o)
	}
	for _, o := range d.of("FlinkStateSnapshot") {
		d.snapshot(o)
	}
}

// entry begins an entry: its key is the object's name, with the team before it
// where another team has that name.
func (d *Draft) entry(section string, o manifest.Object) *entry {
	id := o.Key()
	e := &entry{section: section, key: id.Name, from: o, id: id, values: object{}}
	if slices.ContainsFunc(d.entries, func(other *entry) bool { return other.section == section && other.key == e.key }) {
		e.key = d.teamOf[id.Namespace] + "-" + id.Name
		for n := 2; slices.ContainsFunc(d.entries, func(o *entry) bool { return o.section == section && o.key == e.key }); n++ {
			e.key = fmt.Sprintf("%s-%s-%d", d.teamOf[id.Namespace], id.Name, n)
		}
		set(e.values, id.Name, "name")
	}
	d.entries = append(d.entries, e)
	if section == "nodePools" || section == "nodeClasses" {
		return e
	}
	for key, value := range dig(o.Data, "metadata", "labels") {
		if !d.ignoredLabel(key, value) {
			set(e.values, value, "labels", key)
		}
	}
	put(e.values, dig(o.Data, "metadata", "annotations"), "annotations")
	return e
}

// cluster reads a FlinkDeploymentSpec.
func (d *Draft) cluster(e *entry, spec object) {
	v := e.values
	e.spec = spec
	set(v, d.teamOf[e.id.Namespace], "team")
	for key, at := range map[string]string{"image": "image", "imagePullPolicy": "imagePullPolicy", "flinkVersion": "flinkVersion",
		"emrReleaseLabel": "emrReleaseLabel", "restartNonce": "restartNonce"} {
		put(v, spec[key], at)
	}
	if textAt(spec, "mode") == "standalone" {
		set(v, "standalone", "mode")
	}
	put(v, cloneMap(dig(spec, "logConfiguration")), "logging")
	d.facts(e)
	e.account, e.role = textAt(spec, "serviceAccount"), textAt(spec, "executionRoleArn")
	d.sizes(e, spec, "jobManager")
	d.sizes(e, spec, "taskManager")
	if d.emr {
		d.emrCluster(e, spec)
	}
	cfg := flat(dig(spec, "flinkConfiguration"))
	job := dig(spec, "job")
	pod := d.podTemplates(e, spec)
	d.readConfig(e, cfg, pod)
	if job != nil {
		d.job(e, job)
	}
	d.secrets(e)
	d.unfilledFields(e, spec)
}

// facts are the versions that a spec says.
func (d *Draft) facts(e *entry) {
	e.version, _ = flink.ParseVersion(textAt(e.spec, "flinkVersion"))
	if label, err := flink.ParseEMRLabel(textAt(e.spec, "emrReleaseLabel")); err == nil {
		e.release = label.Release
		if facts, ok := flink.EMRFactsOf(e.release); ok && facts.Flink == e.version {
			remove(e.values, "flinkVersion")
		}
	}
	if d.emr {
		return
	}
	_, tag, _ := strings.Cut(textAt(e.spec, "image")[strings.LastIndex(textAt(e.spec, "image"), "/")+1:], ":")
	if tagged, _, err := flink.TagVersion(tag); err && tagged == e.version {
		remove(e.values, "flinkVersion")
	}
}

// sizes are cpu, memory, disk and replicas of one role.
func (d *Draft) sizes(e *entry, spec object, role string) {
	from := dig(spec, role)
	if text, ok := scalar(get(from, "resource", "cpu")); ok {
		set(e.values, plainNumber(text), role, "cpu")
	}
	if text, ok := scalar(get(from, "resource", "memory")); ok {
		set(e.values, shownMemory(text), role, "memory")
	}
	put(e.values, get(from, "resource", "ephemeralStorage"), role, "ephemeralStorage")
	usual := map[bool]float64{false: 1, true: 2}[d.emr && get(from, "highAvailabilityEnabled") != false]
	if n, ok := number(from["replicas"]); ok && n > 0 && !(role == "jobManager" && n == usual) {
		set(e.values, int64(n), role, "replicas")
	}
}

// plainNumber is a number where the text is one.
func plainNumber(text string) any {
	if n, ok := wholeNumber(text); ok {
		return n
	}
	return text
}

// shownMemory writes a memory size as Kubernetes does, if Flink reads the same in
// both.
func shownMemory(text string) string {
	bytes, err := flink.ParseMemory(text)
	if err != nil || bytes <= 0 || bytes%(1<<20) != 0 {
		return text
	}
	shown := fmt.Sprintf("%dMi", bytes>>20)
	if bytes%(1<<30) == 0 {
		shown = fmt.Sprintf("%dGi", bytes>>30)
	}
	if back, err := flink.ParseMemory(shown); err != nil || back != bytes {
		return text
	}
	return shown
}

// emrCluster reads the fields that EMR's operator alone has.
func (d *Draft) emrCluster(e *entry, spec object) {
	on, said := get(spec, "jobManager", "highAvailabilityEnabled").(bool)
	if dir := textAt(spec, "jobManager", "storageDir"); said && !on || dir == "" {
		set(e.values, false, "highAvailability", "enabled") // where it is on, spec says so
	} else {
		set(e.values, dir, "highAvailability", "storageDir")
	}
	m := dig(spec, "monitoringConfiguration")
	if m == nil {
		return
	}
	put(e.values, m["image"], "monitoring", "image")
	watched := textAt(m, "cloudWatchMonitoringConfiguration", "logGroupName")
	if uri := textAt(m, "s3MonitoringConfiguration", "logUri"); uri != "" {
		bucket, prefix, _ := strings.Cut(strings.TrimPrefix(uri, "s3://"), "/")
		rest, team := strings.CutSuffix(prefix, textAt(e.values, "team"))
		if team || watched == "" { // what does not end with the team is said by spec
			set(e.values, bucket, "monitoring", "s3", "bucket")
			set(e.values, rest, "monitoring", "s3", "prefix")
		}
	}
	put(e.values, watched, "monitoring", "cloudWatch", "logGroup")
	put(e.values, textAt(m, "cloudWatchMonitoringConfiguration", "logStreamNamePrefix"), "monitoring", "cloudWatch", "streamPrefix")
	put(e.values, textAt(m, "sideCarResources", "limits", "cpuLimit"), "monitoring", "sidecar", "cpu")
	put(e.values, textAt(m, "sideCarResources", "limits", "memoryLimit"), "monitoring", "sidecar", "memory")
	put(e.values, textAt(m, "containerLogRotationConfiguration", "rotationSize"), "monitoring", "logRotation", "size")
	if text, ok := scalar(get(m, "containerLogRotationConfiguration", "maxFilesToKeep")); ok {
		set(e.values, plainNumber(text), "monitoring", "logRotation", "keep")
	}
}

// job reads a JobSpec.
func (d *Draft) job(e *entry, job object) {
	v := e.values
	d.program(e, job)
	put(v, job["parallelism"], "parallelism")
	set(v, cmp.Or(textAt(job, "upgradeMode"), "stateless"), "upgradeMode")
	if state := textAt(job, "state"); state != "" && state != "running" {
		set(v, state, "state")
	}
	if job["allowNonRestoredState"] == true {
		set(v, true, "upgrade", "allowNonRestoredState")
	}
	put(v, job["initialSavepointPath"], "initialSavepointPath")
	put(v, job["savepointRedeployNonce"], "savepointRedeployNonce")
}

// pythonDriver is Flink's own entry class of PyFlink programs.
const pythonDriver = "org.apache.flink.client.python.PythonDriver"

// program reads jar, entry class and arguments; those that python and sql stand
// for become these.
func (d *Draft) program(e *entry, job object) {
	jar, class, args := textAt(job, "jarURI"), textAt(job, "entryClass"), texts(job["args"])
	if p, rest, ok := pythonOf(jar, class, args); ok {
		set(e.values, p, "python")
		put(e.values, anyList(rest), "args")
		return
	}
	const runner = "local:///opt/flink/usrlib/sql-runner.jar"
	if jar == runner && class == "" && len(args) > 0 && strings.HasSuffix(args[0], ".sql") {
		set(e.values, object{"script": args[0]}, "sql")
		put(e.values, anyList(args[1:]), "args")
		return
	}
	if jar == "" { // the operator can do without, the values cannot: spec says null
		jar = "local:///opt/flink/usrlib/job.jar"
	}
	put(e.values, jar, "jarURI")
	put(e.values, class, "entryClass")
	put(e.values, anyList(args), "args")
}

// pythonOf reads the arguments with which spec starts PyFlink programs.
func pythonOf(jar, class string, args []string) (p object, rest []string, ok bool) {
	if class != pythonDriver || len(args) < 4 || args[0] != "-pyclientexec" || args[1] != "/usr/local/bin/python3" {
		return nil, nil, false
	}
	p, args = object{}, args[2:]
	if args[0] == "-pyfs" && len(args) >= 4 {
		p["pyFiles"], args = anyList(strings.Split(args[1], ",")), args[2:]
	}
	switch args[0] {
	case "-pym":
		p["module"] = args[1]
		return p, args[2:], p["pyFiles"] != nil
	case "-py":
		p["script"] = args[1]
		if strings.HasPrefix(jar, "s3://") {
			p["script"] = jar
		}
		return p, args[2:], true
	}
	return nil, nil, false
}

// transition reads the settings of a blue/green deployment itself.
func (d *Draft) transition(e *entry) {
	for key, at := range map[string]string{"abort.grace-period": "abortGracePeriod", "deployment-deletion.delay": "deletionDelay",
		"reconciliation.reschedule-interval": "rescheduleInterval"} {
		if text, ok := scalar(get(e.from.Data, "spec", "configuration", "kubernetes.operator.bluegreen."+key)); ok {
			set(e.values, text, "transition", at)
		}
	}
}

// sessionJob reads a FlinkSessionJob; without its cluster there is no place for it.
func (d *Draft) sessionJob(o manifest.Object) {
	spec, id := dig(o.Data, "spec"), o.Key()
	var host *entry
	for _, e := range d.entries {
		if e.section == "sessionClusters" && e.id.Namespace == id.Namespace && e.id.Name == textAt(spec, "deploymentName") {
			host = e
		}
	}
	if host == nil {
		d.add(diag.CodeImportLost, diag.Warning, o, []string{"spec", "deploymentName"},
			fmt.Sprintf("not carried: its session cluster %q is not among the input, and a session job stands under one",
				textAt(spec, "deploymentName")),
			"import the FlinkDeployment of that name in namespace "+id.Namespace+" as well")
		return
	}
	e := d.entry("sessionJobs", o)
	set(e.values, host.key, "cluster")
	put(e.values, spec["restartNonce"], "restartNonce")
	e.version, e.release = host.version, host.release
	d.readConfig(e, flat(dig(spec, "flinkConfiguration")), podFacts{plugin: "session"})
	d.job(e, dig(spec, "job"))
	d.secrets(e)
}

// snapshot reads a FlinkStateSnapshot.
func (d *Draft) snapshot(o manifest.Object) {
	spec := dig(o.Data, "spec")
	kind, name := textAt(spec, "jobReference", "kind"), textAt(spec, "jobReference", "name")
	if slices.ContainsFunc(d.entries, func(e *entry) bool { return e.section == "snapshots" && e.key == o.Key().Name }) {
		d.add(diag.CodeImportLost, diag.Warning, o, []string{"metadata", "name"},
			"not carried: a snapshot of this name is in another namespace too, and the values have one of a name",
			"import it by itself")
		return
	}
	e := &entry{section: "snapshots", key: o.Key().Name, from: o, id: o.Key(), values: object{}}
	d.metadata(e)
	for _, other := range d.entries {
		named := other.id.Namespace == e.id.Namespace && other.id.Kind == kind && other.id.Name == name
		if named && other.section != "sessionClusters" {
			set(e.values, other.key, "job")
		}
	}
	if e.values["job"] == nil && get(spec, "savepoint", "alreadyExists") != true {
		d.add(diag.CodeImportLost, diag.Warning, o, []string{"spec", "jobReference"},
			fmt.Sprintf("not carried: its job %q is not among the input", name), "import the job as well")
		return
	}
	if e.values["job"] == nil {
		set(e.values, d.teamOf[e.id.Namespace], "team")
	}
	d.entries = append(d.entries, e)
	put(e.values, spec["backoffLimit"], "backoffLimit")
	if sp := dig(spec, "savepoint"); sp != nil {
		e.values["savepoint"] = savepointOf(sp)
	} else {
		set(e.values, object{}, "checkpoint")
	}
}

// savepointOf is what the values say of a savepoint.
func savepointOf(sp object) object {
	out := object{}
	put(out, sp["path"], "path")
	if sp["alreadyExists"] == true {
		out["alreadyExists"] = true
	}
	if sp["disposeOnDelete"] != false {
		out["disposeOnDelete"] = true
	}
	if format := textAt(sp, "formatType"); format != "" && format != "CANONICAL" {
		out["format"] = strings.ToLower(format)
	}
	return out
}

// fieldOf is a field of a FlinkDeploymentSpec in its object.
func fieldOf(e *entry, field ...string) []string {
	if e.section == "blueGreen" {
		return append([]string{"spec", "template", "spec"}, field...)
	}
	return append([]string{"spec"}, field...)
}
