package fmri

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// CompCorOptions say how components of noise are found.
type CompCorOptions struct {
	// N is the number of components; 0 means 6, unless Variance is given.
	N int
	// Variance is the share of the variance that components explain, above 0 and
	// below 1: as many are taken as are needed (fMRIPrep takes 0.5).
	Variance float64
	// Filter is what is taken out of voxels first: "cosine" (default), slow waves
	// below HighPass; "polynomial", Legendre polynomials up to Degree; or "none", the
	// mean only.
	Filter   string
	HighPass float64 `unit:"Hz"` // 0 means 1/128 Hz
	Degree   int     // 0 means 2
	TR       float64 `unit:"s"` // s; 0 means that of the image
	// Skip is how many volumes at the start are left out, as [NonSteady] counts
	// them; components are 0 there.
	Skip int
	// Top is the share of voxels that [TCompCor] takes; 0 means 0.02.
	Top float64
}

// CompCor are components of noise, as confounds of a design or of [Clean].
type CompCor struct {
	Components [][]float64 // [time][component], each of length 1 over time
	// Explained is the share of the variance of each of all components, and
	// Singular their singular values.
	Explained, Singular []float64
	Voxels              []int // that they are of: indexes into nifti's Volume
	Constant            int   // voxels without variance, which add nothing
	NonFinite           int   // voxels with NaN or infinite values, which are left out
}

// ACompCor returns the principal components of the voxels of an anatomical mask in
// which there is only noise, such as eroded white matter or cerebrospinal fluid (see
// imaging.Erode). mask is as in [ROI].
//
// Each voxel's series loses its slow waves (cosines 1 to ⌊2 n HighPass TR⌋ - 1 of n
// volumes, and the mean) and is divided by its standard deviation; components are the
// left singular vectors, the largest first, each with the sign that makes the value
// of largest size positive. Confounds that were filtered like this belong into a
// model with the same filter (Filter "cosine").
//
// It is an error when mask does not fit, fewer than 2 volumes are left, TR is not
// known for cosines, more components are wanted than there are, or an option is not
// allowed.
//
// Behzadi et al. (2007), NeuroImage 37:90. Checked to 1e-5 (its float32) against
// nipype 1.11's compute_noise_components, which fMRIPrep uses.
func ACompCor(im, mask *nifti.Image, o CompCorOptions) (*CompCor, error) {
	voxels, err := region(im, mask)
	if err == nil {
		var c *CompCor
		if c, err = compCor(im, voxels, o); err == nil {
			return c, nil
		}
	}
	return nil, fmt.Errorf("fmri: ACompCor: %w", err)
}

// TCompCor is [ACompCor] of the voxels of a mask (nil takes all) that vary most: the
// share Top with the largest standard deviation after a parabola was taken off.
func TCompCor(im, mask *nifti.Image, o CompCorOptions) (*CompCor, error) {
	c, err := tCompCor(im, mask, o)
	if err != nil {
		return nil, fmt.Errorf("fmri: TCompCor: %w", err)
	}
	return c, nil
}

func tCompCor(im, mask *nifti.Image, o CompCorOptions) (*CompCor, error) {
	voxels, err := inMask(im, mask)
	if err != nil {
		return nil, err
	}
	if o.Top == 0 {
		o.Top = 0.02
	}
	if !(o.Top > 0 && o.Top <= 1) {
		return nil, fmt.Errorf("Top is %g; it must be above 0 and at most 1", o.Top)
	}
	if err := o.check(im); err != nil {
		return nil, err
	}
	n := im.Volumes() - o.Skip
	trend := linalg.Groups(legendre(n, 2))
	sd := make([]float64, len(voxels))
	err = im.EachFrames(voxels, cleanBlock, func(first int, y [][]float64) error {
		y = y[o.Skip:]
		demean(y)
		takeOut(y, trend)
		copy(sd[first:], deviations(y))
		return nil
	})
	if err != nil {
		return nil, err
	}
	var known []float64
	for _, v := range sd {
		if v-v == 0 {
			known = append(known, v)
		}
	}
	if len(known) == 0 {
		return nil, errors.New("im has no voxel in the mask whose values are all finite")
	}
	slices.Sort(known)
	// The percentile is a whole number, as nipype has it.
	place := float64(math.Round(100*(1-o.Top)) / 100 * float64(len(known)-1))
	low := int(place)
	limit := known[low]
	if low+1 < len(known) {
		limit += float64((place - float64(low)) * (known[low+1] - known[low]))
	}
	var chosen []int
	for i, v := range sd {
		if v >= limit {
			chosen = append(chosen, voxels[i])
		}
	}
	c, err := compCor(im, chosen, o)
	if err == nil {
		c.NonFinite = len(voxels) - len(known)
	}
	return c, err
}

