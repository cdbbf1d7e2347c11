package rules

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// jarFault is what is wrong with the jarURI of a session job.
type jarFault int

const (
	jarFine jarFault = iota
	jarNoURI
	jarNoScheme
	jarScheme
	jarNoHost
	jarPrivate
)

// sessionJar judges the jarURI of a session job as operators from 1.15 do, by
// their own configuration; the first fault hides the others
// (DefaultValidator.validateJarURI).
func sessionJar(j *model.SessionJob) (jarFault, string) {
	if j.Spec.Job == nil || j.Spec.Job.JarURI == "" && !j.EmptyJar || !j.World.Operator.Version.RestrictsSessionJars() {
		return jarFine, ""
	}
	text := j.Spec.Job.JarURI
	uri, err := readJavaURI(text)
	if err != nil {
		return jarNoURI, fmt.Sprintf("jarURI %q is no URI: %v", text, err)
	}
	if uri.scheme == "" {
		return jarNoScheme, fmt.Sprintf("jarURI %q has no scheme", text)
	}
	conf := j.World.Operator.Config
	allowed := allowedSchemes(conf)
	scheme := strings.ToLower(uri.scheme)
	if !slices.Contains(allowed, scheme) {
		return jarScheme, fmt.Sprintf("jarURI has the scheme %s, and the operator allows %s", uri.scheme, strings.Join(allowed, ", "))
	}
	if scheme != "http" && scheme != "https" || !conf.Bool(true, "kubernetes.operator.user.artifacts.disallow-restricted-hosts") {
		return jarFine, ""
	}
	if uri.host == "" {
		return jarNoHost, fmt.Sprintf("jarURI %q has no host", text)
	}
	if restricted(uri.host) {
		return jarPrivate, fmt.Sprintf("jarURI is at %s, a private address, which the operator does not fetch from", uri.host)
	}
	return jarFine, ""
}

// allowedSchemes is a list of the operator's own configuration, https alone by
// default, in lower case.
func allowedSchemes(conf flink.Config) []string {
	s, ok := conf.Find("kubernetes.operator.user.artifacts.allowed-schemes")
	if !ok {
		return []string{"https"}
	}
	return strings.FieldsFunc(strings.ToLower(s.Value), func(r rune) bool { return r == ';' || r == ' ' || r == ',' })
}

// restricted reports whether the host is an address that the operator refuses;
// what a name resolves to is not known here, localhost apart.
func restricted(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err != nil {
		return false
	}
	a = a.Unmap()
	if a.Is6() && netip.MustParsePrefix("fec0::/10").Contains(a) {
		return true
	}
	// Unique local addresses of IPv6 are let through, by 1.16.1 at least.
	return a.IsLoopback() || a.IsLinkLocalUnicast() || a.Is4() && a.IsPrivate() || a.IsUnspecified() || a.IsMulticast()
}

// javaURI is what java.net.URI finds in a text.
type javaURI struct{ scheme, host string }

// readJavaURI reads a URI as the constructor of java.net.URI in Java 17 does.
func readJavaURI(text string) (javaURI, error) {
	var u javaURI
	rest := text
	if i := strings.IndexAny(text, ":/?#"); i >= 0 && text[i] == ':' {
		u.scheme, rest = text[:i], text[i+1:]
		if !regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*$`).MatchString(u.scheme) {
			return u, errors.New("the scheme has a wrong character, or none")
		}
		if rest == "" {
			return u, errors.New("nothing follows the scheme")
		}
		if rest[0] != '/' {
			return u, legal(rest, "/?:@&=+$,;[]#")
		}
	}
	if authority, ok := strings.CutPrefix(rest, "//"); ok {
		rest = ""
		if i := strings.IndexAny(authority, "/?#"); i >= 0 {
			authority, rest = authority[:i], authority[i:]
		}
		if authority == "" && rest == "" {
			return u, errors.New("no host follows //")
		}
		var ok bool
		if u.host, ok = serverHost(authority); !ok {
			if err := legal(authority, "$,;:@&=+"); err != nil {
				return u, err
			}
		}
	}
	path, fragment, _ := strings.Cut(rest, "#")
	path, query, _ := strings.Cut(path, "?")
	return u, errors.Join(legal(path, ":@&=+$,;/"), legal(query, ";/?:@&=+$,[]"), legal(fragment, ";/?:@&=+$,[]"))
}

// serverHost takes the host out of [user@]host[:port]; ok is false where the
// authority has another form, and then Java knows no host.
func serverHost(authority string) (host string, ok bool) {
	form := regexp.MustCompile(`^(?:[A-Za-z0-9_.!~*'();:&=+$,%-]*@)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.%A-Za-z]+\])(?::([0-9]*))?$`)
	m := form.FindStringSubmatch(authority)
	if m == nil || len(m[2]) > 10 {
		return "", false
	}
	host = m[1]
	if strings.HasPrefix(host, "[") {
		a, err := netip.ParseAddr(strings.Trim(host, "[]"))
		return host, err == nil && a.Is6()
	}
	if a, err := netip.ParseAddr(host); err == nil && a.Is4() {
		return host, true
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	label := regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`)
	for _, l := range labels {
		if !label.MatchString(l) {
			return "", false
		}
	}
	if top := labels[len(labels)-1]; !unicode.IsLetter(rune(top[0])) {
		return "", false
	}
	return host, true
}

// legal says which character of a part of a URI is none of the unreserved ones,
// of those also allowed, of the escaped (%XX), or of the others beyond ASCII.
func legal(part, also string) error {
	for i, r := range part {
		switch {
		case r == '%':
			if !regexp.MustCompile(`^%[0-9A-Fa-f]{2}`).MatchString(part[i:]) {
				return errors.New("a % that escapes nothing")
			}
		case r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-!.~'()*"+also, r)):
		case r >= utf8.RuneSelf && !unicode.IsControl(r) && !unicode.IsSpace(r):
		default:
			return fmt.Errorf("%q is not allowed in it", r)
		}
	}
	return nil
}
