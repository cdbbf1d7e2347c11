package app

import (
	"context"

	"github.com/helm-flink/helm-flink/internal/app/deploy"
	"github.com/helm-flink/helm-flink/internal/release"
	"github.com/helm-flink/helm-flink/internal/release/access"
)

// ParseSubject reads who gets permissions: User:NAME, Group:NAME or
// ServiceAccount:NAMESPACE/NAME.
func ParseSubject(text string) (access.Subject, error) { return access.ParseSubject(text) }

// PrintRBAC writes as YAML the permissions that the verbs need for a platform,
// bound to a subject. It needs no cluster. With findings that fail there is none.
func (a *App) PrintRBAC(ctx context.Context, req Request, subject access.Subject) (Result, []byte, error) {
	result, plan, err := a.planned(ctx, req)
	if err != nil || result.Failed {
		return result, nil, err
	}
	text, err := access.RBAC(plan, access.Of(plan, deploy.LockName(plan.Platform)), subject)
	return result, text, err
}

// planned renders and verifies values, and puts the objects into releases. What
// only a chart says that was not fetched is left out, as a finding says (FLK040).
func (a *App) planned(ctx context.Context, req Request) (Result, release.Plan, error) {
	req.IncludeCRDs = true
	result, err := a.Build(ctx, req)
	if err != nil || result.Failed {
		return result, release.Plan{}, err
	}
	known := result
	known.Remote = nil
	plan, err := a.releasePlan(known)
	return result, plan, err
}
