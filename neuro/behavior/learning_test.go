package behavior

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

func TestQuestPlusPeer(t *testing.T) {
	var g struct {
		Q struct {
			Responses   string
			Intensities []float64
			Mean        struct{ Threshold, Slope float64 } `json:"estimate_mean"`
			Entropy     float64
		} `json:"questplus"`
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/psychometric.json"), &g)
	q := quest(t)
	for i, r := range g.Q.Responses {
		x := q.Next()
		if x != g.Q.Intensities[i] {
			t.Fatalf("trial %d: level %g, want %g", i, x, g.Q.Intensities[i])
		}
		if err := q.Update(x, r == 'Y'); err != nil {
			t.Fatal(err)
		}
	}
	m, _ := q.Estimate()
	within(t, "threshold", m.Threshold, g.Q.Mean.Threshold, 1e-6)
	within(t, "slope", m.Slope, g.Q.Mean.Slope, 1e-6)
	within(t, "entropy", q.Entropy(), g.Q.Entropy, 1e-6)
}

func quest(t *testing.T) *QuestPlus {
	t.Helper()
	var grid []float64
	for x := -40; x <= 0; x++ {
		grid = append(grid, float64(x))
	}
	q, err := NewQuestPlus(QuestPlusOptions{Levels: grid, Thresholds: grid, Slopes: []float64{2, 3.5, 5}})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// A simulated observer's threshold is found.
func TestQuestPlusRecovery(t *testing.T) {
	sum := 0.0
	const runs = 20
	for k := range runs {
		q, s := quest(t), rng.New(2, uint64(k))
		truth := PsychometricPoint{-17, 3.5, 0.5, 0.02}
		for range 64 {
			x := q.Next()
			if err := q.Update(x, s.Float64() < truth.at(x, "dB")); err != nil {
				t.Fatal(err)
			}
		}
		m, sd := q.Estimate()
		if math.Abs(m.Threshold+17) > 4*sd.Threshold {
			t.Errorf("run %d: threshold %g ± %g", k, m.Threshold, sd.Threshold)
		}
		sum += m.Threshold
	}
	within(t, "mean threshold", sum/runs, -17, 1)
	q := quest(t)
	if err := q.Update(-3.5, true); err == nil || !strings.Contains(err.Error(), "not in the grid") {
		t.Error(err)
	}
}

func TestLearningPeer(t *testing.T) {
	var g struct {
		RL struct {
			Choices []int
			Rewards []float64
			NLL     float64   `json:"nll_a03_b3"`
			Q       []float64 `json:"Q_final"`
			MLE     struct{ Alpha, Beta, NLL, BIC, AIC float64 }
		}
		RW struct{ Lam, V []float64 } `json:"rescorla_wagner"`
		PH struct {
			Lam []float64
			VA  [][2]float64
		} `json:"pearce_hall_hybrid"`
		SSRT struct {
			Go          []*float64
			SSD         []float64
			Responded   []int
			P           float64 `json:"p_respond"`
			Integration float64 `json:"integration_nearest_rank_replace_max"`
			Mean        float64 `json:"mean_method"`
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/tasks.json"), &g)
	l, q := QLearning{0.3, 3}.LogLik(g.RL.Choices, g.RL.Rewards, 2)
	within(t, "log likelihood", l, -g.RL.NLL, 1e-8)
	golden.Close(t, "values", q, g.RL.Q, 1e-8)
	f, err := FitQLearning(g.RL.Choices, g.RL.Rewards, 2)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "alpha", f.Model.Alpha, g.RL.MLE.Alpha, 4e-5)
	within(t, "beta", f.Model.Beta, g.RL.MLE.Beta, 3e-4)
	within(t, "maximum", f.LogLik, -g.RL.MLE.NLL, 1e-8)
	within(t, "BIC", f.BIC, g.RL.MLE.BIC, 1e-7)
	within(t, "AIC", f.AIC, g.RL.MLE.AIC, 1e-7)
	rw, err := RescorlaWagner(g.RW.Lam, 0.2, 0.8)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "Rescorla-Wagner", rw.Value, g.RW.V, 1e-12)
	ph, err := PearceHall(g.PH.Lam, 0.5, 0.3)
	if err != nil {
		t.Fatal(err)
	}
	for i, va := range g.PH.VA {
		within(t, "Pearce-Hall value", ph.Value[i], va[0], 1e-12)
		within(t, "associability", ph.Associability[i], va[1], 1e-12)
	}
	var times []float64
	for _, v := range g.SSRT.Go {
		if v == nil {
			times = append(times, math.NaN())
		} else {
			times = append(times, *v)
		}
	}
	var responded []bool
	for _, r := range g.SSRT.Responded {
		responded = append(responded, r == 1)
	}
	s, err := SSRT(times, g.SSRT.SSD, responded)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "SSRT", s.SSRT, g.SSRT.Integration, 1e-12)
	within(t, "SSRT, mean", s.SSRTMean, g.SSRT.Mean, 1e-12)
	within(t, "P(respond)", s.PRespond, g.SSRT.P, 1e-15)
}

// With one fixed quantity the Kalman filter is the mean of the outcomes and a prior.
func TestKalmanMean(t *testing.T) {
	o := []float64{3, 1, 4, 1, 5}
	l, err := KalmanLearner(o, 2, 0, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i, v := range o {
		sum += v / 0.5
		precision := 1/2.0 + float64(i+1)/0.5
		within(t, "value", l.Value[i], sum/precision, 1e-12)
		within(t, "variance", l.Variance[i], 1/precision, 1e-12)
	}
}

func TestQLearningRecovery(t *testing.T) {
	const runs = 50
	covered, beta := 0, 0
	truth := QLearning{0.3, 4}
	for k := range runs {
		c, r, err := truth.Simulate([]float64{0.3, 0.7}, 400, uint64(k))
		if err != nil {
			t.Fatal(err)
		}
		f, err := FitQLearning(c, r, 2)
		if err != nil {
			t.Fatalf("run %d: %v", k, err)
		}
		if math.Abs(f.Model.Alpha-truth.Alpha) < 1.96*f.SE.Alpha {
			covered++
		}
		if math.Abs(f.Model.Beta-truth.Beta) < 1.96*f.SE.Beta {
			beta++
		}
	}
	t.Logf("alpha covered in %d, beta in %d of %d", covered, beta, runs)
	if covered < 41 || beta < 41 {
		t.Errorf("alpha covered in %d, beta in %d of %d", covered, beta, runs)
	}
}

// Go times and stop times of a simulated race.
func TestSSRTRecovery(t *testing.T) {
	s := rng.New(9, 0)
	var goRT, ssd []float64
	var responded []bool
	delay := 0.25
	for i := range 4000 {
		rt := 0.45 + 0.07*s.Norm()
		if i%4 != 0 {
			if i%50 == 1 {
				rt = math.NaN()
			}
			goRT = append(goRT, rt)
			continue
		}
		hit := rt < delay+0.22
		ssd, responded = append(ssd, delay), append(responded, hit)
		if hit {
			delay -= 0.05
		} else {
			delay += 0.05
		}
	}
	r, err := SSRT(goRT, ssd, responded)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "SSRT", r.SSRT, 0.22, 0.01)
	within(t, "P(respond)", r.PRespond, 0.5, 0.02)
}

func TestLearningErrors(t *testing.T) {
	one := []float64{1}
	for want, f := range map[string]func() error{
		"alpha is 2":           func() error { _, err := RescorlaWagner(one, 2, 1); return err },
		"outcome is empt":      func() error { _, err := PearceHall(nil, 0, 1); return err },
		"noise 0":              func() error { _, err := KalmanLearner(one, 1, 1, 0); return err },
		"as many":              func() error { _, err := FitQLearning([]int{1}, nil, 2); return err },
		"Choice[0] is 2":       func() error { _, err := FitQLearning([]int{2}, one, 2); return err },
		"none of the 1 trials": func() error { _, err := FitQLearning([]int{-1}, one, 2); return err },
		"all rewards are 0":    func() error { _, err := FitQLearning([]int{0, 1}, []float64{0, 0}, 2); return err },
		"options is 1":         func() error { _, err := FitQLearning([]int{0}, one, 1); return err },
		"0 of 1 stop":          func() error { _, err := SSRT(one, one, []bool{false}); return err },
		"none of the 1":        func() error { _, err := SSRT([]float64{math.NaN()}, one, []bool{true}); return err },
		"no stop trials":       func() error { _, err := SSRT(one, nil, nil); return err },
		"Levels is empty":      func() error { _, err := NewQuestPlus(QuestPlusOptions{}); return err },
		"Slopes[0] is -1": func() error {
			_, err := NewQuestPlus(QuestPlusOptions{Levels: one, Thresholds: one, Slopes: []float64{-1}})
			return err
		},
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
