package fmri

import (
	"errors"
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// GroupOptions say how a model of a group is fitted.
type GroupOptions struct {
	// Method is "ols" (default), ordinary least squares on the maps; or, with
	// the first levels' variances in Var, a weighted fit: "fixed" takes these
	// as all variance that there is; "dl" adds the variance between subjects
	// that DerSimonian and Laird (1986) estimate from moments; "reml" adds
	// the one of highest restricted likelihood (as FSL's FLAME 1 does).
	Method string
	// Var holds the variance of each map's effect, in the order of the maps.
	Var []*nifti.Image
	// Background is shown below maps of results, such as an anatomy; nil is
	// the standard deviation of the residuals.
	Background *nifti.Image
}

// A Group is a linear model of the maps of several people, fitted in each voxel.
// Contrasts are those of the [GLM] in it.
type Group struct {
	*GLM
	Method  string
	Maps    int       // how many there are
	LeftOut int       // voxels of the mask where some map is not finite
	Tau2    []float64 // variance between subjects; nil for "ols" and "fixed"

	data  *stack
	mask  *nifti.Image // 1 at Voxels
	under *nifti.Image // the background of pictures
}

// FitGroup fits a design to maps, one image for each person (or one image of
// several volumes), all on one grid. mask is as in [ROI]; nil takes all voxels
// where a map differs from 0. A voxel in which a map is NaN or infinite takes no
// part and is counted in LeftOut; one in which all maps are equal gives t = 0.
//
//	group, err := fmri.FitGroup(maps, mask, fmri.OneSample(len(maps)), fmri.GroupOptions{})
//	m, err := group.Contrast("mean")
//
// Weighted methods give the effects (X'WX)⁻¹X'Wy and their covariance
// (X'WX)⁻¹ with W = 1/(v + tau²), v the variance of a map and tau² that between
// subjects; their contrasts have the degrees of freedom of the design for
// "reml", and infinitely many for "dl" and "fixed". tau² of "reml" maximises
//
//	-(sum log(v+tau²) + log|X'WX| + r'Wr) / 2
//
// and is at least 0. A voxel whose variance is not above 0 in some map takes no
// part.
//
// It is an error when grids differ, the number of maps is not that of the
// design's rows or not above its columns, the columns depend on each other
// (which names them), no voxel is left, or Method and Var do not go together.
//
// Checked against nilearn 0.14.1's run_glm ("ols") and a search of the likelihood
// in SciPy.
func FitGroup(maps []*nifti.Image, mask *nifti.Image, d *Design, o GroupOptions) (*Group, error) {
	g, err := fitGroup(maps, mask, d, o)
	if err != nil {
		return nil, fmt.Errorf("fmri: FitGroup: %w", err)
	}
	return g, nil
}

// Images returns one image of each map, "effect" or "var" for instance (see
// [Map.Image]): what a group analysis takes from first levels.
func Images(maps []*Map, which string) []*nifti.Image {
	out := make([]*nifti.Image, len(maps))
	for i, m := range maps {
		out[i] = m.Image(which)
	}
	return out
}

func fitGroup(maps []*nifti.Image, mask *nifti.Image, d *Design, o GroupOptions) (*Group, error) {
	if d == nil {
		return nil, errors.New("d is nil; OneSample, TwoSample, Paired and GroupDesign make one")
	}
	weighted := false
	switch o.Method {
	case "":
		o.Method = "ols"
	case "ols":
	case "fixed", "dl", "reml":
		weighted = true
	default:
		return nil, fmt.Errorf("Method is %q; allowed are \"ols\", \"fixed\", \"dl\" and \"reml\"", o.Method)
	}
	if o.Background != nil {
		if o.Background.Type() == "" || len(maps) > 0 && maps[0] != nil && nifti.SameGrid(maps[0], o.Background) != nil {
			return nil, errors.New("Background must be an image on the grid of the maps; resample it, or draw maps on it with nifti.OverlayFigure")
		}
	}
	if weighted != (o.Var != nil) {
		return nil, fmt.Errorf("Method is %q and Var has %d images; \"fixed\", \"dl\" and \"reml\" need the first levels' variances, and \"ols\" takes none", o.Method, len(o.Var))
	}
	cols, err := rectangle("d.X", "regressor", d.X)
	if err != nil {
		return nil, err
	}
	if len(d.Names) != cols {
		return nil, fmt.Errorf("the design has %d names for %d columns", len(d.Names), cols)
	}
	count, err := countMaps("maps", maps, maps)
	if err != nil {
		return nil, err
	}
	n := len(d.X)
	if count != n {
		return nil, fmt.Errorf("there are %d maps and the design has %d rows; there must be as many", count, n)
	}
	if n <= cols {
		return nil, fmt.Errorf("the design has %d columns for %d maps; there must be more maps", cols, n)
	}
	all := maps
	if weighted {
		if count, err = countMaps("Var", o.Var, maps); err != nil {
			return nil, err
		}
		if count != n {
			return nil, fmt.Errorf("Var has %d maps and there are %d; there must be as many", count, n)
		}
		all = append(append([]*nifti.Image(nil), maps...), o.Var...)
	}
	voxels, err := groupVoxels(maps, mask)
	if err != nil {
		return nil, err
	}
	task := display.Start("fmri.FitGroup", "maps", len(all))
	defer task.End()
	q, err := factor(d.X, d.Names, task)
	if err != nil {
		return nil, err
	}
	data, kept, err := newStack(all, voxels, n, task)
	if err != nil {
		return nil, err
	}
	nx, ny, nz := maps[0].Grid()
	like, err := nifti.New([]int{nx, ny, nz}, maps[0].Affine, make([]float64, nx*ny*nz))
	if err != nil {
		return nil, err
	}
	like.Space = maps[0].Space
	ones := make([]float64, len(kept))
	for i := range ones {
		ones[i] = 1
	}
	g := &Group{Method: o.Method, Maps: n, LeftOut: len(voxels) - len(kept), data: data, under: o.Background, mask: spread(ones, kept, like, 0),
		GLM: &GLM{Design: d, Voxels: kept, DF: float64(n - cols), q: q,
			Sigma2: make([]float64, len(kept)), flat: make([]bool, len(kept))}}
	g.mask.Name, g.mask.Label = "mask", "mask"
	for range cols {
		g.Beta = append(g.Beta, make([]float64, len(kept)))
	}
	linalg.Parallel((len(kept)+tile-1)/tile, func(b int) {
		if task.Err() == nil {
			g.fitTile(q, b*tile, min(len(kept), (b+1)*tile))
		}
	})
	if g.under == nil {
		sd := make([]float64, len(kept))
		for i, v := range g.Sigma2 {
			sd[i] = math.Sqrt(v)
		}
		g.under = spread(sd, kept, like, 0)
		g.under.Name = "residual SD"
	}
	g.mean = g.under
	if weighted && task.Err() == nil {
		g.mixed(task)
	}
	return g, task.Err()
}

// fitTile fits voxels lo to hi by least squares.
func (g *Group) fitTile(q *linalg.QR, lo, hi int) {
	y := make([][]float64, g.Maps)
	for i := range y {
		y[i] = make([]float64, hi-lo)
		g.data.row(y[i], i, lo)
	}
	beta, rss := q.Solve(y, nil)
	for k := range rss {
		for j := range beta {
			g.Beta[j][lo+k] = beta[j][k]
		}
		g.Sigma2[lo+k] = rss[k] / g.DF
		flat := true
		for i := range y {
			if y[i][k] != y[0][k] {
				flat = false
				break
			}
		}
		g.flat[lo+k] = flat
	}
}

// countMaps returns the number of volumes of images on the grid of like[0].
func countMaps(name string, maps, like []*nifti.Image) (int, error) {
	if len(maps) == 0 {
		return 0, fmt.Errorf("%s is empty; it needs one image for each person", name)
	}
	count := 0
	for i, m := range maps {
		if m == nil || m.Type() == "" {
			return 0, fmt.Errorf("%s[%d] has no voxels; images come from nifti.Read, nifti.Decode or nifti.New", name, i)
		}
		if err := nifti.SameGrid(like[0], m); err != nil {
			return 0, fmt.Errorf("maps[0] and %s[%d]: %w", name, i, err)
		}
		count += m.Volumes()
	}
	return count, nil
}

// groupVoxels returns the voxels of the mask, or those where a map differs from
// 0.
func groupVoxels(maps []*nifti.Image, mask *nifti.Image) ([]int, error) {
	if mask != nil {
		return region(maps[0], mask)
	}
	nx, ny, nz := maps[0].Grid()
	some := make([]bool, nx*ny*nz)
	for _, m := range maps {
		for t := range m.Volumes() {
			for i, v := range m.Volume(t) {
				if v != 0 && v == v {
					some[i] = true
				}
			}
		}
	}
	var voxels []int
	for i, s := range some {
		if s {
			voxels = append(voxels, i)
		}
	}
	if len(voxels) == 0 {
		return nil, errors.New("all maps are 0 or NaN everywhere")
	}
	return voxels, nil
}

// A stack holds maps at the voxels of a mask, one row each: as float32 where
// that is what they are, which is half the memory, else as float64.
type stack struct {
	width  int
	single [][]float32
	double [][]float64
}

// newStack takes the voxels at which every map is finite, and the rows from
// number variances on above 0.
func newStack(maps []*nifti.Image, voxels []int, variances int, task *display.Counter) (*stack, []int, error) {
	narrow := true
	for _, m := range maps {
		switch m.Type() {
		case "float32", "uint8", "int8", "int16", "uint16":
		default:
			narrow = false
		}
	}
	s := &stack{}
	good := make([]bool, len(voxels))
	for k := range good {
		good[k] = true
	}
	for _, m := range maps {
		for t := range m.Volumes() {
			if err := task.Err(); err != nil {
				return nil, nil, err
			}
			volume, row := m.Volume(t), len(s.single)+len(s.double)
			at := func(k int) float64 { return volume[voxels[k]] }
			for k := range voxels {
				v := at(k)
				if math.IsNaN(v) || math.IsInf(v, 0) || row >= variances && v <= 0 {
					good[k] = false
				}
				// Scaled integers may need more digits than float32 has.
				if narrow && float64(float32(v)) != v && v == v {
					narrow = false
					s.widen()
				}
			}
			if narrow {
				r := make([]float32, len(voxels))
				for k := range r {
					r[k] = float32(at(k))
				}
				s.single = append(s.single, r)
			} else {
				r := make([]float64, len(voxels))
				for k := range r {
					r[k] = at(k)
				}
				s.double = append(s.double, r)
			}
		}
		task.Add(1)
	}
	var kept []int
	for k, v := range voxels {
		if good[k] {
			for i := range s.single {
				s.single[i][len(kept)] = s.single[i][k]
			}
			for i := range s.double {
				s.double[i][len(kept)] = s.double[i][k]
			}
			kept = append(kept, v)
		}
	}
	if len(kept) == 0 {
		return nil, nil, errors.New("no voxel of the mask is finite in all maps, with a variance above 0 where there are variances; compare the maps with the mask")
	}
	s.width = len(kept)
	return s, kept, nil
}

func (s *stack) widen() {
	for _, r := range s.single {
		wide := make([]float64, len(r))
		for k, v := range r {
			wide[k] = float64(v)
		}
		s.double = append(s.double, wide)
	}
	s.single = nil
}

// row copies map i from voxel lo on to dst.
func (s *stack) row(dst []float64, i, lo int) {
	if s.single == nil {
		copy(dst, s.double[i][lo:])
		return
	}
	for k, v := range s.single[i][lo:][:len(dst)] {
		dst[k] = float64(v)
	}
}
