package diag

import (
	"strings"
	"unicode/utf8"
)

// Nearest returns the known word that name was probably meant to be, or "".
// It is one that differs in case, '-', '_' or '.' alone, otherwise the first
// one with the fewest typing errors (insert, delete, replace, swap neighbours):
// at most two, one in a word of three or four letters, none in a shorter one;
// or else the only one that starts with the name, if that is five letters long.
func Nearest(name string, known []string) string {
	best, fewest := "", 3
	switch n := utf8.RuneCountInString(name); {
	case n <= 2:
		fewest = 1
	case n <= 4:
		fewest = 2
	}
	flat := flatten(name)
	for _, word := range known {
		if flatten(word) == flat {
			return word
		}
		if d := Distance([]rune(name), []rune(word), fewest); d < fewest {
			best, fewest = word, d
		}
	}
	if best == "" && len(flat) >= 5 {
		return onlyWithPrefix(flat, known)
	}
	return best
}

func onlyWithPrefix(flat string, known []string) string {
	found := ""
	for _, word := range known {
		if !strings.HasPrefix(flatten(word), flat) {
			continue
		}
		if found != "" {
			return ""
		}
		found = word
	}
	return found
}

func flatten(s string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "", ".", "", " ", "").Replace(s))
}

// Distance counts the typing errors between two words, given as their letters:
// insert, delete, replace, swap neighbours (Damerau's and Levenshtein's, optimal
// string alignment). It is limit if there are no fewer.
func Distance[T byte | rune](a, b []T, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least >= limit {
			return limit
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}
