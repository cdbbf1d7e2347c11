// Package requirements compares internal/karpenter with Karpenter's own modules; it has nothing but tests.
package requirements
