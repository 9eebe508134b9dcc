//go:build ignore

// Fits of simulated data from default starts: psychometric functions by maximum likelihood with
// fixed and fitted rates and by the Bayesian grid, item response models, and ex-Gaussian and
// Wald times: how many converge, how often 95% intervals hold the truth.
package main

import (
	"flag"
	"fmt"

	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// outcome is one set: whether the fit converged (or said why not), and how many of its
// intervals, of all, hold the truth.
type outcome struct {
	converged     bool
	why           string
	inside, total int
}

func hold(o *outcome, want, value, se float64) {
	if !math.IsNaN(se) {
		o.total++
		if math.Abs(value-want) <= 1.959964*se {
			o.inside++
		}
	}
}

func main() {
	asJSON := flag.Bool("json", false, "print lines of JSON")
	threads := flag.Int("threads", 1, "threads")
	sets := flag.Int("n", 1000, "data sets of each model")
	trials := flag.Int("trials", 80, "trials at each of seven levels")
	only := flag.String("model", "", "run only models whose name has this in it")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	for _, shape := range []string{"logistic", "weibull", "normal"} {
		for _, rates := range []string{"fixed", "lapse fitted", "both fitted"} {
			run(shape+", rates "+rates, *only, *sets, *threads, *asJSON, func(r *rand.Rand) outcome { return maximum(r, shape, rates, *trials) })
		}
		run(shape+", Bayesian grid", *only, min(*sets, 200), *threads, *asJSON, func(r *rand.Rand) outcome { return bayes(r, shape, *trials) })
	}
	for _, model := range []string{"1PL", "2PL", "3PL", "graded"} {
		run(model+", 500 persons, 15 items", *only, *sets, *threads, *asJSON, func(r *rand.Rand) outcome { return irt(r, model) })
	}
	run("Rasch, 300 persons, 12 items", *only, *sets, *threads, *asJSON, rasch)
	run("ex-Gaussian, 200 times", *only, *sets, *threads, *asJSON, func(r *rand.Rand) outcome { return exgauss(r, 200) })
	run("ex-Gaussian, 500 times", *only, *sets, *threads, *asJSON, func(r *rand.Rand) outcome { return exgauss(r, 500) })
	run("shifted Wald, 300 times", *only, *sets, *threads, *asJSON, func(r *rand.Rand) outcome { return wald(r, 300) })
	run("LATER, 100 times", *only, *sets, *threads, *asJSON, later)
}

func run(name, only string, sets, threads int, asJSON bool, one func(r *rand.Rand) outcome) {
	if !strings.Contains(name, only) {
		return
	}
	began, cpu := time.Now(), provenance.Processor()
	out := make([]outcome, sets)
	var wg sync.WaitGroup
	for w := range threads {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := w; k < sets; k += threads {
				out[k] = one(rand.New(rand.NewPCG(2026, uint64(k))))
			}
		}()
	}
	wg.Wait()
	converged, inside, total := 0, 0, 0
	why := map[string]int{}
	for _, o := range out {
		if o.converged {
			converged++
			inside, total = inside+o.inside, total+o.total
		} else {
			why[o.why]++
		}
	}
	cover := float64(inside) / float64(total)
	cpu = (provenance.Processor() - cpu) / float64(sets)
	if asJSON {
		fmt.Printf("{\"bench\":\"recovery_psychometric\",\"model\":%q,\"sets\":%d,\"converged\":%d,\"coverage\":%.3f,\"wall_s\":%.3g,\"cpu_s\":%.3g,\"peak_mb\":%.1f}\n", name, sets, converged, cover, time.Since(began).Seconds(), cpu, provenance.PeakMemory())
		return
	}
	fmt.Printf("%-32s %4d of %4d converge, %.1f%% of %d intervals hold the truth, %.2f ms each\n", name, converged, sets, 100*cover, total, 1e3*cpu)
	for w, n := range why {
		fmt.Printf("    %d: %s\n", n, w)
	}
}

// curve draws a session of seven levels across a curve, with position and steepness of its own.
func curve(r *rand.Rand, shape string, guess, lapse float64, trials int) (level []float64, correct, total []int, at func(p float64) float64) {
	place := 4 + 1.5*(r.Float64()-0.5)
	steep := math.Exp(0.3 * r.NormFloat64())
	f := map[string]func(x float64) float64{
		"logistic": func(x float64) float64 { return 1 / (1 + math.Exp(-steep*(x-place))) },
		"normal":   func(x float64) float64 { return 0.5 * math.Erfc(-steep*(x-place)/2) },
		"weibull":  func(x float64) float64 { return -math.Expm1(-math.Pow(x/place, 2*steep)) },
	}[shape]
	at = func(p float64) float64 { // threshold at the proportion p
		lo, hi := 0.0, 40.0
		for range 60 {
			if mid := (lo + hi) / 2; guess+(1-guess-lapse)*f(mid) < p {
				lo = mid
			} else {
				hi = mid
			}
		}
		return lo
	}
	for x := 1.0; x <= 7; x++ {
		n := 0
		for range trials {
			if r.Float64() < guess+(1-guess-lapse)*f(x) {
				n++
			}
		}
		level, correct, total = append(level, x), append(correct, n), append(total, trials)
	}
	return level, correct, total, at
}

func maximum(r *rand.Rand, shape, rates string, trials int) (out outcome) {
	guess, prob := 0.5, 0.75
	o := behavior.PsychometricOptions{Shape: shape}
	switch rates {
	case "lapse fitted":
		o.FreeLapse = true
	case "both fitted":
		guess, prob = 0.05, 0.5
		o.FreeGuess, o.FreeLapse, o.MaxGuess = true, true, 0.2
	}
	level, correct, total, at := curve(r, shape, guess, 0.02, trials)
	p, err := behavior.FitPsychometric(level, correct, total, o)
	if err != nil {
		out.why = err.Error()
		return out
	}
	out.converged, out.total = true, 1
	if lo, hi := p.CI(prob, 0.95); lo <= at(prob) && at(prob) <= hi {
		out.inside = 1
	}
	return out
}

