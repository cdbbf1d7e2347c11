package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/krm"
)

// validationOptions reads the fields of a FlinkValidation, or of a ConfigMap, in whose
// data they are texts. They are the flags of validate.
func validationOptions(config *krm.Item, o *VerifyOptions, failOn diag.Severity) (diag.Severity, diag.List) {
	if config == nil {
		return failOn, nil
	}
	f := fields{config: config, under: "spec"}
	if config.Key().Kind != ValidationKind {
		f.under = "data"
	}
	texts := f.read()
	err := o.Choose(texts["operatorVersion"], texts["kubeVersion"], texts["karpenterVersion"], texts["distribution"])
	if err != nil {
		names := strings.NewReplacer("--kube-version", "kubeVersion", "--operator-version", "operatorVersion",
			"--karpenter-version", "karpenterVersion", "--distribution", "distribution")
		f.bad("", names.Replace(err.Error()), "")
	}
	if text := texts["failOn"]; text != "" {
		if failOn, err = diag.ParseSeverity(text); err != nil {
			f.bad("failOn", err.Error(), "")
		}
	}
	switch texts["complete"] {
	case "", "false":
	case "true":
		o.Complete = true
	default:
		f.bad("complete", fmt.Sprintf("want true or false, got %q", texts["complete"]), "")
	}
	o.CRDs = strings.FieldsFunc(texts["crds"], func(r rune) bool { return r == ',' })
	return failOn, f.findings
}

func validationKeys() []string {
	return []string{"complete", "crds", "distribution", "failOn", "karpenterVersion", "kubeVersion", "operatorVersion"}
}

// fields are the options in a functionConfig.
type fields struct {
	config   *krm.Item
	under    string // the key that they stand under
	findings diag.List
}

func (f *fields) bad(key, message, hint string) {
	f.findings = append(f.findings, badConfig(f.config, strings.TrimSuffix(f.under+"."+key, "."), message, hint))
}

// read gives every field as a text, a list with commas between.
func (f *fields) read() map[string]string {
	all, isMap := f.config.Set[0].Data[f.under].(map[string]any)
	if !isMap && f.config.Set[0].Data[f.under] != nil {
		f.bad("", "want a mapping under "+f.under, "")
	}
	texts := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if !slices.Contains(validationKeys(), key) {
			hint := "want some of " + strings.Join(validationKeys(), ", ")
			if near := diag.Nearest(key, validationKeys()); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			f.bad(key, fmt.Sprintf("a %s has no key %q", ValidationKind, key), hint)
			continue
		}
		switch value := all[key].(type) {
		case string:
			texts[key] = value
		case bool:
			texts[key] = fmt.Sprint(value)
		case []any:
			var words []string
			for _, item := range value {
				words = append(words, fmt.Sprint(item))
			}
			texts[key] = strings.Join(words, ",")
		default:
			f.bad(key, fmt.Sprintf("want text, got %v", value), "quote it: 1.30 is the number 1.3 otherwise")
		}
	}
	return texts
}
