package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Rasch is a Rasch model, the 1PL fitted by conditional maximum likelihood.
type Rasch struct {
	Names      []string
	Difficulty []float64 // with mean 0; ±Inf for an item without an estimate
	SE         []float64
	LogLik     float64 // conditional log likelihood
	Parameters int
	Persons    int // that the likelihood rests on
	Extreme    int // persons with all right or all wrong, who tell nothing about the items
	Iterations int
	Converged  bool
	Notes      []string // what to know before using the fit

	responses [][]int
	fitted    []bool
}

// FitRasch fits difficulties b without any assumption about the abilities: the
// likelihood is conditional on the persons' scores r.
//
//	P(x = 1) = 1/(1 + exp(-(θ - b))),  log L = -Σ b_j s_j - Σ log γ_r(exp(-b))
//
// with item scores s and elementary symmetric functions γ, by the sums that do
// not cancel. responses[person][item] is 0, 1, or -1 where it is missing; persons
// with the same items missing share their symmetric functions. names may be nil.
//
// An item that everybody got right or wrong, among persons with other responses,
// is left out, has a difficulty of -Inf or +Inf, and is named in Notes. Data where
// a group of items was always easier than the rest have no estimate (Fischer
// 1981): Converged is false and Notes say so. Fewer than two items with an
// estimate, more than 500 items, and responses other than 0, 1 and -1 are errors.
//
// Source: Andersen 1972, J R Stat Soc B 34:42; Fischer 1981, Psychometrika 46:59.
// Checked against R's eRm, whose RM gives easiness, which is -Difficulty.
func FitRasch(responses [][]int, names []string) (*Rasch, error) {
	if _, err := checkResponses("FitRasch", responses, 1, names); err != nil {
		return nil, err
	}
	items := len(responses[0])
	if items > 500 {
		return nil, fmt.Errorf("behavior: FitRasch: %d items, at most 500 are allowed; FitIRT takes any number", items)
	}
	r := &Rasch{responses: responses, Difficulty: make([]float64, items), SE: make([]float64, items), fitted: make([]bool, items), Converged: true}
	for j := range items {
		r.Names = append(r.Names, itemName(names, j))
		r.fitted[j] = true
	}
	// Leaving out an item may make persons extreme, and that another item.
	for r.dropItem() {
	}
	groups := r.groups()
	n := 0
	for _, ok := range r.fitted {
		if ok {
			n++
		}
	}
	if n < 2 || len(groups) == 0 {
		return nil, fmt.Errorf("behavior: FitRasch: %d of %d items were answered both ways by persons with mixed responses, at least two are needed", n, items)
	}
	task := display.Start("behavior.FitRasch", "", 0)
	r.climb(groups, n, task)
	err := task.Err()
	task.End()
	if err != nil {
		return nil, fmt.Errorf("behavior: FitRasch: %w", err)
	}
	return r, nil
}

// mixed says whether a person has right and wrong responses among fitted items.
func (r *Rasch) mixed(row []int) bool {
	var seen [2]bool
	for j, x := range row {
		if x >= 0 && r.fitted[j] {
			seen[x] = true
		}
	}
	return seen[0] && seen[1]
}

// dropItem leaves one item out that mixed persons all answered in one way.
func (r *Rasch) dropItem() bool {
	for j := range r.fitted {
		if !r.fitted[j] {
			continue
		}
		var seen [2]int
		for _, row := range r.responses {
			if row[j] >= 0 && r.mixed(row) {
				seen[row[j]]++
			}
		}
		if seen[0] > 0 && seen[1] > 0 {
			continue
		}
		r.fitted[j], r.SE[j] = false, math.NaN()
		what := "right"
		r.Difficulty[j] = math.Inf(-1)
		switch {
		case seen[0] > 0:
			r.Difficulty[j], what = math.Inf(1), "wrong"
		case seen[1] == 0:
			r.Difficulty[j], what = math.NaN(), "out"
		}
		if what == "out" {
			r.Notes = append(r.Notes, fmt.Sprintf("%s has no estimate: no person with mixed responses answered it", r.Names[j]))
		} else {
			r.Notes = append(r.Notes, fmt.Sprintf("%s has no estimate: everybody with mixed responses was %s", r.Names[j], what))
		}
		return true
	}
	return false
}

// raschGroup are persons who answered the same items.
type raschGroup struct {
	items  []int
	scores []float64 // persons with each score
	right  []float64 // of each item
}

