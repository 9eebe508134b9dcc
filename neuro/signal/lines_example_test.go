package signal_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/signal"
)

// The mains in a recording are not at 50 Hz exactly.
func ExampleRemoveLines() {
	x := lfp()
	for len(x) < 30*500 {
		x = append(x, lfp()...)
	}
	for i := range x {
		x[i] += 0.8*math.Cos(2*math.Pi*49.98*float64(i)/500) + 0.1*math.Cos(2*math.Pi*149.94*float64(i)/500)
	}
	r, err := signal.RemoveLines(x, 500, signal.LineOptions{Freqs: []float64{50}, Harmonics: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r)
	for _, l := range r.Lines[:2] {
		fmt.Printf("%.2f Hz, amplitude %.2f\n", l.F, l.Amplitude)
	}
	// Output:
	// 10 sines removed from 5 stretches of 15000 samples
	// 49.98 Hz, amplitude 0.80
	// 149.94 Hz, amplitude 0.10
}
