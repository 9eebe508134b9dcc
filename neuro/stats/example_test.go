package stats_test

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro/stats"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Ten voxels: four pass 0.05 alone, and the correction says how many of these to
// believe.
func ExampleFDR() {
	p := []float64{0.001, 0.008, 0.039, 0.041, 0.27, 0.32, 0.55, 0.61, 0.74, 0.92}
	threshold, reject := stats.FDR(p, 0.05)
	fmt.Println("threshold", threshold)
	for i, r := range reject {
		if r {
			fmt.Println("voxel", i, "p", p[i])
		}
	}
	// Output:
	// threshold 0.008
	// voxel 0 p 0.001
	// voxel 1 p 0.008
}

func ExampleFDRAdjust() {
	fmt.Printf("%.3f\n", stats.FDRAdjust([]float64{0.01, 0.04, 0.03, 0.5}))
	// Output:
	// [0.040 0.053 0.053 0.500]
}

func ExampleBonferroni() {
	threshold, reject := stats.Bonferroni([]float64{0.001, 0.008, 0.039, 0.041}, 0.05)
	fmt.Println(threshold, reject)
	// Output:
	// 0.0125 [true true false false]
}

// Ten patients under two drugs (Student 1908).
func ExamplePairedT() {
	x := []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2}
	y := []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	t, err := stats.PairedT(x, y)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(t)
	w, err := stats.Wilcoxon(x, y)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v; %d difference of 0 left out\n", w, w.Zeros)
	// Output:
	// t(9) = -4.06, p = .003, d = -1.28 [-2.12, -0.41], BF10 = 17.3
	// V = 0, p = .009, rank-biserial r = -1.00; 1 difference of 0 left out
}

// Twelve people name colours of words; two groups, three conditions. The words do their harm.
func ExampleANOVA() {
	rt := [][3]float64{
		{520, 548, 610}, {489, 530, 579}, {601, 612, 690}, {555, 566, 641}, {532, 570, 588}, {577, 590, 671},
		{610, 660, 741}, {559, 601, 699}, {640, 650, 720}, {580, 641, 705}, {623, 655, 748}, {599, 610, 733},
	}
	t := table.Table{Cols: []table.Col{{Name: "subject"}, {Name: "group"}, {Name: "words"}, {Name: "rt", Unit: "ms"}}}
	for s, row := range rt {
		for k, v := range row {
			t.Cols[0].Num = append(t.Cols[0].Num, float64(s+1))
			t.Cols[1].Text = append(t.Cols[1].Text, []string{"young", "old"}[s/6])
			t.Cols[2].Text = append(t.Cols[2].Text, []string{"congruent", "neutral", "incongruent"}[k])
			t.Cols[3].Num = append(t.Cols[3].Num, v)
		}
	}
	f := stats.Factors{Value: "rt", Subject: "subject", Within: []string{"words"}, Between: []string{"group"}}
	r, err := stats.ANOVA(t, f)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r)
	pairs, err := stats.Pairwise(t, f, "words", "", "holm")
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range pairs.Pairs {
		fmt.Printf("%s less %s: %.0f ms, t(%.0f) = %.1f, adjusted p = %.2g\n", p.A, p.B, p.Diff, p.DF, p.T, p.PAdj)
	}
	// Output:
	// group: F(1, 10) = 16.87, p = .002, partial η² = 0.628 [0.215, 0.765]
	// words: F(1.8, 17.9) = 176.21, p < .001, partial η² = 0.946 [0.888, 0.961]
	// group:words: F(1.8, 17.9) = 6.07, p = .011, partial η² = 0.378 [0.070, 0.541]
	// congruent less neutral: -29 ms, t(11) = -5.7, adjusted p = 0.00015
	// congruent less incongruent: -103 ms, t(11) = -13.5, adjusted p = 1e-07
	// neutral less incongruent: -74 ms, t(11) = -9.9, adjusted p = 1.7e-06
}

// Two conditions of ten subjects over 200 samples of time, which differ from sample 80 to
// 119.
func ExampleClusterPaired() {
	a, b := make([][]float64, 10), make([][]float64, 10)
	for i := range a {
		a[i], b[i] = make([]float64, 200), make([]float64, 200)
		for k := range a[i] {
			a[i][k] = math.Sin(float64(7*i+3)) + math.Sin(float64((3*i+1)*k))
			if k >= 80 && k < 120 {
				a[i][k] += 1.5
			}
		}
	}
	r, err := stats.ClusterPaired(a, b, stats.Chain(200), stats.ClusterOptions{})
	if err != nil {
		panic(err)
	}
	c := r.Clusters[0]
	fmt.Println(r)
	fmt.Printf("samples %d to %d, mass %.1f, p = %.3f\n", c.Points[0], c.Points[len(c.Points)-1], c.Mass, c.P)
	// Output:
	// paired t test: 10 clusters with |t| > 2.262, 1 of them with p up to 0.05 (least 0.00195); 1024 rearrangements (all)
	// samples 80 to 119, mass 213.0, p = 0.002
}

// How many people does a paired comparison of a middling effect need?
func ExamplePowerTest_Solve() {
	plan, err := stats.PowerTest{Test: "paired t", Effect: 0.5, Power: 0.9}.Solve()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.0f pairs\n", math.Ceil(plan.N))
	// Output:
	// 44 pairs
}
