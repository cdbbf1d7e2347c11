package main

import (
	"context"
	_ "embed" // stages.yaml
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"
	"k8s.io/client-go/tools/cache"
	manager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	manageroptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	scheduleroptions "k8s.io/kubernetes/cmd/kube-scheduler/app/options"
)

// serveScheduler runs kube-scheduler until the context ends.
func serveScheduler(ctx context.Context, kubeconfig string) error {
	o := scheduleroptions.NewOptions()
	flags := pflag.NewFlagSet("kube-scheduler", pflag.ContinueOnError)
	for _, set := range o.Flags.FlagSets {
		flags.AddFlagSet(set)
	}
	if err := flags.Parse([]string{
		"--kubeconfig=" + kubeconfig, "--leader-elect=false", "--secure-port=0", "--profiling=false",
	}); err != nil {
		return err
	}
	var err error
	if o.InformerName, err = cache.NewInformerName("kube-scheduler"); err != nil {
		return err
	}
	completed, s, err := scheduler.Setup(ctx, o)
	if err != nil {
		return err
	}
	return scheduler.Run(ctx, completed, s)
}

// serveControllers runs kube-controller-manager until the context ends.
func serveControllers(ctx context.Context, kubeconfig string, p *pki) error {
	o, err := manageroptions.NewKubeControllerManagerOptions()
	if err != nil {
		return err
	}
	flags := pflag.NewFlagSet("kube-controller-manager", pflag.ContinueOnError)
	named := o.Flags(manager.KnownControllers(), manager.ControllersDisabledByDefault(), manager.ControllerAliases())
	o.ParsedFlags = &named
	for _, set := range named.FlagSets {
		flags.AddFlagSet(set)
	}
	if err := flags.Parse([]string{
		"--kubeconfig=" + kubeconfig, "--leader-elect=false", "--secure-port=0", "--profiling=false",
		"--root-ca-file=" + p.caCert, "--service-account-private-key-file=" + p.accountKey,
		"--use-service-account-credentials=false", "--controller-start-interval=0s",
		"--concurrent-namespace-syncs=10", "--namespace-sync-period=10s",
	}); err != nil {
		return err
	}
	c, err := o.Config(ctx, manager.KnownControllers(), manager.ControllersDisabledByDefault(), manager.ControllerAliases())
	if err != nil {
		return err
	}
	return manager.Run(ctx, c.Complete())
}

//go:embed stages.yaml
var stages string

// serveNodes runs kwok, which plays the nodes that have the annotation kwok.x-k8s.io/node: fake, and the pods on them,
// until the context ends. It is a program of its own and dies with this one.
func serveNodes(ctx context.Context, program, kubeconfig string) error {
	config := kubeconfig + ".stages.yaml"
	if err := os.WriteFile(config, []byte(stages), 0o600); err != nil {
		return err
	}
	command := exec.CommandContext(ctx, program, "--kubeconfig="+kubeconfig, "--config="+config, "--manage-all-nodes=false",
		"--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake", "--server-address=", "--node-lease-duration-seconds=40")
	command.Env = append(os.Environ(), "HOME="+os.TempDir())
	command.Stderr = os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	command.WaitDelay = 5 * time.Second
	err := command.Run()
	if ctx.Err() != nil {
		return nil
	}
	if err == nil {
		err = errors.New("it ended")
	}
	return err
}

// parts are what runs beside the API server.
type parts struct {
	scheduler, controllers bool
	kwok                   string // path of the program, "" for none
}

// parseParts reads a list of scheduler, controllers and kwok=PATH.
func parseParts(text string) (parts, error) {
	var p parts
	for item := range strings.SplitSeq(text, ",") {
		switch name, value, _ := strings.Cut(item, "="); name {
		case "":
		case "scheduler":
			p.scheduler = true
		case "controllers":
			p.controllers = true
		case "kwok":
			p.kwok = value
		default:
			return p, errors.New("--with: unknown part " + name)
		}
	}
	return p, nil
}
