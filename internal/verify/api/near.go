package api

import "github.com/helm-flink/helm-flink/internal/diag"

// didYouMean is the hint for a word that is none of those known, or "".
func didYouMean(name string, known []string) string {
	if near := diag.Nearest(name, known); near != "" {
		return "did you mean " + near + "?"
	}
	return ""
}
