package app

import (
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify"
)

// Entries documents every code there is, in order: those of the stages and
// those of the rules.
func Entries() []diag.Entry {
	all := slices.Concat(diag.Catalog(), verify.Entries())
	slices.SortFunc(all, func(a, b diag.Entry) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return all
}
