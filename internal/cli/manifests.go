package cli

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
)

// longestName is the longest NAME of a platform of manifests: -platform-2 behind it
// still fits into the 53 characters of a release's name.
const longestName = 40

// bindManifests binds --manifests.
func (o *clusterOptions) bindManifests(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&o.manifests, "manifests", nil,
		"file or directory of manifests, - for standard input, in the place of values; with a NAME; repeatable")
	f.Lookup("namespace").Usage = "with --manifests: namespace of the platform's release and of objects that say none; " +
		"otherwise ignored: the values say which namespaces there are"
}

// named takes NAME and --manifests, or neither of them.
func (o *clusterOptions) named(cmd *cobra.Command, args []string) error {
	name, err := oneName(cmd, args)
	if err != nil {
		return err
	}
	path := cmd.CommandPath()
	switch {
	case name == "" && len(o.manifests) == 0:
		return nil
	case name == "":
		return usageError{fmt.Errorf("--manifests goes with a NAME for the platform: %s NAME --manifests %s", path, o.manifests[0])}
	case len(o.manifests) == 0:
		return usageError{fmt.Errorf("NAME %q goes with --manifests: %s %s --manifests -; values name the platform themselves: "+
			"%s -f flink.yaml", name, path, name, path)}
	case o.input.given():
		return usageError{errors.New("--manifests takes the place of values: -f, --set…, -k and --stack do not go with it; " +
			"to change the manifests: kustomize build OVERLAY | " + path + " " + name + " --manifests -")}
	case len(name) > longestName || !regexp.MustCompile(`^[a-z]([-a-z0-9]*[a-z0-9])?$`).MatchString(name):
		return usageError{fmt.Errorf("NAME %q: want at most %d lower-case letters, digits and '-', starting with a letter, "+
			"such as streaming", name, longestName)}
	}
	if i := slices.Index(o.manifests, "-"); i >= 0 && slices.Contains(o.manifests[i+1:], "-") {
		return usageError{errors.New("--manifests -: standard input can be read once only")}
	}
	o.platform = name
	return nil
}

// oneName is the only argument, or "".
func oneName(cmd *cobra.Command, args []string) (string, error) {
	switch len(args) {
	case 0:
		return "", nil
	case 1:
		return args[0], nil
	}
	return "", usageError{fmt.Errorf("%s takes one NAME at most, got %q; values files are named with -f", cmd.CommandPath(), args)}
}

// platformNamed takes NAME as what --platform says.
func (o *clusterOptions) platformNamed(cmd *cobra.Command, args []string) error {
	name, err := oneName(cmd, args)
	switch {
	case err != nil || name == "":
		return err
	case o.input.given():
		return usageError{fmt.Errorf("NAME %q and values: they name the platform; give one of the two", name)}
	case o.platform != "" && o.platform != name:
		return usageError{fmt.Errorf("NAME %q and --platform %s are two platforms; give one of the two", name, o.platform)}
	}
	o.platform = name
	return nil
}

// given reports whether there are values, or what is laid over them.
func (o *inputOptions) given() bool {
	return len(o.files)+len(o.set)+len(o.setString)+len(o.setFile)+len(o.setJSON)+len(o.overlays) > 0 || o.stack != ""
}

// piped adds the manifests to a request.
func (e *environment) piped(o *clusterOptions, req *app.ClusterRequest) {
	req.Manifests, req.NamespaceGiven = o.manifests, o.namespace != ""
	if req.Namespace = o.namespace; req.Namespace == "" {
		req.Namespace = e.getenv("HELM_NAMESPACE")
	}
}
