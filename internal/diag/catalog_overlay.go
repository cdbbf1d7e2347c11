package diag

// Codes of overlays.
const (
	// CodeOverlayRemote: a remote or executable part of an overlay was refused.
	CodeOverlayRemote Code = "FLK900"
	// CodeOverlayBuild: an overlay cannot be built.
	CodeOverlayBuild Code = "FLK901"
	// CodeOverlayBase: an overlay does not name the generated base.
	CodeOverlayBase Code = "FLK902"
	// CodeOverlayNothing: an entry of an overlay matches no object.
	CodeOverlayNothing Code = "FLK903"
	// CodeOverlayDropped: a patch dropped items of a list.
	CodeOverlayDropped Code = "FLK904"
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
		{
			Code: CodeOverlayNothing, Title: "entry of an overlay that matches nothing", Severity: Warning,
			What: "The target of a patch or a replacement selects no object, an entry of `images` names an image that no " +
				"object has, or the `fields` of labels are of a kind that is not there. Kustomize passes over them in silence. " +
				"Not said where only a part of the platform is rendered (`--include`).",
			Why: "A name that is misspelt, or that has changed since, leaves the patch without effect: production runs without " +
				"what it was written for.",
			Bad:    "patches:\n- target: { kind: FlinkDeployment, name: order }\n  path: more-memory.yaml\n",
			Good:   "patches:\n- target: { kind: FlinkDeployment, name: orders }\n  path: more-memory.yaml\n",
			Source: "Kustomize api v0.21.2: internal/builtins/PatchTransformer.go, filters/replacement/replacement.go",
		},
		{
			Code: CodeOverlayDropped, Title: "patch that drops items of a list", Severity: Warning,
			What: "A strategic merge patch gives a list which Kustomize replaces instead of merging, and items that were in it " +
				"are gone: tolerations, NodePool requirements, or the containers of a pod template under a custom `openapi`. Not " +
				"said of lists of plain values such as args, of items deleted by `$patch`, and of JSON patches, which say what they do.",
			Why: "Only lists with a merge key in the schema are merged. The patch's author thinks of adding one item and takes " +
				"the others away.",
			Bad: "spec:\n  podTemplate:\n    spec:\n      tolerations:  # there was another one\n" +
				"      - { key: spot, operator: Exists }\n",
			Good: "spec:\n  podTemplate:\n    spec:\n      tolerations:\n      - { key: flink, operator: Exists }\n" +
				"      - { key: spot, operator: Exists }\n",
			Source: "https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/",
		},
	}
}
