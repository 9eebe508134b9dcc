package fmri

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/imaging"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// An Effect is a place that responds to a condition: a ball, over whose edge the
// response fades within a voxel.
type Effect struct {
	Condition string
	X, Y, Z   float64 `unit:"mm"` // centre: right, anterior, superior
	Radius    float64 `unit:"mm"`
	Percent   float64 `unit:"%"` // of the signal, when the condition's regressor is 1
}

// SimulateOptions say what run is simulated; zero fields take the defaults named
// here.
type SimulateOptions struct {
	VoxelSize float64 `unit:"mm"` // 0 means 4
	Volumes   int     // 0 means 120
	TR        float64 `unit:"s"` // 0 means 2
	Events    []Event
	Effects   []Effect
	HRF       string  // as in [DesignOptions]: "" is "spm"
	TSNR      float64 // mean signal of the brain over the noise's standard deviation; 0 means 60
	// Rho is the correlation of noise from one volume to the next; 0 means 0.3,
	// and below 0 noise is independent.
	Rho float64
	// Drift is how far the signal drifts, %: a line and half a cosine; 0 means 1,
	// and below 0 it stays.
	Drift float64 `unit:"%"`
	// Motion are the head's parameters in every volume, [time][6] in the order of
	// [Motion] and SPM's convention: the place w of a volume lies, in the anatomy,
	// at T Rx Ry Rz w. nil is a random walk with steps of MotionStep.
	Motion [][]float64
	// MotionStep is the standard deviation of a step of the walk along each
	// direction; about each axis it is so much on a sphere of 50 mm. 0 means 0.02,
	// and below 0 the head rests.
	MotionStep float64 `unit:"mm"`
	Seed       uint64
}

// NewSimulateOptions returns what zero fields mean: 120 volumes of 4 mm every 2
// s, tSNR 60, noise with a correlation of 0.3, drifts of 1 % and a head that
// walks by 0.02 mm.
func NewSimulateOptions() SimulateOptions {
	return SimulateOptions{VoxelSize: 4, Volumes: 120, TR: 2, HRF: "spm", TSNR: 60, Rho: 0.3, Drift: 1, MotionStep: 0.02}
}

// Simulated is a run of which the truth is known.
type Simulated struct {
	Run    *nifti.Image // int16
	Mask   *nifti.Image // where the brain is in the first volume
	Events []Event
	Motion [][]float64 // [time][6], as SimulateOptions has it
	// Truth is the effect of each condition: what the coefficient of its regressor
	// should be, in units of the image, at the place of the first volume.
	Truth map[string]*nifti.Image
	Rho   float64 // the correlation of the noise
	SD    float64 // and its standard deviation, in units of the image
}

// Simulate returns a run as a scanner might have recorded it, with known effects:
// brain-shaped, with head motion, drifts and autocorrelated noise.
//
//	brain, err := dataset.Colin27()
//	sim, err := fmri.Simulate(brain, fmri.SimulateOptions{
//		Events:  events,
//		Effects: []fmri.Effect{{Condition: "faces", X: 40, Y: -52, Z: -18, Radius: 10, Percent: 1.5}},
//	})
//
// anatomy is one volume of a brain without its skull, 0 outside. Its contrast is
// turned round, as T2* has it (fluid bright), scaled to a mean of 1000 and
// smoothed to the size of voxels. The value of a volume at the place w is
//
//	B(M w) (1 + sum_c p_c(M w) x_c(t) / 100 + d(t)) + e(w, t),
//
// with B that image, M the head's movement, p_c the effects of a condition and
// x_c its column of [NewDesign], d the drift, and e Gaussian noise, first-order
// autoregressive in time and independent in space. Values are rounded and not
// below 0.
//
// It is an error when anatomy is not one volume with a brain in it, an effect has
// a condition that no event has, or an option is not allowed.
func Simulate(anatomy *nifti.Image, o SimulateOptions) (*Simulated, error) {
	s, err := simulate(anatomy, o)
	if err != nil {
		return nil, fmt.Errorf("fmri: Simulate: %w", err)
	}
	provenance.Random("fmri.Simulate", o.Seed)
	return s, nil
}

func (o *SimulateOptions) check() error {
	d := NewSimulateOptions()
	for _, v := range []struct{ of, def *float64 }{{&o.VoxelSize, &d.VoxelSize}, {&o.TR, &d.TR}, {&o.TSNR, &d.TSNR}, {&o.Rho, &d.Rho}, {&o.Drift, &d.Drift}, {&o.MotionStep, &d.MotionStep}} {
		if *v.of == 0 {
			*v.of = *v.def
		}
	}
	if o.Volumes == 0 {
		o.Volumes = d.Volumes
	}
	o.Rho, o.Drift, o.MotionStep = math.Max(0, o.Rho), math.Max(0, o.Drift), math.Max(0, o.MotionStep)
	for _, v := range []struct {
		name string
		x    float64
	}{{"VoxelSize", o.VoxelSize}, {"TR", o.TR}, {"TSNR", o.TSNR}} {
		if !(v.x > 0) || math.IsInf(v.x, 0) {
			return fmt.Errorf("%s is %g; it must be above 0 and finite", v.name, v.x)
		}
	}
	if !(o.Rho < 1) || !(o.Drift < 100) || !(o.MotionStep < 100) {
		return fmt.Errorf("Rho is %g, Drift %g %% and MotionStep %g mm; Rho is below 1, the others below 100", o.Rho, o.Drift, o.MotionStep)
	}
	if o.Motion != nil {
		if len(o.Motion) != o.Volumes {
			return fmt.Errorf("Motion has %d rows for %d volumes; there must be one for each", len(o.Motion), o.Volumes)
		}
		for t, p := range o.Motion {
			if err := checkMotion(p); err != nil {
				return fmt.Errorf("Motion[%d] %w", t, err)
			}
		}
	}
	return nil
}

