package rules

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// clusterNameForm says in words what clusterName asks for.
const clusterNameForm = "want at most 45 lower case letters, digits and dashes, starting with a letter and not ending with a dash"

// clusterName reports whether a FlinkDeployment may have the name
// (DefaultValidator.DEPLOYMENT_NAME_PATTERN).
func clusterName(name string) bool {
	const letters, digits = "abcdefghijklmnopqrstuvwxyz", "0123456789"
	return name != "" && len(name) <= 45 && name[len(name)-1] != '-' &&
		strings.Contains(letters, name[:1]) && strings.Trim(name, letters+digits+"-") == ""
}

// byOperator tells where a setting is from if the resource did not make it.
func byOperator(s flink.Setting) string {
	switch s.Source {
	case flink.FromOperator:
		return " by the operator's configuration"
	case flink.FromCluster:
		return " by the session cluster"
	case flink.FromDefaults:
		return " by the operator's defaults"
	default:
		return ""
	}
}

func haHint(w *model.World) string {
	return orOperator(w, "set high-availability.type to kubernetes and high-availability.storageDir to a durable place")
}

// orOperator says in a hint about a missing setting that it may be one of the
// operator's, where the input may be a part and has no configuration of the
// operator.
func orOperator(w *model.World, hint string) string {
	if w.Complete || w.Operator.Seen != nil {
		return hint
	}
	return hint + "; if the operator's own configuration sets it, give its ConfigMap " + model.OperatorConfigMap + " as well"
}

// jobManagers is the number of JobManagers; set is false if nobody gave it.
func jobManagers(c *model.Cluster) (n int32, set bool) {
	if c.Spec.JobManager == nil || c.Spec.JobManager.Replicas == nil {
		return 0, false
	}
	return *c.Spec.JobManager.Replicas, true
}

func empty(c *model.Cluster, field string) bool { return slices.Contains(c.Empty, field) }

// sizes are the resource fields that are there, by component.
func sizes(c *model.Cluster) map[model.Component]*v1beta1.Resource {
	out := map[model.Component]*v1beta1.Resource{}
	if jm := c.Spec.JobManager; jm != nil && jm.Resource != nil {
		out[model.JobManager] = jm.Resource
	}
	if tm := c.Spec.TaskManager; tm != nil && tm.Resource != nil {
		out[model.TaskManager] = tm.Resource
	}
	return out
}

// memoryMissing is rules 18 and 27. Where neither resource nor resources gives
// the memory, the operator has Flink derive it, which takes one of the total
// sizes or the heap (JobManager), or the task heap together with the managed
// memory (TaskManager). Whether the sizes fit together is the memory model's
// to say.
func memoryMissing(c *model.Cluster, component model.Component, say model.Say) {
	if !lacksMemory(c, component) {
		return
	}
	p := model.Problem{
		Field:   c.Field(string(component), "resource", "memory"),
		Message: fmt.Sprintf("the memory of the %s is not given", component),
		Hint:    orOperator(c.World, fmt.Sprintf("set %s, for example to 2048m", sizeField(component, "memory"))),
	}
	if tooNew(c, component) {
		p.Field = c.Field(string(component), "resources")
		p.Message += ": resources came with operator 1.16, and the operator is " + c.World.Operator.Version.String()
		p.Hint = fmt.Sprintf("write %s and cpu instead, or say --operator-version if the operator is newer",
			sizeField(component, "memory"))
	}
	say(p)
}

// tooNew reports whether a component has resources, which the operator does not
// know yet.
func tooNew(c *model.Cluster, component model.Component) bool {
	return c.Resources[component] != nil && !c.World.Operator.Version.HasResources()
}

// sizeField names the memory or the cpu of a component as a manifest calls it
// and as the values do.
func sizeField(component model.Component, what string) string {
	return fmt.Sprintf("%s.resource.%s (in values %s.%s)", component, what, component, what)
}

