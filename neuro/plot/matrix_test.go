package plot

import (
	"math"
	"testing"
)

// Every weight is one arrow of the right sign; a symmetric matrix has each once.
func TestNetwork(t *testing.T) {
	count := func(f *Figure, color string) (lines, heads int) {
		for _, l := range f.Panels[0].Layers {
			if l.Color != color {
				continue
			}
			for _, v := range l.X {
				if math.IsNaN(v) && l.Kind == "line" {
					lines++
				} else if math.IsNaN(v) && l.Kind == "polygon" {
					heads++
				}
			}
		}
		return lines, heads
	}
	f := Network([][]float64{{5, 1, -2}, {0.1, 0, 0}, {0, 3, math.NaN()}}, []string{"a", "b", "c"})
	if a, b := count(f, "red"); a != 3 || b != 3 {
		t.Errorf("%d lines and %d heads of positive weights, want 3", a, b)
	}
	if a, _ := count(f, "blue"); a != 1 {
		t.Errorf("%d lines of negative weights, want 1", a)
	}
	f = Network([][]float64{{0, 1, 0}, {1, 0, 2}, {0, 2, 0}}, nil)
	if a, b := count(f, "red"); a != 2 || b != 0 {
		t.Errorf("symmetric: %d lines and %d heads, want 2 and 0", a, b)
	}
	for _, f := range []*Figure{Network(nil, nil), Connectivity(nil, nil), Connectivity([][]float64{{1}}, []string{"a"})} {
		f.Show()
	}
}

// The shares of every column sum to 1 and the line is the mean.
func TestWeights(t *testing.T) {
	f := Weights([]float64{0, 10, 20}, [][]float64{{0, 0.5, 1}, {0.2, 0.2}, {1, 1, math.NaN()}}, 4)
	z, mean := f.Panels[0].Layers[0].Z, f.Panels[0].Layers[1].Y
	for k, want := range []float64{0.5, 0.2, 1} {
		sum := 0.0
		for r := range z {
			sum += z[r][k]
		}
		if math.Abs(sum-1) > 1e-15 || math.Abs(mean[k]-want) > 1e-15 {
			t.Errorf("column %d: shares sum to %g, mean %g, want 1 and %g", k, sum, mean[k], want)
		}
	}
	if z[0][1] != 1 || z[3][2] != 1 || z[2][0] != 1.0/3 {
		t.Errorf("shares %v", z)
	}
	Weights(nil, nil, 0).Show()
	Weights([]float64{1}, [][]float64{{math.NaN()}}, 0).Show()
}
