package imaging

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// SmoothOptions say what smoothing does at borders; zero fields take the
// defaults named here.
type SmoothOptions struct {
	// FWHM is the width along each voxel axis, where they differ; it replaces
	// the width given as an argument. 0 leaves an axis as it is.
	FWHM []float64 `unit:"mm"`
	// Border is what lies beyond the grid: "reflect" (default), the image
	// mirrored at its border, as SciPy and nilearn have it; "zero", as SPM
	// and FSL have it, which darkens the edge.
	Border string
	// Mask keeps the signal of its voxels apart from the rest: only they are
	// averaged, with weights that sum to 1, and all others become 0 (AFNI's
	// 3dBlurInMask gives the same by another way). Border is then of no matter.
	Mask *nifti.Image
}

// Smooth returns im convolved with a Gaussian of full width at half maximum
// fwhm, mm, in every volume.
//
// The Gaussian is sampled at the voxels, cut off at 4 standard deviations and
// scaled to a sum of 1, along each voxel axis in turn. Values that are NaN or
// infinite (as SPM writes outside of the brain) count as 0. The result is kept
// as float32.
//
// It is an error when im has no voxels, a width is negative or not finite or
// wider than the image by a factor of 10, Border is not known, or Mask does not
// fit im or is empty.
//
// Checked to 1e-6 against nilearn 0.14.1's smooth_img, whose steps these are.
func Smooth(im *nifti.Image, fwhm float64, o SmoothOptions) (*nifti.Image, error) {
	out, err := smooth(im, fwhm, o)
	if err != nil {
		return nil, fmt.Errorf("imaging: Smooth: %w", err)
	}
	return out, nil
}

func smooth(im *nifti.Image, fwhm float64, o SmoothOptions) (*nifti.Image, error) {
	if err := check("im", im); err != nil {
		return nil, err
	}
	widths := []float64{fwhm, fwhm, fwhm}
	if o.FWHM != nil {
		if len(o.FWHM) != 3 {
			return nil, fmt.Errorf("FWHM has %d values; it has one for each voxel axis, three", len(o.FWHM))
		}
		widths = o.FWHM
	}
	reflect := true
	switch o.Border {
	case "", "reflect":
	case "zero":
		reflect = false
	default:
		return nil, fmt.Errorf("Border is %q; allowed are \"reflect\" and \"zero\"", o.Border)
	}
	var in []bool
	if o.Mask != nil {
		if err := nifti.SameGrid(im, o.Mask); err != nil {
			return nil, fmt.Errorf("im and Mask: %w", err)
		}
		var err error
		if in, err = inside("Mask", o.Mask); err != nil {
			return nil, err
		}
		reflect = false
	}
	s := smoother{n: grid(im), reflect: reflect}
	var size [3]float64
	size[0], size[1], size[2] = im.VoxelSize()
	for a, w := range widths {
		if !(w >= 0) || math.IsInf(w, 0) {
			return nil, fmt.Errorf("the width is %g mm; it must be 0 or more", w)
		}
		if w > 0 && !(size[a] > 0) {
			return nil, fmt.Errorf("voxels have no size along axis %d, so that %g mm mean nothing; set im.Affine", a, w)
		}
		if w > 10*size[a]*float64(s.n[a]) && w > 0 {
			return nil, fmt.Errorf("the width is %g mm, more than ten times the image along axis %d (%d voxels of %.4g mm)", w, a, s.n[a], size[a])
		}
		s.taps[a] = []float64{1}
		if w > 0 {
			s.taps[a] = gaussian(w / (math.Sqrt(8*math.Ln2) * size[a]))
		}
	}
	var norm []float64
	if in != nil {
		ones := make([]float64, len(in))
		for i, b := range in {
			if b {
				ones[i] = 1
			}
		}
		norm = make([]float64, len(in))
		s.run(norm, ones)
	}
	out, err := nifti.MapVolumes(im, s.n, im.Affine, func(_ int, v, dst []float64) {
		if in != nil || !allFinite(v) {
			for i := range v {
				if !finite(v[i]) || in != nil && !in[i] {
					v[i] = 0
				}
			}
		}
		s.run(dst, v)
		for i, inside := range in {
			if inside {
				dst[i] /= norm[i]
			} else {
				dst[i] = 0
			}
		}
	})
	if err != nil {
		return nil, err
	}
	out.Name, out.Shape = "smoothed "+im.Name, slices.Clone(im.Shape)
	return out, nil
}

// allFinite tells whether no value is NaN or infinite, whose products with 0 are
// not 0.
func allFinite(v []float64) bool {
	var zeros [1024]float64
	for len(v) > 0 {
		part := v[:min(len(v), len(zeros))]
		if vec.DotBlock(part, zeros[:len(part)]) != 0 {
			return false
		}
		v = v[len(part):]
	}
	return true
}

