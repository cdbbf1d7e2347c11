// Command strictdecode reads a YAML stream on stdin and decodes every document strictly into its Go type: unknown
// fields, fields in the wrong case, duplicate keys, wrong types and unknown kinds are failures. It prints one line a
// failure (kind, namespace/name, what is wrong) on stderr and ends with 1, or prints how many documents it decoded.
//
// It knows the built-in kinds of Kubernetes, CustomResourceDefinition, our types of Flink's API, Karpenter's NodePool,
// NodeClaim and EC2NodeClass, and cert-manager's kinds.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

func main() {
	count, failures, err := run(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "strictdecode:", err)
		os.Exit(1)
	}
	for _, failure := range failures {
		fmt.Fprintln(os.Stderr, failure)
	}
	if len(failures) > 0 {
		os.Exit(1)
	}
	fmt.Println("decoded", count)
}

// run decodes every document of the stream. Documents that hold nothing but comments are passed over.
func run(in io.Reader) (count int, failures []string, err error) {
	types, err := newTypes()
	if err != nil {
		return 0, nil, err
	}
	reader := utilyaml.NewYAMLReader(bufio.NewReader(in))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return count, failures, nil
		}
		if err != nil {
			return count, failures, err
		}
		if blank(document) {
			continue
		}
		count++
		failures = append(failures, types.decode(document)...)
	}
}

// blank says whether a document holds only comments and white space.
func blank(document []byte) bool {
	for line := range bytes.Lines(document) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && !bytes.Equal(line, []byte("---")) {
			return false
		}
	}
	return true
}
