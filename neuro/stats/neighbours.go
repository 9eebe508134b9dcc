package stats

import (
	"fmt"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/maxstat"
)

// Neighbours say which points of a map touch, for tests of clusters. They come from Chain
// and NewNeighbours, and from these by Across.
type Neighbours struct {
	at [][]int32 // of each point, ascending
}

// Points returns how many points there are.
func (n *Neighbours) Points() int { return len(n.at) }

// Of returns the neighbours of a point, ascending.
func (n *Neighbours) Of(point int) []int {
	out := make([]int, len(n.at[point]))
	for i, v := range n.at[point] {
		out[i] = int(v)
	}
	return out
}

// Chain returns n points in a row, such as samples in time or frequencies, each a
// neighbour of the ones before and after.
func Chain(n int) *Neighbours {
	a := &Neighbours{make([][]int32, max(n, 0))}
	for i := range a.at {
		if i > 0 {
			a.at[i] = append(a.at[i], int32(i-1))
		}
		if i+1 < n {
			a.at[i] = append(a.at[i], int32(i+1))
		}
	}
	return a
}

// NewNeighbours returns points with the given neighbours: near[i] are those of point i. A
// point is a neighbour of another when either list says so, and never of itself. A number
// that is no point is an error.
func NewNeighbours(near [][]int) (*Neighbours, error) {
	a := &Neighbours{make([][]int32, len(near))}
	for i, list := range near {
		for _, j := range list {
			if j < 0 || j >= len(near) {
				return nil, fmt.Errorf("stats: NewNeighbours: near[%d] holds %d; there are %d points, from 0", i, j, len(near))
			}
			if i != j {
				a.at[i], a.at[j] = append(a.at[i], int32(j)), append(a.at[j], int32(i))
			}
		}
	}
	for i := range a.at {
		slices.Sort(a.at[i])
		a.at[i] = slices.Compact(a.at[i])
	}
	return a, nil
}

// Across returns the points of all pairs, such as sensors across times: point i of n with
// point j of m is number i m.Points() + j, and touches the neighbours of i at the same j and
// those of j at the same i. Peer: mne.stats.combine_adjacency.
func (n *Neighbours) Across(m *Neighbours) *Neighbours {
	w := int32(len(m.at))
	a := &Neighbours{make([][]int32, len(n.at)*len(m.at))}
	for i, near := range n.at {
		for j, beside := range m.at {
			list := make([]int32, 0, len(near)+len(beside))
			for _, k := range near {
				list = append(list, k*w+int32(j))
			}
			for _, k := range beside {
				list = append(list, int32(i)*w+k)
			}
			slices.Sort(list)
			a.at[i*len(m.at)+j] = list
		}
	}
	return a
}

// graph returns the points in the form that searches take.
func (n *Neighbours) graph() *maxstat.Graph {
	g := &maxstat.Graph{N: len(n.at)}
	for _, list := range n.at {
		g.Degree = max(g.Degree, len(list))
	}
	g.Next = make([]int32, g.N*g.Degree)
	for i, list := range n.at {
		row := g.Next[i*g.Degree : (i+1)*g.Degree]
		for k := copy(row, list); k < len(row); k++ {
			row[k] = -1
		}
	}
	return g
}
