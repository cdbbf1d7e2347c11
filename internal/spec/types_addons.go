package spec

// Addon is what a platform needs around Flink and somebody else publishes: a Helm
// release of a chart of theirs. Its name is the key of the map it stands in.
type Addon struct {
	Enabled     bool           `json:"enabled"`
	Chart       string         `json:"chart"`
	Version     string         `json:"version"`
	Digest      string         `json:"digest"`
	Namespace   string         `json:"namespace"`
	Role        *Role          `json:"role"`
	RemoteWrite string         `json:"remoteWrite"`
	Values      map[string]any `json:"values"`
}
