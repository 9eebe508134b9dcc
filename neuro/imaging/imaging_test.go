package imaging_test

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/imaging"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// An array is an image of operations.json.
type array struct {
	Shape  []int
	Affine [4][4]float64
	Values string
}

func floats(t testing.TB, s string) []float64 {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]float64, len(b)/4)
	for i := range out {
		out[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
	}
	return out
}

func (a array) image(t testing.TB) *nifti.Image {
	t.Helper()
	im, err := nifti.New(a.Shape, a.Affine, floats(t, a.Values))
	if err != nil {
		t.Fatal(err)
	}
	return im
}

type maskCase struct {
	Image   array
	Masks   []array
	Share   float64
	Opening int
	All     bool
	Want    string
}

var reference struct {
	Smooth []struct {
		Image array
		FWHM  []float64
		Want  string
	}
	Resample []struct {
		Image array
		To    [4][4]float64
		Shape [3]int
		Want  map[string]string
	}
	Epi, Background, Intersect []maskCase
	Labels                     []struct {
		Image, Labels array
		Want          [][]float64
	}
	Spheres []struct {
		Image   array
		Centres [][]float64
		Radius  float64
		Want    [][]float64
	}
	Canonical []struct{ Image, Want array }
}

func load(t testing.TB) {
	t.Helper()
	if reference.Smooth == nil {
		golden.JSON(t, golden.Path(t, "imaging/operations.json"), &reference)
	}
}

func all(im *nifti.Image) []float64 {
	var out []float64
	for v := range im.Volumes() {
		out = append(out, im.Volume(v)...)
	}
	return out
}

func compare(t *testing.T, name string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", name, len(got), len(want))
	}
	bad := 0
	for i := range got {
		if math.IsNaN(got[i]) != math.IsNaN(want[i]) || math.Abs(got[i]-want[i]) > tolerance {
			if bad++; bad < 4 {
				t.Errorf("%s: value %d is %g, want %g", name, i, got[i], want[i])
			}
		}
	}
	if bad > 3 {
		t.Errorf("%s: %d of %d values differ", name, bad, len(got))
	}
}

func TestSmooth(t *testing.T) {
	load(t)
	for k, c := range reference.Smooth {
		got, err := imaging.Smooth(c.Image.image(t), 0, imaging.SmoothOptions{FWHM: c.FWHM})
		if err != nil {
			t.Fatalf("case %d: %v", k, err)
		}
		compare(t, "Smooth", all(got), floats(t, c.Want), 1e-4) // of values about 100
	}
}

// TestSmoothBorders wants of a constant image: the same with a mirrored border
// or a mask, and of "zero" what of the Gaussian lies within.
func TestSmoothBorders(t *testing.T) {
	const n = 11
	ones := make([]float64, n)
	mask := make([]float64, n)
	for i := range ones {
		ones[i] = 7
		if i > 2 {
			mask[i] = 1
		}
	}
	affine := [4][4]float64{{2, 0, 0, 0}, {0, 2, 0, 0}, {0, 0, 2, 0}, {0, 0, 0, 1}}
	im, _ := nifti.New([]int{n, 1, 1}, affine, ones)
	m, _ := nifti.New([]int{n, 1, 1}, affine, mask)
	x := func(o imaging.SmoothOptions) []float64 {
		o.FWHM = []float64{5, 0, 0}
		out, err := imaging.Smooth(im, 0, o)
		if err != nil {
			t.Fatal(err)
		}
		return all(out)
	}
	for i, v := range x(imaging.SmoothOptions{}) {
		if math.Abs(v-7) > 1e-5 {
			t.Errorf("reflect: voxel %d is %g, want 7", i, v)
		}
	}
	for i, v := range x(imaging.SmoothOptions{Mask: m}) {
		if want := 7 * mask[i]; math.Abs(v-want) > 1e-5 {
			t.Errorf("mask: voxel %d is %g, want %g", i, v, want)
		}
	}
	zero := x(imaging.SmoothOptions{Border: "zero"})
	s := 5 / (2 * math.Sqrt(8*math.Ln2))
	sum, in := 0.0, 0.0
	for k := -4; k <= 4; k++ { // 4 standard deviations are 4.2 voxels
		w := math.Exp(-0.5 * float64(k*k) / (s * s))
		if sum += w; k >= 0 {
			in += w
		}
	}
	if want := 7 * in / sum; math.Abs(zero[0]-want) > 1e-5 || math.Abs(zero[5]-7) > 1e-5 {
		t.Errorf("zero: %g at the border and %g in the middle, want %g and 7", zero[0], zero[5], want)
	}
}

