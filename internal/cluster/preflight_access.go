package cluster

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/sync/errgroup"
	authorization "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Permission is the right to do one thing with objects of a kind.
type Permission struct {
	// Group is the API group, empty for the core one; Resource the plural, with its
	// subresource: "pods/log".
	Group, Resource string
	// Namespace is where; empty is the whole cluster.
	Namespace string
	// Verb is the API's: get, list, create, update, patch, delete, bind, escalate.
	Verb string
	// Name is that of the one object; empty means all of them.
	Name string
	// URL is a path that is no resource: "/metrics". All else but Verb is empty then.
	URL string
}

// String is "create roles.rbac.authorization.k8s.io in the namespace team".
func (p Permission) String() string {
	text := p.Verb + " " + p.Resource
	if p.Group != "" {
		text += "." + p.Group
	}
	if p.Name != "" {
		text += " " + p.Name
	}
	if p.URL != "" {
		return p.Verb + " " + p.URL
	}
	if p.Namespace == "" {
		return text + " at the cluster scope"
	}
	return text + " in the namespace " + p.Namespace
}

// reviewers is how many access reviews are asked at the same time.
const reviewers = 16

// Denied asks the API server which of the permissions the user lacks, by
// SelfSubjectAccessReviews: first for a kind as a whole, and where that is not
// allowed for each named object. The answer is in the order of the question,
// each once.
func (c *Client) Denied(ctx context.Context, all []Permission) ([]Permission, error) {
	whole := make([]Permission, len(all))
	for i, p := range all {
		p.Name = ""
		whole[i] = p
	}
	may, err := c.review(ctx, whole)
	if err != nil {
		return nil, err
	}
	var named []Permission
	for i, p := range all {
		if !may[whole[i]] && p.Name != "" {
			named = append(named, p)
		}
	}
	one, err := c.review(ctx, named)
	if err != nil {
		return nil, err
	}
	var out []Permission
	told := map[Permission]bool{}
	for i, p := range all {
		if !may[whole[i]] && !one[p] && !told[p] {
			told[p] = true
			out = append(out, p)
		}
	}
	return out, nil
}

// review asks for each permission once.
func (c *Client) review(ctx context.Context, all []Permission) (map[Permission]bool, error) {
	var ask []Permission
	seen := map[Permission]bool{}
	for _, p := range all {
		if !seen[p] {
			seen[p] = true
			ask = append(ask, p)
		}
	}
	allowed := make([]bool, len(ask))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(reviewers)
	for i, p := range ask {
		group.Go(func() error {
			resource, sub, _ := strings.Cut(p.Resource, "/")
			spec := authorization.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorization.ResourceAttributes{
				Namespace: p.Namespace, Verb: p.Verb, Group: p.Group, Resource: resource, Subresource: sub, Name: p.Name,
			}}
			if p.URL != "" {
				spec = authorization.SelfSubjectAccessReviewSpec{
					NonResourceAttributes: &authorization.NonResourceAttributes{Path: p.URL, Verb: p.Verb},
				}
			}
			answer, err := c.typed.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx,
				&authorization.SelfSubjectAccessReview{Spec: spec}, metav1.CreateOptions{})
			if err != nil {
				return fmt.Errorf("ask whether the user may %s: %w", p, err)
			}
			allowed[i] = answer.Status.Allowed
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	out := make(map[Permission]bool, len(ask))
	for i, p := range ask {
		out[p] = allowed[i]
	}
	return out, nil
}

// Lacks reads the permission that an error of the API server says is missing. An
// error of another kind, such as the refusal of an admission plugin, which is
// Forbidden too, lacks none. (k8s.io/apiserver v0.37.2,
// pkg/endpoints/handlers/responsewriters/errors.go, forbiddenMessage.)
func Lacks(err error) (Permission, bool) {
	if err == nil {
		return Permission{}, false
	}
	found := regexp.MustCompile(
		`cannot (\S+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)"| at the cluster scope)?`,
	).FindStringSubmatch(err.Error())
	if found == nil {
		return Permission{}, false
	}
	return Permission{Verb: found[1], Resource: found[2], Group: found[3], Namespace: found[4]}, true
}
