package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// An Event is a stretch of a signal in which a rhythm stands out.
type Event struct {
	Start, Peak, End float64 `unit:"s"` // the last sample is part of it
	// Amplitude is the largest one of the band-passed signal, in the signal's
	// unit: of its envelope, or of a slow oscillation from trough to peak.
	Amplitude float64
	// Strength is the largest value of what was compared with the threshold.
	Strength float64
	// Frequency comes from the zero crossings of the band-passed signal; NaN when
	// there are fewer than 2.
	Frequency float64 `unit:"Hz"`
	// Oscillations is Frequency times duration.
	Oscillations float64
	Channel      int // where it is strongest
}

// Duration returns End less Start, s.
func (e Event) Duration() float64 { return e.End - e.Start }

// Events are the events that a detector found, in order of time.
type Events struct {
	Kind      string // such as "ripples"
	Method    string // of detection, by name
	All       []Event
	FS        float64    `unit:"Hz"`
	Samples   int        // of the signal
	Band      [2]float64 `unit:"Hz"`
	Threshold float64    // of Measure
	Measure   string     // what Strength and Threshold are
	Unit      string     // of the signal, for the table and the figure; set it to have it shown

	x, filtered, measure []float64 // the signal of the first channel, for the figure
}

// Rate returns how many events there are in a minute.
func (e *Events) Rate() float64 {
	return float64(len(e.All)) / float64(e.Samples) * float64(e.FS*60)
}

// Share returns the share of time that is within events.
func (e *Events) Share() float64 {
	n := 0.0
	for _, v := range e.All {
		n += float64(v.Duration()*e.FS) + 1
	}
	return n / float64(e.Samples)
}

// Mask returns for each sample whether it lies within an event.
func (e *Events) Mask() []bool {
	m := make([]bool, e.Samples)
	for _, v := range e.All {
		for i := int(math.Round(v.Start * e.FS)); i <= int(math.Round(v.End*e.FS)); i++ {
			m[i] = true
		}
	}
	return m
}

// Table returns one row for each event.
func (e *Events) Table() table.Table {
	cols := []table.Col{{Name: "start", Unit: "s"}, {Name: "peak", Unit: "s"}, {Name: "end", Unit: "s"}, {Name: "duration", Unit: "s"},
		{Name: "amplitude", Unit: e.Unit}, {Name: e.Measure}, {Name: "frequency", Unit: "Hz"}, {Name: "oscillations"}, {Name: "channel"}}
	for _, v := range e.All {
		for c, x := range []float64{v.Start, v.Peak, v.End, v.Duration(), v.Amplitude, v.Strength, v.Frequency, v.Oscillations, float64(v.Channel)} {
			cols[c].Num = append(cols[c].Num, x)
		}
	}
	for c := range cols {
		if cols[c].Num == nil {
			cols[c].Num = []float64{}
		}
	}
	return table.Table{Title: fmt.Sprintf("%d %s (%s, %g to %g Hz), %.3g a minute", len(e.All), e.Kind, e.Method, e.Band[0], e.Band[1], e.Rate()), Cols: cols}
}

// Show draws the figure of Plot.
func (e *Events) Show() display.Bundle { return e.Plot().Show() }

// Plot returns the figure of the signal, its band-passed form and what was compared
// with the threshold, with events as bands: all of it up to 10 s, of longer signals
// 10 s around the strongest event.
func (e *Events) Plot() *figure.Figure {
	from, to := 0.0, float64(e.Samples)/e.FS
	if to > 10 {
		best := 0.0
		for i, v := range e.All {
			if i == 0 || v.Strength > best {
				best, from = v.Strength, max(0, v.Peak-5)
			}
		}
		from = min(from, to-10)
		to = from + 10
	}
	return e.PlotBetween(from, to)
}

// PlotBetween returns the figure of the time between from and to, s.
func (e *Events) PlotBetween(from, to float64) *figure.Figure {
	lo, hi := max(0, int(from*e.FS)), min(e.Samples, int(to*e.FS)+1)
	if hi <= lo {
		return &figure.Figure{}
	}
	t0, dt := float64(lo)/e.FS, 1/e.FS
	panel := func(label, unit string, y []float64) figure.Panel {
		p := figure.Panel{X: figure.Axis{Label: "time", Unit: "s"}, Y: figure.Axis{Label: label, Unit: unit}, Legend: "off"}
		for _, v := range e.All {
			if v.End >= from && v.Start <= to {
				p.Layers = append(p.Layers, figure.Layer{Kind: figure.VSpan, X: []float64{max(from, v.Start), min(to, v.End)}, Color: "orange", Alpha: 0.35})
			}
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, X0: t0, DX: dt, Y: y[lo:hi], Color: "blue", Width: 0.7})
		return p
	}
	fig := &figure.Figure{ShareX: true, Title: fmt.Sprintf("%s, %s: %d in %.4g s", e.Kind, e.Method, len(e.All), float64(e.Samples)/e.FS)}
	fig.Panels = []figure.Panel{panel("signal", e.Unit, e.x), panel(fmt.Sprintf("%g to %g Hz", e.Band[0], e.Band[1]), e.Unit, e.filtered)}
	if e.measure != nil {
		p := panel(e.Measure, "", e.measure)
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.HLine, Y: []float64{e.Threshold}, Color: "red", Dash: true, Width: 0.8})
		fig.Panels = append(fig.Panels, p)
	}
	return fig
}

