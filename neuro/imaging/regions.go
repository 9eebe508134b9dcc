package imaging

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// Regions are the time courses of regions of the brain.
type Regions struct {
	Names  []string    // one per region
	Voxels []int       // how many voxels a region has
	Y      [][]float64 // [time][region], in units of the image
	TR     float64     `unit:"s"` // time between volumes, s; 0 when unknown
	Unit   string
}

// Spheres returns an image of labels on the grid of im: 1, 2 ... for the voxels
// whose centres lie within radius (mm) of the places in centres, each x, y, z in
// mm, and 0 elsewhere. A sphere that is smaller than a voxel has the one that
// its centre is in.
//
// It is an error when im has no voxels, radius is negative or not finite, a
// place is not three finite numbers or lies outside of im, or two spheres share
// a voxel, which names them; [SphereMeans] allows that.
func Spheres(im *nifti.Image, centres [][]float64, radius float64) (*nifti.Image, error) {
	out, err := spheres(im, centres, radius)
	if err != nil {
		return nil, fmt.Errorf("imaging: Spheres: %w", err)
	}
	return out, nil
}

func spheres(im *nifti.Image, centres [][]float64, radius float64) (*nifti.Image, error) {
	sets, err := sphereVoxels(im, centres, radius, nil)
	if err != nil {
		return nil, err
	}
	n := grid(im)
	values := make([]float64, n[0]*n[1]*n[2])
	for k, set := range sets {
		for _, i := range set {
			if other := values[i]; other != 0 {
				return nil, fmt.Errorf("spheres %d and %d, about %.4g and %.4g mm, share voxel %s; take a smaller radius than %g mm, or SphereMeans", int(other)-1, k, centres[int(other)-1], centres[k], voxelName(im, i), radius)
			}
			values[i] = float64(k + 1)
		}
	}
	out, err := nifti.New(n[:], im.Affine, values)
	if err != nil {
		return nil, err
	}
	if out, err = out.As("int32"); err != nil {
		return nil, err
	}
	out.Name, out.Label, out.Space = fmt.Sprintf("%d spheres of %g mm", len(sets), radius), "region", im.Space
	return out, nil
}

// sphereVoxels returns the voxels of each sphere that are in mask; nil takes
// all.
func sphereVoxels(im *nifti.Image, centres [][]float64, radius float64, mask []bool) ([][]int, error) {
	if err := check("im", im); err != nil {
		return nil, err
	}
	if len(centres) == 0 {
		return nil, fmt.Errorf("centres is empty; it needs a place in mm for each sphere")
	}
	if !(radius >= 0) || math.IsInf(radius, 0) {
		return nil, fmt.Errorf("radius is %g mm; it must be 0 or more", radius)
	}
	n := grid(im)
	sets := make([][]int, len(centres))
	for k, c := range centres {
		if len(c) != 3 || !finite(c[0]) || !finite(c[1]) || !finite(c[2]) {
			return nil, fmt.Errorf("centres[%d] is %v; it must be x, y and z in mm", k, c)
		}
		x, y, z := im.Voxel(c[0], c[1], c[2])
		at := [3]float64{x, y, z}
		if math.IsNaN(x) {
			return nil, fmt.Errorf("the affine of im, %v, cannot be inverted", im.Affine)
		}
		own := 0
		for a := 2; a >= 0; a-- {
			i := int(math.Round(at[a]))
			if i < 0 || i >= n[a] {
				return nil, fmt.Errorf("centres[%d], %v mm, lies outside of im", k, c)
			}
			own = own*n[a] + i
		}
		var lo, hi [3]int
		reach := reachOf(im, radius)
		for a := range 3 {
			lo[a] = max(0, int(math.Floor(at[a]-reach[a])))
			hi[a] = min(n[a]-1, int(math.Ceil(at[a]+reach[a])))
		}
		for z := lo[2]; z <= hi[2]; z++ {
			for y := lo[1]; y <= hi[1]; y++ {
				for x := lo[0]; x <= hi[0]; x++ {
					p, q, r := im.World(float64(x), float64(y), float64(z))
					p, q, r = p-c[0], q-c[1], r-c[2]
					i := (z*n[1]+y)*n[0] + x
					if d := float64(p*p) + float64(q*q) + float64(r*r); d <= float64(radius*radius) && (mask == nil || mask[i]) {
						sets[k] = append(sets[k], i)
					}
				}
			}
		}
		if len(sets[k]) == 0 && (mask == nil || mask[own]) {
			sets[k] = []int{own}
		}
		if len(sets[k]) == 0 {
			return nil, fmt.Errorf("the sphere about centres[%d], %v mm, has no voxel in the mask", k, c)
		}
	}
	return sets, nil
}

