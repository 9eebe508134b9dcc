package spikes

import (
	"math"
	"slices"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestLocalRate(t *testing.T) {
	var ref []struct {
		Train         neuro.Spikes
		DT, Stiffness float64
		Width, Rate   []float64
	}
	golden.JSON(t, golden.Path(t, "spikes/local.json"), &ref)
	if len(ref) < 3 {
		t.Fatal("the reference file is not whole")
	}
	for _, c := range ref {
		r, err := LocalRate(c.Train, c.DT, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Max(c.Width)-slices.Min(c.Width) > 1e-6 { // else many give the same
			one(t, "stiffness", r.Stiffness, c.Stiffness)
		}
		golden.Close(t, "width", r.Width.Y, c.Width, 1e-8)
		golden.Close(t, "rate", r.Rate.Y, c.Rate, 1e-8)
	}
	// Narrow where the rate steps, wide where it does not.
	rate := neuro.Trace{Dt: 1, Y: make([]float64, 2000)}
	for i := range rate.Y {
		rate.Y[i] = 20 + 400*math.Exp(-math.Pow((float64(i)-1000)/15, 2))
	}
	s, err := PoissonRate(rate, 0, 4)
	if err != nil {
		t.Fatal(err)
	}
	r, err := LocalRate(s, 8, 0, 2000)
	if err != nil {
		t.Fatal(err)
	}
	if r.Width.Y[125] > 25 || r.Width.Y[25] < 1.5*r.Width.Y[125] {
		t.Errorf("widths are %g and, at the response, %g ms", r.Width.Y[25], r.Width.Y[125])
	}
}
