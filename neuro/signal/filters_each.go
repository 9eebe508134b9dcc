package signal

import (
	"fmt"

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
	linalg.Parallel((len(x)+3)/4, func(b int) {
		if task.Err() != nil {
			return
		}
		four := x[4*b : min(4*b+4, len(x))]
		y := sideBySide(four, pad)
		state := make([]float64, 8*len(coef))
		from := func(level []float64) {
			for k, z := range rest {
				for l, v := range level {
					state[8*k+l], state[8*k+4+l] = z[0]*v, z[1]*v
				}
			}
		}
		const block = 1 << 15 // samples after which an interrupt is noticed
		pass := func() {
			for i := 0; i < len(y) && task.Err() == nil; i += 4 * block {
				vec.FourSections(y[i:min(i+4*block, len(y))], state, coef)
			}
		}
		if both {
			from(y[:4])
		}
		pass()
		if both {
			filters.TurnAround(y)
			from(y[:4])
			pass()
			filters.TurnAround(y)
		}
		for l := range four {
			out[4*b+l] = make([]float64, n)
		}
		apart(out[4*b:4*b+len(four)], y[4*pad:])
		task.Add(len(four))
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	return out, nil
}

// sideBySide lays up to four signals side by side, each continued by pad samples
// beyond both ends by a half turn about them.
func sideBySide(x [][]float64, pad int) []float64 {
	n := len(x[0])
	y := make([]float64, 4*(n+2*pad))
	in := [4][]float64{x[0], x[0], x[0], x[0]}
	copy(in[:], x)
	a, b, c, d := in[0][:n], in[1][:n], in[2][:n], in[3][:n]
	middle := y[4*pad:]
	for i, v := range a {
		o := middle[4*i:][:4]
		o[0], o[1], o[2], o[3] = v, b[i], c[i], d[i]
	}
	for l, s := range in {
		for i := range pad {
			y[4*i+l] = 2*s[0] - s[pad-i]
			y[4*(pad+n+i)+l] = 2*s[n-1] - s[n-2-i]
		}
	}
	return y
}

func apart(out [][]float64, y []float64) {
	for l, o := range out {
		for i := range o {
			o[i] = y[4*i+l]
		}
	}
}
