package values_test

import (
	"errors"
	"testing"

	"github.com/helm-flink/helm-flink/internal/values"
)

func TestEditText(t *testing.T) {
	t.Parallel()
	state := []values.Edit{{Path: []string{"jobs", "orders", "state"}, Value: "suspended"}}
	for name, c := range map[string]struct {
		edits        []values.Edit
		before, want string
	}{
		"replaces a plain value and keeps the comment": {
			state, "jobs:\n  orders: # ours\n    state:   running   # for now\n    team: a\n",
			"jobs:\n  orders: # ours\n    state:   suspended   # for now\n    team: a\n",
		},
		"replaces a quoted value": {
			state, "jobs:\n  orders:\n    team: 'it''s'\n    state: \"running\"  # x\n", "jobs:\n  orders:\n    team: 'it''s'\n    state: suspended  # x\n",
		},
		"adds a line under the key": {
			state, "# top\njobs:\n  # the orders\n  orders:\n\n    # who\n    team: a\n  other: { team: b }\n",
			"# top\njobs:\n  # the orders\n  orders:\n    state: suspended\n\n    # who\n    team: a\n  other: { team: b }\n",
		},
		"adds to a flow mapping": {
			state, "jobs: { orders: { team: a, args: [\"{\"] } } # é\n", "jobs: { orders: { state: suspended, team: a, args: [\"{\"] } } # é\n",
		},
		"adds to an empty flow mapping": {state, "jobs:\n  orders: {}\n", "jobs:\n  orders: { state: suspended }\n"},
		"adds to nothing":               {state, "jobs:\n  orders:\n  next: {}\n", "jobs:\n  orders: { state: suspended }\n  next: {}\n"},
		"keeps CRLF":                    {state, "jobs:\r\n  orders:\r\n    team: a\r\n", "jobs:\r\n  orders:\r\n    state: suspended\r\n    team: a\r\n"},
		"keeps a missing last line end": {state, "jobs:\n  orders:\n    state: running", "jobs:\n  orders:\n    state: suspended"},
		"counts characters, not bytes": {
			state, "jobs: { \"ö\": {}, orders: { team: \"ü€\", state: running } }\n",
			"jobs: { \"ö\": {}, orders: { team: \"ü€\", state: suspended } }\n",
		},
		"goes below spec of a FlinkPlatform": {
			state, "apiVersion: helm-flink.dev/v1\nkind: FlinkPlatform\nspec:\n  jobs:\n    orders:\n      state: running\n",
			"apiVersion: helm-flink.dev/v1\nkind: FlinkPlatform\nspec:\n  jobs:\n    orders:\n      state: suspended\n",
		},
		"makes maps that are missing, and several edits": {
			[]values.Edit{
				{Path: []string{"jobs", "orders", "upgrade", "allowNonRestoredState"}, Value: true},
				{Path: []string{"jobs", "orders", "savepointRedeployNonce"}, Value: int64(17)},
				{Path: []string{"jobs", "orders", "initialSavepointPath"}, Value: "s3://b/sp-1"},
			},
			"jobs:\n  orders:\n    team: a\n",
			"jobs:\n  orders:\n    initialSavepointPath: s3://b/sp-1\n    savepointRedeployNonce: 17\n    upgrade: { allowNonRestoredState: true }\n    team: a\n",
		},
		"quotes what YAML would read as something else": {
			[]values.Edit{{Path: []string{"jobs", "orders", "initialSavepointPath"}, Value: "s3://b/a #b"}},
			"jobs:\n  orders:\n    team: a\n", "jobs:\n  orders:\n    initialSavepointPath: \"s3://b/a #b\"\n    team: a\n",
		},
		"writes behind a key without a value": {state, "jobs:\n  orders:\n    state:   # soon\n", "jobs:\n  orders:\n    state: suspended   # soon\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := values.EditText([]byte(c.before), 2, c.edits)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestEditTextRefuses(t *testing.T) {
	t.Parallel()
	edits := []values.Edit{{Path: []string{"jobs", "orders", "state"}, Value: "suspended"}}
	for name, c := range map[string]struct {
		before string
		byHand bool
	}{
		"no job":       {"jobs:\n  others: {}\n", false},
		"no jobs":      {"teams: {}\n", false},
		"no mapping":   {"- a\n", false},
		"no YAML":      {"jobs: [\n", false},
		"an alias":     {"base: &b { team: a }\njobs:\n  orders: *b\n", true},
		"a shared job": {"jobs:\n  orders: &o\n    state: running\n  copy: *o\n", true},
		"a block":      {"jobs:\n  orders:\n    state: |\n      running\n", true},
		"an anchor":    {"jobs:\n  orders:\n    state: &s running\n", true},
		"a list":       {"jobs:\n  orders: [a]\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := values.EditText([]byte(c.before), 2, edits)
			if err == nil {
				t.Fatalf("edited:\n%s", got)
			}
			if errors.Is(err, values.ErrCannotEdit) != c.byHand {
				t.Errorf("%v: by hand %v, want %v", err, !c.byHand, c.byHand)
			}
		})
	}
}
