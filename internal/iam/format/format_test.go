package format_test

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/iam"
	"github.com/helm-flink/helm-flink/internal/iam/format"
)

func TestFiles(t *testing.T) {
	t.Parallel()
	for f, want := range map[format.Format]string{
		format.CloudFormation: "cloudformation.yaml",
		format.Terraform:      "helm-flink.tf",
		format.Eksctl:         "cluster-config.yaml",
		format.JSON: "buckets/flink-state/policy.json buckets/flink.state/policy.json" +
			" roles/flink-team-a/policies/flink-team-a-1.json roles/flink-team-a/policies/flink-team-a-2.json" +
			" roles/flink-team-a/trust.json roles/flink.team.a/policies/flink.team.a.json roles/flink.team.a/trust.json",
	} {
		files, err := format.Files(plans()["apache-irsa"], f, format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var paths []string
		for _, file := range files {
			paths = append(paths, file.Path)
			if !filepath.IsLocal(file.Path) || len(file.Data) == 0 || file.Data[len(file.Data)-1] != '\n' {
				t.Errorf("%s: %s has %d bytes, or no newline at its end", f, file.Path, len(file.Data))
			}
		}
		if got := strings.Join(paths, " "); got != want {
			t.Errorf("%s: %s, want %s", f, got, want)
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		f    format.Format
		o    format.Options
		want string
	}{
		{"pulumi", format.Options{}, `unknown format "pulumi": one of json, cloudformation, terraform, eksctl`},
		{format.Terraform, format.Options{Cluster: true}, "a cluster can be made with eksctl only, not with terraform"},
		{format.Eksctl, format.Options{Zones: []string{"us-west-2a"}}, "zones are for making a cluster with eksctl"},
		{format.Eksctl, format.Options{Cluster: true, Zones: []string{"us-west-2a"}}, "a cluster needs two zones or more, not only us-west-2a"},
		{format.Eksctl, format.Options{Cluster: true, Zones: []string{"us-west-2a", "us-east-1b"}}, `zone "us-east-1b" is not one of region us-west-2`},
		{format.Eksctl, format.Options{Cluster: true, Zones: []string{"us-west-2c", "us-west-2d"}}, ""},
	} {
		err := format.Write(io.Discard, plans()["emr-irsa"], c.f, c.o)
		if got := errorText(err); got != c.want {
			t.Errorf("%s %+v: %q, want %q", c.f, c.o, got, c.want)
		}
	}
}

func TestEksctlWithoutRoles(t *testing.T) {
	t.Parallel()
	_, err := format.Files(iam.Plan{Cluster: "c"}, format.Eksctl, format.Options{})
	if want := "the cluster c gets no roles, which is all that eksctl could make"; errorText(err) != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestWriteError(t *testing.T) {
	t.Parallel()
	err := format.Write(full{}, plans()["emr-irsa"], format.JSON, format.Options{})
	if !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("error %v", err)
	}
}

// full takes no bytes.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestEksctlLeaves holds that eksctl's file names, in its comment, each role that eksctl cannot make, and makes the other; and
// that there is no file, but an error that names the role, when there is no other.
func TestEksctlLeaves(t *testing.T) {
	t.Parallel()
	one := []iam.ServiceAccount{{Namespace: "team-a", Name: "flink"}}
	long := iam.Document{Statements: []iam.Statement{{Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::" + strings.Repeat("x", 6000)}}}}
	small := []iam.Policy{{Name: "small", Document: state("aws", "flink-state")}}
	for _, c := range []struct {
		role iam.Role
		want string
	}{
		{iam.Role{Name: "r", Path: "/", Policies: small}, "r: taken by no service account"},
		{iam.Role{Name: "r", Path: "/", Policies: small, Accounts: append(one, one...)}, "r: taken by more than one service account"},
		{iam.Role{Name: "r", Path: "/p/", Policies: small, Accounts: one}, "r: eksctl makes no roles with a path"},
		{iam.Role{Name: "r", Path: "/", Accounts: one}, "r: without permissions"},
		{
			iam.Role{Name: "r", Path: "/", Accounts: one, Policies: []iam.Policy{{Name: "1", Document: long}, {Name: "2", Document: long}}},
			"r: its permissions are over the 10240 characters of inline policies",
		},
		{iam.Role{Name: "r", Path: "/", Policies: small, Accounts: one}, ""},
	} {
		p := iam.Plan{Partition: "aws", Region: "us-west-2", AccountID: account, Cluster: "c", OIDCProvider: issuer, Roles: []iam.Role{c.role}}
		_, err := format.Files(p, format.Eksctl, format.Options{})
		if got := errorText(err); c.want == "" != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("error %q, want %q", got, c.want)
		}
		p.Roles = append(p.Roles, iam.Role{Name: "other", Path: "/", Policies: small, Accounts: one})
		files, err := format.Files(p, format.Eksctl, format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var config struct {
			IAM struct{ ServiceAccounts []struct{ RoleName string } }
		}
		if err := yaml.Unmarshal(files[0].Data, &config); err != nil {
			t.Fatal(err)
		}
		text, made := string(files[0].Data), config.IAM.ServiceAccounts
		if c.want == "" && (len(made) != 2 || strings.Contains(text, "cannot make")) {
			t.Errorf("not both roles are made:\n%s", text)
		}
		if c.want != "" && (len(made) != 1 || made[0].RoleName != "other" || !strings.Contains(text, c.want)) {
			t.Errorf("no %q, or not the other role alone:\n%s", c.want, text)
		}
	}
}

// TestCloudFormationSize holds that a template over the limit of a template's body says how it is deployed.
func TestCloudFormationSize(t *testing.T) {
	t.Parallel()
	for copies, want := range map[int]bool{1: false, 60: true} {
		p := plans()["apache-irsa"]
		role := p.Roles[0]
		p.Roles = nil
		for i := range copies {
			one := role
			one.Name += strings.Repeat("x", i)
			p.Roles = append(p.Roles, one)
		}
		files, err := format.Files(p, format.CloudFormation, format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		data := string(files[0].Data)
		if (len(data) > 51200) != want || strings.Contains(data, "CAPABILITY_NAMED_IAM --s3-bucket ") != want {
			t.Errorf("%d bytes:\n%.600s", len(data), data)
		}
	}
}

// TestForeignRole holds that a role of another account is made by no format and named by all, and that its documents have a
// folder of their own.
func TestForeignRole(t *testing.T) {
	t.Parallel()
	for plan, account := range map[string]string{"apache-irsa": "444455556666", "apache-pod-identity-cn": ""} {
		p := plans()[plan]
		p.Roles = slices.Clone(p.Roles)
		role := p.Roles[0]
		named, folder := "# "+"  "+role.Name+"\n", "roles/"+role.Name
		if account != "" {
			named, folder = "# "+"  "+role.Name+" of account "+account+"\n", "accounts/"+account+"/"+folder
			role.Trust = iam.Document{Statements: []iam.Statement{{
				Principals: map[string][]string{"Federated": {"arn:aws:iam::" + account + ":oidc-provider/" + issuer}},
				Actions:    []string{"sts:AssumeRoleWithWebIdentity"},
			}}}
		}
		role.Associations = nil
		p.Roles[0], p.Roles[1].Path = role, "/"
		for _, f := range []format.Format{format.CloudFormation, format.Terraform} {
			files, err := format.Files(p, f, format.Options{})
			if err != nil {
				t.Fatal(err)
			}
			comment, rest, _ := strings.Cut(string(files[0].Data), map[format.Format]string{
				format.CloudFormation: "AWSTemplateFormatVersion", format.Terraform: "terraform {",
			}[f])
			if !strings.Contains(comment, named) || strings.Contains(rest, role.Name) {
				t.Errorf("%s of %s:\n%s", f, plan, files[0].Data)
			}
		}
		files, err := format.Files(p, format.Eksctl, format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(files[0].Data), role.Name+": of another account") || strings.Contains(string(files[0].Data), "roleName: "+role.Name) {
			t.Errorf("eksctl of %s:\n%s", plan, files[0].Data)
		}
		files, err = format.Files(p, format.JSON, format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(files, func(f format.File) bool { return f.Path == folder+"/trust.json" }) {
			t.Errorf("%s: no %s", plan, folder)
		}
	}
}
