package nifti_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

var diagonal = [4][4]float64{{-2, 0, 0, 10}, {0, 3, 0, -12}, {0, 0, 4, -8}, {0, 0, 0, 1}}

// TestWrite: what was read is written and read again without a difference, in
// every type, compressed or not, and NIfTI-2 stays NIfTI-2.
func TestWrite(t *testing.T) {
	folder := t.TempDir()
	for i, f := range small(t) {
		im, err := nifti.Decode(bytes.NewReader(f.bytes(t)), f.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, ext := range []string{".nii", ".nii.gz"} {
			path := filepath.Join(folder, fmt.Sprint(i)+ext)
			if err := nifti.Write(path, im); err != nil {
				t.Fatal(err)
			}
			back, err := nifti.Read(path)
			if err != nil {
				t.Fatal(err)
			}
			golden.Close(t, f.Name, flatten(back), f.Values, 0)
			if back.Type() != im.Type() || fmt.Sprint(back.Shape) != fmt.Sprint(im.Shape) {
				t.Errorf("%s: %s %v, want %s %v", f.Name, back.Type(), back.Shape, im.Type(), im.Shape)
			}
			if math.Abs(back.TR-im.TR) > 1e-7*im.TR {
				t.Errorf("%s: TR %g, want %g", f.Name, back.TR, im.TR)
			}
			for r := range 4 {
				// A NIfTI-1 header keeps 24 bits.
				golden.Close(t, f.Name+" affine", back.Affine[r][:], im.Affine[r][:], 6e-8)
			}
		}
		written, err := os.ReadFile(filepath.Join(folder, fmt.Sprint(i)+".nii"))
		if err != nil {
			t.Fatal(err)
		}
		if v2 := strings.HasPrefix(f.Name, "v2") || strings.HasSuffix(f.Name, "v2"); (written[0] == 540&0xff) != v2 {
			t.Errorf("%s: header starts with %v", f.Name, written[:4])
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".nifti-") {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

// TestWriteProperty: any image of finite or missing values survives.
func TestWriteProperty(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(1, 5), 1, 5).Draw(t, "shape")
		n := 1
		for _, d := range shape {
			n *= d
		}
		values := rapid.SliceOfN(rapid.Float64(), n, n).Draw(t, "values")
		values[0] = math.NaN()
		a := diagonal
		for i := range 3 {
			for j := range 4 {
				a[i][j] += rapid.Float64Range(-1, 1).Draw(t, "affine")
			}
		}
		im, err := nifti.New(shape, a, values)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, "x.nii")
		if err := nifti.Write(path, im); err != nil {
			t.Fatal(err)
		}
		back, err := nifti.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range flatten(back) {
			if v != values[i] && !(math.IsNaN(v) && math.IsNaN(values[i])) {
				t.Fatalf("voxel %d is %g, was %g", i, v, values[i])
			}
		}
		if err := nifti.SameGrid(im, back); err != nil {
			t.Fatal(err)
		}
	})
}

// TestLargeDimension: a dimension beyond 32767 is written as NIfTI-2.
func TestLargeDimension(t *testing.T) {
	values := make([]float64, 40000)
	values[39999] = 7
	im, err := nifti.New([]int{40000}, diagonal, values)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "long.nii.gz")
	if err := nifti.Write(path, im); err != nil {
		t.Fatal(err)
	}
	back, err := nifti.Read(path)
	if err != nil || back.At(39999, 0, 0, 0) != 7 {
		t.Errorf("%v, %v", back, err)
	}
}