func TestResample(t *testing.T) {
	load(t)
	for k, c := range reference.Resample {
		for how, want := range c.Want {
			tolerance := 1e-4 // of values about 100: 1e-6
			if how == "cubic" {
				tolerance = 1e-2 // 1e-4
			}
			got, err := imaging.ResampleGrid(c.Image.image(t), c.Shape, c.To, how)
			if err != nil {
				t.Fatalf("case %d, %s: %v", k, how, err)
			}
			t.Logf("case %d, %s", k, how)
			compare(t, "Resample "+how, all(got), floats(t, want), tolerance)
		}
	}
}

func TestMasks(t *testing.T) {
	load(t)
	check := func(name string, c maskCase, got *nifti.Image, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want, _ := base64.StdEncoding.DecodeString(c.Want)
		values := got.Volume(0)
		if len(values) != len(want) {
			t.Fatalf("%s: %d voxels, want %d", name, len(values), len(want))
		}
		differ := 0
		for i := range want {
			if values[i] != float64(want[i]) {
				differ++
			}
		}
		if differ > 0 {
			t.Errorf("%s, opening %d, all %t: %d of %d voxels differ", name, c.Opening, c.All, differ, len(want))
		}
	}
	for _, c := range reference.Epi {
		got, err := imaging.EPIMask(c.Image.image(t), imaging.MaskOptions{Opening: c.Opening, AllParts: c.All})
		check("EPIMask", c, got, err)
	}
	for _, c := range reference.Background {
		got, err := imaging.BackgroundMask(c.Image.image(t), 0)
		check("BackgroundMask", c, got, err)
	}
	for _, c := range reference.Intersect {
		var masks []*nifti.Image
		for _, m := range c.Masks {
			masks = append(masks, m.image(t))
		}
		got, err := imaging.Intersect(masks, c.Share, c.All)
		if c.Want == base64.StdEncoding.EncodeToString(make([]byte, 9*8*7)) {
			if err == nil {
				t.Error("Intersect: an empty mask is no error")
			}
			continue
		}
		check("Intersect", c, got, err)
	}
}

func TestRegions(t *testing.T) {
	load(t)
	flat := func(y [][]float64) (out []float64) {
		for _, row := range y {
			out = append(out, row...)
		}
		return out
	}
	for _, c := range reference.Labels {
		got, err := imaging.LabelMeans(c.Image.image(t), c.Labels.image(t))
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "LabelMeans", flat(got.Y), flat(c.Want), 1e-9*100)
	}
	for _, c := range reference.Spheres {
		got, err := imaging.SphereMeans(c.Image.image(t), nil, c.Centres, c.Radius)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "SphereMeans", flat(got.Y), flat(c.Want), 1e-9*100)
	}
}

func TestReorient(t *testing.T) {
	load(t)
	for _, c := range reference.Canonical {
		got, err := imaging.Reorient(c.Image.image(t))
		if err != nil {
			t.Fatal(err)
		}
		want := c.Want.image(t)
		if err := nifti.SameGrid(got, want); err != nil {
			t.Error(err)
		}
		compare(t, "Reorient", all(got), all(want), 0)
	}
}

