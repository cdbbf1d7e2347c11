package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	yaml3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// floor prints what a program would take that did nothing but read the values and write the objects by the YAML
// libraries, in CPU time.
func floor(values string, rendered []byte) error {
	text, err := os.ReadFile(values)
	if err != nil {
		return err
	}
	var document yaml3.Node
	read, err := spent(func() error { return yaml3.Unmarshal(text, &document) })
	if err != nil {
		return err
	}
	var objects []any
	decoder := yaml3.NewDecoder(bytes.NewReader(rendered))
	for {
		var one any
		err := decoder.Decode(&one)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		objects = append(objects, one)
	}
	written, err := spent(func() error {
		for _, one := range objects {
			if _, err := yaml.Marshal(one); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Printf("values: %d bytes, read in %.2f s\nobjects: %d, %d bytes, written in %.2f s\n",
		len(text), read.Seconds(), len(objects), len(rendered), written.Seconds())
	return nil
}

// spent is the CPU time of this process while work runs.
func spent(work func() error) (time.Duration, error) {
	before, err := used()
	if err != nil {
		return 0, err
	}
	if err := work(); err != nil {
		return 0, err
	}
	after, err := used()
	return after - before, err
}

func used() (time.Duration, error) {
	var u syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), err
}