func TestWriteErrors(t *testing.T) {
	folder := t.TempDir()
	im, err := nifti.New([]int{2, 2, 2}, diagonal, make([]float64, 8))
	if err != nil {
		t.Fatal(err)
	}
	bad := *im
	bad.TR = math.NaN()
	skew := *im
	skew.Affine[1][1] = math.Inf(1)
	reshaped := *im
	reshaped.Shape = []int{3, 2, 2}
	for _, c := range []struct {
		path string
		im   *nifti.Image
		want string
	}{
		{"a.mgz", im, `ends in ".mgz"; it must end in .nii or .nii.gz`},
		{"none/a.nii", im, "no such file"},
		{"a.nii", nil, "image is nil"},
		{"a.nii", &nifti.Image{Shape: []int{2}}, "images come from Read"},
		{"a.nii", &bad, "TR is NaN s"},
		{"a.nii", &skew, "affine[1][1] is +Inf"},
		{"a.nii", &reshaped, "shape [3 2 2] does not fit the 64 bytes"},
	} {
		path := filepath.Join(folder, c.path)
		if err := nifti.Write(path, c.im); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "nifti: Write: "+path) {
			t.Errorf("%s: %v, want %q", c.path, err, c.want)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s was written", path)
		}
	}
}

func TestNewErrors(t *testing.T) {
	nan := diagonal
	nan[2][3] = math.NaN()
	last := diagonal
	last[3][0] = 1
	for _, c := range []struct {
		shape  []int
		affine [4][4]float64
		n      int
		want   string
	}{
		{nil, diagonal, 0, "shape [] has 0 entries"},
		{[]int{1, 1, 1, 1, 1, 1, 1, 1}, diagonal, 1, "has 8 entries"},
		{[]int{2, 0, 2}, diagonal, 0, "shape[1] is 0"},
		{[]int{2, -1}, diagonal, 0, "shape[1] is -1"},
		{[]int{math.MaxInt, math.MaxInt}, diagonal, 0, "at most 16 GiB"},
		{[]int{2, 3}, diagonal, 5, "5 values for shape [2 3]; there must be 6"},
		{[]int{2}, nan, 2, "affine[2][3] is NaN"},
		{[]int{2}, last, 2, "last row"},
	} {
		if _, err := nifti.New(c.shape, c.affine, make([]float64, c.n)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("New(%v): %v, want %q", c.shape, err, c.want)
		}
	}
}

// TestAccess: At, Volume, Series and SeriesOf agree on which voxel is which.
func TestAccess(t *testing.T) {
	shape := []int{3, 4, 2, 2, 3}
	values := make([]float64, 3*4*2*6)
	for i := range values {
		values[i] = float64(i)
	}
	im, err := nifti.New(shape, diagonal, values)
	if err != nil {
		t.Fatal(err)
	}
	if im.Volumes() != 6 {
		t.Fatalf("%d volumes", im.Volumes())
	}
	for v := range 6 {
		volume := im.Volume(v)
		for z := range 2 {
			for y := range 4 {
				for x := range 3 {
					i := (z*4+y)*3 + x
					want := float64(v*24 + i)
					if im.At(x, y, z, v) != want || volume[i] != want || im.Series(x, y, z)[v] != want || im.SeriesOf([]int{0, i})[1][v] != want {
						t.Fatalf("voxel (%d, %d, %d) of volume %d is not %g", x, y, z, v, want)
					}
				}
			}
		}
	}
	mean := im.Mean()
	if len(mean.Shape) != 3 || mean.At(1, 2, 1, 0) != 24*2.5+19 {
		t.Errorf("mean %v has %g", mean.Shape, mean.At(1, 2, 1, 0))
	}
	for want, f := range map[string]func(){
		"nifti: At: x is 3; it must be 0 to 2":                 func() { im.At(3, 0, 0, 0) },
		"nifti: At: y is -1; it must be 0 to 3":                func() { im.At(0, -1, 0, 0) },
		"nifti: At: z is 2; it must be 0 to 1":                 func() { im.At(0, 0, 2, 0) },
		"nifti: At: t is 6; it must be 0 to 5":                 func() { im.At(0, 0, 0, 6) },
		"nifti: Volume: t is 6; it must be 0 to 5":             func() { im.Volume(6) },
		"nifti: Series: y is 4; it must be 0 to 3":             func() { im.Series(0, 4, 0) },
		"nifti: SeriesOf: voxels[1] is 24; it must be 0 to 23": func() { im.SeriesOf([]int{0, 24}) },
	} {
		func() {
			defer func() {
				if r := recover(); r != want {
					t.Errorf("panic %v, want %q", r, want)
				}
			}()
			f()
		}()
	}
}

