package fmri

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// egg is an ellipsoid with a bright shell, as an anatomy of 4 mm.
func egg(t *testing.T) *nifti.Image {
	t.Helper()
	const nx, ny, nz = 31, 35, 27
	values := make([]float64, nx*ny*nz)
	for i := range values {
		x, y, z := float64(i%nx-15)/13, float64(i/nx%ny-17)/15, float64(i/(nx*ny)-13)/11
		if r := x*x + y*y + z*z; r < 1 {
			values[i] = 40 + 40*r
		}
	}
	im, err := nifti.New([]int{nx, ny, nz}, [4][4]float64{{-4, 0, 0, 60}, {0, 4, 0, -68}, {0, 0, 4, -52}, {0, 0, 0, 1}}, values)
	if err != nil {
		t.Fatal(err)
	}
	im.Space = "MNI"
	return im
}

// The model of the analysis is that of the simulation: estimates scatter around
// the truth as their standard errors say, and so does the noise.
func TestSimulateIsRecovered(t *testing.T) {
	var events []Event
	for i := range 10 {
		events = append(events, Event{Onset: float64(10 + 20*i), Duration: 5, Type: []string{"a", "b"}[i%2]})
	}
	s, err := Simulate(egg(t), SimulateOptions{Volumes: 110, Events: events, MotionStep: -1, Drift: -1, Rho: 0.4, Seed: 3,
		Effects: []Effect{{Condition: "a", X: 20, Y: 12, Z: 8, Radius: 10, Percent: 3}, {Condition: "b", X: -24, Z: -8, Radius: 12, Percent: -2}}})
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDesign(110, 2, events, DesignOptions{Drift: "none"})
	if err != nil {
		t.Fatal(err)
	}
	g, err := Fit(s.Run, s.Mask, d, GLMOptions{Noise: "ar1"})
	if err != nil {
		t.Fatal(err)
	}
	n := len(g.Voxels)
	if n < 2000 {
		t.Fatalf("a brain of %d voxels", n)
	}
	for _, c := range []string{"a", "b"} {
		m, err := g.Contrast(c)
		if err != nil {
			t.Fatal(err)
		}
		truth := s.Truth[c].Volume(0)
		sum, square, most := 0.0, 0.0, 0.0
		for i, v := range g.Voxels {
			z := (m.Effect[i] - truth[v]) / math.Sqrt(m.Var[i])
			sum, square = sum+z, square+z*z
			most = math.Max(most, math.Abs(truth[v]))
		}
		mean, sd := sum/float64(n), math.Sqrt(square/float64(n))
		// Voxels are independent: the mean is within 4/sqrt(n).
		if math.Abs(mean) > 4/math.Sqrt(float64(n)) || math.Abs(sd-1) > 0.08 {
			t.Errorf("%s: errors in standard errors have mean %.3f and SD %.3f", c, mean, sd)
		}
		if want := map[string]float64{"a": 30, "b": 20}[c]; math.Abs(most-want) > 6 {
			t.Errorf("%s: the largest truth is %g, about %g was asked for", c, most, want)
		}
	}
	rho, sigma := slices.Clone(g.Rho), slices.Clone(g.Sigma2)
	slices.Sort(rho)
	slices.Sort(sigma)
	if math.Abs(rho[n/2]-0.4) > 0.02 || s.Rho != 0.4 {
		t.Errorf("median rho %g", rho[n/2])
	}
	if sd := math.Sqrt(sigma[n/2] / (1 - 0.4*0.4)); s.SD != 1000.0/60 || math.Abs(sd-s.SD) > 0.03*s.SD {
		t.Errorf("noise has a median SD of %g, %g was put in", sd, s.SD)
	}
}

