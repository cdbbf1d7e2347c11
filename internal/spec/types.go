package spec

import "github.com/helm-flink/helm-flink/internal/values"

// Platform is the values file in typed form. Field names, defaults and their
// meaning are those of schemas/values.schema.json; a test keeps the two in
// step. A `default` tag is the value that an absent key gets.
type Platform struct {
	SchemaVersion   int                        `json:"schemaVersion" default:"1"`
	Platform        Identification             `json:"platform"`
	Cluster         Cluster                    `json:"cluster"`
	Runtime         Runtime                    `json:"runtime"`
	Operator        Operator                   `json:"operator"`
	Storage         Storage                    `json:"storage"`
	Identity        Identity                   `json:"identity"`
	IAM             IAM                        `json:"iam"`
	JobDefaults     JobSettings                `json:"jobDefaults"`
	Teams           map[string]*Team           `json:"teams"`
	NodeClasses     map[string]*NodeClass      `json:"nodeClasses"`
	NodePools       map[string]*NodePool       `json:"nodePools"`
	NodeGroups      map[string]*NodeGroup      `json:"nodeGroups"`
	Jobs            map[string]*Job            `json:"jobs"`
	SessionClusters map[string]*SessionCluster `json:"sessionClusters"`
	SessionJobs     map[string]*SessionJob     `json:"sessionJobs"`
	Snapshots       map[string]*Snapshot       `json:"snapshots"`
	BlueGreen       map[string]*BlueGreen      `json:"blueGreen"`
	Monitoring      PlatformMonitoring         `json:"monitoring"`
	Addons          map[string]*Addon          `json:"addons"`
	Overlays        []string                   `json:"overlays"`
	Ignore          map[string]*Ignore         `json:"ignore"`

	// doc holds the values with presets and fallback pools in place.
	doc *values.Document `json:"-"`
}

// Ignore is a finding to leave out; package ignore applies it. Its name is the
// key of the map it stands in, and the code where none is given.
type Ignore struct {
	Code   string `json:"code"`
	Path   string `json:"path"`
	Object string `json:"object"`
	Reason string `json:"reason"`
}

// Identification names the platform.
type Identification struct {
	Name string `json:"name" default:"flink"`
}

// Cluster says which EKS cluster the platform is for.
type Cluster struct {
	Name                  string            `json:"name"`
	Region                string            `json:"region"`
	AccountID             string            `json:"accountId"`
	KubernetesVersion     string            `json:"kubernetesVersion" default:"1.33"`
	OIDCProvider          string            `json:"oidcProvider"`
	NodeRole              string            `json:"nodeRole"`
	SubnetSelector        Selector          `json:"subnetSelector"`
	SecurityGroupSelector Selector          `json:"securityGroupSelector"`
	Tags                  map[string]string `json:"tags"`
}

// The two distributions of Flink.
const (
	EMR    = "emr"
	Apache = "apache"
)

// Runtime says which Flink runs, for every job that does not say otherwise.
type Runtime struct {
	Distribution string `json:"distribution" default:"apache"`
	FlinkImage
	ImageRegistry string `json:"imageRegistry"`
}

// FlinkImage holds what a job may say about its own Flink; the keys are the same
// in runtime, in jobDefaults and in a job.
type FlinkImage struct {
	EMRReleaseLabel  string   `json:"emrReleaseLabel"`
	FlinkVersion     string   `json:"flinkVersion"`
	Image            string   `json:"image"`
	ImagePullPolicy  string   `json:"imagePullPolicy"`
	ImagePullSecrets []string `json:"imagePullSecrets"`
	S3               S3       `json:"s3"`
}

// S3 chooses the S3 file system plugin of the Apache image.
type S3 struct {
	Plugin              string `json:"plugin" default:"presto"`
	Version             string `json:"version"`
	CredentialsProvider string `json:"credentialsProvider" default:"default"`
}

