package behavior

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/table"
)

func TestDetectionTasks(t *testing.T) {
	nan := math.NaN()
	d, err := GoNoGo(table.Table{Cols: []table.Col{
		{Name: "stimulus", Text: []string{"go", "go", "go", "nogo", "nogo", "go", "nogo", "go"}},
		{Name: "response", Num: []float64{1, 0, 1, 1, 0, 1, 0, nan}},
		{Name: "rt", Num: []float64{0.3, nan, 0.5, 0.2, nan, 0.4, nan, nan}},
	}}, DetectionOptions{RT: "rt"})
	if err != nil {
		t.Fatal(err)
	}
	s := d.Scores[0]
	want, err := DPrimeCorrected(3, 1, 1, 2, "loglinear")
	if err != nil {
		t.Fatal(err)
	}
	if s.Hits != 3 || s.Misses != 1 || s.FalseAlarms != 1 || s.Rejections != 2 || s.Missing != 1 || s.DPrime != want.DPrime || s.C != want.C {
		t.Errorf("%+v", s)
	}
	within(t, "hit time", s.RT, 0.4, 1e-15)
	within(t, "SD", s.SD, 0.1, 1e-15)
	// Perfect performance, and nothing but presses, are finite.
	for _, response := range [][]float64{{1, 0}, {1, 1}, {0, 0}} {
		d, err := GoNoGo(table.Table{Cols: []table.Col{{Name: "stimulus", Text: []string{"go", "nogo"}}, {Name: "response", Num: response}}}, DetectionOptions{})
		if err != nil || math.IsNaN(d.Scores[0].DPrime) || math.IsInf(d.Scores[0].DPrime, 0) {
			t.Error(response, d, err)
		}
	}
	kinds, err := NBackKinds(strings.Split("abacabbb", ""), 2)
	if err != nil {
		t.Fatal(err)
	}
	// a b | a=target, c, a=target, b (3 back is a; 1 back a; 2 back c): other... b at 6 is 1 back: lure, b at 7: target.
	if want := []string{"", "", "target", "other", "target", "other", "lure", "target"}; !slices.Equal(kinds, want) {
		t.Errorf("%q, want %q", kinds, want)
	}
	n, err := NBack(table.Table{Cols: []table.Col{{Name: "stimulus", Text: kinds}, {Name: "response", Num: []float64{0, 0, 1, 0, 0, 0, 1, 1}}}}, DetectionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if s := n.Scores[0]; s.Hits != 2 || s.Misses != 1 || s.Rejections != 2 || s.LureRate != 1 || s.Missing != 2 {
		t.Errorf("%+v", s)
	}
	c, err := ChangeDetection(table.Table{Cols: []table.Col{
		{Name: "stimulus", Text: []string{"change", "change", "same", "same", "change", "same"}},
		{Name: "response", Num: []float64{1, 1, 0, 0, 1, 1}},
		{Name: "setsize", Num: []float64{4, 4, 4, 4, 8, 8}},
		{Name: "who", Num: []float64{1, 1, 1, 1, 1, 1}},
	}}, DetectionOptions{Subject: "who"})
	if err != nil {
		t.Fatal(err)
	}
	if s := c.Scores; len(s) != 2 || s[0].Cowan != 4 || s[0].Pashler != 4 || s[1].Cowan != 0 || !math.IsNaN(s[1].Pashler) {
		t.Errorf("%+v", s)
	}
}

func TestStopSignalTask(t *testing.T) {
	nan := math.NaN()
	goRT := []float64{0.41, 0.45, 0.52, 0.48, 0.39, 0.60, 0.44, 0.50, nan, 0.47}
	ssd := []float64{0.20, 0.25, 0.20, 0.25, 0.30, 0.25}
	s, err := StopSignalTask(goRT, ssd, []float64{nan, 0.4, nan, nan, 0.42, 0.41})
	if err != nil {
		t.Fatal(err)
	}
	within(t, "failed", s.MeanFailed, 0.41, 1e-12)
	if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "6 stop trials") {
		t.Error(s.Warnings)
	}
	s, err = StopSignalTask(goRT, ssd, []float64{nan, 0.9, nan, nan, nan, nan})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(s.String(), "race model does not hold") || !strings.Contains(s.String(), "not reliable") {
		t.Error(s)
	}
}

