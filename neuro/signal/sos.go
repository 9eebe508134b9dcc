package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/filters"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// SOS is a digital filter as a cascade of second-order sections, which stays
// accurate where the coefficients of one long polynomial would not.
type SOS struct {
	FS float64 `unit:"Hz"` // sampling rate that the filter is made for, Hz
	// Sections are rows b0, b1, b2, a0, a1, a2 with a0 = 1, as SciPy writes
	// them: y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2].
	Sections [][6]float64
}

// Filter runs x through the filter once, forward in time, from rest. The
// result is as long as x and in its unit; it lags behind x (see FiltFilt for a
// filter without lag).
//
// NaN, infinite samples and an empty x are errors, and so are sections that
// are not a stable filter. Peer: scipy.signal.sosfilt.
func (s SOS) Filter(x []float64) ([]float64, error) {
	if err := s.check("SOS.Filter"); err != nil {
		return nil, err
	}
	if err := checkSamples("SOS.Filter", "x", x); err != nil {
		return nil, err
	}
	y := append([]float64(nil), x...)
	task := display.Start("signal.Filter", "samples", len(y))
	defer task.End()
	if err := s.runAll(y, make([][2]float64, len(s.Sections)), task); err != nil {
		return nil, fmt.Errorf("signal: SOS.Filter: %w", err)
	}
	return y, nil
}

// FiltFilt runs x through the filter forward and then backward in time, so
// that no frequency is delayed; the gain is squared and the order doubled. The
// signal is first continued beyond both ends by a half turn about them (odd
// extension), and the filter starts in the state that a constant signal would
// leave it in, which keeps the ends calm (Gustafsson 1996 discusses the
// choices).
//
// The result is as long as x and in its unit. x must be longer than the
// extension, which has 3(2m+1) samples for m sections, 3 fewer for a low or
// high pass of odd order; a shorter one is an error that states the length.
// Further errors: NaN or infinite samples, sections that are not a stable
// filter. Peer: scipy.signal.sosfiltfilt with its default padding.
func (s SOS) FiltFilt(x []float64) ([]float64, error) {
	const call = "SOS.FiltFilt"
	if err := s.check(call); err != nil {
		return nil, err
	}
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	pad, n := s.padding(), len(x)
	if n <= pad {
		return nil, fmt.Errorf("signal: %s: x has %d samples; this filter needs %d or more (Filter takes any length)", call, n, pad+1)
	}
	y := make([]float64, n+2*pad)
	for i := 0; i < pad; i++ {
		y[i] = 2*x[0] - x[pad-i]
		y[pad+n+i] = 2*x[n-1] - x[n-2-i]
	}
	copy(y[pad:], x)

	rest := s.steady()
	state := make([][2]float64, len(rest))
	task := display.Start("signal.FiltFilt", "samples, forward and backward", 2*len(y))
	defer task.End()
	for pass := 0; pass < 2; pass++ {
		for i, z := range rest {
			state[i] = [2]float64{z[0] * y[0], z[1] * y[0]}
		}
		if err := s.runAll(y, state, task); err != nil {
			return nil, fmt.Errorf("signal: %s: %w", call, err)
		}
		for i, j := 0, len(y)-1; i < j; i, j = i+1, j-1 {
			y[i], y[j] = y[j], y[i]
		}
	}
	return append([]float64(nil), y[pad:pad+n]...), nil
}

func (s SOS) padding() int         { return filters.Sections(s.Sections).Padding() }
func (s SOS) steady() [][2]float64 { return filters.Sections(s.Sections).Steady() }

// runAll filters y in place, in blocks, and counts the samples.
func (s SOS) runAll(y []float64, state [][2]float64, task *display.Counter) error {
	const block = 1 << 16
	for len(y) > 0 {
		n := min(block, len(y))
		s.run(y[:n], state)
		y = y[n:]
		if task.Add(n); task.Err() != nil {
			return task.Err()
		}
	}
	return nil
}

