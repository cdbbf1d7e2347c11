package difference

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// JSON writes the set for machines: an object with entries, any and loss.
func (s Set) JSON() ([]byte, error) {
	type reason struct {
		Loss bool   `json:"loss"`
		Path string `json:"path,omitempty"`
		Why  string `json:"why"`
		Hint string `json:"hint,omitempty"`
	}
	type line struct {
		Path   string `json:"path"`
		Effect string `json:"effect"`
	}
	type entry struct {
		APIVersion string   `json:"apiVersion"`
		Kind       string   `json:"kind"`
		Namespace  string   `json:"namespace,omitempty"`
		Name       string   `json:"name"`
		State      State    `json:"state"`
		Effect     string   `json:"effect,omitempty"`
		How        string   `json:"how,omitempty"`
		Summary    string   `json:"summary,omitempty"`
		Loss       bool     `json:"loss"`
		Reasons    []reason `json:"reasons,omitempty"`
		Fields     []line   `json:"fields,omitempty"`
		Diff       string   `json:"diff"`
	}
	out := struct {
		Any     bool    `json:"any"`
		Loss    bool    `json:"loss"`
		Entries []entry `json:"entries"`
	}{s.Any(), s.Loss(), []entry{}}
	for _, e := range s.Entries {
		one := entry{APIVersion: e.APIVersion, Kind: e.Kind, Namespace: e.Namespace, Name: e.Name, State: e.State, Diff: e.Diff}
		if m := e.Meaning; m != nil {
			one.Effect, one.How, one.Loss = m.Effect.ID(), m.How.ID(), m.Loss()
			one.Summary = m.Summary()
			for _, r := range m.Reasons {
				one.Reasons = append(one.Reasons, reason(r))
			}
			for _, l := range m.Lines {
				one.Fields = append(one.Fields, line{l.Path, l.Effect.ID()})
			}
		}
		out.Entries = append(out.Entries, one)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		return nil, fmt.Errorf("differences: %w", err)
	}
	return b.Bytes(), nil
}
