package v1beta1

import (
	"bytes"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// PodTemplate is a Pod of which every field may be left out, the list of
// containers and their images as well: Flink fills what is missing.
type PodTemplate struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	Spec corev1.PodSpec `json:"spec,omitzero"`
	// Status is in the API because the operator takes a whole Pod; nothing
	// reads it.
	Status corev1.PodStatus `json:"status,omitzero"`
}

// MarshalJSON writes the template without the fields that are not set: a null
// list of containers, which Kubernetes' own types write because a Pod must
// have one, would be refused by the API server.
func (t PodTemplate) MarshalJSON() ([]byte, error) {
	type plain PodTemplate
	data, err := json.Marshal(plain(t))
	if err != nil {
		return nil, fmt.Errorf("pod template: %w", err)
	}
	var tree map[string]any
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil {
		return nil, fmt.Errorf("pod template: %w", err)
	}
	DropNulls(tree)
	return json.Marshal(tree)
}

// DropNulls removes the keys with a null value from all maps below v, in place:
// what Kubernetes' types write so because it must be there, such as a list of
// containers, and what says nothing in a template.
func DropNulls(v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if value == nil {
				delete(v, key)
				continue
			}
			DropNulls(value)
		}
	case []any:
		for _, item := range v {
			DropNulls(item)
		}
	}
}
