package difference

import (
	"encoding/json"
	"slices"
	"strings"
)

// owned is a tree of fields in the form of managedFields' fieldsV1: "f:name" for a field, "k:{…}" for an item of a list by
// its keys, "v:…" for an item by its value, "." for the node itself
// (kubernetes.io, API concepts, Server-Side Apply, "Merge strategy"; FieldsV1 of meta/v1).
type owned map[string]any

// foreign gives the fields that only others own: those of all managers but ours, without those of ours. Ours are taken
// from both objects, since the dry run says what we would own. Status has managers of its own and is never shown.
func foreign(before, after map[string]any, ours []string) owned {
	others, own := owned{}, owned{}
	for i, object := range []map[string]any{before, after} {
		entries, _ := at(object, "metadata", "managedFields").([]any)
		for _, entry := range entries {
			e, _ := entry.(map[string]any)
			tree, _ := e["fieldsV1"].(map[string]any)
			switch {
			case slices.Contains(ours, text(e, "manager")):
				own.add(tree)
			case i == 0:
				others.add(tree)
			}
		}
	}
	others.drop(own)
	return others
}

// add lays a tree over o.
func (o owned) add(tree map[string]any) {
	for key, value := range tree {
		child, _ := value.(map[string]any)
		node, ok := o[key].(owned)
		if !ok {
			node = owned{}
			o[key] = node
		}
		node.add(child)
	}
}

// drop takes out of o the leaves that are in own.
func (o owned) drop(own owned) {
	for key, value := range own {
		node, ok := o[key].(owned)
		if !ok {
			continue
		}
		child, _ := value.(owned)
		node.drop(child)
		if len(node) == 0 || len(child) == 0 || onlySelf(node) {
			delete(o, key)
		}
	}
}

// onlySelf reports whether nothing but the node itself is left of a node.
func onlySelf(node owned) bool {
	_, self := node["."]
	return self && len(node) == 1
}

// leaveOut takes the fields of a tree out of both objects where both have the same value. Items of a list are found by
// their keys; a list that is owned by its values is left as it is.
func leaveOut(before, after map[string]any, fields owned) {
	for key, value := range fields {
		name, isField := strings.CutPrefix(key, "f:")
		if !isField || name == "apiVersion" || name == "kind" {
			continue
		}
		node, _ := value.(owned)
		x, inBefore := before[name]
		y, inAfter := after[name]
		if !inBefore || !inAfter {
			continue
		}
		if len(node) == 0 || onlySelf(node) {
			if same(x, y) && !hasChildren(x) {
				delete(before, name)
				delete(after, name)
			}
			continue
		}
		leaveOutOf(x, y, node)
		if empty(x) && empty(y) {
			delete(before, name)
			delete(after, name)
		}
	}
}

// leaveOutOf goes on in a value that has fields or items of its own.
func leaveOutOf(x, y any, node owned) {
	if a, ok := x.(map[string]any); ok {
		if b, ok := y.(map[string]any); ok {
			leaveOut(a, b, node)
		}
		return
	}
	a, _ := x.([]any)
	b, _ := y.([]any)
	for key, value := range node {
		keys, ok := strings.CutPrefix(key, "k:")
		if !ok {
			continue
		}
		var want map[string]any
		if json.Unmarshal([]byte(keys), &want) != nil {
			continue
		}
		child, _ := value.(owned)
		first, second := item(a, want), item(b, want)
		if first != nil && second != nil {
			leaveOutItem(first, second, child, want)
		}
	}
}

// leaveOutItem goes on in an item of a list, whose keys stay, so that the reader knows which it is.
func leaveOutItem(first, second map[string]any, child owned, keys map[string]any) {
	rest := owned{}
	for key, value := range child {
		if _, isKey := keys[strings.TrimPrefix(key, "f:")]; !isKey {
			rest[key] = value
		}
	}
	leaveOut(first, second, rest)
}

// item finds the item of a list that has these keys.
func item(list []any, keys map[string]any) map[string]any {
	for _, v := range list {
		m, ok := v.(map[string]any)
		if !ok {
			continue
		}
		match := true
		for key, value := range keys {
			match = match && same(m[key], value)
		}
		if match {
			return m
		}
	}
	return nil
}

// hasChildren reports whether a value is a map with entries: owned itself, its entries may be another's.
func hasChildren(v any) bool {
	m, ok := v.(map[string]any)
	return ok && len(m) > 0
}

// empty reports whether a value is a map without entries.
func empty(v any) bool {
	m, ok := v.(map[string]any)
	return ok && len(m) == 0
}