func TestCardSort(t *testing.T) {
	// Under colour: an error by form alone makes form the principle; then a
	// category of three; under form the principle is colour.
	rule := strings.Fields("c c c c c c f f f f f f f f")
	matches := strings.Fields("f f c c+f c c c c+n c c+f f n f none")
	matches[11] = "" // no response
	s, err := ScoreCardSort(rule, matches, 3)
	if err != nil {
		t.Fatal(err)
	}
	// Perseverative: the second f; under form c, then c+n between c and c, then c; c+f has no c alone after it.
	if s.Trials != 13 || s.Missing != 1 || s.Errors != 6 || s.PerseverativeErrors != 4 || s.PerseverativeResponses != 4 || s.Categories != 2 || s.TrialsToFirst != 5 || s.NonperseverativeErrors != 2 || s.ConceptualLevel != 7 {
		t.Errorf("%+v", s)
	}
	perfect, err := ScoreCardSort(strings.Fields("c c f f"), strings.Fields("c c f f"), 2)
	if err != nil {
		t.Fatal(err)
	}
	if perfect.Errors != 0 || perfect.PerseverativeResponses != 0 || perfect.Categories != 2 {
		t.Errorf("%+v", perfect)
	}
	lapse, err := ScoreCardSort(strings.Fields("c c c c c c"), strings.Fields("c c c c c n"), 0)
	if err != nil || lapse.FailuresToMaintain != 1 {
		t.Error(lapse, err)
	}
}

func TestIowa(t *testing.T) {
	c := Choices{Options: 4, Choice: []int{0, 1, -1, 2, 3, 3}, Reward: []float64{1, 1, 0, 0.5, -2, 0.5}}
	s, err := ScoreIowa(c, []bool{false, false, true, true}, 3)
	if err != nil {
		t.Fatal(err)
	}
	if s.Net != 1 || !slices.Equal(s.Blocks, []float64{-2, 3}) || s.Missing != 1 || s.Total != 1 || !slices.Equal(s.Counts, []int{1, 1, 1, 2}) {
		t.Errorf("%+v", s)
	}
	// PVL-delta by hand.
	m := PVLDelta(4)
	p := []float64{0.5, 0.5, 2, 1} // phi, alpha, lambda, c: theta 2
	c = Choices{Options: 4, Choice: []int{0, 0, 1}, Reward: []float64{1, -0.25, 1}}
	q1, q2 := 0.5, 0.25+0.5*-2*0.5
	want := math.Log(0.25) + 2*q1 - math.Log(math.Exp(2*q1)+3) - math.Log(math.Exp(2*q2)+3)
	within(t, "log likelihood", m.LogLik(p, c, nil), want, 1e-14)
	task := IowaTask(100)
	for k := range 4 {
		mean := task.P[0][k]*task.Win[k] + (1-task.P[0][k])*task.Lose[k]
		within(t, "mean of a deck", mean, []float64{-0.25, -0.25, 0.25, 0.25}[k], 1e-12)
	}
	f, err := m.Fit(m.Simulate([]float64{0.2, 0.5, 1.5, 1}, task, 4), LearningFitOptions{MAP: true})
	if err != nil || !f.Converged {
		t.Error(f, err)
	}
}

func TestSpan(t *testing.T) {
	s, err := ScoreSpan([]string{"52", "31", "5 2 9", "614", "7253", "8164"}, []string{"52", "31", "5 2 9", "641", "7", ""}, false)
	if err != nil {
		t.Fatal(err)
	}
	if s.Longest != 3 || s.LongestAll != 2 || s.Correct != 3 || s.Trials != 5 || s.Missing != 1 {
		t.Errorf("%+v", s)
	}
	within(t, "PCU", s.PartialUnit, (1+1+1+1/3.0+1/4.0)/5, 1e-15)
	within(t, "ANU", s.AllUnit, 3/5.0, 1e-15)
	within(t, "PCL", s.PartialLoad, (2+2+3+1+1)/14.0, 1e-15)
	within(t, "ANL", s.AllLoad, 7/14.0, 1e-15)
	b, err := ScoreSpan([]string{"529"}, []string{"925"}, true)
	if err != nil || b.Correct != 1 {
		t.Error(b, err)
	}
	trails, err := TrailMaking([]float64{30, 20, math.NaN()}, []float64{75, 50, 60})
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "B-A", trails.Cols[2].Num[:2], []float64{45, 30}, 1e-15)
	golden.Close(t, "B/A", trails.Cols[3].Num[:2], []float64{2.5, 2.5}, 1e-15)
	if !strings.Contains(trails.Title, "1 of 3") || !math.IsNaN(trails.Cols[2].Num[2]) {
		t.Error(trails)
	}
}

