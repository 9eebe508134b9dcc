//go:build ignore

// How often fits of learning and memory models converge on simulated subjects, and
// how often 95% intervals hold what was simulated.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/table"
)

var sets = flag.Int("n", 1000, "simulated subjects of each model")

// A count is what happened with one model.
type count struct {
	model               string
	sets, converged     int
	bound, undetermined int
	held, asked         []int // intervals that hold the truth, by parameter
	names               []string
	took                time.Duration
}

func uniform(r *rand.Rand, lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }

func learning(m behavior.LearningModel, draw func(r *rand.Rand) []float64, task behavior.ChoiceTask, intervals bool, o behavior.LearningFitOptions) count {
	c := count{model: m.Name, held: make([]int, len(m.Parameters)), asked: make([]int, len(m.Parameters))}
	if o.MAP {
		c.model += ", MAP"
	}
	for _, p := range m.Parameters {
		c.names = append(c.names, p.Name)
	}
	began := time.Now()
	for k := range *sets {
		p := draw(rand.New(rand.NewPCG(uint64(k), 7)))
		choices := m.Simulate(p, task, uint64(k))
		f, err := m.Fit(choices, o)
		if err != nil {
			log.Fatal(err)
		}
		c.sets++
		if f.Converged {
			c.converged++
		}
		if len(f.AtBound) > 0 {
			c.bound++
		}
		if len(f.Undetermined) > 0 {
			c.undetermined++
		}
		if !intervals {
			for i := range p {
				if o.MAP {
					break
				}
				c.asked[i]++
				if 2*(f.LogLik-likeliest(m, i, p[i], choices)) <= 3.841458820694124 {
					c.held[i]++
				}
			}
			continue
		}
		for i, name := range c.names {
			lo, hi, err := f.CI(name, 0.95)
			if err != nil {
				log.Fatal(err)
			}
			c.asked[i]++
			if lo <= p[i] && p[i] <= hi {
				c.held[i]++
			}
		}
	}
	c.took = time.Since(began)
	return c
}

// likeliest is the log likelihood of the choices with parameter i held: a value
// is inside its 95 % profile interval where this has fallen by less than half the
// quantile, which takes a search instead of the ten of an interval.
func likeliest(m behavior.LearningModel, i int, value float64, c behavior.Choices) float64 {
	rest := m
	rest.Parameters = slices.Delete(slices.Clone(m.Parameters), i, i+1)
	rest.LogLik = func(p []float64, c behavior.Choices, each []float64) float64 {
		return m.LogLik(slices.Insert(slices.Clone(p), i, value), c, each)
	}
	r, err := rest.Fit(c, behavior.LearningFitOptions{Starts: 2})
	if err != nil {
		log.Fatal(err)
	}
	return r.LogLik
}

func reports(swaps bool) count {
	c := count{model: "continuous report", names: []string{"guess", "kappa"}}
	if swaps {
		c.model, c.names = "continuous report with swaps", append(c.names, "swap")
	}
	c.held, c.asked = make([]int, len(c.names)), make([]int, len(c.names))
	began := time.Now()
	for k := range *sets {
		r := rand.New(rand.NewPCG(uint64(k), 9))
		sd, guess, swap := uniform(r, 0.15, 0.5), uniform(r, 0.05, 0.4), uniform(r, 0.05, 0.3)
		if !swaps {
			swap = 0
		}
		var response, target []float64
		var others [][]float64
		for range 200 {
			at, o := uniform(r, 0, 2*math.Pi), []float64{uniform(r, 0, 2*math.Pi), uniform(r, 0, 2*math.Pi)}
			// A wrapped normal error; its concentration is not that of a von Mises distribution exactly, so that kappa is not asked.
			x := at + sd*r.NormFloat64()
			switch u := r.Float64(); {
			case u < guess:
				x = uniform(r, 0, 2*math.Pi)
			case u < guess+swap:
				x = o[0] + sd*r.NormFloat64()
			}
			if !swaps {
				x -= at
			}
			response, target, others = append(response, x), append(target, at), append(others, o)
		}
		var f *behavior.ReportMixture
		var err error
		if swaps {
			f, err = behavior.FitReportSwaps(response, target, others)
		} else {
			f, err = behavior.FitReportMixture(response)
		}
		c.sets++
		if err != nil {
			fmt.Println(err)
			continue
		}
		if f.Converged {
			c.converged++
		}
		if len(f.AtBound) > 0 {
			c.bound++
		}
		for i, v := range [][3]float64{{f.Guess, f.SEGuess, guess}, {}, {f.Swap, f.SESwap, swap}} {
			if i < len(c.names) && i != 1 && !math.IsNaN(v[1]) {
				c.asked[i]++
				if math.Abs(v[0]-v[2]) < 1.959963984540054*v[1] {
					c.held[i]++
				}
			}
		}
	}
	c.took = time.Since(began)
	return c
}