// A head that moved by whole voxels shows the first volume, moved.
func TestSimulateMotion(t *testing.T) {
	motion := [][]float64{make([]float64, 6), {4, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, math.Pi / 2}}
	s, err := Simulate(egg(t), SimulateOptions{Volumes: 3, Motion: motion, TSNR: 1e9, Drift: -1})
	if err != nil {
		t.Fatal(err)
	}
	// x runs to the left: the place of voxel x in volume 1 is that of x-1 in volume 0.
	for _, v := range [][3]int{{5, 17, 13}, {15, 9, 7}, {20, 20, 20}} {
		if got, want := s.Run.At(v[0], v[1], v[2], 1), s.Run.At(v[0]-1, v[1], v[2], 0); got != want {
			t.Errorf("voxel %v of the moved volume is %g, not %g", v, got, want)
		}
		// Yaw by a right angle: (x, y) in mm lies at (y, -x) in the anatomy.
		x, y, z := s.Run.World(float64(v[0]), float64(v[1]), float64(v[2]))
		a, b, c := s.Run.Voxel(y, -x, z)
		if got, want := s.Run.At(v[0], v[1], v[2], 2), s.Run.At(int(math.Round(a)), int(math.Round(b)), int(math.Round(c)), 0); math.Abs(got-want) > 1 {
			t.Errorf("voxel %v of the turned volume is %g, not %g", v, got, want)
		}
	}
}

func TestSimulateThreads(t *testing.T) {
	o := SimulateOptions{Volumes: 7, VoxelSize: 9, Seed: 5, Events: []Event{{Type: "a"}}, Effects: []Effect{{Condition: "a", Radius: 20, Percent: 1}}}
	a, err := Simulate(egg(t), o)
	if err != nil {
		t.Fatal(err)
	}
	before := runtime.GOMAXPROCS(1)
	b, err := Simulate(egg(t), o)
	runtime.GOMAXPROCS(before)
	if err != nil {
		t.Fatal(err)
	}
	for k := range 7 {
		if !slices.Equal(a.Run.Volume(k), b.Run.Volume(k)) {
			t.Fatalf("volume %d depends on the number of threads", k)
		}
		if !slices.Equal(a.Motion[k], b.Motion[k]) {
			t.Fatalf("motion of volume %d differs", k)
		}
	}
	if fd, err := FramewiseDisplacement(a.Motion, 50); err != nil || fd[3] == 0 {
		t.Errorf("the head does not move: %v %v", fd, err)
	}
	o.Seed = 6
	if c, _ := Simulate(egg(t), o); slices.Equal(a.Run.Volume(0), c.Run.Volume(0)) {
		t.Error("two seeds give one run")
	}
}

func TestSimulateErrors(t *testing.T) {
	brain := egg(t)
	empty, _ := nifti.New([]int{3, 3, 3}, brain.Affine, make([]float64, 27))
	events := []Event{{Type: "a"}}
	for want, c := range map[string]struct {
		im *nifti.Image
		o  SimulateOptions
	}{
		"one volume":        {nil, SimulateOptions{}},
		"0 everywhere":      {empty, SimulateOptions{}},
		"VoxelSize is -1":   {brain, SimulateOptions{VoxelSize: -1}},
		"Rho is 1":          {brain, SimulateOptions{Rho: 1}},
		"Effects[0]":        {brain, SimulateOptions{Effects: []Effect{{Condition: "b", Radius: 1}}, Events: events}},
		"radius 0 mm":       {brain, SimulateOptions{Effects: []Effect{{Condition: "a"}}, Events: events}},
		"Motion has 1":      {brain, SimulateOptions{Motion: make([][]float64, 1)}},
		"Motion[1]":         {brain, SimulateOptions{Volumes: 2, Motion: [][]float64{make([]float64, 6), {1}}}},
		"onset 500":         {brain, SimulateOptions{Events: []Event{{Onset: 500, Type: "a"}}}},
		"HRF is \"square\"": {brain, SimulateOptions{HRF: "square", Events: events}},
	} {
		if _, err := Simulate(c.im, c.o); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "fmri: Simulate: ") {
			t.Errorf("%s: %v", want, err)
		}
	}
}
