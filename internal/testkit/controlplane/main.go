// Command controlplane runs etcd and kube-apiserver in one process on loopback, for tests, and if asked (--with)
// kube-scheduler and kube-controller-manager in it and kwok beside it.
//
// It is a module of its own: the product never links it. It takes one folder (--dir), makes throw-away certificates
// there, keeps etcd's data there, writes kubeconfig (an administrator's) there, prints the line "ready" on stdout when
// the API answers, and ends when stdin closes or on SIGTERM or SIGINT, so that it never outlives the test that started
// it. Nothing of it survives: etcd is not even flushed to disk.
//
// Admission is the API server's default set (PodSecurity is in it), but without ServiceAccount unless the
// controller-manager runs that makes the default service accounts. Authorization is RBAC.
//
// A webhook whose clientConfig names a Service is sent to loopback: the file services in the folder holds one line a
// Service, `namespace/name:port host:port`, and is read anew at every call, so that a test may add lines at any time.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		os.Exit(1)
	}
}

// run starts both servers and waits for the end of stdin, for a signal, or for a server to fail.
func run(args []string, stdin io.Reader, stdout io.Writer) error {
	flags := flag.NewFlagSet("controlplane", flag.ContinueOnError)
	dir := flags.String("dir", "", "folder for certificates, data and kubeconfig (must exist)")
	with := flags.String("with", "", "what else to run, parted by commas: scheduler, controllers, kwok=PATH")
	patience := flags.Duration("ready-timeout", 2*time.Minute, "how long the API server may take to become ready")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" {
		return errors.New("--dir is required")
	}
	beside, err := parseParts(*with)
	if err != nil {
		return err
	}
	root, err := filepath.Abs(*dir)
	if err != nil {
		return err
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, bufio.NewReader(stdin))
		cancel()
	}()

	failed, err := start(ctx, root, beside, *patience)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	if _, err := fmt.Fprintln(stdout, "ready"); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

// start brings both servers up and returns when the API is ready. The channel carries the error of a server that ends early.
func start(ctx context.Context, dir string, beside parts, patience time.Duration) (<-chan error, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	pki, err := newPKI(dir)
	if err != nil {
		return nil, fmt.Errorf("certificates: %w", err)
	}
	address := "https://" + listener.Addr().String()
	if err := pki.writeKubeconfig(filepath.Join(dir, "kubeconfig"), address); err != nil {
		return nil, err
	}
	storage, err := startEtcd(ctx, filepath.Join(dir, "etcd"))
	if err != nil {
		return nil, fmt.Errorf("etcd: %w", err)
	}

	failed := make(chan error, 5)
	go func() { failed <- fmt.Errorf("etcd: %w", <-storage.failed) }()
	go func() {
		err := serveAPI(ctx, apiOptions{listener: listener, etcd: storage.endpoint, pki: pki, services: filepath.Join(dir, "services"), accounts: beside.controllers})
		if err == nil {
			err = errors.New("it ended")
		}
		failed <- fmt.Errorf("kube-apiserver: %w", err)
	}()

	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := waitReady(waiting, pki, address, failed); err != nil {
		return nil, err
	}
	beside.run(ctx, filepath.Join(dir, "kubeconfig"), pki, failed)
	return failed, nil
}

// run starts the parts beside the API server; one that ends early goes to the channel.
func (p parts) run(ctx context.Context, kubeconfig string, pki *pki, failed chan<- error) {
	serve := func(name string, wanted bool, run func() error) {
		if !wanted {
			return
		}
		go func() {
			err := run()
			if err == nil {
				err = errors.New("it ended")
			}
			failed <- fmt.Errorf("%s: %w", name, err)
		}()
	}
	serve("kube-scheduler", p.scheduler, func() error { return serveScheduler(ctx, kubeconfig) })
	serve("kube-controller-manager", p.controllers, func() error { return serveControllers(ctx, kubeconfig, pki) })
	serve("kwok", p.kwok != "", func() error { return serveNodes(ctx, p.kwok, kubeconfig) })
}
