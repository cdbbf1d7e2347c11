package testkit_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestFaults sends requests through fault proxies: at rate 0 kubectl sees the API server itself, and at 0.3 that share
// meets each fault, and what was said to be carried out was.
func TestFaults(t *testing.T) {
	t.Parallel()
	p := testkit.ControlPlane(t)
	p.Apply(t, "{apiVersion: v1, kind: Namespace, metadata: {name: team}}")
	p.ApplyCRDs(t, flinkCRDs(t))
	t.Run("operator", func(t *testing.T) { t.Parallel(); faultyOperator(t, p) })
	t.Run("none", func(t *testing.T) { t.Parallel(); noFaults(t, p) })
	t.Run("a third", func(t *testing.T) { t.Parallel(); someFaults(t, p) })
}

// faultyOperator plays the operator through a bad API server: it gets there.
func faultyOperator(t *testing.T, p *testkit.Plane) {
	t.Helper()
	kubeconfig, proxy := p.Faults(t, 0.3, 3)
	through := testkit.Plane{Dir: t.TempDir(), Kubeconfig: kubeconfig}
	through.PlayFlinkOperator(t)
	p.Apply(t, application("tough", "savepoint", ""))
	await(t, p, "flinkdeployment/tough", states, "STABLE READY RUNNING 1")
	p.MustKubectl(t, "", "delete", "flinkdeployment", "tough", "-n", "team", "--timeout=60s")
	if len(proxy.Injected()) == 0 {
		t.Error("nothing was injected")
	}
}

func noFaults(t *testing.T, p *testkit.Plane) {
	t.Helper()
	kubeconfig, proxy := p.Faults(t, 0, 1)
	run := func(args ...string) string {
		out, complaint, err := testkit.Run(t.Context(), testkit.Command{
			Name: testkit.Tool(t, "kubectl"), Args: append([]string{"--kubeconfig", kubeconfig, "--cache-dir", t.TempDir()}, args...),
			Env: []string{"KUBECONFIG=", "KUBERC=off"},
		})
		if err != nil {
			t.Fatalf("kubectl %v: %v\n%s", args, err, complaint)
		}
		return out
	}
	run("create", "configmap", "seen", "-n", "team", "--from-literal=a=b")
	proxy.Reset()
	if out := run("get", "configmap", "seen", "-n", "team", "-o", "jsonpath={.data.a}"); out != "b" {
		t.Errorf("got %q", out)
	}
	run("get", "configmaps", "-n", "team", "-l", "none=such")
	run("delete", "configmap", "seen", "-n", "team", "--timeout=60s")
	requests := proxy.Requests()
	if requests["GET configmaps"] == 0 || requests["DELETE configmaps"] != 1 || requests["LIST configmaps"] == 0 {
		t.Errorf("counted %v", requests)
	}
	if len(proxy.Injected()) != 0 || proxy.Total() < 3 {
		t.Errorf("%d requests, faults %v", proxy.Total(), proxy.Injected())
	}
}

func someFaults(t *testing.T, p *testkit.Plane) {
	t.Helper()
	const total = 400
	kubeconfig, proxy := p.Faults(t, 0.3, 7)
	client, server := proxied(t, kubeconfig)
	var mu sync.Mutex
	var waiting sync.WaitGroup
	answers := map[string]int{}
	queue := make(chan int)
	for range 20 {
		waiting.Go(func() {
			for i := range queue {
				answer := post(client, server, fmt.Sprintf("c%d", i))
				mu.Lock()
				answers[answer]++
				mu.Unlock()
			}
		})
	}
	for i := range total {
		queue <- i
	}
	close(queue)
	waiting.Wait()
	hit, away := 0, 0
	injected := proxy.Injected()
	for fault, count := range injected {
		hit += count
		if fault != testkit.CutAfter && fault != testkit.SlowAnswer {
			away += count
		}
	}
	if len(injected) != 8 || hit < total*2/10 || hit > total*4/10 {
		t.Errorf("%d of %d met %v", hit, total, injected)
	}
	want := map[string]int{
		"201": total - away - injected[testkit.CutAfter], "429 TooManyRequests 1": injected[testkit.TooMany],
		"500 InternalError": injected[testkit.Internal], "503 ServiceUnavailable": injected[testkit.Unavailable],
		"409 Conflict": injected[testkit.Conflict],
		"cut":          injected[testkit.CutBefore] + injected[testkit.CutAfter] + injected[testkit.TimeOut],
	}
	for answer, count := range want {
		if answers[answer] != count {
			t.Errorf("%d answers %q, want %d", answers[answer], answer, count)
		}
	}
	if proxy.Total() != total || proxy.Requests()["POST configmaps"] != total {
		t.Errorf("counted %v", proxy.Requests())
	}
	there := strings.Fields(p.MustKubectl(t, "", "get", "configmaps", "-n", "team", "-l", "by=faults", "-o", "name"))
	if len(there) != total-away {
		t.Errorf("%d objects were created, want %d", len(there), total-away)
	}
}

// proxied returns a client for the server of a kubeconfig, with a connection for each request.
func proxied(t *testing.T, kubeconfig string) (*http.Client, string) {
	t.Helper()
	content, err := os.ReadFile(kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Clusters []struct {
			Cluster struct {
				Server string `json:"server"`
				CA     []byte `json:"certificate-authority-data"`
			} `json:"cluster"`
		} `json:"clusters"`
	}
	if err := yaml.Unmarshal(content, &config); err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(config.Clusters[0].Cluster.CA)
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, DisableKeepAlives: true,
	}
	return &http.Client{Transport: transport}, config.Clusters[0].Cluster.Server
}

// post creates a ConfigMap and tells the answer: its code and, of a failure, the reason and the header Retry-After.
func post(client *http.Client, server, name string) string {
	object := []byte(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"` + name + `","labels":{"by":"faults"}}}`)
	response, err := client.Post(server+"/api/v1/namespaces/team/configmaps", "application/json", bytes.NewReader(object))
	if err != nil {
		return "cut"
	}
	defer func() { _ = response.Body.Close() }()
	var status struct{ Kind, Reason string }
	if err := json.NewDecoder(response.Body).Decode(&status); err != nil {
		return err.Error()
	}
	answer := fmt.Sprint(response.StatusCode)
	if status.Kind == "Status" {
		answer += " " + status.Reason
	}
	return strings.TrimSpace(answer + " " + response.Header.Get("Retry-After"))
}
