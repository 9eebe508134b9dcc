package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Learning is the course of a learned value.
type Learning struct {
	Model         string    // "Rescorla-Wagner", "Pearce-Hall" or "Kalman filter"
	Outcome       []float64 // of each trial
	Value         []float64 // after the trial
	Rate          []float64 // learning rate of the trial: its part of the prediction error
	Associability []float64 // after the trial; Pearce-Hall only
	Variance      []float64 // of the value after the trial; Kalman filter only
}

// RescorlaWagner returns the associative strength V of one cue, from 0.
//
//	V ← V + α β (λ - V)
//
// outcome holds λ of each trial, such as 1 for a reward and 0 for none; alpha
// and beta, from 0 to 1, are the saliences of cue and outcome. Rates outside
// 0 to 1 and outcomes that are not finite are errors.
//
// Source: Rescorla and Wagner 1972. Checked against the formula.
func RescorlaWagner(outcome []float64, alpha, beta float64) (*Learning, error) {
	if err := learner("RescorlaWagner", outcome, "alpha", alpha, "beta", beta); err != nil {
		return nil, err
	}
	l := &Learning{Model: "Rescorla-Wagner", Outcome: append([]float64(nil), outcome...)}
	v, rate := 0.0, alpha*beta
	for _, o := range outcome {
		v += float64(rate * (o - v))
		l.Value, l.Rate = append(l.Value, v), append(l.Rate, rate)
	}
	return l, nil
}

// PearceHall returns the value and the associability of the hybrid model, from
// value 0 and associability 1.
//
//	δ = λ - V,  V ← V + κ A δ,  A ← η |δ| + (1-η) A
//
// kappa and eta lie from 0 to 1; others, and outcomes that are not finite, are
// errors. Source: Pearce and Hall 1980; Li, Schiller, Schoenbaum, Phelps and
// Daw 2011. Checked against the formula.
func PearceHall(outcome []float64, kappa, eta float64) (*Learning, error) {
	if err := learner("PearceHall", outcome, "kappa", kappa, "eta", eta); err != nil {
		return nil, err
	}
	l := &Learning{Model: "Pearce-Hall", Outcome: append([]float64(nil), outcome...)}
	v, a := 0.0, 1.0
	for _, o := range outcome {
		d, rate := o-v, kappa*a
		v += float64(rate * d)
		a = float64(eta*math.Abs(d)) + float64((1-eta)*a)
		l.Value, l.Rate, l.Associability = append(l.Value, v), append(l.Rate, rate), append(l.Associability, a)
	}
	return l, nil
}

// KalmanLearner returns the value that tracks a drifting mean, from value 0.
//
//	P ← P + process,  K = P/(P + noise),  V ← V + K (λ - V),  P ← (1-K) P
//
// variance is P before the first trial, process the variance by which the mean
// drifts per trial, and noise that of the outcome around it. Variances below 0,
// noise not above 0 and outcomes that are not finite are errors.
//
// Source: Kalman 1960; Daw, O'Doherty, Dayan, Seymour and Dolan 2006.
func KalmanLearner(outcome []float64, variance, process, noise float64) (*Learning, error) {
	if err := learner("KalmanLearner", outcome, "", 0, "", 0); err != nil {
		return nil, err
	}
	if !(variance >= 0 && process >= 0 && noise > 0) || math.IsInf(variance+process+noise, 0) {
		return nil, fmt.Errorf("behavior: KalmanLearner: variance is %g, process %g and noise %g; the first two must be 0 or more, noise above 0, all finite", variance, process, noise)
	}
	l := &Learning{Model: "Kalman filter", Outcome: append([]float64(nil), outcome...)}
	v, p := 0.0, variance
	for _, o := range outcome {
		p += process
		k := p / (p + noise)
		v += float64(k * (o - v))
		p = float64((1 - k) * p)
		l.Value, l.Rate, l.Variance = append(l.Value, v), append(l.Rate, k), append(l.Variance, p)
	}
	return l, nil
}

func learner(caller string, outcome []float64, a string, x float64, b string, y float64) error {
	if len(outcome) == 0 {
		return fmt.Errorf("behavior: %s: outcome is empty; at least one trial is needed", caller)
	}
	for i, o := range outcome {
		if math.IsNaN(o) || math.IsInf(o, 0) {
			return fmt.Errorf("behavior: %s: outcome[%d] is %g, it must be finite", caller, i, o)
		}
	}
	if !(x >= 0 && x <= 1) || !(y >= 0 && y <= 1) {
		return fmt.Errorf("behavior: %s: %s is %g and %s %g; both must lie from 0 to 1", caller, a, x, b, y)
	}
	return nil
}

