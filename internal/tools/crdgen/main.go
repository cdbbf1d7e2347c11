// Command crdgen writes the CustomResourceDefinitions of the flink-operator
// chart from the Go types in internal/flink/v1beta1.
//
// It runs controller-gen's generator, which knows Go types and kubebuilder
// markers, and then makes the result accept what the CRDs of the Apache Flink
// Kubernetes Operator accept: nothing is required, nothing has a pattern, a
// format or a default, and a podTemplate is a Pod of which every field may be
// left out.
//
// It is a part of the build, not of the product. From the root of the module:
//
//	go -C internal/tools run ./crdgen
//
// writes the four files; with -check it writes nothing and fails if one of
// them is not current.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("root", "../..", "root of the module, relative to the current directory")
	check := flag.Bool("check", false, "write nothing, and fail if a file is not current")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "crdgen:", err) //nolint:forbidigo // main knows the streams
		os.Exit(1)                              //nolint:forbidigo // main ends the process
	}
}

// run makes the CRDs and writes or compares them.
func run(root string, check bool) error {
	crds, err := generate(root)
	if err != nil {
		return err
	}
	dir := filepath.Join(root, "charts", "flink-operator", "crds")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i := range crds {
		shape(&crds[i])
		data, err := encode(&crds[i])
		if err != nil {
			return fmt.Errorf("%s: %w", crds[i].Name, err)
		}
		if err := deliver(filepath.Join(dir, crds[i].Name+"-v1.yml"), data, check); err != nil {
			return err
		}
	}
	return nil
}

// deliver writes data to the file, or, with check, compares them.
func deliver(file string, data []byte, check bool) error {
	if !check {
		return os.WriteFile(file, data, 0o644)
	}
	have, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.Equal(have, data) {
		return fmt.Errorf("%s is not current: run go -C internal/tools run ./crdgen", file)
	}
	return nil
}
