package fmri_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// carpetRun has three tissues, of which the first two rise together when the head
// moves in volumes 40 to 43.
func carpetRun(t *testing.T) (im, tissue *nifti.Image, fd []float64) {
	t.Helper()
	const nx, ny, nz, n = 20, 20, 10, 120
	labels := make([]float64, nx*ny*nz)
	values := make([]float64, nx*ny*nz*n)
	fd = make([]float64, n)
	for v := range n {
		fd[v] = .1 + .05*math.Sin(float64(v*v))
		if v >= 40 && v < 44 {
			fd[v] = 1.2
		}
		for i := range labels {
			x, y, z := float64(i%nx)-9.5, float64(i/nx%ny)-9.5, float64(i/(nx*ny))-4.5
			r := math.Sqrt(x*x/81 + y*y/81 + z*z/20)
			if r > 1 {
				continue
			}
			labels[i] = 3
			if r > .6 {
				labels[i] = 2
			}
			if r > .8 {
				labels[i] = 1
			}
			noise := math.Mod(math.Abs(math.Sin(float64(i)*12.9898+float64(v)*78.233))*43758.5453, 1) - .5
			values[v*len(labels)+i] = 1000 + .5*float64(v) + 20*noise
			if labels[i] < 3 {
				values[v*len(labels)+i] += 6 * math.Sin(float64(v)/5) * math.Mod(float64(i)*.618, 1)
				if v >= 40 && v < 44 {
					values[v*len(labels)+i] += 25
				}
			}
		}
	}
	im, err := nifti.New([]int{nx, ny, nz, n}, threeMM, values)
	if err != nil {
		t.Fatal(err)
	}
	im.TR = 2
	tissue, err = nifti.New([]int{nx, ny, nz}, threeMM, labels)
	if err != nil {
		t.Fatal(err)
	}
	return im, tissue, fd
}

func TestCarpetFigure(t *testing.T) {
	im, tissue, fd := carpetRun(t)
	d, err := fmri.DVARS(im, tissue)
	if err != nil {
		t.Fatal(err)
	}
	for _, order := range []string{"", "correlation"} {
		f, err := fmri.CarpetFigure(im, tissue, fmri.CarpetOptions{FD: fd, DVARS: d.Std, Names: []string{"cortex", "white", "deep"}, Order: order, Rows: 300})
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Panels) != 3 {
			t.Fatalf("%d panels", len(f.Panels))
		}
		p := f.Panels[2]
		z := p.Layers[0].Z
		if len(z) < 290 || len(z) > 300 || len(z[0]) != im.Volumes() || strings.Join(p.Y.Names, " ") != "cortex white deep" {
			t.Errorf("%d rows of %d, %v", len(z), len(z[0]), p.Y.Names)
		}
		// The head moves in the upper two tissues only.
		edge := int(p.Layers[2].Y[0])
		mean := func(rows [][]float64) (s float64) {
			for _, r := range rows {
				s += (r[40] + r[41] + r[42] + r[43]) / 4 / float64(len(rows))
			}
			return s
		}
		if up, deep := mean(z[:edge]), mean(z[edge:]); up < 1.5 || math.Abs(deep) > .3 {
			t.Errorf("%q: %g above, %g below", order, up, deep)
		}
		for _, row := range z[:20] {
			sum, square := 0.0, 0.0
			for _, v := range row {
				sum += v
				square += v * v
			}
			if math.Abs(sum) > 1e-9 || math.Abs(square-float64(len(row)-1)) > 1e-9 {
				t.Fatalf("a row has mean %g and squares %g", sum, square)
			}
		}
		path := filepath.Join(t.TempDir(), "carpet.png")
		if dir := os.Getenv("FIGURES"); dir != "" {
			path = filepath.Join(dir, "carpet"+order+".png")
		}
		if err := f.Save(path); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCarpetOdd(t *testing.T) {
	values := []float64{1, 5, 2, 1, 5, math.NaN(), 4, 5, 3, 2, 5, 1}
	im, _ := nifti.New([]int{3, 1, 1, 4}, threeMM, values)
	mask, _ := nifti.New([]int{3, 1, 1}, threeMM, []float64{1, 1, 1})
	f, err := fmri.CarpetFigure(im, mask, fmri.CarpetOptions{Order: "correlation"})
	if err != nil {
		t.Fatal(err)
	}
	p := f.Panels[0]
	if p.Title != "3 of 3 voxels, 1 constant" || p.X.Label != "volume" || len(p.Layers[0].Z) != 3 {
		t.Errorf("%q %q", p.Title, p.X.Label)
	}
	if f.Show().Data["image/png"] == nil {
		t.Error("no picture")
	}
	for _, c := range []struct {
		im, tissue *nifti.Image
		o          fmri.CarpetOptions
		want       string
	}{
		{im, nil, fmri.CarpetOptions{}, "mask has no voxels"},
		{im, mask, fmri.CarpetOptions{FD: []float64{1}}, "FD has 1 values for 4 volumes"},
		{im, mask, fmri.CarpetOptions{Names: []string{}}, "label 1"},
		{im, mask, fmri.CarpetOptions{Rows: -1}, "Rows is -1"},
		{im, mask, fmri.CarpetOptions{Order: "size"}, `Order is "size"`},
		{mask, mask, fmri.CarpetOptions{}, "1 volumes"},
	} {
		if _, err := fmri.CarpetFigure(c.im, c.tissue, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one that says %q", err, c.want)
		}
	}
}
