package change_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/release/change"
)

const (
	image     = "{image: flink:1.20.1}"
	noHA      = "{flinkConfiguration: {high-availability.type: null}}"
	lastState = "{job: {upgradeMode: last-state}}"
	bare      = `{job: {upgradeMode: stateless}, flinkConfiguration: {execution.checkpointing.interval: null,
 execution.checkpointing.dir: null, execution.checkpointing.savepoint-dir: null}}`
	lastStateNoHA = "{job: {upgradeMode: last-state}, flinkConfiguration: {high-availability.type: null}}"
	stateless     = "{job: {upgradeMode: stateless}}"
)

func state(s string) string { return "{jobStatus: {state: " + s + "}}" }

// TestUpgrades has cases for each row of facts §6.2.
func TestUpgrades(t *testing.T) {
	t.Parallel()
	cancel := "{job: {upgradeMode: last-state}, flinkConfiguration: {kubernetes.operator.job.upgrade.last-state.job-cancel.enabled: 'true'}}"
	fallbackOff := "{flinkConfiguration: {kubernetes.operator.job.upgrade.last-state-fallback.enabled: 'false'}}"
	maxAge := "{job: {upgradeMode: last-state}, flinkConfiguration: {kubernetes.operator.job.upgrade.last-state.max.allowed.checkpoint.age: 10 min}}"
	known := "{jobStatus: {state: %s, upgradeSavepointPath: 's3://b/sp-1'}}"
	with := func(s string) string { return "{jobStatus: {state: " + s + known[len("{jobStatus: {state: %s"):] }
	up, w := change.Upgraded, func(c job) job { c.effect = change.Upgraded; return c }
	run(t, []job{
		// stateless | any
		{name: "stateless running", over: stateless, change: image, effect: up, how: change.Stateless, loss: "starts from empty state"},
		{name: "stateless restarting", over: stateless, change: image, status: state("RESTARTING"), effect: up, how: change.Stateless,
			loss: "starts from empty state"},
		{name: "stateless failed", over: stateless, change: image, status: state("FAILED"), effect: up, how: change.Stateless,
			loss: "starts from empty state"},
		{name: "stateless set in the same change", change: "{image: b, job: {upgradeMode: stateless}}", effect: up,
			how: change.Stateless, loss: "starts from empty state"},
		{name: "upgradeMode taken away in the same change", change: "{image: b, job: {upgradeMode: null}}", effect: up,
			how: change.Stateless, loss: "starts from empty state"},
		{name: "stateless finished", over: stateless, change: image, status: state("FINISHED"), effect: up, how: change.Stateless},
		{name: "stateless without checkpoints", over: bare, change: image, effect: up, how: change.Stateless},
		{name: "stateless with an interval of 0", over: bare, change: image, effect: up, how: change.Stateless,
			defaults: map[string]string{"execution.checkpointing.interval": "0"}},
		{name: "stateless, checkpoints by the operator's defaults", over: bare, change: image, effect: up, how: change.Stateless,
			defaults: map[string]string{"execution.checkpointing.interval": "1 min"}, loss: "empty state"},
		{name: "stateless with a savepoint in the status", over: bare, change: image, effect: up, how: change.Stateless,
			status: "{jobStatus: {savepointInfo: {lastSavepoint: {location: 's3://b/sp'}}}}", loss: "empty state"},
		{name: "stateful made stateful", over: bare, change: "{image: b, job: {upgradeMode: savepoint}}", effect: up, how: change.FromSavepoint},
		// savepoint | RUNNING
		w(job{name: "savepoint running", change: image, how: change.FromSavepoint}),
		// savepoint | not RUNNING
		w(job{name: "savepoint not running, HA", change: image, status: state("RESTARTING"), how: change.FromLastState}),
		w(job{name: "savepoint not running, no HA", over: noHA, change: image, status: state("RESTARTING"), how: change.FromCheckpoint}),
		w(job{name: "savepoint not running, no fallback", over: fallbackOff, change: image, status: state("RESTARTING"), how: change.Waits,
			note: "last-state-fallback.enabled is false"}),
		w(job{name: "savepoint not running, no fallback, new version", over: fallbackOff, status: state("RESTARTING"),
			change: "{flinkVersion: v2_0}", how: change.FromCheckpoint}),
		// last-state | RUNNING, HA on
		w(job{name: "last-state running", over: lastState, change: image, how: change.FromLastState}),
		w(job{name: "last-state with a limit of age", over: maxAge, change: image, how: change.FromLastState, note: "older than 10 min"}),
		// last-state | no HA, session job, or job-cancel
		w(job{name: "last-state no HA", over: lastStateNoHA, change: image, how: change.FromCheckpoint}),
		w(job{name: "last-state by cancellation", over: cancel, change: image, how: change.FromCheckpoint}),
		w(job{name: "last-state session job", kind: "FlinkSessionJob", over: lastState, change: "{job: {parallelism: 3}}", how: change.FromCheckpoint}),
		w(job{name: "last-state no HA not seen yet", over: lastStateNoHA, change: image, status: state("RECONCILING"), how: change.Waits}),
		w(job{name: "last-state being cancelled", over: lastStateNoHA, change: image, status: state("CANCELLING"), how: change.Waits}),
		// flinkVersion changes
		w(job{name: "last-state new version", over: lastState, change: "{flinkVersion: v2_0}", how: change.FromSavepoint}),
		w(job{name: "last-state new version, no savepoint directory",
			over:   "{job: {upgradeMode: last-state}, flinkConfiguration: {execution.checkpointing.savepoint-dir: null}}",
			change: "{flinkVersion: v2_0}", how: change.FromCheckpoint}),
		w(job{name: "last-state new version, not seen yet", over: lastState, change: "{flinkVersion: v2_0}", status: state("RECONCILING"),
			how: change.Waits, note: "the operator waits for ever"}),
		w(job{name: "stateless new version", over: bare, change: "{flinkVersion: v2_0}", how: change.Stateless}),
		// any stateful | terminal with known savepoint
		w(job{name: "finished, known", change: image, status: with("FINISHED"), how: change.FromKnown, note: "s3://b/sp-1"}),
		w(job{name: "canceled, known, last-state", over: lastState, change: image, status: with("CANCELED"), how: change.FromKnown}),
		w(job{name: "failed, known, no HA", over: noHA, change: image, status: with("FAILED"), how: change.FromKnown}),
		// any stateful | JM missing, no HA metadata
		w(job{name: "JobManager missing, no HA", over: noHA, change: image, how: change.Fails, note: "Manual restore required",
			status: "{jobStatus: {state: RECONCILING}, jobManagerDeploymentStatus: MISSING}"}),
		w(job{name: "JobManager in error, HA", change: image, how: change.FromLastState,
			status: "{jobStatus: {state: RECONCILING}, jobManagerDeploymentStatus: ERROR}"}),
		// last-state | terminal, unknown
		w(job{name: "failed, unknown", over: lastStateNoHA, change: image, status: state("FAILED"), how: change.Fails,
			note: "last checkpoint is unknown"}),
		w(job{name: "canceled, only HA metadata known", over: lastState, change: image, how: change.Fails,
			status: "{jobStatus: {state: CANCELED, upgradeSavepointPath: KUBERNETES_OPERATOR_LAST_STATE}}"}),
		w(job{name: "failed with HA, JobManager there", over: lastState, change: image, status: state("FAILED"), how: change.Fails}),
		w(job{name: "failed with HA, JobManager gone", over: lastState, change: image, how: change.FromLastState,
			status: "{jobStatus: {state: FAILED}, jobManagerDeploymentStatus: MISSING}"}),
		// operators before 1.10
		w(job{name: "1.9, last-state", operator: flink.Operator{Major: 1, Minor: 9}, over: lastState, change: image, how: change.FromLastState}),
		w(job{name: "1.9, no HA before", operator: flink.Operator{Major: 1, Minor: 9}, over: noHA,
			change: "{image: b, job: {upgradeMode: last-state}, flinkConfiguration: {high-availability.type: kubernetes}}", how: change.FromSavepoint}),
		w(job{name: "1.9, new version", operator: flink.Operator{Major: 1, Minor: 9}, over: lastState, change: "{flinkVersion: v1_19}", how: change.FromSavepoint}),
		w(job{name: "1.9, not running", operator: flink.Operator{Major: 1, Minor: 9}, over: noHA, change: image, status: state("RESTARTING"), how: change.Waits}),
	})
}

