package rules

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK729 is about user data that stops half way.
func (Catalogue) FLK729() Rule {
	return userDataRule(diag.Entry{
		Title: "user data may stop at a kernel setting", Severity: diag.Warning,
		What: "A script in the user data of an EC2NodeClass stops at the first error (`set -e`), and loads a kernel module or sets kernel " +
			"settings without `|| true`.",
		Why: "A kernel without the module or the setting, after a new AMI for one, makes the command fail. The script then ends there, and " +
			"what stands below it is not done on any new node.",
		Bad:    userDataExample("#!/bin/bash", "set -ex", "sysctl -p /etc/sysctl.d/99-flink.conf", "echo done"),
		Good:   userDataExample("#!/bin/bash", "set -e", "sysctl -w net.core.rmem_max=16777216 || true"),
		Source: "GNU bash, set -e; sysctl(8); awslabs/data-on-eks, streaming-optimized, which has it so with tcp_bbr",
	}, "add || true to the command, or give the settings as sysctls of helm-flink's values",
		func(_ *model.Object, data string) string {
			stops := stopsAtErrors(strings.Fields(strings.SplitN(data, "\n", 2)[0]))
			for _, line := range commands(data) {
				words := strings.Fields(line)
				stops = stops || words[0] == "set" && stopsAtErrors(words)
				command := strings.TrimPrefix(line, "sudo ")
				if stops && !strings.Contains(line, "||") &&
					(strings.HasPrefix(command, "sysctl ") && !strings.Contains(command, " -e") || strings.HasPrefix(command, "modprobe ")) {
					return "a script that stops at errors ends here if the kernel lacks something: " + line
				}
			}
			return ""
		})
}

// stopsAtErrors reports whether a command, or the first line of a script, has
// the option -e of a shell: set -ex, #!/bin/bash -xe.
func stopsAtErrors(words []string) bool {
	for i, w := range words {
		if i > 0 && strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "--") && strings.Contains(w, "e") {
			return true
		}
	}
	return false
}
