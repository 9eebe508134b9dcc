package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// IRTAbility is a person's ability on the scale of the items.
type IRTAbility struct {
	Theta, SE float64
}

// kind and parameters of an item, as fitted.
func (r *IRT) model(j int) (irtItem, []float64, bool) {
	it := r.Items[j]
	if len(it.d) == 0 {
		return irtItem{}, nil, false
	}
	m := irtItem{kind: irt2PL, cats: len(it.d) + 1}
	p := append([]float64{it.A}, it.d...)
	switch r.Model {
	case "3PL":
		m.kind = irt3PL
		p = append(p, vec.Log(it.C/(1-it.C)))
	case "graded":
		m.kind = irtGraded
	}
	return m, p, true
}

// Probability returns that of a response to item j, counted from 0, at ability
// theta; NaN for an item without an estimate and a response that it does not have.
func (r *IRT) Probability(j, response int, theta float64) float64 {
	m, p, ok := r.model(j)
	if !ok || response < 0 || response >= m.cats {
		return math.NaN()
	}
	prob, _ := m.curves(p, []float64{theta})
	return prob[response][0]
}

// slopes returns P of each response at theta with its first and second derivative.
func (m *irtItem) slopes(p []float64, theta float64) (prob, first, second []float64) {
	a := p[0]
	prob, first, second = make([]float64, m.cats), make([]float64, m.cats), make([]float64, m.cats)
	all, _ := m.curves(p, []float64{theta})
	for c := range prob {
		prob[c] = all[c][0]
	}
	for k := 1; k < m.cats; k++ {
		z := float64(a*theta) + p[k]
		s, u := logistic(z), logistic(-z)
		rise := 1.0
		if m.kind == irt3PL {
			rise = logistic(-p[2])
		}
		d1, d2 := float64(rise*a*s*u), float64(rise*a*a*s*u*(u-s))
		first[k] += d1
		first[k-1] -= d1
		second[k] += d2
		second[k-1] -= d2
	}
	return prob, first, second
}

// ItemInformation returns the Fisher information of item j about ability, Σ P'²/P.
func (r *IRT) ItemInformation(j int, theta float64) float64 {
	m, p, ok := r.model(j)
	if !ok {
		return 0
	}
	return m.information(p, theta)
}

func (m *irtItem) information(p []float64, theta float64) (sum float64) {
	prob, first, _ := m.slopes(p, theta)
	for c, v := range prob {
		if v > 0 {
			sum += float64(first[c]*first[c]) / v
		}
	}
	return sum
}

// Information returns that of all items, at ability theta; 1 over its root is
// the standard error of measurement there.
func (r *IRT) Information(theta float64) (sum float64) {
	for j := range r.Items {
		sum += r.ItemInformation(j, theta)
	}
	return sum
}

// Abilities estimates the persons' abilities from their responses:
//
//	"EAP": the posterior mean and standard deviation, with the standard normal prior
//	"MAP": the posterior maximum and 1/√(information + 1)
//	"WLE": Warm's weighted likelihood estimate, without a prior, and 1/√information
//
// All three are finite for all right and all wrong; the maximum of the
// likelihood is not, and is left out. Missing responses do not count. A person
// without any response has NaN (the prior's 0 and 1 for EAP and MAP). Another
// method is an error.
//
// Source: Bock and Mislevy 1982, Appl Psychol Meas 6:431; Warm 1989,
// Psychometrika 54:427. Checked against SciPy's solution of the same equations.
func (r *IRT) Abilities(method string) ([]IRTAbility, error) {
	switch method {
	case "EAP", "MAP", "WLE":
	default:
		return nil, fmt.Errorf("behavior: IRT.Abilities: method is %q, it must be \"EAP\", \"MAP\" or \"WLE\"", method)
	}
	out := make([]IRTAbility, len(r.responses))
	known := map[string]IRTAbility{}
	models, params := make([]irtItem, len(r.Items)), make([][]float64, len(r.Items))
	var logs [][][]float64
	for j := range r.Items {
		m, p, ok := r.model(j)
		if !ok {
			logs = append(logs, nil)
			continue
		}
		models[j], params[j] = m, p
		prob, _ := m.curves(p, r.nodes.theta)
		for _, row := range prob {
			vec.LogBlock(row, row)
		}
		logs = append(logs, prob)
	}
	key := make([]byte, len(r.Items))
	for i, row := range r.responses {
		for j, x := range row {
			key[j] = byte(x + 1)
		}
		a, ok := known[string(key)]
		if !ok {
			if method == "EAP" {
				a = r.eap(row, logs)
			} else {
				a = irtSolve(row, models, params, method == "MAP")
			}
			known[string(key)] = a
		}
		out[i] = a
	}
	return out, nil
}

func (r *IRT) eap(row []int, logs [][][]float64) (a IRTAbility) {
	w := append([]float64(nil), r.nodes.logWeight...)
	for j, x := range row {
		if x >= 0 && logs[j] != nil {
			vec.AddBlock(w, w, logs[j][x])
		}
	}
	top, sum := math.Inf(-1), 0.0
	for _, v := range w {
		top = math.Max(top, v)
	}
	for q := range w {
		w[q] = vec.Exp(w[q] - top)
		sum += w[q]
	}
	for q, t := range r.nodes.theta {
		a.Theta += float64(w[q]*t) / sum
	}
	for q, t := range r.nodes.theta {
		d := t - a.Theta
		a.SE += float64(w[q]*d*d) / sum
	}
	a.SE = math.Sqrt(a.SE)
	return a
}

// irtSolve finds where the slope of the posterior, or of Warm's weighted
// likelihood, is 0: the root that bisection comes to between -20 and 20.
func irtSolve(row []int, models []irtItem, params [][]float64, prior bool) IRTAbility {
	slope := func(theta float64) (sum, info float64) {
		warm := 0.0
		for j, x := range row {
			if x < 0 || params[j] == nil {
				continue
			}
			prob, first, second := models[j].slopes(params[j], theta)
			if prob[x] > 0 {
				sum += first[x] / prob[x]
			}
			for c, v := range prob {
				if v > 0 {
					info += float64(first[c]*first[c]) / v
					warm += float64(first[c]*second[c]) / v
				}
			}
		}
		if prior {
			return sum - theta, info
		}
		if info == 0 {
			return math.NaN(), 0
		}
		return sum + warm/float64(2*info), info
	}
	// From the middle outward to a change of sign, then bisection.
	at, _ := slope(0)
	if math.IsNaN(at) {
		return IRTAbility{math.NaN(), math.NaN()}
	}
	lo, hi := 0.0, 0.0
	for step := 0.25; hi-lo < 40; step *= 1.5 {
		if at > 0 {
			lo, hi = hi, hi+step
			if s, _ := slope(hi); !(s > 0) {
				break
			}
		} else {
			lo, hi = lo-step, lo
			if s, _ := slope(lo); s >= 0 {
				break
			}
		}
		if math.Abs(lo) > 20 || math.Abs(hi) > 20 {
			break
		}
	}
	for range 60 {
		mid := lo + float64((hi-lo)/2)
		if s, _ := slope(mid); s > 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	_, info := slope(lo)
	if prior {
		info++
	}
	return IRTAbility{lo, 1 / math.Sqrt(info)}
}
