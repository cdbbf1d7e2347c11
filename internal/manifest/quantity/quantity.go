// Package quantity reads Kubernetes' quantities in bounded time.
//
// It imports nothing of this module.
package quantity

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

const (
	// maxExponent is the largest exponent that is read, up or down. Every quantity
	// that counts lies between 1e-9 and 1e19.
	maxExponent = 999
	// maxLength is the longest text that is read, in bytes.
	maxLength = 1000
)

// Parse reads a quantity as the API server does, and refuses one whose text
// alone would take long to read; see Bounded.
func Parse(text string) (resource.Quantity, error) {
	if !Bounded(text) {
		return resource.Quantity{}, fmt.Errorf("quantity %.40q: too many digits", text)
	}
	return resource.ParseQuantity(text)
}

// Bounded reports whether a text can be read as a quantity at once: it is no
// longer than 1000 bytes, and has no exponent beyond 999. For 1e-9999999,
// resource.ParseQuantity makes a number of ten million digits, which takes
// seconds (k8s.io/apimachinery 0.37, measured). Text that is no quantity is
// bounded if it is short.
func Bounded(text string) bool {
	if len(text) > maxLength {
		return false
	}
	at := strings.LastIndexAny(text, "eE")
	if at < 0 {
		return true
	}
	digits := strings.TrimLeft(strings.TrimLeft(text[at+1:], "+-"), "0")
	n := 0
	for _, c := range digits {
		if c < '0' || c > '9' {
			return true
		}
		if n = n*10 + int(c-'0'); n > maxExponent {
			return false
		}
	}
	return true
}

// AllBounded reports whether every text in JSON-shaped data is bounded, or does
// not begin as a number does.
func AllBounded(data any) bool {
	switch data := data.(type) {
	case string:
		return data == "" || !strings.ContainsAny(data[:1], "+-.0123456789") || Bounded(data)
	case map[string]any:
		for _, value := range data {
			if !AllBounded(value) {
				return false
			}
		}
	case []any:
		for _, value := range data {
			if !AllBounded(value) {
				return false
			}
		}
	}
	return true
}
