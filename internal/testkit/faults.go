package testkit

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sigs.k8s.io/yaml"
)

// Fault is what a FaultProxy does to a request.
type Fault string

// The faults. TooMany, Internal, Unavailable, Conflict, CutBefore and TimeOut never reach the API server.
const (
	TooMany     Fault = "429" // with Retry-After: 1
	Internal    Fault = "500"
	Unavailable Fault = "503"
	Conflict    Fault = "409"         // of writes alone: the API server never answers a read with it
	CutBefore   Fault = "cut before"  // the connection ends before the request is forwarded
	CutAfter    Fault = "cut after"   // the request is carried out, its answer is lost; a watch ends within a second
	TimeOut     Fault = "time-out"    // nothing for 3 s, then the connection ends
	SlowAnswer  Fault = "slow answer" // 200 to 500 ms late
	noFault     Fault = ""
)

// FaultProxy stands between a client and the API server, counts requests and spoils a share of them.
type FaultProxy struct {
	forward *httputil.ReverseProxy
	see     func(*http.Request)

	mu       sync.Mutex
	rate     float64
	draw     *rand.Rand
	requests map[string]int
	injected map[Fault]int
}

// Faults starts a proxy in front of the API server, which ends with the test, and returns the path of an administrator's
// kubeconfig that leads through it. Of the requests the share rate, 0 to 1, meets a fault, every fault as often as the
// others; which ones follows from the seed and the order in which they come. With rate 0 it only counts. The proxy speaks
// to the API server as the administrator, whoever its client is; a client may impersonate.
func (p *Plane) Faults(t testing.TB, rate float64, seed uint64) (kubeconfig string, proxy *FaultProxy) {
	t.Helper()
	client, err := newAPIClient(p.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(client.base)
	if err != nil {
		t.Fatal(err)
	}
	own := newAuthority(t, "fault proxy")
	certificate, err := own.sign("localhost")
	if err != nil {
		t.Fatal(err)
	}
	f := &FaultProxy{rate: rate, draw: rand.New(rand.NewPCG(seed, seed)), requests: map[string]int{}, injected: map[Fault]int{}}
	f.forward = &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:      client.http.Transport,
		FlushInterval:  -1, // watches
		ModifyResponse: loseAnswer,
		ErrorHandler:   func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		ErrorLog:       log.New(io.Discard, "", 0),
	}
	server := httptest.NewUnstartedServer(f)
	// HTTP/1.1 alone: a cut request is a cut connection, and port-forward can switch protocols.
	server.TLS = &tls.Config{
		Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
	}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return p.through(t, server.URL, own.bundle), f
}

// through writes the administrator's kubeconfig with another server.
func (p *Plane) through(t testing.TB, server string, bundle []byte) string {
	t.Helper()
	content, err := os.ReadFile(p.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	var config map[string]any
	if err := yaml.Unmarshal(content, &config); err != nil {
		t.Fatal(err)
	}
	cluster := dig[map[string]any](dig[[]any](config, "clusters")[0].(map[string]any), "cluster")
	cluster["server"], cluster["certificate-authority-data"] = server, bundle
	if content, err = yaml.Marshal(config); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// See shows every request, before it is forwarded or spoilt. It may be called at several at a time, and not be changed while
// requests come.
func (f *FaultProxy) See(see func(*http.Request)) { f.see = see }

// SetRate changes the share of requests that meet a fault.
func (f *FaultProxy) SetRate(rate float64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rate = rate
}

// Requests returns how many requests came since the start or Reset, by method and resource: "PATCH deployments/status".
// Reads are GET, LIST and WATCH; what is no resource counts by its path, "GET /openapi/v3".
func (f *FaultProxy) Requests() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.requests)
}

// Total returns how many requests came since the start or Reset.
func (f *FaultProxy) Total() int {
	total := 0
	for _, count := range f.Requests() {
		total += count
	}
	return total
}

// Injected returns how many requests met each fault since the start or Reset.
func (f *FaultProxy) Injected() map[Fault]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.injected)
}

// Reset sets the counts to zero.
func (f *FaultProxy) Reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests, f.injected = map[string]int{}, map[Fault]int{}
}

