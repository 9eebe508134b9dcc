package connectivity

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkGroup is 20 people of 200 regions over 200 volumes.
func BenchmarkGroup(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	var all [][][]float64
	for range 20 {
		mix := make([][]float64, 200)
		for i := range mix {
			mix[i] = make([]float64, 200)
			for j := range mix[i] {
				mix[i][j] = 0.05 * r.NormFloat64()
			}
			mix[i][i]++
		}
		s := make([][]float64, 200)
		for t := range s {
			s[t] = make([]float64, 200)
			for k := range 200 {
				e := r.NormFloat64()
				for j := range s[t] {
					s[t][j] += e * mix[k][j]
				}
			}
		}
		all = append(all, s)
	}
	for _, kind := range append([]string{"tangent"}, kinds[:2]...) {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				if _, err := FitGroup(all, kind, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
