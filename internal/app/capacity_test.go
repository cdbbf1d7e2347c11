package app_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/capacity"
)

func TestParseBudget(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]app.Budget{
		"500/month":         {State: capacity.Start, Amount: 500, Monthly: true},
		"0.7/hour":          {State: capacity.Start, Amount: 0.7},
		"max=900/month":     {State: capacity.Maximum, Amount: 900, Monthly: true},
		"minimum=0.25/hour": {State: capacity.Minimum, Amount: 0.25},
	} {
		want.Text = text
		if got, err := app.ParseBudget(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "500", "500/day", "-1/month", "most=1/month", "1e3/month", "500/month "} {
		if got, err := app.ParseBudget(text); err == nil {
			t.Errorf("%q is taken: %+v", text, got)
		}
	}
}
