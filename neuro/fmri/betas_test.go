package fmri_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestBetas holds coefficients of 60 voxels against numpy.linalg.lstsq.
func TestBetas(t *testing.T) {
	p, _ := readPeer(t)
	run, _ := readRun(t, p)
	bold := make([][]float64, p.N)
	for v := range bold {
		bold[v] = run.Volume(v)
	}
	got, err := fmri.Betas(p.Designs[0].X, bold)
	if err != nil {
		t.Fatal(err)
	}
	for j := range got {
		golden.Close(t, "betas", got[j], p.Betas[j], 1e-12)
	}
}

// TestBetasRecover: for any shape of problem, data made from known coefficients
// give them back, a design with as many rows as columns included, and voxels do
// not depend on their neighbours.
func TestBetasRecover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 6).Draw(t, "regressors")
		n := k + rapid.IntRange(0, 40).Draw(t, "more volumes")
		voxels := rapid.SampledFrom([]int{1, 2, 63, 64, 65, 131}).Draw(t, "voxels")
		scale := math.Pow(10, float64(rapid.IntRange(-9, 9).Draw(t, "scale")))
		x := make([][]float64, n)
		for i := range x {
			x[i] = make([]float64, k)
			for j := range x[i] {
				x[i][j] = scale * (rapid.Float64Range(-1, 1).Draw(t, "x") + 2*math.Cos(float64(i*(j+1))*2.1+float64(j)))
			}
		}
		want := make([][]float64, k)
		for j := range want {
			want[j] = make([]float64, voxels)
			for v := range want[j] {
				want[j][v] = math.Sin(float64(7*j + 3*v))
			}
		}
		bold := make([][]float64, n)
		for i := range bold {
			bold[i] = make([]float64, voxels)
			for v := range bold[i] {
				for j := range k {
					bold[i][v] += x[i][j] * want[j][v]
				}
			}
		}
		got, err := fmri.Betas(x, bold)
		if err != nil {
			t.Fatal(err)
		}
		// The residual is what least squares make small, however well the
		// coefficients are determined.
		for i := range bold {
			for v := range bold[i] {
				fit := 0.0
				for j := range k {
					fit += x[i][j] * got[j][v]
				}
				if math.Abs(fit-bold[i][v]) > 1e-10*scale*float64(k) {
					t.Fatalf("row %d, voxel %d: %g fitted, %g given", i, v, fit, bold[i][v])
				}
			}
		}
		one := make([][]float64, n)
		last := voxels - 1
		for i := range one {
			one[i] = []float64{bold[i][last]}
		}
		alone, err := fmri.Betas(x, one)
		if err != nil {
			t.Fatal(err)
		}
		for j := range k {
			if alone[j][0] != got[j][last] {
				t.Fatalf("voxel alone %v, among others %v", alone[j][0], got[j][last])
			}
		}
	})
}

// TestOffset: a regressor that is small beside its offset is kept.
func TestOffset(t *testing.T) {
	x, y := [][]float64{}, [][]float64{}
	for i := range 20 {
		at := 1.7e5 + float64(i)
		x = append(x, []float64{1, at})
		y = append(y, []float64{3 + 0.25*at})
	}
	b, err := fmri.Betas(x, y)
	if err != nil || math.Abs(b[1][0]-0.25) > 1e-8 {
		t.Errorf("slope %v, %v", b, err)
	}
}

// TestContrastNames: names that hold others, signs and factors in all spellings.
func TestContrastNames(t *testing.T) {
	names := []string{"word", "word long", "word-short", "2back", "constant"}
	d := &fmri.Design{Names: names, TR: 2}
	for i := range 12 {
		row := make([]float64, 5)
		for j := range row {
			row[j] = math.Cos(float64((i + 1) * (j + 2)))
		}
		d.X = append(d.X, row)
	}
	run := image(t, []int{1, 1, 1, 12}, grid, 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8)
	fit, err := fmri.Fit(run, nil, d, fmri.GLMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for spec, c := range map[string][5]float64{
		"word":                            {1},
		" - word":                         {-1},
		"word long":                       {0, 1},
		"word-short":                      {0, 0, 1},
		"word - word-short":               {1, 0, -1},
		"word+word long":                  {1, 1},
		"2*word - 0.5 * word long":        {2, -0.5},
		"-2*word":                         {-2},
		"word - -1*word long":             {1, 1},
		"2back":                           {0, 0, 0, 1},
		"2*2back-constant":                {0, 0, 0, 2, -1},
		"1e-1*word+word long+constant":    {0.1, 1, 0, 0, 1},
		"0.5*word + 0.5*word - word long": {1, -1},
	} {
		m, err := fit.Contrast(spec)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		want := 0.0
		for j, f := range c {
			want += f * fit.Beta[j][0]
		}
		if math.Abs(m.Effect[0]-want) > 1e-12*math.Max(1, math.Abs(want)) {
			t.Errorf("%q gives %g, want %g (%s)", spec, m.Effect[0], want, fmt.Sprint(c))
		}
	}
}