// TestVerbs has the verbs of facts §6.3 that are changes of an object.
func TestVerbs(t *testing.T) {
	t.Parallel()
	suspended := func(mode string) string { return "{job: {state: suspended, upgradeMode: " + mode + "}}" }
	stopped := "{jobStatus: {state: FINISHED, upgradeSavepointPath: 's3://b/sp-1'}}"
	resume := "{job: {state: running}}"
	run(t, []job{
		{name: "suspend stateless", over: stateless, change: "{job: {state: suspended}}", effect: change.Suspended, how: change.Stateless,
			loss: "empty state"},
		{name: "suspend last-state", over: lastState, change: "{job: {state: suspended}}", effect: change.Suspended, how: change.FromLastState},
		{name: "resume from a savepoint", over: suspended("savepoint"), status: stopped, change: resume, effect: change.Resumed, how: change.FromKnown},
		{name: "resume from last-state", over: suspended("last-state"), change: resume, effect: change.Resumed, how: change.FromLastState},
		{name: "resume by the mode that was used", over: suspended("savepoint"), last: lastState, change: resume, effect: change.Resumed, how: change.FromLastState},
		{name: "resume stateless", over: suspended("savepoint"), status: stopped, change: "{job: {state: running, upgradeMode: stateless}}",
			effect: change.Resumed, how: change.Stateless, loss: "was suspended with upgradeMode savepoint"},
		{name: "resume what was suspended stateless", over: suspended("stateless"), change: resume, effect: change.Resumed, how: change.Stateless},
		{name: "resume as savepoint what was suspended stateless", over: suspended("stateless"),
			change: "{job: {state: running, upgradeMode: savepoint}}", effect: change.Resumed, how: change.Stateless, note: "no state to go on from"},
		{name: "resume last-state with HA off", over: suspended("last-state"),
			change: "{job: {state: running}, flinkConfiguration: {high-availability.type: null}}",
			effect: change.Resumed, how: change.FromLastState, loss: "high-availability.type changes"},
		{name: "paths change while suspended", over: suspended("last-state"), change: "{flinkConfiguration: {high-availability.storageDir: s3://c/ha}}",
			effect: change.Ignored, loss: "high-availability.storageDir changes"},
		{name: "HA paths change while suspended with a savepoint", over: suspended("savepoint"), status: stopped,
			change: "{flinkConfiguration: {high-availability.storageDir: s3://c/ha}}", effect: change.Ignored},
		{name: "resume with allowNonRestoredState", over: suspended("savepoint"), status: stopped,
			change: "{job: {state: running, allowNonRestoredState: true}}", effect: change.Resumed, how: change.FromKnown, loss: "belongs to no operator"},
		{name: "change while suspended", over: suspended("savepoint"), status: stopped, change: image, effect: change.Ignored, note: "when it is resumed"},
		{name: "never deployed", over: suspended("savepoint"), last: "none", status: state("null"), change: resume, effect: change.Created},
		{name: "never deployed, from a savepoint", over: suspended("savepoint"), last: "none", status: state("null"),
			change: "{job: {state: running, initialSavepointPath: 's3://b/x'}}", effect: change.Created, how: change.FromInitial},
		{name: "never deployed, still suspended", over: suspended("savepoint"), last: "none", status: state("null"), change: image, effect: change.Ignored},
		{name: "restart", change: "{restartNonce: 7}", effect: change.Upgraded, how: change.FromSavepoint},
		{name: "path edited later", over: "{job: {initialSavepointPath: 's3://b/a'}}", change: "{job: {initialSavepointPath: 's3://b/b'}}",
			effect: change.Ignored, note: "read at the first deployment only"},
		{name: "path edited with an upgrade", change: "{image: b, job: {initialSavepointPath: 's3://b/b'}}",
			effect: change.Upgraded, how: change.FromSavepoint, note: "read at the first deployment only"},
		{name: "redeploy without state", over: bare, change: "{job: {initialSavepointPath: 's3://b/a', savepointRedeployNonce: 1}}",
			effect: change.Redeployed, how: change.FromInitial},
		{name: "redeploy beats upgrade", change: "{image: b, job: {initialSavepointPath: 's3://b/a', savepointRedeployNonce: 1}}",
			effect: change.Redeployed, how: change.FromInitial, loss: "is lost"},
		{name: "allowNonRestoredState with an upgrade", change: "{image: b, job: {allowNonRestoredState: true}}", effect: change.Upgraded,
			how: change.FromSavepoint, loss: "belongs to no operator"},
		{name: "allowNonRestoredState as before", over: "{job: {allowNonRestoredState: true}}", change: image, effect: change.Upgraded,
			how: change.FromSavepoint, note: "belongs to no operator"},
		{name: "rolled back", change: image, status: "{reconciliationStatus: {state: ROLLED_BACK}}", effect: change.Upgraded,
			how: change.FromSavepoint, note: "had rolled back"},
		// The operator has not caught up: what counts is what is deployed.
		{name: "back to what is deployed", over: "{image: bad}", last: "{image: good}", status: "{observedGeneration: 2}",
			change: "{image: good}", effect: change.Ignored, lines: map[string]change.Effect{}},
		{name: "on from what is deployed", over: "{image: bad}", last: "{image: good, job: {parallelism: 7}}", status: "{observedGeneration: 2}",
			change: "{image: better}", effect: change.Upgraded, how: change.FromSavepoint,
			lines: map[string]change.Effect{"spec.image": change.Upgraded, "spec.job.parallelism": change.Upgraded}},
		{name: "overrides of the autoscaler are no change", last: "{image: good, flinkConfiguration: {pipeline.jobvertex-parallelism-overrides: 'a:2'}}",
			status: "{observedGeneration: 2}", change: "{image: good}", effect: change.Ignored, lines: map[string]change.Effect{}},
	})
}

