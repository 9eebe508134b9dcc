package fmri

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// TFCEOptions say how threshold-free cluster enhancement is computed. The value
// of a voxel is a sum over thresholds h up to the voxel's own,
//
//	sum of e(h)^E h^H  (times dh),
//
// where e(h) is the number of voxels of the cluster around it at h.
type TFCEOptions struct {
	E float64 // power of the extent; 0 means 0.5
	H float64 // power of the height; 0 means 2
	// Step is the distance of thresholds; 0 means a hundredth of the map's
	// largest value. The largest value is divided into 10 to 1000 equal steps of
	// nearly this size.
	Step float64
	// Definition is "sum" (default), without the factor dh, as FSL's fslmaths
	// and nilearn have it, or "integral", with it, as Smith and Nichols (2009)
	// wrote it: only there do values not depend on Step.
	Definition string
	// Connect is how many neighbours a voxel has: 6 (default), 18 or 26.
	Connect int
	// OneSided leaves out negative values; otherwise they are enhanced like
	// positive ones and keep their sign.
	OneSided bool
}

// NewTFCE returns the options of Smith and Nichols' paper for maps of t and z
// in the definition of FSL and nilearn: E 0.5, H 2, 100 steps, 6 neighbours.
func NewTFCE() TFCEOptions { return TFCEOptions{E: 0.5, H: 2, Definition: "sum", Connect: 6} }

func (o *TFCEOptions) check() error {
	if o.E == 0 {
		o.E = 0.5
	}
	if o.H == 0 {
		o.H = 2
	}
	if !(o.E > 0 && o.E <= 10) || !(o.H > 0 && o.H <= 10) {
		return fmt.Errorf("E is %g and H is %g; both lie above 0 and up to 10", o.E, o.H)
	}
	if !(o.Step >= 0) || math.IsInf(o.Step, 1) {
		return fmt.Errorf("Step is %g; it must be above 0, or 0 for a hundredth of the largest value", o.Step)
	}
	switch o.Definition {
	case "", "sum", "integral":
	default:
		return fmt.Errorf("Definition is %q; allowed are \"sum\" (without the factor dh, as FSL and nilearn) and \"integral\" (with it, as Smith and Nichols)", o.Definition)
	}
	return nil
}

// TFCE returns the threshold-free cluster enhancement of a statistical map. NaN
// and voxels outside of mask, which may be nil, count as 0.
//
// The clusters of all thresholds are found at once: voxels enter from the
// highest value down, and clusters that meet become one (union-find).
//
// It is an error when im is not one volume, mask does not fit it, or an option
// is not allowed.
//
// Smith and Nichols (2009), NeuroImage 44:83. Checked to 1e-9 against nilearn
// 0.14.1's calculate_tfce.
func TFCE(im, mask *nifti.Image, o TFCEOptions) (*nifti.Image, error) {
	fail := func(err error) (*nifti.Image, error) { return nil, fmt.Errorf("fmri: TFCE: %w", err) }
	if err := o.check(); err != nil {
		return fail(err)
	}
	l, voxels, values, err := mapLattice(im, mask, o.Connect)
	if err != nil {
		return fail(err)
	}
	e := newEnhancer(l, o)
	out := make([]float64, len(values))
	e.enhance(values, out)
	nx, ny, nz := im.Grid()
	volume := make([]float64, nx*ny*nz)
	for i, v := range voxels {
		volume[v] = out[i]
	}
	result, err := nifti.New([]int{nx, ny, nz}, im.Affine, volume)
	if err != nil {
		return fail(err)
	}
	result.Name, result.Label, result.Space = im.Name, "TFCE", im.Space
	return result, nil
}

// mapLattice returns the voxels of a map as mapVoxels does, with what touches
// what among them and their values.
func mapLattice(im, mask *nifti.Image, connect int) (l *lattice, voxels []int, values []float64, err error) {
	if voxels, err = mapVoxels(im, mask); err != nil {
		return nil, nil, nil, err
	}
	nx, ny, nz := im.Grid()
	if l, err = newLattice([3]int{nx, ny, nz}, voxels, connect); err != nil {
		return nil, nil, nil, err
	}
	volume := im.Volume(0)
	values = make([]float64, len(voxels))
	for i, v := range voxels {
		values[i] = volume[v]
	}
	return l, voxels, values, nil
}

// mapVoxels returns the voxels of a map that are finite and within mask, if
// there is one.
func mapVoxels(im, mask *nifti.Image) ([]int, error) {
	if im == nil || im.Type() == "" {
		return nil, fmt.Errorf("im has no voxels; images come from nifti.Read, nifti.Decode or nifti.New")
	}
	if im.Volumes() != 1 {
		return nil, fmt.Errorf("im has %d volumes; it must be one map", im.Volumes())
	}
	var inside []int
	if mask != nil {
		var err error
		if inside, err = region(im, mask); err != nil {
			return nil, err
		}
	}
	values := im.Volume(0)
	var voxels []int
	take := func(i int) {
		if v := values[i]; !math.IsNaN(v) && !math.IsInf(v, 0) {
			voxels = append(voxels, i)
		}
	}
	if mask == nil {
		for i := range values {
			take(i)
		}
	} else {
		for _, i := range inside {
			take(i)
		}
	}
	if len(voxels) == 0 {
		return nil, fmt.Errorf("im has no finite value in the mask")
	}
	return voxels, nil
}

// An enhancer computes TFCE again and again in one goroutine.
type enhancer struct {
	l *lattice
	o TFCEOptions

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

func newEnhancer(l *lattice, o TFCEOptions) *enhancer {
	n := len(l.voxels)
	e := &enhancer{l: l, o: o, extent: make([]float64, n+1), parent: make([]int32, n), size: make([]int32, n), since: make([]int32, n),
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

// enhance returns the largest size of an enhanced value, and the values in out
// when it is not nil.
func (e *enhancer) enhance(values, out []float64) (largest float64) {
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
		if e.o.Definition == "integral" {
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
func (e *enhancer) side(values, out []float64, sign, step float64) float64 {
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
		for _, n := range e.l.neighbours(v) {
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
func (e *enhancer) settle(root, level int32) {
	if s := e.since[root]; s > level {
		e.sum[root] += float64(e.extent[e.size[root]] * (e.cum[s] - e.cum[level]))
		e.since[root] = level
	}
}

// join makes one cluster of two from level down and returns its root.
func (e *enhancer) join(a, b, level int32) int32 {
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
func (e *enhancer) root(v int32) int32 {
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
