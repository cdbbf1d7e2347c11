package cli

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/helm-flink/helm-flink/internal/app/stack"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/schemas"
)

// project reads the .helm-flink.yaml that is in force in the current folder.
// The file is nil if there is none, or if it has errors, which are findings.
func (e *environment) project() (*stack.File, diag.List, error) {
	dir, err := filepath.Abs(".")
	if err != nil {
		return nil, nil, fmt.Errorf("find the current folder: %w", err)
	}
	name := stack.Find(dir, exists)
	if name == "" {
		return nil, nil, nil
	}
	f, err := e.open(name)
	if err != nil {
		return nil, nil, fmt.Errorf("read the stacks: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(f, values.MaxSize+1))
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the stacks: %w", err)
	}
	return stack.Load(name, data, schemas.Project)
}

// canonical gives every name of one file the same path: absolute, without
// links. A file that does not exist keeps its name.
func canonical(name string) string {
	path, err := filepath.Abs(name)
	if err != nil {
		return name
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}
