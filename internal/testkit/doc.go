// Package testkit is what the tests of every other package share: golden files, the programs that the tests run, and a
// real Kubernetes control plane on loopback, with players of what a cluster has beside it: the Flink operator, its webhook,
// cert-manager, nodes, and a network that fails.
//
// It is for tests only: no package of the product may import it, and it imports no package of the product, so that it
// can never agree with a bug. Programs are built by tools.sh beside it; the heavy ones come from the nested modules
// controlplane (etcd, kube-apiserver, kubectl) and apis (the types and CustomResourceDefinitions of Karpenter and
// cert-manager), which keeps their dependencies out of the product's go.mod.
package testkit
