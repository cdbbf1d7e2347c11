package app

import (
	"context"
	"slices"

	"github.com/helm-flink/helm-flink/internal/chart"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/release/fetch"
	"github.com/helm-flink/helm-flink/internal/spec"
)

// Fetcher gets a chart from a registry or a repository, or from a cache of them.
type Fetcher func(ctx context.Context, ref fetch.Reference) (fetch.Chart, error)

// fetchOperator gets the operator's chart where it comes from a repository and the
// request may fetch. What the values say of a chart that is not rendered is then
// no news any more.
func (a *App) fetchOperator(ctx context.Context, req Request, result *Result) error {
	for _, c := range result.Charts {
		if !spec.IsRemote(c.Source) || req.Fetch == nil {
			continue
		}
		got, err := req.Fetch(ctx, operatorReference(c))
		if err != nil {
			return err
		}
		result.fetched = &got
		result.Findings = slices.DeleteFunc(result.Findings, func(f diag.Finding) bool { return f.Code == diag.CodeRemoteChart })
	}
	return nil
}

// operatorReference names the operator's chart, whose name in a repository is the
// same with Apache and with EMR.
func operatorReference(c spec.ChartValues) fetch.Reference {
	return fetch.Reference{Source: c.Source, Name: "flink-kubernetes-operator", Version: c.Version, Digest: c.Digest}
}

// fetchedSource is a chart that was fetched, as the renderer takes it.
func fetchedSource(c *fetch.Chart) chart.Source {
	return chart.Source{Name: c.Name + " " + c.Version + " " + c.Digest, Archive: c.Archive}
}
