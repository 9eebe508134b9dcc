package spikes_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

// An animal runs up and down a track of 1 m; a cell fires in the middle of it.
func ExampleTuningCurves() {
	var t, x []float64
	var place, anywhere neuro.Spikes
	for i := range 3000 {
		at := float64(i) * 20
		t = append(t, at)
		x = append(x, 100*math.Abs(math.Mod(at/10000, 2)-1))
		if math.Abs(x[i]-50) < 10 && i%2 == 0 {
			place = append(place, at)
		}
		if i%20 == 0 {
			anywhere = append(anywhere, at)
		}
	}
	c, err := spikes.TuningCurves(t, [][]float64{x}, []neuro.Spikes{place, anywhere}, spikes.CurvesOptions{Bins: []int{10}, Names: []string{"position"}, Units: []string{"cm"}})
	fmt.Println(err)
	fmt.Printf("%.0f Hz\n", c.Rate)
	_, bits := c.Information()
	fmt.Printf("%.2f bit per spike\n", bits)
	// Output:
	// <nil>
	// [[0 0 0 0 25 25 0 0 0 0] [2 2 3 3 3 2 3 3 2 2]] Hz
	// [2.32 0.00] bit per spike
}

// Which cells are place cells: their trains against trains turned in time.
func ExampleInformationTest() {
	rat, err := spikes.SimulateSession(spikes.SessionOptions{Place: 3, Direction: 1, Other: 2, Dur: 300, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	o := spikes.CurvesOptions{Bins: []int{20, 20}, Sigma: 1, Names: []string{"x", "y"}, Units: []string{"cm", "cm"}}
	r, err := spikes.InformationTest(rat.T, [][]float64{rat.X, rat.Y}, rat.Cells, o, spikes.SurrogateOptions{})
	fmt.Println(r, err)
	fmt.Printf("%.2f bit per spike, %.2f by chance\n", r.PerSpike, r.Mean)
	fmt.Printf("P %.3f, place cells %v\n", r.P, r.Informative(0.05))
	// Output:
	// 3 of 6 cells tell more than 999 surrogates (shift) with p <= 0.05, 3 at a false discovery rate of 0.05 <nil>
	// [2.20 1.68 2.41 0.13 0.01 0.01] bit per spike, [0.70 0.66 0.75 0.13 0.02 0.01] by chance
	// P [0.001 0.002 0.005 0.477 0.904 0.292], place cells [0 1 2]
}

// A cell that is silenced by its own spikes and driven by a stimulus.
func ExampleFitGLM() {
	stimulus := make([]float64, 60000) // one value each ms
	for i := range stimulus {
		stimulus[i] = math.Sin(float64(i) / 40)
	}
	rate := neuro.Trace{Dt: 1, Unit: "Hz", Y: make([]float64, len(stimulus))}
	for i := range rate.Y {
		rate.Y[i] = 30 * math.Exp(stimulus[i])
	}
	s, err := spikes.PoissonRate(rate, 4, 1) // 4 ms of dead time
	fmt.Println(err)
	g, err := spikes.FitGLM(s, 0, 60000, spikes.GLMOptions{Stimulus: stimulus, StimulusBumps: 2, StimulusPeaks: [2]float64{0, 10}})
	fmt.Println(err)
	own := g.Filters[1]
	fmt.Printf("%s: factor %.3f after %g ms, %.2f after %g ms\n", own.Name, math.Exp(own.Y[1]), own.Lag[1], math.Exp(own.Y[30]), own.Lag[30])
	// Output:
	// <nil>
	// <nil>
	// own spikes: factor 0.006 after 2 ms, 1.01 after 31 ms
}

func ExamplePhaseLocking() {
	var theta []float64 // 8 Hz, at 1 kHz
	for i := range 10000 {
		theta = append(theta, 2*math.Pi*8*float64(i)/1000)
	}
	var s neuro.Spikes
	for k := range 79 {
		s = append(s, 125*float64(k)+20+float64(k*7%23)) // 20 to 42 ms into each cycle
	}
	phases, err := spikes.Phases(s, theta, 1000)
	fmt.Println(err)
	l, err := spikes.PhaseLocking(phases)
	fmt.Println(l, err)
	// Output:
	// <nil>
	// 79 angles: mean direction 1.56 rad, length 0.945, PPC 0.8921, Rayleigh p = 4.4e-46 <nil>
}

func ExampleHeadDirection() {
	var t, angle []float64
	var s neuro.Spikes
	for i := range 5000 {
		at := float64(i) * 20
		t, angle = append(t, at), append(angle, math.Pi+3*math.Sin(at/3100)+2*math.Sin(at/7300))
		if math.Cos(angle[i]-2) > 0.8 && i%3 == 0 {
			s = append(s, at)
		}
	}
	d, err := spikes.HeadDirection(t, angle, s, spikes.DirectionOptions{Surrogate: 199})
	fmt.Println(d, err)
	// Output:
	// direction 2.03 rad preferred, mean vector 0.933, p = 0.005 (199 turns in time); 2.31 bit per spike; width 1.02 rad <nil>
}
