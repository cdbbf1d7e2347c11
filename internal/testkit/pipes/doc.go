// Package pipes holds only tests: the program in pipes with the real kustomize, kubectl, kubeconform, Helm 3 and Helm 4,
// by itself and as a plugin of both. Its scripts are in testdata/pipes. Nothing imports it, and it imports nothing of
// the project but testkit.
package pipes
