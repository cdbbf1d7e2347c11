package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/release/fetch"
)

// chartOptions are the flags about charts that come from registries and
// repositories; --verify and --keyring are Helm's.
type chartOptions struct {
	on                         bool // the verb fetches
	cache, keyring             string
	offline, plainHTTP, verify bool
}

func (o *chartOptions) bind(cmd *cobra.Command) {
	o.on = true
	f := cmd.Flags()
	f.StringVar(&o.cache, "cache", "", "folder of charts that were fetched, used first (default flink/charts in Helm's cache)")
	f.BoolVar(&o.offline, "offline", false, "use the charts of the cache alone")
	f.BoolVar(&o.plainHTTP, "plain-http", false, "fetch charts without TLS too")
	f.BoolVar(&o.verify, "verify", false, "want a signed provenance file for every chart that is fetched")
	f.StringVar(&o.keyring, "keyring", "", "public keys for --verify (default pubring.gpg in $GNUPGHOME or ~/.gnupg)")
}

// fetcher gives what fetches charts as the flags say; nil where a verb does not.
func (e *environment) fetcher(o chartOptions) app.Fetcher {
	if !o.on {
		return nil
	}
	options := e.fetchOptions(o)
	return func(ctx context.Context, ref fetch.Reference) (fetch.Chart, error) {
		got, err := fetch.Get(ctx, ref, options)
		if got.Kept != nil {
			fmt.Fprintf(e.Err, "Notice: %s: %s\n", ref, got.Kept)
		}
		return got, err
	}
}

func (e *environment) fetchOptions(o chartOptions) fetch.Options {
	options := fetch.Defaults(e.getenv)
	if o.cache != "" {
		options.Cache = o.cache
	}
	options.Offline, options.PlainHTTP = o.offline, o.plainHTTP
	options.Verify, options.Keyring = o.verify, o.keyring
	if options.Keyring == "" {
		home := e.getenv("GNUPGHOME")
		if home == "" {
			home = filepath.Join(e.getenv("HOME"), ".gnupg")
		}
		options.Keyring = filepath.Join(home, "pubring.gpg")
	}
	return options
}