// groups sorts the persons; those with all right or all wrong are counted only.
func (r *Rasch) groups() (out []*raschGroup) {
	place := map[string]*raschGroup{}
	key := make([]byte, len(r.fitted))
	r.Extreme, r.Persons = 0, 0
	for _, row := range r.responses {
		if !r.mixed(row) {
			r.Extreme++
			continue
		}
		r.Persons++
		var items []int
		for j, x := range row {
			key[j] = 0
			if x >= 0 && r.fitted[j] {
				key[j] = 1
				items = append(items, j)
			}
		}
		g := place[string(key)]
		if g == nil {
			g = &raschGroup{items: items, scores: make([]float64, len(items)+1), right: make([]float64, len(items))}
			place[string(key)] = g
			out = append(out, g)
		}
		score := 0
		for k, j := range items {
			score += row[j]
			g.right[k] += float64(row[j])
		}
		g.scores[score]++
	}
	if r.Extreme > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("persons with all right or all wrong (%d) tell nothing about the items", r.Extreme))
	}
	return out
}

// symmetric returns γ_0 ... γ_n of eps, leaving two places out (-1 for none).
func symmetric(eps []float64, without, and int) []float64 {
	g := make([]float64, len(eps)+1)
	g[0] = 1
	n := 0
	for k, e := range eps {
		if k == without || k == and {
			continue
		}
		n++
		for s := n; s > 0; s-- {
			g[s] += float64(e * g[s-1])
		}
	}
	return g
}

// part returns a group's log likelihood, gradient and information in the
// difficulties.
func (g *raschGroup) part(b []float64, second bool) (logLik float64, grad []float64, info [][]float64) {
	n := len(g.items)
	eps := make([]float64, n)
	for k, j := range g.items {
		eps[k] = vec.Exp(-b[j])
		logLik -= float64(b[j] * g.right[k])
	}
	all := symmetric(eps, -1, -1)
	for s, count := range g.scores {
		if count > 0 {
			logLik -= float64(count * vec.Log(all[s]))
		}
	}
	if !second {
		return logLik, nil, nil
	}
	grad = make([]float64, n)
	p := make([][]float64, n) // P(right | score)
	info = linalg.Zeros(n)
	linalg.Parallel(n, func(k int) {
		one := symmetric(eps, k, -1)
		p[k] = make([]float64, len(all))
		grad[k] = -g.right[k]
		for s := 1; s < n; s++ {
			p[k][s] = eps[k] * one[s-1] / all[s]
			grad[k] += float64(g.scores[s] * p[k][s])
		}
	})
	linalg.Parallel(n, func(k int) {
		for s := 1; s < n; s++ {
			info[k][k] += float64(g.scores[s] * p[k][s] * (1 - p[k][s]))
		}
		for l := range k {
			two := symmetric(eps, k, l)
			for s := 1; s < n; s++ {
				if g.scores[s] == 0 {
					continue
				}
				both := 0.0
				if s > 1 {
					both = eps[k] * eps[l] * two[s-2] / all[s]
				}
				info[k][l] += float64(g.scores[s] * (both - float64(p[k][s]*p[l][s])))
			}
		}
	})
	return logLik, grad, info
}

