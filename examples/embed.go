// Package examples holds small values files, each of them also a golden test
// case and a starting point for `helm flink init`. It holds no code and imports
// nothing of this module.
package examples

import "embed"

// FS holds the examples, <name>.yaml each.
//
//go:embed *.yaml
var FS embed.FS
