package signal

import (
	"fmt"
	"slices"
	"sync"

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
	if err := s.checkColumns(call, x); err != nil {
		return nil, err
	}
	out := make([][]float64, len(x))
	all := make([]float64, len(x)*len(x[0]))
	for t, row := range x {
		out[t] = all[t*len(row) : (t+1)*len(row) : (t+1)*len(row)]
		copy(out[t], row)
	}
	s.filtFiltColumns(out)
	return out, nil
}

// FiltFiltInPlace is [SOS.FiltFiltColumns] whose result takes the place of x, which
// saves memory where there are many blocks of channels. x stays as it was where
// there is an error.
func (s SOS) FiltFiltInPlace(x [][]float64) error {
	if err := s.checkColumns("SOS.FiltFiltInPlace", x); err != nil {
		return err
	}
	s.filtFiltColumns(x)
	return nil
}

func (s SOS) checkColumns(call string, x [][]float64) error {
	if err := s.check(call); err != nil {
		return err
	}
	if pad, n := s.padding(), len(x); n <= pad {
		return fmt.Errorf("signal: %s: x has %d samples; this filter needs %d or more", call, n, pad+1)
	}
	probe := make([]float64, len(x[0])) // 0 while all is finite
	for t, row := range x {
		if len(row) != len(x[0]) {
			return fmt.Errorf("signal: %s: x[%d] has %d channels and x[0] has %d; all rows must be equally long", call, t, len(row), len(x[0]))
		}
		vec.FMAScaleBlock(probe, row, 0, probe)
	}
	if vec.SumBlock(probe) == 0 {
		return nil
	}
	for t, row := range x {
		for j, v := range row {
			if v-v != 0 {
				return fmt.Errorf("signal: %s: x[%d][%d] is %g; samples must be finite", call, t, j, v)
			}
		}
	}
	return nil
}

// A filtRoom keeps the continued rows of a block, and the states of its channels,
// from call to call.
type filtRoom struct {
	all, states []float64
	rows        [][]float64
}

var filtRooms = sync.Pool{New: func() any { return new(filtRoom) }}

// sized returns room for n, that of x if it is enough.
func sized[T any](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n)
	}
	return x[:n]
}

func (s SOS) filtFiltColumns(x [][]float64) {
	const block = 128 // channels whose rows and states stay in the fastest cache
	pad, n, width := s.padding(), len(x), len(x[0])
	room := filtRooms.Get().(*filtRoom)
	defer filtRooms.Put(room)
	room.all = sized(room.all, (n+2*pad)*min(block, width))
	room.rows = sized(room.rows, n+2*pad)
	room.states = sized(room.states, (2*len(s.Sections)+1)*min(block, width))
	y := room.rows
	for lo := 0; lo < width; lo += block {
		hi := min(width, lo+block)
		for t := range y {
			y[t] = room.all[t*(hi-lo) : (t+1)*(hi-lo)]
		}
		for i := range pad {
			mirror(y[i], x[0][lo:hi], x[pad-i][lo:hi])
			mirror(y[pad+n+i], x[n-1][lo:hi], x[n-2-i][lo:hi])
		}
		for t := range x {
			copy(y[pad+t], x[t][lo:hi])
		}
		s.columns(y, room.states)
		slices.Reverse(y)
		s.columns(y, room.states)
		slices.Reverse(y)
		for t := range x {
			copy(x[t][lo:hi], y[pad+t])
		}
	}
}

// mirror sets dst to 2 end - x, the odd extension.
func mirror(dst, end, x []float64) {
	vec.AddBlock(dst, end, end)
	vec.SubBlock(dst, dst, x)
}

// columns filters rows [time][channel] in place, from the state that their
// first row would leave behind if it had always been there. room is for the states
// and one more row.
func (s SOS) columns(y [][]float64, room []float64) {
	width := len(y[0])
	rest := s.steady()
	row := func(i int) []float64 { return room[i*width : (i+1)*width] }
	tmp := row(2 * len(rest))
	for i, z := range rest {
		vec.MulConstBlock(row(2*i), y[0], z[0])
		vec.MulConstBlock(row(2*i+1), y[0], z[1])
	}
	for _, x := range y {
		for i, c := range s.Sections {
			p, q := row(2*i), row(2*i+1)
			vec.FMAScaleBlock(tmp, x, c[1], q)
			vec.MulConstBlock(q, x, c[2])
			vec.FMAScaleBlock(x, x, c[0], p)
			vec.FMAScaleBlock(p, x, -c[4], tmp)
			vec.FMAScaleBlock(q, x, -c[5], q)
		}
	}
}