// run filters y in place from the given state (transposed direct form II). Two
// sections go through one loop: each waits for its own previous output only,
// so that the processor works on both at once.
func (s SOS) run(y []float64, state [][2]float64) {
	i := 0
	for ; i+1 < len(s.Sections); i += 2 {
		c, d := s.Sections[i], s.Sections[i+1]
		b0, b1, b2, a1, a2 := c[0], c[1], c[2], c[4], c[5]
		e0, e1, e2, f1, f2 := d[0], d[1], d[2], d[4], d[5]
		p, q, r, t := state[i][0], state[i][1], state[i+1][0], state[i+1][1]
		for k, x := range y {
			u := float64(b0*x) + p
			p = float64(b1*x) - float64(a1*u) + q
			q = float64(b2*x) - float64(a2*u)
			v := float64(e0*u) + r
			r = float64(e1*u) - float64(f1*v) + t
			t = float64(e2*u) - float64(f2*v)
			y[k] = v
		}
		state[i], state[i+1] = [2]float64{p, q}, [2]float64{r, t}
	}
	if i < len(s.Sections) {
		c := s.Sections[i]
		b0, b1, b2, a1, a2 := c[0], c[1], c[2], c[4], c[5]
		p, q := state[i][0], state[i][1]
		for k, x := range y {
			u := float64(b0*x) + p
			p = float64(b1*x) - float64(a1*u) + q
			q = float64(b2*x) - float64(a2*u)
			y[k] = u
		}
		state[i] = [2]float64{p, q}
	}
}

func (s SOS) check(call string) error {
	if err := filters.Sections(s.Sections).Check(); err != nil {
		return fmt.Errorf("signal: %s: %w", call, err)
	}
	return nil
}

// Gain returns how much one pass of the filter scales a sine of f Hz: |H(f)|,
// with H the product over the sections of
//
//	(b0 + b1/z + b2/z²)/(1 + a1/z + a2/z²),  z = exp(2πi f/fs).
//
// FiltFilt has the square of it. The gain is NaN where f or FS is. Peer:
// scipy.signal.freqz_sos.
func (s SOS) Gain(f float64) float64 {
	sin, cos := vec.Sincos(2 * math.Pi * f / s.FS)
	abs := func(c0, c1, c2 float64) float64 {
		// c0 + c1/z + c2/z² times z, so that only one angle is needed.
		re := float64((c0+c2)*cos) + c1
		im := float64((c0 - c2) * sin)
		return vec.Hypot(re, im)
	}
	g := 1.0
	for _, c := range s.Sections {
		g *= abs(c[0], c[1], c[2]) / abs(c[3], c[4], c[5])
	}
	return g
}

// Show draws the gain over frequency.
func (s SOS) Show() display.Bundle { return s.Plot().Show() }

// Plot returns the figure that Show draws: the gain in dB of one pass
// (Filter) and of two (FiltFilt).
func (s SOS) Plot() *figure.Figure {
	const n, decades, floor = 800, 4, -100.0
	x, once, twice := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = s.FS / 2 * vec.Pow(10, decades*(float64(i)/(n-1)-1))
		db := float64(20 * vec.Log10(s.Gain(x[i])))
		once[i], twice[i] = math.Max(db, 2*floor), math.Max(2*db, 2*floor)
	}
	return &figure.Figure{Panels: []figure.Panel{{
		X:      figure.Axis{Label: "frequency", Unit: "Hz", Log: true},
		Y:      figure.Axis{Label: "gain", Unit: "dB", Min: floor, Max: 5},
		Legend: "lower left",
		Layers: []figure.Layer{
			{Kind: figure.Line, Name: "Filter", X: x, Y: once},
			{Kind: figure.Line, Name: "FiltFilt", X: x, Y: twice},
			{Kind: figure.HLine, Y: []float64{-3}, Color: "grey", Dash: true, Width: 0.5},
		},
	}}}
}
