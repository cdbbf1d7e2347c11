// Package values loads what the user wrote: values files, standard input and
// --set flags become one tree, merged as Helm merges them, in which every node
// knows its place. The tree is checked with a JSON Schema, and everything that
// is wrong with it is a finding at the line that is wrong.
//
// A tree is never changed once it is loaded: functions that change something
// return a new tree, which shares what stayed the same.
//
// It may import manifest and diag and nothing else of this module; of third parties
// go.yaml.in/yaml/v3, github.com/santhosh-tekuri/jsonschema/v5 and Helm's
// pkg/strvals.
package values
