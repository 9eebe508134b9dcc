package fmri

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// ResponseOptions say over which times responses to events are taken.
type ResponseOptions struct {
	// Before and After are how long before and after an event the response is
	// taken, s, rounded to volumes. After 0 means 30 s.
	Before float64 `unit:"s"`
	After  float64 `unit:"s"`
	// Baseline subtracts from every event's samples their mean up to its onset
	// (which Before extends). Only [EventAverage] reads it.
	Baseline bool
	// Unit is the unit of the series, for axes; "" leaves it out.
	Unit string
}

// An EventResponse is the response to each condition over time, with its
// standard error.
type EventResponse struct {
	Names  []string    // conditions
	Events []int       // events of each condition that took part
	Cut    []int       // events left out as the series does not cover them
	Time   []float64   `unit:"s"` // from the event, s
	Mean   [][]float64 // [condition][time]
	SE     [][]float64 // standard error, [condition][time]; NaN for a single event
	Unit   string      // of Mean and SE
	Method string      // what was done, for the title
}

// EventAverage returns the mean time course around the events of each
// condition, and the standard error of that mean (sample standard deviation
// over events, divided by the root of their number).
//
// bold is one value per volume, tr the time between volumes in s. Events between
// volumes are aligned by linear interpolation. Events whose window leaves the
// series take no part and are counted in Cut. Responses that overlap blur each
// other here; [FIR] tells them apart.
//
// It is an error when bold is empty or not finite, tr is not above 0, events is
// empty or an onset not finite, the window is negative or longer than the
// series, or no event of a condition is covered.
//
// Checked against NumPy's mean and standard deviation of the windows.
func EventAverage(bold []float64, tr float64, events []Event, o ResponseOptions) (*EventResponse, error) {
	before, after, err := window("EventAverage", bold, tr, events, o)
	if err != nil {
		return nil, err
	}
	events = named(events)
	r := newResponse(tr, before, after, events, o)
	r.Method = "average around events"
	for c, name := range r.Names {
		var windows [][]float64
		for _, e := range events {
			if e.Type != name {
				continue
			}
			if w := around(bold, e.Onset/tr, before, after); w != nil {
				if o.Baseline {
					subtract(w, before)
				}
				windows = append(windows, w)
			} else {
				r.Cut[c]++
			}
		}
		if len(windows) == 0 {
			return nil, fmt.Errorf("fmri: EventAverage: none of the %d events of condition %q has its window of %g to %g s within the series of %g s", r.Cut[c], name, r.Time[0], r.Time[len(r.Time)-1], float64(len(bold))*tr)
		}
		n := float64(len(windows))
		r.Events[c] = len(windows)
		for t := range r.Time {
			sum := 0.0
			for _, w := range windows {
				sum += w[t]
			}
			mean, ss := sum/n, 0.0
			for _, w := range windows {
				ss += float64((w[t] - mean) * (w[t] - mean))
			}
			r.Mean[c][t] = mean
			r.SE[c][t] = math.Sqrt(ss / (n - 1) / n)
		}
	}
	return r, nil
}

// FIR returns the response to each condition as a finite impulse response: the
// least-squares fit of the series by one free value per condition and time
// after an event, plus a constant, so that overlapping responses add up and are
// told apart. SE is the standard error of each value from the residual
// variance, which takes residuals as independent in time (BOLD noise is not
// quite: read it as a lower bound).
//
// bold is one value per volume, tr the time between volumes in s. Events are
// assigned to the nearest volume; Cut counts those outside of the series.
//
// Errors are those of [EventAverage]; also too few volumes for the number of
// values, or conditions whose events always come together.
//
// Dale (1999), Human Brain Mapping 8:109. Checked against numpy.linalg.lstsq.
func FIR(bold []float64, tr float64, events []Event, o ResponseOptions) (*EventResponse, error) {
	before, after, err := window("FIR", bold, tr, events, o)
	if err != nil {
		return nil, err
	}
	events = named(events)
	r := newResponse(tr, before, after, events, o)
	r.Method = "finite impulse response"
	lags := len(r.Time)
	cols := len(r.Names)*lags + 1
	if cols >= len(bold) {
		return nil, fmt.Errorf("fmri: FIR: %d conditions with %d times each need more than %d volumes, and bold has %d; shorten the window", len(r.Names), lags, cols, len(bold))
	}
	task := display.Start("fmri.FIR", "", 0)
	defer task.End()
	x, y := make([][]float64, len(bold)), make([][]float64, len(bold))
	for t := range x {
		x[t] = make([]float64, cols)
		x[t][cols-1] = 1
		y[t] = []float64{bold[t]}
	}
	names := make([]string, 0, cols)
	for c, name := range r.Names {
		for k := range lags {
			names = append(names, fmt.Sprintf("%s at %g s", name, r.Time[k]))
		}
		for _, e := range events {
			at := math.Round(e.Onset / tr)
			if e.Type != name {
				continue
			}
			if at < 0 || at >= float64(len(bold)) {
				r.Cut[c]++
				continue
			}
			r.Events[c]++
			for k := range lags {
				if t := int(at) - before + k; t >= 0 && t < len(bold) {
					x[t][c*lags+k]++
				}
			}
		}
		if r.Events[c] == 0 {
			return nil, fmt.Errorf("fmri: FIR: none of the %d events of condition %q lies within the series of %g s", r.Cut[c], name, float64(len(bold))*tr)
		}
	}
	q, err := factor(x, append(names, "constant"), task)
	if err != nil {
		return nil, fmt.Errorf("fmri: FIR: %w", err)
	}
	beta, rss := q.Solve(y, task.Err)
	if task.Err() != nil {
		return nil, fmt.Errorf("fmri: FIR: %w", task.Err())
	}
	variance := rss[0] / float64(len(bold)-cols)
	unit := make([]float64, cols)
	for c := range r.Names {
		for k := range lags {
			j := c*lags + k
			unit[j] = 1
			r.Mean[c][k] = beta[j][0]
			r.SE[c][k] = math.Sqrt(float64(variance * q.Variance(unit)))
			unit[j] = 0
		}
	}
	return r, nil
}

