package helmchart

// schema is values.schema.json: closed, so that a name with a typing error is
// refused by helm and not passed over.
func (v *values) schema() map[string]any {
	properties := map[string]any{"platformFirst": map[string]any{"type": "boolean"}}
	if v.regions {
		properties["region"] = text()
	}
	if len(v.buckets) > 0 {
		names := map[string]any{}
		for name := range v.buckets {
			names[name] = map[string]any{"type": "string", "pattern": "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"}
		}
		properties["buckets"] = closed(names)
	}
	for section, namespaces := range v.sections {
		properties[section] = closedBelow(namespaces, 2)
	}
	properties["global"] = map[string]any{"type": "object"} // of a chart that has this one as a part
	root := closed(properties)
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	return root
}

// closedBelow is the schema of maps within maps, so many deep, of fields.
func closedBelow(data any, depth int) map[string]any {
	properties := map[string]any{}
	entries, _ := data.(map[string]any)
	for name, value := range entries {
		if depth == 0 {
			properties[name] = schemaOf(name)
			continue
		}
		properties[name] = closedBelow(value, depth-1)
	}
	return closed(properties)
}

func schemaOf(key string) map[string]any {
	switch key {
	case "parallelism", "taskManagerReplicas":
		return map[string]any{"type": "integer", "minimum": 1}
	case "state":
		return map[string]any{"enum": []any{"running", "suspended"}}
	default:
		return text()
	}
}

func text() map[string]any { return map[string]any{"type": "string", "minLength": 1} }

func closed(properties map[string]any) map[string]any {
	return map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
}
