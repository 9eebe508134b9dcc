//go:build ignore

// Fits of drugs' models on simulated data: how often they converge from their own starts,
// and how often 95% intervals hold what the data were made with. Every data set has
// parameters and noise of its own.
package main

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/pharm"
	"github.com/neurorepl/neurorepl/neuro/table"
)

var r *rand.Rand

// about is a parameter of a data set: log-normal around v.
func about(v, spread float64) float64 { return v * math.Exp(spread*r.NormFloat64()) }

func noisy(x []float64, sd, cv float64, f func(float64) float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		c := f(v)
		y[i] = c + math.Hypot(sd, cv*c)*r.NormFloat64()
	}
	return y
}

func decades(lo, hi float64, perDecade, copies int) (x []float64) {
	n := int(math.Round(math.Log10(hi/lo) * float64(perDecade)))
	for i := 0; i <= n; i++ {
		for range copies {
			x = append(x, lo*math.Pow(10, float64(i)/float64(perDecade)))
		}
	}
	return x
}

// A trial simulates one data set and fits it: the table of intervals and the true values
// by the names of parameters.
type trial func() (table.Table, map[string]float64, error)

func curve(f interface{ Table() table.Table }, err error, truth map[string]float64) (table.Table, map[string]float64, error) {
	if err != nil {
		return table.Table{}, nil, err
	}
	return f.Table(), truth, nil
}

func populated(n int, doses []pharm.Dose, times []float64) (s []pharm.Subject) {
	for i := range n {
		s = append(s, pharm.Subject{ID: fmt.Sprint(i + 1), Doses: doses, T: times, C: make([]float64, len(times)), Covariates: map[string]float64{"Wt": about(70, 0.2)}})
	}
	return s
}

// population is a trial of a population model.
func population(m pharm.PopulationModel, subjects int, doses []pharm.Dose, times []float64, o pharm.PopulationOptions, truth map[string]float64) trial {
	return func() (table.Table, map[string]float64, error) {
		drawn, err := m.Simulate(populated(subjects, doses, times), r.Uint64())
		if err != nil {
			return table.Table{}, nil, err
		}
		f, err := pharm.FitPopulation(drawn, o)
		if err == nil && !f.Converged {
			err = fmt.Errorf("%v", f.Notes)
		}
		if err != nil {
			return table.Table{}, nil, err
		}
		return f.Table(), truth, nil
	}
}

