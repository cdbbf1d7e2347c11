package deploy

import (
	"context"
	"fmt"

	"github.com/helm-flink/helm-flink/internal/release"
)

// Try says release by release what Apply would do, by dry runs on the server, refuses
// what Apply would refuse, and changes nothing.
func (d *Deployment) Try(ctx context.Context) error {
	previews, _, notes, err := d.Diff(ctx)
	if err != nil {
		return err
	}
	changed, err := d.permit(ctx, previews)
	if err != nil {
		return err
	}
	for _, p := range previews {
		switch {
		case !changed[p.Unit.String()]:
			d.unitSays(p.Unit, Unchanged, "")
		case !p.Known:
			d.unitSays(p.Unit, Skipped, fmt.Sprintf("dry run: it would be installed with %d objects", len(p.Changes)))
		default:
			d.unitSays(p.Unit, Skipped, fmt.Sprintf("dry run: it would be upgraded, and %d of its objects changed", count(p.Changes)))
		}
	}
	for _, note := range notes {
		d.note("dry run: " + note.Text)
	}
	return nil
}

func count(changes []release.Change) int {
	n := 0
	for _, c := range changes {
		if c.Changed() {
			n++
		}
	}
	return n
}