// reachOf returns how many voxels along each axis a sphere can span, for axes
// that need not be at right angles: the rows of the inverse affine tell.
func reachOf(im *nifti.Image, radius float64) (reach [3]float64) {
	x0, y0, z0 := im.Voxel(0, 0, 0)
	for d := range 3 {
		var p [3]float64
		p[d] = 1
		x, y, z := im.Voxel(p[0], p[1], p[2])
		for a, v := range [3]float64{x - x0, y - y0, z - z0} {
			reach[a] += float64(v * v)
		}
	}
	for a := range reach {
		reach[a] = radius * math.Sqrt(reach[a])
	}
	return reach
}

// SphereMeans returns the mean time course of im in each sphere of radius mm
// about a place in centres, over the voxels of mask (nil takes all). Spheres may
// overlap. Errors are those of [Spheres], of a mask that does not fit, and a
// value that is NaN or infinite in a sphere.
//
// Checked against nilearn 0.14.1's NiftiSpheresMasker.
func SphereMeans(im, mask *nifti.Image, centres [][]float64, radius float64) (*Regions, error) {
	fail := func(err error) (*Regions, error) { return nil, fmt.Errorf("imaging: SphereMeans: %w", err) }
	if err := check("im", im); err != nil {
		return fail(err)
	}
	var in []bool
	if mask != nil {
		if err := nifti.SameGrid(im, mask); err != nil {
			return fail(fmt.Errorf("im and mask: %w", err))
		}
		var err error
		if in, err = inside("mask", mask); err != nil {
			return fail(err)
		}
	}
	sets, err := sphereVoxels(im, centres, radius, in)
	if err != nil {
		return fail(err)
	}
	r := &Regions{TR: im.TR, Unit: im.Unit}
	for _, c := range centres {
		r.Names = append(r.Names, fmt.Sprintf("(%g, %g, %g)", c[0], c[1], c[2]))
	}
	if err := r.means(im, sets, "imaging.SphereMeans"); err != nil {
		return fail(err)
	}
	return r, nil
}

// LabelMeans returns the mean time course of im in each region of a label
// image: a parcellation, or tissue classes. labels has whole numbers on the grid
// of im; 0 is outside of all regions. names, where given, are those of the
// labels in ascending order; without them, a region is called by its number.
//
// It is an error when an image has no voxels, the grids differ, labels has
// several volumes, a value that is not a whole number, or none but 0, the number
// of names is not that of the labels, or im is NaN or infinite in a region, which
// names the voxel.
//
// Checked against nilearn 0.14.1's NiftiLabelsMasker.
func LabelMeans(im, labels *nifti.Image, names ...string) (*Regions, error) {
	fail := func(err error) (*Regions, error) { return nil, fmt.Errorf("imaging: LabelMeans: %w", err) }
	if err := check("im", im); err != nil {
		return fail(err)
	}
	if _, err := inside("labels", labels); err != nil {
		return fail(err)
	}
	if err := nifti.SameGrid(im, labels); err != nil {
		return fail(fmt.Errorf("im and labels: %w; Resample(labels, im, \"nearest\") brings them together", err))
	}
	sets := map[int][]int{}
	var found []int
	for i, v := range labels.Volume(0) {
		if v == 0 {
			continue
		}
		l := int(v)
		if _, ok := sets[l]; !ok {
			found = append(found, l)
		}
		sets[l] = append(sets[l], i)
	}
	if len(found) == 0 {
		return fail(fmt.Errorf("labels is 0 everywhere; regions have numbers from 1"))
	}
	slices.Sort(found)
	if len(names) > 0 && len(names) != len(found) {
		return fail(fmt.Errorf("%d names for the %d labels %s", len(names), len(found), some(found)))
	}
	r := &Regions{TR: im.TR, Unit: im.Unit, Names: names}
	var order [][]int
	for _, l := range found {
		order = append(order, sets[l])
		if len(names) == 0 {
			r.Names = append(r.Names, strconv.Itoa(l))
		}
	}
	if err := r.means(im, order, "imaging.LabelMeans"); err != nil {
		return fail(err)
	}
	return r, nil
}

