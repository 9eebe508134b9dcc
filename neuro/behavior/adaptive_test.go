package behavior

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

type adaptiveGolden struct {
	Quest []struct {
		Choose                     string
		Responses                  []int
		Levels                     []float64
		Mean, SD, Quantile         float64
		GuessT                     float64 `json:"guess_t"`
		PriorSD                    float64 `json:"prior_sd"`
		Target, Beta, Delta, Gamma float64
	}
	Psi []struct {
		Shape                      string
		Levels, Thresholds, Slopes []float64
		Guess, Lapse               float64
		Responses                  []int
		Shown                      []float64
		Threshold, Slope           float64
		ThresholdSD                float64 `json:"threshold_sd"`
		SlopeSD                    float64 `json:"slope_sd"`
	}
	Staircase []struct {
		Down, Up      int
		Ratio, Target float64
	}
}

func TestQuestReference(t *testing.T) {
	var g adaptiveGolden
	golden.JSON(t, golden.Path(t, "behavior/adaptive.json"), &g)
	for _, c := range g.Quest {
		q, err := NewQuest(QuestOptions{Threshold: c.GuessT, SD: c.PriorSD, Target: c.Target, Slope: c.Beta, Guess: c.Gamma, Lapse: c.Delta, Choose: c.Choose})
		if err != nil {
			t.Fatal(err)
		}
		within(t, c.Choose+" quantile", q.quantile, c.Quantile, 1e-10)
		for i, r := range c.Responses {
			if x := q.Next(); math.Abs(x-c.Levels[i]) > 1e-9 {
				t.Fatalf("%s: level %d is %.12g, want %.12g", c.Choose, i, x, c.Levels[i])
			}
			if err := q.Record(r == 1); err != nil {
				t.Fatal(err)
			}
		}
		mean, sd := q.Threshold()
		within(t, c.Choose+" mean", mean, c.Mean, 1e-9)
		within(t, c.Choose+" sd", sd, c.SD, 1e-9)
	}
}

func TestPsiReference(t *testing.T) {
	var g adaptiveGolden
	golden.JSON(t, golden.Path(t, "behavior/adaptive.json"), &g)
	for _, c := range g.Psi {
		p, err := NewPsi(PsiOptions{Levels: c.Levels, Thresholds: c.Thresholds, Slopes: c.Slopes, Shape: c.Shape, Guess: c.Guess, Lapse: c.Lapse})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range c.Responses {
			if x := p.Next(); x != c.Shown[i] {
				t.Fatalf("%s: level %d is %.12g, want %.12g", c.Shape, i, x, c.Shown[i])
			}
			if err := p.Record(r == 1); err != nil {
				t.Fatal(err)
			}
		}
		mean, sd := p.Threshold()
		within(t, c.Shape+" threshold", mean, c.Threshold, 1e-9)
		within(t, c.Shape+" its sd", sd, c.ThresholdSD, 1e-9)
		slope, sdLog := p.Slope()
		within(t, c.Shape+" slope", slope, c.Slope, 1e-9)
		within(t, c.Shape+" its sd", sdLog, c.SlopeSD, 1e-9)
	}
}

// TestStaircaseTarget: Levitt's and Kaernbach's proportions, against the chain
// of the run counters.
func TestStaircaseTarget(t *testing.T) {
	var g adaptiveGolden
	golden.JSON(t, golden.Path(t, "behavior/adaptive.json"), &g)
	for _, c := range g.Staircase {
		s, err := NewStaircase(StaircaseOptions{Start: 1, Step: []float64{1}, Down: c.Down, Up: c.Up, Ratio: c.Ratio})
		if err != nil {
			t.Fatal(err)
		}
		within(t, "target", s.Target(), c.Target, 1e-10)
	}
}