func TestDiscountChoices(t *testing.T) {
	// Rates of indifference 0.001, 0.01, 0.1, 1.
	sooner, delay := []float64{50, 50, 50, 50}, []float64{1000, 100, 10, 1}
	later := []float64{100, 100, 100, 100}
	s, err := ScoreDiscountChoices(sooner, later, delay, []float64{0, 0, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	within(t, "K", s.K, math.Sqrt(0.01*0.1), 1e-12)
	if s.Consistency != 1 || s.AtEnd {
		t.Error(s)
	}
	// Always sooner: K at the top. One missing.
	s, err = ScoreDiscountChoices(sooner, later, delay, []float64{0, 0, math.NaN(), 0})
	if err != nil || s.K != 1 && math.Abs(s.K-1) > 1e-12 || !s.AtEnd || s.Missing != 1 {
		t.Error(s, err)
	}
	// Two candidates agree with as many: their geometric mean.
	s, err = ScoreDiscountChoices(sooner, later, delay, []float64{0, 1, 0, 1})
	if err != nil {
		t.Fatal(err)
	}
	within(t, "K", s.K, math.Sqrt(math.Sqrt(0.001*0.01)*math.Sqrt(0.1)), 1e-12)
	within(t, "consistency", s.Consistency, 0.75, 0)
}

func TestTotalsAndNorms(t *testing.T) {
	nan := math.NaN()
	s, err := ScoreTotal([]float64{1, 4, nan, 2, 3, 5, 1, 2, 3, 4}, TotalOptions{Min: 1, Max: 5, Reverse: []int{1}, Missing: "prorate"})
	if err != nil {
		t.Fatal(err)
	}
	within(t, "prorated", s.Score, 23*10/9.0, 1e-14)
	if s, err := ScoreTotal([]float64{1, nan}, TotalOptions{Missing: "prorate"}); err != nil || !math.IsNaN(s.Score) {
		t.Error(s, err)
	}
	if s, err := ScoreTotal([]float64{1, nan}, TotalOptions{Missing: "zero"}); err != nil || s.Score != 1 || s.Missing != 1 {
		t.Error(s, err)
	}
	n, err := NewNorms(table.Table{Cols: []table.Col{
		{Name: "age_min", Num: []float64{20, 40, 20}}, {Name: "age_max", Num: []float64{39, nan, 39}},
		{Name: "education_min", Num: []float64{0, 0, 13}}, {Name: "education_max", Num: []float64{12, 30, 30}},
		{Name: "mean", Num: []float64{30, 36, 26}}, {Name: "sd", Num: []float64{5, 8, 4}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	n.LowerIsBetter = true
	v, err := n.Score(40, 62, 10)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "z", v.Z, -0.5, 0)
	within(t, "T", v.T, 45, 0)
	within(t, "standard", v.Standard, 92.5, 0)
	within(t, "percentile", v.Percentile, 30.85375387259869, 1e-12)
	if v.Scaled != 9 { // 8.5 is rounded away from 0
		t.Error(v)
	}
	r, err := RegressionNorms(50, []string{"age"}, []float64{-0.2}, 8)
	if err != nil {
		t.Fatal(err)
	}
	if v, err = r.Score(50, 40); err != nil || v.Z != 1 {
		t.Error(v, err)
	}
	if v, err = r.Score(nan, 40); err != nil || !math.IsNaN(v.Scaled) {
		t.Error(v, err)
	}
}

// The prediction of Crawford and Garthwaite is that of a regression on data with
// the same moments.
func TestRetest(t *testing.T) {
	x := []float64{10, 12, 9, 15, 11, 13}
	y := []float64{12, 13, 11, 15, 14, 13}
	mx, my, sx, sy := meanOf(x), meanOf(y), spread(x), spread(y)
	r := correlation(x, y)
	c, err := Retest{N: 6, Mean1: mx, SD1: sx, Mean2: my, SD2: sy, Reliability: r}.Change(14, 10)
	if err != nil {
		t.Fatal(err)
	}
	b := r * sy / sx
	rss, sxx := 0.0, 0.0
	for i := range x {
		e := y[i] - my - b*(x[i]-mx)
		rss += e * e
		sxx += (x[i] - mx) * (x[i] - mx)
	}
	se := math.Sqrt(rss / 4 * (1 + 1/6.0 + (14-mx)*(14-mx)/sxx))
	within(t, "t", c.Crawford, (10-my-b*(14-mx))/se, 1e-12)
	old, err := ReliableChange(14, 10, sx, r, my-mx)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "Chelune", c.Chelune, old, 1e-12)
	within(t, "SRB", c.SRB, (10-my-b*(14-mx))/(sy*math.Sqrt(1-r*r)), 1e-12)
}

func TestScoringErrors(t *testing.T) {
	nan := math.NaN()
	trial := func(kind string, response float64) table.Table {
		return table.Table{Cols: []table.Col{{Name: "stimulus", Text: []string{kind}}, {Name: "response", Num: []float64{response}}, {Name: "setsize", Num: []float64{0}}}}
	}
	for want, f := range map[string]func() error{
		"the kind \"stop\"":  func() error { _, err := GoNoGo(trial("stop", 1), DetectionOptions{}); return err },
		"the response 3":     func() error { _, err := GoNoGo(trial("go", 3), DetectionOptions{}); return err },
		"no column":          func() error { _, err := NBack(trial("other", 1), DetectionOptions{Stimulus: "kind"}); return err },
		"0 items":            func() error { _, err := ChangeDetection(trial("same", 1), DetectionOptions{}); return err },
		"n is 0":             func() error { _, err := NBackKinds(nil, 0); return err },
		"stopRT 0":           func() error { _, err := StopSignalTask(nil, []float64{1}, nil); return err },
		"rule[0] is missing": func() error { _, err := ScoreCardSort([]string{""}, []string{"c"}, 0); return err },
		"matches 1":          func() error { _, err := ScoreCardSort(nil, []string{"c"}, 0); return err },
		"none of the 1 trials": func() error {
			_, err := ScoreIowa(Choices{Choice: []int{-1}, Reward: []float64{0}}, make([]bool, 2), 0)
			return err
		},
		"good has 1 decks":    func() error { _, err := ScoreIowa(Choices{Options: 2}, make([]bool, 1), 0); return err },
		"none of the 1 lists": func() error { _, err := ScoreSpan([]string{"1"}, []string{""}, false); return err },
		"a list has one item": func() error { _, err := ScoreSpan([]string{""}, []string{""}, false); return err },
		"a[0] is 0 s":         func() error { _, err := TrailMaking([]float64{0}, []float64{1}); return err },
		"item 0 is 5 now": func() error {
			_, err := ScoreDiscountChoices([]float64{5}, []float64{5}, []float64{1}, []float64{1})
			return err
		},
		"none of the 1 items": func() error {
			_, err := ScoreDiscountChoices([]float64{1}, []float64{5}, []float64{1}, []float64{nan})
			return err
		},
		"1 of 1 answers": func() error { _, err := ScoreTotal([]float64{nan}, TotalOptions{}); return err },
		"items[0] is 9":  func() error { _, err := ScoreTotal([]float64{9}, TotalOptions{Min: 1, Max: 5}); return err },
		"has item 3":     func() error { _, err := ScoreTotal([]float64{1}, TotalOptions{Max: 5, Reverse: []int{3}}); return err },
		"rows 0 and 1 overlap": func() error {
			_, err := NewNorms(table.Table{Cols: []table.Col{{Name: "age_min", Num: []float64{20, 30}}, {Name: "age_max", Num: []float64{30, 40}}, {Name: "mean", Num: []float64{1, 1}}, {Name: "sd", Num: []float64{1, 1}}}})
			return err
		},
		"sd 0": func() error {
			_, err := NewNorms(table.Table{Cols: []table.Col{{Name: "mean", Num: []float64{1}}, {Name: "sd", Num: []float64{0}}}})
			return err
		},
		"no group holds": func() error {
			n, err := NewNorms(table.Table{Cols: []table.Col{{Name: "age_min", Num: []float64{20}}, {Name: "age_max", Num: []float64{30}}, {Name: "mean", Num: []float64{1}}, {Name: "sd", Num: []float64{1}}}})
			if err != nil {
				return err
			}
			_, err = n.Score(1, 31)
			return err
		},
		"N 4 or more": func() error { _, err := Retest{N: 3, SD1: 1, SD2: 1, Reliability: 0.5}.Change(1, 2); return err },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

// TestDetectionFigure: means are of the subjects who have a measure, with errors over them, and a
// task without conditions has neither a column nor a tick for them.
func TestDetectionFigure(t *testing.T) {
	d := &Detection{Task: "n-back", Scores: []DetectionScore{
		{Subject: "a", Condition: "2", HitRate: 0.9, FalseAlarmRate: 0.1, LureRate: math.NaN(), DPrime: 2, RT: 510},
		{Subject: "b", Condition: "2", HitRate: 0.7, FalseAlarmRate: 0.3, LureRate: 0.5, DPrime: 1, RT: 490},
	}}
	if _, m := d.means(func(s *DetectionScore) float64 { return s.LureRate }); m[0] != 0.5 {
		t.Errorf("lures of subjects who had some: %g", m[0])
	}
	if s := d.String(); !strings.Contains(s, "times are 500 s on average: divide by 1000") {
		t.Error(s)
	}
	if names := d.Table().Names(); names[1] != "condition" {
		t.Error(names)
	}
	f := d.Plot()
	bar := f.Panels[1].Layers[2]
	if math.Abs(bar.Y[0]-1) > 1e-12 || math.Abs(bar.Y2[0]-2) > 1e-12 {
		t.Errorf("d' 1.5 ± 0.5 is drawn from %g to %g", bar.Y[0], bar.Y2[0])
	}
	for i := range d.Scores {
		d.Scores[i].Condition = ""
	}
	if names := d.Table().Names(); names[1] != "hits" || !d.Plot().Panels[0].X.Hide {
		t.Error(names)
	}
}

// TestMillisecondsNoted: descriptions of times in ms say so.
func TestMillisecondsNoted(t *testing.T) {
	rt, ms, correct := []float64{0.41, 0.34, 0.44, 0.52, 0.47, 0.39, 0.61, 0.43, 0.88, 0.42, 0.40, 0.57}, []float64{}, make([]bool, 12)
	for _, v := range rt {
		ms = append(ms, 1000*v)
	}
	for _, x := range [][]float64{rt, ms} {
		e, err := FitExGauss(x)
		if err != nil {
			t.Fatal(err)
		}
		w, err := FitWald(x)
		if err != nil {
			t.Fatal(err)
		}
		a, err := ConditionalAccuracy(x, correct, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{e.String(), w.String(), a.String()} {
			if strings.Contains(s, "490 s on average: divide by 1000 if they are in ms") != (x[0] > 1) {
				t.Error(s)
			}
		}
	}
}

// TestStopSignalTable: one row for each subject, whether or not there is something to warn of.
func TestStopSignalTable(t *testing.T) {
	rt, ssd, nan := []float64{0.4, 0.5, 0.45, 0.6}, []float64{0.2, 0.25, 0.2}, math.NaN()
	a, err := SSRT(rt, ssd, []bool{false, true, false})
	if err != nil {
		t.Fatal(err)
	}
	b, err := StopSignalTask(rt, ssd, []float64{nan, 0.7, nan})
	if err != nil {
		t.Fatal(err)
	}
	both, err := table.Bind(a.Table(), b.Table())
	if err != nil || both.Rows() != 2 || len(b.Warnings) == 0 {
		t.Fatal(both, err, b.Warnings)
	}
	x, _ := both.Col("SSRT")
	words, _ := both.Col("warnings")
	if x.Num[0] != a.SSRT || x.Num[1] != b.SSRT || words.Text[1] != strings.Join(b.Warnings, "; ") {
		t.Error(both)
	}
}
