package plasticity_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// TestSpikingBCMSteps holds the closed form between spikes against small steps of the
// equations.
func TestSpikingBCMSteps(t *testing.T) {
	const h, steps = 0.05, 20000
	r := rng.New(4, 0)
	for _, tau := range []float64{31, 100, 900} {
		p := plasticity.SpikingBCM{Rate: 0.01, Goal: 8, TauRate: 30, TauTheta: tau}
		var pre, post neuro.Spikes
		want, y, theta := 1.0, 0.0, p.Goal
		for k := range steps {
			if r.Float64() < h*0.02 {
				pre = append(pre, float64(k)*h)
				want += p.Rate * y * (y - theta) / (p.Goal * p.Goal)
			}
			if r.Float64() < h*0.02 {
				post = append(post, float64(k)*h)
				y += 1000 / p.TauRate
			}
			mid := y * math.Exp(-h/2/p.TauRate) // the midpoint rule
			half := theta + h/2*(y*y/p.Goal-theta)/p.TauTheta
			theta += h * (mid*mid/p.Goal - half) / p.TauTheta
			y *= math.Exp(-h / p.TauRate)
		}
		got, err := p.Run(1, pre, post)
		if err != nil || math.Abs(got-want) > 1e-5*math.Abs(want) || math.Abs(got-1) < 0.01 {
			t.Errorf("TauTheta %g: %g (%v), and %g by small steps", tau, got, err, want)
		}
	}
}

// TestSpikingBCMRates wants a cell that fires faster than its threshold to strengthen its
// synapses, a slower one to weaken them, and one that fires at the goal for long to have
// its threshold there.
func TestSpikingBCMRates(t *testing.T) {
	p := plasticity.NewSpikingBCM()
	for _, c := range []struct{ hz, sign float64 }{{5, -1}, {9, -1}, {12, 1}, {40, 1}} {
		p.TauTheta = 1e9 // the threshold stays
		w, err := p.Run(1, plasticity.Regular(100, 7.3), plasticity.Regular(400, c.hz))
		if err != nil || (w-1)*c.sign <= 0 {
			t.Errorf("at %g Hz the weight goes from 1 to %g, %v", c.hz, w, err)
		}
	}
	p.TauTheta, p.TauRate = 5000, 2000
	y, theta := 0.0, p.Goal
	for range 2000 {
		y, theta = p.Threshold(y, theta, math.Exp(-100/p.TauRate), math.Exp(-100/p.TauTheta))
		y += 1000 / p.TauRate
	}
	if math.Abs(theta-p.Goal) > 0.05 {
		t.Errorf("at the goal of %g Hz the threshold is %g Hz", p.Goal, theta)
	}
	p.TauTheta = 1
	if err := p.Check(); err == nil || !strings.Contains(err.Error(), "slower") {
		t.Errorf("a threshold faster than the rate: %v", err)
	}
}

// A cell below its threshold loses weight, and gains above it.
func ExampleSpikingBCM() {
	p := plasticity.NewSpikingBCM()
	p.TauTheta = 1e6 // ms: the threshold stays where it is
	for _, hz := range []float64{5, 20} {
		w, err := p.Run(1, plasticity.Regular(50, 10), plasticity.Regular(int(5*hz), hz))
		if err != nil {
			panic(err)
		}
		fmt.Printf("%g Hz: %.3f\n", hz, w)
	}
	// Output:
	// 5 Hz: 0.991
	// 20 Hz: 1.039
}