func main() {
	asJSON := flag.Bool("json", false, "print a line of JSON for each model")
	only := flag.String("model", "", "models whose name holds this")
	flag.Parse()
	q := func(o behavior.QOptions, draw func(r *rand.Rand) []float64) func() count {
		return func() count {
			return learning(behavior.QModel(o), draw, behavior.Bandit(200, 0.3, 0.7), true, behavior.LearningFitOptions{})
		}
	}
	basic := func(r *rand.Rand) []float64 { return []float64{uniform(r, 0.05, 0.95), uniform(r, 1, 10)} }
	twoStep := func(o behavior.LearningFitOptions) func() count {
		return func() count {
			return learning(behavior.TwoStepModel(), func(r *rand.Rand) []float64 {
				return []float64{uniform(r, 0.2, 0.8), uniform(r, 0.2, 0.8), uniform(r, 0.1, 0.9), uniform(r, 2, 7), uniform(r, 2, 5), uniform(r, 0, 1), uniform(r, 0, 0.3)}
			}, behavior.DriftingBandit(201, 4, 0.25, 0.75, 0.025, 5), false, o)
		}
	}
	t := table.Table{Cols: []table.Col{{Name: "model"}, {Name: "sets"}, {Name: "converged", Unit: "%"}, {Name: "at a bound", Unit: "%"}, {Name: "undetermined", Unit: "%"}, {Name: "intervals that hold the truth (%)"}, {Name: "time", Unit: "s"}}}
	for _, m := range []struct {
		name string
		f    func() count
	}{
		{"q", q(behavior.QOptions{}, basic)},
		{"q two rates", q(behavior.QOptions{TwoRates: true}, func(r *rand.Rand) []float64 { return append(basic(r), uniform(r, 0.05, 0.95)) })},
		{"q stickiness", q(behavior.QOptions{Stickiness: true}, func(r *rand.Rand) []float64 { return append(basic(r), uniform(r, -1, 2)) })},
		{"two-step", twoStep(behavior.LearningFitOptions{})},
		{"two-step map", twoStep(behavior.LearningFitOptions{MAP: true})},
		{"report", func() count { return reports(false) }},
		{"report swaps", func() count { return reports(true) }},
	} {
		if !strings.Contains(m.name, *only) {
			continue
		}
		c := m.f()
		held := ""
		covered := map[string]float64{}
		for i, name := range c.names {
			if c.asked[i] > 0 {
				covered[name] = 100 * float64(c.held[i]) / float64(c.asked[i])
				held += fmt.Sprintf("%s %.1f  ", name, covered[name])
			}
		}
		share := func(n int) float64 { return 100 * float64(n) / float64(c.sets) }
		if *asJSON {
			line, err := json.Marshal(map[string]any{"bench": "recovery_learning", "model": c.model, "sets": c.sets, "converged": share(c.converged), "at_bound": share(c.bound), "undetermined": share(c.undetermined), "intervals": covered, "wall_s": c.took.Seconds()})
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(string(line))
			continue
		}
		t.Cols[0].Text, t.Cols[5].Text = append(t.Cols[0].Text, c.model), append(t.Cols[5].Text, held)
		for i, v := range map[int]float64{1: float64(c.sets), 2: share(c.converged), 3: share(c.bound), 4: share(c.undetermined), 6: c.took.Seconds()} {
			t.Cols[i].Num = append(t.Cols[i].Num, v)
		}
	}
	if !*asJSON {
		fmt.Println(t)
	}
}