// check sets defaults.
func (o *CompCorOptions) check(im *nifti.Image) error {
	if o.Skip < 0 || im.Volumes()-o.Skip < 2 {
		return fmt.Errorf("Skip is %d of %d volumes; at least 2 must be left", o.Skip, im.Volumes())
	}
	if o.N < 0 || o.N > 0 && o.Variance != 0 || !(o.Variance >= 0 && o.Variance < 1) {
		return fmt.Errorf("N is %d and Variance %g; give one of them, N above 0 or Variance between 0 and 1", o.N, o.Variance)
	}
	if o.N == 0 && o.Variance == 0 {
		o.N = 6
	}
	if o.HighPass == 0 {
		o.HighPass = 1.0 / 128
	}
	if o.Degree == 0 {
		o.Degree = 2
	}
	if o.TR == 0 {
		o.TR = im.TR
	}
	switch o.Filter {
	case "":
		o.Filter = "cosine"
	case "cosine", "none":
	case "polynomial":
		if o.Degree < 1 || o.Degree >= im.Volumes()-o.Skip || o.Degree > 20 {
			return fmt.Errorf("Degree is %d; it must be 1 to 20 and below the number of volumes", o.Degree)
		}
	default:
		return fmt.Errorf("Filter is %q; allowed are \"cosine\", \"polynomial\" and \"none\"", o.Filter)
	}
	if o.Filter == "cosine" {
		if !(o.TR > 0) || math.IsInf(o.TR, 0) {
			return fmt.Errorf("TR is %g s; cosines need the time between volumes", o.TR)
		}
		if !(o.HighPass > 0 && o.HighPass < 0.5/o.TR) {
			return fmt.Errorf("HighPass is %g Hz; it must be above 0 and below half the rate of volumes (%g Hz)", o.HighPass, 0.5/o.TR)
		}
	}
	return nil
}

// legendre returns an orthonormal basis of the polynomials of degree 1 to k, beside
// the constant.
func legendre(n, k int) [][]float64 {
	x := make2(n, k)
	size := make([]float64, k)
	for t := range x {
		u := float64(2*float64(t)/float64(max(n-1, 1))) - 1
		a, b := 1.0, u
		for j := range k {
			x[t][j] = b
			a, b = b, (float64(float64(2*j+3)*u*b)-float64(float64(j+1)*a))/float64(j+2)
			size[j] = 1
		}
	}
	demean(x)
	return orthonormal(x, size)
}

func deviations(y [][]float64) []float64 {
	mean, square := columnMeans(y), make([]float64, len(y[0]))
	for _, row := range y {
		for i, v := range row {
			d := v - mean[i]
			square[i] += float64(d * d)
		}
	}
	for i := range square {
		square[i] = math.Sqrt(square[i] / float64(len(y)))
	}
	return square
}