// String names the model and the last value.
func (l *Learning) String() string {
	n := len(l.Value)
	return fmt.Sprintf("%s: value %.3f after %s, learning rate %.3f", l.Model, l.Value[n-1], spell.Count(n, "trial"), l.Rate[n-1])
}

// Plot draws outcomes, values and learning rates over the trials.
func (l *Learning) Plot() *figure.Figure {
	x := make([]float64, len(l.Value))
	for i := range x {
		x[i] = float64(i + 1)
	}
	trials := figure.Axis{Label: "trial", Min: 0.5, Max: float64(len(x)) + 0.5}
	return &figure.Figure{Title: l.String(), Width: 14, Height: 9, ShareX: true, Heights: []float64{2, 1}, Panels: []figure.Panel{
		{X: trials, Y: figure.Axis{Label: "value"}, Layers: []figure.Layer{
			{Kind: figure.Points, Name: "outcome", X: x, Y: l.Outcome, Color: "grey"},
			{Kind: figure.Line, Name: "value", X: x, Y: l.Value, Color: "blue", Width: 1.5},
		}},
		{X: trials, Y: figure.Axis{Label: "learning rate"}, Layers: []figure.Layer{{Kind: figure.Line, X: x, Y: l.Rate, Color: "orange"}}},
	}}
}

// Show draws the figure; its text is String.
func (l *Learning) Show() display.Bundle { return showRT(l.Plot(), l.String()) }

// QLearning is a learner of the values of several options who chooses by a
// softmax. Values start at 0.
//
//	P(k) = exp(Beta Q_k) / Σ_j exp(Beta Q_j),   Q_k ← Q_k + Alpha (reward - Q_k) of the chosen k
type QLearning struct {
	Alpha float64 // learning rate, 0 to 1
	Beta  float64 // inverse temperature, per unit of reward; 0 is random choice
}

// LogLik returns the log likelihood of choices, 0 to options-1, and the values
// of the options after the last trial. A trial without a response has choice -1
// and changes nothing. Unequal lengths, choices and rewards out of range, and
// Alpha or Beta outside theirs give NaN and no values.
func (q QLearning) LogLik(choice []int, reward []float64, options int) (loglik float64, values []float64) {
	if len(choice) != len(reward) || options < 1 || !(q.Alpha >= 0 && q.Alpha <= 1 && q.Beta >= 0) {
		return math.NaN(), nil
	}
	values = make([]float64, options)
	for i, c := range choice {
		if c == -1 {
			continue
		}
		if c < 0 || c >= options {
			return math.NaN(), nil
		}
		sum := 0.0
		for _, v := range values {
			sum += vec.Exp(q.Beta * (v - values[c]))
		}
		loglik -= vec.Log(sum)
		values[c] += float64(q.Alpha * (reward[i] - values[c]))
	}
	return loglik, values
}

// Simulate returns n trials of a bandit whose options pay 1 with the given
// probabilities. No options, probabilities outside 0 to 1, n below 1, and Alpha
// or Beta outside their ranges are errors.
func (q QLearning) Simulate(probability []float64, n int, seed uint64) (choice []int, reward []float64, err error) {
	if len(probability) == 0 || n < 1 || !(q.Alpha >= 0 && q.Alpha <= 1 && q.Beta >= 0) {
		return nil, nil, fmt.Errorf("behavior: QLearning.Simulate: %d options, %d trials, Alpha %g, Beta %g; at least one option and trial, Alpha from 0 to 1 and Beta of 0 or more are needed", len(probability), n, q.Alpha, q.Beta)
	}
	for k, p := range probability {
		if !(p >= 0 && p <= 1) {
			return nil, nil, fmt.Errorf("behavior: QLearning.Simulate: probability[%d] is %g, it must lie from 0 to 1", k, p)
		}
	}
	s := rng.New(seed, 0)
	v := make([]float64, len(probability))
	for range n {
		top, sum := math.Inf(-1), 0.0
		for _, x := range v {
			top = math.Max(top, x)
		}
		w := make([]float64, len(v))
		for k, x := range v {
			w[k] = vec.Exp(q.Beta * (x - top))
			sum += w[k]
		}
		c, at := 0, float64(sum*s.Float64())
		for c < len(v)-1 && at >= w[c] {
			at -= w[c]
			c++
		}
		r := 0.0
		if s.Float64() < probability[c] {
			r = 1
		}
		v[c] += float64(q.Alpha * (r - v[c]))
		choice, reward = append(choice, c), append(reward, r)
	}
	return choice, reward, nil
}

