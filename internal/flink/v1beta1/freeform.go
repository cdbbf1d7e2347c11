package v1beta1

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// FreeForm is JSON of any shape, kept as it was written. The operator wants an
// object of it; see Flat.
type FreeForm json.RawMessage

// MarshalJSON gives the JSON back, null where there is none.
func (f FreeForm) MarshalJSON() ([]byte, error) { return json.RawMessage(f).MarshalJSON() }

// UnmarshalJSON keeps a copy of data. null counts as nothing.
func (f *FreeForm) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		*f = nil
		return nil
	}
	*f = bytes.Clone(data)
	return nil
}

// Flat gives the configuration as the operator sees it: names of nested
// objects joined with dots, items of a list joined with semicolons (an object
// or list in a list becomes the empty string), null as the text "null",
// numbers and booleans as they were written. Where a key comes twice, nested
// and dotted, the later one stands.
//
// It is an error if the JSON is not an object. Source:
// flink-kubernetes-operator 1.15, ConfigObjectNode.asFlatMap.
func (f FreeForm) Flat() (map[string]string, error) {
	flat := map[string]string{}
	if len(f) == 0 {
		return flat, nil
	}
	dec := json.NewDecoder(bytes.NewReader(f))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.Join(errors.New("flink configuration: want a map"), err)
	}
	if err := flatten(dec, "", flat); err != nil {
		return nil, fmt.Errorf("flink configuration: %w", err)
	}
	return flat, nil
}

// flatten reads the rest of an object, whose opening brace is read, into flat.
func flatten(dec *json.Decoder, prefix string, flat map[string]string) error {
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		path := fmt.Sprint(prefix, key)
		value, err := dec.Token()
		if err != nil {
			return err
		}
		switch value {
		case json.Delim('{'):
			err = flatten(dec, path+".", flat)
		case json.Delim('['):
			flat[path], err = join(dec)
		default:
			flat[path] = scalar(value)
		}
		if err != nil {
			return err
		}
	}
	_, err := dec.Token() // the closing brace
	return err
}

// join reads the rest of a list, whose opening bracket is read.
func join(dec *json.Decoder) (string, error) {
	var items []string
	for dec.More() {
		var item any
		if err := dec.Decode(&item); err != nil {
			return "", err
		}
		items = append(items, scalar(item))
	}
	_, err := dec.Token() // the closing bracket
	return strings.Join(items, ";"), err
}

// scalar gives the text of a value, "" for an object or a list.
func scalar(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case map[string]any, []any:
		return ""
	default:
		return fmt.Sprint(v)
	}
}
