package behavior_test

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Two subjects of a Stroop task; one trial was missed, one took too long.
func ExampleScoreConflict() {
	t, err := table.Decode(strings.NewReader(`who,condition,rt,correct
1,congruent,0.52,1
1,incongruent,0.64,1
1,incongruent,0.60,1
1,congruent,0.55,1
1,congruent,0.50,1
1,incongruent,0.71,0
1,neutral,0.56,1
2,congruent,0.61,1
2,congruent,n/a,n/a
2,incongruent,0.70,1
2,incongruent,3.90,1
2,congruent,0.58,1
`), ',', "stroop.csv")
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := behavior.ScoreConflict(t, behavior.ConflictOptions{Subject: "who", Fast: 0.2, Slow: 2})
	fmt.Println(c, err)
	for _, s := range c.Subjects {
		fmt.Printf("subject %s: %.0f ms, accuracy %.2f and %.2f\n", s.Subject, 1000*s.Effect, s.Accuracy[0], s.Accuracy[1])
	}
	// Output:
	// congruency effect 101 ± 4 ms (SE), sequential effect 90 ms; 2 subjects, 12 trials, 1 without a response, 1 outliers (below 0.2 s, above 2 s) <nil>
	// subject 1: 97 ms, accuracy 1.00 and 0.67
	// subject 2: 105 ms, accuracy 1.00 and 1.00
}

func ExampleGoNoGo() {
	t := table.Table{Cols: []table.Col{
		{Name: "stimulus", Text: []string{"go", "go", "nogo", "go", "nogo", "go", "go", "nogo"}},
		{Name: "response", Num: []float64{1, 1, 1, 1, 0, 0, 1, math.NaN()}},
	}}
	d, err := behavior.GoNoGo(t, behavior.DetectionOptions{})
	fmt.Println(d, err)
	// Output:
	// go/no-go: hits 80%, false alarms 50%, d' 0.67; 1 trial not scored <nil>
}

