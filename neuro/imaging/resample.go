package imaging

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/bspline"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// Resample returns im at the voxels of another image, whose grid and affine it
// takes. how is "nearest", "linear" or "cubic":
//
//   - "nearest" takes the closest voxel, which labels need;
//   - "linear" weights the eight voxels around;
//   - "cubic" fits cubic B-splines through all voxels (mirrored at the border),
//     and keeps values between the smallest and the largest of im and 0, as
//     splines overshoot.
//
// Places outside of im, that is beyond the centre of an outermost voxel, are 0.
// No blurring goes before: smooth an image first where the new voxels are much
// larger. Where im is NaN or infinite, so are the voxels whose closest voxel
// that is (NaN); for the others, missing values within two voxels of the border
// of what is known are the mean of known neighbours, and those beyond 0. The
// result is kept as float32.
//
// It is an error when an image has no voxels, an affine cannot be inverted, how
// is not one of these, or the grids have no place in common.
//
// Checked against nilearn 0.14.1's resample_img: "nearest" and "linear" to
// 1e-6, "cubic" (its "continuous") to 1e-4, the error of float32.
func Resample(im, to *nifti.Image, how string) (*nifti.Image, error) {
	if err := check("to", to); err != nil {
		return nil, fmt.Errorf("imaging: Resample: %w", err)
	}
	nx, ny, nz := to.Grid()
	out, err := resample(im, [3]int{nx, ny, nz}, to.Affine, how)
	if err != nil {
		return nil, fmt.Errorf("imaging: Resample: %w", err)
	}
	out.Space = to.Space
	return out, nil
}

// ResampleGrid is [Resample] on a grid that is given: shape is the number of
// voxels along x, y and z, affine takes their indexes to mm. Voxels gives the
// grid of an image with voxels of another size.
func ResampleGrid(im *nifti.Image, shape [3]int, affine [4][4]float64, how string) (*nifti.Image, error) {
	out, err := resample(im, shape, affine, how)
	if err != nil {
		return nil, fmt.Errorf("imaging: ResampleGrid: %w", err)
	}
	return out, nil
}

// Voxels returns the grid that covers im with voxels of the given size, mm,
// along the directions of im's axes: the first voxel's centre stays where it
// is. It is an error when im has no voxels or the size is not above 0.
func Voxels(im *nifti.Image, size float64) (shape [3]int, affine [4][4]float64, err error) {
	if err := check("im", im); err != nil {
		return shape, affine, fmt.Errorf("imaging: Voxels: %w", err)
	}
	if !(size > 0) || math.IsInf(size, 0) {
		return shape, affine, fmt.Errorf("imaging: Voxels: size is %g mm; it must be above 0", size)
	}
	n, d := [3]int{}, [3]float64{}
	n[0], n[1], n[2] = im.Grid()
	d[0], d[1], d[2] = im.VoxelSize()
	affine = im.Affine
	for a := range 3 {
		if !(d[a] > 0) {
			return shape, affine, fmt.Errorf("imaging: Voxels: im has no voxel size along axis %d", a)
		}
		shape[a] = int(math.Floor(float64(n[a]-1)*d[a]/size+1e-6)) + 1
		for i := range 3 {
			affine[i][a] = im.Affine[i][a] * size / d[a]
		}
	}
	return shape, affine, nil
}

func resample(im *nifti.Image, shape [3]int, affine [4][4]float64, how string) (*nifti.Image, error) {
	if err := check("im", im); err != nil {
		return nil, err
	}
	order, ok := map[string]int{"nearest": 0, "linear": 1, "cubic": 3}[how]
	if !ok {
		return nil, fmt.Errorf("how is %q; allowed are \"nearest\", \"linear\" and \"cubic\"", how)
	}
	n := 1
	for a, d := range shape {
		if d < 1 || d > 1<<31/n {
			return nil, fmt.Errorf("shape[%d] is %d; every dimension is 1 or more, and a volume has at most 2^31 voxels", a, d)
		}
		n *= d
	}
	r := resampler{to: shape, order: order}
	r.from[0], r.from[1], r.from[2] = im.Grid()
	m, err := between(im.Affine, affine)
	if err != nil {
		return nil, err
	}
	r.m = m
	if !r.common() {
		return nil, fmt.Errorf("no voxel of the new grid lies within im %q; compare their affines", im.Name)
	}
	r.prepare()

	nt := im.Volumes()
	values := make([]float32, nt*n)
	if err := eachVolume(im, "imaging.Resample", func(t int, v []float64) {
		r.volume(values[t*n:][:n], v, nt == 1)
	}); err != nil {
		return nil, err
	}
	out := append([]int{shape[0], shape[1], shape[2]}, im.Shape[min(3, len(im.Shape)):]...)
	return like(im, out, affine, values, im.Name)
}

