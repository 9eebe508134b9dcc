package fmri

import (
	"errors"
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/bspline"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// An aligner holds what is known of the reference.
type aligner struct {
	g      *field
	fwhm   float64
	margin [3]float64 // voxels beside the border that the smoothing reaches over
	centre [3]float64 // of the places, mm
	ways   []way      // in which the head may move
	at     [][3]float64
	value  []float64 // of the reference
	slope  []float64 // its change per unit of each way, one place after the other
}

// A way is a translation by a unit vector, or a rotation about one through the
// centre.
type way struct{ shift, turn [3]float64 }

// newAligner prepares the reference; it overwrites values where they are not
// smoothed.
func newAligner(g *field, values, inside []float64, o RealignOptions) (*aligner, error) {
	a := &aligner{g: g, fwhm: o.FWHM, ways: g.ways()}
	for i, n := range g.n {
		a.margin[i] = math.Min(g.width(i, o.FWHM)/g.size[i], float64(n-1)/4)
	}
	v := bspline.New(g.smoothed(append([]float64(nil), values...), o.FWHM), g.n)
	var step [3]float64
	for i := range 3 {
		step[i] = o.Separation / g.size[i]
		if g.n[i] == 1 {
			step[i] = 1
		}
	}
	var gradient [][3]float64
	index := 0
	// Offsets of up to half a voxel keep the places off the grid, where
	// interpolation would prefer movements by whole voxels.
	offset := func(k int, factor float64) float64 {
		v := float64(float64(k+1) * factor)
		return float64((v - math.Floor(v)) / 2)
	}
	for z := 0.0; z <= float64(g.n[2]-1); z += step[2] {
		for y := 0.0; y <= float64(g.n[1]-1); y += step[1] {
			for x := 0.0; x <= float64(g.n[0]-1); x += step[0] {
				p := [3]float64{x, y, z}
				for i, factor := range []float64{0.8191725133961645, 0.6710436067037893, 0.5497004779019703} {
					if g.n[i] > 1 {
						p[i] += offset(index, factor)
					}
				}
				index++
				if inside != nil {
					n := [3]int{}
					for i := range 3 {
						n[i] = min(int(p[i]+0.5), g.n[i]-1)
					}
					if inside[(n[2]*g.n[1]+n[1])*g.n[0]+n[0]] == 0 {
						continue
					}
				}
				value, d, ok := v.Gradient(p[0], p[1], p[2])
				if !ok || !a.within(p) {
					continue
				}
				a.at = append(a.at, p)
				a.value = append(a.value, value)
				// Along the axes of space: by the transpose of mm to voxels.
				var s [3]float64
				for i := range 3 {
					s[i] = float64(g.from[0][i]*d[0]) + float64(g.from[1][i]*d[1]) + float64(g.from[2][i]*d[2])
				}
				gradient = append(gradient, s)
			}
		}
	}
	if len(a.at) < 4*len(a.ways) {
		return nil, fmt.Errorf("the reference has %d places %g mm apart to compare; take a smaller Separation or a larger Mask", len(a.at), o.Separation)
	}
	a.derive(gradient)
	return a, a.choose()
}

// within says whether what is known of a place in voxels does not depend on the
// border, where a head that is cut off looks as if it moved with the field.
func (a *aligner) within(p [3]float64) bool {
	for i, m := range a.margin {
		if m > 0 && (p[i] < m || p[i] > float64(a.g.n[i]-1)-m) {
			return false
		}
	}
	return true
}

// ways returns the directions of movement: all six, or three in the plane of a
// grid that is less than 5 voxels thick.
func (g *field) ways() []way {
	thin := -1
	for i, n := range g.n {
		if n < 5 {
			thin = i
		}
	}
	unit := func(j int) (u [3]float64) {
		for i := range 3 {
			u[i] = g.to[i][j] / g.size[j]
		}
		return u
	}
	if thin < 0 {
		var w []way
		for i := range 6 {
			var v way
			if i < 3 {
				v.shift[i] = 1
			} else {
				v.turn[i-3] = 1
			}
			w = append(w, v)
		}
		return w
	}
	u, v := unit((thin+1)%3), unit((thin+2)%3)
	normal := cross(u, v)
	return []way{{shift: u}, {shift: v}, {turn: normal}}
}

func cross(a, b [3]float64) [3]float64 {
	return [3]float64{
		float64(a[1]*b[2]) - float64(a[2]*b[1]),
		float64(a[2]*b[0]) - float64(a[0]*b[2]),
		float64(a[0]*b[1]) - float64(a[1]*b[0]),
	}
}

func dot3(a, b [3]float64) float64 {
	return float64(a[0]*b[0]) + float64(a[1]*b[1]) + float64(a[2]*b[2])
}

// derive finds the centre and how the reference changes along each way.
func (a *aligner) derive(gradient [][3]float64) {
	weight := 0.0
	var sum [3]float64
	for i, p := range a.at {
		w := dot3(gradient[i], gradient[i])
		mm := a.g.to.apply(p[0], p[1], p[2])
		weight += w
		for k := range 3 {
			sum[k] += float64(w * mm[k])
		}
	}
	if weight > 0 {
		for k := range 3 {
			a.centre[k] = sum[k] / weight
		}
	}
	a.slope = make([]float64, 0, len(a.at)*len(a.ways))
	for i, p := range a.at {
		mm := a.g.to.apply(p[0], p[1], p[2])
		arm := [3]float64{mm[0] - a.centre[0], mm[1] - a.centre[1], mm[2] - a.centre[2]}
		moment := cross(arm, gradient[i])
		for _, w := range a.ways {
			a.slope = append(a.slope, dot3(w.shift, gradient[i])+dot3(w.turn, moment))
		}
	}
}

// choose keeps the places that hold 95% of the information on the movement: those
// with the largest leverage in the least-squares problem.
func (a *aligner) choose() error {
	k := len(a.ways)
	normal := make2(k, k)
	for i := range a.at {
		s := a.slope[i*k : (i+1)*k]
		for p := range k {
			for q := range k {
				normal[p][q] += float64(s[p] * s[q])
			}
		}
	}
	inverse := make2(k, k)
	for p := range k {
		rows := make2(k, k+1)
		for q := range k {
			copy(rows[q], normal[q])
		}
		rows[p][k] = 1
		x, ok := linalg.Solve(rows, 0)
		if !ok {
			return errors.New("the reference has no contrast that tells movements apart; are the voxels those of a head?")
		}
		inverse[p] = x
	}
	leverage := make([]float64, len(a.at))
	total := 0.0
	for i := range leverage {
		s := a.slope[i*k : (i+1)*k]
		for p := range k {
			for q := range k {
				leverage[i] += float64(inverse[p][q] * s[p] * s[q])
			}
		}
		total += leverage[i]
	}
	order := make([]int, len(leverage))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return leverage[order[i]] > leverage[order[j]] })
	part := 0.0
	for i, j := range order {
		if part += leverage[j]; part > 0.95*total && i+1 >= 4*k {
			order = order[:i+1]
			break
		}
	}
	sort.Ints(order)
	at, value := make([][3]float64, 0, len(order)), make([]float64, 0, len(order))
	slope := make([]float64, 0, len(order)*k)
	for _, i := range order {
		at, value, slope = append(at, a.at[i]), append(value, a.value[i]), append(slope, a.slope[i*k:(i+1)*k]...)
	}
	a.at, a.value, a.slope = at, value, slope
	return nil
}