func ExampleNBack() {
	items := strings.Split("TLTHLHKHHK", "")
	kinds, err := behavior.NBackKinds(items, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	t := table.Table{Cols: []table.Col{{Name: "stimulus", Text: kinds}, {Name: "response", Num: []float64{0, 0, 1, 0, 0, 1, 0, 1, 1, 0}}}}
	n, err := behavior.NBack(t, behavior.DetectionOptions{})
	fmt.Println(n, err)
	// Output:
	// n-back: hits 100%, false alarms 0%, d' 2.12; 2 trials not scored <nil>
}

func ExampleChangeDetection() {
	t := table.Table{Cols: []table.Col{
		{Name: "stimulus", Text: strings.Fields("change same change same change same change same")},
		{Name: "setsize", Num: []float64{4, 4, 4, 4, 8, 8, 8, 8}},
		{Name: "response", Num: []float64{1, 0, 1, 0, 1, 0, 0, 0}},
	}}
	c, err := behavior.ChangeDetection(t, behavior.DetectionOptions{})
	fmt.Println(c, err)
	// Output:
	// change detection; 4: hits 100%, false alarms 0%, d' 1.93, K 4.00; 8: hits 50%, false alarms 0%, d' 0.97, K 4.00 <nil>
}

func ExampleStopSignalTask() {
	missed := math.NaN()
	goRT := []float64{0.41, 0.45, 0.52, 0.48, 0.39, 0.60, 0.44, 0.50, missed, 0.47}
	ssd := []float64{0.20, 0.25, 0.20, 0.25, 0.30, 0.25}
	stopRT := []float64{missed, 0.41, missed, missed, 0.43, 0.40}
	s, err := behavior.StopSignalTask(goRT, ssd, stopRT)
	fmt.Println(s, err)
	// Output:
	// SSRT = 228 ms (integration; mean method 232 ms), P(respond) 0.50 in 6 stop trials, mean SSD 242 ms, go 473 ms with 1 omissions in 10; 6 stop trials, 50 or more are recommended <nil>
}

// Six cards under colour, then six under form.
func ExampleScoreCardSort() {
	rule := strings.Fields("colour colour colour colour colour colour form form form form form form")
	matches := strings.Fields("form colour colour colour+number colour colour colour colour+number colour form form form")
	s, err := behavior.ScoreCardSort(rule, matches, 5)
	fmt.Println(s, err)
	// Output:
	// card sorting, 12 trials: 1 categories, 4 errors (3 perseverative), 3 perseverative responses, 0 failures to maintain set <nil>
}

// A simulated subject who learns to leave the bad decks.
func ExampleScoreIowa() {
	c := behavior.PVLDelta(4).Simulate([]float64{0.2, 0.5, 1.5, 1.2}, behavior.IowaTask(100), 3)
	s, err := behavior.ScoreIowa(c, []bool{false, false, true, true}, 20)
	fmt.Println(s, err)
	if err == nil {
		fmt.Println(s.Blocks)
	}
	// Output:
	// net score +60 in 100 trials, choices of each deck [10 10 29 51], won 12.5 <nil>
	// [0 14 16 18 12]
}

func ExampleScoreSpan() {
	s, err := behavior.ScoreSpan([]string{"52", "619", "3 8 2", "7415", "9263", "51837"}, []string{"52", "619", "3 8 2", "7415", "9236", ""}, false)
	fmt.Println(s, err)
	// Output:
	// span, forward: longest 4, 4 of 5 lists correct, partial credit 0.900 by unit, 0.875 by load; 1 lists without a recall left out <nil>
}

func ExampleTrailMaking() {
	t, err := behavior.TrailMaking([]float64{28.4, 35.1}, []float64{66.2, 110.5})
	fmt.Println(t, err)
	// Output:
	// A (s)  B (s)  B-A (s)      B/A  (B-A)/A
	//  28.4   66.2     37.8  2.33099  1.33099
	//  35.1  110.5     75.4  3.14815  2.14815 <nil>
}

// Money now or more of it later: the items are your own.
func ExampleScoreDiscountChoices() {
	now := []float64{34, 54, 47, 25, 40}
	later := []float64{50, 55, 60, 60, 70}
	days := []float64{30, 117, 160, 14, 20}
	choseLater := []float64{1, 0, 0, 1, 1}
	d, err := behavior.ScoreDiscountChoices(now, later, days, choseLater)
	fmt.Println(d, err)
	// Output:
	// K 0.005207 from 5 choices, 100% consistent <nil>
}

func ExampleScoreTotal() {
	answers := []float64{4, 2, math.NaN(), 5, 3, 4, 1, 2, 3, 5}
	t, err := behavior.ScoreTotal(answers, behavior.TotalOptions{Min: 1, Max: 5, Reverse: []int{1, 6}, Missing: "prorate"})
	fmt.Println(t, err)
	// Output:
	// total 38.89 of 10 items, 1 missing, prorated <nil>
}

func ExampleNorms_Score() {
	n, err := behavior.NewNorms(table.Table{Cols: []table.Col{
		{Name: "age_min", Num: []float64{20, 40, 60}}, {Name: "age_max", Num: []float64{39, 59, 79}},
		{Name: "mean", Num: []float64{52, 48, 41}}, {Name: "sd", Num: []float64{8, 9, 10}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := n.Score(35, 66)
	fmt.Println(s, err)
	// Output:
	// 35 against 41 ± 10: z -0.60, T 44, scaled 8, percentile 27.4 <nil>
}

func ExampleRetest_Change() {
	norm := behavior.Retest{N: 60, Mean1: 48, SD1: 9, Mean2: 50, SD2: 9.5, Reliability: 0.85}
	c, err := norm.Change(45, 36)
	fmt.Println(c, err)
	// Output:
	// change 45 to 36: RCI -1.83, with practice -2.23, SRB -2.26, t -2.22 (p 0.030) <nil>
}

// Twelve subjects with sixty choices each.
func ExampleLearningModel_FitGroup() {
	m := behavior.QModel(behavior.QOptions{})
	var all []behavior.Choices
	for i := range 12 {
		alpha, beta := 0.2+0.03*float64(i), 3+0.5*float64(i%4)
		all = append(all, m.Simulate([]float64{alpha, beta}, behavior.Bandit(60, 0.3, 0.7), uint64(i)))
	}
	g, err := m.FitGroup(all)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(g)
	fmt.Printf("alpha %.2f (%.2f to %.2f), beta %.1f (%.1f to %.1f)\n", g.Typical[0], g.Lower[0], g.Upper[0], g.Typical[1], g.Lower[1], g.Upper[1])
	// Output:
	// Q-learning, 12 subjects, 720 choices: log marginal likelihood -248.47, iBIC 523.26; no difference between subjects in alpha
	// alpha 0.26 (0.21 to 0.33), beta 4.6 (3.9 to 5.4)
}

// Colours of three items, rad; one was asked for. Two reports are of another item.
func ExampleFitReportSwaps() {
	target := []float64{0.5, 2.1, -1.3, 3.0, 0.2, -2.4, 1.1, 2.7, -0.6, 1.9, -3.0, 0.9}
	others := [][]float64{{2.0, -1.5}, {-0.4, 0.6}, {0.8, 2.9}, {1.2, -0.7}, {-2.8, 1.7}, {0.3, 1.5}, {-1.9, 2.8}, {0.4, -1.1}, {1.3, -2.6}, {-0.2, 3.1}, {1.0, -0.9}, {-1.2, 2.4}}
	response := []float64{0.62, 2.0, -1.25, 1.31, 0.05, -2.52, 1.2, 2.61, -0.45, 1.83, 1.1, 0.98}
	f, err := behavior.FitReportSwaps(response, target, others)
	fmt.Println(f, err)
	// Output:
	// continuous report, 12 errors: guesses 0 (at its limit), swaps 0.167 ± 0.108, kappa 87.44 ± 35.59 (SE), SD 0.107 rad (6.1°) <nil>
}

func ExampleNBackKinds() {
	t := table.Table{Cols: []table.Col{
		{Name: "subject", Text: strings.Split("aaaaaabbbbbb", "")},
		{Name: "letter", Text: strings.Split("TLTHLHKHKLKK", "")},
		{Name: "response", Num: []float64{0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0}},
	}}
	runs, err := t.Split("subject")
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, r := range runs {
		letter, _ := r.Col("letter")
		kinds, _ := behavior.NBackKinds(letter.Text, 2)
		runs[i], _ = r.With(table.Col{Name: "stimulus", Text: kinds})
	}
	t, _ = table.Bind(runs...)
	n, err := behavior.NBack(t, behavior.DetectionOptions{Subject: "subject"})
	fmt.Println(n, err)
	// Output: n-back: hits 100%, false alarms 0%, d' 1.64; 4 trials not scored <nil>
}

func ExampleChoicesOf() {
	t := table.Table{Cols: []table.Col{
		{Name: "subject", Text: []string{"a", "a", "a", "b", "b", "b"}},
		{Name: "session", Num: []float64{1, 1, 2, 1, 1, 2}},
		{Name: "machine", Text: []string{"left", "right", "right", "right", "", "left"}},
		{Name: "won", Num: []float64{0, 1, 1, 0, 0, 1}},
	}}
	t, err := t.Recode("machine", map[string]float64{"left": 0, "right": 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	subjects, err := behavior.ChoicesOf(t, "subject", "machine", "won", 2, "session")
	for _, c := range subjects {
		fmt.Println(c.Subject, c.Choice, c.Block, err)
	}
	// Output:
	// a [0 1 1] [0 0 1] <nil>
	// b [1 -1 0] [0 0 1] <nil>
}
