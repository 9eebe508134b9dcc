package behavior

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// off is -1 for what is absent, as options say it.
func off(v float64) float64 {
	if v == 0 {
		return -1
	}
	return v
}

func TestPsychometricPeer(t *testing.T) {
	var cases []struct {
		Name, Shape                                             string
		Guess, Lapse, Alpha, Beta, NLL, Prob, Threshold, Lo, Hi float64
		Level                                                   []float64
		Correct, Total                                          []int
	}
	golden.JSON(t, golden.Path(t, "behavior/psychometric.json"), &cases)
	for _, c := range cases {
		p, err := FitPsychometric(c.Level, c.Correct, c.Total, PsychometricOptions{Shape: c.Shape, Guess: off(c.Guess), Lapse: off(c.Lapse)})
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		lo, hi := p.CI(c.Prob, 0.95)
		for _, v := range []struct {
			what           string
			got, want, tol float64 // Nelder-Mead and the peer's inner search leave some 1e-7
		}{
			{"Alpha", p.Alpha, c.Alpha, 1e-6}, {"Beta", p.Beta, c.Beta, 1e-6}, {"log likelihood", p.LogLik, -c.NLL, 1e-12},
			{"threshold", p.Threshold(c.Prob), c.Threshold, 1e-6}, {"lower end", lo, c.Lo, 1e-6}, {"upper end", hi, c.Hi, 1e-6},
			{"probability at the threshold", p.At(p.Threshold(c.Prob)), c.Prob, 1e-13},
		} {
			if math.Abs(v.got-v.want) > v.tol*math.Max(1, math.Abs(v.want)) {
				t.Errorf("%s: %s %.12g, want %.12g", c.Name, v.what, v.got, v.want)
			}
		}
		// The maximum, by its derivatives.
		g, info := p.fit.score(p.at)
		for a := range g {
			if math.Abs(g[a]) > 1e-6*math.Sqrt(info[a][a]) {
				t.Errorf("%s: derivative %d is %g with information %g", c.Name, a, g[a], info[a][a])
			}
		}
	}
}

