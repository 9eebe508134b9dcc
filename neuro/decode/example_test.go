package decode_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/decode"
)

// trials returns the rates of three neurons in 40 trials, Hz. The first one
// answers to stimulus 1, the second to stimulus 0, the third to neither.
func trials() (x [][]float64, y []int) {
	for i := range 40 {
		stimulus := i % 2
		noise := func(k float64) float64 { return 7 * math.Sin(k*float64(i*i)) }
		x = append(x, []float64{10 + 3*float64(stimulus) + noise(1), 13 - 3*float64(stimulus) + noise(2), 8 + noise(3)})
		y = append(y, stimulus)
	}
	return x, y
}

func ExampleCrossValidate() {
	x, y := trials()
	scores, err := decode.CrossValidate(decode.NewLogistic(), x, y, 5, 1)
	fmt.Println(scores, err)
	// Output: accuracy 0.975 ± 0.056 (SD over 5 stratified folds), chance 0.500 <nil>
}

// A model of one's own is a function: here the class whose mean is nearest.
func ExampleFunc() {
	nearestMean := decode.Func(func(x [][]float64, y []int, test [][]float64) ([]int, error) {
		var sum [2][3]float64
		var n [2]float64
		for i, row := range x {
			n[y[i]]++
			for j, v := range row {
				sum[y[i]][j] += v
			}
		}
		labels := make([]int, len(test))
		for i, row := range test {
			var d [2]float64
			for k := range d {
				for j, v := range row {
					d[k] += math.Pow(v-sum[k][j]/n[k], 2)
				}
			}
			if d[1] < d[0] {
				labels[i] = 1
			}
		}
		return labels, nil
	})
	x, y := trials()
	scores, err := decode.CrossValidate(nearestMean, x, y, 5, 1)
	fmt.Println(scores, err)
	// Output: accuracy 0.925 ± 0.112 (SD over 5 stratified folds), chance 0.500 <nil>
}

func ExampleLogistic_Fit() {
	x, y := trials()
	fit, err := decode.NewLogistic().Fit(x, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("weights %.2f, intercept %.2f\n", fit.Coef[0], fit.Intercept[0])
	fmt.Printf("gradient below 1e-9: %v\n", fit.Gradient < 1e-9)
	// Output:
	// weights [1.02 -1.27 0.75], intercept -3.28
	// gradient below 1e-9: true
}

func ExampleLogisticFit_Proba() {
	x, y := trials()
	fit, _ := decode.NewLogistic().Fit(x, y)
	p := fit.Proba([][]float64{{13, 10, 8}, {11.5, 11.5, 8}})
	fmt.Printf("P(stimulus 1) = %.3f and %.3f\n", p[0][1], p[1][1])
	// Output: P(stimulus 1) = 0.965 and 0.472
}

func ExampleLogisticFit_Predict() {
	x, y := trials()
	fit, _ := decode.NewLogistic().Fit(x, y)
	fmt.Println(fit.Predict([][]float64{{13, 10, 8}, {10, 13, 8}}))
	// Output: [1 0]
}

// The score on the trials of the fit is not a result: CrossValidate gives one.
func ExampleLogisticFit_Score() {
	x, y := trials()
	fit, _ := decode.NewLogistic().Fit(x[:20], y[:20])
	fmt.Printf("other half: %.2f\n", fit.Score(x[20:], y[20:]))
	// Output: other half: 0.95
}

func ExampleNewLogistic() {
	m := decode.NewLogistic()
	fmt.Println(m.C)
	// Output: 1
}

// Ten trials are few: how often would shuffled labels do as well?
func ExamplePermutationTest() {
	x, y := trials()
	p, err := decode.PermutationTest(decode.NewLogistic(), x[:10], y[:10], decode.Split{Folds: 5, Seed: 1}, 99)
	fmt.Println(p, err)
	// Output: accuracy 0.700 over 5 stratified folds, p = 0.24 (99 permutations, chance 0.500) <nil>
}

// Four runs of ten trials each: every run is predicted from the others.
func ExampleLeaveOneGroupOut() {
	x, y := trials()
	run := make([]int, len(y))
	for i := range run {
		run[i] = i / 10
	}
	scores, err := decode.LeaveOneGroupOut(decode.NewLogistic(), x, y, run)
	fmt.Println(scores, err)
	// Output: accuracy 0.975 ± 0.050 (SD over 4 groups left out in turn), chance 0.500 <nil>
}