// Operator says how the Flink Kubernetes operator is installed.
type Operator struct {
	Namespace       string             `json:"namespace" default:"flink-kubernetes-operator"`
	CreateNamespace bool               `json:"createNamespace" default:"true"`
	Version         string             `json:"version" default:"1.15"`
	Image           string             `json:"image"`
	Chart           OperatorChart      `json:"chart"`
	Role            *Role              `json:"role"`
	Access          Access             `json:"access"`
	Replicas        int                `json:"replicas"`
	WatchNamespaces *WatchNamespaces   `json:"watchNamespaces"`
	Webhook         Webhook            `json:"webhook"`
	Resources       map[string]any     `json:"resources"`
	NodeSelector    map[string]string  `json:"nodeSelector"`
	Tolerations     []any              `json:"tolerations"`
	NetworkPolicy   NetworkPolicy      `json:"networkPolicy"`
	Monitoring      OperatorMonitoring `json:"monitoring"`
	Values          map[string]any     `json:"values"`
}

// OperatorChart is where the operator's chart comes from.
type OperatorChart struct {
	Source  string `json:"source"`
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

// Webhook configures the operator's admission webhook.
type Webhook struct {
	Enabled        bool   `json:"enabled" default:"true"`
	KeystoreSecret string `json:"keystoreSecret" default:"flink-operator-webhook-secret"`
}

// Role names an IAM role, by name in the cluster's account or by ARN.
type Role struct {
	Name string `json:"name"`
	ARN  string `json:"arn"`
}

// Storage is where state goes: s3://<bucket>/<prefix><team>/<job>/….
type Storage struct {
	Bucket    string `json:"bucket"`
	Prefix    string `json:"prefix" default:"flink/"`
	KMSKeyARN string `json:"kmsKeyArn"`
}

// Identity says how pods get their IAM role.
type Identity struct {
	Method string `json:"method" default:"irsa"`
}

// Team is a group of people with a namespace and a role for its jobs.
type Team struct {
	Namespace       string            `json:"namespace"`
	CreateNamespace bool              `json:"createNamespace" default:"true"`
	Labels          map[string]string `json:"labels"`
	Annotations     map[string]string `json:"annotations"`
	Role            *Role             `json:"role"`
	ServiceAccount  string            `json:"serviceAccount" default:"flink"`
	Groups          map[string]string `json:"groups"`
	Users           map[string]string `json:"users"`
	Quota           map[string]string `json:"quota"`
	LimitRange      *LimitRange       `json:"limitRange"`
	PodSecurity     PodSecurity       `json:"podSecurity"`
	NetworkPolicy   NetworkPolicy     `json:"networkPolicy"`
	Storage         *Storage          `json:"storage"`
	Access          Access            `json:"access"`
	JobDefaults     JobSettings       `json:"jobDefaults"`

	Key string `json:"-"`
}

// LimitRange bounds the containers of a namespace.
type LimitRange struct {
	Default        map[string]string `json:"default"`
	DefaultRequest map[string]string `json:"defaultRequest"`
	Max            map[string]string `json:"max"`
	Min            map[string]string `json:"min"`
}

// PodSecurity holds the pod-security levels of a namespace; empty means that
// the distribution's default applies.
type PodSecurity struct {
	Enforce string `json:"enforce"`
	Audit   string `json:"audit" default:"restricted"`
	Warn    string `json:"warn" default:"restricted"`
}

// NetworkPolicy isolates a namespace and lists what it may reach besides what
// Flink itself needs.
type NetworkPolicy struct {
	Enabled           bool               `json:"enabled" default:"true"`
	MetricsNamespaces []string           `json:"metricsNamespaces"`
	AllowEgress       map[string]Egress  `json:"allowEgress"`
	AllowIngress      map[string]Ingress `json:"allowIngress"`
}

// Egress is one destination of a namespace's pods.
type Egress struct {
	Ports    []int    `json:"ports"`
	CIDRs    []string `json:"cidrs"`
	Protocol string   `json:"protocol" default:"TCP"`
}

// Ingress is one source of traffic to a namespace's pods.
type Ingress struct {
	Ports      []int    `json:"ports"`
	CIDRs      []string `json:"cidrs"`
	Namespaces []string `json:"namespaces"`
}