// An alignment is what was found for one volume.
type alignment struct {
	move       rigid // from the volume to the reference
	iterations int
	step       float64 // the last one, mm
	residual   float64
}

// align finds the movement of a volume, from a first guess.
func (a *aligner) align(values []float64, guess rigid) (out alignment, err error) {
	v := bspline.New(a.g.smoothed(values, a.fwhm), a.g.n)
	k := len(a.ways)
	into := guess.inverse() // from the reference to the volume
	reach := 0.0            // of the places from the centre, mm
	for _, p := range a.at {
		mm := a.g.to.apply(p[0], p[1], p[2])
		d := [3]float64{mm[0] - a.centre[0], mm[1] - a.centre[1], mm[2] - a.centre[2]}
		reach = math.Max(reach, dot3(d, d))
	}
	reach = math.Sqrt(reach)
	row := make([]float64, k+2)
	for out.iterations = 1; out.iterations <= realignIterations; out.iterations++ {
		// g = slope·q + s f: the movement q and the brightness s together.
		normal := make2(k+1, k+2)
		m := a.g.through(into)
		count, left, power := 0, 0.0, 0.0
		for i, p := range a.at {
			y := m.apply(p[0], p[1], p[2])
			if !a.within(y) {
				continue
			}
			f, ok := v.At(y[0], y[1], y[2])
			if !ok {
				continue
			}
			count++
			copy(row, a.slope[i*k:(i+1)*k])
			row[k], row[k+1] = f, a.value[i]
			for p := range normal {
				for q := p; q < k+2; q++ {
					normal[p][q] += float64(row[p] * row[q])
				}
			}
			power += float64(a.value[i] * a.value[i])
		}
		if count < max(len(a.at)/10, 4*k) {
			return out, errors.New("lies outside of the field of the reference, or was moved there; is it of the same run?")
		}
		fg, ff := normal[k][k+1], normal[k][k]
		left = power
		if ff > 0 {
			left -= float64(fg / ff * fg)
		}
		out.residual = math.Sqrt(math.Max(left, 0) / power)
		for p := range normal {
			for q := range p {
				normal[p][q] = normal[q][p]
			}
		}
		q, ok := linalg.Solve(normal, 0)
		if !ok {
			return out, errors.New("has no contrast that tells movements apart")
		}
		var shift, rotation [3]float64
		for j, w := range a.ways {
			for i := range 3 {
				shift[i] += float64(q[j] * w.shift[i])
				rotation[i] += float64(q[j] * w.turn[i])
			}
		}
		into = into.after(turn(rotation, a.centre, shift))
		out.step = math.Sqrt(dot3(shift, shift)) + float64(reach*math.Sqrt(dot3(rotation, rotation)))
		if out.step < 1e-4 {
			break
		}
	}
	out.iterations = min(out.iterations, realignIterations)
	out.move = into.inverse()
	return out, nil
}

