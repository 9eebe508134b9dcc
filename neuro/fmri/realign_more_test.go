package fmri_test

import (
	"math"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// smallHead is a quick head for tests that are not about precision.
func smallRun(t *testing.T, n [3]int, moves [][]float64) *nifti.Image {
	t.Helper()
	affine := [4][4]float64{{4, 0, 0, -4 * float64(n[0]-1) / 2}, {0, 4, 0, -4 * float64(n[1]-1) / 2}, {0, 0, 4, -4 * float64(n[2]-1) / 2}, {0, 0, 0, 1}}
	var values []float64
	for _, p := range moves {
		m := spmMatrix(p)
		for k := range n[2] {
			for j := range n[1] {
				for i := range n[0] {
					q := moveBy(m, [3]float64{4*float64(i) + affine[0][3], 4*float64(j) + affine[1][3], 4*float64(k) + affine[2][3]})
					s := math.Exp(-(q[0]*q[0]/500 + q[1]*q[1]/900 + q[2]*q[2]/400))
					values = append(values, 1000*s*(1+.4*math.Sin(q[0]/6+1)*math.Cos(q[1]/7)+.3*math.Sin(q[2]/7-q[1]/9)))
				}
			}
		}
	}
	im, err := nifti.New([]int{n[0], n[1], n[2], len(moves)}, affine, values)
	if err != nil {
		t.Fatal(err)
	}
	im.TR = 2
	return im
}

// TestRealignConvention: Params take places of a volume to the first, by the
// matrix written out as spm_matrix has it, whatever the brightness; and the run
// that comes out agrees with its first volume.
func TestRealignConvention(t *testing.T) {
	moves := [][]float64{make([]float64, 6), {3, 0, 0, 0, 0, 0}, {0, -2, 0, .05, 0, 0}, {0, 0, 1, 0, .04, 0}, {0, 0, 0, 0, 0, -.06}, {1, 2, -1, .03, -.02, .04}}
	im := smallRun(t, [3]int{25, 29, 23}, moves)
	var values []float64
	for v := range moves {
		for _, x := range im.Volume(v) {
			values = append(values, x*(1+.05*float64(v)))
		}
	}
	brighter, err := nifti.New(im.Shape, im.Affine, values)
	if err != nil {
		t.Fatal(err)
	}
	for _, im := range []*nifti.Image{im, brighter} {
		for _, to := range []string{"first", "mean"} {
			got, err := fmri.Realign(im, fmri.RealignOptions{To: to})
			if err != nil {
				t.Fatal(err)
			}
			mm, degrees, _ := movementErrors(got.Params, moves, 40)
			if mm > .02 || degrees > .02 {
				t.Errorf("%s: %g mm, %g degrees\n%v", to, mm, degrees, got.Params)
			}
			if !slices.Equal(got.Params[0], make([]float64, 6)) || len(got.Residual) != len(moves) || got.Iterations[1] < 2 {
				t.Errorf("%v %v %v", got.Params[0], got.Residual, got.Iterations)
			}
			if im != brighter {
				first := got.Image.Volume(0)
				for v := range moves {
					for i, x := range got.Image.Volume(v) {
						if x != 0 && math.Abs(x-first[i]) > 6 {
							t.Fatalf("%s: volume %d, voxel %d is %g, %g in the first", to, v, i, x, first[i])
						}
					}
				}
				zeros := 0
				for _, x := range first {
					if x == 0 {
						zeros++
					}
				}
				if got.Outside == 0 || zeros != got.Outside {
					t.Errorf("%d outside, %d zeros", got.Outside, zeros)
				}
			}
			again, err := fmri.Reslice(im, got.Params)
			if err != nil {
				t.Fatal(err)
			}
			golden.Close(t, "Reslice", again.Volume(3), got.Image.Volume(3), 1e-6)
		}
	}
}

// TestRealignPlane aligns a run of one slice within its plane, whichever that is.
func TestRealignPlane(t *testing.T) {
	for _, c := range []struct {
		n     [3]int
		moves [][]float64
	}{
		{[3]int{27, 31, 1}, [][]float64{make([]float64, 6), {1, -.7, 0, 0, 0, .03}, {-2, .2, 0, 0, 0, -.05}}},
		{[3]int{1, 31, 25}, [][]float64{make([]float64, 6), {0, -.7, 1, .03, 0, 0}, {0, .2, -1, -.05, 0, 0}}},
		{[3]int{27, 2, 25}, [][]float64{make([]float64, 6), {1, 0, .4, 0, .03, 0}, {.5, 0, -1, 0, -.05, 0}}},
	} {
		got, err := fmri.Realign(smallRun(t, c.n, c.moves), fmri.RealignOptions{})
		if err != nil {
			t.Fatal(err)
		}
		mm, degrees, _ := movementErrors(got.Params, c.moves, 40)
		if mm > .02 || degrees > .03 {
			t.Errorf("%v: %g mm, %g degrees\n%.4f", c.n, mm, degrees, got.Params)
		}
	}
}

// TestRealignBits: one thread and three, memory and disk give the same bits, and
// so do the volumes in another company.
func TestRealignBits(t *testing.T) {
	moves := [][]float64{make([]float64, 6), {1, 0, .3, 0, .01, 0}, {0, -1, 0, .02, 0, 0}, {0, .3, 1, 0, .02, .01}, {.2, .1, 0, 0, 0, -.03}}
	im := smallRun(t, [3]int{19, 21, 17}, moves)
	path := filepath.Join(t.TempDir(), "run.nii.gz")
	if err := nifti.Write(path, im); err != nil {
		t.Fatal(err)
	}
	disk, err := nifti.ReadWith(path, nifti.ReadOptions{Memory: 1 << 16})
	if err != nil {
		t.Fatal(err)
	}
	var want *fmri.Realigned
	for _, threads := range []int{1, 3} {
		for _, run := range []*nifti.Image{im, disk} {
			before := runtime.GOMAXPROCS(threads)
			got, err := fmri.Realign(run, fmri.RealignOptions{To: "mean"})
			runtime.GOMAXPROCS(before)
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = got
			}
			if !reflect.DeepEqual(got.Params, want.Params) || !slices.Equal(got.Image.Volume(4), want.Image.Volume(4)) {
				t.Errorf("%d threads: other bits", threads)
			}
		}
	}
}

