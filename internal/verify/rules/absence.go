package rules

import (
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// absence is the severity of something that is not in the input: an error
// where the input is the whole platform, and a note where it may be elsewhere.
func absence(w *model.World) *diag.Severity {
	if w.Complete {
		return new(diag.Error)
	}
	return new(diag.Info)
}

// doubt is the severity of something that is wrong unless an object that is not
// in the input makes it right.
func doubt(w *model.World) *diag.Severity {
	if w.Complete {
		return new(diag.Error)
	}
	return new(diag.Warning)
}

// notSeen ends a message about something that is not in the input.
func notSeen(w *model.World) string {
	if w.Complete {
		return "does not exist"
	}
	return "is not in the input"
}

// named is a name with its namespace, if the input says one.
func named(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}

// inNamespace says where something of an object is looked for; an object without a
// namespace gets that of whoever applies it.
func inNamespace(namespace string) string {
	if namespace == "" {
		return "in the same namespace"
	}
	return "in namespace " + namespace
}

// names asks for objects of the input by name.
type names struct{ *model.World }

func namesOf(w *model.World) names { return names{w} }

// has reports whether there is an object of that name.
func (n names) has(kind, namespace, name string) bool {
	return slices.Contains(n.Names(kind, namespace), name)
}

// renamed finds an object whose name Kustomize has made from the one asked for: a
// namePrefix or nameSuffix that owner, which names it, has got as well, or the
// hash that its generators put behind names of ConfigMaps and Secrets; "" if
// there is none.
func (n names) renamed(kind, namespace, name, owner string) string {
	for _, one := range n.Names(kind, namespace) {
		if prefix, ok := strings.CutSuffix(one, name); ok && prefix != "" && strings.HasPrefix(owner, prefix) {
			return one
		}
		suffix, ok := strings.CutPrefix(one, name)
		if !ok || suffix == "" {
			continue
		}
		if strings.HasSuffix(owner, suffix) || (kind == "ConfigMap" || kind == "Secret") && hashed(suffix) {
			return one
		}
	}
	return ""
}

// hashed reports whether a suffix is one of Kustomize's generators: ten letters and
// digits that spell no words (kustomize api v0.21.2, hasher.encode).
func hashed(suffix string) bool {
	hash, ok := strings.CutPrefix(suffix, "-")
	return ok && len(hash) == 10 && strings.Trim(hash, "2456789bcdfghkmt") == ""
}

// few is how many texts enumerate shows.
const few = 4

// enumerate joins texts for a message, and counts those beyond the first few.
func enumerate(all []string) string {
	if len(all) <= few {
		return strings.Join(all, "; ")
	}
	return strings.Join(all[:few], "; ") + "; and " + plural(len(all)-few, "more")
}
