package app

import (
	"context"
	"fmt"
	"slices"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/iam"
	"github.com/helm-flink/helm-flink/internal/spec"
	"github.com/helm-flink/helm-flink/internal/verify"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// IAM derives the AWS objects of a platform from what its rendered objects use.
// With a failed result the plan is empty. What makes the cluster does not need its
// OIDC provider, which is known only then.
func (a *App) IAM(ctx context.Context, req Request, o IAMOutput) (iam.Plan, Result, error) {
	result, err := a.Build(ctx, req)
	if err != nil || result.Failed {
		return iam.Plan{}, result, err
	}
	p := result.platform
	if p.Identity.Method == string(iam.IRSA) && p.Cluster.OIDCProvider == "" && !o.Cluster {
		result.say(req.FailOn, diag.CodeCannotDerive, diag.Error, []string{"cluster"},
			"trust policies of IRSA name the cluster's OIDC provider, and there is none",
			"set cluster.oidcProvider: aws eks describe-cluster --name "+p.Cluster.Name+
				" --query cluster.identity.oidc.issuer, without https://")
	}
	in := result.iamInput()
	plan, problems := iam.New(in)
	for _, problem := range problems {
		code, severity := problemCode(problem.Kind)
		result.say(req.FailOn, code, severity, result.problemPath(problem), problem.Message, problem.Hint)
	}
	result.add(req.FailOn, result.ignores.Unused(judgedByIAM))
	if result.Failed {
		return iam.Plan{}, result, nil
	}
	return plan, result, nil
}

// judgedByIAM reports whether findings of a code are known when AWS objects are
// drawn, and no sooner.
func judgedByIAM(c diag.Code) bool {
	return c == diag.CodeForeignRole || c == diag.CodeNoRole || c == diag.CodeRoleLimits
}

// say adds a finding at a path of the values.
func (r *Result) say(failOn diag.Severity, code diag.Code, s diag.Severity, path []string, message, hint string) {
	r.add(failOn, diag.List{{
		Code: code, Severity: s, Pos: r.doc.Position(path...), Path: diag.PathString(path), Message: message, Hint: hint,
	}})
}

// problemCode is the code of a problem of the plan.
func problemCode(k iam.ProblemKind) (diag.Code, diag.Severity) {
	switch k {
	case iam.ForeignRole:
		return diag.CodeForeignRole, diag.Info
	case iam.NoRole:
		return diag.CodeNoRole, diag.Info
	default:
		return diag.CodeRoleLimits, diag.Warning
	}
}

// problemPath is where the role or the workload of a problem was written.
func (r *Result) problemPath(problem iam.Problem) []string {
	p := r.platform
	for _, id := range p.ClusterIdentities() {
		if problem.Workload == id.Namespace+"/"+id.Name {
			return id.Path
		}
	}
	if arn, _, _ := p.OperatorIdentity(); problem.Role != "" && arn == problem.Role {
		return []string{"operator", "role"}
	}
	for _, id := range p.ClusterIdentities() {
		if id.RoleARN != problem.Role {
			continue
		}
		if id.TeamAccess {
			return []string{"teams", id.Team, "role"}
		}
		if path := slices.Concat(id.Path, []string{"role"}); r.doc.Root.At(path...) != nil {
			return path
		}
		return id.Path
	}
	return nil
}

// iamInput gathers what the plan is derived from.
func (r *Result) iamInput() iam.Input {
	p := r.platform
	g := gathering{platform: p, jars: map[string]bool{}, expiring: map[iam.Place]string{}}
	g.world(r.world())
	in := iam.Input{
		Cluster: clusterOf(p), Method: iam.Method(p.Identity.Method), Workloads: g.workloads, BucketKeys: p.BucketKeys(),
		RetentionDays: p.IAM.LogRetentionDays, LogsKeyARN: p.IAM.LogsKMSKeyARN,
		Queue: p.IAM.Karpenter.InterruptionQueue, Tags: p.AWSTags(), InstanceProfile: p.InstanceProfile(),
	}
	if p.IAM.Karpenter.NodeRole {
		in.NodeRole = p.Cluster.NodeRole
	}
	if p.IAM.Buckets {
		in.Buckets = g.buckets()
	}
	return in
}

// world is the rendered objects as rules see them.
func (r *Result) world() *model.World {
	units := make([]model.Unit, len(r.Set))
	for i, o := range r.Set {
		units[i] = model.Read(o)
	}
	options := r.options(verify.Options{})
	options.Distribution = verify.Distribution(r.platform.Runtime.Distribution)
	return model.Build(units, options)
}

// clusterOf is what the values say of the cluster.
func clusterOf(p *spec.Platform) iam.Cluster {
	return iam.Cluster{
		Name: p.Cluster.Name, Region: p.Cluster.Region, AccountID: p.Cluster.AccountID,
		Kubernetes: p.Cluster.KubernetesVersion, OIDCProvider: p.Cluster.OIDCProvider,
	}
}

// gathering puts the workloads of a platform together, or of manifests alone.
type gathering struct {
	// platform is nil where there are no values.
	platform  *spec.Platform
	workloads []iam.Workload
	// jars are the objects that the operator fetches, by their URI.
	jars map[string]bool
	// expiring says of places in buckets which setting of iam.expireDays they
	// have.
	expiring map[iam.Place]string
}

// world reads the clusters, session jobs and snapshots, and the operator last.
func (g *gathering) world(w *model.World) {
	var identities []spec.ClusterIdentity
	if g.platform != nil {
		identities = g.platform.ClusterIdentities()
	}
	at := map[*model.Subject]int{}
	for i := range w.Members() {
		if c := w.Member(i).Cluster; c != nil {
			at[c.Subject] = len(g.workloads)
			g.workloads = append(g.workloads, g.cluster(w, c, identities))
		}
	}
	for i := range w.Members() {
		m := w.Member(i)
		if j := m.SessionJob; j != nil && j.Cluster != nil {
			g.sessionJob(&g.workloads[at[j.Cluster.Subject]].Uses, j)
		}
		if s := m.Snapshot; s != nil {
			if c := snapshotCluster(w, s); c != nil {
				g.snapshot(&g.workloads[at[c.Subject]].Uses, s)
			}
		}
	}
	if g.platform == nil {
		g.foundOperator(w)
	} else {
		g.operator()
		g.metrics()
	}
}

// cluster is a Flink cluster as a workload: its role is the object's own where
// it names one, for an overlay may have changed it, else the values'.
func (g *gathering) cluster(world *model.World, c *model.Cluster, identities []spec.ClusterIdentity) iam.Workload {
	w := iam.Workload{ID: c.Key.Namespace + "/" + c.Key.Name, Purpose: iam.ForJobs}
	g.deployment(&w.Uses, c)
	i := slices.IndexFunc(identities, func(id spec.ClusterIdentity) bool {
		return id.Kind == c.Key.Kind && id.Namespace == c.Key.Namespace && id.Name == c.Key.Name
	})
	if i < 0 {
		g.found(world, c, &w)
		return w
	}
	id := identities[i]
	w.Team, w.RoleARN, w.Access = id.Team, id.RoleARN, accessOf(id.Access)
	w.Accounts = accounts(id.Namespace, id.Accounts)
	for _, connector := range id.Connectors {
		w.Access = w.Access.Plus(accessOf(connector))
	}
	if id.TeamAccess {
		w.Access = w.Access.Plus(accessOf(g.platform.Teams[id.Team].Access))
	}
	if account := c.Spec.ServiceAccount; account != "" {
		w.Accounts = accounts(c.Key.Namespace, []string{account})
	}
	if arn := c.Spec.ExecutionRoleARN; arn != "" && c.Spec.ServiceAccount == "" && arn != w.RoleARN {
		w.RoleARN, w.Accounts = arn, g.emrAccounts(c.Key.Namespace, arn)
	}
	return w
}

// operator adds the operator, if it has a role: it fetches the jars of session
// jobs and hands them on, so that no session cluster reads them.
func (g *gathering) operator() {
	arn, namespace, account := g.platform.OperatorIdentity()
	if arn == "" {
		return
	}
	w := iam.Workload{
		ID: namespace + "/" + account, Purpose: iam.ForOperator, RoleARN: arn, Accounts: accounts(namespace, []string{account}),
		Access: accessOf(g.platform.Operator.Access),
	}
	g.fetched(&w.Uses)
	uris, groups := g.platform.OperatorLogs()
	for _, uri := range uris {
		g.logs(&w.Uses, uri)
	}
	w.Uses.LogGroups = groups
	g.workloads = append(g.workloads, w)
}

// metrics adds the Prometheus of the add-on, if it has a role and writes to a
// workspace.
func (g *gathering) metrics() {
	id, ok := g.platform.MetricsIdentity()
	if !ok {
		return
	}
	g.workloads = append(g.workloads, iam.Workload{
		ID: id.Namespace + "/" + id.Account, Purpose: iam.ForMetrics, RoleARN: id.RoleARN,
		Accounts: accounts(id.Namespace, []string{id.Account}), Uses: iam.Uses{Workspaces: []aws.Workspace{id.Workspace}},
	})
}

// fetched adds the jars of session jobs.
func (g *gathering) fetched(u *iam.Uses) {
	for uri := range g.jars {
		object(u, uri)
	}
}

func accounts(namespace string, names []string) []iam.ServiceAccount {
	var out []iam.ServiceAccount
	for _, name := range names {
		out = append(out, iam.ServiceAccount{Namespace: namespace, Name: name})
	}
	return out
}

// buckets are those that state and logs are in, with what expires in them.
func (g *gathering) buckets() []iam.Bucket {
	byName := map[string]*iam.Bucket{}
	var names []string
	for _, w := range g.workloads {
		for _, at := range slices.Concat(w.Uses.State, w.Uses.Logs) {
			if byName[at.Bucket] == nil {
				byName[at.Bucket] = &iam.Bucket{Name: at.Bucket}
				names = append(names, at.Bucket)
			}
		}
	}
	days := map[string]int{
		checkpoints: g.platform.IAM.ExpireDays.Checkpoints, savepoints: g.platform.IAM.ExpireDays.Savepoints,
		logFiles: g.platform.IAM.ExpireDays.Logs,
	}
	for at, kind := range g.expiring {
		if b := byName[at.Bucket]; b != nil && days[kind] > 0 && at.Key != "" {
			b.Expiring = append(b.Expiring, iam.Expiry{
				ID: fmt.Sprintf("%s-%s", kind, dashed(at.Key)), Prefix: at.Key + "/", Days: days[kind],
			})
		}
	}
	slices.Sort(names)
	var out []iam.Bucket
	for _, name := range names {
		out = append(out, *byName[name])
	}
	return out
}
