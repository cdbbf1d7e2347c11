package api

import (
	"slices"
	"strings"
)

// didYouMean is the hint for a word that is none of those known, or "".
func didYouMean(name string, known []string) string {
	best, fewest := "", min(3, max(1, (len(name)+1)/2))
	for _, word := range slices.Sorted(slices.Values(known)) {
		if strings.EqualFold(name, word) {
			return "did you mean " + word + "?"
		}
		if d := distance(name, word); d < fewest {
			best, fewest = word, d
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + best + "?"
}

// distance counts inserted, deleted, replaced and swapped bytes (optimal string
// alignment).
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
