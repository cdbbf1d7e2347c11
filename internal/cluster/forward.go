package cluster

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"
)

// Forward forwards a port of this machine, 0 for a free one, to a port of a pod
// until the context ends, and tells the port once it listens. A connection to the
// pod that is lost is an error.
func (c *Client) Forward(ctx context.Context, namespace, pod, address string, local, remote int, ready func(port int)) error {
	config := c.direct()
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	transport, upgrader, err := spdy.RoundTripperFor(config)
	if err != nil {
		return err
	}
	url := typed.CoreV1().RESTClient().Post().Resource("pods").Namespace(namespace).Name(pod).SubResource("portforward").URL()
	dialer := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, url)
	stop, listening := make(chan struct{}), make(chan struct{})
	forwarder, err := portforward.NewOnAddresses(dialer, []string{address}, []string{fmt.Sprintf("%d:%d", local, remote)},
		stop, listening, io.Discard, io.Discard)
	if err != nil {
		return fmt.Errorf("forward to pod %s/%s: %w", namespace, pod, err)
	}
	go func() {
		select {
		case <-listening:
		case <-ctx.Done():
			close(stop)
			return
		}
		if ports, err := forwarder.GetPorts(); err == nil && len(ports) > 0 {
			ready(int(ports[0].Local))
		}
		<-ctx.Done()
		close(stop)
	}()
	if err := forwarder.ForwardPorts(); err != nil {
		return fmt.Errorf("forward to pod %s/%s, port %d: %w", namespace, pod, remote, err)
	}
	return context.Cause(ctx)
}
