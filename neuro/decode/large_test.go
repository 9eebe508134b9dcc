package decode

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkLarge is a region of 577 voxels in 792 volumes of eight classes.
func BenchmarkLarge(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var x [][]float64
	var y []int
	for i := range 792 {
		row := make([]float64, 577)
		for j := range row {
			row[j] = r.NormFloat64()
			if j%8 == i%8 {
				row[j] += 0.2
			}
		}
		x, y = append(x, row), append(y, i%8)
	}
	for _, m := range []Model{NewSVM(), NewLDA(), NewRidge(), NewLogistic(), SVM{Loss: "hinge"}} {
		b.Run(fmt.Sprintf("%T%v", m, m), func(b *testing.B) {
			for b.Loop() {
				if _, err := m.FitPredict(x, y, x[:72]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
