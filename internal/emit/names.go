package emit

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/manifest"
)

// clusterDir holds the objects without a namespace. No namespace has this
// name: a namespace is a DNS label.
const clusterDir = "_cluster"

// maxBase is the longest file name, without extension, in bytes. Common file
// systems take 255; what is over is cut and told apart by a hash.
const maxBase = 180

// paths gives each object its file, slash-separated and relative:
// KIND-NAME.yaml in the folder that dir gives. A path follows from its object
// alone, is in lower case (so that file systems that ignore case keep all apart),
// and has a hash where the name had to be changed. Objects of one kind and name in
// two API groups all carry the hash.
func paths(set manifest.Set, dir func(manifest.Object) string) []string {
	out := make([]string, len(set))
	count := map[string]int{}
	for i, o := range set {
		out[i] = dir(o) + "/" + base(o.Key(), false)
		count[out[i]]++
	}
	for i, o := range set {
		if count[out[i]] > 1 {
			out[i] = dir(o) + "/" + base(o.Key(), true)
		}
	}
	return out
}

// namespaceDir is the folder of an object's namespace.
func namespaceDir(k manifest.Key) string {
	if k.Namespace == "" {
		return clusterDir
	}
	return Folder(k.Namespace)
}

// Folder is a name as the name of a folder that every file system takes.
func Folder(name string) string { return safe(name, "", name, reserved(name)) }

// base is the name of an object's file.
func base(k manifest.Key, hashed bool) string {
	return safe(strings.ToLower(k.Kind)+"-"+k.Name, ".", k.APIVersion+"\x00"+k.Kind+"\x00"+k.Name, hashed) + ".yaml"
}

// safe keeps lower-case letters, digits, "-" and what extra holds, and puts "-"
// for the rest. Where that changed something, or hashed is set, eight hex
// digits of identity's hash follow.
func safe(s, extra, identity string, hashed bool) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '-', strings.ContainsRune(extra, r):
			return r
		case 'A' <= r && r <= 'Z':
			return r - 'A' + 'a'
		default:
			return '-'
		}
	}, s)
	if len(clean) > maxBase {
		clean = clean[:maxBase]
	}
	if clean == s && !hashed {
		return clean
	}
	sum := sha256.Sum256([]byte(identity))
	return clean + "-" + hex.EncodeToString(sum[:4])
}

// reserved reports whether Windows keeps the name for a device
// (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
func reserved(name string) bool {
	name = strings.ToLower(name)
	if len(name) == 4 && (name[:3] == "com" || name[:3] == "lpt") && name[3] >= '0' && name[3] <= '9' {
		return true
	}
	return slices.Contains([]string{"con", "prn", "aux", "nul"}, name)
}
