package app

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/values"
)

// Explain says what the schema of the values has at a path: see values.Schema.
func (a *App) Explain(path string, levels int) (values.Topic, error) {
	schema, err := values.ReadSchema("values.schema.json", a.Schema)
	if err != nil {
		return values.Topic{}, fmt.Errorf("values.schema.json: %w", err)
	}
	return schema.Explain(path, levels)
}
