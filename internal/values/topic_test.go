package values_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/schemas"
)

func realSchema(t *testing.T) *values.Schema {
	t.Helper()
	schema, err := values.ReadSchema("values.schema.json", schemas.Values)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestExplain(t *testing.T) {
	t.Parallel()
	schema := realSchema(t)
	for path, want := range map[string]struct{ path, typ, asked, has string }{
		"":                                    {"", "mapping", "", "jobs"},
		"jobs":                                {"jobs", "mapping of mappings", "", "*"},
		"jobs.*":                              {"jobs.*", "mapping", "", "autoscaler"},
		"jobs.orders":                         {"jobs.orders", "mapping", "", "autoscaler"},
		"jobs.*.autoscaler":                   {"jobs.*.autoscaler", "mapping", "", "enabled"},
		"jobs.autoscaler":                     {"jobs.*.autoscaler", "mapping", "jobs.autoscaler", "enabled"},
		"jobs.autoscaler.enabled":             {"jobs.*.autoscaler.enabled", "boolean", "jobs.autoscaler.enabled", ""},
		"jobs.*.parallelism":                  {"jobs.*.parallelism", "integer", "", ""},
		"jobs.*.nodePool":                     {"jobs.*.nodePool", "string or mapping", "", "taskManager"},
		"jobs.*.nodePool.taskManager":         {"jobs.*.nodePool.taskManager", "string", "", ""},
		"jobs.*.flinkConfiguration.a.b.c":     {"jobs.*.flinkConfiguration.a.b.c", "any", "", ""},
		"operator.tolerations[0]":             {"operator.tolerations.*", "mapping", "", ""},
		"operator.tolerations[]":              {"operator.tolerations.*", "mapping", "", ""},
		"nodePools.a.requirements.b.values":   {"nodePools.a.requirements.b.values", "list of strings or numbers", "", ""},
		"teams.*.jobDefaults.taskManager":     {"teams.*.jobDefaults.taskManager", "mapping", "", "memory"},
		"nodeGroups.*.taints.dedicated":       {"nodeGroups.*.taints.dedicated", "mapping", "", "effect"},
		"jobs.*.env.LOG_LEVEL":                {"jobs.*.env.LOG_LEVEL", "string, number, boolean or mapping", "", "secret"},
		"jobs.*.taskManager.podTemplate.spec": {"jobs.*.taskManager.podTemplate.spec", "any", "", ""},
	} {
		got, err := schema.Explain(path, 1)
		if (want.typ == "") != errors.Is(err, values.ErrNoTopic) {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if got.Path != want.path || got.Type != want.typ || got.Asked != want.asked {
			t.Errorf("%s: got path %q, type %q, asked %q", path, got.Path, got.Type, got.Asked)
		}
		if want.has != "" && !slices.ContainsFunc(got.Keys, func(key values.Topic) bool { return key.Name == want.has }) {
			t.Errorf("%s: no key %s in %v", path, want.has, got.Keys)
		}
	}
}

// TestExplainOne: what stands beside a reference goes before what it refers to.
func TestExplainOne(t *testing.T) {
	t.Parallel()
	schema := realSchema(t)
	mode, err := schema.Explain("jobs.*.upgradeMode", 0)
	if err != nil || mode.Default != "savepoint" || !slices.Contains(mode.Words, "last-state") || !strings.Contains(mode.Want, "stateless") {
		t.Errorf("upgradeMode: %+v, %v", mode, err)
	}
	jar, err := schema.Explain("jobs.*.jarURI", 0)
	if err != nil || jar.Required || strings.Join(jar.OneOf, " ") != "jarURI python sql" {
		t.Errorf("jarURI: %+v, %v", jar, err)
	}
	if role, err := schema.Explain("jobs.*.connectors.*.kafka.topics", 0); err != nil || role.Required || role.OneOf != nil {
		t.Errorf("topics: %+v, %v", role, err)
	}
	for path, near := range map[string]string{"jobs.autoscaller": "jobs.*.autoscaler", "jobs.orders": "", "jobs.*": "", "jobs.*.labls": ""} {
		if job, _ := schema.Explain(path, 0); job.Near != near {
			t.Errorf("%s: near %q, want %q", path, job.Near, near)
		}
	}
	team, err := schema.Explain("jobs.*.team", 1)
	if err != nil || !team.Required || team.Keys != nil {
		t.Errorf("team: %+v, %v", team, err)
	}
}

func TestNoTopic(t *testing.T) {
	t.Parallel()
	schema := realSchema(t)
	for path, want := range map[string]string{
		"jobs.*.paralelism":         "did you mean jobs.*.parallelism?",
		"autoscaler":                "jobs.*.autoscaler",
		"localRecovery":             "jobs.*.stateBackend.localRecovery",
		"jobs.*.parallelism.x":      "which is a integer",
		"jobs.autoscaler.enabld":    "did you mean jobs.*.autoscaler.enabled?",
		"foo":                       "at the top; there are addons, ",
		"cluster.zzzzz":             "there are accountId, ",
		"nodePool.disruption.xyzzy": `no "nodePool" at the top; did you mean nodePools?`,
	} {
		_, err := schema.Explain(path, 1)
		if !errors.Is(err, values.ErrNoTopic) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}

// TestEveryPath: each path of the schema can be explained, and says something.
func TestEveryPath(t *testing.T) {
	t.Parallel()
	schema := realSchema(t)
	paths := schema.Paths()
	if len(paths) < 500 {
		t.Errorf("%d paths", len(paths))
	}
	for _, path := range paths {
		topic, err := schema.Explain(path, 0)
		if err != nil || topic.Path != path {
			t.Errorf("%s: got %s, %v", path, topic.Path, err)
		}
		if topic.Name != values.AnyName && topic.Description == "" && !strings.Contains(path, "*.taints.*") {
			t.Errorf("%s has no description", path)
		}
	}
}