// A span is a stretch of samples, both ends included.
type span struct{ first, last int }

// spans returns the stretches in which f holds.
func spans(n int, f func(i int) bool) (out []span) {
	inside := false
	for i := range n {
		switch now := f(i); {
		case now && !inside:
			out = append(out, span{i, i})
			inside = true
		case now:
			out[len(out)-1].last = i
		default:
			inside = false
		}
	}
	return out
}

// merged joins spans with fewer than gap samples between the last of one and the
// first of the next; 0 joins those that overlap.
func merged(s []span, gap float64) (out []span) {
	for _, v := range s {
		if k := len(out) - 1; k >= 0 && (v.first <= out[k].last || float64(v.first-out[k].last) < gap) {
			out[k].last = max(out[k].last, v.last)
		} else {
			out = append(out, v)
		}
	}
	return out
}

// event measures a span of a band-passed signal with its envelope.
func event(s span, fs float64, filtered, envelope, strength []float64) Event {
	e := Event{Start: float64(s.first) / fs, End: float64(s.last) / fs, Frequency: math.NaN(), Oscillations: math.NaN()}
	at := s.first
	for i := s.first; i <= s.last; i++ {
		if strength[i] > strength[at] {
			at = i
		}
		e.Amplitude = max(e.Amplitude, envelope[i])
	}
	e.Peak, e.Strength = float64(at)/fs, strength[at]
	// Crossings of zero, between samples.
	first, last, count := 0.0, 0.0, 0
	for i := s.first + 1; i <= s.last; i++ {
		a, b := filtered[i-1], filtered[i]
		if (a < 0) != (b < 0) {
			last = float64(i-1) + a/(a-b)
			if count == 0 {
				first = last
			}
			count++
		}
	}
	if count > 1 {
		e.Frequency = float64(count-1) / 2 / (last - first) * fs
		e.Oscillations = e.Frequency * e.Duration()
	}
	return e
}

// envelopeOf returns the size of the analytic signal.
func envelopeOf(x []float64) []float64 {
	t := newTurner(len(x))
	t.quarter(x)
	out := make([]float64, len(x))
	sizes(out, x, t.out)
	return out
}

// gaussian smooths by a Gaussian of so many samples, cut off at 8 of them, with
// zeros beyond the ends.
func gaussian(x []float64, sigma float64) []float64 {
	if sigma <= 0 {
		return x
	}
	radius := int(float64(8*sigma) + 0.5)
	w := make([]float64, 2*radius+1)
	sum := 0.0
	for i := range w {
		d := float64(i-radius) / sigma
		w[i] = vec.Exp(-0.5 * float64(d*d))
		sum += w[i]
	}
	vec.DivConstBlock(w, w, sum)
	long := make([]float64, len(x)+2*radius)
	copy(long[radius:], x)
	out := make([]float64, len(x))
	for i := range out {
		out[i] = vec.DotBlock(long[i:i+len(w)], w)
	}
	return out
}

// standard sets z to x less its mean, in standard deviations (n), and reports false
// for a flat x.
func standard(x []float64) (z []float64, ok bool) {
	m := mean(x)
	z = make([]float64, len(x))
	vec.AddConstBlock(z, x, -m)
	sd := math.Sqrt(vec.DotBlock(z, z) / float64(len(x)))
	if !(sd > 0) {
		return z, false
	}
	vec.DivConstBlock(z, z, sd)
	return z, true
}

// checkEventBand returns an error that says what a band of a detector must be.
func checkEventBand(call string, fs, lo, hi float64) error {
	if !(lo > 0 && lo < hi && hi < fs/2) {
		return fmt.Errorf("signal: %s: band %g to %g Hz at a sampling rate of %g Hz; it must be above 0, ascending, and below half the rate (%g Hz)", call, lo, hi, fs, fs/2)
	}
	return nil
}
