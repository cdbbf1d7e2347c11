package doctest_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit/doctest"
)

func TestParse(t *testing.T) {
	t.Parallel()
	page, err := doctest.Parse(strings.Join([]string{
		"# A page: `helm flink`, and more",
		"See [this](other.md#here), [`that`](<that.md>) and `[no](link)`.", "<!-- [hidden](gone.md) -->",
		"", "<!-- doctest: exit 0 3 -->", "", "```console", "$ one \\", "  more", "out", "$ two", "```",
		"## Twice", "## Twice", "[ref]: ref.md", "- item", "", "  ```yaml", "  a: 1", "  ```", "", "    helm flink status",
	}, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Blocks) != 2 || page.Blocks[0].Line != 7 || page.Blocks[0].Lang != "console" || page.Blocks[1].Text != "a: 1\n" {
		t.Fatalf("blocks: %+v", page.Blocks)
	}
	want := []doctest.Step{{Command: "one \\\n  more", Output: []string{"out"}}, {Command: "two"}}
	if got := page.Blocks[0].Steps(); !reflect.DeepEqual(got, want) {
		t.Errorf("steps: %q, want %q", got, want)
	}
	if codes, err := page.Blocks[0].Marker.Codes(); err != nil || !reflect.DeepEqual(codes, []int{0, 3}) {
		t.Errorf("codes: %v, %v", codes, err)
	}
	var links []string
	for _, link := range page.Links {
		links = append(links, link.Target)
	}
	if want := []string{"other.md#here", "that.md", "ref.md"}; !reflect.DeepEqual(links, want) {
		t.Errorf("links: %q, want %q", links, want)
	}
	for _, anchor := range []string{"a-page-helm-flink-and-more", "twice", "twice-1"} {
		if !page.Anchors[anchor] {
			t.Errorf("no anchor %s: %v", anchor, page.Anchors)
		}
	}
	if len(page.Wrong) != 1 {
		t.Errorf("commands that are indented alone are not found: %q", page.Wrong)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		"```sh\nno end", "<!-- doctest: skip -->\n```sh\n```", "<!-- doctest: hide it -->\n```sh\n```",
		"<!-- doctest: exit x -->\n```sh\n```", "<!-- doctest: cluster -->\nprose\n```sh\n```",
	} {
		if _, err := doctest.Parse(source); err == nil {
			t.Errorf("taken: %q", source)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want, got string
		same      bool
	}{
		{"a\nb", "a\nb\n", true},
		{"a\nb", "a", false},
		{"a\n…\nd", "a\nb\nc\nd", true},
		{"a\n…", "a", true},
		{"a\n…\nd", "a\nb", false},
		{"x …", "x sha256:1", true},
		{"x … z", "x y", false},
		{"[a]", "a", false},
	} {
		if got := doctest.Match(strings.Split(c.want, "\n"), strings.Split(c.got, "\n")); got != c.same {
			t.Errorf("%q against %q: %t", c.want, c.got, got)
		}
	}
}
