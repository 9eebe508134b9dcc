package imaging

import (
	"fmt"
	"math"

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
	var s smoother
	s.n[0], s.n[1], s.n[2] = im.Grid()
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
		if w > 0 {
			s.taps[a] = gaussian(w / (math.Sqrt(8*math.Ln2) * size[a]))
		}
	}
	s.reflect = reflect
	var norm []float64
	if in != nil {
		norm = make([]float64, len(in))
		for i, b := range in {
			if b {
				norm[i] = 1
			}
		}
		s.run(norm)
	}

	nt, n := im.Volumes(), s.n[0]*s.n[1]*s.n[2]
	values := make([]float32, nt*n)
	if err := eachVolume(im, "imaging.Smooth", func(t int, v []float64) {
		for i := range v {
			if !finite(v[i]) || in != nil && !in[i] {
				v[i] = 0
			}
		}
		s.run(v)
		dst := values[t*n:][:n]
		for i := range v {
			switch {
			case in == nil:
				dst[i] = float32(v[i])
			case in[i]:
				dst[i] = float32(v[i] / norm[i])
			}
		}
	}); err != nil {
		return nil, err
	}
	return like(im, im.Shape, im.Affine, values, "smoothed "+im.Name)
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
	taps    [3][]float64 // half of the weights, from the middle on; nil leaves an axis
	reflect bool
}

// run convolves a volume in place. All work is on runs of numbers that lie
// side by side, so that it is done in vectors: along x on rows with their
// borders written out, along y on rows, along z on pieces of planes.
func (s *smoother) run(v []float64) {
	nx, ny, nz := s.n[0], s.n[1], s.n[2]
	if w := s.taps[0]; w != nil {
		r := len(w) - 1
		// Rows stand one after the other with r values on both sides.
		rows := max(1, 2048/(nx+2*r))
		wide := make([]float64, rows*(nx+2*r))
		acc := make([]float64, len(wide))
		tmp := make([]float64, len(wide))
		for from := 0; from < ny*nz; from += rows {
			count := min(rows, ny*nz-from)
			for j := range count {
				row, src := wide[j*(nx+2*r):][:nx+2*r], v[(from+j)*nx:][:nx]
				copy(row[r:], src)
				for k := 1; k <= r; k++ {
					row[r-k], row[r+nx-1+k] = s.beyond(src, -k), s.beyond(src, nx-1+k)
				}
			}
			length := count*(nx+2*r) - 2*r
			vec.MulConstBlock(acc[:length], wide[r:][:length], w[0])
			for k := r; k >= 1; k-- {
				vec.AddBlock(tmp[:length], wide[r-k:][:length], wide[r+k:][:length])
				vec.FMAScaleBlock(acc[:length], tmp[:length], w[k], acc[:length])
			}
			for j := range count {
				copy(v[(from+j)*nx:][:nx], acc[j*(nx+2*r):])
			}
		}
	}
	if w := s.taps[1]; w != nil {
		plane, tmp := make([]float64, nx*ny), make([]float64, nx)
		for z := range nz {
			at := v[z*nx*ny:][:nx*ny]
			copy(plane, at)
			s.across(at, plane, tmp, w, ny, nx)
		}
	}
	if w := s.taps[2]; w != nil {
		// Pieces of planes, so that what is read for one stays in the cache.
		const piece = 512
		column, out, tmp := make([]float64, piece*nz), make([]float64, piece*nz), make([]float64, piece)
		for from := 0; from < nx*ny; from += piece {
			m := min(piece, nx*ny-from)
			for z := range nz {
				copy(column[z*m:][:m], v[z*nx*ny+from:])
			}
			s.across(out, column, tmp, w, nz, m)
			for z := range nz {
				copy(v[z*nx*ny+from:][:m], out[z*m:])
			}
		}
	}
}

// across convolves n rows of m numbers each, one row with the others.
func (s *smoother) across(dst, src, tmp, w []float64, n, m int) {
	row := func(j int) []float64 {
		if j = s.index(j, n); j < 0 {
			return nil
		}
		return src[j*m:][:m]
	}
	for j := range n {
		d := dst[j*m:][:m]
		vec.MulConstBlock(d, src[j*m:][:m], w[0])
		for k := len(w) - 1; k >= 1; k-- {
			a, b := row(j-k), row(j+k)
			switch {
			case a != nil && b != nil:
				vec.AddBlock(tmp[:m], a, b)
				vec.FMAScaleBlock(d, tmp[:m], w[k], d)
			case a != nil:
				vec.FMAScaleBlock(d, a, w[k], d)
			case b != nil:
				vec.FMAScaleBlock(d, b, w[k], d)
			}
		}
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
