package spec

// Job is a Flink application: a FlinkDeployment with a job.
type Job struct {
	Name string `json:"name"`
	Team string `json:"team"`
	JobSettings
	Program
	State         string `json:"state" default:"running"`
	InitialPath   string `json:"initialSavepointPath"`
	RedeployNonce *int64 `json:"savepointRedeployNonce"`
	RestartNonce  *int64 `json:"restartNonce"`

	// Path is where the job stands in the values: jobs.orders.
	Path string `json:"-"`
}

// JobSettings are the parts of a job that jobDefaults may set as well.
type JobSettings struct {
	Common
	Parallelism int     `json:"parallelism" default:"1"`
	RuntimeMode string  `json:"runtimeMode" default:"streaming"`
	UpgradeMode string  `json:"upgradeMode" default:"savepoint"`
	Upgrade     Upgrade `json:"upgrade"`
	AutoscalerSpec
}

// AutoscalerSpec is the autoscaler of a job.
type AutoscalerSpec struct {
	Autoscaler     Autoscaler `json:"autoscaler"`
	MaxParallelism int        `json:"maxParallelism"`
}

// Common is what an application and a session cluster share: everything about
// the Flink cluster itself.
type Common struct {
	FlinkImage
	Role             *Role              `json:"role"`
	ServiceAccount   string             `json:"serviceAccount"`
	Storage          *Storage           `json:"storage"`
	Access           Access             `json:"access"`
	NodePool         *PoolRef           `json:"nodePool"`
	DoNotDisrupt     bool               `json:"doNotDisrupt"`
	Scheduler        *Scheduler         `json:"scheduler"`
	Mode             string             `json:"mode" default:"native"`
	Checkpoints      Checkpoints        `json:"checkpoints"`
	Savepoints       Savepoints         `json:"savepoints"`
	HighAvailability HighAvailability   `json:"highAvailability"`
	StateBackend     StateBackend       `json:"stateBackend"`
	Changelog        Changelog          `json:"changelog"`
	Restart          *Restart           `json:"restart"`
	Recovery         Recovery           `json:"recovery"`
	JobManager       JobManager         `json:"jobManager"`
	TaskManager      TaskManager        `json:"taskManager"`
	Monitoring       Monitoring         `json:"monitoring"`
	Ingress          *WebUI             `json:"ingress"`
	Connectors       Connectors         `json:"connectors"`
	Env              map[string]*EnvVar `json:"env"`
	Volumes          map[string]*Volume `json:"volumes"`
	Logging          map[string]string  `json:"logging"`
	Labels           map[string]string  `json:"labels"`
	Annotations      map[string]string  `json:"annotations"`
	FlinkConfig      Config             `json:"flinkConfiguration"`
	PodTemplate      map[string]any     `json:"podTemplate"`
	Spec             map[string]any     `json:"spec"`
}

// Program is what a job runs: one of a jar, a Python program or an SQL script.
type Program struct {
	JarURI     string   `json:"jarURI"`
	Python     *Python  `json:"python"`
	SQL        *SQL     `json:"sql"`
	EntryClass string   `json:"entryClass"`
	Args       []string `json:"args"`
}

// Python is a PyFlink program.
type Python struct {
	Script  string   `json:"script"`
	Module  string   `json:"module"`
	PyFiles []string `json:"pyFiles"`
}

// SQL is a script that a runner jar executes.
type SQL struct {
	Script string `json:"script"`
	Runner string `json:"runner" default:"local:///opt/flink/usrlib/sql-runner.jar"`
}

// Upgrade says how a change to a running job behaves.
type Upgrade struct {
	Rollback              bool   `json:"rollback"`
	LastStateFallback     bool   `json:"lastStateFallback" default:"true"`
	MaxCheckpointAge      string `json:"maxCheckpointAge"`
	AllowNonRestoredState bool   `json:"allowNonRestoredState"`
}