func TestPsychometricShared(t *testing.T) {
	var g struct {
		Data [][3]float64
		ML   map[string]struct{ Alpha, Beta, Lapse, NegLL, Deviance float64 }
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/psychometric.json"), &g)
	var level []float64
	var correct, total []int
	for _, d := range g.Data {
		level, correct, total = append(level, d[0]), append(correct, int(d[1])), append(total, int(d[2]))
	}
	for name, want := range g.ML {
		shape := map[string]string{"weibull": "weibull", "logistic": "logistic", "cumnorm": "normal"}[name]
		p, err := FitPsychometric(level, correct, total, PsychometricOptions{Shape: shape})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		golden.Close(t, name+" Alpha", []float64{p.Alpha}, []float64{want.Alpha}, 1e-6)
		golden.Close(t, name+" Beta", []float64{p.Beta}, []float64{want.Beta}, 1e-6)
		golden.Close(t, name+" likelihood and deviance", []float64{p.LogLik, p.Deviance}, []float64{-want.NegLL, want.Deviance}, 1e-12)
	}
}

// TestPsychometricCoverage: the 95% interval of the threshold holds the true
// one in about 95% of simulated sessions, and the standard error is the spread
// of the estimates.
func TestPsychometricCoverage(t *testing.T) {
	r := rand.New(rand.NewPCG(2001, 1))
	level := []float64{1, 2, 3, 4, 5, 6, 8}
	const sessions, trials = 300, 60
	truth := Psychometric{Shape: "weibull", Guess: 0.5, Lapse: 0.02, fit: psychometric{shape: "weibull", guess: 0.5, lapse: 0.02}, at: [2]float64{math.Log(4), math.Log(3)}}
	want := truth.Threshold(0.75)
	inside, n, sum, sum2, se := 0, 0.0, 0.0, 0.0, 0.0
	for range sessions {
		correct, total := make([]int, len(level)), make([]int, len(level))
		for i, x := range level {
			total[i] = trials
			for range trials {
				if r.Float64() < truth.At(x) {
					correct[i]++
				}
			}
		}
		p, err := FitPsychometric(level, correct, total, NewPsychometric())
		if err != nil {
			// Now and then the responses happen to step.
			if !strings.Contains(err.Error(), "step from one level") {
				t.Errorf("%v of %v", err, correct)
			}
			continue
		}
		if lo, hi := p.CI(0.75, 0.95); lo <= want && want <= hi {
			inside++
		}
		n++
		sum += p.Alpha
		sum2 += p.Alpha * p.Alpha
		se += p.SEAlpha
	}
	if n < 0.97*sessions {
		t.Errorf("only %g of %d sessions could be fitted", n, sessions)
	}
	// Binomial: 285 expected, standard deviation 3.8.
	if inside < 272 || inside > 297 {
		t.Errorf("the threshold lay in %d of %d intervals, want about 285", inside, sessions)
	}
	spread := math.Sqrt(sum2/n - sum/n*sum/n)
	if math.Abs(se/n/spread-1) > 0.2 { // the spread of 300 is good to 4%
		t.Errorf("mean standard error %g, the estimates' spread is %g", se/n, spread)
	}
}

func TestPsychometricErrors(t *testing.T) {
	nan := math.NaN()
	x := []float64{1, 2, 4, 8}
	c, n := []int{11, 14, 18, 20}, []int{20, 20, 20, 20}
	for _, v := range []struct {
		name string
		x    []float64
		c, n []int
		o    PsychometricOptions
		want string
	}{
		{"unequal", x, c[:3], n, PsychometricOptions{}, "behavior: FitPsychometric: level has 4 values, correct 3 and total 4"},
		{"empty", nil, nil, nil, PsychometricOptions{}, "behavior: FitPsychometric: level is empty"},
		{"one level", []float64{2, 2, 2, 2}, c, n, PsychometricOptions{Shape: "normal"}, "fewer than two different levels in 4"},
		{"one level above 0", []float64{0, 0, 0, 2}, c, n, PsychometricOptions{}, "fewer than two different levels above 0"},
		{"NaN", []float64{1, nan, 4, 8}, c, n, PsychometricOptions{}, "level[1] is NaN"},
		{"negative", []float64{-1, 2, 4, 8}, c, n, PsychometricOptions{}, "level[0] is -1, a Weibull curve has levels of 0 or more"},
		{"no trials", x, []int{0, 14, 18, 20}, []int{0, 20, 20, 20}, PsychometricOptions{}, "total[0] is 0"},
		{"too many correct", x, []int{21, 14, 18, 20}, n, PsychometricOptions{}, "correct[0] is 21 of 20"},
		{"negative correct", x, []int{-1, 14, 18, 20}, n, PsychometricOptions{}, "correct[0] is -1"},
		{"shape", x, c, n, PsychometricOptions{Shape: "probit"}, `Shape is "probit"`},
		{"guess", x, c, n, PsychometricOptions{Guess: 1.5}, "Guess is 1.5"},
		{"lapse", x, c, n, PsychometricOptions{Lapse: nan}, "Lapse is NaN"},
		{"no room", x, c, n, PsychometricOptions{Guess: 0.6, Lapse: 0.5}, "leave nothing between them"},
		{"falling", x, []int{20, 18, 14, 11}, n, PsychometricOptions{}, "do not rise enough"},
		{"always right", x, n, n, PsychometricOptions{}, "behavior: FitPsychometric: the responses are all correct, at each of the 4 levels"},
		{"always wrong", x, make([]int, len(x)), n, PsychometricOptions{}, "behavior: FitPsychometric: the responses are all wrong"},
		{"chance", x, []int{10, 10, 10, 10}, n, PsychometricOptions{}, "behavior: FitPsychometric: the responses"},
		{"a step", x, []int{0, 0, 20, 20}, n, PsychometricOptions{Shape: "logistic", Guess: -1, Lapse: -1}, "step from one level to the next"},
		// The likelihood rises by less and less up to any steepness.
		{"a step with a level on it", []float64{0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32}, []int{16, 25, 23, 11, 23, 25, 43, 24, 39},
			[]int{38, 41, 40, 24, 24, 25, 43, 25, 39}, PsychometricOptions{}, "step from one level to the next"},
	} {
		if p, err := FitPsychometric(v.x, v.c, v.n, v.o); err == nil || !strings.Contains(err.Error(), v.want) {
			t.Errorf("%s: %v, %v; want an error that says %q", v.name, p, err, v.want)
		}
	}
}

func TestPsychometricShow(t *testing.T) {
	p, err := FitPsychometric([]float64{1, 2, 4, 8}, []int{22, 27, 37, 40}, []int{40, 40, 40, 40}, PsychometricOptions{Unit: "% contrast"})
	if err != nil {
		t.Fatal(err)
	}
	var s display.Shower = p
	if text := s.Show().Text(); !strings.HasPrefix(text, "weibull psychometric function: threshold ") || !strings.Contains(text, "% contrast at 0.75 correct; deviance ") {
		t.Errorf("shown as %q", text)
	}
	if tab := p.Table(); tab.Rows() != 3 {
		t.Errorf("table\n%v", tab)
	}
	for _, prob := range []float64{0.5, 0.3, 0.98, 1, math.NaN()} {
		if lo, hi := p.CI(prob, 0.95); !math.IsNaN(p.Threshold(prob)) || !math.IsNaN(lo) || !math.IsNaN(hi) {
			t.Errorf("threshold at %g: %g (%g to %g)", prob, p.Threshold(prob), lo, hi)
		}
	}
	if lo, hi := p.CI(0.75, 0); !math.IsNaN(lo) || !math.IsNaN(hi) {
		t.Errorf("interval of confidence 0: %g to %g", lo, hi)
	}
	if narrow, _ := p.CI(0.75, 0.5); narrow >= p.Threshold(0.75) {
		t.Errorf("lower end %g above the threshold", narrow)
	}
	if p.At(0) != 0.5 || p.At(-1) != 0.5 {
		t.Errorf("probability %g at level 0, want Guess", p.At(0))
	}
}
