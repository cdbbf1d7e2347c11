package diag

// Codes of overlays.
const (
	// CodeOverlayRemote: a remote or executable part of an overlay was refused.
	CodeOverlayRemote Code = "FLK900"
	// CodeOverlayBuild: an overlay cannot be built.
	CodeOverlayBuild Code = "FLK901"
	// CodeOverlayBase: an overlay does not name the generated base.
	CodeOverlayBase Code = "FLK902"
)

func overlayEntries() []Entry {
	return []Entry{
		{
			Code: CodeOverlayRemote, Title: "remote or executable part of an overlay", Severity: Error,
			What: "An overlay refers to something that would be fetched (a URL, a repository) or executed " +
				"(helmCharts, a function, a plugin that is not built into Kustomize).",
			Why:    "The same input must give the same output on every machine, without a network and without running what it names.",
			Bad:    "resources:\n- ../base\n- https://github.com/example/manifests?ref=v1\n",
			Good:   "resources:\n- ../base\n- ../vendored/manifests\n",
			Source: "Kustomize api v0.21.2: internal/git/repospec.go, internal/plugins/loader/loader.go",
		},
		{
			Code: CodeOverlayBuild, Title: "overlay cannot be built", Severity: Error,
			What:   "Kustomize refuses the overlay: a file is missing or no YAML, a field is unknown, a patch is for no object.",
			Why:    "An overlay that is built in part would deploy something that nobody wrote.",
			Bad:    "patches:\n- path: orders.yaml  # for FlinkDeployment order, in no namespace\n",
			Good:   "patches:\n- path: orders.yaml  # for FlinkDeployment orders in namespace team-a\n",
			Source: "https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/",
		},
		{
			Code: CodeOverlayBase, Title: "overlay without the generated objects", Severity: Error,
			What: "A Kustomization given with -k has no entry, or several, under `resources` that stand for the generated " +
				"objects: a relative path at which nothing is, or a directory that `template --output-dir` wrote.",
			Why:    "The overlay would be built without the platform, or it is not clear where the platform belongs.",
			Bad:    "resources:\n- extra.yaml\n",
			Good:   "resources:\n- ../base        # nothing is there: the generated objects are\n- extra.yaml\n",
			Source: "https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/",
		},
	}
}
