package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/helm-flink/helm-flink/internal/app/overview"
)

// The sizes of the picture, in its own units: a unit is a pixel on a wide screen.
const (
	pictureWidth = 1000
	leftWidth    = 500 // of the teams
	poolX        = 640
	poolWidth    = pictureWidth - poolX - 2
	margin       = 14 // inside of boxes
	between      = 18 // boxes
	lineHeight   = 17
	headHeight   = 24
	rowHeight    = 30
	noteHeight   = 15
	colours      = 6
)

// picture is who runs where, with every place computed.
type picture struct {
	Width, Height int
	Title, Text   string
	Boxes         []shape
	Edges         []edge
	// Dashed says that a JobManager runs elsewhere than its TaskManagers.
	Dashed bool
	// Rows say the same in words.
	Rows []spoken
}

// shape is a box with words in it.
type shape struct {
	Class               string
	X, Y, Width, Height int
	Words               []wording
}

// wording is a line of text; Full is the whole of it where it was cut.
type wording struct {
	Class, Text, Full string
	X, Y              int
}

// edge is a line from a job to a pool.
type edge struct {
	Path, Class, Title string
	X, Y               int // of its end
}

// spoken is a row of the picture in words.
type spoken struct{ Team, Jobs, As, JobManager, TaskManager string }

// draw lays the picture out: the operator and the teams on the left, the pools on
// the right.
func draw(t overview.Topology) picture {
	p := picture{Width: pictureWidth, Title: "Who runs where: " + t.Platform}
	y := p.box("operator", 0, 0, leftWidth, t.Operator)
	starts := map[string]int{} // the middle of each row
	for _, team := range t.Teams {
		if t.Folded {
			y = p.foldedTeam(y+between/2, team, starts)
			continue
		}
		y = p.team(y+between, team, starts)
	}
	pools := slices.Clone(t.Pools)
	if t.AnyNode {
		pools = append(pools, overview.Box{ID: overview.AnyNodeID, Name: "any node", Lines: []string{"no pool is named"}})
	}
	at, gap := spread(pools, y, t.Folded)
	ends, names := map[string]int{}, map[string]string{}
	for i, pool := range pools {
		ends[pool.ID], names[pool.ID] = at+boxHeight(pool)/2, pool.Name
		at = p.box(fmt.Sprintf("pool pool-%d", i%colours), poolX, at, poolWidth, pool) + gap
	}
	p.Height = max(y, at-gap) + 1
	drawn := map[string]bool{}
	for _, team := range t.Teams {
		for _, row := range team.Rows {
			of := row.Name
			if t.Folded {
				of = team.Name
			}
			p.connect(of, row, starts[row.ID], ends, names, pools, drawn)
			p.Rows = append(p.Rows, spoken{
				Team: team.Name, Jobs: row.Name, As: row.Note, JobManager: names[row.JobManager], TaskManager: names[row.TaskManager],
			})
		}
	}
	p.Text = fmt.Sprintf("%s on the left, each with its jobs, and %s on the right; a line leads from jobs to where their pods run. "+
		"The table below says the same.", number(len(t.Teams), "team"), number(len(pools), "place of nodes"))
	p.Text = strings.Replace(p.Text, "place of nodess", "places of nodes", 1)
	return p
}

// spread says where the first pool stands and how far the pools are apart: evenly
// beside what is on the left, which is that high.
func spread(pools []overview.Box, high int, even bool) (first, gap int) {
	if len(pools) == 0 {
		return 0, between
	}
	total := 0
	for _, pool := range pools {
		total += boxHeight(pool)
	}
	gap = max(between, (high-total)/(len(pools)+1))
	if !even {
		gap = min(gap, 70)
	}
	rest := high - total - gap*(len(pools)-1)
	switch {
	case rest <= 0:
		return 0, gap
	case even:
		return rest / 2, gap
	}
	return min(rest/2, 160), gap
}

// foldedTeam draws a team in two lines, from which the lines of all its jobs lead.
func (p *picture) foldedTeam(y int, t overview.TeamBox, starts map[string]int) int {
	jobs := 0
	for _, row := range t.Rows {
		jobs += row.Jobs
		starts[row.ID] = y + margin + headHeight - 10
	}
	lines := slices.Concat([]string{number(jobs, "job")}, t.Lines[1:])
	return p.box("team", 0, y, leftWidth-margin, overview.Box{Name: t.Name, Lines: []string{strings.Join(lines, ", ")}})
}

func boxHeight(b overview.Box) int { return margin + headHeight + lineHeight*len(b.Lines) + 4 }

// box draws a box with a name and lines, and says where it ends.
func (p *picture) box(class string, x, y, width int, b overview.Box) int {
	s := shape{Class: class, X: x, Y: y, Width: width, Height: boxHeight(b)}
	s.add("name", b.Name, x+margin, y+margin+11, width-2*margin)
	for i, line := range b.Lines {
		s.add("line", line, x+margin, y+margin+headHeight+8+i*lineHeight, width-2*margin)
	}
	p.Boxes = append(p.Boxes, s)
	return y + s.Height
}

// add adds a line of text that fits into a width.
func (s *shape) add(class, text string, x, y, width int) {
	w := wording{Class: class, Text: text, X: x, Y: y}
	letters := width * 10 / 86 // what fits of a wide font: 8.6 pixels each
	if class != "name" {
		letters = width * 10 / 70
	}
	if utf8.RuneCountInString(text) > letters {
		w.Text, w.Full = string([]rune(text)[:letters-1])+"…", text
	}
	s.Words = append(s.Words, w)
}

// team draws a team with a box for each row, notes where the rows' middles are, and
// says where it ends.
func (p *picture) team(y int, t overview.TeamBox, starts map[string]int) int {
	at := len(p.Boxes)
	end := p.box("team", 0, y, leftWidth, t.Box)
	for _, row := range t.Rows {
		height := rowHeight
		if row.Note != "" {
			height += noteHeight
		}
		s := shape{Class: "job", X: margin, Y: end, Width: leftWidth - 2*margin, Height: height}
		s.add("job-name", row.Name, s.X+10, end+19, s.Width-20)
		if row.Note != "" {
			s.add("note", row.Note, s.X+10, end+35, s.Width-20)
		}
		p.Boxes = append(p.Boxes, s)
		starts[row.ID] = end + height/2
		end += height + 8
	}
	end += 6
	p.Boxes[at].Height = end - y
	return end
}

// connect draws the lines of a row, each once: of is what they lead from, in words.
func (p *picture) connect(
	of string, row overview.Row, from int, ends map[string]int, names map[string]string, pools []overview.Box, drawn map[string]bool,
) {
	line := func(to, class, what string) {
		y, known := ends[to]
		const bend = 90
		start := leftWidth - margin
		path := fmt.Sprintf("M%d %dC%d %d %d %d %d %d", start, from, start+bend, from, poolX-bend, y, poolX, y)
		if !known || drawn[class+path] {
			return
		}
		drawn[class+path] = true
		at := slices.IndexFunc(pools, func(b overview.Box) bool { return b.ID == to })
		p.Edges = append(p.Edges, edge{
			Path: path, X: poolX, Y: y,
			Class: fmt.Sprintf("%s pool-%d", class, at%colours), Title: of + ": " + what + " on " + names[to],
		})
	}
	if row.JobManager == row.TaskManager {
		line(row.TaskManager, "solid", "all pods")
		return
	}
	p.Dashed = true
	line(row.TaskManager, "solid", "TaskManagers")
	line(row.JobManager, "dashed", "JobManager")
}
