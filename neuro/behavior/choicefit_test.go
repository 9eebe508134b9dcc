package behavior

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// The likelihoods are those of a second program, and no maximum is below the
// best that SciPy found from many starts.
func TestLearningModelsPeer(t *testing.T) {
	var sets []struct {
		Model               string
		Two, Sticky, Forget bool
		Options             int
		Truth               []float64
		LL                  float64 `json:"loglik_truth"`
		Choice              []int
		Reward              []float64
		State, Second       []int
		Best                struct {
			LL    float64 `json:"loglik"`
			ML    []float64
			LogPP float64 `json:"log_posterior"`
			MAP   []float64
		}
	}
	golden.JSON(t, golden.Path(t, "behavior/learning.json"), &sets)
	for i, s := range sets {
		m := QModel(QOptions{Options: s.Options, TwoRates: s.Two, Stickiness: s.Sticky, Forgetting: s.Forget})
		c := Choices{Options: s.Options, Choice: s.Choice, Reward: s.Reward}
		if s.Model == "two-step" {
			m = TwoStepModel()
			c.State, c.Second = s.State, s.Second
		}
		each := make([]float64, len(c.Choice))
		within(t, "log likelihood of the truth", m.LogLik(s.Truth, c, each), s.LL, 1e-10)
		sum := 0.0
		for _, l := range each {
			sum += l
		}
		within(t, "sum over trials", sum, s.LL, 1e-10)
		f, err := m.Fit(c, LearningFitOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if !f.Converged || f.LogLik < s.Best.LL-1e-6 {
			t.Errorf("set %d: converged %t at %.8f %v, SciPy's best is %.8f %v", i, f.Converged, f.LogLik, f.Estimate, s.Best.LL, s.Best.ML)
		}
		p, err := m.Fit(c, LearningFitOptions{MAP: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.LogLik + p.LogPrior; !p.Converged || got < s.Best.LogPP-1e-6 || len(p.AtBound) > 0 {
			t.Errorf("set %d: MAP converged %t at %.8f %v, SciPy's best is %.8f %v", i, p.Converged, got, p.Estimate, s.Best.LogPP, s.Best.MAP)
		}
	}
}

// Choices by hand: probabilities of each trial in closed form.
func TestQModelClosedForm(t *testing.T) {
	m := QModel(QOptions{TwoRates: true, Stickiness: true, Forgetting: true, Start: 0.5})
	p := []float64{0.4, 2, 0.1, 0.7, 0.25} // alpha, beta, alpha-, kappa, phi
	c := Choices{Choice: []int{0, -1, 0, 1}, Reward: []float64{1, 0, 0, 1}}
	logit := func(x float64) float64 { return -math.Log(1 + math.Exp(-x)) }
	// Q0 is 0.5 + 0.4 0.5 after the reward, then 0.7 - 0.1 0.7; Q1 stays 0.5.
	want := math.Log(0.5) + logit(2*(0.7-0.5)+0.7) + logit(2*(0.5-0.63)-0.7)
	within(t, "log likelihood", m.LogLik(p, c, nil), want, 1e-14)
	if f, err := m.Fit(c, LearningFitOptions{MAP: true}); err != nil || f.Missing != 1 || f.Choices != 3 {
		t.Error(f, err)
	}
}

// What choices leave undetermined is said.
func TestLearningBounds(t *testing.T) {
	m := QModel(QOptions{})
	for _, c := range []struct {
		name    string
		choice  []int
		reward  []float64
		said    []string // one of these is at its bound; or all are undetermined, where nil or at random
		atLeast float64
	}{
		{"the choices follow the values", []int{0, 1, 1, 1, 1, 1}, []float64{0, 1, 1, 1, 1, 1}, []string{"beta"}, 2 * math.Log(0.5)},
		{"no learning", []int{0, 1, 0, 1, 1, 0, 1, 0}, []float64{1, 1, 1, 1, 1, 1, 1, 1}, []string{"alpha", "beta"}, 8 * math.Log(0.5)},
		{"all choices alike", []int{0, 0, 0, 0, 0}, []float64{1, 1, 1, 1, 1}, []string{"beta"}, math.Log(0.5)},
		{"all rewards 0", []int{0, 1, 0, 1, 1}, []float64{0, 0, 0, 0, 0}, nil, 5 * math.Log(0.5)},
	} {
		f, err := m.Fit(Choices{Choice: c.choice, Reward: c.reward}, LearningFitOptions{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !f.Converged || f.LogLik < c.atLeast-1e-3 || len(f.AtBound)+len(f.Undetermined) == 0 {
			t.Errorf("%s: %v", c.name, f)
		}
		random := len(f.Undetermined) == 2 && len(c.said) != 1
		if !random && !slices.ContainsFunc(f.AtBound, func(s string) bool { return slices.Contains(c.said, s) }) {
			t.Errorf("%s: %v", c.name, f)
		}
	}
}

// Nearly every simulated subject has a maximum, in the middle or at a bound, and
// intervals hold the truth as often as they say.
func TestLearningConverges(t *testing.T) {
	m := QModel(QOptions{})
	const runs = 60
	converged, alpha, beta := 0, 0, 0
	for k := range runs {
		s := rng.New(5, uint64(k))
		p := []float64{0.05 + 0.9*s.Float64(), 1 + 9*s.Float64()}
		f, err := m.Fit(m.Simulate(p, Bandit(150, 0.3, 0.7), uint64(k)), LearningFitOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if f.Converged {
			converged++
		}
		for i, n := range []*int{&alpha, &beta} {
			lo, hi, err := f.CI(m.Parameters[i].Name, 0.95)
			if err != nil {
				t.Fatal(err)
			}
			if !(lo <= f.Estimate[i] && hi >= f.Estimate[i]) {
				t.Errorf("run %d: %g to %g does not hold the estimate %g", k, lo, hi, f.Estimate[i])
			}
			if lo <= p[i] && p[i] <= hi {
				*n++
			}
		}
	}
	if converged != runs || alpha < 52 || beta < 52 {
		t.Errorf("of %d: converged %d, intervals hold alpha %d, beta %d", runs, converged, alpha, beta)
	}
}

func TestStayProbabilities(t *testing.T) {
	c := Choices{
		Choice: []int{0, 0, 1, -1, 1, 1, 0}, State: []int{0, 1, 1, 0, 1, 0, 0},
		Second: []int{0, 1, 0, 0, 1, 1, -1}, Reward: []float64{1, 0, 1, 0, 0, 1, 0},
	}
	// Pairs: (rewarded common, stay), (unrewarded rare, switch), (unrewarded common, stay).
	s, err := StayProbabilities(c)
	if err != nil {
		t.Fatal(err)
	}
	if s.P[1][0] != 1 || s.P[0][1] != 0 || s.P[0][0] != 1 || !math.IsNaN(s.P[1][1]) || s.Missing != 2 {
		t.Error(s, s.Trials)
	}
	// What a model-based and a model-free subject do, on average over many trials.
	m := TwoStepModel()
	task := DriftingBandit(4000, 4, 0.25, 0.75, 0.025, 3)
	based, err := StayProbabilities(m.Simulate([]float64{0.5, 0.5, 0.6, 5, 5, 1, 0.1}, task, 1))
	if err != nil {
		t.Fatal(err)
	}
	free, err := StayProbabilities(m.Simulate([]float64{0.5, 0.5, 0.6, 5, 5, 0, 0.1}, task, 1))
	if err != nil {
		t.Fatal(err)
	}
	if based.Interaction < 0.2 || free.Interaction > 0.1 || free.Reward < 0.15 {
		t.Errorf("model-based %v; model-free %v", based, free)
	}
}

func TestRecovery(t *testing.T) {
	m := QModel(QOptions{})
	var truth [][]float64
	s := rng.New(1, 0)
	for range 24 {
		truth = append(truth, []float64{0.1 + 0.7*s.Float64(), 2 + 4*s.Float64()})
	}
	r, err := RecoverParameters(m, truth, DriftingBandit(300, 2, 0.1, 0.9, 0.05, 2), LearningFitOptions{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if r.R[0] < 0.85 || r.R[1] < 0.75 || r.Failed > 0 {
		t.Error(r.Table())
	}
	sticky := QModel(QOptions{Stickiness: true})
	var with [][]float64
	for _, p := range truth {
		with = append(with, []float64{p[0], p[1], 1.5})
	}
	c, err := RecoverModels([]LearningModel{m, sticky}, [][][]float64{truth[:8], with[:8]}, DriftingBandit(200, 2, 0.1, 0.9, 0.05, 2), "BIC", LearningFitOptions{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	group, err := RecoverModels([]LearningModel{m, sticky}, [][][]float64{truth[:6], with[:6]}, DriftingBandit(100, 2, 0.1, 0.9, 0.05, 2), "iBIC", LearningFitOptions{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if group.Confusion[0][0] != 1 || group.Confusion[1][1] != 1 || group.Inversion[1][1] != 1 {
		t.Error(group.Confusion, group.NoConverge)
	}
	if c.Confusion[0][0] < 0.75 || c.Confusion[1][1] < 0.75 || c.Confusion[0][0]+c.Confusion[0][1] != 1 {
		t.Error(c.Confusion)
	}
}

func TestChoicesOf(t *testing.T) {
	nan := math.NaN()
	d := table.Table{Cols: []table.Col{
		{Name: "who", Text: []string{"b", "a", "b", "a"}},
		{Name: "choice", Num: []float64{1, 0, nan, 1}},
		{Name: "reward", Num: []float64{0, 1, nan, 1}},
	}}
	c, err := ChoicesOf(d, "who", "choice", "reward", 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(c) != 2 || c[0].Subject != "b" || !slices.Equal(c[0].Choice, []int{1, -1}) || !slices.Equal(c[1].Reward, []float64{1, 1}) {
		t.Errorf("%+v", c)
	}
	for want, f := range map[string]func() error{
		"no column": func() error { _, err := ChoicesOf(d, "who", "chosen", "reward", 2); return err },
		"holds words such as \"b\"; numbers are needed, which Table.Recode": func() error { _, err := ChoicesOf(d, "", "who", "reward", 2); return err },
		"row 0 has choice 1": func() error { _, err := ChoicesOf(d, "who", "choice", "reward", 1); return err },
		"none of the 1": func() error {
			_, err := QModel(QOptions{}).Fit(Choices{Choice: []int{-1}, Reward: []float64{0}}, LearningFitOptions{})
			return err
		},
		"no LogLik": func() error { _, err := LearningModel{}.Fit(c[0], LearningFitOptions{}); return err },
		"Starts is -1": func() error {
			_, err := QModel(QOptions{}).Fit(c[1], LearningFitOptions{Starts: -1})
			return err
		},
		"alpha is 2": func() error {
			_, err := RecoverParameters(QModel(QOptions{}), [][]float64{{2, 1}}, Bandit(10, 0.5, 0.5), LearningFitOptions{}, 1)
			return err
		},
		"can the model": func() error {
			_, err := RecoverParameters(QModel(QOptions{}), [][]float64{{0.2, 1}}, Bandit(10, 0.5), LearningFitOptions{}, 1)
			return err
		},
		"no State": func() error { _, err := StayProbabilities(c[0]); return err },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

func TestTwoStepChoicesOf(t *testing.T) {
	nan := math.NaN()
	d := table.Table{Cols: []table.Col{
		{Name: "who", Num: []float64{7, 7, 8}}, {Name: "first", Num: []float64{0, 1, nan}}, {Name: "state", Num: []float64{1, 1, nan}},
		{Name: "second", Num: []float64{1, nan, nan}}, {Name: "reward", Num: []float64{1, nan, nan}},
	}}
	c, err := TwoStepChoicesOf(d, "who", "first", "state", "second", "reward")
	if err != nil {
		t.Fatal(err)
	}
	if len(c) != 2 || !slices.Equal(c[0].Choice, []int{0, -1}) || !slices.Equal(c[0].Second, []int{1, -1}) || c[1].Subject != "8" {
		t.Errorf("%+v", c)
	}
	d.Cols[2].Num[0] = 2
	if _, err := TwoStepChoicesOf(d, "who", "first", "state", "second", "reward"); err == nil || !strings.Contains(err.Error(), "row 0 has \"state\" 2") {
		t.Error(err)
	}
}

// Two parameters that trade against each other are undetermined; a place from
// which the likelihood rises is no maximum.
func TestLearningErrorsOfRidges(t *testing.T) {
	for _, c := range []struct {
		h            [][]float64
		converged    bool
		undetermined int
	}{
		{[][]float64{{1, 1}, {1, 1}}, true, 2},
		{[][]float64{{1, 2}, {2, 1}}, false, 0},
		{[][]float64{{1, 0}, {0, 1e-5}}, true, 1},
		{[][]float64{{2, 1}, {1, 2}}, true, 0},
	} {
		f := &LearningFit{Model: QModel(QOptions{}), Estimate: []float64{0.5, 5}, fixed: []float64{math.NaN(), math.NaN()}, Converged: true}
		f.errors(c.h)
		if f.Converged != c.converged || len(f.Undetermined) != c.undetermined {
			t.Errorf("%v: converged %t, undetermined %v", c.h, f.Converged, f.Undetermined)
		}
	}
}

// TestBlocks: the likelihood of trials in blocks is the sum of the blocks', whichever the model, and
// a subject who learns anew in each is found as one whose blocks are long sessions of their own.
func TestBlocks(t *testing.T) {
	q := QModel(QOptions{Stickiness: true})
	truth := []float64{0.4, 4, 0.5}
	var all Choices
	for b := range 8 {
		p := []float64{0.2, 0.8}
		if b%2 == 1 {
			p = []float64{0.8, 0.2}
		}
		c := q.Simulate(truth, Bandit(40, p...), uint64(b))
		c.Choice[7] = -1
		all.Choice, all.Reward = append(all.Choice, c.Choice...), append(all.Reward, c.Reward...)
		for range c.Choice {
			all.Block = append(all.Block, b%3)
		}
	}
	each := make([]float64, len(all.Choice))
	sum, want := q.logLik(truth, all, each), 0.0
	for b := range 8 {
		part := Choices{Choice: all.Choice[40*b : 40*b+40], Reward: all.Reward[40*b : 40*b+40]}
		want += q.LogLik(truth, part, nil)
	}
	within(t, "sum over blocks", sum, want, 1e-12)
	total := 0.0
	for b := range 8 {
		if math.Abs(each[40*b]+math.Ln2) > 1e-12 {
			t.Errorf("the first choice of block %d has log probability %g, that of chance is %g", b, each[40*b], -math.Ln2)
		}
		for _, v := range each[40*b : 40*b+40] {
			total += v
		}
	}
	within(t, "sum over trials", total, want, 1e-12)
	f, err := q.Fit(all, LearningFitOptions{})
	if err != nil || !f.Converged {
		t.Fatal(f, err)
	}
	for k, v := range truth {
		if math.Abs(f.Estimate[k]-v) > 3*f.SE[k] {
			t.Errorf("%s is %g ± %g, simulated with %g", q.Parameters[k].Name, f.Estimate[k], f.SE[k], v)
		}
	}
	one := all
	one.Block = nil
	g, err := q.Fit(one, LearningFitOptions{})
	if err != nil || g.LogLik > f.LogLik-1 {
		t.Errorf("as one session the log likelihood is %g, in blocks %g; %v", g.LogLik, f.LogLik, err)
	}
	all.Block = all.Block[1:]
	if _, err := q.Fit(all, LearningFitOptions{}); err == nil || !strings.Contains(err.Error(), "Block 319") {
		t.Error(err)
	}
	// Staying is not counted over the edge of a block.
	two := Choices{Choice: []int{0, 0, 1}, Reward: []float64{1, 0, 0}, State: []int{0, 0, 1}, Second: []int{0, 0, 0}, Block: []int{1, 1, 2}}
	if s, err := StayProbabilities(two); err != nil || s.Trials != [2][2]int{{0, 0}, {1, 0}} {
		t.Errorf("%v, %v", s, err)
	}
}

func TestChoicesOfBlocks(t *testing.T) {
	d := table.Table{Cols: []table.Col{
		{Name: "who", Text: []string{"a", "b", "a", "b", "a"}},
		{Name: "session", Text: []string{"x", "x", "y", "x", "y"}},
		{Name: "k", Num: []float64{0, 1, 1, 0, 0}}, {Name: "r", Num: []float64{1, 0, 1, 0, 0}},
	}}
	all, err := ChoicesOf(d, "who", "k", "r", 2, "session")
	if err != nil || fmt.Sprint(all[0].Block, all[1].Block) != "[0 1 1] [0 0]" {
		t.Errorf("%v, %v", all, err)
	}
	if all, err = ChoicesOf(d, "who", "k", "r", 2, ""); err != nil || all[0].Block != nil {
		t.Errorf("no blocks: %v, %v", all, err)
	}
	two, err := TwoStepChoicesOf(d, "who", "k", "k", "k", "r", "session")
	if err != nil || fmt.Sprint(two[0].Block) != "[0 1 1]" {
		t.Errorf("%v, %v", two, err)
	}
	for want, columns := range map[string][]string{`no column "run"`: {"run"}, "2 columns of blocks are named": {"session", "who"}} {
		if _, err := ChoicesOf(d, "who", "k", "r", 2, columns...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %s", err, want)
		}
	}
}

// TestProfileLimits: a subject whose interval holds alpha1 = 0, which leaves of beta1, w and p
// only the products, has limits as far out as the bound of beta1 lets them; a limit inside
// is where the likelihood, from many starts with it held, has fallen by what it should.
func TestProfileLimits(t *testing.T) {
	m := TwoStepModel()
	c := m.Simulate([]float64{0.2746998654564353, 0.6027473631257618, 0.19203885001262427, 3.3378287803985636, 2.5502983054167183, 0.8642630897457835, 0.18619149889954661},
		DriftingBandit(201, 4, 0.25, 0.75, 0.025, 5), 0)
	f, err := m.Fit(c, LearningFitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	held := func(i int, v float64) *LearningFit {
		rest := m
		rest.Parameters = slices.Delete(slices.Clone(m.Parameters), i, i+1)
		rest.LogLik = func(p []float64, c Choices, each []float64) float64 {
			return m.LogLik(slices.Insert(slices.Clone(p), i, v), c, each)
		}
		g, err := rest.Fit(c, LearningFitOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	ridge := held(0, 0)
	if fall := 2 * (f.LogLik - ridge.LogLik); fall > 3.8 {
		t.Fatalf("alpha1 = 0 is outside: %g", fall)
	}
	beta, p := ridge.Estimate[2], ridge.Estimate[5]
	limits := map[string][2]float64{}
	for _, name := range []string{"beta1", "p"} {
		lo, hi, err := f.CI(name, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		limits[name] = [2]float64{lo, hi}
	}
	if hi := limits["beta1"][1]; hi != 100 {
		t.Errorf("beta1 up to %g, its bound 100 is as likely", hi)
	}
	if lo, at := limits["p"][0], p*beta/100; lo > at {
		t.Errorf("p from %g, %g is as likely", lo, at)
	}
	within(t, "fall at the upper limit of p", 2*(f.LogLik-held(6, limits["p"][1]).LogLik), 3.841458820694124, 2e-3)
	within(t, "fall at the lower limit of beta1", 2*(f.LogLik-held(3, limits["beta1"][0]).LogLik), 3.841458820694124, 2e-3)
}