// lacksMemory reports whether nothing gives the operator a component's memory.
func lacksMemory(c *model.Cluster, component model.Component) bool {
	if r := sizes(c)[component]; r != nil && r.Memory != "" {
		return false
	}
	r := c.Resources[component]
	if c.World.Operator.Version.HasResources() && r != nil && (r.Requests["memory"] != "" || r.Limits["memory"] != "") {
		return false
	}
	name := strings.ToLower(string(component))
	set := func(keys ...string) bool {
		_, ok := c.Config.Find(keys...)
		return ok
	}
	if set(name+".memory.process.size", name+".memory.flink.size") {
		return false
	}
	if component == model.JobManager {
		return !set("jobmanager.memory.heap.size", "jobmanager.heap.size", "jobmanager.heap.mb")
	}
	return !set("taskmanager.memory.task.heap.size") || !set("taskmanager.memory.managed.size", "taskmanager.memory.size")
}

// readableMemory says why the operator cannot read a memory size. Flink's own
// form goes first. What it refuses is read as a quantity, whose number must be
// whole, since it goes through Flink's form once more: 2Gi is fine, and 1.5Gi and
// 2Ei are not (ResourceConfigUtils.parseResourceMemoryString; measured with 1.7.0 and 1.16.1).
func readableMemory(text string) error {
	digits := strings.Map(func(r rune) rune { // Java takes the digits of any script
		if r >= utf8.RuneSelf && unicode.IsDigit(r) {
			return '1'
		}
		return r
	}, text)
	if _, err := flink.ParseMemory(digits); err != nil {
		return err
	}
	switch short := strings.ToUpper(strings.Join(strings.Fields(text), "")); {
	case strings.Contains(short, "."):
		return fmt.Errorf("memory size %q: the operator reads whole numbers alone", text)
	case strings.HasSuffix(strings.TrimRight(short, "IB"), "E"):
		return fmt.Errorf("memory size %q: the operator reads no exbibytes", text)
	}
	return nil
}

func isQuantity(text string) bool {
	_, err := quantity.Parse(text)
	return err == nil && strings.ContainsAny(text, "0123456789")
}

// ingressURL says why a template is refused: it is no URL as Java 17 reads one,
// once the placeholders are filled in and a scheme is put before it
// (IngressUtils.getIngressUrl, java.net.URLStreamHandler.parseURL).
func ingressURL(template, name, namespace string) error {
	text := template
	if !regexp.MustCompile(`(?i)^https?://`).MatchString(text) {
		text = "http://" + text
	}
	text = regexp.MustCompile(`(?i)\{\{name\}\}`).ReplaceAllLiteralString(text, name)
	text = regexp.MustCompile(`(?i)\{\{namespace\}\}`).ReplaceAllLiteralString(text, namespace)
	_, rest, _ := strings.Cut(strings.TrimSpace(text), "//")
	authority := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority = rest[:i]
	}
	if i := strings.IndexByte(authority, '@'); i >= 0 {
		if i != strings.LastIndexByte(authority, '@') {
			return nil // Java drops the host and goes on
		}
		authority = authority[i+1:]
	}
	return authorityError(authority)
}

func authorityError(authority string) error {
	if strings.HasPrefix(authority, "[") {
		end := strings.IndexByte(authority, ']')
		if end <= 2 {
			return fmt.Errorf("%q is no host", authority)
		}
		if a, err := netip.ParseAddr(authority[1:end]); err != nil || !a.Is6() {
			return fmt.Errorf("%q is no IPv6 address", authority[1:end])
		}
		if rest := authority[end+1:]; rest != "" && rest[0] != ':' {
			return fmt.Errorf("%q is no host", authority)
		}
		authority = authority[end+1:]
	}
	_, port, ok := strings.Cut(authority, ":")
	if !ok || port == "" {
		return nil
	}
	if n, err := parseJavaInt(port); err != nil || n < -1 {
		return fmt.Errorf("port %q is no number", port)
	}
	return nil
}

// parseJavaInt reads an int as Java's Integer.parseInt does for ASCII digits.
func parseJavaInt(s string) (int64, error) {
	digits := strings.TrimPrefix(strings.TrimPrefix(s, "+"), "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" || strings.HasPrefix(s, "+-") {
		return 0, errors.New("no number")
	}
	var n int64
	if _, err := fmt.Sscanf(s, "%d", &n); err != nil || n > 1<<31-1 || n < -1<<31 {
		return 0, errors.New("no number")
	}
	return n, nil
}

func components() []model.Component { return []model.Component{model.JobManager, model.TaskManager} }