// width is the full width of the smoothing along an axis, mm.
func (g *field) width(axis int, fwhm float64) float64 {
	if fwhm == 0 {
		return math.Max(5, 2*g.size[axis])
	}
	return math.Max(fwhm, 0)
}

// smoothed returns values smoothed with a Gaussian, in place; beyond the border
// there is nothing, and weights add to 1 over what there is.
func (g *field) smoothed(values []float64, fwhm float64) []float64 {
	if fwhm < 0 {
		return values
	}
	out := make([]float64, len(values))
	inner := 1
	for axis, n := range g.n {
		sd := g.width(axis, fwhm) / g.size[axis] / (2 * math.Sqrt(2*math.Ln2))
		radius := int(math.Ceil(4 * sd))
		weight := make([]float64, radius+1)
		for i := range weight {
			weight[i] = vec.Exp(-float64(i*i) / (2 * sd * sd))
		}
		for from := 0; from < len(values) && n > 1; from += inner * n {
			block, to := values[from:from+inner*n], out[from:from+inner*n]
			for j := range n {
				lo, hi := max(0, j-radius), min(n-1, j+radius)
				sum := 0.0
				for i := lo; i <= hi; i++ {
					sum += weight[max(i-j, j-i)]
				}
				if inner == 1 {
					s := 0.0
					for i := lo; i <= hi; i++ {
						s += float64(weight[max(i-j, j-i)] * block[i])
					}
					to[j] = s / sum
					continue
				}
				row := to[j*inner : (j+1)*inner]
				clear(row)
				for i := lo; i <= hi; i++ {
					vec.FMAScaleBlock(row, block[i*inner:(i+1)*inner], weight[max(i-j, j-i)]/sum, row)
				}
			}
		}
		if n > 1 {
			values, out = out, values
		}
		inner *= n
	}
	return values
}
