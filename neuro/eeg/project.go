package eeg

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
)

// A Projector is directions in the space of channels that are taken out of data: patterns
// of noise of signal-space projection, or the mean over electrodes of an average
// reference.
type Projector struct {
	Name      string
	Kind      string      // "SSP", or "average reference"
	Channels  []string    // of the vectors
	Vectors   [][]float64 // [vector][channel], in any scale
	Active    bool        // the data that it came with have it taken out already
	Explained float64     // share of the variance that it explained; 0 when not known
}

// Projectors are those of one file or one step of cleaning.
type Projectors []Projector

// Project returns the recording with the directions of projectors taken out of its good
// channels:
//
//	y = x - U Uᵀ x,
//
// U being an orthonormal basis of all vectors, each cut to the channels that are there and
// good, and scaled to length 1. Directions that are, to a hundredth, sums of others count
// once; projectors that are Active are taken out again, which changes nothing. Samples are
// computed when they are asked for, and a piece has the bits of the whole. Bad channels
// and those that no projector names stay as they are.
//
// Errors: no projector with a channel of the recording; vectors of another length than
// their channels, or not finite; channels of different rates. Source: Uusitalo and
// Ilmoniemi 1997, Med. Biol. Eng. Comput. 35:135. Checked against MNE's make_projector.
func (r *Recording) Project(p Projectors) (*Recording, error) {
	u, index, err := p.basis("Recording.Project", r.Channels)
	if err != nil {
		return nil, err
	}
	if _, err := r.index("Project", nil); err != nil {
		return nil, err
	}
	if _, err := r.rate("Project", index); err != nil {
		return nil, err
	}
	s := &projected{of: r, u: u, index: index, at: map[int]int{}}
	for i, c := range index {
		s.at[c] = i
	}
	return r.derive(r.Channels, s)
}

// Project returns the average with the directions of projectors taken out, see
// Recording.Project.
func (e *Evoked) Project(p Projectors) (*Evoked, error) {
	u, index, err := p.basis("Evoked.Project", e.Channels)
	if err != nil {
		return nil, err
	}
	out := *e
	out.X = project(e.X, u, index)
	return &out, nil
}

// Project returns the epochs with the directions of projectors taken out, see
// Recording.Project.
func (ep *Epochs) Project(p Projectors) (*Epochs, error) {
	u, index, err := p.basis("Epochs.Project", ep.Channels)
	if err != nil {
		return nil, err
	}
	out := *ep
	out.X = make([][][]float64, len(ep.X))
	for t, x := range ep.X {
		out.X[t] = project(x, u, index)
	}
	return &out, nil
}

// Matrix returns I - U Uᵀ over channels, see Recording.Project.
func (p Projectors) Matrix(channels []Channel) ([][]float64, error) {
	u, index, err := p.basis("Projectors.Matrix", channels)
	if err != nil {
		return nil, err
	}
	m := linalg.Zeros(len(channels))
	for i := range m {
		m[i][i] = 1
	}
	for _, v := range u {
		for i, a := range index {
			for j, b := range index {
				m[a][b] -= float64(v[i] * v[j])
			}
		}
	}
	return m, nil
}