// between returns the matrix from voxel indexes of the second affine to those
// of the first. Elements that are off a whole number by rounding alone are
// made whole, so that grids that share voxels share their values too.
func between(from, to [4][4]float64) (m [3][4]float64, err error) {
	for i := range 3 {
		var a [][]float64
		for k := range 3 {
			a = append(a, []float64{from[0][k], from[1][k], from[2][k], 0})
		}
		// Row i of the inverse solves (row) from = e_i.
		a[i][3] = 1
		x, ok := linalg.Solve(a, 0)
		if !ok {
			return m, fmt.Errorf("the affine of im, %v, cannot be inverted", from)
		}
		for j := range 4 {
			sum := 0.0
			for k := range 3 {
				v := to[k][j]
				if j == 3 {
					v -= from[k][3]
				}
				sum += float64(x[k] * v)
			}
			if whole := math.Round(sum); math.Abs(sum-whole) < 1e-9 {
				sum = whole
			}
			m[i][j] = sum
		}
	}
	return m, nil
}

// A resampler takes values from one grid to another.
type resampler struct {
	from, to [3]int
	m        [3][4]float64 // voxel indexes of the new grid to those of the old
	order    int
	straight bool       // no axis of the new grid mixes with another
	axis     [3]int     // then: which new axis runs along each old axis
	taps     [3][]taps1 // and the weights along it
}

// A taps1 is what one place along an axis takes: weights of the elements from
// first on. n is 0 outside of the grid.
type taps1 struct {
	first, n int
	w        [4]float64
}

// common tells whether the grids overlap, by their bounding boxes.
func (r *resampler) common() bool {
	for i := range 3 {
		lo, hi := r.m[i][3], r.m[i][3]
		for j := range 3 {
			d := r.m[i][j] * float64(r.to[j]-1)
			lo, hi = lo+math.Min(0, d), hi+math.Max(0, d)
		}
		if hi < 0 || lo > float64(r.from[i]-1) {
			return false
		}
	}
	return true
}

func (r *resampler) prepare() {
	r.straight = true
	used := [3]bool{}
	for i := range 3 {
		r.axis[i] = -1
		for j := range 3 {
			if r.m[i][j] != 0 {
				if r.axis[i] >= 0 || used[j] {
					r.straight = false
					return
				}
				r.axis[i] = j
				used[j] = true
			}
		}
		if r.axis[i] < 0 {
			r.straight = false
			return
		}
	}
	for i, j := range r.axis {
		for k := range r.to[j] {
			r.taps[i] = append(r.taps[i], r.at(float64(r.m[i][j]*float64(k))+r.m[i][3], r.from[i]))
		}
	}
}

// at returns what the place x takes of n elements.
func (r *resampler) at(x float64, n int) (t taps1) {
	if !(x >= 0) || x > float64(n-1) {
		return t
	}
	switch r.order {
	case 0:
		return taps1{first: min(int(math.Floor(x+0.5)), n-1), n: 1, w: [4]float64{1}}
	case 1:
		i := int(x)
		f := x - float64(i)
		if f == 0 {
			return taps1{first: i, n: 1, w: [4]float64{1}}
		}
		return taps1{first: i, n: 2, w: [4]float64{1 - f, f}}
	}
	i := int(x)
	f := x - float64(i)
	g := 1 - f
	f2, g2 := float64(f*f), float64(g*g)
	return taps1{first: i - 1, n: 4, w: [4]float64{
		float64(g2*g) / 6,
		2.0/3 - float64(float64(f2*(2-f))/2),
		2.0/3 - float64(float64(g2*(2-g))/2),
		float64(f2*f) / 6,
	}}
}

// volume fills dst from the values of one volume, which it changes.
func (r *resampler) volume(dst []float32, v []float64, alone bool) {
	var missing []bool
	for i, x := range v {
		if !finite(x) {
			if missing == nil {
				missing = make([]bool, len(v))
			}
			missing[i] = true
		}
	}
	lo, hi := 0.0, 0.0
	for i, x := range v {
		if missing == nil || !missing[i] {
			lo, hi = math.Min(lo, x), math.Max(hi, x)
		}
	}
	if missing != nil {
		fill(v, missing, r.from)
	}
	if r.order == 3 {
		bspline.Coefficients(v, r.from)
	}
	if r.straight {
		r.separable(dst, v)
	} else {
		r.general(dst, v, alone)
	}
	if r.order == 3 {
		for i, x := range dst {
			dst[i] = min(max(x, float32(lo)), float32(hi))
		}
	}
	if missing != nil {
		r.restore(dst, missing)
	}
}

// mirror returns the element of n that stands at i in the image mirrored about
// the centres of the outermost elements.
func mirror(i, n int) int {
	if i >= 0 && i < n {
		return i
	}
	if n == 1 {
		return 0
	}
	if i %= 2 * (n - 1); i < 0 {
		i += 2 * (n - 1)
	}
	if i >= n {
		i = 2*(n-1) - i
	}
	return i
}

