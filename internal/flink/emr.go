package flink

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// EMRRelease is the number of an Amazon EMR release, such as 7.12.0. The zero
// value means "unknown".
type EMRRelease struct{ Major, Minor, Patch int }

// ParseEMRRelease reads "7.12.0". The release need not be a known one; see
// EMRFactsOf.
func ParseEMRRelease(s string) (EMRRelease, error) {
	parts := strings.Split(s, ".")
	if len(parts) != 3 {
		return EMRRelease{}, fmt.Errorf("emr release %q: want a form like 7.12.0", s)
	}
	var n [3]int
	for i, p := range parts {
		v, err := parseNumber(p)
		if err != nil {
			return EMRRelease{}, fmt.Errorf("emr release %q: want a form like 7.12.0", s)
		}
		n[i] = v
	}
	return EMRRelease{n[0], n[1], n[2]}, nil
}

// String gives "7.12.0", which is also the version of the vendor's operator
// chart, or "" for the zero value.
func (r EMRRelease) String() string {
	if r.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d.%d.%d", r.Major, r.Minor, r.Patch)
}

// IsZero reports whether the release is unknown.
func (r EMRRelease) IsZero() bool { return r == EMRRelease{} }

// Compare returns -1, 0 or 1 as r is older than, the same as or newer than o.
func (r EMRRelease) Compare(o EMRRelease) int {
	return cmp.Or(cmp.Compare(r.Major, o.Major), cmp.Compare(r.Minor, o.Minor), cmp.Compare(r.Patch, o.Patch))
}

// JobLabel gives the moving job label of the release, "emr-7.12.0-flink-latest".
func (r EMRRelease) JobLabel() EMRLabel { return EMRLabel{Release: r, Pin: "latest"} }

// OperatorLabel gives the moving operator label of the release,
// "emr-7.12.0-flink-k8s-operator-latest".
func (r EMRRelease) OperatorLabel() EMRLabel {
	return EMRLabel{Release: r, Pin: "latest", Operator: true}
}

// JobImage gives the public image of Flink jobs of the release:
// public.ecr.aws/emr-on-eks/flink/emr-7.12.0-flink:<pin>, where pin is "latest"
// or a date as 20260410. Public since 6.14.0 (EMR on EKS guide, page
// jobruns-flink-docker-flink-fluentd; dated tag: page emr-eks-7.13.0-flink-20260410).
func (r EMRRelease) JobImage(pin string) string {
	return fmt.Sprintf("public.ecr.aws/emr-on-eks/flink/emr-%s-flink:%s", r, pin)
}

// LogSidecarImage gives the public image of the log sidecar of the release
// (EMR on EKS guide, page jobruns-flink-docker-flink-fluentd).
func (r EMRRelease) LogSidecarImage() string {
	return fmt.Sprintf("public.ecr.aws/emr-on-eks/fluentd/emr-%s:latest", r)
}

// EMRLabel is a release label: of a job (emrReleaseLabel of a FlinkDeployment)
// or of the operator (emrContainers.emrReleaseLabel of the vendor's chart).
type EMRLabel struct {
	Release EMRRelease
	// Pin is "latest", a moving pointer, or a date as 20260410.
	Pin string
	// Operator tells an operator label from a job label.
	Operator bool
}

// ParseEMRLabel reads a job label, emr-X.Y.Z-flink-(latest|YYYYMMDD), or an
// operator label, emr-X.Y.Z-flink-k8s-operator-(latest|YYYYMMDD) (EMR on EKS
// guide, page jobruns-flink-security-release-versions). The caller looks at
// Operator to see which of the two it is. Labels of Spark ("emr-7.12.0-latest",
// "emr-spark-8.0.0-…") are errors.
func ParseEMRLabel(s string) (EMRLabel, error) {
	rest, isEMR := strings.CutPrefix(s, "emr-")
	release, pin, isFlink := strings.Cut(rest, "-flink-")
	pin, isOperator := strings.CutPrefix(pin, "k8s-operator-")
	dated := len(pin) == 8 && strings.Trim(pin, "0123456789") == ""
	if !isEMR || !isFlink || pin != "latest" && !dated {
		return EMRLabel{}, fmt.Errorf("emr release label %q: want a form like emr-7.12.0-flink-latest", s)
	}
	r, err := ParseEMRRelease(release)
	if err != nil {
		return EMRLabel{}, fmt.Errorf("emr release label %q: %w", s, err)
	}
	return EMRLabel{Release: r, Pin: pin, Operator: isOperator}, nil
}

