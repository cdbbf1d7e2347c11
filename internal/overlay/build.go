package overlay

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/standin"
	"github.com/helm-flink/helm-flink/schemas"
)

// built is what one run of Kustomize gave: objects with their index in the set, or findings.
type built struct {
	set  manifest.Set
	from []int
	list diag.List
	err  error
}

// overlaid runs Kustomize over a set, in parts, and gives the objects of all with their
// index in the set, -1 for those that the overlay adds. Findings say that it refused.
func overlaid(
	ctx context.Context, set manifest.Set, m mount, files []*file, opts Options,
) (manifest.Set, []int, diag.List, error) {
	openapi.ResetOpenAPI()
	err := openapi.AddSchema(schemas.KustomizeSchema)
	if err != nil {
		return nil, nil, nil, err
	}
	parts, spare := []part{whole(set)}, touch{all: true}
	if size := cmp.Or(opts.size, partSize); len(set) > 2*size {
		words := words(files)
		if parts = divide(set, files, words, size); len(parts) > 1 {
			spare = touched(files, words)
			// Kustomize reads its schemas at their first use, and looks kinds up in them without
			// a lock (kyaml v0.21.2, openapi.IsNamespaceScoped): parts that run at once find them read.
			openapi.SchemaForResourceType(kyaml.TypeMeta{APIVersion: "v1", Kind: "Pod"})
		}
	}
	m.configuration = schemas.KustomizeConfiguration
	if len(parts) > 1 && !slices.ContainsFunc(files, (*file).makesNames) {
		if m.configuration, err = withoutReferences(m.configuration); err != nil {
			return nil, nil, nil, err
		}
	}
	results := make([]built, len(parts))
	each := opts.Parallel
	if each == nil || len(parts) == 1 {
		each = inTurn
	}
	if err := each(ctx, len(parts), func(i int) { results[i] = parts[i].build(set, m, files, spare) }); err != nil {
		return nil, nil, nil, err
	}
	if i, k, found := clash(results); found { // Kustomize says so once it has both
		both := part{members: append(parts[i].objects(), parts[k].objects()...)}
		slices.Sort(both.members)
		both.members = slices.Compact(both.members)
		results = []built{both.build(set, m, files, touch{all: true}), {err: fmt.Errorf("two objects would have the same name")}}
	}
	return joined(results)
}

// joined are the objects of all results. What the overlay adds is in every one, and taken once.
func joined(results []built) (out manifest.Set, from []int, list diag.List, err error) {
	added := map[manifest.Key]bool{}
	for _, r := range results {
		if r.err != nil || len(r.list) > 0 {
			return nil, nil, r.list, r.err
		}
		for n, o := range r.set {
			if r.from[n] < 0 {
				if key := o.Key(); added[key] {
					continue
				}
				added[o.Key()] = true
			}
			out, from = append(out, o), append(from, r.from[n])
		}
	}
	return out, from, nil, nil
}

// withoutReferences is a configuration without nameReference: where no name changes, Kustomize
// looks every reference up, which takes a tenth of an overlay's time, and leaves it as it is.
func withoutReferences(configuration []byte) ([]byte, error) {
	var fields map[string]any
	if err := yaml.Unmarshal(configuration, &fields); err != nil {
		return nil, err
	}
	delete(fields, "nameReference")
	return yaml.Marshal(fields)
}

func inTurn(ctx context.Context, n int, do func(i int)) error {
	for i := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		do(i)
	}
	return nil
}

// clash finds two results that give different objects of the set one identity.
func clash(results []built) (a, b int, found bool) {
	if len(results) == 1 {
		return 0, 0, false
	}
	seen := map[manifest.Key]int{}
	for i, r := range results {
		for n, o := range r.set {
			if r.from[n] < 0 {
				continue
			}
			first, twice := seen[o.Key()]
			if twice {
				return first, i, true
			}
			seen[o.Key()] = i
		}
	}
	return 0, 0, false
}

// build runs Kustomize over the objects of a part; of the set's own the result has the members.
func (p part) build(set manifest.Set, m mount, files []*file, spare touch) built {
	indexes := p.objects()
	var left standin.Values
	objects, err := tagged(set, indexes, func(data map[string]any) { spare.leave(data, &left) })
	if err != nil {
		return built{err: err}
	}
	fsys, err := m.fileSystem(objects)
	if err != nil {
		return built{err: err}
	}
	result, err := run(fsys, m.root)
	if list := refusals(fsys.refused, m, files); len(list) > 0 {
		return built{list: list}
	}
	if err != nil && !spare.all { // Kustomize's words may have what stood for a field
		return p.build(set, m, files, touch{all: true})
	}
	if err != nil {
		return built{list: diag.List{explain(err, m, files)}}
	}
	var out built
	out.set, out.from, out.err = untagged(result, set, indexes, &left)
	if len(p.copies) > 0 {
		copied := make(map[int]bool, len(p.copies))
		for _, i := range p.copies {
			copied[i] = true
		}
		kept := 0
		for n, i := range out.from {
			if i < 0 || !copied[i] {
				out.set[kept], out.from[kept] = out.set[n], i
				kept++
			}
		}
		out.set, out.from = out.set[:kept], out.from[:kept]
	}
	return out
}

// run runs Kustomize; a panic of its own is an error like others.
func run(fsys union, root string) (out resmap.ResMap, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("kustomize stopped: %v", r)
		}
	}()
	// The defaults keep the order, refuse files outside a kustomization's root,
	// and switch plugins and Helm off (api v0.21.2, krusty/options.go).
	return krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(fsys, root)
}
