package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The bounds of a request: how often it is tried, how long a try may take, and
// how long is waited between two. Eight tries with these waits take 23 seconds
// at most where each is answered at once.
const (
	tries      = 8
	tryTimeout = 30 * time.Second
	firstWait  = 200 * time.Millisecond
	longestGap = 10 * time.Second
)

// transport sends a request again when the server was busy or the answer was
// lost. It makes a lost answer harmless: an object that exists after a lost
// answer to its creation was created by it, and one that is gone after a lost
// answer to its deletion was deleted. That holds because whoever uses it holds
// the platform's lock; the lock itself is told apart by its annotation.
type transport struct {
	next   http.RoundTripper
	sleep  func(context.Context, time.Duration) error
	random func() float64
}

func newTransport(o Options) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return &transport{next: next, sleep: o.Sleep, random: o.Random}
	}
}

// RoundTrip implements http.RoundTripper. Streams (watches, followed logs,
// upgraded connections) go through as they are.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if streams(req) {
		return t.next.RoundTrip(req)
	}
	body, err := content(req)
	if err != nil {
		return nil, err
	}
	lost := false // an answer was lost, the request may have been carried out
	for try := 1; ; try++ {
		answer, err := t.once(req, body)
		if req.Context().Err() != nil {
			return answer, err
		}
		if lost && err == nil {
			if done := t.carriedOut(req, body, answer); done != nil {
				return done, nil
			}
		}
		if err == nil && !busy(req, answer, body) {
			return answer, nil
		}
		if try == tries {
			return last(answer, err)
		}
		lost = lost || err != nil || answer.StatusCode >= 500
		if err := t.sleep(req.Context(), t.wait(try, answer)); err != nil {
			return nil, err
		}
	}
}

func streams(req *http.Request) bool {
	q := req.URL.Query()
	return q.Get("watch") == "true" || q.Get("follow") == "true" || req.Header.Get("Upgrade") != ""
}

// last is what is returned when no further try is made. client-go would go on
// trying on its own account where it sees a cut connection or Retry-After.
func last(answer *http.Response, err error) (*http.Response, error) {
	if err != nil {
		return nil, fmt.Errorf("%v (%d tries)", err, tries) //nolint:errorlint // not wrapped, as said
	}
	answer.Header.Del("Retry-After")
	return answer, nil
}

// carriedOut gives the answer of a request that was carried out although its
// answer was lost; nil where it was not.
func (t *transport) carriedOut(req *http.Request, body []byte, answer *http.Response) *http.Response {
	switch {
	case req.Method == http.MethodPost && answer.StatusCode == http.StatusConflict:
		return t.made(req, body)
	case req.Method == http.MethodDelete && answer.StatusCode == http.StatusNotFound:
		return reply(req, http.StatusOK, []byte(`{"kind":"Status","apiVersion":"v1","status":"Success"}`))
	}
	return nil
}

// content reads the body of a request, which is sent several times.
func content(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(req.Body)
	if closing := req.Body.Close(); err == nil {
		err = closing
	}
	return body, err
}

// once sends the request and reads the whole answer, so that a connection cut in
// the middle of an answer counts as a lost one.
func (t *transport) once(req *http.Request, body []byte) (*http.Response, error) {
	ctx, cancel := context.WithTimeoutCause(req.Context(), tryTimeout, errSlow)
	defer cancel()
	sent := req.Clone(ctx)
	if body != nil {
		sent.Body = io.NopCloser(bytes.NewReader(body))
	}
	answer, err := t.next.RoundTrip(sent)
	if err != nil {
		return nil, cmpCause(ctx, err)
	}
	text, err := io.ReadAll(answer.Body)
	if closing := answer.Body.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, cmpCause(ctx, err)
	}
	answer.Body = io.NopCloser(bytes.NewReader(text))
	answer.ContentLength = int64(len(text))
	return answer, nil
}

// errSlow ends a try that takes too long.
var errSlow = errors.New("no answer within " + tryTimeout.String())

func cmpCause(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), errSlow) {
		return errSlow
	}
	return err
}

// busy reports whether an answer is one that passes: too many requests, a fault
// of the server, or a conflict that the request did not ask for by naming a
// resourceVersion.
func busy(req *http.Request, answer *http.Response, body []byte) bool {
	switch answer.StatusCode {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusConflict:
		return reason(answer) == "Conflict" && !versioned(req, body)
	}
	return false
}

// reason reads the reason of a Status and leaves the answer readable.
func reason(answer *http.Response) string {
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return ""
	}
	answer.Body = io.NopCloser(bytes.NewReader(text))
	var status struct {
		Reason string `json:"reason"`
	}
	if json.Unmarshal(text, &status) != nil {
		return ""
	}
	return status.Reason
}

// sent is what of an object in a request counts here.
type sent struct {
	Metadata struct {
		Name            string            `json:"name"`
		ResourceVersion string            `json:"resourceVersion"`
		Labels          map[string]string `json:"labels"`
		Annotations     map[string]string `json:"annotations"`
	} `json:"metadata"`
	Preconditions struct {
		ResourceVersion string `json:"resourceVersion"`
	} `json:"preconditions"`
}

func versioned(req *http.Request, body []byte) bool {
	if req.Method == http.MethodGet {
		return false
	}
	var s sent
	return json.Unmarshal(body, &s) == nil && s.Metadata.ResourceVersion+s.Preconditions.ResourceVersion != ""
}

// made returns the object that a creation whose answer was lost has made, as the
// answer to it; nil when what is there is not what was sent.
func (t *transport) made(req *http.Request, body []byte) *http.Response {
	var want, got sent
	if json.Unmarshal(body, &want) != nil || want.Metadata.Name == "" {
		return nil
	}
	get := req.Clone(req.Context())
	get.Method, get.Body, get.ContentLength = http.MethodGet, nil, 0
	get.URL.Path, get.URL.RawQuery = strings.TrimSuffix(get.URL.Path, "/")+"/"+want.Metadata.Name, ""
	answer, err := t.RoundTrip(get)
	if err != nil || answer.StatusCode != http.StatusOK {
		return nil
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil || json.Unmarshal(text, &got) != nil ||
		!within(want.Metadata.Labels, got.Metadata.Labels) || !within(want.Metadata.Annotations, got.Metadata.Annotations) {
		return nil
	}
	return reply(req, http.StatusCreated, text)
}

// within reports whether every pair of a is one of b.
func within(a, b map[string]string) bool {
	merged := maps.Clone(b)
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, a)
	return maps.Equal(merged, b) || len(a) == 0
}

func reply(req *http.Request, code int, text []byte) *http.Response {
	return &http.Response{
		StatusCode: code, Status: strconv.Itoa(code) + " " + http.StatusText(code), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(text)),
		ContentLength: int64(len(text)), Request: req,
	}
}

// wait is how long to wait after a try: twice as long each time, spread over its
// second half, and at least what the server asks for.
func (t *transport) wait(try int, answer *http.Response) time.Duration {
	d := min(firstWait<<(try-1), longestGap)
	d = d/2 + time.Duration(t.random()*float64(d/2))
	if answer == nil {
		return d
	}
	if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && seconds > 0 {
		d = max(d, min(time.Duration(seconds)*time.Second, longestGap)+time.Duration(t.random()*float64(firstWait)))
	}
	return d
}
