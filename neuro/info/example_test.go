package info_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/info"
)

// Which of four stimuli was shown, and how many spikes followed: eight trials.
func ExampleMutual() {
	stimulus := []int{0, 0, 1, 1, 2, 2, 3, 3}
	count := []int{0, 0, 1, 1, 5, 5, 5, 5}
	i, err := info.Mutual(stimulus, count)
	fmt.Printf("%.2f of 2 bits, %v\n", i/math.Ln2, err)
	// Output: 1.50 of 2 bits, <nil>
}

// Three trials per value leave the plug-in estimate of unrelated variables
// above zero.
func ExampleMutualMillerMadow() {
	stimulus := []int{0, 1, 2, 0, 1, 2, 0, 1, 2}
	count := []int{3, 1, 4, 1, 4, 3, 3, 3, 1}
	plain, _ := info.Mutual(stimulus, count)
	corrected, err := info.MutualMillerMadow(stimulus, count)
	fmt.Printf("plug-in %.2f nats, corrected %.2f nats, %v\n", plain, corrected, err)
	// Output: plug-in 0.12 nats, corrected -0.05 nats, <nil>
}

func ExampleEntropy() {
	words := []int{0b00, 0b01, 0b10, 0b11} // two-bin spike words
	h, err := info.Entropy(words)
	fmt.Printf("%.1f bits, %v\n", h/math.Ln2, err)
	// Output: 2.0 bits, <nil>
}

func ExampleMillerMadow() {
	words := []int{0, 1, 2, 3, 0, 1, 2, 3}
	h, err := info.MillerMadow(words)
	fmt.Printf("%.3f nats, %v\n", h, err)
	// Output: 1.574 nats, <nil>
}

// Response grows with contrast, with some scatter.
func ExampleKSG() {
	contrast, rate := make([]float64, 200), make([]float64, 200)
	for i := range contrast {
		contrast[i] = float64(i) / 200
		rate[i] = contrast[i] + 0.1*math.Sin(97*float64(i))
	}
	i, err := info.KSG(contrast, rate, 3)
	fmt.Printf("%.1f nats, %v\n", i, err)
	// Output: 1.2 nats, <nil>
}
