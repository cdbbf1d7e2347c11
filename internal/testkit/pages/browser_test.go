//go:build unix

package pages_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// browser is a running Chromium that is spoken to through pipes in the Chrome DevTools Protocol.
type browser struct {
	t       *testing.T
	to      io.Writer
	session string

	mutex   sync.Mutex
	last    int
	answers map[int]chan answer
	events  []event
	ended   chan struct{}
}

type answer struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

type event struct {
	Method string
	Params json.RawMessage
}

// patience is how long an answer may take on a busy machine.
const patience = time.Minute

// newBrowser starts Chromium with an empty page; it ends with the test.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	program := testkit.Program(t, "chromium")
	read, theirWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	theirRead, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
		"--user-data-dir="+t.TempDir(), "about:blank")
	command.ExtraFiles = []*os.File{theirRead, theirWrite} // descriptors 3 and 4
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = theirRead.Close(), theirWrite.Close()
	b := &browser{t: t, to: write, answers: map[int]chan answer{}, ended: make(chan struct{})}
	go b.listen(read)
	t.Cleanup(func() {
		_, _ = b.try("", "Browser.close", nil)
		_ = write.Close()
		late := time.AfterFunc(10*time.Second, func() { _ = command.Process.Kill() })
		_ = command.Wait()
		late.Stop()
		_ = read.Close()
	})
	var target struct{ TargetID string }
	b.into(b.call("", "Target.createTarget", map[string]any{"url": "about:blank"}), &target)
	var session struct{ SessionID string }
	b.into(b.call("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}), &session)
	b.session = session.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.do(domain+".enable", nil)
	}
	return b
}

// listen takes what the browser says until it ends.
func (b *browser) listen(from io.Reader) {
	defer close(b.ended)
	r := bufio.NewReader(from)
	for {
		text, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var message struct {
			ID int
			answer
			event
		}
		if json.Unmarshal(text[:len(text)-1], &message) != nil {
			continue
		}
		b.mutex.Lock()
		if message.ID > 0 {
			b.answers[message.ID] <- message.answer
			delete(b.answers, message.ID)
		} else {
			b.events = append(b.events, message.event)
		}
		b.mutex.Unlock()
	}
}

// try sends a command to a session, "" being the browser's own, and waits for the answer.
func (b *browser) try(session, method string, params any) (json.RawMessage, error) {
	b.mutex.Lock()
	b.last++
	id, reply := b.last, make(chan answer, 1)
	b.answers[id] = reply
	message := map[string]any{"id": id, "method": method}
	if params != nil {
		message["params"] = params
	}
	if session != "" {
		message["sessionId"] = session
	}
	text, err := json.Marshal(message)
	if err == nil {
		_, err = b.to.Write(append(text, 0))
	}
	b.mutex.Unlock()
	if err != nil {
		return nil, err
	}
	select {
	case got := <-reply:
		if got.Error != nil {
			return nil, fmt.Errorf("%s: %s", method, got.Error.Message)
		}
		return got.Result, nil
	case <-b.ended:
		return nil, errors.New(method + ": the browser ended")
	case <-time.After(patience):
		return nil, fmt.Errorf("%s: no answer in %s", method, patience)
	}
}

func (b *browser) call(session, method string, params any) json.RawMessage {
	b.t.Helper()
	got, err := b.try(session, method, params)
	if err != nil {
		b.t.Fatal(err)
	}
	return got
}

// do is for commands of the page.
func (b *browser) do(method string, params any) json.RawMessage {
	b.t.Helper()
	return b.call(b.session, method, params)
}

func (b *browser) into(text json.RawMessage, to any) {
	b.t.Helper()
	if err := json.Unmarshal(text, to); err != nil {
		b.t.Fatal(err)
	}
}

// run evaluates an expression in the page, waits for a promise, and reads its value.
func (b *browser) run(expression string, to any) {
	b.t.Helper()
	var got struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct{ Exception struct{ Description string } }
	}
	b.into(b.do("Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}), &got)
	if got.ExceptionDetails != nil {
		b.t.Fatalf("%.80s: %s", expression, got.ExceptionDetails.Exception.Description)
	}
	if to != nil && got.Result.Value != nil {
		b.into(got.Result.Value, to)
	}
}

// taken gives the events since it was asked last.
func (b *browser) taken() []event {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	out := b.events
	b.events = nil
	return out
}

// open loads a file at a size of the window and a colour scheme, as a screen or as paper.
func (b *browser) open(file string, width, height int, scheme, media string) {
	b.t.Helper()
	b.do("Emulation.setDeviceMetricsOverride", map[string]any{
		"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
	})
	b.do("Emulation.setEmulatedMedia", map[string]any{
		"media": media, "features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}},
	})
	b.taken()
	b.do("Page.navigate", map[string]any{"url": (&url.URL{Scheme: "file", Path: file}).String()})
	b.run(`new Promise(done => document.readyState === "complete" ? done() : addEventListener("load", done))`, nil)
}

// key presses and leaves a key.
func (b *browser) key(name string, code int, text string) {
	b.t.Helper()
	for _, kind := range []string{"keyDown", "keyUp"} {
		params := map[string]any{"type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code}
		if kind == "keyDown" && text != "" {
			params["text"] = text
		}
		b.do("Input.dispatchKeyEvent", params)
	}
}
