// Command crds prints the CustomResourceDefinitions that a cluster needs beside ours, as one YAML stream: Karpenter's
// NodePool, NodeClaim and EC2NodeClass (from the provider module, whose NodePool carries the rules for AWS labels) and
// cert-manager's (from the folder deploy/crds of its module, which embeds nothing and therefore is an argument).
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/aws/karpenter-provider-aws/pkg/apis"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "crds:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: crds FOLDER-OF-CERT-MANAGERS-CRDS")
	}
	documents := [][]byte{apis.EC2NodeClassCRD, apis.NodePoolCRD, apis.NodeClaimCRD}
	files, err := filepath.Glob(filepath.Join(args[0], "*.yaml"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s: no YAML files", args[0])
	}
	slices.Sort(files)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		documents = append(documents, content)
	}
	for _, document := range documents {
		document = bytes.TrimPrefix(bytes.TrimSpace(document), []byte("---\n"))
		if _, err := fmt.Printf("---\n%s\n", document); err != nil {
			return err
		}
	}
	return nil
}