func compCor(im *nifti.Image, voxels []int, o CompCorOptions) (*CompCor, error) {
	if err := o.check(im); err != nil {
		return nil, err
	}
	n := im.Volumes() - o.Skip
	var basis [][]float64
	switch o.Filter {
	case "cosine":
		order := int(math.Floor(2*float64(n)*o.HighPass*o.TR)) - 1
		for k := 1; k <= min(order, n-1); k++ {
			c := make([]float64, n)
			for t := range c {
				c[t] = math.Sqrt(2/float64(n)) * vec.Cos(math.Pi/float64(n)*(float64(t)+0.5)*float64(k))
			}
			basis = append(basis, c)
		}
	case "polynomial":
		basis = legendre(n, o.Degree)
	}
	task := display.Start("fmri.CompCor", "voxels", len(voxels))
	defer task.End()
	groups := linalg.Groups(basis)
	m := make2(n, len(voxels)) // [time][voxel]
	out := &CompCor{Voxels: voxels}
	var count sync.Mutex
	err := im.EachFrames(voxels, cleanBlock, func(first int, y [][]float64) error {
		y = y[o.Skip:]
		size := make([]float64, len(y[0]))
		bad, constant := 0, 0
		for _, row := range y {
			for i, v := range row {
				if v-v != 0 {
					size[i] = math.NaN()
				} else if a := math.Abs(v); a > size[i] {
					size[i] = a
				}
			}
		}
		for i, s := range size {
			if math.IsNaN(s) {
				bad++
				for _, row := range y {
					row[i] = 0
				}
			}
		}
		demean(y)
		takeOut(y, groups)
		sd := deviations(y)
		for i, s := range sd {
			if !(s > 1e-13*size[i]) {
				if !math.IsNaN(size[i]) {
					constant++
				}
				continue
			}
			for t, row := range y {
				m[t][first+i] = row[i] / s
			}
		}
		count.Lock()
		out.NonFinite += bad
		out.Constant += constant
		count.Unlock()
		task.Add(len(sd))
		return task.Err()
	})
	if err != nil {
		return nil, err
	}
	if out.Constant+out.NonFinite == len(voxels) {
		return nil, fmt.Errorf("none of the %d voxels of the mask varies", len(voxels))
	}
	return out, out.decompose(m, o, task)
}

// decompose finds the components of rows of volumes.
func (c *CompCor) decompose(m [][]float64, o CompCorOptions, task *display.Counter) error {
	n := len(m)
	product := make2(n, n)
	linalg.Parallel(n, func(i int) {
		if task.Err() != nil {
			return
		}
		for j := range i + 1 {
			product[i][j] = vec.DotBlock(m[i], m[j])
		}
	})
	if err := task.Err(); err != nil {
		return err
	}
	total := 0.0
	for i := range n {
		total += product[i][i]
	}
	values, vectors, ok := linalg.Symmetric(product)
	if !ok {
		return errors.New("the components could not be found; are values very large?")
	}
	slices.Reverse(values) // the largest first
	slices.Reverse(vectors)
	rank := min(n, len(m[0]))
	want, sum := o.N, 0.0
	for i, v := range values[:rank] {
		v = math.Max(v, 0)
		c.Singular = append(c.Singular, math.Sqrt(v))
		c.Explained = append(c.Explained, v/total)
		if sum += v / total; o.Variance > 0 && want == 0 && sum >= o.Variance {
			want = i + 1
		}
	}
	if want > rank || want > 0 && !(c.Explained[want-1] > 1e-12) {
		return fmt.Errorf("N is %d; %d voxels in %d volumes have fewer components that vary", want, len(m[0]), n)
	}
	c.Components = make2(n+o.Skip, want)
	for j, vector := range vectors[:want] {
		for t, v := range vector {
			c.Components[t+o.Skip][j] = v
		}
	}
	return nil
}

// Show draws the components over volumes and what each explains.
func (c CompCor) Show() display.Bundle { return c.Plot().Show() }

// Plot returns the figure that Show draws.
func (c CompCor) Plot() *figure.Figure {
	x := make([]float64, len(c.Components))
	for t := range x {
		x[t] = float64(t)
	}
	p := figure.Panel{X: figure.Axis{Label: "volume"}, Y: figure.Axis{Label: "component"}}
	for j := range c.Components[0] {
		y := column(c.Components, j)
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, Name: fmt.Sprintf("%d: %.1f%%", j+1, 100*c.Explained[j]), X: x, Y: y})
	}
	return &figure.Figure{Panels: []figure.Panel{p}}
}
