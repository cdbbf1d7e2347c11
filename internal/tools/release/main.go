// Command release makes the files of a release, and pushes the charts among them:
//
//	release build [-platforms linux/amd64,…] [-times 2] [-key FILE] [-out dist]
//	release push -to oci://HOST/PATH [-out dist]
//
// docs/adr/0028-release.md says why it is a program of our own. It is no part of the product, and needs Go, git and Helm.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stderr, os.Getenv)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// run is one command. Everything is said on log.
func run(ctx context.Context, args []string, log io.Writer, env func(string) string) error {
	if len(args) == 0 {
		return fmt.Errorf("a command is wanted: build or push")
	}
	flags := flag.NewFlagSet("release "+args[0], flag.ContinueOnError)
	flags.SetOutput(log)
	r := &release{log: log}
	flags.StringVar(&r.root, "root", "../../..", "the repository")
	flags.StringVar(&r.out, "out", "", "folder of the release (default dist in the repository)")
	flags.StringVar(&r.helm, "helm", "helm", "Helm, to package and to push charts")
	switch args[0] {
	case "build":
		platforms := flags.String("platforms", "", "os/arch, separated by commas (default: all)")
		times := flags.Int("times", 2, "how often everything is built, each time in another folder; the sums must be the same")
		key := flags.String("key", "", "secret OpenPGP key that signs (default: one that is made and thrown away, for a dry run)")
		passphrase := flags.String("passphrase-file", "", "file with the passphrase of the key")
		tag := flags.String("tag", "", "the tag that is released, v<version>: it must be the version of plugin.yaml")
		epoch := flags.String("epoch", env("SOURCE_DATE_EPOCH"), "time of all files, seconds since 1970 (default: of the last commit)")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		if err := r.prepare(ctx, *platforms, *tag, *epoch); err != nil {
			return err
		}
		signer, err := newSigner(*key, *passphrase)
		if err != nil {
			return err
		}
		return r.build(ctx, *times, signer)
	case "push":
		to := flags.String("to", "", "where to: oci://HOST/PATH")
		plain := flags.Bool("plain-http", false, "the registry has no TLS")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		return r.push(ctx, *to, *plain)
	default:
		return fmt.Errorf("no command %q: build or push", args[0])
	}
}