// TestStaircaseTrack follows a two-down one-up staircase by hand.
func TestStaircaseTrack(t *testing.T) {
	s, err := NewStaircase(StaircaseOptions{Start: 10, Step: []float64{4, 2, 1}, Bounds: [2]float64{1, 12}, Reversals: 4, Skip: -1})
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{10, 10, 6, 6, 2, 4, 4, 3, 3, 2, 2, 1, 1, 1, 2}
	for i, c := range "11110111111110" + "1" {
		if got := s.Next(); got != want[i] {
			t.Fatalf("trial %d: level %g, want %g", i, got, want[i])
		}
		if err := s.Record(c == '1'); err != nil {
			t.Fatal(err)
		}
	}
	if got := []int{4, 6, 13}; len(s.Reversals) != 3 || s.Reversals[0] != got[0] || s.Reversals[1] != got[1] || s.Reversals[2] != got[2] {
		t.Errorf("reversals at trials %v, want %v", s.Reversals, got)
	}
	if s.Done() {
		t.Error("done after three reversals of four")
	}
	// The last two reversals, at levels 4 and 1.
	if level, se := s.Threshold(); level != 2.5 || !math.IsNaN(se) {
		t.Errorf("threshold %g ± %g, want 2.5", level, se)
	}
}

// TestAdaptiveRecovery: over 1000 simulated sessions the estimates are without
// much bias, and as far spread as they say.
func TestAdaptiveRecovery(t *testing.T) {
	const runs, place, width = 1000, -1.2, 0.15
	logistic := func(x float64) float64 { return 0.5 + 0.49/(1+vec.Exp(-(x-place)/width)) }
	weibull := func(x float64) float64 { return 0.01*0.5 + 0.99*(1-0.5*vec.Exp(-vec.Exp(math.Ln10*3.5*(x-place)))) }
	yes := func(x float64) float64 { return 1 / (1 + vec.Exp(-(x-place)/width)) }
	inverse := func(f func(float64) float64, p float64) float64 {
		lo, hi := -6.0, 6.0
		for range 60 {
			if mid := (lo + hi) / 2; f(mid) < p {
				lo = mid
			} else {
				hi = mid
			}
		}
		return lo
	}
	var grid []float64
	for i := range 31 {
		grid = append(grid, -2.4+0.08*float64(i))
	}
	for _, c := range []struct {
		name       string
		make       func() (Adaptive, error)
		observer   func(float64) float64
		target     float64
		bias, most float64 // allowed bias and standard deviation, log10 units
	}{
		{"2 down 1 up", func() (Adaptive, error) {
			return NewStaircase(StaircaseOptions{Start: 0, Step: []float64{0.2, 0.1, 0.05}, Reversals: 20})
		}, logistic, math.Sqrt(0.5), 0.02, 0.09},
		{"3 down 1 up", func() (Adaptive, error) {
			return NewStaircase(StaircaseOptions{Start: 0, Step: []float64{0.2, 0.1, 0.05}, Down: 3, Reversals: 20})
		}, logistic, math.Cbrt(0.5), 0.02, 0.08},
		{"1 up 1 down", func() (Adaptive, error) {
			return NewStaircase(StaircaseOptions{Start: 0, Step: []float64{0.2, 0.1, 0.05}, Down: 1, Reversals: 20})
		}, yes, 0.5, 0.01, 0.1},
		{"weighted to 75%", func() (Adaptive, error) {
			return NewStaircase(StaircaseOptions{Start: 0, Step: []float64{0.1, 0.03}, Down: 1, Ratio: 3, Reversals: 20})
		}, logistic, 0.75, 0.02, 0.1},
		{"QUEST", func() (Adaptive, error) { return NewQuest(QuestOptions{Threshold: -1, SD: 1}) }, weibull, 0.82, 0.02, 0.1},
		{"Psi", func() (Adaptive, error) {
			return NewPsi(PsiOptions{Levels: grid, Lapse: 0.01, Shape: "gumbel", Trials: 60})
		}, weibull, math.NaN(), 0.03, 0.1},
	} {
		sum, sum2, said, n := 0.0, 0.0, 0.0, 0.0
		want := place
		if !math.IsNaN(c.target) {
			want = inverse(c.observer, c.target)
		}
		some := runs
		if c.name == "Psi" {
			some = 200
		}
		for k := range some {
			a, err := c.make()
			if err != nil {
				t.Fatal(err)
			}
			if err := SimulateAdaptive(a, c.observer, 0, uint64(k)); err != nil {
				t.Fatal(err)
			}
			level, sd := a.Threshold()
			sum, sum2, said, n = sum+level, sum2+(level-want)*(level-want), said+sd*sd, n+1
		}
		bias, rms := sum/n-want, math.Sqrt(sum2/n)
		t.Logf("%s: bias %.4f, root mean square error %.4f, said %.4f", c.name, bias, rms, math.Sqrt(said/n))
		if math.Abs(bias) > c.bias || rms > c.most {
			t.Errorf("%s: bias %.4f, error %.4f; allowed are %g and %g", c.name, bias, rms, c.bias, c.most)
		}
		if r := math.Sqrt(said/n) / rms; r < 0.6 || r > 1.6 {
			t.Errorf("%s: the error is %g of what is said", c.name, 1/r)
		}
	}
}

