package aws

import "regexp"

// Workspace is a workspace of Amazon Managed Service for Prometheus.
type Workspace struct{ Region, ID string }

// ParseWorkspace reads the remote-write address of a workspace:
// https://aps-workspaces.REGION.amazonaws.com/workspaces/ws-ID/api/v1/remote_write,
// with .cn behind it in China and -fips in its name for the FIPS endpoints (Amazon
// Managed Service for Prometheus User Guide, endpoints and quotas).
func ParseWorkspace(address string) (w Workspace, ok bool) {
	form := regexp.MustCompile(
		`^https://aps-workspaces(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d)\.(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws)` +
			`/workspaces/(ws-[0-9a-zA-Z-]+)/api/v1/remote_write$`)
	found := form.FindStringSubmatch(address)
	if found == nil {
		return Workspace{}, false
	}
	return Workspace{Region: found[1], ID: found[2]}, true
}
