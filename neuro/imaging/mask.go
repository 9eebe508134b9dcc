package imaging

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// MaskOptions say how [EPIMask] finds the brain; zero fields take the defaults named
// here.
type MaskOptions struct {
	// Lower and Upper bound where it looks for the gap between the
	// background and the brain, as fractions of all voxels; 0 means 0.2 and
	// 0.85. Lower can be raised when a mask takes in too much.
	Lower, Upper float64
	// Opening is by how many voxels thin bridges are cut: the mask is eroded
	// so often, and grown again after the largest part is kept. 0 means 2;
	// -1 leaves the mask as it is.
	Opening int
	// AllParts keeps all connected parts rather than the largest.
	AllParts bool
	// ExcludeZeros leaves voxels that are 0 out of the histogram: those of
	// images that were masked or resampled before.
	ExcludeZeros bool
}

// EPIMask returns the mask of the brain in an EPI run: voxels of the mean
// volume that are brighter than the widest gap in its histogram.
//
// The mean is smoothed by a Gaussian of one voxel, unless Opening is -1. Values
// are sorted, and the threshold is the middle of the largest step between
// neighbours from the fraction Lower to Upper. Then the mask is eroded Opening
// times, its largest part kept, grown twice as often and eroded again. NaN
// counts as 0.
//
// It is an error when im has no voxels, the fractions are not 0 <= Lower <
// Upper <= 1, or no voxel is left.
//
// The method is T. Nichols' heuristic; checked voxel by voxel against nilearn
// 0.14.1's compute_epi_mask.
func EPIMask(im *nifti.Image, o MaskOptions) (*nifti.Image, error) {
	out, err := epiMask(im, o)
	if err != nil {
		return nil, fmt.Errorf("imaging: EPIMask: %w", err)
	}
	return out, nil
}

func epiMask(im *nifti.Image, o MaskOptions) (*nifti.Image, error) {
	if err := check("im", im); err != nil {
		return nil, err
	}
	lower, upper := o.Lower, o.Upper
	if lower == 0 {
		lower = 0.2
	}
	if upper == 0 {
		upper = 0.85
	}
	if !(lower >= 0 && lower < upper && upper <= 1) {
		return nil, fmt.Errorf("Lower is %g and Upper %g; they must be 0 <= Lower < Upper <= 1", lower, upper)
	}
	opening, err := o.opening()
	if err != nil {
		return nil, err
	}
	n := grid(im)
	average, err := nifti.MeanOf(im)
	if err != nil {
		return nil, err
	}
	mean := average.Volume(0)
	for i, v := range mean {
		if !finite(v) {
			mean[i] = 0
		}
	}
	if opening > 0 {
		w := gaussian(1 / math.Sqrt(8*math.Ln2))
		s := smoother{n: n, taps: [3][]float64{w, w, w}, reflect: true}
		smooth := make([]float64, len(mean))
		s.run(smooth, mean)
		mean = smooth
	}
	sorted := slices.Clone(mean)
	if o.ExcludeZeros {
		sorted = slices.DeleteFunc(sorted, func(v float64) bool { return v == 0 })
	}
	slices.Sort(sorted)
	from, to := int(lower*float64(len(sorted))), min(int(upper*float64(len(sorted))), len(sorted)-1)
	at, widest := -1, -1.0
	for i := from; i < to; i++ {
		if d := sorted[i+1] - sorted[i]; d > widest {
			at, widest = i, d
		}
	}
	if at < 0 {
		return nil, fmt.Errorf("%d voxels are too few to find a threshold between the fractions %g and %g", len(sorted), lower, upper)
	}
	threshold := 0.5 * (sorted[at] + sorted[at+1])
	in := make([]bool, len(mean))
	for i, v := range mean {
		in[i] = v >= threshold
	}
	if in, err = open(in, n, opening, !o.AllParts); err != nil {
		return nil, fmt.Errorf("%w above %.4g; is im an EPI run whose mean was not removed? A smaller Opening or Lower keeps more", err, threshold)
	}
	return newMask(im, in, "mask of "+im.Name)
}