// QLearningFit is a learner fitted to choices.
type QLearningFit struct {
	Model        QLearning
	SE           QLearning // standard errors; NaN for a parameter at its bound or undetermined
	AtBound      []string  // "alpha" (0 or 1), "beta" (0, or BetaMax: choices without error)
	Undetermined []string  // "alpha" where beta is 0: choices at random
	Converged    bool
	LogLik       float64
	AIC, BIC     float64
	Trials       int       // with a response
	BetaMax      float64   // the upper bound of beta: 100 over the largest size of a reward
	Values       []float64 // of the options after the last trial
}

// FitQLearning fits Alpha and Beta by maximum likelihood.
//
// choice holds the option of each trial, 0 to options-1, or -1 without a
// response (that trial changes nothing); reward the reward received. The search
// runs from several starts, with Alpha from 0 to 1 and Beta from 0 to 100 over
// the largest reward. A best value at a bound is named in AtBound, with a
// standard error of NaN: choices that follow the values without error, or are all
// alike, have Beta at the top. Standard errors are from the observed information.
// QModel has more parameters, priors and intervals.
//
// Unequal lengths, no response, choices out of range, rewards that are not finite
// or all 0, and fewer than two options are errors.
//
// Source: Watkins and Dayan 1992; Daw 2011. Checked against SciPy's maximum of
// the same likelihood, and by recovery.
func FitQLearning(choice []int, reward []float64, options int) (*QLearningFit, error) {
	fail := func(format string, a ...any) (*QLearningFit, error) {
		return nil, fmt.Errorf("behavior: FitQLearning: "+format, a...)
	}
	if options < 2 {
		return fail("options is %d; learning shows in choices between two or more", options)
	}
	c := Choices{Options: options, Choice: choice, Reward: reward}
	if err := c.check(); err != nil {
		return fail("%w", err)
	}
	largest, n := 0.0, 0
	for i, k := range choice {
		if k >= 0 {
			n++
			largest = math.Max(largest, math.Abs(reward[i]))
		}
	}
	if n == 0 {
		return fail("none of the %d trials has a response", len(choice))
	}
	if largest == 0 {
		return fail("all rewards are 0; nothing can be learned from them")
	}
	m := QModel(QOptions{Options: options, BetaMax: 100 / largest})
	task := display.Start("behavior.FitQLearning", "", 0)
	defer task.End()
	g, err := m.fit(c, LearningFitOptions{}, task.Err)
	if err == nil {
		err = task.Err()
	}
	if err != nil {
		return fail("%w", err)
	}
	f := &QLearningFit{
		Model: QLearning{g.Estimate[0], g.Estimate[1]}, SE: QLearning{g.SE[0], g.SE[1]},
		AtBound: g.AtBound, Undetermined: g.Undetermined, Converged: g.Converged,
		LogLik: g.LogLik, AIC: g.AIC, BIC: g.BIC, Trials: g.Choices, BetaMax: 100 / largest,
	}
	_, f.Values = f.Model.LogLik(choice, reward, options)
	return f, nil
}

// String gives the estimates with their standard errors.
func (f *QLearningFit) String() string {
	part := func(name, format string, v, se float64) string {
		switch {
		case slices.Contains(f.AtBound, name):
			return fmt.Sprintf("%s %.3g (at its bound)", name, v)
		case slices.Contains(f.Undetermined, name):
			return name + " undetermined"
		}
		return fmt.Sprintf("%s "+format+" ± "+format, name, v, se)
	}
	s := fmt.Sprintf("Q-learning, %d choices: %s, %s (SE); log likelihood %.2f, BIC %.2f", f.Trials,
		part("alpha", "%.3f", f.Model.Alpha, f.SE.Alpha), part("beta", "%.2f", f.Model.Beta, f.SE.Beta), f.LogLik, f.BIC)
	if !f.Converged {
		s += "; NOT CONVERGED"
	}
	return s
}

// Show shows the text.
func (f *QLearningFit) Show() display.Bundle { return display.Text(f.String()) }
