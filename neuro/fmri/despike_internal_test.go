package fmri

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestDespikeSum holds the sum of distances to that of linear programming.
func TestDespikeSum(t *testing.T) {
	var cases []struct {
		N, Seed int
		Sum     float64
	}
	golden.JSON(t, golden.Path(t, "fmri/despike.json"), &cases)
	for _, c := range cases {
		d, err := newDespiker(c.N, DespikeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float64, c.N)
		for i := range x {
			u, s := float64(i), float64(c.Seed)
			x[i] = 500 + .2*u + 4*math.Sin(.11*u+s) + 3*math.Sin(u*u*.7+s)
		}
		x[(5+7*c.Seed)%c.N] += 40
		x[(11+17*c.Seed)%c.N] -= 25
		_, sum := d.curve(x)
		if !(sum >= c.Sum*(1-1e-9) && sum < c.Sum*(1+1e-9)) {
			t.Errorf("%d values, seed %d: %.8g, linear programming %.8g (%.2g more)", c.N, c.Seed, sum, c.Sum, sum/c.Sum-1)
		}
	}
}

func BenchmarkDespike(b *testing.B) {
	d, _ := newDespiker(200, DespikeOptions{})
	x := make([]float64, 200)
	for range b.N {
		for i := range x {
			x[i] = math.Sin(float64(i * i))
		}
		d.run(x)
	}
}
