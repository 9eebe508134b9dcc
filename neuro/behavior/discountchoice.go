package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// DiscountChoices is a discount rate from choices between a smaller reward now
// and a larger one later.
type DiscountChoices struct {
	K           float64 // hyperbolic discount rate, per unit of delay
	Consistency float64 // share of the choices that K predicts
	AtEnd       bool    // K is the smallest or largest rate that the items tell apart
	Choices     int
	Missing     int // items without an answer, left out

	rate  []float64 // of indifference of each item
	later []float64
}

// ScoreDiscountChoices returns the hyperbolic discount rate that the most choices
// agree with.
//
// sooner and later are the amounts of each item, later the larger, delay the time
// to the later one, and choseLater 1 for the later, 0 for the sooner, NaN for no
// answer. An item is at indifference for
//
//	k = (later/sooner - 1)/delay
//
// and K predicts the later reward where K is below that. Candidates are the
// geometric means of neighbouring k and, at both ends, the least and the largest
// k; K is the geometric mean of the candidates with the most agreement. Choices
// that are all alike have K at an end, which AtEnd says.
//
// Unequal lengths, no answers, amounts and delays not above 0, later not above
// sooner and other answers are errors. Source: Kirby, Petry and Bickel 1999 (the
// rule; the items are your own). Checked against counts by hand.
func ScoreDiscountChoices(sooner, later, delay, choseLater []float64) (*DiscountChoices, error) {
	fail := func(format string, a ...any) (*DiscountChoices, error) {
		return nil, fmt.Errorf("behavior: ScoreDiscountChoices: "+format, a...)
	}
	n := len(sooner)
	if len(later) != n || len(delay) != n || len(choseLater) != n {
		return fail("sooner has %d items, later %d, delay %d and choseLater %d; they must be as many", n, len(later), len(delay), len(choseLater))
	}
	s := &DiscountChoices{}
	for i := range sooner {
		if !(sooner[i] > 0 && later[i] > sooner[i] && delay[i] > 0) || math.IsInf(later[i], 1) || math.IsInf(delay[i], 1) {
			return fail("item %d is %g now or %g after %g; amounts and delays must be above 0 and finite, and the later amount the larger", i, sooner[i], later[i], delay[i])
		}
		switch v := choseLater[i]; {
		case math.IsNaN(v):
			s.Missing++
			continue
		case v != 0 && v != 1:
			return fail("choseLater[%d] is %g; it must be 0 or 1, or missing", i, v)
		}
		s.rate, s.later = append(s.rate, (later[i]/sooner[i]-1)/delay[i]), append(s.later, choseLater[i])
	}
	if s.Choices = len(s.rate); s.Choices == 0 {
		return fail("none of the %d items has an answer", n)
	}
	rates := slices.Compact(slices.Sorted(slices.Values(s.rate)))
	// Each candidate is judged between its neighbours: below the least rate, between, above the largest.
	least, largest := rates[0], rates[len(rates)-1]
	candidates, judged := []float64{least}, []float64{0}
	for i := range len(rates) - 1 {
		g := math.Sqrt(rates[i] * rates[i+1])
		candidates, judged = append(candidates, g), append(judged, g)
	}
	candidates, judged = append(candidates, largest), append(judged, math.Inf(1))
	best, sum, ties := -1, 0.0, 0.0
	end := false
	for c, k := range judged {
		agree := 0
		for i, r := range s.rate {
			if (k < r) == (s.later[i] == 1) {
				agree++
			}
		}
		switch {
		case agree > best:
			best, sum, ties, end = agree, vec.Log(candidates[c]), 1, c == 0 || c == len(judged)-1
		case agree == best:
			sum += vec.Log(candidates[c])
			ties++
			end = end || c == len(judged)-1
		}
	}
	s.K, s.Consistency, s.AtEnd = vec.Exp(sum/ties), float64(best)/float64(s.Choices), end
	return s, nil
}

// String gives the rate and the consistency.
func (s *DiscountChoices) String() string {
	t := fmt.Sprintf("K %.4g from %d choices, %.0f%% consistent", s.K, s.Choices, 100*s.Consistency)
	if s.AtEnd {
		t += "; at the end of what the items tell apart"
	}
	if s.Missing > 0 {
		t += fmt.Sprintf("; %d items without an answer left out", s.Missing)
	}
	return t
}

// Plot draws the choices over the rate of indifference of their items.
func (s *DiscountChoices) Plot() *figure.Figure {
	return &figure.Figure{Title: s.String(), Width: 12, Height: 6, Panels: []figure.Panel{{
		X: figure.Axis{Label: "k of indifference", Log: true}, Y: figure.Axis{Label: "choice", Min: -0.2, Max: 1.2, Ticks: []float64{0, 1}, Names: []string{"sooner", "later"}},
		Layers: []figure.Layer{{Kind: figure.Points, X: s.rate, Y: s.later, Color: "blue", Alpha: 0.6}, {Kind: figure.VLine, Name: "K", X: []float64{s.K}, Color: "black"}},
	}}}
}

// Show draws the figure; its text is String.
func (s *DiscountChoices) Show() display.Bundle { return showRT(s.Plot(), s.String()) }
