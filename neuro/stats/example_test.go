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

// A logistic regression of accuracies, and its marginal means as probabilities.
func ExampleGLM() {
	t := table.Table{Cols: []table.Col{{Name: "correct"}, {Name: "coherence"}, {Name: "drug"}}}
	for i := range 80 {
		c := float64(i%8) / 7
		right := 0.0
		if c+0.3*float64(i%5)+0.3*float64(i/40) > 0.9+0.2*float64(i%2) {
			right = 1
		}
		t.Cols[0].Num = append(t.Cols[0].Num, right)
		t.Cols[1].Num = append(t.Cols[1].Num, c)
		t.Cols[2].Text = append(t.Cols[2].Text, []string{"placebo", "ketamine"}[i/40])
	}
	fit, err := stats.GLM(t, "correct ~ coherence + drug", stats.GLMOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	slope, _ := fit.Coefficient("coherence")
	fmt.Printf("log odds %.2f [%.2f, %.2f] for each unit of coherence, p = %.2g\n", slope.Estimate, slope.Lo, slope.Hi, slope.P)
	means, err := fit.Means("drug")
	fmt.Printf("%s %.3f, %s %.3f, %v\n", means.Means[0].Levels[0], means.Means[0].Response, means.Means[1].Levels[0], means.Means[1].Response, err)
	// Output:
	// log odds 3.41 [1.62, 5.19] for each unit of coherence, p = 0.00018
	// ketamine 0.747, placebo 0.500, <nil>
}

func ExampleLinear() {
	t := table.Table{Cols: []table.Col{
		{Name: "rt", Unit: "ms", Num: []float64{412, 398, 455, 470, 431, 502, 489, 520, math.NaN()}},
		{Name: "age", Num: []float64{21, 24, 30, 38, 29, 51, 47, 60, 33}},
	}}
	fit, err := stats.Linear(t, "rt ~ age")
	if err != nil {
		fmt.Println(err)
		return
	}
	age, _ := fit.Coefficient("age")
	fmt.Printf("%.2f ms a year [%.2f, %.2f], R² = %.2f\n", age.Estimate, age.Lo, age.Hi, fit.R2)
	fmt.Println(fit.Notes())
	// Output:
	// 3.02 ms a year [2.20, 3.84], R² = 0.93
	// [1 rows with missing values were left out]
}

// Accuracies of subjects who answered the same items.
func ExampleMixedGLM() {
	t := table.Table{Cols: []table.Col{{Name: "correct"}, {Name: "condition"}, {Name: "subject"}}}
	for i := range 400 {
		s := i / 20
		right := 0.0
		if math.Mod(float64(i)*0.618034, 1) < 0.35+0.02*float64(s)+0.15*float64(i%2) {
			right = 1
		}
		t.Cols[0].Num = append(t.Cols[0].Num, right)
		t.Cols[1].Text = append(t.Cols[1].Text, []string{"hard", "easy"}[i%2])
		t.Cols[2].Text = append(t.Cols[2].Text, fmt.Sprint("s", s))
	}
	fit, err := stats.MixedGLM(t, "correct ~ condition + (1 | subject)", stats.GLMOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	hard, _ := fit.Coefficient("conditionhard")
	fmt.Printf("odds ratio %.2f, z = %.2f; SD of subjects %.2f\n", math.Exp(hard.Estimate), hard.T, fit.Random[0].SD)
	means, _ := fit.Means("condition")
	pairs, err := means.Pairs("holm")
	fmt.Printf("easy less hard %.2f log odds, p = %.2g, %v\n", pairs.Pairs[0].Diff, pairs.Pairs[0].PAdj, err)
	// Output:
	// odds ratio 0.55, z = -2.87; SD of subjects 0.21
	// easy less hard 0.60 log odds, p = 0.0041, <nil>
}

// Few subjects, of whom some lack a session: tests by Kenward and Roger.
func ExampleMixedFit_ANOVA() {
	t := table.Table{Cols: []table.Col{{Name: "subject"}, {Name: "drug"}, {Name: "day"}, {Name: "rt", Unit: "ms"}}}
	nan := math.NaN()
	for s, row := range [][]float64{{420, 431, 447}, {390, 384, nan}, {462, 470, 486}, {410, nan, 441}, {455, 480, 512}, {438, 449, 497}, {nan, 472, 490}, {490, 521, 560}} {
		for k, v := range row {
			t.Cols[0].Text = append(t.Cols[0].Text, fmt.Sprint("s", s))
			t.Cols[1].Text = append(t.Cols[1].Text, []string{"placebo", "ketamine"}[s/4])
			t.Cols[2].Num = append(t.Cols[2].Num, float64(k)-1)
			t.Cols[3].Num = append(t.Cols[3].Num, v)
		}
	}
	fit, err := stats.Mixed(t, "rt ~ drug * day + (1 | subject)", stats.MixedOptions{DF: "kenward-roger"})
	if err != nil {
		fmt.Println(err)
		return
	}
	a, err := fit.ANOVA()
	for _, x := range a.Tests {
		fmt.Println(x)
	}
	means, _ := fit.Means("drug")
	pairs, _ := means.Pairs("none")
	fmt.Printf("ketamine less placebo %.0f [%.0f, %.0f] ms, %v\n", pairs.Pairs[0].Diff, pairs.Pairs[0].Lo, pairs.Pairs[0].Hi, err)
	// Output:
	// drug: F(1, 6.0) = 5.83, p = .052
	// day: F(1, 11.0) = 110.07, p < .001
	// drug:day: F(1, 11.0) = 19.13, p = .001
	// ketamine less placebo 52 [-1, 105] ms, <nil>
}

// A questionnaire of six items of unequal quality.
func ExampleMcDonaldOmega() {
	var answers [][]float64
	for i := range 60 {
		person := math.Mod(float64(i)*0.618034, 1) - 0.5
		row := make([]float64, 6)
		for j := range row {
			own := math.Mod(float64((i+1)*(j+3))*0.754878+float64(i*i%7)*0.1, 1) - 0.5
			row[j] = math.Round(3 + 3*(0.4+0.1*float64(j))*person + 2*own)
		}
		answers = append(answers, row)
	}
	omega, err := stats.McDonaldOmega(answers, stats.OmegaOptions{Seed: 1})
	fmt.Println(omega, err)
	// Output:
	// omega = 0.85 [0.79, 0.89], alpha = 0.83, 6 items, 60 people <nil>
}

func ExampleFisherExact() {
	r, err := stats.FisherExact([][]int{{8, 2}, {1, 9}})
	fmt.Println(r, err)
	// Output:
	// Fisher's exact test, n = 20, p = .005, odds ratio = 27.3 [2.06, 1.77e+03] <nil>
}

func ExampleEstimatedMeans() {
	t := table.Table{Cols: []table.Col{{Name: "subject"}, {Name: "load"}, {Name: "rt", Unit: "ms"}}}
	for s, row := range [][]float64{{420, 450, 510}, {390, 430, 470}, {460, 470, 540}, {410, 460, 500}, {440, 480, 560}} {
		for k, v := range row {
			t.Cols[0].Text = append(t.Cols[0].Text, fmt.Sprint("s", s))
			t.Cols[1].Text = append(t.Cols[1].Text, []string{"1", "2", "4"}[k])
			t.Cols[2].Num = append(t.Cols[2].Num, v)
		}
	}
	m, err := stats.EstimatedMeans(t, stats.Factors{Value: "rt", Subject: "subject", Within: []string{"load"}}, "load")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m)
	trend, err := m.Contrast("linear trend", -1, 0, 1)
	fmt.Println(trend, err)
	// Output:
	// marginal means by load
	// load  mean       SE  df  95% low  95% high
	// 1      424   12.083   4  390.452   457.548
	// 2      458  8.60233   4  434.116   481.884
	// 4      516  15.6844   4  472.453   559.547
	// linear trend: 92 [71.6, 112.4], t(4) = 12.52, p < .001 <nil>
}

func ExamplePermutationTest() {
	drug := []float64{410, 395, 372, 401, 388, 420}
	placebo := []float64{432, 428, 399, 441, 417, 436}
	r, err := stats.PermutationTest(drug, placebo, stats.PermutationOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r)
	// Output: permutation test, independent, two-sided: -27.83, p = .017 (all 924 rearrangements)
}

func ExamplePowerTest_Solve_repeated() {
	// How many subjects in each of two groups find a group by session interaction, three sessions that correlate by 0.6?
	plan, err := stats.PowerTest{Test: "interaction", Effect: 0.15, Power: 0.8, Measures: 3, Rho: 0.6}.Solve()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.0f in each group\n", math.Ceil(plan.N))
	// Output: 30 in each group
}