// separable resamples along one axis after the other.
func (r *resampler) separable(dst []float32, v []float64) {
	n := r.from
	for i := range 3 { // old axis i to the places along it
		next := n
		next[i] = len(r.taps[i])
		out := make([]float64, next[0]*next[1]*next[2])
		inner, count := 1, 1
		for a := range i {
			inner *= n[a]
		}
		for a := i + 1; a < 3; a++ {
			count *= n[a]
		}
		for c := range count {
			src, d := v[c*inner*n[i]:][:inner*n[i]], out[c*inner*next[i]:]
			for k, t := range r.taps[i] {
				if i == 0 { // rows are single numbers
					sum := 0.0
					for e := range t.n {
						sum += float64(t.w[e] * src[mirror(t.first+e, n[i])])
					}
					d[k] = sum
					continue
				}
				row := d[k*inner:][:inner]
				for e := range t.n {
					from := src[mirror(t.first+e, n[i])*inner:][:inner]
					if e == 0 {
						vec.MulConstBlock(row, from, t.w[e])
					} else {
						vec.FMAScaleBlock(row, from, t.w[e], row)
					}
				}
			}
		}
		v, n = out, next
	}
	// n is in the order of the old axes; the new ones can be exchanged.
	stride := [3]int{}
	step := 1
	for i := range 3 {
		stride[r.axis[i]] = step
		step *= n[i]
	}
	at := 0
	for z := range r.to[2] {
		for y := range r.to[1] {
			from := z*stride[2] + y*stride[1]
			for range r.to[0] {
				dst[at] = float32(v[from])
				at++
				from += stride[0]
			}
		}
	}
}

// general resamples between grids that are turned against each other.
func (r *resampler) general(dst []float32, v []float64, alone bool) {
	slice := func(z int) {
		nx, ny := r.from[0], r.from[1]
		at := z * r.to[1] * r.to[0]
		for y := range r.to[1] {
			var base [3]float64
			for i := range 3 {
				base[i] = float64(r.m[i][1]*float64(y)) + float64(r.m[i][2]*float64(z)) + r.m[i][3]
			}
			for x := range r.to[0] {
				var t [3]taps1
				for i := range 3 {
					t[i] = r.at(float64(r.m[i][0]*float64(x))+base[i], r.from[i])
				}
				if t[0].n > 0 && t[1].n > 0 && t[2].n > 0 {
					var ix [4]int
					for e := range t[0].n {
						ix[e] = mirror(t[0].first+e, nx)
					}
					sum := 0.0
					for c := range t[2].n {
						plane := mirror(t[2].first+c, r.from[2]) * ny
						for b := range t[1].n {
							row := v[(plane+mirror(t[1].first+b, ny))*nx:][:nx]
							part := 0.0
							for e := range t[0].n {
								part += float64(t[0].w[e] * row[ix[e]])
							}
							sum += float64(float64(t[2].w[c]*t[1].w[b]) * part)
						}
					}
					dst[at] = float32(sum)
				}
				at++
			}
		}
	}
	if alone {
		linalg.Parallel(r.to[2], slice)
		return
	}
	for z := range r.to[2] {
		slice(z)
	}
}

// fill gives voxels that are missing the mean of their known neighbours, twice,
// and 0 to the rest.
func fill(v []float64, missing []bool, n [3]int) {
	known := make([]bool, len(v))
	for i := range v {
		if known[i] = !missing[i]; missing[i] {
			v[i] = 0
		}
	}
	for range 2 {
		next := append([]bool(nil), known...)
		neighbours(n, func(i int, around []int) {
			if known[i] {
				return
			}
			sum, count := 0.0, 0
			for _, j := range around {
				if known[j] {
					sum += v[j]
					count++
				}
			}
			if count > 0 {
				v[i] = sum / float64(count)
				next[i] = true
			}
		})
		known = next
	}
}

// neighbours calls f for every voxel with the indexes of those that share a
// face with it.
func neighbours(n [3]int, f func(i int, around []int)) {
	var around [6]int
	i := 0
	for z := range n[2] {
		for y := range n[1] {
			for x := range n[0] {
				a := around[:0]
				if x > 0 {
					a = append(a, i-1)
				}
				if x+1 < n[0] {
					a = append(a, i+1)
				}
				if y > 0 {
					a = append(a, i-n[0])
				}
				if y+1 < n[1] {
					a = append(a, i+n[0])
				}
				if z > 0 {
					a = append(a, i-n[0]*n[1])
				}
				if z+1 < n[2] {
					a = append(a, i+n[0]*n[1])
				}
				f(i, a)
				i++
			}
		}
	}
}

// restore makes those voxels NaN whose closest voxel is missing.
func (r *resampler) restore(dst []float32, missing []bool) {
	near := *r
	near.order = 0
	at := 0
	for z := range r.to[2] {
		for y := range r.to[1] {
			for x := range r.to[0] {
				index, within := 0, true
				for i := 2; i >= 0; i-- {
					t := near.at(float64(r.m[i][0]*float64(x))+float64(r.m[i][1]*float64(y))+float64(r.m[i][2]*float64(z))+r.m[i][3], r.from[i])
					within = within && t.n > 0
					index = index*r.from[i] + t.first
				}
				if within && missing[index] {
					dst[at] = float32(math.NaN())
				}
				at++
			}
		}
	}
}
