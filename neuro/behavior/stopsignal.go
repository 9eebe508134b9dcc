package behavior

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// StopSignal are the measures of a stop-signal task, as SSRT returns them.
type StopSignal struct {
	SSRT      float64 `unit:"s"` // stop-signal reaction time by integration, s
	SSRTMean  float64 `unit:"s"` // by the mean method, s; biased where the go times are skewed
	PRespond  float64 // proportion of stop trials with a response
	MeanSSD   float64 `unit:"s"` // mean stop-signal delay, s
	MeanGo    float64 `unit:"s"` // mean go response time, s, without omissions
	Go        int     // go trials
	Omissions int     // go trials without a response
	Stop      int     // stop trials

	MeanFailed float64  `unit:"s"` // mean time of responses on stop trials, s; NaN where StopSignalTask was not told them
	Warnings   []string // what makes the estimate unreliable, by Verbruggen et al. 2019

	ssd       []float64
	responded []bool
}

// SSRT estimates the stop-signal reaction time of the independent race model.
//
// goRT holds the response time, s, of every go trial, wrong and premature ones
// included, NaN for an omission. ssd holds the delay, s, of every stop trial and
// responded whether a response came.
//
//	integration: SSRT = go time of rank ⌈n p⌉ - mean SSD, omissions as the longest go time
//	mean:        SSRT = mean go time - mean SSD
//
// p is the proportion of stop trials with a response and n the number of go
// trials. No go response, no stop trial, unequal lengths, delays that are not
// finite, and p of 0 or 1, which leaves SSRT undetermined, are errors. The
// estimate is unreliable for p outside 0.25 to 0.75, which String says.
//
// Source: Verbruggen et al. 2019, eLife 8:e46323. Checked against the formulas.
func SSRT(goRT, ssd []float64, responded []bool) (*StopSignal, error) {
	fail := func(format string, a ...any) (*StopSignal, error) {
		return nil, fmt.Errorf("behavior: SSRT: "+format, a...)
	}
	if len(ssd) != len(responded) {
		return fail("ssd has %d stop trials and responded %d; they must be as many", len(ssd), len(responded))
	}
	if len(ssd) == 0 {
		return fail("there are no stop trials; at least one is needed")
	}
	s := &StopSignal{Go: len(goRT), Stop: len(ssd), MeanFailed: math.NaN(), ssd: slices.Clone(ssd), responded: slices.Clone(responded)}
	longest := math.Inf(-1)
	filled := slices.Clone(goRT)
	for i, t := range goRT {
		switch {
		case math.IsNaN(t):
			s.Omissions++
		case math.IsInf(t, 0):
			return fail("goRT[%d] is %g; a time must be finite, NaN for an omission", i, t)
		default:
			longest = math.Max(longest, t)
			s.MeanGo += t
		}
	}
	if s.Omissions == len(goRT) {
		return fail("none of the %d go trials has a response; at least one is needed", len(goRT))
	}
	for i, t := range filled {
		if math.IsNaN(t) {
			filled[i] = longest
		}
	}
	slices.Sort(filled)
	k := 0
	for i, d := range ssd {
		if math.IsNaN(d) || math.IsInf(d, 0) {
			return fail("ssd[%d] is %g; a delay must be finite", i, d)
		}
		s.MeanSSD += d
		if responded[i] {
			k++
		}
	}
	if k == 0 || k == len(ssd) {
		return fail("%d of %d stop trials have a response; SSRT needs some with and some without", k, len(ssd))
	}
	s.MeanGo /= float64(len(goRT) - s.Omissions)
	s.MeanSSD /= float64(len(ssd))
	s.PRespond = float64(k) / float64(len(ssd))
	rank := (len(filled)*k + len(ssd) - 1) / len(ssd)
	s.SSRT, s.SSRTMean = filled[rank-1]-s.MeanSSD, s.MeanGo-s.MeanSSD
	if note := milliseconds(filled); note != "" {
		s.Warnings = append(s.Warnings, note)
	}
	if s.PRespond < 0.25 || s.PRespond > 0.75 {
		s.Warnings = append(s.Warnings, "P(respond) outside 0.25 to 0.75: not reliable")
	}
	return s, nil
}

