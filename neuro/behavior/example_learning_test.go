package behavior_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/behavior"
)

// One subject of a bandit task whose probabilities walk; the second trial was
// missed.
func ExampleLearningModel_Fit() {
	m := behavior.QModel(behavior.QOptions{TwoRates: true})
	c := m.Simulate([]float64{0.6, 5, 0.2}, behavior.DriftingBandit(300, 2, 0.2, 0.8, 0.05, 1), 1)
	c.Choice[1] = -1
	f, err := m.Fit(c, behavior.LearningFitOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f)
	lo, hi, err := f.CI("alpha-", 0.95)
	fmt.Printf("alpha- from %.2f to %.2f, %v\n", lo, hi, err)
	// Output:
	// Q-learning, two rates, 299 choices, maximum likelihood: log likelihood -85.39, BIC 187.89, pseudo-R² 0.59; 1 trial without a response left out
	// alpha 0.550 ± 0.111, beta 5.195 ± 0.586, alpha- 0.143 ± 0.030
	// alpha- from 0.09 to 0.21, <nil>
}

// A subject who plans, in 400 trials of the two-step task.
func ExampleStayProbabilities() {
	c := behavior.TwoStepModel().Simulate([]float64{0.4, 0.4, 0.6, 5, 4, 0.8, 0.1}, behavior.DriftingBandit(400, 4, 0.25, 0.75, 0.025, 1), 2)
	s, err := behavior.StayProbabilities(c)
	fmt.Println(s, err)
	// Output:
	// stay probability: rewarded 0.78 common, 0.70 rare; unrewarded 0.62 common, 0.71 rare; reward +0.07, interaction +0.17 <nil>
}

func ExampleRecoverParameters() {
	truth := [][]float64{{0.2, 3}, {0.4, 5}, {0.6, 2}, {0.3, 6}, {0.5, 4}, {0.7, 3}}
	r, err := behavior.RecoverParameters(behavior.QModel(behavior.QOptions{}), truth, behavior.DriftingBandit(300, 2, 0.2, 0.8, 0.05, 1), behavior.LearningFitOptions{}, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r)
	fmt.Printf("alpha r %.2f, beta r %.2f\n", r.R[0], r.R[1])
	// Output:
	// recovery of Q-learning: 6 subjects
	// alpha r 0.87, beta r 0.90
}