// Checkpoints are Flink's periodic, automatic snapshots.
type Checkpoints struct {
	Interval string `json:"interval" default:"1m"`
	Mode     string `json:"mode" default:"exactly-once"`
	Timeout  string `json:"timeout" default:"10m"`
	MinPause string `json:"minPause" default:"10s"`
	Retain   string `json:"retain" default:"on-cancellation"`
	Keep     int    `json:"keep"`
	Dir      string `json:"dir"`
}

// Savepoints are snapshots that are kept for people and upgrades.
type Savepoints struct {
	Every    string `json:"every"`
	Keep     int    `json:"keep" default:"10"`
	MaxAge   string `json:"maxAge"`
	Format   string `json:"format" default:"canonical"`
	OnDelete bool   `json:"onDelete"`
	Dir      string `json:"dir"`
}

// HighAvailability lets a new JobManager take over a job.
type HighAvailability struct {
	Enabled    bool   `json:"enabled" default:"true"`
	StorageDir string `json:"storageDir"`
}

// StateBackend is where operators keep their state while they run.
type StateBackend struct {
	Type          string `json:"type" default:"hashmap"`
	Incremental   bool   `json:"incremental"`
	LocalRecovery string `json:"localRecovery" default:"none"`
	LocalSize     string `json:"localSize"`
}

// Changelog writes state changes continuously, for short checkpoints.
type Changelog struct {
	Enabled bool   `json:"enabled"`
	Dir     string `json:"dir"`
}

// Restart is the restart strategy after a failure.
type Restart struct {
	Strategy       string `json:"strategy" default:"exponential-delay"`
	Attempts       int    `json:"attempts"`
	Delay          string `json:"delay"`
	InitialBackoff string `json:"initialBackoff"`
	MaxBackoff     string `json:"maxBackoff"`
	Interval       string `json:"interval"`
}

// Recovery shortens what a failure or a lost node costs.
type Recovery struct {
	FineGrained          bool   `json:"fineGrained"`
	CombinedRestart      string `json:"combinedRestart"`
	GracefulDecommission *bool  `json:"gracefulDecommission"`
}

// Autoscaler is the operator's job autoscaler.
type Autoscaler struct {
	Enabled           bool     `json:"enabled"`
	Scaling           bool     `json:"scaling" default:"true"`
	Autotune          bool     `json:"autotune"`
	MemoryTuning      bool     `json:"memoryTuning"`
	Stabilization     string   `json:"stabilization"`
	Window            string   `json:"window"`
	TargetUtilization *float64 `json:"targetUtilization"`
	Boundary          *float64 `json:"boundary"`
	RestartTime       string   `json:"restartTime"`
	CatchUp           string   `json:"catchUp"`
	MinParallelism    int      `json:"minParallelism"`
	MaxParallelism    int      `json:"maxParallelism"`
	ExcludeVertices   []string `json:"excludeVertices"`
}

// Placement says on which nodes pods may run, besides what a pool implies.
type Placement struct {
	NodeSelector              map[string]string `json:"nodeSelector"`
	Tolerations               []any             `json:"tolerations"`
	TopologySpreadConstraints []any             `json:"topologySpreadConstraints"`
}

// JobManager sizes and places the JobManager.
type JobManager struct {
	CPU              string `json:"cpu" default:"1"`
	Memory           string `json:"memory" default:"2Gi"`
	EphemeralStorage string `json:"ephemeralStorage"`
	Replicas         int    `json:"replicas"`
	Placement
	PodTemplate map[string]any `json:"podTemplate"`
}

// TaskManager sizes and places the TaskManagers.
type TaskManager struct {
	CPU              string `json:"cpu" default:"1"`
	Memory           string `json:"memory" default:"2Gi"`
	EphemeralStorage string `json:"ephemeralStorage"`
	Slots            int    `json:"slots" default:"1"`
	Replicas         int    `json:"replicas"`
	Placement
	PodTemplate map[string]any `json:"podTemplate"`
}

