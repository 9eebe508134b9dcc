package signal_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/signal"
)

// Two sources, a blink and a rhythm, in three channels.
func ExampleICA() {
	const fs, n = 200, 4000
	blink, alpha := make([]float64, n), make([]float64, n)
	x := [][]float64{make([]float64, n), make([]float64, n), make([]float64, n)}
	for i := range n {
		t := float64(i) / fs
		away := math.Mod(t, 3.7) - 1.5
		blink[i] = math.Exp(-away * away / 0.02)
		alpha[i] = math.Sin(2 * math.Pi * 10 * t)
		x[0][i] = 100*blink[i] + 5*alpha[i] // frontal
		x[1][i] = 30*blink[i] + 15*alpha[i]
		x[2][i] = 5*blink[i] + 30*alpha[i] // occipital
	}
	fit, err := signal.ICA(x, signal.NewICA())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(fit)
	fmt.Print(fit.Problems)
	for k := range fit.Share {
		fmt.Printf("component %d: %.0f%% of the variance, kurtosis %.1f\n", k, 100*fit.Share[k], fit.Kurtosis[k])
	}
	clean, err := fit.Remove(x, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("in a blink: %.1f, without it %.1f\n", x[0][305], clean[0][305])
	// Output:
	// 2 components of 3 channels by FastICA, logcosh, 3 iterations on 4000 samples
	// note: rank: 3 channels have 2 dimensions (an average reference or a copied channel takes one); there are no more components
	// component 0: 55% of the variance, kurtosis -1.5
	// component 1: 45% of the variance, kurtosis 9.8
	// in a blink: 101.9, without it 11.9
}
