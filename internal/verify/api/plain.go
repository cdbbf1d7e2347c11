package api

import "strings"

// longPattern is from how many characters on a regular expression says less
// than it costs to read.
const longPattern = 40

// plain words the server's messages without long regular expressions: the
// message about a name says its form in words as well, and of a pattern in a
// definition the form is named where it is known and the text cut where not.
func plain(message string) string {
	for _, cut := range []struct{ from, end string }{
		{", regex used for validation is '", ")"}, {" (regex used for validation is '", ""},
	} {
		before, rest, found := strings.Cut(message, cut.from)
		if _, after, closed := strings.Cut(rest, "')"); found && closed {
			message = before + cut.end + after
		}
	}
	before, rest, found := strings.Cut(message, "should match '")
	end := strings.LastIndexByte(rest, '\'')
	if !found || end < longPattern && wanted(rest[:max(end, 0)]) == "" {
		return message
	}
	if form := wanted(rest[:end]); form != "" {
		return before + "should be " + form + rest[end+1:]
	}
	return before + "should match a pattern that begins with '" + rest[:longPattern] + "…'" + rest[end+1:]
}

// wanted names the form that a pattern of Karpenter's, cert-manager's or
// prometheus-operator's definitions asks for, or "".
func wanted(pattern string) string {
	const (
		name   = `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
		domain = name + `(\.` + name + `)*`
		label  = `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`
		amount = `(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?`
		key    = "a label key: letters, digits, '-', '_' and '.', after a domain and a slash if it has one (karpenter.sh/nodepool)"
	)
	switch pattern {
	case "^" + amount + "$":
		return "a quantity: 500m, 2, 4Gi"
	case `^((\d{1,2}(\.\d{1,2})?|100(\.0{1,2})?)%||` + amount + ")$":
		return "a quantity or a percentage: 1Gi, 10%"
	case "^(" + domain + `(\/))?` + label + "$", "^(" + domain + "/)?(" + label + ")$":
		return key
	case "^(" + label + ")?$":
		return "a label value: letters, digits, '-', '_' and '.', with a letter or digit first and last"
	case "^([0-9]+(s|m|h))+$", `^([0-9]+(\.[0-9]+)?(s|m|h))+$`:
		return "a duration: 90s, 10m, 1h30m"
	case "^(([0-9]+(s|m|h))+|Never)$":
		return "a duration, 90s, 10m or 720h, or Never"
	case "^((([0-9]+(h|m))|([0-9]+h[0-9]+m))(0s)?)$":
		return "a duration in hours and minutes: 8h, 30m, 1h30m"
	case "^((100|[0-9]{1,2})%|[0-9]+)$":
		return "a number or a percentage: 5, 10%"
	case `^(@(annually|yearly|monthly|weekly|daily|midnight|hourly))|((.+)\s(.+)\s(.+)\s(.+)\s(.+))$`:
		return "a cron schedule of five fields, or @daily and the like"
	case `^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$`:
		return "a duration: 30s, 1m30s, 2h, 1d"
	case `^((?:[1-9][0-9]{0,3}|[1-4][0-9]{4}|[5][0-8][0-9]{3}|59000)Gi|(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|[6][0-3][0-9]{3}|64000)G` +
		`|([1-9]||[1-5][0-7]|58)Ti|([1-9]||[1-5][0-9]|6[0-3]|64)T)$`:
		return "the size of a volume in whole Gi, G, Ti or T: 50Gi"
	case "^" + domain + "$", "^$|^" + domain + "$":
		return "a name of small letters, digits, '-' and '.', with a letter or digit first and last"
	case `(^0|([0-9]*[.])?[0-9]+((K|M|G|T|E|P)i?)?B)$`:
		return "a size in bytes: 0, 512MB, 1GiB"
	case "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$", "^([A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?|)$":
		return "one word that begins with a letter"
	default:
		return wantedRoute(pattern, domain)
	}
}

// wantedRoute is wanted for the definitions of the Gateway API.
func wantedRoute(pattern, domain string) string {
	switch pattern {
	case `^(\*\.)?` + domain + "$":
		return "a host name, or *. and the name of a domain"
	case `(^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9\-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)`:
		return "* or an origin: https://example.com"
	case "^" + domain + `\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+$`:
		return "a name after a domain and a slash: example.com/name"
	default:
		return ""
	}
}
