package app

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// Budget is the most that a state of a plan may cost.
type Budget struct {
	// State is one of capacity.StateNames.
	State  string
	Amount float64
	// Monthly counts a month's cost, otherwise an hour's.
	Monthly bool
	// Text is how the user wrote it.
	Text string
}

// ParseBudget reads "500/month", "0.7/hour", "maximum=900/month". Without a state
// it is about the start.
func ParseBudget(text string) (Budget, error) {
	m := regexp.MustCompile(`^(?:(start|minimum|maximum|min|max)=)?(\d+(?:\.\d+)?)/(hour|month)$`).FindStringSubmatch(text)
	if m == nil {
		return Budget{}, fmt.Errorf("%q: want [start=|minimum=|maximum=]AMOUNT/month or AMOUNT/hour, such as 500/month", text)
	}
	b := Budget{State: m[1], Monthly: m[3] == "month", Text: text}
	switch b.State {
	case "":
		b.State = capacity.Start
	case "min":
		b.State = capacity.Minimum
	case "max":
		b.State = capacity.Maximum
	}
	var err error
	if b.Amount, err = strconv.ParseFloat(m[2], 64); err != nil {
		return Budget{}, fmt.Errorf("%q: %w", text, err)
	}
	return b, nil
}

// noPricesError says that a budget cannot be judged.
type noPricesError struct{ region string }

func (e noPricesError) Error() string {
	return fmt.Sprintf("--fail-over: no prices are known for %s; give them with --prices", e.region)
}

// judgePlan says what is wrong with a plan.
func judgePlan(req CapacityRequest, w wanted, p *capacity.Plan) (diag.List, error) {
	var out diag.List
	finding := func(code diag.Code, severity diag.Severity, s *model.Subject, field []string, message, hint string) {
		f := diag.Finding{Code: code, Severity: severity, Message: message, Hint: hint}
		if s != nil {
			f.Path, f.Pos = s.Origin.Field(field...)
			f.Object = s.Key.String()
		}
		out = append(out, f)
	}
	if len(w.world.Kind("NodePool")) == 0 && len(w.demands) > 0 {
		finding(diag.CodeCapacityNoPools, diag.Warning, nil, nil,
			fmt.Sprintf("the input has no NodePool: nothing is planned for %d clusters", len(w.demands)),
			"give the NodePools and EC2NodeClasses with the jobs")
		return out, nil
	}
	if p.Prices == nil {
		where := "region " + w.region
		if w.region == "" {
			where = "the region, which the input does not name: give --region"
		}
		finding(diag.CodeCapacityNoPrices, diag.Info, nil, nil, "no prices are known for "+where+": the plan has no costs",
			"give a price list with --prices")
	}
	for _, name := range p.State(capacity.Start).Dropped {
		if o := w.world.Find("NodePool", "", name); o != nil {
			finding(diag.CodeCapacityPool, diag.Warning, o.Subject, []string{"spec", "template", "spec", "requirements"},
				"no instance type meets the requirements of the node pool, and Karpenter leaves it out", "")
		}
	}
	out = append(out, pending(w, p)...)
	for _, b := range req.Budgets {
		cost := p.Total.In(b.State).Cost
		if cost == nil {
			region := w.region
			if region == "" {
				region = "an unknown region"
			}
			return out, noPricesError{region}
		}
		amount, unit := cost.Hour, "hour"
		if b.Monthly {
			amount, unit = cost.Month, "month"
		}
		if amount > b.Amount {
			finding(diag.CodeCapacityBudget, diag.Error, nil, nil, fmt.Sprintf(
				"the nodes cost %.2f %s a %s at the %s, and --fail-over allows %s", amount, p.Prices.Currency, unit, b.State, b.Text), "")
		}
	}
	return out, nil
}

// pending words the pods without a node. Those at the start are errors, those that
// only the autoscaler's maximum asks for are warnings.
func pending(w wanted, p *capacity.Plan) diag.List {
	var out diag.List
	said := map[string]bool{}
	for _, state := range []string{capacity.Start, capacity.Maximum} {
		for _, u := range p.State(state).Pending {
			key := u.Job + " " + string(u.Role)
			at := slices.IndexFunc(w.demands, func(d capacity.Demand) bool { return d.Job == u.Job })
			if said[key] || at < 0 {
				continue
			}
			said[key] = true
			c := w.clusters[at]
			f := diag.Finding{Code: diag.CodeCapacityPending, Severity: diag.Error, Object: c.Key.String()}
			f.Path, f.Pos = c.Origin.Field(c.Field(roleField(u.Role))...)
			when := ""
			if state == capacity.Maximum {
				f.Severity, when = diag.Warning, " at the autoscaler's maximum"
			}
			f.Message = fmt.Sprintf("no node takes %d %s %s%s: %s", u.Count, u.Role, plural(u.Count), when, Reasons(u.Reasons))
			f.Hint = "make the pods smaller, let a node pool start larger instances, or raise its limits"
			out = append(out, f)
		}
	}
	return out
}

func plural(n int) string {
	if n == 1 {
		return "pod"
	}
	return "pods"
}

// Reasons words reasons in one line.
func Reasons(all []capacity.Reason) string {
	var out []string
	for _, r := range all {
		text := r.Text
		if r.Pool != "" {
			text = r.Pool + ": " + text
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// readObjects reads the objects of files; what is no manifest is an error.
func (a *App) readObjects(names []string) (manifest.Set, error) {
	var out manifest.Set
	for _, name := range names {
		f, err := a.Open(name)
		if err != nil {
			return nil, err
		}
		for doc, err := range stream.Documents(shownName(name), io.Reader(f)) {
			if err != nil {
				_ = f.Close()
				return nil, err
			}
			objects, findings := doc.Objects()
			if findings.Has(diag.Error) {
				_ = f.Close()
				return nil, fmt.Errorf("%s", findings[0])
			}
			out = append(out, objects...)
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
