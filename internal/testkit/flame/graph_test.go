package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

const traces = `File: x
Type: cpu
-----------+-------------------------------------------------------
      10ms   runtime.mallocgc
             sigs.k8s.io/kustomize/api/krusty.(*Kustomizer).Run
             github.com/helm-flink/helm-flink/internal/overlay.part.build
             github.com/helm-flink/helm-flink/internal/overlay.overlaid.func1 (inline)
             github.com/helm-flink/helm-flink/internal/app.(*App).parallel
-----------+-------------------------------------------------------
     1.02s   github.com/helm-flink/helm-flink/internal/emit.WriteStream
             github.com/helm-flink/helm-flink/internal/cli.Main
-----------+-------------------------------------------------------
      30ms   runtime.gcDrain
             runtime.gcBgMarkWorker
-----------+-------------------------------------------------------
`

func TestGraph(t *testing.T) {
	t.Parallel()
	root := parse(traces)
	if root.time != 1060*time.Millisecond {
		t.Errorf("%v in all", root.time)
	}
	at := root
	for _, name := range []string{"overlay.overlaid", "overlay.part.build", "krusty.Kustomizer.Run"} {
		if at = at.called[name]; at == nil || at.time != 10*time.Millisecond {
			t.Fatalf("%s: %v", name, at)
		}
	}
	if g := root.called["collecting garbage"]; g == nil || g.time != 30*time.Millisecond || root.called["emit.WriteStream"] == nil {
		t.Errorf("%v", root.called)
	}
	drawn := string(svg(root, "a <title>"))
	decoder := xml.NewDecoder(strings.NewReader(drawn))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(drawn, "emit.WriteStream, 96.2 %") {
		t.Error(drawn)
	}
}
