package gitops

import (
	"fmt"
	"path"
	"strings"
)

// Chart is the operator's chart where it is not rendered: Argo CD or Flux fetches
// and installs it.
type Chart struct {
	// Source is oci://HOST/PATH/NAME, or the address of an HTTP repository.
	Source string
	// Name is the chart's in an HTTP repository.
	Name               string
	Version            string
	Release, Namespace string
	// Values are JSON-shaped.
	Values map[string]any
}

// Repository gives the repository, without oci:// where it is a registry, and the
// chart's name in it. The error says of which source neither Argo CD nor Flux
// makes a release, and what to do.
func (c Chart) Repository() (repository, name string, registry bool, err error) {
	at, registry := strings.CutPrefix(c.Source, "oci://")
	switch {
	case strings.HasSuffix(c.Source, ".tgz"), strings.Contains(c.Source, "@"), c.Version == "":
		return "", "", false, fmt.Errorf("operator.chart.source %q: Argo CD and Flux want a repository and a version, "+
			"no archive and no digest: render the chart with --fetch", c.Source)
	case registry:
		return path.Dir(at), path.Base(at), true, nil
	}
	return c.Source, c.Name, false, nil
}