// TestErrors wants of what cannot be done what is wrong, with which value, and
// what to do.
func TestErrors(t *testing.T) {
	affine := [4][4]float64{{2, 0, 0, 0}, {0, 2, 0, 0}, {0, 0, 2, 0}, {0, 0, 0, 1}}
	im, _ := nifti.New([]int{4, 3, 2}, affine, make([]float64, 24))
	run, _ := nifti.New([]int{4, 3, 2, 5}, affine, make([]float64, 120))
	far := affine
	far[0][3] = 500
	flat := affine
	flat[2][2] = 0
	half, _ := nifti.New([]int{4, 3, 2}, affine, append([]float64{0.5}, make([]float64, 23)...))
	hole, _ := nifti.New([]int{4, 3, 2}, affine, append([]float64{math.NaN()}, make([]float64, 23)...))
	ones, _ := imaging.Threshold(im, -1, false)
	singular, _ := nifti.New([]int{4, 3, 2}, flat, make([]float64, 24))
	for want, err := range map[string]error{
		"im has no voxels":                      second(imaging.Smooth(nil, 6, imaging.SmoothOptions{})),
		"width is -1 mm":                        second(imaging.Smooth(im, -1, imaging.SmoothOptions{})),
		"width is NaN mm":                       second(imaging.Smooth(im, math.NaN(), imaging.SmoothOptions{})),
		"more than ten times the image":         second(imaging.Smooth(im, 1e9, imaging.SmoothOptions{})),
		"FWHM has 2 values":                     second(imaging.Smooth(im, 6, imaging.SmoothOptions{FWHM: []float64{1, 2}})),
		"Border is \"wrap\"":                    second(imaging.Smooth(im, 6, imaging.SmoothOptions{Border: "wrap"})),
		"a mask holds whole numbers":            second(imaging.Smooth(im, 6, imaging.SmoothOptions{Mask: half})),
		"no size along axis 2":                  second(imaging.Smooth(singular, 6, imaging.SmoothOptions{})),
		"how is \"spline\"":                     second(imaging.Resample(im, im, "spline")),
		"no voxel of the new grid":              second(imaging.ResampleGrid(im, [3]int{2, 2, 2}, far, "linear")),
		"cannot be inverted":                    second(imaging.Resample(singular, im, "linear")),
		"shape[1] is 0":                         second(imaging.ResampleGrid(im, [3]int{2, 0, 2}, affine, "linear")),
		"is im an EPI run":                      second(imaging.EPIMask(im, imaging.MaskOptions{Opening: 5})),
		"Lower is 0.9 and Upper 0.5":            second(imaging.EPIMask(im, imaging.MaskOptions{Lower: 0.9, Upper: 0.5})),
		"is the background of im one value":     second(imaging.BackgroundMask(im, 0)),
		"masks is empty":                        second(imaging.Intersect(nil, 1, false)),
		"share is 2":                            second(imaging.Intersect([]*nifti.Image{im}, 2, false)),
		"times is 0":                            second(imaging.Erode(ones, 0)),
		"no image is given":                     second(imaging.Apply(func(v []float64) float64 { return 0 })),
		"f is nil":                              second(imaging.Apply(nil, im)),
		"im has 5 volumes; it must have one":    second(imaging.Threshold(run, 1, false)),
		"no voxel is left above 3":              second(imaging.Threshold(im, 3, true)),
		"lies outside of im":                    second(imaging.Spheres(im, [][]float64{{50, 0, 0}}, 3)),
		"share voxel":                           second(imaging.Spheres(im, [][]float64{{0, 0, 0}, {2, 0, 0}}, 3)),
		"centres[0] is [1 2]":                   second(imaging.Spheres(im, [][]float64{{1, 2}}, 3)),
		"labels is 0 everywhere":                second(imaging.LabelMeans(run, im)),
		"2 names for the 1 labels":              second(imaging.LabelMeans(run, ones, "a", "b")),
		"im is NaN at voxel (0, 0, 0)":          second(imaging.LabelMeans(hole, ones)),
		"size is 0 mm":                          third(imaging.Voxels(im, 0)),
		"has no voxel in the mask":              second(imaging.SphereMeans(im, im, [][]float64{{0, 0, 0}}, 3)),
		"images have 5 and 2 volumes; they mus": second(imaging.Apply(func(v []float64) float64 { return 0 }, run, two(affine))),
	} {
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "imaging: ") {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

func two(affine [4][4]float64) *nifti.Image {
	im, _ := nifti.New([]int{4, 3, 2, 2}, affine, make([]float64, 48))
	return im
}

func second[T any](_ T, err error) error      { return err }
func third[T, U any](_ T, _ U, e error) error { return e }
