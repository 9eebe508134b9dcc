package fmri_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestReadMotion: the same movement as three programs write it.
func TestReadMotion(t *testing.T) {
	degree := math.Pi / 180
	// x 1, y 2, z 3 mm; rotations about x, y, z of 4, 5, 6 degrees.
	rad := fmt.Sprintf("%.17g %.17g %.17g", 4*degree, 5*degree, 6*degree)
	for kind, text := range map[string]string{
		"spm":  "  1.0e+00  2 3 " + rad + "\r\n",
		"fsl":  rad + "  1 2 3  \n",
		"afni": "# roll pitch yaw dS dL dP\n 6 4 5 3 1 2\n",
	} {
		path := filepath.Join(t.TempDir(), "motion.txt")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		p, err := fmri.ReadMotion(path, kind)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, kind, p[0], []float64{1, 2, 3, 4 * degree, 5 * degree, 6 * degree}, 1e-15)
		m, err := fmri.Motion(p[0])
		if err != nil || m.X != 1 || m.Z != 3 || m.Yaw != p[0][5] || fmt.Sprint(m.Slice()) != fmt.Sprint(p[0]) {
			t.Errorf("%s: %+v, %v", kind, m, err)
		}
	}
	// AFNI's -dfile has an index before and two rms after.
	p, err := fmri.ParseMotion("0 6 4 5 3 1 2 10.5 9.5\n", "afni")
	if err != nil || p[0][2] != 3 {
		t.Errorf("%v, %v", p, err)
	}
}

// TestDisplacementFSL: to 1e-6, the digits of FSL's file; with the columns
// taken in SPM's order it would not be.
func TestDisplacementFSL(t *testing.T) {
	p, want, err := dataset.HeadMotion()
	if err != nil {
		t.Fatal(err)
	}
	got, err := fmri.FramewiseDisplacement(p, 50)
	if err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for i, w := range want {
		worst = math.Max(worst, math.Abs(got[i+1]-w))
	}
	if len(got) != 365 || got[0] != 0 || worst > 1e-6 {
		t.Errorf("%d values, first %g, off by %g", len(got), got[0], worst)
	}
	t.Logf("largest difference from FSL %.2g mm", worst)
}

// TestDisplacementProperties: no movement is 0, a constant offset changes
// nothing, a pure rotation is its arc, the direction of time does not matter.
func TestDisplacementProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		p, back, moved := make([][]float64, n), make([][]float64, n), make([][]float64, n)
		for i := range p {
			p[i] = rapid.SliceOfN(rapid.Float64Range(-1, 1), 6, 6).Draw(t, "row")
			back[n-1-i] = p[i]
			moved[i] = append([]float64(nil), p[i]...)
			for j := range moved[i] {
				moved[i][j] += 0.25
			}
		}
		radius := rapid.Float64Range(1, 100).Draw(t, "radius")
		fd := func(p [][]float64) []float64 {
			out, err := fmri.FramewiseDisplacement(p, radius)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		a, b, c := fd(p), fd(back), fd(moved)
		for i := 1; i < n; i++ {
			if math.Abs(a[i]-b[n-i]) > 1e-12*radius || math.Abs(a[i]-c[i]) > 1e-12*radius || a[i] < 0 {
				t.Fatalf("volume %d: %g, backwards %g, moved %g", i, a[i], b[n-i], c[i])
			}
		}
	})
	fd, err := fmri.FramewiseDisplacement([][]float64{make([]float64, 6), {0, 0, 0, 0, math.Pi, 0}}, 10)
	if err != nil || math.Abs(fd[1]-10*math.Pi) > 1e-12 {
		t.Errorf("half a turn on a sphere of 10 mm moves %g mm, %v", fd[1], err)
	}
}