// climb goes to the maximum by Newton's method; the last fitted item follows from
// the others, the difficulties having mean 0.
func (r *Rasch) climb(groups []*raschGroup, n int, task *display.Counter) {
	var free []int
	for j, ok := range r.fitted {
		if ok {
			free = append(free, j)
		}
	}
	b := make([]float64, len(r.fitted))
	value := func(b []float64) (sum float64) {
		for _, g := range groups {
			l, _, _ := g.part(b, false)
			sum += l
		}
		return sum
	}
	var inverse [][]float64
	ended := false
	for r.Iterations = 0; r.Iterations < 100 && task.Err() == nil; r.Iterations++ {
		grad, info := make([]float64, len(b)), linalg.Zeros(len(b))
		logLik := 0.0
		for _, g := range groups {
			l, gg, gi := g.part(b, true)
			logLik += l
			for k, j := range g.items {
				grad[j] += gg[k]
				for m := 0; m <= k; m++ {
					info[j][g.items[m]] += gi[k][m]
				}
			}
		}
		// The information leaves out the mean: a constant matrix puts it back.
		a := linalg.Zeros(n)
		for x, j := range free {
			for y, k := range free {
				a[x][y] = info[max(j, k)][min(j, k)] + 1/float64(n)
			}
		}
		inv, dependent := linalg.InversePositive(a, 1e-13)
		if dependent >= 0 {
			break
		}
		inverse = inv
		r.LogLik = logLik
		step, size, gain := make([]float64, len(b)), 0.0, 0.0
		for x, j := range free {
			for y, k := range free {
				step[j] += float64(inv[x][y] * grad[k])
			}
			size = math.Max(size, math.Abs(step[j]))
			gain += float64(step[j] * grad[j])
		}
		if size < 1e-10 || gain < 1e-20 {
			ended = true
			break
		}
		t := math.Min(1, 3/size)
		moved := false
		for ; t > 1e-6; t /= 2 {
			next := slices.Clone(b)
			for _, j := range free {
				next[j] += float64(t * step[j])
			}
			if v := value(next); v >= logLik-float64(1e-13*math.Abs(logLik)) {
				b, moved = next, true
				break
			}
		}
		if !moved {
			ended = gain < 1e-9
			break
		}
	}
	mean, far := 0.0, 0.0
	for _, j := range free {
		mean += b[j] / float64(n)
	}
	for x, j := range free {
		r.Difficulty[j] = b[j] - mean
		far = math.Max(far, math.Abs(r.Difficulty[j]))
		r.SE[j] = math.NaN()
		if inverse != nil {
			r.SE[j] = math.Sqrt(math.Max(0, inverse[x][x]-1/float64(n)))
		}
	}
	r.Parameters = n - 1
	r.Converged = ended && far < 15
	if !r.Converged {
		r.Notes = append(r.Notes, "the likelihood has no maximum: some items were always easier than the others (Fischer 1981)")
	}
}

// Abilities returns the maximum likelihood ability of each person given the
// difficulties, and 1/√information; -Inf and +Inf for all wrong and all right,
// NaN for nobody's items. Warm's estimate is finite for them: weighted takes it.
func (r *Rasch) Abilities(weighted bool) []IRTAbility {
	models, params := make([]irtItem, len(r.fitted)), make([][]float64, len(r.fitted))
	for j, ok := range r.fitted {
		if ok {
			models[j], params[j] = irtItem{kind: irt2PL, cats: 2}, []float64{1, -r.Difficulty[j]}
		}
	}
	type given struct {
		score int
		items string
	}
	known := map[given]IRTAbility{}
	key := make([]byte, len(r.fitted))
	out := make([]IRTAbility, len(r.responses))
	for i, row := range r.responses {
		score, n := 0, 0
		for j, x := range row {
			key[j] = 0
			if x >= 0 && r.fitted[j] {
				key[j] = 1
				score += x
				n++
			}
		}
		g := given{score, string(key)}
		a, ok := known[g]
		switch {
		case ok:
		case n == 0:
			a = IRTAbility{math.NaN(), math.NaN()}
		case weighted:
			a = irtSolve(row, models, params, false)
		case score == 0:
			a = IRTAbility{math.Inf(-1), math.Inf(1)}
		case score == n:
			a = IRTAbility{math.Inf(1), math.Inf(1)}
		default:
			a = r.likeliest(row, score)
		}
		known[g] = a
		out[i] = a
	}
	return out
}

// likeliest solves Σ P(θ) = score by Newton's method.
func (r *Rasch) likeliest(row []int, score int) IRTAbility {
	theta, info := 0.0, 0.0
	for range 100 {
		d := float64(score)
		info = 0
		for j, x := range row {
			if x >= 0 && r.fitted[j] {
				p := logistic(theta - r.Difficulty[j])
				d -= p
				info += float64(p * (1 - p))
			}
		}
		step := math.Max(-1, math.Min(1, d/info))
		theta += step
		if math.Abs(step) < 1e-12 {
			break
		}
	}
	return IRTAbility{theta, 1 / math.Sqrt(info)}
}

// ItemFit returns infit and outfit at the maximum likelihood abilities, without
// the persons who have none, as eRm's itemfit.
func (r *Rasch) ItemFit() *ItemFit {
	theta := make([]float64, len(r.responses))
	for i, a := range r.Abilities(false) {
		theta[i] = a.Theta
	}
	return itemFit(r.Names, r.responses, theta, "maximum likelihood", func(j int, theta float64) []float64 {
		if !r.fitted[j] {
			return nil
		}
		p := logistic(theta - r.Difficulty[j])
		return []float64{1 - p, p}
	})
}
