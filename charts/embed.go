// Package charts holds the Helm charts that the tool renders, as files. Each is
// a plain chart that bare helm installs too. It holds no code and imports
// nothing of this module.
package charts

import "embed"

// FS holds one folder per chart, under the chart's name. The prefix all: is
// needed: without it go:embed leaves out _helpers.tpl and .helmignore.
//
//go:embed all:flink-operator all:flink-namespaces all:flink-irsa all:flink-karpenter all:flink-jobs all:flink-monitoring
var FS embed.FS
