package rules

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK812 is about secrets that anybody can read.
func (Catalogue) FLK812() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "secret in plain text", Severity: diag.Warning,
			What: "A key of `flinkConfiguration`, or a variable of a pod template, looks like a secret and has its value in the " +
				"manifest.",
			Why: "The manifest is kept in Git, in the cluster's history and in the ConfigMap of the job, and whoever may read one " +
				"of them has the secret. The value is not printed here.",
			Bad:  "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    s3.secret-key: not-so-secret\n",
			Good: "kind: FlinkDeployment\nspec:\n  serviceAccount: flink-with-a-role\n",
			Source: "apache/flink 1.20, GlobalConfiguration.java, SENSITIVE_KEYS; Kubernetes documentation, Secrets; EKS User " +
				"Guide, IAM roles for service accounts",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			sayPlainSecrets(c.Own, c.Setting, say)
			said := map[string]bool{}
			for _, p := range templatePods(c) {
				for _, k := range p.containers() {
					for _, env := range k.Env {
						if !secretVariable(env) || said[k.Name+" "+env.Name] {
							continue
						}
						said[k.Name+" "+env.Name] = true
						say(model.Problem{
							Field: p.inContainer(k.Name, func(k corev1.Container) bool {
								return slices.ContainsFunc(k.Env, func(e corev1.EnvVar) bool { return e.Name == env.Name })
							}, "env"),
							Message: fmt.Sprintf("container %s: variable %s looks like a secret and is written here", k.Name, env.Name),
							Hint:    "take it from a Secret with valueFrom.secretKeyRef",
						})
					}
				}
			}
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			sayPlainSecrets(j.Own, func(key string) []string { return j.Field("flinkConfiguration", key) }, say)
		},
	}
}

func sayPlainSecrets(own map[string]string, field func(string) []string, say model.Say) {
	for _, key := range ownKeys(own, "") {
		if secretKey(key) && plainSecret(own[key]) {
			say(model.Problem{
				Field:   field(key),
				Message: fmt.Sprintf("%s looks like a secret and is written here", key),
				Hint:    "use an IAM role in place of keys, or mount a Secret and name its file",
			})
		}
	}
}

// secretKey reports whether Flink itself hides the value of a key
// (GlobalConfiguration.SENSITIVE_KEYS), or it is a key of S3. Keys that only name
// secrets, or say how tokens are used, are none.
func secretKey(key string) bool {
	lower := strings.ToLower(key)
	for _, name := range []string{
		"kubernetes.secrets", "kubernetes.env.secretkeyref", "kubernetes.container.image.pull-secrets",
		"security.delegation.", "security.kerberos.",
	} {
		if strings.HasPrefix(lower, name) {
			return false
		}
	}
	for _, part := range []string{
		"password", "secret", "fs.azure.account.key", "apikey", "api-key", "auth-params", "service-key", "token", "basic-auth",
		"access-key", "access.key", "private-key", "private.key",
	} {
		if strings.Contains(lower, part) {
			return !endsAsName(lower)
		}
	}
	return false
}

// endsAsName reports whether a name says that its value is only where a secret
// is, or how it is used.
func endsAsName(lower string) bool {
	for _, end := range []string{
		"file", "path", "name", "enabled", "enable", "url", "uri", "dir", "provider", "timeout", "ttl", "class", "arn",
		"region", "type", "store", "version",
	} {
		if strings.HasSuffix(lower, end) {
			return true
		}
	}
	return false
}

// plainSecret reports whether a value can be a secret: a text that is no
// boolean, number or reference.
func plainSecret(value string) bool {
	value = strings.TrimSpace(value)
	lower := strings.ToLower(value)
	return value != "" && lower != "true" && lower != "false" && lower != "null" && strings.Trim(value, "0123456789") != "" &&
		!strings.HasPrefix(value, "${") && !strings.HasPrefix(value, "$(") && placeholder(value) == ""
}

// secretVariable reports whether a variable looks like a secret and has its
// value in the manifest.
func secretVariable(env corev1.EnvVar) bool {
	lower := strings.ToLower(env.Name)
	if env.ValueFrom != nil || !plainSecret(env.Value) || endsAsName(lower) {
		return false
	}
	for _, part := range []string{
		"password", "passwd", "secret", "token", "access_key", "accesskey", "api_key", "apikey", "private_key", "credentials",
	} {
		if strings.Contains(lower, part) {
			return true
		}
	}
	return false
}
