package report

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/helm-flink/helm-flink/internal/app"
)

// WriteJobs writes a list of jobs as table, json or yaml.
func WriteJobs(format string, w io.Writer, jobs app.Status, now time.Time) error {
	if format != FormatTable {
		return WriteData(format, w, "JobList", jobs)
	}
	return writeSheets(w, []sheet{statusSheet(jobs.Items, now, false)})
}

// WriteSnapshots writes a list of snapshots as table, json or yaml.
func WriteSnapshots(format string, w io.Writer, all []app.Snapshot) error {
	if format != FormatTable {
		return WriteData(format, w, "SnapshotList", map[string]any{"items": all})
	}
	return writeSheets(w, []sheet{snapshotSheet(all)})
}

func snapshotSheet(all []app.Snapshot) sheet {
	s := sheet{header: []string{"namespace", "name", "job", "type", "trigger", "state", "time", "dispose on delete", "path"}}
	for _, one := range all {
		s.rows = append(s.rows, []string{
			one.Namespace, one.Name, one.Job, one.Type, one.Trigger, one.State, one.Time, strconv.FormatBool(one.Disposed), one.Path,
		})
		if one.Error != "" {
			s.after = append(s.after, fmt.Sprintf("%s/%s: %s", printable(one.Namespace), printable(one.Name), printable(one.Error)))
		}
	}
	if len(all) == 0 {
		s.after = append(s.after, "there is nothing")
	}
	return s
}

// WriteJob writes all that is known of a job as table, json or yaml.
func WriteJob(format string, w io.Writer, job app.JobDetail, now time.Time) error {
	if format != FormatTable {
		return WriteData(format, w, "Job", job)
	}
	sheets := []sheet{statusSheet([]app.StatusItem{job.StatusItem}, now, true)}
	facts := sheet{title: "Facts"}
	for _, fact := range [][2]string{
		{"wanted state", job.Wants}, {"upgrade mode", job.UpgradeMode}, {"job id", job.JobID}, {"restores from", job.RestoresFrom},
	} {
		if fact[1] != "" {
			facts.after = append(facts.after, fact[0]+": "+printable(fact[1]))
		}
	}
	if len(facts.after) > 0 {
		sheets = append(sheets, facts)
	}
	if len(job.Snapshots) > 0 {
		s := snapshotSheet(job.Snapshots)
		s.title = "Savepoints and checkpoints"
		sheets = append(sheets, s)
	}
	sheets = append(sheets, detailSheets(job.StatusItem)...)
	for _, part := range []struct {
		title string
		lines []string
	}{{"What is said about it", job.Why}, {"Changed on the cluster", job.Drift}} {
		if len(part.lines) == 0 {
			continue
		}
		s := sheet{title: part.title}
		for _, line := range part.lines {
			s.after = append(s.after, printable(line))
		}
		sheets = append(sheets, s)
	}
	return writeSheets(w, sheets)
}
