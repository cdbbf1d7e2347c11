// Package plugin holds only tests: they install the plugin of the repository's root (plugin.yaml, hook.sh, completion)
// into real Helm 3 and Helm 4 programs and run the install hook against a server on loopback. Nothing imports it, and
// it imports nothing of the project but testkit.
package plugin