// TestRealignReal: measured slices of a brain are left with less between their
// volumes, and move little.
func TestRealignReal(t *testing.T) {
	for _, file := range []string{"data/fetched/PyMVPA-haxby2001/run001/bold_1slice.nii.gz", "data/fetched/PyMVPA-haxby2001/run007/bold_1slice.nii.gz"} {
		im, err := nifti.Read(golden.Shared(t, file))
		if err != nil {
			t.Fatal(err)
		}
		r, err := fmri.Realign(im, fmri.RealignOptions{})
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		fd, err := fmri.FramewiseDisplacement(r.Params, 50)
		if err != nil {
			t.Fatal(err)
		}
		if largest := slices.Max(fd); largest > 3 || largest == 0 {
			t.Errorf("%s: FD up to %g mm", file, largest)
		}
		before, after := 0.0, 0.0
		inside := r.Image.Volume(0)
		spread := func(im *nifti.Image) (sum float64) {
			first := im.Volume(0)
			for v := 1; v < im.Volumes(); v++ {
				for i, x := range im.Volume(v) {
					if inside[i] != 0 {
						sum += (x - first[i]) * (x - first[i])
					}
				}
			}
			return sum
		}
		before, after = spread(im), spread(r.Image)
		t.Logf("%s: FD up to %.3f mm, %d voxels outside, squares left %.3f", file, slices.Max(fd), r.Outside, after/before)
		if !(after < before) {
			t.Errorf("%s: %g before, %g after", file, before, after)
		}
	}
}

func TestRealignErrors(t *testing.T) {
	ok := smallRun(t, [3]int{9, 9, 9}, make6(2))
	flat, _ := nifti.New([]int{9, 9, 9, 2}, ok.Affine, make([]float64, 2*729))
	values := slices.Concat(ok.Volume(0), ok.Volume(1))
	values[800] = math.NaN()
	nan, _ := nifti.New([]int{9, 9, 9, 2}, ok.Affine, values)
	black, _ := nifti.New([]int{9, 9, 9, 2}, ok.Affine, slices.Concat(ok.Volume(0), make([]float64, 729)))
	one, _ := nifti.New([]int{9, 9, 9}, ok.Affine, ok.Volume(0))
	singular, _ := nifti.New([]int{9, 9, 9, 2}, [4][4]float64{3: {3: 1}}, make([]float64, 2*729))
	mask, _ := nifti.New([]int{9, 9, 8}, ok.Affine, make([]float64, 648))
	for _, c := range []struct {
		im   *nifti.Image
		o    fmri.RealignOptions
		want string
	}{
		{nil, fmri.RealignOptions{}, "no voxels"},
		{one, fmri.RealignOptions{}, "one volume"},
		{ok, fmri.RealignOptions{To: "last"}, `To is "last"`},
		{ok, fmri.RealignOptions{Separation: -1}, "Separation -1"},
		{ok, fmri.RealignOptions{FWHM: math.NaN()}, "FWHM is NaN"},
		{ok, fmri.RealignOptions{Separation: 100}, "0 places 100 mm apart"},
		{ok, fmri.RealignOptions{Mask: mask}, "grids differ"},
		{flat, fmri.RealignOptions{}, "no contrast"},
		{black, fmri.RealignOptions{}, "volume 1 has no contrast"},
		{nan, fmri.RealignOptions{}, "voxel (8, 7, 0) of volume 1 is NaN"},
		{singular, fmri.RealignOptions{}, "cannot be inverted"},
	} {
		if _, err := fmri.Realign(c.im, c.o); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "fmri: Realign: ") {
			t.Errorf("%+v: error %v, want one that says %q", c.o, err, c.want)
		}
	}
	for want, p := range map[string][][]float64{"1 rows for 2 volumes": make6(1), "params[1] has 2 values": {make([]float64, 6), {1, 2}}} {
		if _, err := fmri.Reslice(ok, p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}
