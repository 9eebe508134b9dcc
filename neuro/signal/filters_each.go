package signal

import (
	"fmt"
	"runtime"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/filters"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// FilterEach runs every signal in x through the filter as Filter does, with the
// same bits, four of them at a time and on all processors. All must be as long.
// Errors and peer as for Filter.
func (s SOS) FilterEach(x [][]float64) ([][]float64, error) {
	const call = "SOS.FilterEach"
	if err := s.check(call); err != nil {
		return nil, err
	}
	if err := checkSignals(call, "x", x); err != nil {
		return nil, err
	}
	return s.each(call, x, 0, false)
}

// FiltFiltEach runs every signal in x through the filter forward and backward as
// FiltFilt does, with the same bits, four of them at a time and on all processors.
// All must be as long. Errors and peer as for FiltFilt.
func (s SOS) FiltFiltEach(x [][]float64) ([][]float64, error) {
	const call = "SOS.FiltFiltEach"
	if err := s.check(call); err != nil {
		return nil, err
	}
	if err := checkSignals(call, "x", x); err != nil {
		return nil, err
	}
	pad := s.padding()
	if len(x[0]) <= pad {
		return nil, fmt.Errorf("signal: %s: x[0] has %d samples; this filter needs %d or more (FilterEach takes any length)", call, len(x[0]), pad+1)
	}
	return s.each(call, x, pad, true)
}

// each filters signals four by four, in both directions from the steady state of
// the first sample, or forward from rest.
func (s SOS) each(call string, x [][]float64, pad int, both bool) ([][]float64, error) {
	n := len(x[0])
	out := make([][]float64, len(x))
	coef := filters.Sections(s.Sections).Coefficients()
	rest := s.steady()
	task := display.Start("signal."+call, "signals", len(x))
	defer task.End()
	quads := (len(x) + 3) / 4
	workers := min(quads, runtime.GOMAXPROCS(0))
	linalg.Parallel(workers, func(w int) {
		// Samples go through the filter in blocks that stay in the cache; between the two
		// directions they lie where the result will be.
		const block = 1024
		buf, ends, state := make([]float64, 4*block), make([]float64, 4*pad), make([]float64, 8*len(coef))
		from := func(level []float64) {
			for k, z := range rest {
				for l, v := range level {
					state[8*k+l], state[8*k+4+l] = z[0]*v, z[1]*v
				}
			}
		}
		for b := w; b < quads; b += workers {
			four := x[4*b : min(4*b+4, len(x))]
			y := out[4*b : 4*b+len(four)]
			for l := range y {
				y[l] = make([]float64, n)
			}
			clear(state)
			if both {
				for l := range 4 {
					s := four[l%len(four)]
					for i := range pad {
						ends[4*i+l] = 2*s[0] - s[pad-i]
					}
				}
				from(ends[:4])
				vec.FourSections(ends, state, coef)
			}
			for lo := 0; lo < n && task.Err() == nil; lo += block {
				hi := min(lo+block, n)
				z := buf[:4*(hi-lo)]
				sideBySide(z, four, lo, hi)
				vec.FourSections(z, state, coef)
				apart(y, z, lo)
			}
			if both {
				for l := range 4 {
					s := four[l%len(four)]
					for i := range pad {
						ends[4*i+l] = 2*s[n-1] - s[n-2-i]
					}
				}
				vec.FourSections(ends, state, coef)
				filters.TurnAround(ends)
				from(ends[:4])
				vec.FourSections(ends, state, coef)
				for hi := n; hi > 0 && task.Err() == nil; hi -= block {
					lo := max(hi-block, 0)
					z := buf[:4*(hi-lo)]
					sideBySide(z, y, lo, hi)
					filters.TurnAround(z)
					vec.FourSections(z, state, coef)
					filters.TurnAround(z)
					apart(y, z, lo)
				}
			}
			task.Add(len(four))
		}
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	return out, nil
}

// sideBySide lays samples lo to hi of up to four signals side by side; the first takes
// the places of those that are not there.
func sideBySide(z []float64, x [][]float64, lo, hi int) {
	in := [4][]float64{x[0][lo:hi], x[0][lo:hi], x[0][lo:hi], x[0][lo:hi]}
	for l := range x {
		in[l] = x[l][lo:hi]
	}
	a, b, c, d := in[0], in[1][:len(in[0])], in[2][:len(in[0])], in[3][:len(in[0])]
	for i, v := range a {
		o := z[4*i:][:4]
		o[0], o[1], o[2], o[3] = v, b[i], c[i], d[i]
	}
}

// apart takes them from there.
func apart(y [][]float64, z []float64, lo int) {
	for l, o := range y {
		o := o[lo : lo+len(z)/4]
		for i := range o {
			o[i] = z[4*i+l]
		}
	}
}
