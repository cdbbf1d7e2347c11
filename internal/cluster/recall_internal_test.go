package cluster

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestRecall is what of an action's reads goes to the server.
func TestRecall(t *testing.T) {
	t.Parallel()
	const (
		ours  = "/apis/flink.apache.org/v1beta1/namespaces/team/flinkdeployments/orders"
		kind  = "/apis/flink.apache.org/v1beta1/namespaces/team/flinkdeployments"
		other = "/api/v1/namespaces/team/secrets/orders"
	)
	for name, c := range map[string]struct {
		absent bool
		asked  string // what is asked for, in order
		sent   string // what of that the server is sent
		code   int    // of the last answer
	}{
		"an object is read once":                        {false, "GET " + ours + ", GET " + ours, "GET " + ours, 200},
		"what is absent is not read":                    {true, "GET " + ours + ", GET " + ours, "", 404},
		"what was created is read":                      {true, "GET " + ours + ", POST " + kind + ", GET " + ours, "POST " + kind + ", GET " + ours, 200},
		"what was changed is read again":                {false, "GET " + ours + ", PATCH " + ours + ", GET " + ours, "GET " + ours + ", PATCH " + ours + ", GET " + ours, 200},
		"a change of the status too":                    {false, "GET " + ours + ", PUT " + ours + "/status, GET " + ours, "GET " + ours + ", PUT " + ours + "/status, GET " + ours, 200},
		"what it was not told of is always read":        {true, "GET " + other + ", GET " + other, "GET " + other + ", GET " + other, 200},
		"a list is always read":                         {true, "GET " + kind + ", GET " + kind, "GET " + kind + ", GET " + kind, 200},
		"a question with parameters is always sent":     {true, "GET " + ours + "?watch=true", "GET " + ours + "?watch=true", 200},
		"an error is no answer that one could remember": {false, "GET " + ours + "#500, GET " + ours, "GET " + ours + ", GET " + ours, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent []string
			code := http.StatusOK
			memory := &recall{answers: map[string]*answered{ours: nil}}
			if c.absent {
				memory.answers[ours] = &answered{code: http.StatusNotFound, text: []byte("{}")}
			}
			r := &recalling{recall: memory, next: roundTrip(func(req *http.Request) *http.Response {
				sent = append(sent, req.Method+" "+strings.TrimPrefix(req.URL.String(), "https://server"))
				return reply(req, code, []byte(`{"kind":"FlinkDeployment"}`))
			})}
			got := 0
			for ask := range strings.SplitSeq(c.asked, ", ") {
				ask, failing := strings.CutSuffix(ask, "#500")
				code = http.StatusOK
				if failing {
					code = http.StatusInternalServerError
				}
				method, at, _ := strings.Cut(ask, " ")
				req, err := http.NewRequestWithContext(t.Context(), method, "https://server"+at, http.NoBody)
				if err != nil {
					t.Fatal(err)
				}
				answer, err := r.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				text, err := io.ReadAll(answer.Body)
				if err != nil || len(text) == 0 {
					t.Errorf("%s: %q, %v", ask, text, err)
				}
				if err := answer.Body.Close(); err != nil {
					t.Error(err)
				}
				got = answer.StatusCode
			}
			want := slices.DeleteFunc(strings.Split(c.sent, ", "), func(s string) bool { return s == "" })
			if !slices.Equal(sent, want) || got != c.code {
				t.Errorf("sent %q, want %q; the last answer is %d, want %d", sent, want, got, c.code)
			}
		})
	}
}

type roundTrip func(*http.Request) *http.Response

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req), nil }