// Monitoring is EMR's log collection.
type Monitoring struct {
	Image       string       `json:"image"`
	S3          *S3Logs      `json:"s3"`
	CloudWatch  *CloudWatch  `json:"cloudWatch"`
	LogRotation *LogRotation `json:"logRotation"`
	Sidecar     *Sidecar     `json:"sidecar"`
}

// S3Logs sends logs to S3.
type S3Logs struct {
	Bucket string `json:"bucket"`
	Prefix string `json:"prefix" default:"logs/"`
}

// CloudWatch sends logs to CloudWatch Logs.
type CloudWatch struct {
	LogGroup     string `json:"logGroup"`
	StreamPrefix string `json:"streamPrefix"`
}

// LogRotation bounds the log files on the pod's disk.
type LogRotation struct {
	Size string `json:"size" default:"2GB"`
	Keep int    `json:"keep" default:"10"`
}

// Sidecar bounds EMR's log sidecar.
type Sidecar struct {
	CPU    string `json:"cpu" default:"500m"`
	Memory string `json:"memory" default:"512Mi"`
}

// Volume is a volume and where the Flink container mounts it; Source holds one
// of Kubernetes' volume sources under its own name (emptyDir, secret, …).
type Volume struct {
	MountPath string
	SubPath   string
	ReadOnly  bool
	Source    map[string]any
}

// SessionCluster is a FlinkDeployment without a job.
type SessionCluster struct {
	Name string `json:"name"`
	Team string `json:"team"`
	Common
	RestartNonce *int64 `json:"restartNonce"`

	Path string `json:"-"`
}

// SessionJob is a FlinkSessionJob: a job that runs in a session cluster.
type SessionJob struct {
	Name    string `json:"name"`
	Cluster string `json:"cluster"`
	Program
	Parallelism   int         `json:"parallelism" default:"1"`
	UpgradeMode   string      `json:"upgradeMode" default:"savepoint"`
	State         string      `json:"state" default:"running"`
	Upgrade       Upgrade     `json:"upgrade"`
	InitialPath   string      `json:"initialSavepointPath"`
	RedeployNonce *int64      `json:"savepointRedeployNonce"`
	RestartNonce  *int64      `json:"restartNonce"`
	Checkpoints   Checkpoints `json:"checkpoints"`
	Savepoints    Savepoints  `json:"savepoints"`
	Restart       *Restart    `json:"restart"`
	AutoscalerSpec
	Connectors  Connectors        `json:"connectors"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	FlinkConfig Config            `json:"flinkConfiguration"`
	Spec        map[string]any    `json:"spec"`

	Path string `json:"-"`
}

// Snapshot is a FlinkStateSnapshot kept as an object.
type Snapshot struct {
	Job          string             `json:"job"`
	Team         string             `json:"team"`
	Savepoint    *SnapshotSavepoint `json:"savepoint"`
	Checkpoint   map[string]any     `json:"checkpoint"`
	BackoffLimit *int64             `json:"backoffLimit"`
	Labels       map[string]string  `json:"labels"`
	Annotations  map[string]string  `json:"annotations"`
	Spec         map[string]any     `json:"spec"`
}

// SnapshotSavepoint is a savepoint that a Snapshot takes or adopts.
type SnapshotSavepoint struct {
	Path            string `json:"path"`
	AlreadyExists   bool   `json:"alreadyExists"`
	Format          string `json:"format" default:"canonical"`
	DisposeOnDelete bool   `json:"disposeOnDelete"`
}

// BlueGreen is a FlinkBlueGreenDeployment: a Job and how to change over.
type BlueGreen struct {
	Job
	Transition Transition `json:"transition"`
}

// Transition times a change from one colour to the other.
type Transition struct {
	AbortGracePeriod   string `json:"abortGracePeriod"`
	RescheduleInterval string `json:"rescheduleInterval"`
	DeletionDelay      string `json:"deletionDelay"`
}