func main() {
	sets := flag.Int("sets", 1000, "data sets of each model")
	subjects := flag.Int("subjects", 30, "of each population")
	only := flag.String("only", "", "models whose names begin with this")
	flag.Parse()
	doses := decades(0.01, 1000, 2, 2)
	times := []float64{0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24}
	long := append(append([]float64{0.05, 0.1}, times...), 36, 48, 72)
	M := func(k ...any) map[string]float64 {
		m := map[string]float64{}
		for i := 0; i < len(k); i += 2 {
			m[k[i].(string)] = k[i+1].(float64)
		}
		return m
	}
	oral := []pharm.Dose{{Amount: 100, Oral: true}}
	bolus := []pharm.Dose{{Amount: 100}}
	for _, c := range []struct {
		name string
		run  trial
	}{
		{"dose response, 4 parameters", func() (table.Table, map[string]float64, error) {
			ec, n := about(3, 0.5), about(1.2, 0.2)
			f, err := pharm.FitDoseResponse(doses, noisy(doses, 4, 0, func(x float64) float64 { return 5 + pharm.Hill(x, 90, ec, n) }), pharm.NewDoseResponse())
			return curve(f, err, M("Bottom", 5.0, "Top", 95.0, "EC50", ec, "Slope", n))
		}},
		{"dose response, profile", func() (table.Table, map[string]float64, error) {
			ec, n := about(3, 0.5), about(1.2, 0.2)
			f, err := pharm.FitDoseResponse(doses, noisy(doses, 4, 0, func(x float64) float64 { return 5 + pharm.Hill(x, 90, ec, n) }), pharm.NewDoseResponse())
			if err != nil {
				return table.Table{}, nil, err
			}
			t, err := f.Profile(0.95)
			return t, M("Bottom", 5.0, "Top", 95.0, "EC50", ec, "Slope", n), err
		}},
		{"dose response, 3 parameters", func() (table.Table, map[string]float64, error) {
			ec, n := about(3, 0.5), about(1.2, 0.2)
			f, err := pharm.FitDoseResponse(doses, noisy(doses, 4, 0, func(x float64) float64 { return pharm.Hill(x, 90, ec, n) }), pharm.DoseOptions{FixBottom: true})
			return curve(f, err, M("Top", 90.0, "EC50", ec, "Slope", n))
		}},
		{"dose response, 5 parameters", func() (table.Table, map[string]float64, error) {
			n := about(1.2, 0.2)
			f, err := pharm.FitAsymmetric(doses, noisy(doses, 2, 0, func(x float64) float64 { return 100 * math.Pow(1+math.Pow(4/x, n), -0.7) }), pharm.NewDoseResponse())
			return curve(f, err, M("Bottom", 0.0, "Top", 100.0, "Slope", n, "S", 0.7))
		}},
		{"dose response, biphasic", func() (table.Table, map[string]float64, error) {
			low := about(0.3, 0.3)
			f, err := pharm.FitBiphasic(doses, noisy(doses, 2, 0, func(x float64) float64 { return 100 * (pharm.Hill(x, 0.4, low, -1) + pharm.Hill(x, 0.6, 80, -1)) }), pharm.NewDoseResponse())
			return curve(f, err, M("Bottom", 0.0, "Low", low, "High", 80.0, "Share", 0.4))
		}},
		{"dose response, two curves", func() (table.Table, map[string]float64, error) {
			a, b, n := about(3, 0.5), about(10, 0.5), about(1.2, 0.2)
			f, err := pharm.FitDoseResponses([]pharm.Series{
				{Name: "a", X: doses, Y: noisy(doses, 4, 0, func(x float64) float64 { return 5 + pharm.Hill(x, 90, a, n) })},
				{Name: "b", X: doses, Y: noisy(doses, 4, 0, func(x float64) float64 { return 5 + pharm.Hill(x, 90, b, n) })},
			}, false, pharm.GlobalOptions{Shared: []string{"Bottom", "Top", "Slope"}})
			return curve(f, err, M("Bottom", 5.0, "Top", 95.0, "EC50 (a)", a, "EC50 (b)", b, "Slope", n))
		}},
		{"Gaddum", func() (table.Table, map[string]float64, error) {
			pA2, ec := 7.6+0.3*r.NormFloat64(), about(3e-7, 0.3)
			x := decades(1e-9, 1e-3, 2, 1)
			var s []pharm.Series
			for _, b := range []float64{0, 1e-8, 1e-7, 1e-6} {
				s = append(s, pharm.Series{Name: fmt.Sprint(b), Level: b, X: x, Y: noisy(x, 3, 0, func(x float64) float64 { return pharm.Gaddum(x, 100, ec, 1.2, b, pA2, 1) })})
			}
			f, err := pharm.FitGaddum(s, pharm.GlobalOptions{})
			return curve(f, err, M("EC50", ec, "n", 1.2, "pA2", pA2, "Slope", 1.0))
		}},
		{"operational model", func() (table.Table, map[string]float64, error) {
			ka, tau := about(50, 0.3), about(20, 0.3)
			var s []pharm.Series
			for i, part := range []float64{1, 0.15, 0.03} {
				m := pharm.Operational{Em: 100, KA: ka, Tau: tau * part, N: 1}
				s = append(s, pharm.Series{Name: fmt.Sprint(i), X: doses, Y: noisy(doses, 2, 0, m.Effect)})
			}
			f, err := pharm.FitOperational(s, pharm.GlobalOptions{Shared: []string{"KA"}})
			return curve(f, err, M("Em", 100.0, "n", 1.0, "KA", ka, "Tau (0)", tau))
		}},
		{"allosteric model", func() (table.Table, map[string]float64, error) {
			kb, alpha := about(2, 0.3), about(8, 0.3)
			var s []pharm.Series
			for _, b := range []float64{0, 0.3, 3, 30} {
				shift := (1 + b/kb) / (1 + alpha*b/kb)
				s = append(s, pharm.Series{Name: fmt.Sprint(b), Level: b, X: doses, Y: noisy(doses, 3, 0, func(x float64) float64 { return pharm.Hill(x, 100, 20*shift, 1) })})
			}
			f, err := pharm.FitAllosteric(s, pharm.GlobalOptions{})
			return curve(f, err, M("EC50", 20.0, "KB", kb, "Alpha", alpha))
		}},
		{"kinetics of binding", func() (table.Table, map[string]float64, error) {
			kon, koff := about(0.06, 0.3), about(0.09, 0.3)
			x := []float64{0.5, 1, 2, 3, 5, 8, 12, 16, 20, 22, 25, 30, 40}
			var s []pharm.Series
			for _, l := range []float64{0.5, 2, 8} {
				s = append(s, pharm.Series{Name: fmt.Sprint(l), Level: l, X: x, Y: noisy(x, 2, 0, func(t float64) float64 {
					return 100 * pharm.Association(min(t, 20), l, kon, koff) * pharm.Dissociation(max(t-20, 0), koff)
				})})
			}
			f, err := pharm.FitBindingKinetics(s, 20, pharm.GlobalOptions{})
			return curve(f, err, M("Bmax", 100.0, "kon", kon, "koff", koff))
		}},
		{"tight binding", func() (table.Table, map[string]float64, error) {
			e, k := about(1, 0.2), about(0.05, 0.3)
			x := []float64{0, 0, 0.2, 0.2, 0.5, 0.5, 0.8, 0.8, 1, 1, 1.3, 1.3, 2, 2, 3, 3, 5, 5}
			f, err := pharm.FitTightBinding(x, noisy(x, 1, 0, func(i float64) float64 { return 50 * (1 - pharm.BoundDepleted(i, e, k)/e) }), pharm.GlobalOptions{})
			return curve(f, err, M("V0", 50.0, "E", e, "Ki", k))
		}},
		{"saturation binding", func() (table.Table, map[string]float64, error) {
			kd := about(0.8, 0.3)
			x := decades(0.1, 30, 2, 2)
			f, err := pharm.FitSaturation(x, noisy(x, 4, 0, func(x float64) float64 { return pharm.Bound(x, 120, kd, 2.5) }), pharm.NewSaturation())
			return curve(f, err, M("Bmax", 120.0, "Kd", kd, "NS", 2.5))
		}},
		{"saturation binding, depletion", func() (table.Table, map[string]float64, error) {
			kd := about(0.8, 0.3)
			x := decades(0.1, 30, 2, 2)
			f, err := pharm.FitSaturation(x, noisy(x, 0.05, 0, func(x float64) float64 { b := pharm.BoundDepleted(x, 2, kd); return b + 0.02*(x-b) }), pharm.SaturationOptions{Depletion: true})
			return curve(f, err, M("Bmax", 2.0, "Kd", kd, "NS", 0.02))
		}},
		{"1 compartment, oral", func() (table.Table, map[string]float64, error) {
			m := pharm.Compartments{CL: about(5, 0.3), V: about(50, 0.3), Ka: about(1.2, 0.2)}
			f, err := pharm.FitCompartments(times, noisy(times, 0.05, 0, at(m, oral)), 1, oral, "", "")
			return curve(f, err, M("CL", m.CL, "V", m.V, "Ka", m.Ka))
		}},
		{"2 compartments, proportional", func() (table.Table, map[string]float64, error) {
			m := pharm.Compartments{CL: about(5, 0.3), V: about(15, 0.2), Q2: about(8, 0.2), V2: about(40, 0.2)}
			f, err := pharm.FitCompartmentsBy(times, noisy(times, 0, 0.05, at(m, bolus)), bolus, pharm.CompartmentOptions{Compartments: 2, Weights: "proportional"})
			return curve(f, err, M("CL", m.CL, "V", m.V, "Q2", m.Q2, "V2", m.V2))
		}},
		{"3 compartments, proportional", func() (table.Table, map[string]float64, error) {
			m := pharm.Compartments{CL: about(5, 0.2), V: about(10, 0.1), Q2: about(15, 0.1), V2: about(20, 0.1), Q3: about(2, 0.1), V3: about(60, 0.1)}
			f, err := pharm.FitCompartmentsBy(long, noisy(long, 0, 0.03, at(m, bolus)), bolus, pharm.CompartmentOptions{Compartments: 3, Weights: "proportional"})
			return curve(f, err, M("CL", m.CL, "V", m.V, "Q2", m.Q2, "V2", m.V2, "Q3", m.Q3, "V3", m.V3))
		}},
		{"1 compartment, saturable", func() (table.Table, map[string]float64, error) {
			m := pharm.Compartments{V: about(20, 0.1), Vmax: about(10, 0.2), Km: about(2, 0.2)}
			dose := []pharm.Dose{{Amount: 200}}
			f, err := pharm.FitCompartmentsBy(times, noisy(times, 0.1, 0, at(m, dose)), dose, pharm.CompartmentOptions{Saturable: true})
			return curve(f, err, M("V", m.V, "Vmax", m.Vmax, "Km", m.Km))
		}},
		{"population, oral", population(pharm.PopulationModel{
			Typical: pharm.Compartments{CL: 4, V: 30, Ka: 1.3}, Random: []string{"CL", "V", "Ka"}, Omega: [][]float64{{0.09, 0, 0}, {0, 0.04, 0}, {0, 0, 0.16}}, Additive: 0.2,
		}, *subjects, oral, times, pharm.PopulationOptions{}, M("CL", 4.0, "V", 30.0, "Ka", 1.3, "ω CL", 0.3, "ω V", 0.2, "ω Ka", 0.4, "σ add", 0.2))},
		{"population, infusions, covariances", population(pharm.PopulationModel{
			Typical: pharm.Compartments{CL: 4, V: 30}, Random: []string{"CL", "V"}, Omega: [][]float64{{0.09, 0.036}, {0.036, 0.04}}, Proportional: 0.15,
		}, *subjects, []pharm.Dose{{Amount: 100, Duration: 1, Every: 12, Count: 3}}, []float64{0.5, 1, 2, 6, 12, 24.5, 26, 30, 36, 48}, pharm.PopulationOptions{Full: true, Residual: "proportional"},
			M("CL", 4.0, "V", 30.0, "ω CL", 0.3, "ω V", 0.2, "ρ CL,V", 0.6, "σ prop", 0.15))},
		{"population, 2 compartments, combined", population(pharm.PopulationModel{
			Typical: pharm.Compartments{CL: 4, V: 15, Q2: 6, V2: 40}, Random: []string{"CL", "V"}, Omega: [][]float64{{0.09, 0}, {0, 0.06}}, Proportional: 0.1, Additive: 0.02,
		}, *subjects, bolus, times, pharm.PopulationOptions{Compartments: 2, Residual: "combined", Random: []string{"CL", "V"}},
			M("CL", 4.0, "V", 15.0, "Q2", 6.0, "V2", 40.0, "ω CL", 0.3, "ω V", math.Sqrt(0.06), "σ add", 0.02, "σ prop", 0.1))},
		{"population, weight on clearance", population(pharm.PopulationModel{
			Typical: pharm.Compartments{CL: 4, V: 30, Ka: 1.3}, Random: []string{"CL", "V"}, Omega: [][]float64{{0.04, 0}, {0, 0.04}}, Proportional: 0.1,
			Covariates: []pharm.Covariate{{Parameter: "CL", Name: "Wt", Center: 70, Effect: 0.75}},
		}, *subjects, oral, times, pharm.PopulationOptions{Random: []string{"CL", "V"}, Residual: "proportional", Covariates: []pharm.Covariate{{Parameter: "CL", Name: "Wt", Center: 70}}},
			M("CL", 4.0, "V", 30.0, "Ka", 1.3, "effect CL~Wt", 0.75, "ω CL", 0.2, "ω V", 0.2, "σ prop", 0.1))},
		{"population, lag", population(pharm.PopulationModel{
			Typical: pharm.Compartments{CL: 4, V: 30, Ka: 1.3, Lag: 0.4}, Random: []string{"CL", "V", "Ka"}, Omega: [][]float64{{0.09, 0, 0}, {0, 0.04, 0}, {0, 0, 0.16}}, Additive: 0.1,
		}, *subjects, oral, times, pharm.PopulationOptions{Lag: true}, M("CL", 4.0, "V", 30.0, "Ka", 1.3, "Lag", 0.4, "ω CL", 0.3, "ω V", 0.2, "ω Ka", 0.4, "σ add", 0.1))},
		{"population, saturable", population(pharm.PopulationModel{
			Typical: pharm.Compartments{V: 20, Vmax: 10, Km: 2}, Random: []string{"V", "Vmax"}, Omega: [][]float64{{0.04, 0}, {0, 0.06}}, Proportional: 0.1,
		}, *subjects, []pharm.Dose{{Amount: 200}}, times, pharm.PopulationOptions{Saturable: true, Random: []string{"V", "Vmax"}, Residual: "proportional"},
			M("V", 20.0, "Vmax", 10.0, "Km", 2.0, "ω V", 0.2, "ω Vmax", math.Sqrt(0.06), "σ prop", 0.1))},
		{"population, samples below the limit (M3)", population(pharm.PopulationModel{
			Typical: pharm.Compartments{CL: 4, V: 30}, Random: []string{"CL", "V"}, Omega: [][]float64{{0.09, 0}, {0, 0.04}}, Additive: 0.15,
		}, *subjects, bolus, times, pharm.PopulationOptions{LLOQ: 0.4, BLQ: "M3"}, M("CL", 4.0, "V", 30.0, "ω CL", 0.3, "ω V", 0.2, "σ add", 0.15))},
	} {
		if !strings.HasPrefix(c.name, *only) {
			continue
		}
		r = rand.New(rand.NewPCG(1, 2))
		began := time.Now()
		fits, failed := 0, ""
		var names []string
		held, seen := map[string]int{}, map[string]int{}
		for range *sets {
			t, truth, err := c.run()
			if err != nil {
				failed = err.Error()
				continue
			}
			fits++
			lo, hi := column(t, "95% from", "from"), column(t, "to")
			for k, n := range t.Cols[0].Text {
				v, ok := truth[n]
				if !ok {
					continue
				}
				if seen[n]++; seen[n] == 1 {
					names = append(names, n)
				}
				if lo[k] <= v && v <= hi[k] {
					held[n]++
				}
			}
		}
		fmt.Printf("%s: %d of %d converged (%.1f%%), %.1f ms each\n ", c.name, fits, *sets, 100*float64(fits)/float64(*sets), time.Since(began).Seconds()*1000/float64(*sets))
		for _, n := range names {
			fmt.Printf(" %s %.1f%%", n, 100*float64(held[n])/float64(seen[n]))
		}
		fmt.Println()
		if failed != "" {
			fmt.Fprintln(os.Stderr, "  the last that did not:", failed)
		}
	}
}

// at is the concentration after doses as a function of time.
func at(m pharm.Compartments, doses []pharm.Dose) func(float64) float64 {
	return func(t float64) float64 {
		c, err := m.Concentration([]float64{t}, doses...)
		if err != nil {
			panic(err)
		}
		return c.C[0]
	}
}

func column(t table.Table, names ...string) []float64 {
	for _, n := range names {
		if c, err := t.Col(n); err == nil {
			return c.Num
		}
	}
	panic("no column " + names[0])
}
