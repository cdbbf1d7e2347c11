package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
)

func (e *environment) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			return e.print(e.Version + "\n")
		},
	}
}

func (e *environment) rulesCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "rules [CODE]",
		Short:   "List the codes of findings, or explain one",
		Example: "  helm flink rules\n  helm flink rules FLK010",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{fmt.Errorf("rules takes one code, got %d", len(args))}
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var codes []string
			for _, entry := range app.Entries() {
				codes = append(codes, string(entry.Code)+"\t"+entry.Title)
			}
			return codes, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return e.print(ruleTable())
			}
			for _, entry := range app.Entries() {
				if strings.EqualFold(string(entry.Code), args[0]) {
					return e.print(explainRule(entry))
				}
			}
			return usageError{fmt.Errorf("there is no code %q; helm flink rules lists them", args[0])}
		},
	}
}

func ruleTable() string {
	var b strings.Builder
	for _, entry := range app.Entries() {
		fmt.Fprintf(&b, "%s  %-7s  %s\n", entry.Code, entry.Severity, entry.Title)
	}
	return b.String()
}

func explainRule(entry diag.Entry) string {
	indent := func(s string) string {
		return "  " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n  ") + "\n"
	}
	flags := ""
	if len(entry.Flags) > 0 {
		flags = " (with " + strings.Join(entry.Flags, " ") + ")"
	}
	bad, good := entry.Shown()
	return fmt.Sprintf("%s %s (%s)\n\n%s\n%s\n\nBad%s:\n%s\nGood:\n%s\nSource: %s\n",
		entry.Code, entry.Title, entry.Severity, entry.What, entry.Why, flags, indent(bad), indent(good), entry.Source)
}

func (e *environment) print(text string) error {
	if _, err := fmt.Fprint(e.Out, text); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}
