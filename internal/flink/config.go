package flink

import (
	"maps"
	"strconv"
	"strings"
	"time"
)

// ConfigSource says who gave a setting, from the weakest to the strongest.
type ConfigSource int

// The layers of an effective configuration.
const (
	// FromDefaults: built into the operator's image or chart.
	FromDefaults ConfigSource = iota
	// FromOperator: the operator's configuration, seen in the input.
	FromOperator
	// FromCluster: the session cluster that a session job runs in.
	FromCluster
	// FromResource: the resource's own flinkConfiguration.
	FromResource
)

// Setting is one key of a configuration with its text.
type Setting struct {
	Key, Value string
	Source     ConfigSource
}

// Config is an effective configuration of Flink and of the operator: flat keys
// with what they are set to. Keys that nobody set are not in it, whatever
// Flink's own default is.
type Config map[string]Setting

// Over returns the configuration with settings laid over c; neither is changed.
// Without settings it is c itself, so the result must not be changed either.
func (c Config) Over(settings map[string]string, source ConfigSource) Config {
	if len(settings) == 0 && c != nil {
		return c
	}
	out := make(Config, len(c)+len(settings))
	maps.Copy(out, c)
	for key, value := range settings {
		out[key] = Setting{key, value, source}
	}
	return out
}

// Find returns the setting of the first of the keys that is set: an option's
// key, and then its deprecated keys in Flink's order.
func (c Config) Find(keys ...string) (Setting, bool) {
	for _, key := range keys {
		if s, ok := c[key]; ok {
			return s, true
		}
	}
	return Setting{}, false
}

// Text returns the trimmed text of the first key that is set, or "".
func (c Config) Text(keys ...string) string {
	s, _ := c.Find(keys...)
	return strings.TrimSpace(s.Value)
}

// Bool reads a boolean as Flink does, in any case; fallback stands for one that
// is not set or is no boolean.
func (c Config) Bool(fallback bool, keys ...string) bool {
	switch strings.ToLower(c.Text(keys...)) {
	case "true":
		return true
	case "false":
		return false
	default:
		return fallback
	}
}

// Int reads an integer; fallback stands for one that is not set or is none.
func (c Config) Int(fallback int, keys ...string) int {
	if n, err := strconv.ParseInt(c.Text(keys...), 10, 32); err == nil {
		return int(n)
	}
	return fallback
}

// Duration reads a duration with ParseDuration; fallback stands for one that is
// not set or is none.
func (c Config) Duration(fallback time.Duration, keys ...string) time.Duration {
	if s, ok := c.Find(keys...); ok {
		if d, err := ParseDuration(s.Value); err == nil {
			return d
		}
	}
	return fallback
}

// CheckpointDirKeys are the spellings of the option, the current one first
// (apache/flink 1.20, CheckpointingOptions.java).
func CheckpointDirKeys() []string {
	return []string{"execution.checkpointing.dir", "state.checkpoints.dir"}
}

// SavepointDirKeys are the spellings of the option, the current one first
// (apache/flink 1.20, CheckpointingOptions.java).
func SavepointDirKeys() []string {
	return []string{"execution.checkpointing.savepoint-dir", "state.savepoints.dir", "savepoints.state.backend.fs.dir"}
}

// HAKeys are the spellings of the option, the current one first (apache/flink
// 1.20, HighAvailabilityOptions.java).
func HAKeys() []string {
	return []string{"high-availability.type", "high-availability", "recovery.mode"}
}

// HAActive reports whether high availability is on as Flink and the operator see
// it: set, and to anything but NONE. The name of any factory counts, and so do
// the empty text and " NONE " (apache/flink 1.20,
// HighAvailabilityMode.isHighAvailabilityModeActivated; measured with
// operators 1.7.0 and 1.16.1, internal/tools/oracle).
func (c Config) HAActive() bool {
	s, ok := c.Find(HAKeys()...)
	return ok && !strings.EqualFold(s.Value, "NONE")
}
