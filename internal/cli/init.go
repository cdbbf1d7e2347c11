package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
)

// starters are the examples that init prints for a distribution.
func starters() map[string]string {
	return map[string]string{"apache": "apache", "emr": "emr-blueprint"}
}

// initOptions are the flags of init.
type initOptions struct {
	distribution, example string
	file                  string
	force, fromCluster    bool
	connect               cluster.Options
}

func (e *environment) initCommand() *cobra.Command {
	o := &initOptions{}
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a commented values file to start from",
		Long: `Writes a commented, valid values file to stdout, or to --output-file, where nothing
is written over a file that is there unless --force is given. It asks nothing. Change
the ids under cluster, the bucket and the roles, and it is yours.

With --from-cluster the ids are read from the current kube context: name, region,
account, Kubernetes version and OIDC issuer of the cluster, and the role and the
selectors of Karpenter's node classes. What cannot be read is said in a comment, and
the example's is left in its place. Nothing on the cluster is changed.`,
		Example: `  helm flink init --output-file flink.yaml
  helm flink init --distribution apache > flink.yaml
  helm flink init --example minimal > flink.yaml
  helm flink init --from-cluster --kube-context prod --output-file flink.yaml`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.init(cmd, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.distribution, "distribution", "emr", "emr or apache")
	f.StringVar(&o.example, "example", "", "write this example: "+strings.Join(e.exampleNames(), ", "))
	f.StringVar(&o.file, "output-file", "", "write to a file that is not there yet instead of to stdout")
	f.BoolVar(&o.force, "force", false, "write over the file of --output-file")
	f.BoolVar(&o.fromCluster, "from-cluster", false, "read what is under cluster from the current kube context")
	f.StringVar(&o.connect.Kubeconfig, "kubeconfig", "", "path of the kubeconfig (default $KUBECONFIG, or ~/.kube/config)")
	f.StringVar(&o.connect.Context, "kube-context", "", "context of the kubeconfig")
	complete(cmd, "distribution", "emr", "apache")
	complete(cmd, "example", e.exampleNames()...)
	return cmd
}

func (e *environment) init(cmd *cobra.Command, o *initOptions) error {
	name, err := o.starter(cmd.Flags().Changed)
	if err != nil {
		return err
	}
	if o.file != "" && o.file != "-" && !o.force && exists(o.file) {
		return usageError{fmt.Errorf("%s is there already, and nothing was written: give another --output-file, or --force", o.file)}
	}
	data, err := e.example(name)
	if err != nil {
		return err
	}
	if o.fromCluster {
		if data, err = e.fromCluster(cmd, o, data); err != nil {
			return err
		}
	}
	return e.writeFile(o.file, "write the values", func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// starter is the example that was asked for; flags that do not go together are refused.
func (o *initOptions) starter(changed func(flag string) bool) (string, error) {
	name := o.example
	switch {
	case name != "" && changed("distribution"):
		return "", usageError{errors.New("--example names the whole file: leave --distribution out")}
	case o.force && o.file == "":
		return "", usageError{errors.New("--force goes with --output-file")}
	case !o.fromCluster && (changed("kubeconfig") || changed("kube-context")):
		return "", usageError{errors.New("--kubeconfig and --kube-context go with --from-cluster: without it no cluster is asked")}
	case name == "":
		name = starters()[o.distribution]
	}
	if name == "" {
		return "", usageError{fmt.Errorf("--distribution %q: want emr or apache", o.distribution)}
	}
	return name, nil
}

// fromCluster puts what the cluster says into an example.
func (e *environment) fromCluster(cmd *cobra.Command, o *initOptions, example []byte) ([]byte, error) {
	o.connect.Now, o.connect.Sleep, o.connect.Random = e.Clock.Now, e.Clock.Sleep, e.Clock.Random
	o.connect.QPS, _ = cmd.Flags().GetFloat32("qps")
	o.connect.Burst, _ = cmd.Flags().GetInt("burst-limit")
	e.chooseContext(&o.connect, app.Request{})
	facts, err := e.app.StarterFacts(cmd.Context(), o.connect)
	if err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(facts.Missing)) {
		fmt.Fprintf(e.Err, "Notice: cluster.%s could not be read: %s\n", key, facts.Missing[key])
	}
	return facts.Starter(example)
}

// example gives the text of an example.
func (e *environment) example(name string) ([]byte, error) {
	data, err := fs.ReadFile(e.Examples, name+".yaml")
	if errors.Is(err, fs.ErrNotExist) || !slices.Contains(e.exampleNames(), name) {
		near := diag.Nearest(name, e.exampleNames())
		if near != "" {
			near = fmt.Sprintf("did you mean %q? ", near)
		}
		return nil, usageError{fmt.Errorf("--example %q: %swant one of %s", name, near, strings.Join(e.exampleNames(), ", "))}
	}
	if err != nil {
		return nil, fmt.Errorf("example %s: %w", name, err)
	}
	return bytes.Replace(data, []byte(schemaHere), []byte(schemaThere), 1), nil
}

// The comment by which editors find the schema: of the examples beside the schemas, and of a file that is elsewhere.
const (
	schemaHere  = "$schema=../schemas/values.schema.json\n"
	schemaThere = "$schema=values.schema.json\n" +
		"# Editors know the keys when that file is there: helm flink schema > values.schema.json\n"
)

// writeFile writes to a file that comes to be whole or not at all, or to stdout
// where the name is empty or -. What is done stands before errors.
func (e *environment) writeFile(name, what string, fill func(io.Writer) error) error {
	if name == "" || name == "-" {
		var out bytes.Buffer
		if err := fill(&out); err != nil {
			return err
		}
		if _, err := out.WriteTo(e.Out); err != nil {
			return fmt.Errorf("write output: %w", err)
		}
		return nil
	}
	files := newFileSet()
	defer files.discard()
	if err := files.write(name, fill); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := files.commit(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func (e *environment) exampleNames() []string {
	var names []string
	entries, _ := fs.ReadDir(e.Examples, ".")
	for _, entry := range entries {
		if name, ok := strings.CutSuffix(entry.Name(), ".yaml"); ok {
			names = append(names, name)
		}
	}
	return names
}
