package maxstat

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Enhance says how threshold-free cluster enhancement is computed: the sum over thresholds
// h of extent^E h^H, times their distance if Integral.
type Enhance struct {
	E, H     float64
	Step     float64 // between thresholds; 0 is a hundredth of the largest value
	Integral bool
	OneSided bool
}

// An Enhancer computes TFCE again and again in one goroutine.
type Enhancer struct {
	g *Graph
	o Enhance

	extent []float64 // n^E of n voxels
	// The clusters of the voxels that entered so far, as trees. The sum over
	// thresholds of a voxel is that of its sum and those of all voxels above it.
	parent []int32 // -1 for voxels that have not entered
	size   []int32
	since  []int32 // the level below which the root's sum is not yet counted
	sum    []float64
	best   []float64 // the largest sum in a root's tree, without the root's own

	level  []int16
	first  []int32 // of each level, in order
	order  []int32
	cum    []float64
	height []float64
}

const mostSteps = 1000

// NewEnhancer returns one for a graph.
func NewEnhancer(g *Graph, o Enhance) *Enhancer {
	n := g.N
	e := &Enhancer{g: g, o: o, extent: make([]float64, n+1), parent: make([]int32, n), size: make([]int32, n), since: make([]int32, n),
		sum: make([]float64, n), best: make([]float64, n), level: make([]int16, n), order: make([]int32, n), first: make([]int32, mostSteps+2)}
	for i := range e.extent {
		if o.E == 0.5 {
			e.extent[i] = math.Sqrt(float64(i))
		} else if i > 0 {
			e.extent[i] = vec.Pow(float64(i), o.E)
		}
	}
	return e
}

// Enhance returns the largest size of an enhanced value, and the values in out
// when it is not nil.
func (e *Enhancer) Enhance(values, out []float64) (largest float64) {
	clear(out)
	top := 0.0
	for _, v := range values {
		top = math.Max(top, v)
		if !e.o.OneSided {
			top = math.Max(top, -v)
		}
	}
	if top == 0 {
		return 0
	}
	steps := 100
	if e.o.Step > 0 {
		steps = int(math.Min(mostSteps, math.Max(10, math.RoundToEven(top/e.o.Step))))
	}
	// height[k] is threshold k, counted from 1, and cum[k] the sum over those
	// up to it of h^H.
	step := top / float64(steps)
	e.height, e.cum = append(e.height[:0], 0), append(e.cum[:0], 0)
	for k := 1; k <= steps; k++ {
		h := float64(float64(k) * step)
		if k == steps {
			h = top
		}
		power := float64(h * h)
		if e.o.H != 2 {
			power = vec.Pow(h, e.o.H)
		}
		if e.o.Integral {
			power *= step
		}
		e.height, e.cum = append(e.height, h), append(e.cum, e.cum[k-1]+power)
	}
	largest = e.side(values, out, 1, step)
	if !e.o.OneSided {
		largest = math.Max(largest, e.side(values, out, -1, step))
	}
	return largest
}

// side enhances the values of one sign.
func (e *Enhancer) side(values, out []float64, sign, step float64) float64 {
	steps := len(e.height) - 1
	// Voxels in order of their levels, the number of thresholds that they reach.
	clear(e.first)
	for i, v := range values {
		v *= sign
		k := 0
		if v >= e.height[1] {
			k = min(int(v/step), steps)
			for k < steps && v >= e.height[k+1] {
				k++
			}
			for v < e.height[k] {
				k--
			}
		}
		e.level[i] = int16(k)
		e.parent[i] = -1
		e.first[k+1]++
	}
	for k := range steps + 1 {
		e.first[k+1] += e.first[k]
	}
	for i, k := range e.level {
		e.order[e.first[k]] = int32(i)
		e.first[k]++
	}
	// first[k] is now where level k ends.
	for at := len(e.order) - 1; at >= int(e.first[0]); at-- {
		v := e.order[at]
		e.parent[v], e.size[v], e.since[v], e.sum[v], e.best[v] = v, 1, int32(e.level[v]), 0, 0
		root := v
		for _, n := range e.g.Neighbours(v) {
			if n >= 0 && e.parent[n] >= 0 {
				root = e.join(root, e.root(n), int32(e.level[v]))
			}
		}
	}
	largest := 0.0
	for _, v := range e.order[e.first[0]:] {
		if e.parent[v] == v {
			e.settle(v, 0)
			largest = math.Max(largest, e.sum[v]+e.best[v])
		}
	}
	if out != nil {
		for _, v := range e.order[e.first[0]:] {
			total := e.sum[v]
			for u := v; e.parent[u] != u; {
				u = e.parent[u]
				total += e.sum[u]
			}
			out[v] = sign * total
		}
	}
	return largest
}

// settle counts the thresholds of a root from where it was last counted down to
// level, which is not counted.
func (e *Enhancer) settle(root, level int32) {
	if s := e.since[root]; s > level {
		e.sum[root] += float64(e.extent[e.size[root]] * (e.cum[s] - e.cum[level]))
		e.since[root] = level
	}
}

// join makes one cluster of two from level down and returns its root.
func (e *Enhancer) join(a, b, level int32) int32 {
	if a == b {
		return a
	}
	if e.size[a] < e.size[b] {
		a, b = b, a
	}
	e.settle(a, level)
	e.settle(b, level)
	e.parent[b] = a
	e.sum[b] -= e.sum[a]
	e.size[a] += e.size[b]
	e.best[a] = math.Max(e.best[a], e.best[b]+e.sum[b])
	return a
}

// root returns the root of a voxel's cluster and shortens the way to it.
func (e *Enhancer) root(v int32) int32 {
	for {
		p := e.parent[v]
		g := e.parent[p]
		if g == p {
			return p
		}
		e.sum[v] += e.sum[p]
		e.parent[v] = g
		v = g
	}
}