// gaussian returns the weights of a Gaussian of standard deviation sigma
// voxels at 0, 1, 2 ... up to 4 standard deviations, the whole of which sums
// to 1.
func gaussian(sigma float64) []float64 {
	w := make([]float64, int(float64(4*sigma)+0.5)+1)
	sum := 0.0
	for i := len(w) - 1; i >= 0; i-- {
		w[i] = vec.Exp(-0.5 * float64(i*i) / (sigma * sigma))
		if i > 0 {
			sum += 2 * w[i]
		}
	}
	sum += w[0]
	for i := range w {
		w[i] /= sum
	}
	return w
}

// A smoother convolves volumes of n voxels with taps along each axis.
type smoother struct {
	n       [3]int
	taps    [3][]float64 // half of the weights, from the middle on; 1 leaves an axis
	reflect bool
	idle    sync.Pool // of benches
}

// A bench is room for one convolution; rings of planes are large, and there is one
// convolution for each volume.
type bench struct {
	wide, across []float64   // rows along x, one after the other, with values beyond both ends
	shifted      [][]float64 // wide from each place on
	zeros        []float64
	rows, planes [][]float64
	ring         [][]float64
}

func (s *smoother) bench() *bench {
	n, r := s.n[0]*s.n[1], len(s.taps[0])-1
	long := s.n[0] + 2*r
	b := &bench{wide: make([]float64, s.n[1]*long), across: make([]float64, s.n[1]*long), zeros: make([]float64, n),
		shifted: make([][]float64, 2*r+1), rows: make([][]float64, 2*len(s.taps[1])-1), planes: make([][]float64, 2*len(s.taps[2])-1)}
	b.ring = make([][]float64, min(len(b.planes), s.n[2]))
	for k := range b.shifted {
		b.shifted[k] = b.wide[k:][:s.n[1]*long-2*r]
	}
	for k := range b.ring {
		b.ring[k] = make([]float64, n)
	}
	return b
}

// run sets dst to the convolution of the volume v. All work is on runs of numbers
// that lie side by side, so that it is done in vectors, and on planes that stay in
// the cache: each is convolved along x and y once, and kept for as long as
// planes beside it along z need it.
func (s *smoother) run(dst, v []float64) {
	room, _ := s.idle.Get().(*bench)
	if room == nil {
		room = s.bench()
	}
	defer s.idle.Put(room)
	nx, ny, nz := s.n[0], s.n[1], s.n[2]
	n, wx, wy, wz := nx*ny, s.taps[0], s.taps[1], s.taps[2]
	r := len(wx) - 1
	long := nx + 2*r
	wide, across, shifted, zeros := room.wide, room.across, room.shifted, room.zeros
	rows, planes, ring := room.rows, room.planes, room.ring
	length := ny*long - 2*r
	plane := func(z int) []float64 { return ring[z%len(ring)] }
	fill := func(z int) {
		for y := range ny {
			row, src := wide[y*long:][:long], v[z*n+y*nx:][:nx]
			copy(row[r:], src)
			for k := 1; k <= r; k++ {
				row[r-k], row[r+nx-1+k] = s.beyond(src, -k), s.beyond(src, nx-1+k)
			}
		}
		vec.FIRBlock(across[:length], wx, shifted)
		for y := range ny {
			for k := range rows {
				rows[k] = zeros[:nx]
				if j := s.index(y+k-len(wy)+1, ny); j >= 0 {
					rows[k] = across[j*long:][:nx]
				}
			}
			vec.FIRBlock(plane(z)[y*nx:][:nx], wy, rows)
		}
	}
	filled := 0
	for z := range nz {
		for ; filled < min(nz, z+len(wz)); filled++ {
			fill(filled)
		}
		for k := range planes {
			planes[k] = zeros[:n]
			if j := s.index(z+k-len(wz)+1, nz); j >= 0 {
				planes[k] = plane(j)
			}
		}
		vec.FIRBlock(dst[z*n:][:n], wz, planes)
	}
}

// index returns which of n elements stands at place i, which can lie beyond
// them: that of the mirrored image, in which the outermost element comes
// twice, or -1 for one that counts as 0.
func (s *smoother) index(i, n int) int {
	if i >= 0 && i < n {
		return i
	}
	if !s.reflect {
		return -1
	}
	if i %= 2 * n; i < 0 {
		i += 2 * n
	}
	if i >= n {
		i = 2*n - 1 - i
	}
	return i
}

func (s *smoother) beyond(row []float64, i int) float64 {
	if i = s.index(i, len(row)); i >= 0 {
		return row[i]
	}
	return 0
}