// BackgroundMask returns the mask of what differs from the background of an
// image whose background is one value, such as a map or a brain that was cut
// out: the median of the outermost voxels, border at each face (0 means 2), or
// NaN when any of them is. Of a run it takes the mean. All parts are kept, see
// [LargestPart].
//
// It is an error when im has no voxels, border is negative, or no voxel is left.
// Checked against nilearn 0.14.1's compute_background_mask.
func BackgroundMask(im *nifti.Image, border int) (*nifti.Image, error) {
	out, err := backgroundMask(im, border)
	if err != nil {
		return nil, fmt.Errorf("imaging: BackgroundMask: %w", err)
	}
	return out, nil
}

func backgroundMask(im *nifti.Image, width int) (*nifti.Image, error) {
	if err := check("im", im); err != nil {
		return nil, err
	}
	if width == 0 {
		width = 2
	}
	if width < 0 {
		return nil, fmt.Errorf("border is %d; it must be 1 voxel or more", width)
	}
	n := grid(im)
	mean, err := nifti.MeanOf(im)
	if err != nil {
		return nil, err
	}
	values := mean.Volume(0)
	var border []float64
	hole := false
	// A voxel in a corner counts once for each face that it is near to, as in
	// nilearn.
	for axis := range 3 {
		for i, v := range values {
			p := [3]int{i % n[0], i / n[0] % n[1], i / (n[0] * n[1])}[axis]
			for _, near := range []bool{p < width, p >= n[axis]-width} {
				if near {
					border = append(border, v)
					hole = hole || math.IsNaN(v)
				}
			}
		}
	}
	in := make([]bool, len(values))
	if hole {
		for i, v := range values {
			in[i] = !math.IsNaN(v)
		}
	} else {
		background := median(border)
		for i, v := range values {
			in[i] = v != background
		}
	}
	if in, err = open(in, n, 0, false); err != nil {
		return nil, fmt.Errorf("%w; is the background of im one value?", err)
	}
	return newMask(im, in, "mask of "+im.Name)
}

func median(x []float64) float64 {
	s := slices.Clone(x)
	slices.Sort(s)
	if n := len(s); n%2 == 0 {
		return 0.5 * (s[n/2-1] + s[n/2])
	}
	return s[len(s)/2]
}

func (o MaskOptions) opening() (int, error) {
	switch {
	case o.Opening == 0:
		return 2, nil
	case o.Opening == -1:
		return 0, nil
	case o.Opening < -1:
		return 0, fmt.Errorf("Opening is %d; it must be 1 or more, or -1 for none", o.Opening)
	}
	return o.Opening, nil
}

// Intersect returns the mask of voxels that lie in more than the fraction
// share of masks: 1 for those in all, 0 for those in any, 0.5 for the majority.
// Unless allParts, only its largest connected part is kept.
//
// It is an error when there is no mask, share is outside of 0 to 1, the masks
// differ in grid, or no voxel is left. Checked against nilearn 0.14.1's
// intersect_masks.
func Intersect(masks []*nifti.Image, share float64, allParts bool) (*nifti.Image, error) {
	out, err := intersect(masks, share, allParts)
	if err != nil {
		return nil, fmt.Errorf("imaging: Intersect: %w", err)
	}
	return out, nil
}

func intersect(masks []*nifti.Image, share float64, allParts bool) (*nifti.Image, error) {
	if len(masks) == 0 {
		return nil, fmt.Errorf("masks is empty; at least one is needed")
	}
	if !(share >= 0 && share <= 1) {
		return nil, fmt.Errorf("share is %g; it must be 0 to 1", share)
	}
	var count []int
	for k, m := range masks {
		in, err := inside(fmt.Sprintf("masks[%d]", k), m)
		if err != nil {
			return nil, err
		}
		if err := nifti.SameGrid(masks[0], m); err != nil {
			return nil, fmt.Errorf("masks[0] and masks[%d]: %w", k, err)
		}
		if count == nil {
			count = make([]int, len(in))
		}
		for i, b := range in {
			if b {
				count[i]++
			}
		}
	}
	in := make([]bool, len(count))
	need := math.Min(share, 1-1e-7) * float64(len(masks))
	for i, c := range count {
		in[i] = float64(c) > need
	}
	in, err := open(in, grid(masks[0]), 0, !allParts)
	if err != nil {
		return nil, fmt.Errorf("%w in more than %g of the masks", err, share)
	}
	return newMask(masks[0], in, "intersection of masks")
}

