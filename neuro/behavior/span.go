package behavior

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Span are the scores of a span task, such as digit span.
type Span struct {
	Longest     int     // length of the longest list recalled in full; 0 for none
	LongestAll  int     // greatest length of which all lists were, as were those of all shorter ones given
	Correct     int     // lists recalled in full: the total score
	Trials      int     // lists with a recall
	Missing     int     // without; left out
	PartialUnit float64 // PCU: mean over lists of the share of items in their place
	AllUnit     float64 // ANU: share of the lists recalled in full
	PartialLoad float64 // PCL: share of all items in their place
	AllLoad     float64 // ANL: share of all items that are in lists recalled in full
	Backward    bool

	Lengths []int     // that were given
	Share   []float64 // of the lists of each length, recalled in full
}

// ScoreSpan scores a span task from the lists that were presented and recalled:
// items between blanks or commas ("5 2 9"), or single characters ("529").
// backward says that the list had to be recalled from its end. An item is correct
// in its place. A recall that is missing ("" or "n/a") is counted and left out;
// one of which nothing was right is "-".
//
// Unequal lengths, a list without items and no recall at all are errors. A list
// that was not given, by whatever rule to stop, is not in the table and is not
// scored. Source of the four shares: Conway et al. 2005, Psychon Bull Rev
// 12:769. Checked against counts by hand.
func ScoreSpan(presented, recalled []string, backward bool) (*Span, error) {
	fail := func(format string, a ...any) (*Span, error) {
		return nil, fmt.Errorf("behavior: ScoreSpan: "+format, a...)
	}
	if len(presented) != len(recalled) {
		return fail("presented has %d lists and recalled %d; they must be as many", len(presented), len(recalled))
	}
	s := &Span{Backward: backward}
	given, full := map[int]int{}, map[int]int{}
	longest, items, right, allItems := 0, 0, 0, 0
	for i := range presented {
		list := itemsOf(presented[i])
		if len(list) == 0 {
			return fail("presented[%d] is %q; a list has one item or more", i, presented[i])
		}
		if recalled[i] == "" || recalled[i] == "n/a" {
			s.Missing++
			continue
		}
		answer := itemsOf(recalled[i])
		in := 0
		for k := range list {
			want := list[k]
			if backward {
				want = list[len(list)-1-k]
			}
			if k < len(answer) && answer[k] == want {
				in++
			}
		}
		n := len(list)
		s.Trials++
		given[n]++
		longest = max(longest, n)
		items, right = items+n, right+in
		s.PartialUnit += float64(in) / float64(n)
		if in == n && len(answer) == n {
			full[n]++
			s.Correct++
			allItems += n
			s.Longest = max(s.Longest, n)
		}
	}
	if s.Trials == 0 {
		return fail("none of the %d lists has a recall", len(presented))
	}
	s.PartialUnit /= float64(s.Trials)
	s.AllUnit = float64(s.Correct) / float64(s.Trials)
	s.PartialLoad, s.AllLoad = float64(right)/float64(items), float64(allItems)/float64(items)
	all := true
	for n := 1; n <= longest; n++ {
		if given[n] == 0 {
			continue
		}
		s.Lengths, s.Share = append(s.Lengths, n), append(s.Share, float64(full[n])/float64(given[n]))
		if all = all && full[n] == given[n]; all {
			s.LongestAll = n
		}
	}
	return s, nil
}

func itemsOf(list string) []string {
	if strings.ContainsAny(strings.TrimSpace(list), " ,\t") {
		return strings.FieldsFunc(list, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' })
	}
	return strings.Split(strings.TrimSpace(list), "")
}

// Table returns the scores.
func (s *Span) Table() table.Table {
	return table.Table{Title: s.title(), Cols: []table.Col{
		{Name: "score", Text: []string{"longest list", "longest with all correct", "lists correct", "partial credit, unit", "all or nothing, unit", "partial credit, load", "all or nothing, load", "lists", "without a recall"}},
		{Name: "value", Num: []float64{float64(s.Longest), float64(s.LongestAll), float64(s.Correct), s.PartialUnit, s.AllUnit, s.PartialLoad, s.AllLoad, float64(s.Trials), float64(s.Missing)}},
	}}
}

func (s *Span) title() string {
	if s.Backward {
		return "span, backward"
	}
	return "span, forward"
}

// String gives the longest list, the lists correct and the partial credit.
func (s *Span) String() string {
	t := fmt.Sprintf("%s: longest %d, %d of %d lists correct, partial credit %.3f by unit, %.3f by load", s.title(), s.Longest, s.Correct, s.Trials, s.PartialUnit, s.PartialLoad)
	if s.Missing > 0 {
		t += fmt.Sprintf("; %d lists without a recall left out", s.Missing)
	}
	return t
}

// Plot draws the share of lists recalled in full over their length.
func (s *Span) Plot() *figure.Figure {
	x := make([]float64, len(s.Lengths))
	for i, n := range s.Lengths {
		x[i] = float64(n)
	}
	return &figure.Figure{Title: s.title(), Width: 10, Height: 7, Panels: []figure.Panel{{
		X: figure.Axis{Label: "items", Ticks: x, Min: x[0] - 0.5, Max: x[len(x)-1] + 0.5}, Y: figure.Axis{Label: "lists recalled in full", Min: 0, Max: 1.02},
		Layers: []figure.Layer{{Kind: figure.Line, X: x, Y: s.Share, Color: "blue", Width: 1.5}, {Kind: figure.Points, X: x, Y: s.Share, Color: "blue"}},
	}}}
}

// Show draws the figure under the table.
func (s *Span) Show() display.Bundle { return figure.Under(s.Plot(), "span", s.Table().Show()) }

// TrailMaking returns a table of what is derived from the times of parts A and B
// of a trail making test, s, of each subject: the difference B - A, the ratio
// B/A and (B - A)/A. A missing time (NaN) leaves the row's measures missing.
// Unequal lengths and times that are not above 0 are errors. Source: Lezak 1995;
// Arbuthnott and Frank 2000 (ratio).
func TrailMaking(a, b []float64) (table.Table, error) {
	if len(a) != len(b) {
		return table.Table{}, fmt.Errorf("behavior: TrailMaking: a has %d times and b %d; they must be as many", len(a), len(b))
	}
	var difference, ratio, part []float64
	missing := 0
	for i := range a {
		for _, v := range [2]float64{a[i], b[i]} {
			if v <= 0 || math.IsInf(v, 0) {
				return table.Table{}, fmt.Errorf("behavior: TrailMaking: a[%d] is %g s and b[%d] %g s; times must be above 0 and finite, or NaN", i, a[i], i, b[i])
			}
		}
		if math.IsNaN(a[i] + b[i]) {
			missing++
		}
		difference, ratio, part = append(difference, b[i]-a[i]), append(ratio, b[i]/a[i]), append(part, (b[i]-a[i])/a[i])
	}
	t := table.Table{Cols: []table.Col{{Name: "A", Unit: "s", Num: a}, {Name: "B", Unit: "s", Num: b}, {Name: "B-A", Unit: "s", Num: difference}, {Name: "B/A", Num: ratio}, {Name: "(B-A)/A", Num: part}}}
	if missing > 0 {
		t.Title = fmt.Sprintf("%d of %d rows miss a time", missing, len(a))
	}
	return t, nil
}
