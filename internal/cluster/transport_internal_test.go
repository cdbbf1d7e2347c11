package cluster

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// server answers requests by a script, one after the other; "cut" is a lost answer.
type server struct {
	script []string
	seen   []string
}

func (s *server) RoundTrip(req *http.Request) (*http.Response, error) {
	s.seen = append(s.seen, req.Method)
	line := s.script[min(len(s.seen), len(s.script))-1]
	if line == "cut" {
		return nil, errors.New("connection cut")
	}
	code, body, _ := strings.Cut(line, " ")
	return reply(req, map[string]int{"200": 200, "201": 201, "404": 404, "409": 409, "429": 429, "500": 500}[code], []byte(body)), nil
}

// TestTransport is what is sent again, and what a lost answer means.
func TestTransport(t *testing.T) {
	t.Parallel()
	const (
		mine     = `{"metadata":{"name":"a","annotations":{"by":"me"}}}`
		other    = `{"metadata":{"name":"a","annotations":{"by":"another"}}}`
		exists   = `409 {"reason":"AlreadyExists"}`
		conflict = `409 {"reason":"Conflict"}`
	)
	for name, c := range map[string]struct {
		method, body string
		script       []string
		code         int // 0: an error
		tries        string
	}{
		"a good answer":                          {"GET", "", []string{"200"}, 200, "GET"},
		"busy, then good":                        {"GET", "", []string{"429", "500", "200"}, 200, "GET then GET then GET"},
		"always busy":                            {"PATCH", mine, []string{"500"}, 500, strings.Repeat("PATCH then ", tries-1) + "PATCH"},
		"always cut":                             {"GET", "", []string{"cut"}, 0, strings.Repeat("GET then ", tries-1) + "GET"},
		"a conflict that passes":                 {"PATCH", mine, []string{conflict, "200"}, 200, "PATCH then PATCH"},
		"a conflict over a version":              {"PUT", `{"metadata":{"name":"a","resourceVersion":"7"}}`, []string{conflict}, 409, "PUT"},
		"exists already":                         {"POST", mine, []string{exists}, 409, "POST"},
		"exists since the answer was lost":       {"POST", mine, []string{"cut", exists, "200 " + mine}, 201, "POST then POST then GET"},
		"exists, but another made it":            {"POST", mine, []string{"cut", exists, "200 " + other}, 409, "POST then POST then GET"},
		"gone already":                           {"DELETE", "", []string{"404"}, 404, "DELETE"},
		"gone since the answer was lost":         {"DELETE", "", []string{"cut", "404"}, 200, "DELETE then DELETE"},
		"not allowed is not asked a second time": {"GET", "", []string{"404"}, 404, "GET"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &server{script: c.script}
			transport := newTransport(Options{
				Sleep: func(context.Context, time.Duration) error { return nil }, Random: func() float64 { return 0.5 },
			})(s)
			req, err := http.NewRequestWithContext(t.Context(), c.method, "https://example.com/api/v1/things", strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			answer, err := transport.RoundTrip(req)
			code := 0
			if err == nil {
				code = answer.StatusCode
				_, _ = io.Copy(io.Discard, answer.Body)
				_ = answer.Body.Close()
			}
			if tries := strings.Join(s.seen, " then "); code != c.code || tries != c.tries {
				t.Errorf("got %d (%v) by %q, want %d by %q", code, err, tries, c.code, c.tries)
			}
		})
	}
}
