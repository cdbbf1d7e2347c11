package app

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/app/ignore"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/iam/check"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/spec"
	"github.com/helm-flink/helm-flink/internal/verify"
)

// VerifyOptions choose the facts that objects are judged by.
type VerifyOptions struct {
	verify.Options
	// CRDs are files and directories of CustomResourceDefinitions, for kinds that
	// the tool does not know.
	CRDs []string
	// CatalogueFile is the answer of `aws ec2 describe-instance-types` as JSON: the
	// only instance types that there are. "" stands for those of the program.
	CatalogueFile string
	// DaemonSets are what every node runs beside the pods of the input:
	// "name=cpu,memory", or files with DaemonSets.
	DaemonSets []string
	// AWS are policies that are in AWS, held against what the objects need.
	AWS []AWSDocument

	// documents are those of AWS, read.
	documents []check.Source
	// platform is that of the objects, nil for manifests.
	platform *spec.Platform
}

// verifySet judges a set of rendered objects as one world. Findings that the
// values' ignores, or an object's own, give a reason for are left out.
func (a *App) verifySet(ctx context.Context, o VerifyOptions, set manifest.Set, ignores *ignore.Set) (diag.List, error) {
	v, findings, err := a.verifier(&o)
	if err != nil || findings.Has(diag.Error) {
		return findings, err
	}
	in, err := a.inspectSet(ctx, v, set)
	if err != nil {
		return nil, err
	}
	judged, err := a.verdict(ctx, v, in.with(o), ignores, o.judged)
	return append(findings, judged...), err
}

// with adds the findings about policies that are in AWS.
func (in inspected) with(o VerifyOptions) inspected {
	in.findings = append(in.findings, judgeAWS(o.documents, o.platform, in.units, o.Options)...)
	return in
}

// judged reports whether findings of a code are all known when the objects are
// judged.
func (o VerifyOptions) judged(c diag.Code) bool {
	if c >= diag.CodeAWSDocument && c <= diag.CodePolicyWide {
		return len(o.documents) > 0
	}
	return !judgedByValues(c) && !judgedByIAM(c)
}

// inspectSet checks every object by itself.
func (a *App) inspectSet(ctx context.Context, v *verify.Verifier, set manifest.Set) (inspected, error) {
	out := inspected{units: make([]verify.Unit, len(set))}
	lists := make([]diag.List, len(set))
	if err := a.parallel(ctx, len(set), func(i int) { out.units[i], lists[i] = v.Inspect(set[i]) }); err != nil {
		return out, fmt.Errorf("verify: %w", err)
	}
	out.findings = slices.Concat(lists...)
	return out, nil
}

// verifier makes a verifier with the user's CRDs and instance types; these are
// kept in the options for the next one.
func (a *App) verifier(o *VerifyOptions) (*verify.Verifier, diag.List, error) {
	crds, findings, err := a.readCRDs(o.CRDs)
	if err != nil || findings.Has(diag.Error) {
		return nil, findings, err
	}
	more, err := a.instanceTypes(o)
	if findings = append(findings, more...); err != nil || findings.Has(diag.Error) {
		return nil, findings, err
	}
	daemons, err := a.daemons(o.DaemonSets)
	if err != nil {
		return nil, findings, err
	}
	for _, pod := range daemons {
		o.Daemons = pods.Add(o.Daemons, pods.Requests(pod.Spec))
	}
	o.DaemonSets = nil // they count once
	v, more, err := verify.New(o.Options, crds)
	return v, append(findings, more...), err
}

// verdict applies the rules to the units of one call, and leaves out what is
// ignored of their findings and of those that their own checks gave.
func (a *App) verdict(
	ctx context.Context, v *verify.Verifier, in inspected, ignores *ignore.Set, judged func(diag.Code) bool,
) (diag.List, error) {
	j := v.Judgement(in.units)
	var found diag.List
	err := inOrder(ctx, a, j.Members(), j.Member, func(m verify.Member) {
		found = append(append(found, m.Findings...), j.See(m)...)
	})
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	found = append(found, j.Done()...)
	var broken diag.List
	for s := range j.Subjects() {
		broken = append(broken, ignores.Add(ignore.FromAnnotations(s.Annotations, s.Key, s.Origin)...)...)
	}
	findings := ignores.Filter(append(oncePerKind(in.findings), found...))
	return slices.Concat(findings, broken, ignores.Unused(judged)), nil
}

// oncePerKind keeps the first of the findings that say that there is no schema
// of a kind, in the order of the input.
func oncePerKind(findings diag.List) diag.List {
	said := map[string]bool{}
	return slices.DeleteFunc(findings, func(f diag.Finding) bool {
		again := f.Code == diag.CodeAPINoSchema && said[f.Message]
		said[f.Message] = said[f.Message] || f.Code == diag.CodeAPINoSchema
		return again
	})
}

// Choose sets the facts from their texts as the user gives them; an empty text
// leaves the fact to be seen from the objects.
func (o *VerifyOptions) Choose(operator, kube, karpenter, distribution string) error {
	if operator != "" {
		var err error
		if o.Operator, err = flink.ParseOperator(operator); err != nil {
			return fmt.Errorf("--operator-version: %w", err)
		}
	}
	for _, v := range []struct {
		flag, text string
		to         *string
	}{{"--kube-version", kube, &o.KubeVersion}, {"--karpenter-version", karpenter, &o.KarpenterVersion}} {
		text := strings.TrimPrefix(v.text, "v")
		if v.text != "" && !regexp.MustCompile(`^\d+\.\d+(\.\d+)?$`).MatchString(text) {
			return fmt.Errorf("%s %q: want a version such as 1.33", v.flag, v.text)
		}
		*v.to = text
	}
	switch d := verify.Distribution(distribution); d {
	case "", verify.Apache, verify.EMR:
		o.Distribution = d
	default:
		return fmt.Errorf("--distribution %q: want emr or apache", distribution)
	}
	return nil
}
