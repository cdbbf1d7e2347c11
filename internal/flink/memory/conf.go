package memory

import (
	"fmt"
	"math"
	"math/big"
	"strconv"

	"github.com/helm-flink/helm-flink/internal/flink/catalog"
)

// conf reads options of memory, and keeps the first failure: what is computed
// after it does not count.
type conf struct {
	find    Find
	failure *Error
}

func (c *conf) fail(key, format string, args ...any) {
	if c.failure == nil {
		c.failure = &Error{key, fmt.Sprintf(format, args...)}
	}
}

// spellings gives a key with its old keys.
func spellings(key string) []string {
	switch key {
	case "taskmanager.memory.managed.size":
		return []string{key, "taskmanager.memory.size"}
	case "taskmanager.memory.network.min":
		return []string{key, "taskmanager.network.memory.min"}
	case "taskmanager.memory.network.max":
		return []string{key, "taskmanager.network.memory.max"}
	case "taskmanager.memory.network.fraction":
		return []string{key, "taskmanager.network.memory.fraction"}
	default:
		return []string{key}
	}
}

func (c *conf) has(key string) bool {
	_, ok := c.find(spellings(key)...)
	return ok
}

// size reads a memory size; fallback stands for one that is not set.
func (c *conf) size(key string, fallback int64) int64 {
	text, ok := c.find(spellings(key)...)
	if !ok {
		return fallback
	}
	n, ok := catalog.MemorySize(text)
	if !ok {
		c.fail(key, "%s: %q is no memory size, want one such as 512m", key, text)
	}
	return n
}

// share is a fraction with its least and greatest size.
type share struct {
	conf     *conf
	key      string
	min, max int64
	fraction float64
}

func (c *conf) share(key string, fallback float64, least, most int64) share {
	s := share{c, key, least, most, float64(float32(fallback))}
	if text, ok := c.find(spellings(key)...); ok {
		f, err := strconv.ParseFloat(text, 32)
		if err != nil {
			c.fail(key, "%s: %q is no number", key, text)
		}
		s.fraction = f
	}
	if s.fraction < 0 || s.fraction >= 1 {
		c.fail(key, "%s is %v, want 0 or more and less than 1", key, float32(s.fraction))
	}
	if least > most {
		c.fail(key, "the least size that goes with %s, %s, is more than the greatest, %s", key, Size(least), Size(most))
	}
	return s
}

// of is the share of a whole.
func (s share) of(whole int64) int64 {
	return min(max(s.conf.times(s.key, whole, s.fraction), s.min), s.max)
}

// beside is the share of a whole of which the rest is known.
func (s share) beside(rest int64) int64 {
	return min(max(s.conf.times(s.key, rest, s.fraction/(1-s.fraction)), s.min), s.max)
}

// times multiplies as MemorySize.multiply does: in decimal, cut off.
func (c *conf) times(key string, n int64, by float64) int64 {
	factor, ok := new(big.Rat).SetString(strconv.FormatFloat(by, 'g', -1, 64))
	if !ok {
		c.fail(key, "%s is %v", key, by)
		return 0
	}
	product := factor.Mul(factor, new(big.Rat).SetInt64(n))
	whole := new(big.Int).Quo(product.Num(), product.Denom())
	if !whole.IsInt64() {
		c.fail(key, "%s makes a size that is too large", key)
		return 0
	}
	return whole.Int64()
}

// add sums sizes.
func (c *conf) add(key string, sizes ...int64) int64 {
	var sum int64
	for _, n := range sizes {
		if sum > math.MaxInt64-n {
			c.fail(key, "the sum of sizes with %s is too large", key)
			return 0
		}
		sum += n
	}
	return sum
}