// StopSignalTask is SSRT from the times of stop trials, with the checks that
// Verbruggen et al. (2019) ask for.
//
// goRT is that of SSRT. ssd holds the delay and stopRT the response time, s, of
// every stop trial, NaN where the subject stopped. Warnings name fewer than 50
// stop trials, P(respond) outside 0.25 to 0.75, and responses on stop trials that
// are on average not faster than those on go trials: the race model, of which
// they are the fast part, does not hold, and SSRT should not be used. Errors are
// those of SSRT, and response times that are infinite.
//
// Source: Verbruggen et al. 2019, eLife 8:e46323.
func StopSignalTask(goRT, ssd, stopRT []float64) (*StopSignal, error) {
	if len(ssd) != len(stopRT) {
		return nil, fmt.Errorf("behavior: StopSignalTask: ssd has %d stop trials and stopRT %d; they must be as many", len(ssd), len(stopRT))
	}
	responded := make([]bool, len(stopRT))
	sum, n := 0.0, 0.0
	for i, t := range stopRT {
		if math.IsInf(t, 0) {
			return nil, fmt.Errorf("behavior: StopSignalTask: stopRT[%d] is %g; a time must be finite, NaN where the subject stopped", i, t)
		}
		if responded[i] = !math.IsNaN(t); responded[i] {
			sum += t
			n++
		}
	}
	s, err := SSRT(goRT, ssd, responded)
	if err != nil {
		return nil, err
	}
	s.MeanFailed = sum / n
	if s.Stop < 50 {
		s.Warnings = append(s.Warnings, fmt.Sprintf("%d stop trials, 50 or more are recommended", s.Stop))
	}
	if s.MeanFailed >= s.MeanGo {
		s.Warnings = append(s.Warnings, fmt.Sprintf("responses on stop trials take %.0f ms, not less than go: the race model does not hold", 1000*s.MeanFailed))
	}
	return s, nil
}

// String gives SSRT, in ms, with what it is from.
func (s *StopSignal) String() string {
	t := fmt.Sprintf("SSRT = %.0f ms (integration; mean method %.0f ms), P(respond) %.2f in %d stop trials, mean SSD %.0f ms, go %.0f ms with %d omissions in %d",
		1000*s.SSRT, 1000*s.SSRTMean, s.PRespond, s.Stop, 1000*s.MeanSSD, 1000*s.MeanGo, s.Omissions, s.Go)
	for _, w := range s.Warnings {
		t += "; " + w
	}
	return t
}

// Plot draws the inhibition function: how often a response came at each delay.
// With more than twelve delays they are taken in twelve equal groups.
func (s *StopSignal) Plot() *figure.Figure {
	order := make([]int, len(s.ssd))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.ssd[a], s.ssd[b]) })
	delays := map[float64]bool{}
	for _, d := range s.ssd {
		delays[d] = true
	}
	var x, y, lo, hi []float64
	for at := 0; at < len(order); {
		end := at + 1
		if len(delays) > 12 {
			end = min(at+(len(order)+11)/12, len(order))
		} else {
			for end < len(order) && s.ssd[order[end]] == s.ssd[order[at]] {
				end++
			}
		}
		n, d, r := float64(end-at), 0.0, 0.0
		for _, i := range order[at:end] {
			d += s.ssd[i]
			if s.responded[i] {
				r++
			}
		}
		p := r / n
		se := math.Sqrt(p * (1 - p) / n)
		x, y, lo, hi = append(x, d/n), append(y, p), append(lo, p-se), append(hi, p+se)
		at = end
	}
	return &figure.Figure{Title: fmt.Sprintf("SSRT %.0f ms", 1000*s.SSRT), Width: 11, Height: 7, Panels: []figure.Panel{{
		X: figure.Axis{Label: "stop-signal delay", Unit: "s"}, Y: figure.Axis{Label: "P(respond)", Min: 0, Max: 1.02},
		Layers: []figure.Layer{
			{Kind: figure.Errors, X: x, Y: lo, Y2: hi, Color: "grey"},
			{Kind: figure.Line, X: x, Y: y, Color: "blue", Width: 1.5}, {Kind: figure.Points, X: x, Y: y, Color: "blue"},
		},
	}}}
}

// Table returns the measures in one row, so that those of several subjects can be put together by
// table.Bind.
func (s *StopSignal) Table() table.Table {
	one := func(name, unit string, v float64) table.Col {
		return table.Col{Name: name, Unit: unit, Num: []float64{v}}
	}
	return table.Table{Title: "stop-signal task", Cols: []table.Col{
		one("SSRT", "s", s.SSRT), one("SSRT, mean method", "s", s.SSRTMean), one("P(respond)", "", s.PRespond), one("mean SSD", "s", s.MeanSSD),
		one("mean go", "s", s.MeanGo), one("mean failed stop", "s", s.MeanFailed), one("go", "", float64(s.Go)), one("omissions", "", float64(s.Omissions)),
		one("stop", "", float64(s.Stop)), {Name: "warnings", Text: []string{strings.Join(s.Warnings, "; ")}},
	}}
}

// Show draws the figure; its text is String.
func (s *StopSignal) Show() display.Bundle { return showRT(s.Plot(), s.String()) }
