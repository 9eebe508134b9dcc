package signal

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// FiltFiltColumns is [SOS.FiltFilt] of many channels of the same times at once:
// x is [time][channel], and so is the result. Neighbouring channels go through
// the processor together, which is several times faster than one after the
// other; each value is that of FiltFilt to the last digits (a product is fused
// with the addition after it).
//
// Errors are those of FiltFilt, and rows of different lengths.
func (s SOS) FiltFiltColumns(x [][]float64) ([][]float64, error) {
	const call = "SOS.FiltFiltColumns"
	if err := s.check(call); err != nil {
		return nil, err
	}
	pad, n := s.padding(), len(x)
	if n <= pad {
		return nil, fmt.Errorf("signal: %s: x has %d samples; this filter needs %d or more", call, n, pad+1)
	}
	width := len(x[0])
	for t, row := range x {
		if len(row) != width {
			return nil, fmt.Errorf("signal: %s: x[%d] has %d channels and x[0] has %d; all rows must be equally long", call, t, len(row), width)
		}
		if err := checkSamples(call, fmt.Sprintf("x[%d]", t), row); width > 0 && err != nil {
			return nil, err
		}
	}
	all := make([]float64, (n+2*pad)*width)
	y := make([][]float64, n+2*pad)
	for t := range y {
		y[t] = all[t*width : (t+1)*width : (t+1)*width]
	}
	const block = 128 // channels whose rows and states stay in the fastest cache
	part, out := make([][]float64, len(y)), make([][]float64, n)
	for lo := 0; lo < width; lo += block {
		hi := min(width, lo+block)
		for i := range pad {
			mirror(y[i][lo:hi], x[0][lo:hi], x[pad-i][lo:hi])
			mirror(y[pad+n+i][lo:hi], x[n-1][lo:hi], x[n-2-i][lo:hi])
		}
		for t := range x {
			copy(y[pad+t][lo:hi], x[t][lo:hi])
		}
		for t := range y {
			part[t] = y[t][lo:hi]
		}
		s.columns(part)
		for i, j := 0, len(part)-1; i < j; i, j = i+1, j-1 {
			part[i], part[j] = part[j], part[i]
		}
		s.columns(part)
	}
	copy(out, y[pad:pad+n])
	return out, nil
}

// mirror sets dst to 2 end - x, the odd extension.
func mirror(dst, end, x []float64) {
	vec.AddBlock(dst, end, end)
	vec.SubBlock(dst, dst, x)
}

// columns filters rows [time][channel] in place, from the state that their
// first row would leave behind if it had always been there.
func (s SOS) columns(y [][]float64) {
	width := len(y[0])
	rest := s.steady()
	room := make([]float64, (2*len(rest)+2)*width)
	row := func(i int) []float64 { return room[i*width : (i+1)*width] }
	u, tmp := row(2*len(rest)), row(2*len(rest)+1)
	for i, z := range rest {
		vec.MulConstBlock(row(2*i), y[0], z[0])
		vec.MulConstBlock(row(2*i+1), y[0], z[1])
	}
	for _, x := range y {
		for i, c := range s.Sections {
			p, q := row(2*i), row(2*i+1)
			vec.FMAScaleBlock(u, x, c[0], p)
			vec.FMAScaleBlock(tmp, x, c[1], q)
			vec.FMAScaleBlock(p, u, -c[4], tmp)
			vec.MulConstBlock(tmp, x, c[2])
			vec.FMAScaleBlock(q, u, -c[5], tmp)
			copy(x, u)
		}
	}
}
