package spec

// NodeClass is an EC2NodeClass of Karpenter.
type NodeClass struct {
	AMIAlias              string                  `json:"amiAlias"`
	AMISelectorTerms      []map[string]any        `json:"amiSelectorTerms"`
	AMIFamily             string                  `json:"amiFamily"`
	Role                  string                  `json:"role"`
	SubnetSelector        Selector                `json:"subnetSelector"`
	SecurityGroupSelector Selector                `json:"securityGroupSelector"`
	InstanceStorePolicy   string                  `json:"instanceStorePolicy"`
	RootVolume            *RootVolume             `json:"rootVolume"`
	BlockDevices          map[string]*BlockDevice `json:"blockDevices"`
	MetadataOptions       MetadataOptions         `json:"metadataOptions"`
	Kubelet               *Kubelet                `json:"kubelet"`
	Tags                  map[string]string       `json:"tags"`
	UserData              string                  `json:"userData"`
	Sysctls               map[string]string       `json:"sysctls"`
	Labels                map[string]string       `json:"labels"`
	Annotations           map[string]string       `json:"annotations"`
	Spec                  map[string]any          `json:"spec"`
}

// RootVolume is the EBS volume that a node starts with.
type RootVolume struct {
	Size       string `json:"size"`
	Type       string `json:"type" default:"gp3"`
	Encrypted  bool   `json:"encrypted" default:"true"`
	IOPS       int    `json:"iops"`
	Throughput int    `json:"throughput"`
	KMSKeyID   string `json:"kmsKeyId"`
}

// BlockDevice is an EBS volume; the device is the key of the map it stands in.
type BlockDevice struct {
	RootVolume
	SnapshotID          string `json:"snapshotId"`
	DeleteOnTermination bool   `json:"deleteOnTermination" default:"true"`
}

// MetadataOptions bound the access to an instance's metadata.
type MetadataOptions struct {
	HTTPEndpoint     string `json:"httpEndpoint" default:"enabled"`
	HTTPTokens       string `json:"httpTokens" default:"required"`
	HopLimit         int    `json:"httpPutResponseHopLimit" default:"1"`
	HTTPProtocolIPv6 string `json:"httpProtocolIPv6" default:"disabled"`
}

// Kubelet are the settings that an EC2NodeClass has for the kubelet.
type Kubelet struct {
	MaxPods                     int               `json:"maxPods"`
	PodsPerCore                 int               `json:"podsPerCore"`
	ClusterDNS                  []string          `json:"clusterDNS"`
	CPUCFSQuota                 *bool             `json:"cpuCFSQuota"`
	KubeReserved                map[string]string `json:"kubeReserved"`
	SystemReserved              map[string]string `json:"systemReserved"`
	EvictionHard                map[string]string `json:"evictionHard"`
	EvictionSoft                map[string]string `json:"evictionSoft"`
	EvictionSoftGracePeriod     map[string]string `json:"evictionSoftGracePeriod"`
	EvictionMaxPodGracePeriod   int               `json:"evictionMaxPodGracePeriod"`
	ImageGCHighThresholdPercent int               `json:"imageGCHighThresholdPercent"`
	ImageGCLowThresholdPercent  int               `json:"imageGCLowThresholdPercent"`
}

// NodePool is a NodePool of Karpenter.
type NodePool struct {
	Preset                 string                  `json:"preset"`
	NodeClass              string                  `json:"nodeClass"`
	Arch                   []string                `json:"arch" default:"amd64"`
	CapacityTypes          []string                `json:"capacityTypes" default:"on-demand"`
	InstanceCategories     []string                `json:"instanceCategories"`
	InstanceFamilies       []string                `json:"instanceFamilies"`
	InstanceTypes          []string                `json:"instanceTypes"`
	InstanceGenerations    *Bounds                 `json:"instanceGenerations"`
	InstanceCPUs           Sizes                   `json:"instanceCpus"`
	InstanceMemory         *MemoryBounds           `json:"instanceMemory"`
	LocalNVMe              *Bounds                 `json:"localNvme"`
	Zones                  []string                `json:"zones"`
	Labels                 map[string]string       `json:"labels"`
	Annotations            map[string]string       `json:"annotations"`
	Taints                 map[string]Taint        `json:"taints"`
	StartupTaints          map[string]Taint        `json:"startupTaints"`
	Limits                 map[string]string       `json:"limits"`
	ConsolidationPolicy    string                  `json:"consolidationPolicy" default:"WhenEmpty"`
	ConsolidateAfter       string                  `json:"consolidateAfter" default:"10m"`
	Budgets                map[string]Budget       `json:"budgets"`
	QuietHours             *QuietHours             `json:"quietHours"`
	ExpireAfter            string                  `json:"expireAfter" default:"Never"`
	TerminationGracePeriod string                  `json:"terminationGracePeriod"`
	Weight                 int                     `json:"weight"`
	Fallback               *Fallback               `json:"fallback"`
	Requirements           map[string]*Requirement `json:"requirements"`
	Spec                   map[string]any          `json:"spec"`
}

// Fallback says what a pool's second pool has otherwise. That it is there makes
// the second pool (see expanded); after that the pool is one of NodePools.
type Fallback struct {
	CapacityTypes    []string                `json:"capacityTypes" default:"on-demand"`
	InstanceFamilies []string                `json:"instanceFamilies"`
	Limits           map[string]string       `json:"limits"`
	Weight           int                     `json:"weight"`
	Requirements     map[string]*Requirement `json:"requirements"`
	Spec             map[string]any          `json:"spec"`
}

// Bounds are those of a whole number, both included; 0 is none.
type Bounds struct {
	Min int64 `json:"min"`
	Max int64 `json:"max"`
}

// MemoryBounds are those of a quantity of memory, both included; empty is none.
type MemoryBounds struct {
	Min string `json:"min"`
	Max string `json:"max"`
}

// Taint is a node taint; its key is the key of the map it stands in.
type Taint struct {
	Value  string `json:"value"`
	Effect string `json:"effect" default:"NoSchedule"`
}

// Budget is one disruption budget; its name is the key of the map it stands in
// and is not rendered.
type Budget struct {
	Nodes    string   `json:"nodes" default:"1"`
	Reasons  []string `json:"reasons"`
	Schedule string   `json:"schedule"`
	Duration string   `json:"duration"`
}

// QuietHours are when no node is replaced of Karpenter's own accord, but for
// empty ones.
type QuietHours struct {
	Schedule string `json:"schedule"`
	Duration string `json:"duration"`
}

// NodeGroup is a declared group of nodes that Karpenter does not make. Nothing
// is rendered of it.
type NodeGroup struct {
	// Name is that of the managed node group: the key, unless the values say
	// otherwise.
	Name          string            `json:"name"`
	Managed       bool              `json:"managed" default:"true"`
	Arch          string            `json:"arch" default:"amd64"`
	CapacityType  string            `json:"capacityType" default:"on-demand"`
	InstanceTypes []string          `json:"instanceTypes"`
	Min           int               `json:"min"`
	Max           int               `json:"max"`
	Zones         []string          `json:"zones"`
	Labels        map[string]string `json:"labels"`
	Taints        map[string]Taint  `json:"taints"`
}