// TestPaths has the settings that say where state is.
func TestPaths(t *testing.T) {
	t.Parallel()
	conf := func(s string) string { return "{flinkConfiguration: {" + s + "}}" }
	up := func(name, over, edit, loss string, how change.How) job {
		return job{name: name, over: over, change: edit, effect: change.Upgraded, how: how, loss: loss}
	}
	run(t, []job{
		up("checkpoints", "", conf("execution.checkpointing.dir: s3://c/x"), `from "s3://b/checkpoints" to "s3://c/x"`, change.FromSavepoint),
		up("checkpoints last-state", lastState, conf("execution.checkpointing.dir: s3://c/x"), "checkpoints of the job stay", change.FromLastState),
		up("checkpoints, other spelling", "", conf("execution.checkpointing.dir: null, state.checkpoints.dir: s3://b/checkpoints"), "", change.FromSavepoint),
		up("checkpoints, a slash", "", conf("execution.checkpointing.dir: s3://b/checkpoints/"), "", change.FromSavepoint),
		up("checkpoints, old spelling changes", conf("execution.checkpointing.dir: null, state.checkpoints.dir: s3://b/checkpoints"),
			conf("state.checkpoints.dir: s3://b/other"), "s3://b/other", change.FromSavepoint),
		up("checkpoints gone", "", conf("execution.checkpointing.dir: null"), "to nothing", change.FromSavepoint),
		up("savepoints", "", conf("execution.checkpointing.savepoint-dir: s3://c/x"), "savepoints of the job stay", change.FromSavepoint),
		up("savepoints set first", conf("execution.checkpointing.savepoint-dir: null"), conf("execution.checkpointing.savepoint-dir: s3://c/x"),
			"", change.FromSavepoint),
		up("HA storage", lastState, conf("high-availability.storageDir: s3://c/ha"), "HA metadata", change.FromLastState),
		up("HA storage by savepoint", "", conf("high-availability.storageDir: s3://c/ha"), "", change.FromSavepoint),
		up("HA off", lastState, conf("high-availability.type: NONE"), "HA metadata", change.FromLastState),
		up("HA by its class", lastState, conf("high-availability.type: org.apache.flink.kubernetes.highavailability.KubernetesHaServicesFactory"),
			"", change.FromLastState),
		{name: "while it waits", over: lastStateNoHA, change: conf("execution.checkpointing.dir: s3://c"), status: state("RECONCILING"),
			effect: change.Upgraded, how: change.Waits, loss: "s3://c"},
		up("HA on", lastStateNoHA, conf("high-availability.type: kubernetes"), "", change.FromCheckpoint),
		up("without state", bare, conf("high-availability.storageDir: s3://c/ha"), "", change.Stateless),
		{name: "finished", status: "{jobStatus: {state: FINISHED, upgradeSavepointPath: 's3://x'}}", change: conf("execution.checkpointing.dir: s3://c"),
			effect: change.Upgraded, how: change.FromKnown},
	})
}

