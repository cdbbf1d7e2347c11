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
		if d := distance(name, word, fewest); d < fewest {
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

// distance is Damerau's and Levenshtein's (optimal string alignment), or limit
// if it is not below that.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) >= limit || len(y)-len(x) >= limit {
		return limit
	}
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return min(last[len(y)], limit)
}
