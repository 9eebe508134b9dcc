// The library's statistics, information, decoding, behaviour and pharmacology
// from a script, with an own classifier passed to cross-validation.
package main

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/decode"
	"github.com/neurorepl/neurorepl/neuro/info"
	"github.com/neurorepl/neurorepl/neuro/pharm"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

func nearestMean(x [][]float64, y []int, test [][]float64) ([]int, error) {
	sums, n := map[int][]float64{}, map[int]float64{}
	for i, row := range x {
		if sums[y[i]] == nil {
			sums[y[i]] = make([]float64, len(row))
		}
		n[y[i]]++
		for j, v := range row {
			sums[y[i]][j] += v
		}
	}
	out := make([]int, len(test))
	for i, row := range test {
		best := math.Inf(1)
		for c := range 3 {
			d := 0.0
			for j, v := range row {
				m := sums[c][j] / n[c]
				d += (v - m) * (v - m)
			}
			if d < best {
				best, out[i] = d, c
			}
		}
	}
	return out, nil
}

func main() {
	p := []float64{0.001, 0.008, 0.039, 0.041, 0.6, math.NaN()}
	th, rej := stats.FDR(p, 0.05)
	fmt.Println(th, rej)
	th, rej = stats.Bonferroni(p[:5], 0.05)
	fmt.Printf("%.3f %v %.4f\n", th, rej, stats.FDRAdjust(p[:5]))
	var x [][]float64
	var y []int
	u := uint64(3)
	noise := func() float64 { u = u*6364136223846793005 + 1442695040888963407; return float64(u>>11)/(1<<53) - 0.5 }
	for i := range 60 {
		c := i % 3
		x = append(x, []float64{float64(c) + noise(), float64(c*c) - noise()})
		y = append(y, c)
	}
	s, err := decode.CrossValidate(decode.Func(nearestMean), x, y, 5, 1)
	fmt.Printf("%.2f %v %d\n", s.Mean(), err, len(s.Accuracy))
	fit, err := decode.NewLogistic().Fit(x, y)
	fmt.Printf("%v %v %.2f\n", err, fit.Classes, fit.Score(x, y))
	a := []int{0, 0, 1, 1, 2, 2, 0, 1}
	mi, err := info.Mutual(a, a)
	h, _ := info.Entropy(a)
	fmt.Printf("%.6f %.6f %v\n", mi, h, err)
	d, err := behavior.DPrime(80, 20, 30, 70)
	fmt.Printf("%.5f %.5f %v\n", d.DPrime, d.C, err)
	_, err = behavior.DPrime(10, 0, 5, 5)
	fmt.Println(err != nil)
	ddm := behavior.NewDDM()
	fmt.Println(ddm.LogPDF(ddm.T0/2, true), ddm.LogPDF(ddm.T0+0.5, true) > ddm.LogPDF(ddm.T0+5, true))
	fmt.Printf("%.4f %.4f\n", pharm.Hill(2, 1, 2, 3), pharm.Hill(4, 10, 2, 1))
	t := []float64{0, 1, 2, 4, 8, 12}
	conc := make([]float64, len(t))
	for i := range t {
		conc[i] = 10 * math.Exp(-0.2*t[i])
	}
	nca, err := pharm.NCA(t, conc, 100, pharm.NewNCA())
	fmt.Printf("%.4f %.4f %v\n", nca.HalfLife, nca.CMax, err)
	fmt.Println(plasticity.Hebb([]float64{1, 2}, []float64{3}, 0.5), plasticity.Oja([]float64{0.5}, []float64{1}, 2, 0.1))
}
