package app

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/iam"
	"github.com/helm-flink/helm-flink/internal/iam/check"
	"github.com/helm-flink/helm-flink/internal/spec"
	"github.com/helm-flink/helm-flink/internal/verify"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// AWSDocument is a file of trust or permission policies that are in AWS.
type AWSDocument struct {
	// Name is the file, "-" for standard input.
	Name string
	// Role is the name of its role; empty to tell it from the file.
	Role string
}

// ParseAWSDocument reads FILE or ROLE=FILE. What stands before the = is a role
// if it may be the name of one; a file with such a name is written ./a=b.json.
func ParseAWSDocument(text string) AWSDocument {
	role, file, ok := strings.Cut(text, "=")
	name := !strings.Contains(role, "/") && aws.CheckRoleARN("arn:aws:iam::111122223333:role/"+role) == ""
	if ok && name {
		return AWSDocument{Name: file, Role: role}
	}
	return AWSDocument{Name: text}
}

// readAWS reads the documents of a call.
func (a *App) readAWS(documents []AWSDocument) ([]check.Source, error) {
	var out []check.Source
	for _, d := range documents {
		data, err := a.readWhole(d.Name)
		if err != nil {
			return nil, fmt.Errorf("--iam: %w", err)
		}
		out = append(out, check.Source{Name: shownName(d.Name), Role: d.Role, Data: data})
	}
	return out, nil
}

// judgeAWS holds documents against what the objects of one call need: those of the
// platform, if there is one, with its facts, else those of manifests by themselves.
func judgeAWS(sources []check.Source, p *spec.Platform, units []verify.Unit, o verify.Options) diag.List {
	if len(sources) == 0 {
		return nil
	}
	if p != nil {
		o.Distribution = verify.Distribution(p.Runtime.Distribution)
	}
	g := gathering{platform: p, jars: map[string]bool{}, expiring: map[iam.Place]string{}}
	g.world(model.Build(units, o))
	in := check.Input{}
	plan := iam.Input{Method: iam.IRSA, Workloads: g.workloads}
	if p != nil {
		in.Cluster, in.Method = clusterOf(p), iam.Method(p.Identity.Method)
		plan.Cluster, plan.Method, plan.BucketKeys, plan.NodeRole = in.Cluster, in.Method, p.BucketKeys(), p.Cluster.NodeRole
	}
	drawn, _ := iam.New(plan) // its problems are those of drawing
	in.Roles = drawn.Roles
	return check.Judge(sources, in)
}

// found gives a cluster that is not of the values its role and accounts, as far as they say
// them: EMR's for its role, else the service account's.
func (g *gathering) found(w *model.World, c *model.Cluster, to *iam.Workload) {
	account := c.Spec.ServiceAccount
	if arn := c.Spec.ExecutionRoleARN; arn != "" && account == "" {
		to.RoleARN, to.Accounts = arn, g.emrAccounts(c.Key.Namespace, arn)
		return
	}
	to.Accounts = accounts(c.Key.Namespace, []string{account})
	if o := w.Find("ServiceAccount", c.Key.Namespace, account); o != nil {
		to.RoleARN = roleOf(o)
	}
}

// foundOperator adds the operator of manifests, if its service account is there and
// names a role.
func (g *gathering) foundOperator(w *model.World) {
	for _, o := range w.Kind("ServiceAccount") {
		arn := roleOf(o)
		if arn == "" || !slices.Contains([]string{"flink-operator", "emr-containers-sa-flink-operator"}, o.Key.Name) {
			continue
		}
		to := iam.Workload{
			ID: o.Key.Namespace + "/" + o.Key.Name, Purpose: iam.ForOperator, RoleARN: arn,
			Accounts: accounts(o.Key.Namespace, []string{o.Key.Name}),
		}
		g.fetched(&to.Uses)
		g.workloads = append(g.workloads, to)
	}
}

// roleOf is the role that a service account names, or "".
func roleOf(o *model.Object) string {
	for _, key := range []string{aws.RoleAnnotation, aws.AssociatedRoleAnnotation} {
		if arn := o.Annotations[key]; aws.CheckRoleARN(arn) == "" {
			return arn
		}
	}
	return ""
}
