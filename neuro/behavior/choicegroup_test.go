package behavior

import (
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// The population that subjects were drawn from is found, its subjects better
// than one by one, and the model that made the choices has the lower iBIC.
func TestLearningGroup(t *testing.T) {
	m := QModel(QOptions{})
	s := rng.New(3, 0)
	var all []Choices
	var truth [][]float64
	for i := range 24 {
		u := []float64{-0.6 + 0.7*s.Norm(), m.Parameters[1].place(4) + 0.4*s.Norm()}
		p := []float64{m.Parameters[0].value(u[0]), m.Parameters[1].value(u[1])}
		truth = append(truth, p)
		all = append(all, m.Simulate(p, Bandit(100, 0.3, 0.7), uint64(i)))
	}
	all[2].Choice[5] = -1
	g, err := m.FitGroup(all)
	if err != nil {
		t.Fatal(err)
	}
	if !g.Converged || g.Missing != 1 || g.Choices != 2399 {
		t.Error(g)
	}
	if math.Abs(g.Mean[0]+0.6) > 3*g.SEMean[0] || math.Abs(g.Mean[1]-m.Parameters[1].place(4)) > 3*g.SEMean[1] || g.SD[0] < 0.2 || g.SD[0] > 1.4 {
		t.Error(g.Table())
	}
	single, pulled := 0.0, 0.0
	for i := range all {
		f, err := m.Fit(all[i], LearningFitOptions{})
		if err != nil {
			t.Fatal(err)
		}
		single += math.Pow(f.Estimate[0]-truth[i][0], 2)
		pulled += math.Pow(g.Subject[i][0]-truth[i][0], 2)
	}
	if pulled > single {
		t.Errorf("squared error of alpha %g in the group, %g one by one", pulled, single)
	}
	sticky, err := QModel(QOptions{Stickiness: true}).FitGroup(all)
	if err != nil {
		t.Fatal(err)
	}
	if sticky.IBIC < g.IBIC {
		t.Errorf("iBIC %g of the model that made the choices, %g of another", g.IBIC, sticky.IBIC)
	}
	if _, err := m.FitGroup(all[:1]); err == nil || !strings.Contains(err.Error(), "two or more") {
		t.Error(err)
	}
}

// TestNoPopulation: choices of another task, and choices that place nothing, are errors.
func TestNoPopulation(t *testing.T) {
	four := Choices{Options: 4, Choice: []int{2, 3, 3}, Reward: []float64{1, 1, 0}}
	flat := Choices{Choice: []int{0, 1, 1, 1, 0, 1}, Reward: make([]float64, 6)}
	two := QModel(QOptions{})
	_, one := two.Fit(four, LearningFitOptions{})
	_, group := two.FitGroup([]Choices{four, four})
	_, steps := TwoStepModel().Fit(flat, LearningFitOptions{})
	_, none := two.FitGroup([]Choices{flat, flat, flat})
	for k, c := range []struct {
		err  error
		want string
	}{{one, "no likelihood for these choices between 4 options"}, {group, "no likelihood for these choices between 4 options"},
		{steps, "no likelihood for these choices between 2 options"}, {none, "place no population"}} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%d: %v, want %q", k, c.err, c.want)
		}
	}
}

// TestLearningGroupAlike: subjects who differ by chance alone in a parameter are found to be
// alike in it, without the long way of a standard deviation to 0, and no likelier with one.
func TestLearningGroupAlike(t *testing.T) {
	m := QModel(QOptions{})
	s := rng.New(6, 0)
	var all []Choices
	for i := range 12 {
		p := []float64{m.Parameters[0].value(-0.6 + 0.05*s.Norm()), m.Parameters[1].value(m.Parameters[1].place(4) + 0.5*s.Norm())}
		all = append(all, m.Simulate(p, Bandit(200, 0.3, 0.7), uint64(i+300)))
	}
	var calls atomic.Int64
	loglik := m.LogLik
	m.LogLik = func(p []float64, c Choices, each []float64) float64 {
		calls.Add(1)
		return loglik(p, c, each)
	}
	g, err := m.FitGroup(all)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(calls.Load(), g)
	if !g.Converged || !slices.Equal(g.Alike, []string{"alpha"}) || g.SD[0] != 0 || g.SD[1] < 0.2 {
		t.Error(g.Table())
	}
	if n := calls.Load(); n > 40000 {
		t.Errorf("%d likelihoods", n)
	}
	// All steps down to a spread of next to nothing end there at the same likelihood.
	if math.Abs(g.LogMarginal+900.0301) > 1e-3 {
		t.Errorf("log marginal likelihood %g", g.LogMarginal)
	}
}