// window checks the arguments of both functions and returns the volumes before
// and after an event.
func window(fn string, bold []float64, tr float64, events []Event, o ResponseOptions) (before, after int, err error) {
	fail := func(format string, args ...any) (int, int, error) {
		return 0, 0, fmt.Errorf("fmri: "+fn+": "+format, args...)
	}
	if len(bold) == 0 {
		return fail("bold is empty; it needs one value per volume")
	}
	for t, v := range bold {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fail("bold[%d] is %g; all values must be finite", t, v)
		}
	}
	if !(tr > 0) || math.IsInf(tr, 0) {
		return fail("tr is %g s; it must be above 0", tr)
	}
	if err := checkEvents(events); err != nil {
		return fail("%w", err)
	}
	if o.After == 0 {
		o.After = 30
	}
	if !(o.Before >= 0) || !(o.After >= 0) {
		return fail("window of %g s before to %g s after an event; both must be 0 or more", o.Before, o.After)
	}
	b, a := math.Round(o.Before/tr), math.Round(o.After/tr)
	if !(b+a+1 <= float64(len(bold))) {
		return fail("window of %g s before to %g s after an event is longer than the series of %g s", o.Before, o.After, float64(len(bold))*tr)
	}
	return int(b), int(a), nil
}

func newResponse(tr float64, before, after int, events []Event, o ResponseOptions) *EventResponse {
	r := &EventResponse{Names: conditions(events), Unit: o.Unit}
	for k := -before; k <= after; k++ {
		r.Time = append(r.Time, float64(k)*tr)
	}
	for range r.Names {
		r.Mean = append(r.Mean, make([]float64, len(r.Time)))
		r.SE = append(r.SE, make([]float64, len(r.Time)))
	}
	r.Events, r.Cut = make([]int, len(r.Names)), make([]int, len(r.Names))
	return r
}

// around returns the samples at volumes at-before ... at+after, between volumes
// by linear interpolation; nil when the series does not cover them.
func around(bold []float64, at float64, before, after int) []float64 {
	// An onset on a volume but for rounding is taken as on it.
	if whole := math.Round(at); math.Abs(at-whole) < 1e-9*math.Max(1, math.Abs(whole)) {
		at = whole
	}
	first := math.Floor(at)
	part := at - first
	last := first + float64(after)
	if part > 0 {
		last++
	}
	if first-float64(before) < 0 || last > float64(len(bold)-1) {
		return nil
	}
	out := make([]float64, before+after+1)
	for k := range out {
		t := int(first) - before + k
		out[k] = bold[t]
		if part > 0 {
			out[k] += float64(part * (bold[t+1] - bold[t]))
		}
	}
	return out
}

// subtract takes from w the mean of its samples up to the event.
func subtract(w []float64, before int) {
	mean := 0.0
	for _, v := range w[:before+1] {
		mean += v
	}
	mean /= float64(before + 1)
	for i := range w {
		w[i] -= mean
	}
}

// Plot returns the figure of the responses: a line per condition with a band
// of one standard error on either side, and the event at time 0.
func (r EventResponse) Plot() *figure.Figure {
	p := figure.Panel{
		X: figure.Axis{Label: "time from event", Unit: "s"},
		Y: figure.Axis{Label: "BOLD", Unit: r.Unit},
		Layers: []figure.Layer{
			{Kind: figure.HLine, Y: []float64{0}, Color: "grey", Width: 0.6},
			{Kind: figure.VLine, X: []float64{0}, Color: "grey", Width: 0.6, Dash: true},
		},
	}
	palette := []string{"blue", "orange", "green", "red", "purple", "brown", "pink", "grey", "black"}
	for c, name := range r.Names {
		color := palette[c%len(palette)]
		lo, hi := make([]float64, len(r.Time)), make([]float64, len(r.Time))
		for t := range r.Time {
			lo[t], hi[t] = r.Mean[c][t]-r.SE[c][t], r.Mean[c][t]+r.SE[c][t]
		}
		label := fmt.Sprintf("%s (n = %d)", name, r.Events[c])
		p.Layers = append(p.Layers,
			figure.Layer{Kind: figure.Area, X: r.Time, Y: lo, Y2: hi, Color: color, Alpha: 0.2},
			figure.Layer{Kind: figure.Line, X: r.Time, Y: r.Mean[c], Name: label, Color: color})
	}
	return &figure.Figure{Title: r.Method + ", mean ± SE", Panels: []figure.Panel{p}}
}

// Show draws the responses, see [EventResponse.Plot].
func (r EventResponse) Show() display.Bundle { return r.Plot().Show() }
