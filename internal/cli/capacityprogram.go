package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/helm-flink/helm-flink/internal/app"
)

// capacityProgram is the name of the program that has Karpenter's scheduler.
const capacityProgram = "helm-flink-capacity"

// simulate has the program answer a simulation.
func (e *environment) simulate(ctx context.Context, in app.Simulation) (app.Outcome, error) {
	var out app.Outcome
	program, err := e.findProgram(capacityProgram)
	if err != nil {
		return out, err
	}
	request, err := json.Marshal(in)
	if err != nil {
		return out, fmt.Errorf("make the request: %w", err)
	}
	var answer, complaint bytes.Buffer
	cmd := exec.CommandContext(ctx, program)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(request), &answer, &complaint
	cmd.Env = e.env
	if err := cmd.Run(); err != nil {
		if text := strings.TrimSpace(complaint.String()); text != "" {
			return out, fmt.Errorf("%s: %s", program, text)
		}
		return out, fmt.Errorf("%s: %w", program, err)
	}
	if err := json.Unmarshal(answer.Bytes(), &out); err != nil {
		return out, fmt.Errorf("%s: read its answer: %w", program, err)
	}
	return out, nil
}

// findProgram looks for a program beside the running one, and then in PATH.
func (e *environment) findProgram(name string) (string, error) {
	file := name
	if runtime.GOOS == "windows" {
		file += ".exe"
	}
	var folders []string
	if self, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(self); err == nil {
			self = real
		}
		folders = append(folders, filepath.Dir(self))
	}
	folders = append(folders, filepath.SplitList(e.getenv("PATH"))...)
	for _, folder := range folders {
		path := filepath.Join(folder, file)
		if info, err := os.Stat(path); folder != "" && err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	return "", fmt.Errorf("the program %s, which has Karpenter's scheduler, is neither beside this one nor in PATH: "+
		"reinstall the plugin, or go install github.com/helm-flink/helm-flink/cmd/%s@latest", name, name)
}
