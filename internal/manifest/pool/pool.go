// Package pool has equal parts of JSON-shaped data share memory: the jobs of a platform, and what is
// rendered for them, are alike in most of what they have, and every small map takes 300 bytes and the collector's time.
//
// It imports nothing.
package pool

import (
	"hash/maphash"
	"reflect"
	"unsafe"
)

// Pool has one of each map and each list that it was given. It is for one goroutine at a time.
type Pool struct {
	seed  maphash.Seed
	maps  map[uint64]map[string]any
	lists map[uint64][]any
}

// New gives an empty pool.
func New() *Pool {
	return &Pool{maphash.MakeSeed(), map[uint64]map[string]any{}, map[uint64][]any{}}
}

// Parts replaces the maps and lists below a map, in place, by the first that the pool saw of all that are equal; the
// map itself is left to its owner. Nobody may change any of them from then on, for they are parts of
// other data too. A map that the pool saw before is read, and not written to.
func (p *Pool) Parts(of map[string]any) {
	for key, value := range of {
		if one, _ := p.one(value); other(one, value) {
			of[key] = one
		}
	}
}

func (p *Pool) one(v any) (any, uint64) {
	switch v := v.(type) {
	case map[string]any:
		return p.oneMap(v)
	case []any:
		return p.oneList(v)
	case string:
		return v, maphash.String(p.seed, v)
	case nil, bool, int, int64, float64:
		return v, maphash.Comparable(p.seed, v)
	default: // what JSON does not have is like nothing else
		return v, 5
	}
}

func (p *Pool) oneMap(v map[string]any) (any, uint64) {
	if v == nil {
		return v, 1
	}
	hash := uint64(len(v)) + 2
	for key, value := range v {
		one, h := p.one(value)
		if other(one, value) {
			v[key] = one
		}
		hash += mixed(maphash.String(p.seed, key), h) // the order of the keys does not count
	}
	seen, ok := p.maps[hash]
	if !ok {
		p.maps[hash] = v
		return v, hash
	}
	if len(seen) != len(v) {
		return v, hash
	}
	for key, value := range v {
		if other, there := seen[key]; !there || !identical(value, other) {
			return v, hash
		}
	}
	return seen, hash
}

func (p *Pool) oneList(v []any) (any, uint64) {
	if v == nil {
		return v, 3
	}
	hash := uint64(len(v)) + 4
	for i, value := range v {
		one, h := p.one(value)
		if other(one, value) {
			v[i] = one
		}
		hash = mixed(hash, h)
	}
	seen, ok := p.lists[hash]
	if !ok {
		p.lists[hash] = v
		return v, hash
	}
	if len(seen) != len(v) {
		return v, hash
	}
	for i, value := range v {
		if !identical(value, seen[i]) {
			return v, hash
		}
	}
	return seen, hash
}

func mixed(a, b uint64) uint64 {
	const odd = 0x9E3779B97F4A7C15
	a = (a ^ b>>29 ^ b*odd) * odd
	return a ^ a>>32
}

// other reports whether a map or a list is not the one that it was.
func other(one, value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return !identical(one, value)
	default:
		return false
	}
}

// identical reports whether two values are the same map, the same list, or equal texts, numbers, booleans or null.
func identical(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && reflect.ValueOf(a).UnsafePointer() == reflect.ValueOf(b).UnsafePointer()
	case []any:
		b, ok := b.([]any)
		return ok && len(a) == len(b) && (a == nil) == (b == nil) && unsafe.SliceData(a) == unsafe.SliceData(b)
	case nil, bool, string, int, int64, float64:
		return a == b // false for all that b may be but these
	default:
		return false
	}
}