// Erode returns a mask without its outermost voxels, times over; voxels at the
// border of the grid are outermost ones. Dilate grows it. Neighbours are the six
// voxels that share a face. Errors are those of a mask, and times below 1.
func Erode(mask *nifti.Image, times int) (*nifti.Image, error) {
	out, err := morph(mask, times, false)
	if err != nil {
		return nil, fmt.Errorf("imaging: Erode: %w", err)
	}
	return out, nil
}

// Dilate returns a mask grown by its neighbouring voxels, times over, see
// [Erode].
func Dilate(mask *nifti.Image, times int) (*nifti.Image, error) {
	out, err := morph(mask, times, true)
	if err != nil {
		return nil, fmt.Errorf("imaging: Dilate: %w", err)
	}
	return out, nil
}

func morph(mask *nifti.Image, times int, grow bool) (*nifti.Image, error) {
	in, err := inside("mask", mask)
	if err != nil {
		return nil, err
	}
	if times < 1 {
		return nil, fmt.Errorf("times is %d; it must be 1 or more", times)
	}
	name := "eroded "
	if grow {
		name = "dilated "
	}
	return newMask(mask, spread(in, grid(mask), times, grow), name+mask.Name)
}

// LargestPart returns the largest connected part of a mask; the first of
// several as large. It is an error when the mask is empty.
func LargestPart(mask *nifti.Image) (*nifti.Image, error) {
	in, err := inside("mask", mask)
	if err == nil {
		in, err = open(in, grid(mask), 0, true)
	}
	if err != nil {
		return nil, fmt.Errorf("imaging: LargestPart: %w", err)
	}
	return newMask(mask, in, "largest part of "+mask.Name)
}

func grid(im *nifti.Image) (n [3]int) {
	n[0], n[1], n[2] = im.Grid()
	return n
}

// open cuts bridges of a set of voxels and keeps its largest part.
func open(in []bool, n [3]int, times int, largest bool) ([]bool, error) {
	if times > 0 {
		in = spread(in, n, times, false)
	}
	if !slices.Contains(in, true) {
		return nil, errEmpty
	}
	if largest {
		in = largestPart(in, n)
	}
	if times > 0 {
		in = spread(spread(in, n, 2*times, true), n, times, false)
	}
	if !slices.Contains(in, true) {
		return nil, errEmpty
	}
	return in, nil
}

// spread grows a set of voxels or its complement by one neighbour, times over.
// What lies beyond the grid is outside of the set.
func spread(in []bool, n [3]int, times int, grow bool) []bool {
	for range times {
		next := slices.Clone(in)
		neighbours(n, func(i int, around []int) {
			if in[i] == grow {
				return
			}
			change := !grow && len(around) < 6
			for _, j := range around {
				change = change || in[j] == grow
			}
			if change {
				next[i] = grow
			}
		})
		in = next
	}
	return in
}

// largestPart keeps the largest set of voxels that are connected by faces.
func largestPart(in []bool, n [3]int) []bool {
	part := make([]int, len(in))
	best, most := 0, 0
	parts := 0
	var stack []int
	stride := [3]int{1, n[0], n[0] * n[1]}
	for at := range in {
		// z runs fastest, as in NumPy, so that the same of two parts as large
		// comes first.
		start := at/(n[2]*n[1]) + at/n[2]%n[1]*stride[1] + at%n[2]*stride[2]
		if !in[start] || part[start] != 0 {
			continue
		}
		parts++
		size := 0
		part[start] = parts
		stack = append(stack[:0], start)
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			size++
			p := [3]int{i % n[0], i / n[0] % n[1], i / (n[0] * n[1])}
			for a := range 3 {
				if p[a] > 0 {
					if j := i - stride[a]; in[j] && part[j] == 0 {
						part[j] = parts
						stack = append(stack, j)
					}
				}
				if p[a]+1 < n[a] {
					if j := i + stride[a]; in[j] && part[j] == 0 {
						part[j] = parts
						stack = append(stack, j)
					}
				}
			}
		}
		if size > most {
			best, most = parts, size
		}
	}
	out := make([]bool, len(in))
	for i := range in {
		out[i] = part[i] == best && in[i]
	}
	return out
}
