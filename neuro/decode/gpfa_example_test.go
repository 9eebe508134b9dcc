package decode_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/decode"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

// reaches are 20 trials of 12 units whose rates share a wave that passes through
// them.
func reaches() (trials []neuro.Raster) {
	for i := range 20 {
		long := 600 + 100*float64(i%2)
		r := neuro.Raster{T1: long}
		for u := range 12 {
			rate := neuro.Trace{Unit: "Hz", Dt: 10}
			for t := 0.0; t < long; t += 10 {
				rate.Y = append(rate.Y, 30*math.Exp(math.Cos(2*math.Pi*(t/600-float64(u)/12))))
			}
			s, _ := spikes.PoissonRate(rate, 0, uint64(100*i+u))
			r.Trains = append(r.Trains, s)
		}
		trials = append(trials, r)
	}
	return trials
}

// A wave through a population is a circle in two dimensions.
func ExampleGPFA() {
	trials := reaches()
	g := decode.GPFA{Factors: 2}
	fit, err := g.Fit(trials)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(fit.Axes), "units,", len(fit.Timescale), "factors")
	paths, err := fit.Trajectories(trials[:5])
	fmt.Println(len(paths.Y), "trials of", len(paths.Y[0][0]), "and", len(paths.Y[1][0]), "bins", err)
	d, err := decode.GPFA{Rounds: 50}.Dimensions(trials, []int{1, 2, 3}, 4, 1)
	fmt.Println(d.Best(), "factors,", d.Method, err)
	// Output:
	// 12 units, 2 factors
	// 5 trials of 30 and 35 bins <nil>
	// 2 factors, 4 folds of trials <nil>
}
