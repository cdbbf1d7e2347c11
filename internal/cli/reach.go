package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/values"
)

// completion is a function of cobra's that offers words.
type completion = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective)

// inReach are the names of the values that a command line speaks of: those of -f
// and --stack; where there are none, those of every stack of .helm-flink.yaml.
func (e *environment) inReach(cmd *cobra.Command) []app.Names {
	var files []string
	if flag := cmd.Flags().Lookup("values"); flag != nil {
		files, _ = cmd.Flags().GetStringSlice("values")
	}
	chosen := ""
	if flag := cmd.Flags().Lookup("stack"); flag != nil {
		chosen = flag.Value.String()
	}
	var out []app.Names
	if project, _, err := e.project(); err == nil && project != nil && (chosen != "" || len(files) == 0) {
		for _, s := range project.Stacks {
			if chosen == "" || s.Name == chosen {
				out = append(out, e.app.Names(slices.Concat(s.Values, files)))
			}
		}
		return out
	}
	if len(files) == 0 {
		return nil
	}
	return []app.Names{e.app.Names(files)}
}

// completeNames has the shell offer what the values in reach call things, behind
// every flag and argument that takes such a name.
func (e *environment) completeNames(cmd *cobra.Command) {
	for flag, words := range map[string]completion{
		"set": e.completeSet, "set-string": e.completeSet, "set-json": e.completeSet,
		"job": e.completeJob, "prune": e.completePrune, "platform": e.completePlatform,
		"team": e.completeKeys("teams"), "pool": e.completeKeys("nodePools"),
	} {
		if cmd.Flags().Lookup(flag) != nil {
			_ = cmd.RegisterFlagCompletionFunc(flag, words)
		}
	}
	if strings.Contains(cmd.Use, " JOB") || strings.Contains(cmd.Use, "[JOB]") {
		cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return e.completeJob(cmd, args, typed)
		}
	}
	for _, sub := range cmd.Commands() {
		e.completeNames(sub)
	}
}

// completeJob offers jobs by their names, and by NAMESPACE/NAME where a name is in
// several namespaces or a slash was typed.
func (e *environment) completeJob(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	homes, sections := map[string][]string{}, map[string]string{}
	var names []string
	for _, n := range e.inReach(cmd) {
		for _, job := range n.Jobs {
			if !slices.Contains(names, job.Name) {
				names = append(names, job.Name)
			}
			if !slices.Contains(homes[job.Name], job.Namespace) {
				homes[job.Name] = append(homes[job.Name], job.Namespace)
			}
			sections[job.Name] = job.Section
		}
	}
	var out []string
	for _, name := range names {
		if len(homes[name]) == 1 && !strings.Contains(typed, "/") {
			out = append(out, name+"\t"+sections[name]+", namespace "+homes[name][0])
			continue
		}
		for _, home := range homes[name] {
			out = append(out, home+"/"+name+"\t"+sections[name])
		}
	}
	return starting(out, typed), cobra.ShellCompDirectiveNoFileComp
}

// completePrune offers what upgrade may remove: jobs, session clusters and
// namespaces, by the names that the values have, or had.
func (e *environment) completePrune(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, n := range e.inReach(cmd) {
		for _, job := range n.Jobs {
			if job.Section != "sessionJobs" {
				out = append(out, job.Name, job.Namespace)
			}
		}
	}
	slices.Sort(out)
	return inList(slices.Compact(out), typed), cobra.ShellCompDirectiveNoFileComp
}

// completePlatform offers the names of platforms.
func (e *environment) completePlatform(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, n := range e.inReach(cmd) {
		out = append(out, n.Platform)
	}
	return starting(out, typed), cobra.ShellCompDirectiveNoFileComp
}

// completeKeys offers the keys of a section.
func (e *environment) completeKeys(section string) completion {
	return func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		var out []string
		for _, n := range e.inReach(cmd) {
			out = append(out, n.Below(section)...)
		}
		slices.Sort(out)
		return inList(slices.Compact(out), typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// completePath offers the paths of the schema, a level at a time, with the names in
// reach beside the * that stands for any.
func (e *environment) completePath(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return e.paths(cmd, typed, true), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeSet offers the keys for --set, a level at a time, with = behind the last
// one, and the words that fit behind that. Of several settings it completes the last.
func (e *environment) completeSet(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	directive := cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	done, last := "", typed
	if at := strings.LastIndexByte(typed, ','); at >= 0 {
		done, last = typed[:at+1], typed[at+1:]
	}
	key, _, value := strings.Cut(last, "=")
	if !value {
		out := e.paths(cmd, last, false)
		for i := range out {
			out[i] = done + out[i]
		}
		return out, directive
	}
	topic, err := e.app.Explain(key, 0)
	if err != nil {
		return nil, directive
	}
	words := slices.Clone(topic.Words)
	if topic.Type == "boolean" {
		words = []string{"true", "false"}
	}
	for i := range words {
		words[i] = done + key + "=" + words[i]
	}
	return starting(words, typed), directive
}

// paths are the steps that go on from what was typed; with any, * among them.
// Otherwise they end as --set wants them: with a dot before more, or with =.
func (e *environment) paths(cmd *cobra.Command, typed string, anyName bool) []string {
	above := typed[:strings.LastIndexByte(typed, '.')+1]
	topic, err := e.app.Explain(above, 1)
	if err != nil {
		return nil
	}
	var out []string
	add := func(name string, t values.Topic) {
		end := ""
		switch {
		case anyName:
		case t.Below:
			end = "."
		default:
			end = "="
		}
		sentence, _, _ := strings.Cut(t.Description, ". ")
		out = append(out, above+name+end+"\t"+strings.TrimSuffix(sentence, "."))
	}
	member := values.Topic{}
	for _, key := range topic.Keys {
		if key.Name == values.AnyName {
			member = key
			if !anyName {
				continue
			}
		}
		add(key.Name, key)
	}
	if topic.Free {
		for _, n := range e.inReach(cmd) {
			for _, name := range n.Below(above) {
				add(name, member)
			}
		}
	}
	slices.Sort(out)
	return starting(slices.Compact(out), typed)
}

// starting are the words that begin as what was typed.
func starting(words []string, typed string) []string {
	return slices.DeleteFunc(words, func(word string) bool { return !strings.HasPrefix(word, typed) })
}

// inList completes the last word of a list that commas part, with those that are
// not in it yet.
func inList(words []string, typed string) []string {
	done, last := "", typed
	if at := strings.LastIndexByte(typed, ','); at >= 0 {
		done, last = typed[:at+1], typed[at+1:]
	}
	given := strings.Split(done, ",")
	var out []string
	for _, word := range words {
		if strings.HasPrefix(word, last) && !slices.Contains(given, word) {
			out = append(out, done+word)
		}
	}
	return out
}