// decide counts a request and draws what happens to it and, for the faults that take time, for how long.
func (f *FaultProxy) decide(request *http.Request) (Fault, time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	method, resource := describe(request)
	f.requests[method+" "+resource]++
	if f.draw.Float64() >= f.rate {
		return noFault, 0
	}
	faults := []Fault{TooMany, Internal, Unavailable, CutBefore, CutAfter, TimeOut, SlowAnswer, Conflict}
	if request.Method == http.MethodGet || request.Method == http.MethodHead {
		faults = faults[:len(faults)-1]
	}
	fault := faults[f.draw.IntN(len(faults))]
	f.injected[fault]++
	return fault, 200*time.Millisecond + time.Duration(f.draw.Int64N(int64(300*time.Millisecond)))
}

// ServeHTTP forwards a request or spoils it.
func (f *FaultProxy) ServeHTTP(answer http.ResponseWriter, request *http.Request) {
	if f.see != nil {
		f.see(request)
	}
	fault, delay := f.decide(request)
	switch fault {
	case TooMany:
		answer.Header().Set("Retry-After", "1")
		refuse(answer, http.StatusTooManyRequests, "TooManyRequests", "Too many requests, please try again later.")
		return
	case Internal:
		refuse(answer, http.StatusInternalServerError, "InternalError", "Internal error occurred: played by the fault proxy")
		return
	case Unavailable:
		refuse(answer, http.StatusServiceUnavailable, "ServiceUnavailable", "the server is currently unable to handle the request")
		return
	case Conflict:
		_, resource := describe(request)
		refuse(answer, http.StatusConflict, "Conflict", "Operation cannot be fulfilled on "+resource+
			": the object has been modified; please apply your changes to the latest version and try again")
		return
	case TimeOut:
		pause(request.Context(), 3*time.Second)
		panic(http.ErrAbortHandler)
	case CutBefore:
		panic(http.ErrAbortHandler)
	case CutAfter:
		ctx := context.WithValue(request.Context(), losing{}, true)
		if isWatch(request) {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(request.Context(), 2*delay)
			defer cancel()
		}
		f.forward.ServeHTTP(answer, request.WithContext(ctx))
		panic(http.ErrAbortHandler)
	case SlowAnswer:
		pause(request.Context(), delay)
	case noFault:
	}
	f.forward.ServeHTTP(answer, request)
}

// losing is the key of the contexts of requests whose answer is to be lost.
type losing struct{}

// loseAnswer takes the whole answer, so that the request was carried out, and then fails.
func loseAnswer(response *http.Response) error {
	if response.Request.Context().Value(losing{}) == nil {
		return nil
	}
	_, _ = io.Copy(io.Discard, response.Body)
	return errors.New("the answer is lost")
}

func isWatch(request *http.Request) bool {
	watch := request.URL.Query().Get("watch")
	return watch == "true" || watch == "1"
}

// refuse answers with a Status as the API server does
// (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/).
func refuse(answer http.ResponseWriter, code int, reason, message string) {
	answer.Header().Set("Content-Type", "application/json")
	answer.WriteHeader(code)
	status := map[string]any{
		"apiVersion": "v1", "kind": "Status", "metadata": map[string]any{},
		"status": "Failure", "code": code, "reason": reason, "message": message,
	}
	if code == http.StatusTooManyRequests {
		status["details"] = map[string]any{"retryAfterSeconds": 1}
	}
	_ = json.NewEncoder(answer).Encode(status)
}

// describe says which method a request has and which resource it is about.
func describe(request *http.Request) (method, resource string) {
	parts := strings.Split(strings.Trim(request.URL.Path, "/"), "/")
	switch {
	case parts[0] == "api" && len(parts) > 2:
		parts = parts[2:]
	case parts[0] == "apis" && len(parts) > 3:
		parts = parts[3:]
	default:
		return request.Method, request.URL.Path
	}
	if parts[0] == "namespaces" && len(parts) > 2 && parts[2] != "status" && parts[2] != "finalize" {
		parts = parts[2:]
	}
	resource, method = parts[0], request.Method
	if len(parts) > 2 {
		resource += "/" + parts[2]
	}
	switch {
	case method != http.MethodGet:
	case isWatch(request):
		method = "WATCH"
	case len(parts) == 1:
		method = "LIST"
	}
	return method, resource
}
