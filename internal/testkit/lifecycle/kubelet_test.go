package lifecycle_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/streaming/pkg/httpstream"
	"k8s.io/streaming/pkg/httpstream/spdy"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// playKubelet plays the two parts of a kubelet that kwok's nodes lack: logs, and
// port-forwards to a pod that answers HTTP. It returns its port on loopback.
func playKubelet(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s says hello\n", r.PathValue("container"))
		fmt.Fprintf(w, "asked for %s\n", r.URL.RawQuery)
		if r.URL.Query().Get("follow") == "true" {
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}
	})
	mux.HandleFunc("POST /portForward/{namespace}/{pod}", func(w http.ResponseWriter, r *http.Request) {
		if _, err := httpstream.Handshake(r, w, []string{"portforward.k8s.io"}); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		connection := spdy.NewResponseUpgrader().UpgradeResponse(w, r, func(s httpstream.Stream, replied <-chan struct{}) error {
			if s.Headers().Get("streamType") != "data" {
				return nil
			}
			go func() {
				<-replied
				request, err := http.ReadRequest(bufio.NewReader(s))
				if err == nil {
					text := fmt.Sprintf("port %s, path %s", s.Headers().Get("port"), request.URL.Path)
					fmt.Fprintf(s, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(text), text)
				}
				_ = s.Close()
			}()
			return nil
		})
		if connection != nil {
			<-connection.CloseChan()
		}
	})
	server := httptest.NewTLSServer(mux)
	t.Cleanup(server.CloseClientConnections)
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return at.Port()
}

// onKubelet is a cluster whose pods are on a node of a played kubelet.
const onKubelet = `
apiVersion: v1
kind: Node
metadata: { name: played }
status:
  addresses: [{ type: InternalIP, address: 127.0.0.1 }]
  daemonEndpoints: { kubeletEndpoint: { Port: @PORT@ } }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: shop, name: default }
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: { namespace: shop, name: orders }
spec: { flinkVersion: v1_20, flinkConfiguration: { rest.port: "8082" }, job: { parallelism: 1, upgradeMode: stateless } }
---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: orders-jm, labels: { app: orders, component: jobmanager } }
spec: { nodeName: played, serviceAccountName: default, automountServiceAccountToken: false, containers: [{ name: agent, image: a }, { name: flink-main-container, image: flink }] }
---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: orders-taskmanager-1-1, labels: { app: orders, component: taskmanager } }
spec: { nodeName: played, serviceAccountName: default, automountServiceAccountToken: false, containers: [{ name: flink-main-container, image: flink }] }
`

func TestLogsAndUI(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.MustKubectl(t, "", "create", "-f", filepath.Join(testkit.RepoRoot(t), "charts", "flink-operator", "crds"))
	s.MustKubectl(t, "", "wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
	s.Apply(t, strings.ReplaceAll(onKubelet, "@PORT@", playKubelet(t)))
	s.MustKubectl(t, "", "patch", "pod", "orders-jm", "-n", "shop", "--subresource=status", "--type=merge", "-p",
		`{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}`)
	t.Run("logs", func(t *testing.T) {
		stdout, _ := s.must(t, "job", "logs", "orders", "--tail", "7", "--since", "1m")
		says(t, stdout, "[orders-jm] flink-main-container says hello\n", "[orders-taskmanager-1-1] flink-main-container says hello\n",
			"sinceSeconds=60", "tailLines=7")
		stdout, _ = s.must(t, "job", "logs", "shop/orders", "--component", "jobmanager", "--container", "agent")
		if !strings.HasPrefix(stdout, "[orders-jm] agent says hello\n") {
			t.Errorf("stdout %q", stdout)
		}
		s.code(t, 4, "job", "logs", "orders", "--component", "driver")
	})
	t.Run("logs, followed and interrupted", func(t *testing.T) {
		out := s.until(t, "[orders-taskmanager-1-1] asked", "job", "logs", "orders", "-f", "--component", "taskmanager")
		says(t, out, "follow=true")
	})
	t.Run("ui", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		cmd := s.command(ctx, "job", "ui", "orders")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(stdout).ReadString('\n')
		if err != nil {
			t.Fatalf("%v\n%s", err, stderr.String())
		}
		answer, err := http.Get(strings.TrimSpace(line) + "overview")
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		if closing := answer.Body.Close(); err != nil || closing != nil {
			t.Fatal(err, closing)
		}
		if string(text) != "port 8082, path /overview" {
			t.Errorf("the UI answers %q", text)
		}
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != 130 {
			t.Errorf("it ended with %v", err)
		}
		hides(t, "job ui", line, stderr.String())
	})
}

// command is the program, not run.
func (s *site) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.binary, args...)
	cmd.Env = s.env()
	return cmd
}

// until runs the program until its stdout has a text, interrupts it, and wants exit 130.
func (s *site) until(t *testing.T, text string, args ...string) (stdout string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := s.command(ctx, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	in := bufio.NewReader(pipe)
	for !strings.Contains(all.String(), text) {
		line, err := in.ReadString('\n')
		all.WriteString(line)
		if err != nil {
			t.Fatalf("%v before %q:\n%s%s", err, text, all.String(), stderr.String())
		}
	}
	_ = cmd.Process.Signal(os.Interrupt)
	rest, _ := io.ReadAll(in)
	all.Write(rest)
	if _ = cmd.Wait(); cmd.ProcessState.ExitCode() != 130 {
		t.Errorf("it ended with %s", cmd.ProcessState)
	}
	hides(t, strings.Join(args, " "), all.String(), stderr.String())
	return all.String()
}
