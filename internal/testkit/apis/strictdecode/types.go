package main

import (
	"fmt"
	"reflect"

	karpenteraws "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	certmanager "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	flink "github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	kjson "sigs.k8s.io/json"
	karpenter "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/yaml"
)

// types finds the Go type of a kind.
type types struct {
	builtin *runtime.Scheme
	ours    map[schema.GroupVersionKind]reflect.Type
}

func newTypes() (*types, error) {
	builtin := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		scheme.AddToScheme, apiextensions.AddToScheme, certmanager.AddToScheme,
	} {
		if err := add(builtin); err != nil {
			return nil, err
		}
	}
	t := &types{builtin: builtin, ours: map[schema.GroupVersionKind]reflect.Type{}}
	t.add("flink.apache.org", "v1beta1",
		flink.FlinkDeployment{}, flink.FlinkSessionJob{}, flink.FlinkStateSnapshot{}, flink.FlinkBlueGreenDeployment{})
	t.add("karpenter.sh", "v1", karpenter.NodePool{}, karpenter.NodeClaim{})
	t.add("karpenter.k8s.aws", "v1", karpenteraws.EC2NodeClass{})
	return t, nil
}

// add registers types under their own names.
func (t *types) add(group, version string, values ...any) {
	for _, value := range values {
		kind := reflect.TypeOf(value)
		t.ours[schema.GroupVersionKind{Group: group, Version: version, Kind: kind.Name()}] = kind
	}
}

// new returns a pointer to a zero value of the kind.
func (t *types) new(kind schema.GroupVersionKind) (any, error) {
	if found, ok := t.ours[kind]; ok {
		return reflect.New(found).Interface(), nil
	}
	return t.builtin.New(kind)
}

// decode decodes one document and returns one line for each thing that is wrong with it.
func (t *types) decode(document []byte) []string {
	asJSON, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		return []string{fmt.Sprintf("unreadable document: %v", err)}
	}
	var head metav1.PartialObjectMetadata
	if err := kjson.UnmarshalCaseSensitivePreserveInts(asJSON, &head); err != nil {
		return []string{fmt.Sprintf("unreadable head: %v", err)}
	}
	who := fmt.Sprintf("%s %s/%s", head.Kind, head.Namespace, head.Name)
	into, err := t.new(head.GroupVersionKind())
	if err != nil {
		return []string{fmt.Sprintf("%s: unknown kind: %v", who, err)}
	}
	strict, err := kjson.UnmarshalStrict(asJSON, into)
	if err != nil {
		return []string{fmt.Sprintf("%s: %v", who, err)}
	}
	failures := make([]string, 0, len(strict))
	for _, wrong := range strict {
		failures = append(failures, fmt.Sprintf("%s: %v", who, wrong))
	}
	return failures
}