// String gives the label as it is written in manifests.
func (l EMRLabel) String() string {
	kind := "flink"
	if l.Operator {
		kind = "flink-k8s-operator"
	}
	return fmt.Sprintf("emr-%s-%s-%s", l.Release, kind, l.Pin)
}

// Moving reports whether the label points to whatever is newest.
func (l EMRLabel) Moving() bool { return l.Pin == "latest" }

// EMRFacts is what is known about one EMR release.
type EMRFacts struct {
	Release EMRRelease
	// Flink is the Flink version of the release's image; zero where no source
	// says it (7.3.0 to 7.5.0: 1.18 or 1.19).
	Flink Version
	// FlinkBuild is the full version, such as 1.20.0-amzn-6; "" if unknown.
	FlinkBuild string
	// FlinkConfirmed says that a source names the Flink version; otherwise
	// Flink is inferred or unknown.
	FlinkConfirmed bool
	// Operator is the version of the Apache operator that the vendor's is
	// built from; a lower bound unless OperatorConfirmed.
	Operator          Operator
	OperatorConfirmed bool
	// Java is the major version of Java in the image; a guess from the
	// neighbours unless JavaConfirmed.
	Java          int
	JavaConfirmed bool
}

// EMRReleases lists the known EMR releases with Flink on EKS, oldest first.
//
// Sources: EMR on EKS guide, page jobruns-flink-security-release-versions (its
// table stops at 7.2.0); EMR release guide, page Flink-release-history (7.11.0
// to 7.13.0). 7.6.0 to 7.10.0 are inferred by counting the amzn builds back
// from 7.11.0, and from 7.6.0 on the operator is at least 1.10, the first to
// know Flink 1.20. No release ships Flink 2.
func EMRReleases() []EMRFacts {
	facts := confirmedReleases()
	for minor := firstInferred; minor <= newestRelease; minor++ {
		facts = append(facts, inferredEMR(minor))
	}
	return facts
}

// The releases of EMR 7 that AWS's own table does not have.
const firstInferred, newestRelease = 3, 13

// inferredEMR is a release 7.minor.0 that AWS's own table does not have.
func inferredEMR(minor int) EMRFacts {
	f := EMRFacts{Release: EMRRelease{7, minor, 0}, Operator: Operator{1, 8}, Java: 17}
	if minor >= 6 {
		f.Flink, f.Operator = Version{1, 20}, Operator{1, 10}
		f.FlinkBuild = "1.20.0-amzn-" + strconv.Itoa(minor-6)
		f.FlinkConfirmed = minor >= 11
	}
	return f
}

// confirmedReleases is AWS's own table.
func confirmedReleases() []EMRFacts {
	return []EMRFacts{
		confirmedEMR(EMRRelease{6, 13, 0}, "1.17.0", Operator{1, 5}, 11),
		confirmedEMR(EMRRelease{6, 14, 0}, "1.17.1", Operator{1, 6}, 11),
		confirmedEMR(EMRRelease{6, 15, 0}, "1.17.1", Operator{1, 6}, 11),
		confirmedEMR(EMRRelease{7, 0, 0}, "1.18.0", Operator{1, 6}, 11),
		confirmedEMR(EMRRelease{7, 1, 0}, "1.18.1", Operator{1, 6}, 17),
		confirmedEMR(EMRRelease{7, 2, 0}, "1.18.1", Operator{1, 8}, 17),
	}
}

// confirmedEMR is a row of AWS's own table.
func confirmedEMR(r EMRRelease, build string, op Operator, java int) EMRFacts {
	v, _, _ := TagVersion(build)
	return EMRFacts{
		Release: r, Flink: v, FlinkBuild: build, FlinkConfirmed: true,
		Operator: op, OperatorConfirmed: true, Java: java, JavaConfirmed: true,
	}
}

// EMRFactsOf returns what is known about a release; ok is false for a release
// that is in no table.
func EMRFactsOf(r EMRRelease) (f EMRFacts, ok bool) {
	if r.Major == 7 && r.Minor >= firstInferred && r.Minor <= newestRelease && r.Patch == 0 {
		return inferredEMR(r.Minor), true
	}
	all := confirmedReleases()
	i := slices.IndexFunc(all, func(f EMRFacts) bool { return f.Release == r })
	if i < 0 {
		return EMRFacts{}, false
	}
	return all[i], true
}
