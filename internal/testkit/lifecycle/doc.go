// Package lifecycle runs the program against a real control plane, as its users
// do: install, upgrade, diff, status, rollback, uninstall and the life of a job.
// Only the Flink operator, cert-manager and the nodes are played.
package lifecycle