func bayes(r *rand.Rand, shape string, trials int) (out outcome) {
	level, correct, total, at := curve(r, shape, 0.5, 0.02, trials)
	p, err := behavior.FitPsychometricBayes(level, correct, total, behavior.PsychometricBayesOptions{Shape: shape, Eta: -1})
	if err != nil {
		out.why = err.Error()
		return out
	}
	out.converged, out.total = true, 1
	if want := at(0.5 + 0.48/2); p.Lo.Threshold <= want && want <= p.Hi.Threshold {
		out.inside = 1
	}
	return out
}

func irt(r *rand.Rand, model string) (out outcome) {
	const persons, items = 500, 15
	a, b := make([]float64, items), make([]float64, items)
	common := 1.2 * math.Exp(0.2*r.NormFloat64())
	for j := range a {
		a[j], b[j] = 1.2*math.Exp(0.25*r.NormFloat64()), r.NormFloat64()
		if model == "1PL" {
			a[j] = common
		}
	}
	x := make([][]int, persons)
	for i := range x {
		theta := r.NormFloat64()
		for j := range a {
			u, v := r.Float64(), 0
			p := func(b float64) float64 { return 1 / (1 + math.Exp(-a[j]*(theta-b))) }
			switch {
			case model == "graded":
				for k := -1.0; k <= 1; k++ {
					if u < p(b[j]+k) {
						v++
					}
				}
			case model == "3PL" && u < 0.2+0.8*p(b[j]), model != "3PL" && u < p(b[j]):
				v = 1
			}
			x[i] = append(x[i], v)
		}
	}
	f, err := behavior.FitIRT(x, behavior.IRTOptions{Model: model})
	if err != nil {
		out.why = err.Error()
		return out
	}
	if out.converged = f.Converged; !f.Converged {
		out.why = strings.Join(f.Notes, "; ")
		return out
	}
	for j, it := range f.Items {
		for k, v := range it.B {
			want := b[j]
			if model == "graded" {
				want += float64(k - 1)
			}
			hold(&out, want, v, it.SEB[k])
		}
		hold(&out, a[j], it.A, it.SEA)
	}
	return out
}

func rasch(r *rand.Rand) (out outcome) {
	b := make([]float64, 12)
	mean := 0.0
	for j := range b {
		b[j] = r.NormFloat64()
		mean += b[j] / float64(len(b))
	}
	x := make([][]int, 300)
	for i := range x {
		theta := 1.3 * r.NormFloat64()
		for j := range b {
			v := 0
			if r.Float64() < 1/(1+math.Exp(b[j]-theta)) {
				v = 1
			}
			x[i] = append(x[i], v)
		}
	}
	f, err := behavior.FitRasch(x, nil)
	if err != nil {
		out.why = err.Error()
		return out
	}
	if out.converged = f.Converged; !f.Converged {
		out.why = strings.Join(f.Notes, "; ")
	}
	for j := range b {
		hold(&out, b[j]-mean, f.Difficulty[j], f.SE[j])
	}
	return out
}

func exgauss(r *rand.Rand, n int) (out outcome) {
	mu, sigma, tau := 0.4+0.1*r.Float64(), 0.03+0.04*r.Float64(), 0.08+0.12*r.Float64()
	rt := make([]float64, n)
	for i := range rt {
		rt[i] = mu + sigma*r.NormFloat64() + tau*r.ExpFloat64()
	}
	f, err := behavior.FitExGauss(rt)
	if err != nil {
		out.why = err.Error()
		if len(out.why) > 120 {
			out.why = out.why[:120]
		}
		return out
	}
	out.converged = true
	hold(&out, mu, f.Model.Mu, f.SE.Mu)
	hold(&out, sigma, f.Model.Sigma, f.SE.Sigma)
	hold(&out, tau, f.Model.Tau, f.SE.Tau)
	return out
}

func wald(r *rand.Rand, n int) (out outcome) {
	v, a, t0 := 2+3*r.Float64(), 0.6+0.8*r.Float64(), 0.15+0.2*r.Float64()
	rt := make([]float64, n)
	for i := range rt { // Michael, Schucany and Haas 1976
		mean, shape := a/v, a*a
		y := r.NormFloat64()
		y *= y
		x := mean + mean*mean*y/(2*shape) - mean/(2*shape)*math.Sqrt(4*mean*shape*y+mean*mean*y*y)
		if r.Float64() > mean/(mean+x) {
			x = mean * mean / x
		}
		rt[i] = t0 + x
	}
	f, err := behavior.FitWald(rt)
	if err != nil {
		out.why = err.Error()
		return out
	}
	out.converged = true
	hold(&out, v, f.Model.V, f.SE.V)
	hold(&out, a, f.Model.A, f.SE.A)
	hold(&out, t0, f.Model.T0, f.SE.T0)
	return out
}

func later(r *rand.Rand) (out outcome) {
	mu, sigma := 4+2*r.Float64(), 0.5+0.6*r.Float64()
	rt := make([]float64, 100)
	for i := range rt {
		for rt[i] <= 0 { // a rate below 0 is no response
			rt[i] = 1 / (mu + sigma*r.NormFloat64())
		}
	}
	f, err := behavior.FitLATER(rt)
	if err != nil {
		out.why = err.Error()
		return out
	}
	out.converged = true
	hold(&out, mu, f.Mu, f.Sigma/10)
	hold(&out, sigma, f.Sigma, f.Sigma/math.Sqrt(198))
	return out
}
