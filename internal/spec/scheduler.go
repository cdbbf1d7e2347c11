package spec

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/values"
)

var _ decoder = (*Scheduler)(nil)

// schedulerYuniKorn is the name of the scheduler, and of its add-on.
const schedulerYuniKorn = "yunikorn"

// What YuniKorn reads. The application's id and its queue are read from the label
// of that name from YuniKorn 1.6 on, and from the annotation of that name before
// (apache/yunikorn-k8shim, pkg/common/utils, GetApplicationIDFromPod).
const (
	yunikornApp        = "yunikorn.apache.org/app-id"
	yunikornQueue      = "yunikorn.apache.org/queue"
	yunikornGroup      = "yunikorn.apache.org/task-group-name"
	yunikornGroups     = "yunikorn.apache.org/task-groups"
	yunikornParameters = "yunikorn.apache.org/schedulingPolicyParameters"
)

// Scheduler says which scheduler places the pods.
type Scheduler struct {
	Name  string
	Queue string
	Gang  Gang
}

// Gang is gang scheduling.
type Gang struct {
	Enabled bool   `json:"enabled"`
	Style   string `json:"style" default:"Soft"`
	Timeout string `json:"timeout" default:"10m"`
}

func (s *Scheduler) decode(n *values.Node) error {
	if n.Kind != values.Map {
		*s = Scheduler{Name: n.Text}
		return nil
	}
	*s = Scheduler{Name: schedulerYuniKorn}
	decodeTexts(n, map[string]*string{"name": &s.Name, "queue": &s.Queue})
	return decode(n.Get("gang"), &s.Gang)
}

// yunikorn reports whether YuniKorn schedules the pods.
func (k *cluster) yunikorn() bool { return k.Scheduler != nil && k.Scheduler.Name == schedulerYuniKorn }

// appID names the application in YuniKorn, the same in every pod of the cluster
// and no other's: <namespace>-<name>, made short enough for a label.
func (k *cluster) appID() string {
	id := k.team.Namespace + "-" + k.name
	if len(id) <= 63 {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return id[:54] + "-" + hex.EncodeToString(sum[:4])
}

// addScheduler has a pod template scheduled by YuniKorn.
func (k *cluster) addScheduler(meta, spec object) {
	if !k.yunikorn() {
		return
	}
	spec["schedulerName"] = schedulerYuniKorn
	own := object{yunikornApp: k.appID()}
	put(own, yunikornQueue, k.Scheduler.Queue)
	labels, _ := meta["labels"].(object)
	annotations, _ := meta["annotations"].(object)
	meta["labels"], meta["annotations"] = override(labels, own), override(annotations, own)
}

// taskGroup is one group of pods for which YuniKorn reserves room
// (apache/yunikorn-k8shim, pkg/cache, TaskGroup).
type taskGroup struct {
	Name         string              `json:"name"`
	MinMember    int                 `json:"minMember"`
	MinResource  map[string]string   `json:"minResource"`
	NodeSelector map[string]string   `json:"nodeSelector,omitempty"`
	Tolerations  []corev1.Toleration `json:"tolerations,omitempty"`
}

// addGang writes the task groups of a finished spec, sized from its pods, into
// the pod templates of both roles. What the user wrote there stays.
func (k *cluster) addGang(spec object) error {
	if !k.yunikorn() || !k.Scheduler.Gang.Enabled {
		return nil
	}
	set, err := k.podsOf(spec)
	if err != nil {
		return err
	}
	var groups []taskGroup
	for _, g := range set.Groups() {
		if g.Count.Start < 1 {
			continue
		}
		group := taskGroup{
			Name: string(g.Role), MinMember: g.Count.Start, MinResource: map[string]string{},
			NodeSelector: g.Template.Spec.NodeSelector, Tolerations: g.Template.Spec.Tolerations,
		}
		for name, q := range g.Requests {
			group.MinResource[string(name)] = q.String()
		}
		groups = append(groups, group)
	}
	for role, part := range map[pods.Role]string{pods.JobManager: "jobManager", pods.TaskManager: "taskManager"} {
		for _, g := range groups {
			if g.Name == string(role) {
				k.annotate(spec, part, object{
					yunikornGroup: g.Name, yunikornGroups: jsonText(groups), yunikornParameters: k.gangParameters(),
				})
			}
		}
	}
	return nil
}

// gangParameters are those of the scheduling policy.
func (k *cluster) gangParameters() string {
	gang := k.Scheduler.Gang
	seconds := int64(600)
	if d, err := flink.ParseDuration(gang.Timeout); err == nil {
		seconds = int64(d.Seconds())
	}
	return "placeholderTimeoutInSeconds=" + strconv.FormatInt(seconds, 10) + " gangSchedulingStyle=" + gang.Style
}

// annotate adds annotations to the pod template of a role; those that are there
// go over them.
func (k *cluster) annotate(spec object, part string, annotations object) {
	at := spec
	for _, key := range []string{part, "podTemplate", "metadata"} {
		next := override(dig(at, key))
		at[key] = next
		at = next
	}
	at["annotations"] = override(annotations, dig(at, "annotations"))
}

// podsOf are the pods that the operator would make from a spec.
func (k *cluster) podsOf(spec object) (pods.Set, error) {
	text, err := json.Marshal(spec)
	if err != nil {
		return pods.Set{}, fmt.Errorf("%s: %w", k.name, err)
	}
	typed := new(v1beta1.FlinkDeploymentSpec)
	if err := json.Unmarshal(text, typed); err != nil {
		return pods.Set{}, mergeError{[]string{"spec"}, "it is no FlinkDeploymentSpec"}
	}
	config, err := typed.FlinkConfiguration.Flat()
	if err != nil {
		return pods.Set{}, mergeError{[]string{"spec", "flinkConfiguration"}, "it cannot be made flat"}
	}
	in := pods.Input{
		Namespace: k.team.Namespace, Name: k.name, Spec: typed, EMR: k.emr, Config: flink.Config{}.Over(config, flink.FromResource),
	}
	if k.path[0] == "sessionClusters" {
		for _, key := range sortedKeys(k.platform.SessionJobs) {
			if j := k.platform.SessionJobs[key]; j.Cluster == k.path[1] && j.State != "suspended" {
				in.SessionJobs = append(in.SessionJobs, j.Parallelism)
			}
		}
	}
	return pods.Make(in), nil
}

// scheduler says that YuniKorn is asked for and not installed with the platform.
func (c *checker) scheduler(k *cluster) {
	if k.yunikorn() && (c.platform.Addons[schedulerYuniKorn] == nil || !c.platform.Addons[schedulerYuniKorn].Enabled) {
		c.noScheduler = append(c.noScheduler, c.given(k, "scheduler"))
	}
}

// missingScheduler says it once, at the first place that asks for it.
func (c *checker) missingScheduler() {
	if len(c.noScheduler) == 0 {
		return
	}
	c.add(diag.CodeNoScheduler, diag.Warning, c.noScheduler[0],
		"the add-on yunikorn is off: without YuniKorn in the cluster no pod with this scheduler is ever placed",
		"set addons.yunikorn.enabled and version, or ignore this where YuniKorn is there already")
}
