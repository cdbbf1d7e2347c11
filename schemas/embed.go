// Package schemas holds the JSON Schema of the values, the single source of
// truth for their keys, types, defaults and descriptions. It holds no code and
// imports nothing of this module.
package schemas

import _ "embed"

// Values is values.schema.json, JSON Schema 2020-12.
//
//go:embed values.schema.json
var Values []byte
