package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
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
	s := &StopSignal{Go: len(goRT), Stop: len(ssd)}
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
	return s, nil
}

// String gives SSRT, in ms, with what it is from.
func (s *StopSignal) String() string {
	t := fmt.Sprintf("SSRT = %.0f ms (integration; mean method %.0f ms), P(respond) %.2f in %d stop trials, mean SSD %.0f ms, go %.0f ms with %d omissions in %d",
		1000*s.SSRT, 1000*s.SSRTMean, s.PRespond, s.Stop, 1000*s.MeanSSD, 1000*s.MeanGo, s.Omissions, s.Go)
	if s.PRespond < 0.25 || s.PRespond > 0.75 {
		t += "; P(respond) outside 0.25 to 0.75: not reliable"
	}
	return t
}

// Show shows the text.
func (s *StopSignal) Show() display.Bundle { return display.Text(s.String()) }
