package cluster

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// LogOptions say which part of a container's log is read.
type LogOptions struct {
	// Follow goes on until the container ends.
	Follow bool
	// Tail is the number of last lines, all with a negative one.
	Tail int64
	// Since leaves out what is older; 0 leaves out nothing.
	Since time.Duration
}

// Logs gives the log of a container line by line, without line ends. A line of
// any length is given whole.
func (c *Client) Logs(ctx context.Context, namespace, pod, container string, o LogOptions, line func(string)) error {
	typed, err := kubernetes.NewForConfig(c.direct())
	if err != nil {
		return err
	}
	options := &corev1.PodLogOptions{Container: container, Follow: o.Follow}
	if o.Tail >= 0 {
		options.TailLines = &o.Tail
	}
	if o.Since > 0 {
		seconds := max(1, int64(o.Since/time.Second))
		options.SinceSeconds = &seconds
	}
	stream, err := typed.CoreV1().Pods(namespace).GetLogs(pod, options).Stream(ctx)
	if err != nil {
		return fmt.Errorf("read the log of pod %s/%s, container %s: %w", namespace, pod, container, err)
	}
	defer stream.Close() //nolint:errcheck // it was read to its end
	in := bufio.NewReader(stream)
	for {
		text, err := in.ReadString('\n')
		if text != "" {
			line(strings.TrimSuffix(text, "\n"))
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the log of pod %s/%s, container %s: %w", namespace, pod, container, err)
		}
	}
}

// direct is the way to the API server for what streams: answers are not read
// whole, and no request is sent twice.
func (c *Client) direct() *rest.Config {
	config := rest.CopyConfig(c.config)
	config.WrapTransport = nil
	return config
}
