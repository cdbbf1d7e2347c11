package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
)

// onlyDeployments copies the FlinkDeployments of a YAML stream of ours, one document at a time.
func onlyDeployments(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	var failed error
	err = file(to, func(w io.Writer) {
		lines := bufio.NewScanner(in)
		var document bytes.Buffer
		flush := func() {
			if bytes.Contains(document.Bytes(), []byte("\nkind: FlinkDeployment\n")) {
				_, _ = io.WriteString(w, "---\n")
				_, _ = document.WriteTo(w)
			}
			document.Reset()
		}
		for lines.Scan() {
			if lines.Text() == "---" {
				flush()
				continue
			}
			document.Write(lines.Bytes())
			document.WriteByte('\n')
		}
		flush()
		failed = lines.Err()
	})
	if err == nil {
		err = failed
	}
	return err
}
