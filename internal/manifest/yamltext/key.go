package yamltext

import "strconv"

// Key is the text that a key of a map has in JSON, as sigs.k8s.io/yaml v1.6.0 writes
// it (yaml.go, convertToJSONableObject): a text itself, and numbers and booleans as
// YAML spells them. ok is false for all else, which it refuses.
func Key(key any) (text string, ok bool) {
	switch key := key.(type) {
	case string:
		return key, true
	case bool:
		return strconv.FormatBool(key), true
	case int:
		return strconv.Itoa(key), true
	case int64:
		return strconv.FormatInt(key, 10), true
	case float64:
		switch text := strconv.FormatFloat(key, 'g', -1, 32); text {
		case "+Inf":
			return ".inf", true
		case "-Inf":
			return "-.inf", true
		case "NaN":
			return ".nan", true
		default:
			return text, true
		}
	default:
		return "", false
	}
}