func TestAdaptiveErrors(t *testing.T) {
	step := []float64{1}
	grid := []float64{0, 1}
	fresh, _ := NewPsi(PsiOptions{Levels: grid})
	quest, _ := NewQuest(QuestOptions{SD: 1})
	plus, _ := NewQuestPlus(QuestPlusOptions{Levels: grid, Thresholds: grid})
	other, _ := NewQuestPlus(QuestPlusOptions{Levels: grid, Thresholds: grid})
	for want, f := range map[string]func() error{
		"Start is NaN":  func() error { _, err := NewStaircase(StaircaseOptions{Start: math.NaN(), Step: step}); return err },
		"Start is -1":   func() error { _, err := NewStaircase(StaircaseOptions{Start: -1, Step: step, Scale: "dB"}); return err },
		"Step is empty": func() error { _, err := NewStaircase(StaircaseOptions{}); return err },
		"Step[0] is 0":  func() error { _, err := NewStaircase(StaircaseOptions{Step: []float64{0}}); return err },
		"Down is -2":    func() error { _, err := NewStaircase(StaircaseOptions{Step: step, Down: -2}); return err },
		"Ratio is -1":   func() error { _, err := NewStaircase(StaircaseOptions{Step: step, Ratio: -1}); return err },
		"Bounds are 1 to 2": func() error {
			_, err := NewStaircase(StaircaseOptions{Step: step, Bounds: [2]float64{1, 2}})
			return err
		},
		`Scale is "log"`:                    func() error { _, err := NewStaircase(StaircaseOptions{Step: step, Scale: "log"}); return err },
		"SD is 0":                           func() error { _, err := NewQuest(QuestOptions{}); return err },
		"Target is 0.4":                     func() error { _, err := NewQuest(QuestOptions{SD: 1, Target: 0.4}); return err },
		`Choose is "median"`:                func() error { _, err := NewQuest(QuestOptions{SD: 1, Choose: "median"}); return err },
		"Quest.Record: no level":            func() error { return quest.Record(true) },
		"Psi.Record: no level":              func() error { return fresh.Record(true) },
		"QuestPlus.Record: no level":        func() error { return plus.Record(true) },
		"level 0.5 is not in the grid":      func() error { return fresh.Update(0.5, true) },
		"level is +Inf":                     func() error { return quest.Update(math.Inf(1), true) },
		"Levels has 0 values":               func() error { _, err := NewPsi(PsiOptions{}); return err },
		"Slopes[0] is 0":                    func() error { _, err := NewPsi(PsiOptions{Levels: grid, Slopes: []float64{0}}); return err },
		`Shape is "weibull"`:                func() error { _, err := NewPsi(PsiOptions{Levels: grid, Shape: "weibull"}); return err },
		"leave nothing":                     func() error { _, err := NewPsi(PsiOptions{Levels: grid, Guess: 0.6, Lapse: 0.5}); return err },
		"not done after 3 trials":           func() error { return SimulateAdaptive(other, func(float64) float64 { return 0.7 }, 3, 1) },
		"probability at level":              func() error { return SimulateAdaptive(other, func(float64) float64 { return 7 }, 3, 1) },
		"the method or the observer is nil": func() error { return SimulateAdaptive(nil, nil, 3, 1) },
	} {
		if err := f(); err == nil || !strings.HasPrefix(err.Error(), "behavior: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want an error that says %q", err, want)
		}
	}
	for _, a := range []Adaptive{fresh, quest, plus} {
		if a.Show().Text() == "" {
			t.Errorf("%T shows nothing before the first trial", a)
		}
	}
	s, _ := NewStaircase(StaircaseOptions{Step: step})
	if !strings.Contains(s.Show().Text(), "no threshold yet") {
		t.Errorf("shown as %q", s.Show().Text())
	}
}