func some(labels []int) string {
	if len(labels) > 8 {
		return fmt.Sprintf("%v ... %d", labels[:6], labels[len(labels)-1])
	}
	return fmt.Sprint(labels)
}

// means fills Y with the mean of im over each set of voxels.
func (r *Regions) means(im *nifti.Image, sets [][]int, name string) error {
	nt := im.Volumes()
	r.Y = make([][]float64, nt)
	for _, set := range sets {
		r.Voxels = append(r.Voxels, len(set))
	}
	task := display.Start(name, "volumes", nt)
	defer task.End()
	return im.EachVolume(func(t int, v []float64) error {
		if task.Set(t); task.Err() != nil {
			return task.Err()
		}
		r.Y[t] = make([]float64, len(sets))
		for k, set := range sets {
			sum := 0.0
			for _, i := range set {
				sum += v[i]
			}
			if !finite(sum) {
				for _, i := range set {
					if !finite(v[i]) {
						return fmt.Errorf("im is %g at voxel %s of volume %d, in region %q; all values in a region must be finite", v[i], voxelName(im, i), t, r.Names[k])
					}
				}
			}
			r.Y[t][k] = sum / float64(len(set))
		}
		return nil
	})
}

// Series returns the time course of a region by name; an unknown one is an
// error.
func (r *Regions) Series(name string) ([]float64, error) {
	k := slices.Index(r.Names, name)
	if k < 0 {
		return nil, fmt.Errorf("imaging: Series: no region is called %q; there are %d, such as %q", name, len(r.Names), r.Names[:min(len(r.Names), 5)])
	}
	out := make([]float64, len(r.Y))
	for t := range out {
		out[t] = r.Y[t][k]
	}
	return out, nil
}

// Plot returns the figure of the time courses: as lines for up to eight
// regions, and otherwise a row of colour for each, in standard deviations from
// its mean.
func (r Regions) Plot() *figure.Figure {
	time, x := make([]float64, len(r.Y)), figure.Axis{Label: "time", Unit: "s"}
	step := r.TR
	if !(step > 0) {
		x, step = figure.Axis{Label: "volume"}, 1
	}
	for t := range time {
		time[t] = float64(t) * step
	}
	p := figure.Panel{X: x, Y: figure.Axis{Label: "signal", Unit: r.Unit}}
	if len(r.Names) <= 8 {
		for k, name := range r.Names {
			y := make([]float64, len(r.Y))
			for t := range y {
				y[t] = r.Y[t][k]
			}
			p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, Name: name, X: time, Y: y})
		}
		return &figure.Figure{Title: "Time courses of regions", Panels: []figure.Panel{p}}
	}
	z := make([][]float64, len(r.Names))
	for k := range z {
		z[k] = make([]float64, len(r.Y))
		mean, ss := 0.0, 0.0
		for t := range r.Y {
			mean += r.Y[t][k]
		}
		mean /= float64(len(r.Y))
		for t := range r.Y {
			d := r.Y[t][k] - mean
			z[k][t] = d
			ss += float64(d * d)
		}
		if sd := math.Sqrt(ss / float64(len(r.Y))); sd > 0 {
			for t := range z[k] {
				z[k][t] /= sd
			}
		}
	}
	p.Y = figure.Axis{Label: "region"}
	half := float64(step / 2) // the row of a region reaches half a volume to both sides
	p.Layers = []figure.Layer{{Kind: figure.Image, Z: z, X: []float64{-half, time[len(time)-1] + half}, Y: []float64{0.5, float64(len(z)) + 0.5}, Map: "RdBu_r", Lo: -3, Hi: 3}}
	p.ColorBar = figure.Axis{Label: "signal", Unit: "SD"}
	return &figure.Figure{Title: fmt.Sprintf("Time courses of %d regions", len(z)), Panels: []figure.Panel{p}}
}

// Show draws the time courses, see [Regions.Plot].
func (r Regions) Show() display.Bundle { return r.Plot().Show() }