func simulate(anatomy *nifti.Image, o SimulateOptions) (*Simulated, error) {
	if anatomy == nil || anatomy.Type() == "" || anatomy.Volumes() != 1 {
		return nil, errors.New("anatomy must be one volume; see dataset.Colin27")
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	d, err := NewDesign(o.Volumes, o.TR, o.Events, DesignOptions{HRF: o.HRF, Drift: "none"})
	if err != nil {
		return nil, err
	}
	var conditions []string
	var columns [][]float64
	of := make([]int, len(o.Effects)) // the condition of each
	for i, e := range o.Effects {
		x, err := d.Column(e.Condition)
		if err != nil {
			return nil, fmt.Errorf("Effects[%d]: %w", i, err)
		}
		if !(e.Radius > 0) || e.X-e.X+e.Y-e.Y+e.Z-e.Z+e.Percent-e.Percent != 0 {
			return nil, fmt.Errorf("Effects[%d] has radius %g mm, centre (%g, %g, %g) mm and %g %%; all must be finite, and the radius above 0", i, e.Radius, e.X, e.Y, e.Z, e.Percent)
		}
		if of[i] = slices.Index(conditions, e.Condition); of[i] < 0 {
			of[i] = len(conditions)
			conditions, columns = append(conditions, e.Condition), append(columns, x)
		}
	}
	task := display.Start("fmri.Simulate", "volumes", o.Volumes+1)
	defer task.End()
	base, err := contrasted(anatomy, o.VoxelSize)
	if err != nil {
		return nil, err
	}
	task.Add(1)
	shape, affine, err := imaging.Voxels(anatomy, o.VoxelSize)
	if err != nil {
		return nil, err
	}
	n := shape[0] * shape[1] * shape[2]
	s := &Simulated{Events: o.Events, Motion: o.Motion, Rho: o.Rho, SD: 1000 / o.TSNR, Truth: map[string]*nifti.Image{}}
	if s.Motion == nil {
		s.Motion = walk(o)
	}
	// What a voxel at rest has: its signal, and in share what each condition adds
	// as a share of it.
	at := func(w [3]float64, share []float64) float64 {
		clear(share)
		signal := base.sample(w)
		if signal <= 0 {
			return 0
		}
		for i, e := range o.Effects {
			dist := vec.Hypot(vec.Hypot(w[0]-e.X, w[1]-e.Y), w[2]-e.Z)
			if p := math.Min(1, (e.Radius-dist)/o.VoxelSize+0.5); p > 0 {
				share[of[i]] += float64(p * e.Percent / 100)
			}
		}
		return signal
	}
	place := func(i int) [3]float64 {
		x, y, z := float64(i%shape[0]), float64(i/shape[0]%shape[1]), float64(i/(shape[0]*shape[1]))
		var w [3]float64
		for r := range 3 {
			w[r] = float64(affine[r][0]*x) + float64(affine[r][1]*y) + float64(affine[r][2]*z) + affine[r][3]
		}
		return w
	}
	values := make([]float64, n*o.Volumes)
	s.noise(values, n, o.Seed)
	linalg.Parallel(o.Volumes, func(t int) {
		if task.Err() != nil {
			return
		}
		defer task.Add(1)
		m := rigidOf(s.Motion[t])
		phase := (float64(t) + 0.5) / float64(o.Volumes)
		drift := o.Drift / 100 * (phase - 0.5 + float64(0.5*vec.Cos(math.Pi*phase)))
		frame, share := values[t*n:][:n], make([]float64, len(conditions))
		for i := range frame {
			signal := at(m.apply(place(i)), share)
			change := drift
			for c, p := range share {
				change += float64(p * columns[c][t])
			}
			frame[i] = math.Round(math.Min(math.MaxInt16, math.Max(0, signal+float64(signal*change)+frame[i])))
		}
	})
	if err := task.Err(); err != nil {
		return nil, err
	}
	run, err := nifti.New([]int{shape[0], shape[1], shape[2], o.Volumes}, affine, values)
	if err != nil {
		return nil, err
	}
	if s.Run, err = run.As("int16"); err != nil {
		return nil, err
	}
	s.Run.TR, s.Run.Space, s.Run.Name = o.TR, anatomy.Space, "simulated run"
	mask := make([]float64, n)
	truth := make([][]float64, len(conditions))
	for c := range truth {
		truth[c] = make([]float64, n)
	}
	first, share := rigidOf(s.Motion[0]), make([]float64, len(conditions))
	for i := range mask {
		signal := at(first.apply(place(i)), share)
		if signal > 500 {
			mask[i] = 1
		}
		for c, p := range share {
			truth[c][i] = float64(signal * p)
		}
	}
	image := func(v []float64, name string) (*nifti.Image, error) {
		im, err := nifti.New(shape[:], affine, v)
		if err != nil {
			return nil, err
		}
		im.Space, im.Name, im.Label = anatomy.Space, name, name
		return im, nil
	}
	if s.Mask, err = image(mask, "mask"); err != nil {
		return nil, err
	}
	for i, c := range conditions {
		if s.Truth[c], err = image(truth[i], c); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// noise fills values, [time][voxel], with noise of the run's correlation.
func (s *Simulated) noise(values []float64, n int, seed uint64) {
	r := rng.New(seed, 0)
	fresh := s.SD * math.Sqrt(1-float64(s.Rho*s.Rho))
	const part = 4096
	linalg.Parallel((n+part-1)/part, func(b int) {
		for i := b * part; i < min(n, (b+1)*part); i++ {
			before := 0.0
			for t := 0; t*n < len(values); t++ {
				e, _ := r.NormAt(uint64(i), uint64(t))
				if t == 0 {
					before = s.SD * e
				} else {
					before = float64(s.Rho*before) + float64(fresh*e)
				}
				values[t*n+i] = before
			}
		}
	})
}

// walk returns a random walk of the head, which begins at rest.
func walk(o SimulateOptions) [][]float64 {
	r := rng.New(o.Seed, 1)
	p := make([]float64, 6)
	out := [][]float64{make([]float64, 6)}
	for t := 1; t < o.Volumes; t++ {
		for i := range p {
			step := o.MotionStep
			if i >= 3 {
				step /= 50
			}
			p[i] += float64(step * r.Norm())
		}
		out = append(out, append([]float64(nil), p...))
	}
	return out
}

// A scan is an image that is read between its voxels.
type scan struct {
	n      [3]int
	values []float64
	to     [3][4]float64 // mm to voxels
}

// contrasted returns the anatomy with the contrast of T2*, a mean of 1000, and as
// smooth as voxels of a size make it.
func contrasted(anatomy *nifti.Image, size float64) (*scan, error) {
	values := anatomy.Volume(0)
	most, mean, count := 0.0, 0.0, 0
	for _, v := range values {
		if v-v != 0 {
			return nil, fmt.Errorf("anatomy holds %g; its values must be finite", v)
		}
		most = math.Max(most, v)
	}
	if most == 0 {
		return nil, errors.New("anatomy is 0 everywhere; it is a brain without its skull, see dataset.Colin27")
	}
	turned := make([]float64, len(values))
	for i, v := range values {
		if v > 0 {
			turned[i] = 1 - float64(0.5*(v/most))
			mean, count = mean+turned[i], count+1
		}
	}
	for i := range turned {
		turned[i] *= 1000 * float64(count) / mean
	}
	im, err := nifti.New(anatomy.Shape, anatomy.Affine, turned)
	if err != nil {
		return nil, err
	}
	if im, err = imaging.Smooth(im, size, imaging.SmoothOptions{}); err != nil {
		return nil, err
	}
	s := &scan{values: im.Volume(0)}
	s.n[0], s.n[1], s.n[2] = im.Grid()
	s.to[0][3], s.to[1][3], s.to[2][3] = im.Voxel(0, 0, 0)
	for c := range 3 {
		var w [3]float64
		w[c] = 1
		s.to[0][c], s.to[1][c], s.to[2][c] = im.Voxel(w[0], w[1], w[2])
		for r := range 3 {
			s.to[r][c] -= s.to[r][3]
		}
	}
	return s, nil
}

// sample returns the value at a place in mm, between the eight voxels around; 0
// outside.
func (s *scan) sample(w [3]float64) float64 {
	var p [3]float64
	for r := range 3 {
		p[r] = float64(s.to[r][0]*w[0]) + float64(s.to[r][1]*w[1]) + float64(s.to[r][2]*w[2]) + s.to[r][3]
	}
	var k [3]int
	var f [3]float64
	for a := range 3 {
		if !(p[a] >= 0 && p[a] <= float64(s.n[a]-1)) {
			return 0
		}
		k[a] = min(int(p[a]), max(0, s.n[a]-2))
		f[a] = p[a] - float64(k[a])
	}
	sum := 0.0
	for c := range 8 {
		weight, at := 1.0, 0
		for a := 2; a >= 0; a-- {
			i, share := k[a], 1-f[a]
			if c>>a&1 == 1 {
				i, share = min(k[a]+1, s.n[a]-1), f[a]
			}
			weight *= share
			at = at*s.n[a] + i
		}
		sum += float64(weight * s.values[at])
	}
	return sum
}