// TestRefused has the rules of the operator on changes, facts §2.1 and §2.3.
func TestRefused(t *testing.T) {
	t.Parallel()
	no := func(name, kind, over, edit, message string) job {
		return job{name: name, kind: kind, over: over, change: edit, effect: change.Refused, note: message}
	}
	session := "{job: null}"
	run(t, []job{
		no("rule 4", "", "{job: {state: suspended, upgradeMode: last-state}}", "{flinkVersion: v2_0}", "Changing flinkVersion after last-state suspend"),
		{name: "rule 4 stateless", over: "{job: {state: suspended, upgradeMode: last-state}}",
			change: "{flinkVersion: v2_0, job: {state: running, upgradeMode: stateless}}",
			effect: change.Resumed, how: change.Stateless, loss: "empty state"},
		{name: "rule 4 savepoint", over: "{job: {state: suspended, upgradeMode: savepoint}}", change: "{flinkVersion: v2_0, job: {state: running}}",
			effect: change.Resumed, how: change.FromKnown},
		no("rule 5", "", "", "{flinkConfiguration: {kubernetes.cluster-id: x}}", "Forbidden Flink config key: kubernetes.cluster-id"),
		no("rule 5 HA", "", "", "{flinkConfiguration: {high-availability.cluster-id: x}}", "Forbidden Flink config key"),
		no("rule 30", "", session, "{job: {jarURI: a}}", "Cannot switch from session to job cluster"),
		no("rule 31", "", "", session, "Cannot switch from job to session cluster"),
		no("rule 32", "", "", standalone, "Cannot switch from native kubernetes to standalone"),
		no("rule 33", "", standalone, "{mode: native}", "Cannot switch from standalone kubernetes to native"),
		no("rule 33 null", "", standalone, "{mode: null}", "Cannot switch from standalone kubernetes to native"),
		no("rule 34", "", "", "{job: {savepointRedeployNonce: 1}}", "InitialSavepointPath must not be empty"),
		no("rule 34 blank", "", "", "{job: {savepointRedeployNonce: 1, initialSavepointPath: ' '}}", "InitialSavepointPath must not be empty"),
		no("rule 53", "FlinkSessionJob", "{deploymentName: a}", "{deploymentName: b}", "The deploymentName can't be changed"),
		{name: "rule 32 before the first deployment", last: "none", change: standalone, effect: change.Created},
	})
}