func TestAs(t *testing.T) {
	im, err := nifti.New([]int{5}, diagonal, []float64{-3.5, 0, 2.5, 126.6, 127.49})
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string][]float64{
		"int8":    {-4, 0, 2, 127, 127},
		"int16":   {-4, 0, 2, 127, 127},
		"int32":   {-4, 0, 2, 127, 127},
		"int64":   {-4, 0, 2, 127, 127},
		"float32": {-3.5, 0, 2.5, float64(float32(126.6)), float64(float32(127.49))},
		"float64": {-3.5, 0, 2.5, 126.6, 127.49},
	} {
		out, err := im.As(kind)
		if err != nil {
			t.Fatal(err)
		}
		if out.Type() != kind {
			t.Errorf("type %s, want %s", out.Type(), kind)
		}
		golden.Close(t, kind, out.Volume(0), want, 0)
	}
	for kind, want := range map[string]string{
		"uint8":   "value -3.5 does not fit uint8, which holds 0 to 255",
		"uint64":  "does not fit",
		"complex": `type "complex"; allowed are`,
	} {
		if _, err := im.As(kind); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	nan, err := nifti.New([]int{1}, diagonal, []float64{math.NaN()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nan.As("int16"); err == nil || !strings.Contains(err.Error(), "NaN does not fit int16") {
		t.Errorf("NaN: %v", err)
	}
}

// TestWorld: Voxel undoes World, and SameGrid sees a shift of a tenth voxel.
func TestWorld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := diagonal
		for i := range 3 {
			for j := range 4 {
				a[i][j] += rapid.Float64Range(-0.6, 0.6).Draw(t, "affine")
			}
		}
		im, err := nifti.New([]int{4, 5, 6}, a, make([]float64, 120))
		if err != nil {
			t.Fatal(err)
		}
		var v [3]float64
		for i := range v {
			v[i] = rapid.Float64Range(-10, 10).Draw(t, "voxel")
		}
		x, y, z := im.Voxel(im.World(v[0], v[1], v[2]))
		if math.Abs(x-v[0]) > 1e-12*100 || math.Abs(y-v[1]) > 1e-12*100 || math.Abs(z-v[2]) > 1e-12*100 {
			t.Fatalf("(%g, %g, %g) comes back as (%g, %g, %g)", v[0], v[1], v[2], x, y, z)
		}
		moved := *im
		if err := nifti.SameGrid(im, &moved); err != nil {
			t.Fatal(err)
		}
		moved.Affine[rapid.IntRange(0, 2).Draw(t, "axis")][3] += 0.5
		if err := nifti.SameGrid(im, &moved); err == nil || !strings.Contains(err.Error(), "affines differ") {
			t.Fatalf("moved: %v", err)
		}
	})
	a, _ := nifti.New([]int{4, 5, 6}, diagonal, make([]float64, 120))
	b, _ := nifti.New([]int{4, 5, 7}, diagonal, make([]float64, 140))
	if err := nifti.SameGrid(a, b); err == nil || !strings.Contains(err.Error(), "4 x 5 x 6 and 4 x 5 x 7 voxels") {
		t.Errorf("%v", err)
	}
	flat, _ := nifti.New([]int{2}, [4][4]float64{3: {0, 0, 0, 1}}, make([]float64, 2))
	if x, _, _ := flat.Voxel(1, 2, 3); !math.IsNaN(x) {
		t.Errorf("without an inverse: %g", x)
	}
}
