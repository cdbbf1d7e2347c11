package doctest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Page is what a Markdown file holds, as far as the test knows it.
type Page struct {
	Blocks  []Block
	Links   []Link
	Anchors map[string]bool
	// Wrong is what the page must not have: lines that say so.
	Wrong []string
}

// Block is a fenced block.
type Block struct {
	// Line is that of the fence.
	Line   int
	Lang   string
	Text   string
	Marker Marker
	// Before are commands that run before it and are not in the page.
	Before []string
}

// Marker is the comment before a block; its kind is empty where there is none.
type Marker struct {
	// Kind is before, file, exit, live, cluster, skip or parse.
	Kind string
	// Rest is a name, codes, or a reason.
	Rest string
}

// Codes are the exit codes of a marker exit or live.
func (m Marker) Codes() ([]int, error) {
	if m.Kind != "exit" && m.Kind != "live" {
		return nil, nil
	}
	var codes []int
	for word := range strings.FieldsSeq(m.Rest) {
		code, err := strconv.Atoi(word)
		if err != nil {
			return nil, fmt.Errorf("exit codes %q: %w", m.Rest, err)
		}
		codes = append(codes, code)
	}
	return codes, nil
}

// Link is the target of a link, as it is written.
type Link struct {
	Line   int
	Target string
}

type patterns struct {
	fence, marker, heading, link, reference, span, indented, comment *regexp.Regexp
}

func compile() patterns {
	return patterns{
		fence:     regexp.MustCompile("^( *)```+(.*)$"),
		marker:    regexp.MustCompile(`^ *<!-- doctest: (\w+) ?(.*?) ?-->$`),
		heading:   regexp.MustCompile(`^#{1,6} +(.*?)(?: +#+)?$`),
		link:      regexp.MustCompile(`\]\(<?([^)<>\s]+)>?(?: +"[^"]*")?\)`),
		reference: regexp.MustCompile(`^ *\[[^\]]+\]: +(\S+)`),
		span:      regexp.MustCompile("`+[^`]*`+"),
		indented:  regexp.MustCompile(`^ {4,}(\$ )?(helm|helm-flink|kustomize|kubectl|make|go|aws|export|git) `),
		comment:   regexp.MustCompile(`<!--.*?-->`),
	}
}

// Parse reads a page. It returns an error only for a marker or fence that cannot be understood.
func Parse(source string) (Page, error) {
	p := compile()
	page := Page{Anchors: map[string]bool{}}
	slugs := map[string]int{}
	var marker Marker
	var before []string
	lines := strings.Split(source, "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if found := p.fence.FindStringSubmatch(line); found != nil {
			end, block, err := fenced(lines, i, found)
			if err != nil {
				return page, err
			}
			block.Marker, block.Before, marker, before = marker, before, Marker{}, nil
			page.Blocks = append(page.Blocks, block)
			i = end
			continue
		}
		if found := p.marker.FindStringSubmatch(line); found != nil {
			one := Marker{found[1], found[2]}
			if err := one.check(); err != nil {
				return page, fmt.Errorf("line %d: %w", i+1, err)
			}
			if one.Kind == "before" {
				before = append(before, one.Rest)
			} else {
				marker = one
			}
			continue
		}
		if (marker.Kind != "" || before != nil) && strings.TrimSpace(line) != "" {
			return page, fmt.Errorf("line %d: a marker with no block behind it: %s", i+1, line)
		}
		page.prose(p, slugs, i+1, line)
	}
	return page, nil
}

func (m Marker) check() error {
	switch m.Kind {
	case "cluster", "live":
	case "before", "file", "skip", "parse", "exit":
		if m.Rest == "" {
			return fmt.Errorf("marker %s says nothing: a name, codes or a reason is wanted", m.Kind)
		}
	default:
		return fmt.Errorf("no marker %q: before, file, exit, live, cluster, skip or parse", m.Kind)
	}
	_, err := m.Codes()
	return err
}

// fenced reads the block whose fence is line start, and returns the line that closes it.
func fenced(lines []string, start int, found []string) (int, Block, error) {
	indent, block := found[1], Block{Line: start + 1, Lang: strings.TrimSpace(found[2])}
	for end := start + 1; end < len(lines); end++ {
		line := strings.TrimPrefix(lines[end], indent)
		if strings.HasPrefix(line, "```") {
			return end, block, nil
		}
		block.Text += line + "\n"
	}
	return 0, block, fmt.Errorf("line %d: a block without an end", block.Line)
}

// prose takes the links and the anchor of a line outside of blocks.
func (page *Page) prose(p patterns, slugs map[string]int, number int, line string) {
	if p.indented.MatchString(line) {
		wrong := fmt.Sprintf("line %d: commands belong into a fence, which says sh or console: %s", number, strings.TrimSpace(line))
		page.Wrong = append(page.Wrong, wrong)
	}
	if found := p.heading.FindStringSubmatch(line); found != nil {
		anchor := slug(found[1])
		if n := slugs[anchor]; n > 0 {
			page.Anchors[anchor+"-"+strconv.Itoa(n)] = true
		}
		slugs[anchor]++
		page.Anchors[anchor] = true
	}
	line = p.comment.ReplaceAllString(line, "")
	// The text of a link may be code, its target not: so only what is code and holds a link is taken out.
	bare := p.span.ReplaceAllString(line, "``")
	for _, found := range append(p.link.FindAllStringSubmatch(bare, -1), p.reference.FindAllStringSubmatch(bare, -1)...) {
		page.Links = append(page.Links, Link{number, found[1]})
	}
}

// slug is the anchor that GitHub gives a heading: lower case, blanks to hyphens, no punctuation.
func slug(heading string) string {
	heading = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(heading, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		}
		return -1
	}, heading)
}