// basis returns orthonormal vectors over the channels that index counts.
func (p Projectors) basis(call string, channels []Channel) (u [][]float64, index []int, err error) {
	at := map[string]int{}
	for c, ch := range channels {
		if !ch.Bad {
			at[ch.Name] = c
		}
	}
	used := make([]bool, len(channels))
	var rows [][]float64
	for i, q := range p {
		seen := map[string]bool{}
		for k, v := range q.Vectors {
			if len(v) != len(q.Channels) {
				return nil, nil, fmt.Errorf("eeg: %s: projector %d (%s): vector %d has %d values for %s", call, i, q.Name, k, len(v), spell.Count(len(q.Channels), "channel"))
			}
			for _, x := range v {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					return nil, nil, fmt.Errorf("eeg: %s: projector %d (%s): vector %d has a value %g; all must be finite", call, i, q.Name, k, x)
				}
			}
		}
		for _, name := range q.Channels {
			if seen[name] {
				return nil, nil, fmt.Errorf("eeg: %s: projector %d (%s) names channel %s twice", call, i, q.Name, name)
			}
			seen[name] = true
		}
		for _, v := range q.Vectors {
			row, largest, length := make([]float64, len(channels)), 0.0, 0.0
			for k, name := range q.Channels {
				if c, ok := at[name]; ok {
					row[c] = v[k]
					largest = math.Max(largest, math.Abs(v[k]))
				}
			}
			if largest == 0 {
				continue
			}
			for c := range row {
				row[c] /= largest
				length += float64(row[c] * row[c])
			}
			length = math.Sqrt(length)
			for c := range row {
				row[c] /= length
				used[c] = used[c] || row[c] != 0
			}
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return nil, nil, fmt.Errorf("eeg: %s: none of %s is about a good channel of these", call, spell.Count(len(p), "projector"))
	}
	for c := range used {
		if used[c] {
			index = append(index, c)
		}
	}
	for i, row := range rows {
		cut := make([]float64, len(index))
		for k, c := range index {
			cut[k] = row[c]
		}
		rows[i] = cut
	}
	// The left singular vectors of all rows, from the eigenvectors of their products.
	gram := linalg.Zeros(len(rows))
	for i := range rows {
		for j := range rows {
			for k, v := range rows[i] {
				gram[i][j] += float64(v * rows[j][k])
			}
		}
	}
	values, vectors, _ := linalg.Symmetric(gram)
	for i := len(values) - 1; i >= 0; i-- {
		if !(values[i] > float64(1e-4*values[len(values)-1])) { // singular values more than 1e-2 of the largest
			break
		}
		v := make([]float64, len(index))
		for j, w := range vectors[i] {
			for k, x := range rows[j] {
				v[k] += float64(w * x)
			}
		}
		for range 2 { // of length 1 and at right angles to the ones before, to the last bits
			for _, b := range u {
				along := 0.0
				for k := range v {
					along += float64(v[k] * b[k])
				}
				for k := range v {
					v[k] -= float64(along * b[k])
				}
			}
			length := 0.0
			for _, x := range v {
				length += float64(x * x)
			}
			length = math.Sqrt(length)
			for k := range v {
				v[k] /= length
			}
		}
		u = append(u, v)
	}
	return u, index, nil
}

// project returns x with the directions u over its rows index taken out.
func project(x, u [][]float64, index []int) [][]float64 {
	out := make([][]float64, len(x))
	for c := range x {
		out[c] = append([]float64(nil), x[c]...)
	}
	in := make([][]float64, len(index))
	for i, c := range index {
		in[i] = x[c]
	}
	if len(in) == 0 {
		return out
	}
	along := strengths(in, u, len(in[0]))
	for i, c := range index {
		takeOff(out[c], along, u, i)
	}
	return out
}

// strengths returns Uᵀ x of n samples.
func strengths(x, u [][]float64, n int) [][]float64 {
	along := linalg.Matrix(len(u), n)
	for k, v := range u {
		for i, w := range v {
			if w == 0 {
				continue
			}
			for j, s := range x[i][:n] {
				along[k][j] += float64(w * s)
			}
		}
	}
	return along
}

// takeOff takes row i of U times the strengths off y.
func takeOff(y []float64, along, u [][]float64, i int) {
	for k, v := range u {
		if w := v[i]; w != 0 {
			for j, s := range along[k][:len(y)] {
				y[j] -= float64(w * s)
			}
		}
	}
}

// projected is the source of a recording with directions taken out.
type projected struct {
	of    *Recording
	u     [][]float64 // over index
	index []int
	at    map[int]int // where a channel is in index
}

// Fill implements Source.
func (p *projected) Fill(dst [][]float64, from, channels []int) error {
	if err := p.of.source.Fill(dst, from, channels); err != nil {
		return err
	}
	type stretch struct{ from, n int }
	groups := map[stretch][]int{}
	var order []stretch
	for k, c := range channels {
		if _, ok := p.at[c]; !ok {
			continue
		}
		s := stretch{from[k], len(dst[k])}
		if groups[s] == nil {
			order = append(order, s)
		}
		groups[s] = append(groups[s], k)
	}
	size := max(256, (1<<20)/len(p.index))
	var room []float64
	in, at := make([][]float64, len(p.index)), make([]int, len(p.index))
	for _, s := range order {
		for done := 0; done < s.n; done += size {
			n := min(size, s.n-done)
			if len(room) < n*len(in) {
				room = make([]float64, n*len(in))
			}
			for i := range in {
				in[i], at[i] = room[i*n:(i+1)*n], s.from+done
			}
			if err := p.of.source.Fill(in, at, p.index); err != nil {
				return err
			}
			along := strengths(in, p.u, n)
			for _, k := range groups[s] {
				takeOff(dst[k][done:done+n], along, p.u, p.at[channels[k]])
			}
		}
	}
	return nil
}
