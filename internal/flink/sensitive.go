package flink

import "strings"

// sensitive are the parts of the names of options whose values are secrets
// (apache/flink 1.20, GlobalConfiguration.java, SENSITIVE_KEYS).
func sensitive() []string {
	return []string{
		"password", "secret", "fs.azure.account.key", "apikey", "api-key", "auth-params", "service-key", "token", "basic-auth",
		"jaas.config", "http-headers",
	}
}

// Sensitive reports whether the value of an option is a secret, as Flink itself
// decides when it prints its configuration: by the option's name. Access keys and what is
// called a credential
// count too.
func Sensitive(key string) bool {
	key = strings.ToLower(key)
	for _, part := range append(sensitive(), "access-key", "access.key", "accesskey", "credential") {
		if strings.Contains(key, part) {
			return true
		}
	}
	return false
}
