package fmri

import (
	"errors"
	"fmt"
	"math"
	"runtime"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/bspline"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// RealignOptions say how the volumes of a run are aligned.
type RealignOptions struct {
	// To is "first" (default), the first volume, or "mean": after that, once more
	// to the mean of the aligned volumes.
	To string
	// FWHM is the width of the Gaussian that volumes are smoothed with before
	// they are compared, mm; 0 means 5, or two voxels along an axis where they are
	// wider (what voxels alias would be taken for movement), below 0 none.
	FWHM float64 `unit:"mm"`
	// Separation is the distance of the places that are compared, mm; 0 means 4.
	Separation float64 `unit:"mm"`
	// Mask restricts these places to where it is not 0; nil takes all.
	Mask *nifti.Image
	// EstimateOnly leaves the image as it is: Image and Mean are nil.
	EstimateOnly bool
}

// Realigned is a run whose volumes are aligned with the first one.
type Realigned struct {
	// Params are the six parameters of each volume, in the order of [Motion] and
	// SPM's convention (see [Realign]); those of the first are 0.
	Params [][]float64
	Image  *nifti.Image // the aligned run, float32
	Mean   *nifti.Image // the mean of its volumes
	// Outside is how many voxels lay outside of the field in some volume; they
	// are 0 in all volumes of Image.
	Outside int
	// Iterations is how often each volume was moved; NotConverged are the volumes
	// that still moved by more than 0.001 mm after the last time.
	Iterations   []int
	NotConverged []int
	// Residual is the root mean square of what is left between each volume and the
	// reference, as a share of the reference's.
	Residual []float64

	tr float64
}

const realignIterations = 64

// Realign aligns the volumes of a run with its first one by rigid movements of
// the head, and interpolates them there.
//
// A volume f and the reference g, both smoothed, are compared at places w on a
// grid with random offsets: the movement K that takes places of the reference
// into the volume minimises the sum of (g(w) - s f(K w))², with a factor s for
// the brightness. Gauss-Newton steps use the gradient of the reference, so that
// it is computed once; places that add little to what is known of the movement
// (the last 5% of the information) are left out. Volumes are functions between
// voxels by cubic B-splines. A grid of fewer than 5 voxels along an axis is
// aligned within its plane.
//
// Params are those of SPM's rp_*.txt: the place w of volume t lies, in the first,
// at T Rx Ry Rz w, with translations T = (x, y, z) in mm and rotations by pitch,
// roll and yaw about the axes through the origin of the image's space (not its
// centre), where a rotation about x is {1 0 0; 0 cos sin; 0 -sin cos}, about y
// {cos 0 sin; 0 1 0; -sin 0 cos}, about z {cos sin 0; -sin cos 0; 0 0 1}. So the
// head's own movement from the first volume is the inverse.
//
// It is an error when im has a single volume, a value is not finite, the affine
// cannot be inverted, To is not known, a length is not finite, Mask does not
// fit, a volume has no contrast, or it lies outside of the field of the first.
//
// Friston et al. (1995), Human Brain Mapping 3:165; SPM's spm_realign. Movements
// put into images of a brain are found within 0.02 mm and 0.02 degrees.
func Realign(im *nifti.Image, o RealignOptions) (*Realigned, error) {
	r, err := realign(im, o)
	if err != nil {
		return nil, fmt.Errorf("fmri: Realign: %w", err)
	}
	return r, nil
}

func realign(im *nifti.Image, o RealignOptions) (*Realigned, error) {
	g, err := gridOf(im)
	if err != nil {
		return nil, err
	}
	n := im.Volumes()
	if n < 2 {
		return nil, errors.New("im has one volume; there must be two or more")
	}
	switch o.To {
	case "", "first", "mean":
	default:
		return nil, fmt.Errorf("To is %q; allowed are \"first\" and \"mean\"", o.To)
	}
	if o.Separation == 0 {
		o.Separation = 4
	}
	if math.IsNaN(o.FWHM) || math.IsInf(o.FWHM, 0) || !(o.Separation > 0) || math.IsInf(o.Separation, 0) {
		return nil, fmt.Errorf("FWHM is %g mm and Separation %g mm; both must be finite, and Separation above 0", o.FWHM, o.Separation)
	}
	var inside []float64
	if o.Mask != nil {
		voxels, err := region(im, o.Mask)
		if err != nil {
			return nil, err
		}
		inside = make([]float64, g.n[0]*g.n[1]*g.n[2])
		for _, v := range voxels {
			inside[v] = 1
		}
	}
	passes := 1
	if o.To == "mean" {
		passes = 3
	}
	if !o.EstimateOnly {
		passes++
	}
	task := display.Start("fmri.Realign", "volumes", passes*n)
	defer task.End()
	out := &Realigned{tr: im.TR, Iterations: make([]int, n), Residual: make([]float64, n)}
	moves := make([]rigid, n) // from each volume to the reference
	for t := range moves {
		moves[t] = rigidOf(make([]float64, 6))
	}
	var a *aligner
	last := make([]float64, n) // the size of the last step
	estimate := func(t int, values []float64) error {
		if a == nil {
			var err error
			a, err = newAligner(g, values, inside, o)
			if err != nil || o.To != "mean" && t == 0 {
				return err
			}
		}
		f, err := a.align(values, moves[t])
		if err != nil {
			return fmt.Errorf("volume %d %w", t, err)
		}
		moves[t], last[t] = f.move, f.step
		out.Iterations[t] += f.iterations
		out.Residual[t] = f.residual
		return nil
	}
	if err := eachAtOnce(im, task, estimate); err != nil {
		return nil, err
	}
	if o.To == "mean" {
		mean, err := g.mean(im, moves, task)
		if err != nil {
			return nil, err
		}
		if a, err = newAligner(g, mean, inside, o); err != nil {
			return nil, err
		}
		if err := eachAtOnce(im, task, estimate); err != nil {
			return nil, err
		}
		back := moves[0].inverse()
		for t := range moves {
			moves[t] = back.after(moves[t])
		}
	}
	moves[0] = rigidOf(make([]float64, 6))
	for t, m := range moves {
		out.Params = append(out.Params, m.params())
		if last[t] > 1e-3 {
			out.NotConverged = append(out.NotConverged, t)
		}
	}
	if o.EstimateOnly {
		return out, nil
	}
	if out.Image, out.Outside, err = g.reslice(im, moves, task); err != nil {
		return nil, err
	}
	out.Mean, err = nifti.MeanOf(out.Image)
	return out, err
}

// Reslice returns the volumes of im at the places of the first one, given the
// movements that [Realign] or SPM estimated (another program's are to be turned
// into that convention first), one row for each volume. Interpolation is by cubic
// B-splines, which can overshoot beside edges; voxels that lie outside of the
// field in any volume are 0 in all, so that no time course is broken.
//
// It is an error when im has no voxels or values that are not finite, or params
// has another number of rows, or a row not six finite values.
func Reslice(im *nifti.Image, params [][]float64) (*nifti.Image, error) {
	fail := func(err error) (*nifti.Image, error) { return nil, fmt.Errorf("fmri: Reslice: %w", err) }
	g, err := gridOf(im)
	if err != nil {
		return fail(err)
	}
	if len(params) != im.Volumes() {
		return fail(fmt.Errorf("params has %d rows for %d volumes; there must be one for each", len(params), im.Volumes()))
	}
	var moves []rigid
	for t, p := range params {
		if err := checkMotion(p); err != nil {
			return fail(fmt.Errorf("params[%d] %w", t, err))
		}
		moves = append(moves, rigidOf(p))
	}
	task := display.Start("fmri.Reslice", "volumes", len(moves))
	defer task.End()
	out, _, err := g.reslice(im, moves, task)
	if err != nil {
		return fail(err)
	}
	return out, nil
}

func gridOf(im *nifti.Image) (*field, error) {
	if im == nil || im.Type() == "" {
		return nil, errors.New("im has no voxels; images come from nifti.Read, nifti.Decode or nifti.New")
	}
	g := &field{}
	g.n[0], g.n[1], g.n[2] = im.Grid()
	g.size[0], g.size[1], g.size[2] = im.VoxelSize()
	for i := range 3 {
		g.to[i] = im.Affine[i]
	}
	var m [3][3]float64
	for j := range 3 {
		column := make([]float64, 3)
		rows := make([][]float64, 3)
		for i := range rows {
			rows[i] = append(append([]float64(nil), im.Affine[i][:3]...), column[i])
		}
		rows[j][3] = 1
		x, ok := linalg.Solve(rows, 0)
		if !ok {
			return nil, errors.New("the affine of im cannot be inverted, so that nothing is known of places")
		}
		for i := range 3 {
			m[i][j] = x[i]
		}
	}
	for i := range 3 {
		shift := float64(m[i][0]*g.to[0][3]) + float64(m[i][1]*g.to[1][3]) + float64(m[i][2]*g.to[2][3])
		g.from[i] = [4]float64{m[i][0], m[i][1], m[i][2], -shift}
	}
	return g, nil
}

// eachAtOnce calls f with one volume after the other, the first alone and then
// as many at once as there are processors. Values may be changed.
func eachAtOnce(im *nifti.Image, task *display.Counter, f func(t int, values []float64) error) error {
	at := max(1, min(runtime.GOMAXPROCS(0), im.Volumes()-1))
	var room [][]float64
	first, filled := 0, 0
	run := func() error {
		failed := make([]error, filled)
		linalg.Parallel(filled, func(i int) {
			if failed[i] = task.Err(); failed[i] == nil {
				failed[i] = f(first+i, room[i])
				task.Add(1)
			}
		})
		first, filled = first+filled, 0
		for _, err := range failed {
			if err != nil {
				return err
			}
		}
		return nil
	}
	err := im.EachVolume(func(t int, values []float64) error {
		for i, v := range values {
			if v-v != 0 {
				nx, ny, _ := im.Grid()
				return fmt.Errorf("im: voxel (%d, %d, %d) of volume %d is %g; all values must be finite", i%nx, i/nx%ny, i/(nx*ny), t, v)
			}
		}
		if filled == len(room) {
			room = append(room, make([]float64, len(values)))
		}
		copy(room[filled], values)
		filled++
		if t == 0 || filled == at {
			return run()
		}
		return nil
	})
	if err != nil || filled == 0 {
		return err
	}
	return run()
}

// moved calls f for every voxel of the grid with its value in a volume whose
// places a takes to those of the grid.
func (g *field) moved(values []float64, a rigid, f func(i int, v float64, ok bool)) {
	v := bspline.New(values, g.n)
	m := g.through(a.inverse())
	i := 0
	for z := range g.n[2] {
		for y := range g.n[1] {
			for x := range g.n[0] {
				p := m.apply(float64(x), float64(y), float64(z))
				value, ok := v.At(p[0], p[1], p[2])
				f(i, value, ok)
				i++
			}
		}
	}
}

// mean returns the mean of the moved volumes, each voxel over those whose field
// holds it.
func (g *field) mean(im *nifti.Image, moves []rigid, task *display.Counter) ([]float64, error) {
	sum := make([]float64, g.n[0]*g.n[1]*g.n[2])
	count := make([]float64, len(sum))
	err := im.EachVolume(func(t int, values []float64) error {
		g.moved(values, moves[t], func(i int, v float64, ok bool) {
			if ok {
				sum[i] += v
				count[i]++
			}
		})
		task.Add(1)
		return task.Err()
	})
	for i, c := range count {
		if c > 0 {
			sum[i] /= c
		}
	}
	return sum, err
}

func (g *field) reslice(im *nifti.Image, moves []rigid, task *display.Counter) (*nifti.Image, int, error) {
	out, err := nifti.Blank([]int{g.n[0], g.n[1], g.n[2], len(moves)}, im.Affine)
	if err != nil {
		return nil, 0, err
	}
	out.TR, out.Space, out.Name = im.TR, im.Space, im.Name
	voxels := make([]int, g.n[0]*g.n[1]*g.n[2])
	for i := range voxels {
		voxels[i] = i
	}
	err = eachAtOnce(im, task, func(t int, values []float64) error {
		row := make([]float64, len(values))
		g.moved(values, moves[t], func(i int, v float64, _ bool) { row[i] = v })
		out.SetFrame(t, voxels, row)
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	var gone []int
	back := make([]affine34, len(moves))
	for t := range moves {
		back[t] = g.through(moves[t].inverse())
	}
	for i := range voxels {
		x, y, z := float64(i%g.n[0]), float64(i/g.n[0]%g.n[1]), float64(i/(g.n[0]*g.n[1]))
		for t := range back {
			p := back[t].apply(x, y, z)
			if !bspline.Near(p[0], g.n[0]) || !bspline.Near(p[1], g.n[1]) || !bspline.Near(p[2], g.n[2]) {
				gone = append(gone, i)
				break
			}
		}
	}
	zero := make([]float64, len(gone))
	for t := range moves {
		out.SetFrame(t, gone, zero)
	}
	return out, len(gone), nil
}

// Show draws the movement and the framewise displacement over time.
func (r Realigned) Show() display.Bundle {
	f, err := r.Plot()
	if err != nil {
		return display.Text(err.Error())
	}
	return f.Show()
}

// Plot returns the figure that Show draws, over s, or over volumes where the time
// between them is not known.
func (r Realigned) Plot() (*figure.Figure, error) {
	if r.tr > 0 {
		return MotionFigure(r.Params, r.tr)
	}
	f, err := MotionFigure(r.Params, 1)
	if err == nil {
		for i := range f.Panels {
			f.Panels[i].X = figure.Axis{Label: "volume"}
		}
	}
	return f, err
}
