package fmri_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// spiky is the series of testdata/fmri/make_despike.py.
func spiky(n, seed int) []float64 {
	x := make([]float64, n)
	for i := range x {
		t, s := float64(i), float64(seed)
		x[i] = 500 + .2*t + 4*math.Sin(.11*t+s) + 3*math.Sin(t*t*.7+s)
	}
	x[(5+7*seed)%n] += 40
	x[(11+17*seed)%n] -= 25
	return x
}

// TestDespikeAgainstProgramming: what linear programming finds, moved by 3dDespike's
// rule.
func TestDespikeAgainstProgramming(t *testing.T) {
	var cases []struct {
		N, Seed  int
		Sum      float64
		Despiked []float64
	}
	golden.JSON(t, golden.Path(t, "fmri/despike.json"), &cases)
	for _, c := range cases {
		x := spiky(c.N, c.Seed)
		rows := make([][]float64, c.N)
		for i := range rows {
			rows[i] = []float64{x[i]}
		}
		got, err := fmri.Despike(rows, fmri.DespikeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range c.Despiked {
			if d := math.Abs(got.Series[i][0] - w); d > 1e-7 {
				t.Errorf("%d values, seed %d: value %d is %g, want %g", c.N, c.Seed, i, got.Series[i][0], w)
			}
		}
	}
}

func TestDespike(t *testing.T) {
	const n = 90
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = []float64{spiky(n, 0)[i], 7, math.Mod(float64(i*i), 7)}
	}
	got, err := fmri.Despike(rows, fmri.DespikeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Spikes != 2 || got.ByVolume[5] != 1 || got.ByVolume[11] != 1 || got.Moved < 2 {
		t.Errorf("%d spikes, %d moved, %v", got.Spikes, got.Moved, got.ByVolume)
	}
	if got.Series[5][0] > rows[5][0]-20 || got.Series[11][0] < rows[11][0]+5 || rows[5][0] < 530 {
		t.Errorf("spikes are at %g and %g, were at %g and %g", got.Series[5][0], got.Series[11][0], rows[5][0], rows[11][0])
	}
	sum := 0
	for i := range rows {
		sum += got.ByVolume[i]
		if got.Series[i][1] != 7 || got.ByVolume[i] == 0 && got.Series[i][0] != rows[i][0] {
			t.Errorf("volume %d: %v from %v", i, got.Series[i], rows[i])
		}
	}
	if sum != got.Moved {
		t.Errorf("%d moved, %d by volume", got.Moved, sum)
	}
	// An image has the values of its series, and those outside of the mask stay.
	im, _ := nifti.New([]int{3, 1, 1, n}, threeMM, slices.Concat(rows...))
	mask, _ := nifti.New([]int{3, 1, 1}, threeMM, []float64{1, 1, 0})
	all, err := fmri.DespikeImage(im, mask, fmri.DespikeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		golden.Close(t, fmt.Sprint("volume ", i), all.Image.Volume(i), []float64{got.Series[i][0], 7, rows[i][2]}, 1e-7)
	}
	if all.Spikes != 2 {
		t.Errorf("%d spikes", all.Spikes)
	}
	rows[3][2] = math.NaN()
	for _, c := range []struct {
		x    [][]float64
		o    fmri.DespikeOptions
		want string
	}{
		{nil, fmri.DespikeOptions{}, "series is empty"},
		{rows, fmri.DespikeOptions{}, "series[3][2] is NaN"},
		{got.Series[:14], fmri.DespikeOptions{}, "14 time points"},
		{got.Series, fmri.DespikeOptions{Cut: 5}, "Cut is 5"},
		{got.Series, fmri.DespikeOptions{Waves: 30}, "Waves is 30"},
	} {
		if _, err := fmri.Despike(c.x, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one that says %q", err, c.want)
		}
	}
	bad, _ := nifti.New([]int{3, 1, 1, n}, threeMM, slices.Concat(rows...))
	if _, err := fmri.DespikeImage(bad, nil, fmri.DespikeOptions{}); err == nil || !strings.Contains(err.Error(), "voxel (2, 0, 0) of volume 3") {
		t.Errorf("error %v", err)
	}
}
