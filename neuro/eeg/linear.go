package eeg

import (
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// linear is the source of channels that a full matrix makes of others,
//
//	y_c = plus_c + Σ_k rows_ck (x_in(k) - minus_k),
//
// beside channels that stay as they are. A NaN in one input makes all that depend on it
// NaN.
type linear struct {
	of    *Recording
	rows  [][]float64 // of each channel; nil: the channel pass of the recording
	pass  []int
	plus  []float64
	in    []int
	minus []float64 // of each input
}

// Fill implements Source.
func (l *linear) Fill(dst [][]float64, from, channels []int) error {
	var same [][]float64
	var at, which []int
	type stretch struct{ from, n int }
	groups := map[stretch][]int{}
	var order []stretch
	for k, c := range channels {
		if l.rows[c] == nil {
			same, at, which = append(same, dst[k]), append(at, from[k]), append(which, l.pass[c])
			continue
		}
		s := stretch{from[k], len(dst[k])}
		if groups[s] == nil {
			order = append(order, s)
		}
		groups[s] = append(groups[s], k)
	}
	if len(same) > 0 {
		if err := l.of.source.Fill(same, at, which); err != nil {
			return err
		}
	}
	for _, s := range order {
		group := groups[s]
		matrix, out := make([][]float64, len(group)), make([][]float64, len(group))
		for i, k := range group {
			matrix[i] = l.rows[channels[k]]
		}
		size := min(s.n, mixed)
		in, starts := make([][]float64, len(l.in)), make([]int, len(l.in))
		room := make([]float64, size*len(l.in))
		for done := 0; done < s.n; done += size {
			n := min(size, s.n-done)
			for i := range in {
				in[i], starts[i] = room[i*size:i*size+n], s.from+done
			}
			if err := l.of.source.Fill(in, starts, l.in); err != nil {
				return err
			}
			for i := range in {
				vec.AddConstBlock(in[i], in[i], -l.minus[i])
			}
			for i, k := range group {
				out[i] = dst[k][done : done+n]
			}
			linalg.Apply(out, matrix, in)
			for i, k := range group {
				vec.AddConstBlock(out[i], out[i], l.plus[channels[k]])
			}
		}
	}
	return nil
}
