//go:build ignore

// Command diffusion fits drift-diffusion models: to simulated trials, whose parameters it recovers, to a group of
// subjects, and to two monkeys that judged the direction of moving dots.
//
//	ROITMAN_DATA=FILE neurorepl run notebooks/scripts/diffusion.go
package main

import (
	"fmt"
	"log"
	"math"
	"os"

	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// %% [markdown]
	// # Decisions as diffusion
	//
	// Evidence for one of two responses drifts and fluctuates until it reaches a boundary: the drift-diffusion model explains choices
	// and their times together. Here its parameters are recovered from simulated trials, those of a group are estimated with the
	// group's help, and the model is fitted to two monkeys that judged in which direction dots move (Roitman and Shadlen 2002,
	// J Neurosci 22:9475).
	//
	// **The last part needs data that do not come with the program**: `roitman_rts.csv` from the repository of
	// [PyDDM](https://github.com/mwshinn/PyDDM) (MIT), 6,149 trials; ROITMAN_DATA is the file.

	// %% [markdown]
	// ## The model
	//
	// A is the distance of the boundaries, V the drift, T0 the time of everything else, Z the start as a fraction of A.

	// %%
	decision := behavior.DDM{A: 1.5, V: 1, T0: 0.3, Z: 0.45, S: 1}
	trials, err := decision.Simulate(400, 0.001, 1)
	check(err)
	display.Show(trials)

	// %% [markdown]
	// ## Parameters recovered
	//
	// The same 400 trials fitted. Limits are where the likelihood, maximised over the other parameters, has fallen by 1.92.

	// %%
	fit, err := behavior.FitDDM(trials.RT, trials.Upper, behavior.DDMFitOptions{})
	check(err)
	fmt.Println(fit)
	display.Show(fit.Table(), fit)

	// %% [markdown]
	// Does it come back elsewhere too? Sixty models, 300 trials of each: every estimate over the truth.

	// %%
	names := []string{"A", "V", "T0 (s)", "Z"}
	truth, found := make([][]float64, 4), make([][]float64, 4)
	inside, limits := 0, 0
	for k := range 60 {
		frac := func(x float64) float64 { return x - math.Floor(x) }
		at := float64(k + 1)
		d := behavior.DDM{A: 0.8 + 1.4*frac(at*0.618), V: -2 + 4*frac(at*0.755), T0: 0.2 + 0.2*frac(at*0.57), Z: 0.4 + 0.2*frac(at*0.846), S: 1}
		sim, err := d.Simulate(300, 0.001, uint64(100+k))
		check(err)
		f, err := behavior.FitDDM(sim.RT, sim.Upper, behavior.DDMFitOptions{})
		check(err)
		if !f.Converged || len(f.Notes) > 0 {
			fmt.Println("set", k, f)
			continue
		}
		want := []float64{d.A, d.V, d.T0, d.Z}
		for i, p := range f.Params {
			truth[i], found[i] = append(truth[i], want[i]), append(found[i], p.Value)
			limits++
			if p.Lo <= want[i] && want[i] <= p.Hi {
				inside++
			}
		}
	}
	fmt.Printf("%d of %d limits of 95 %% hold the truth\n", inside, limits)
	var recovered []*plot.Figure
	for i, name := range names {
		f := plot.Scatter(truth[i], found[i])
		f.Panels[0].Title = name
		f.Panels[0].X.Label, f.Panels[0].Y.Label = "truth", "estimate"
		lo, hi := truth[i][0], truth[i][0]
		for _, v := range truth[i] {
			lo, hi = min(lo, v), max(hi, v)
		}
		f.Panels[0].Layers = append(f.Panels[0].Layers, plot.Line([]float64{lo, hi}, []float64{lo, hi}).Panels[0].Layers[0])
		recovered = append(recovered, f)
	}
	all := &plot.Figure{Width: 16, Height: 14, Cols: 2}
	for _, f := range recovered {
		all.Panels = append(all.Panels, f.Panels...)
	}
	display.Show(all)

	// %% [markdown]
	// ## A group
	//
	// Twelve subjects with 40 trials each. A subject's estimates in the group are pulled toward the group's as far as its own trials
	// are vague, and so are nearer to the truth than those of the subject alone.

	// %%
	var rt []float64
	var upper []bool
	var who []string
	var real []behavior.DDM
	for s := range 12 {
		z := math.Sin(float64(7 * s)) // stands for differences between people
		y := math.Cos(float64(11 * s))
		d := behavior.DDM{A: 1.3 * math.Exp(0.2*z), V: 1 + 0.7*y, T0: 0.3 * math.Exp(0.15*z*y), Z: 0.5, S: 1}
		sim, err := d.Simulate(40, 0.001, uint64(500+s))
		check(err)
		rt, upper, real = append(rt, sim.RT...), append(upper, sim.Upper...), append(real, d)
		for range sim.RT {
			who = append(who, fmt.Sprintf("subject %02d", s+1))
		}
	}
	group, err := behavior.FitDDMGroup(rt, upper, who, behavior.DDMFitOptions{})
	check(err)
	fmt.Println(group)
	var together, alone float64
	for s, d := range real {
		together += (group.Models[s].V - d.V) * (group.Models[s].V - d.V) / 12
		alone += (group.Alone[s].V - d.V) * (group.Alone[s].V - d.V) / 12
	}
	fmt.Printf("root mean square error of the drifts: %.3f in the group, %.3f alone\n", math.Sqrt(together), math.Sqrt(alone))
	display.Show(group.Table(), group)

	// %% [markdown]
	// ## Two monkeys and moving dots
	//
	// The animals look at dots of which a part, the coherence, moves together, and answer by an eye movement when they like. A response
	// is at the upper boundary when it is correct; without coherence what is correct was drawn.

	// %%
	path := os.Getenv("ROITMAN_DATA")
	if path == "" {
		log.Fatal("ROITMAN_DATA is not set: the path of roitman_rts.csv, see above")
	}
	data, err := table.Read(path)
	check(err)
	column := func(name string) []float64 {
		c, err := data.Col(name)
		check(err)
		return c.Num
	}
	monkey, times, coherence, correct := column("monkey"), column("rt"), column("coh"), column("correct")
	fmt.Println(len(times), "trials")

	// %% [markdown]
	// One boundary and one non-decision time for each monkey, a drift for each coherence, and a few trials that are something else
	// (Outliers). The start is in the middle: correct is no side. Trials faster than 0.1 s or slower than 1.65 s are left out, as in PyDDM's tutorial.

	// %%
	var fits []*behavior.DDMFit
	for m := 1.0; m <= 2; m++ {
		var rt []float64
		var upper []bool
		var coh []string
		for i := range times {
			if monkey[i] == m && times[i] > 0.1 && times[i] < 1.65 {
				rt, upper, coh = append(rt, times[i]), append(upper, correct[i] == 1), append(coh, fmt.Sprint(coherence[i]))
			}
		}
		f, err := behavior.FitDDM(rt, upper, behavior.DDMFitOptions{Unbiased: true, Outliers: -1, By: map[string][]string{"V": coh}})
		check(err)
		fmt.Printf("monkey %.0f: %v\n", m, f)
		display.Show(f.Table())
		fits = append(fits, f)
	}

	// %% [markdown]
	// The drift rises with the coherence, nearly in proportion at first.

	// %%
	drifts := &plot.Figure{Width: 12, Height: 8}
	for m, f := range fits {
		var x, y []float64
		for _, c := range f.Conditions {
			var v float64
			_, err := fmt.Sscan(c.Label, &v)
			check(err)
			x, y = append(x, v), append(y, c.Model.V)
		}
		line := plot.Line(x, y)
		line.Panels[0].Layers[0].Name = fmt.Sprintf("monkey %d", m+1)
		if m == 0 {
			drifts.Panels = line.Panels
			drifts.Panels[0].X.Label, drifts.Panels[0].Y.Label = "coherence", "drift V (1/s)"
		} else {
			drifts.Panels[0].Layers = append(drifts.Panels[0].Layers, line.Panels[0].Layers...)
		}
	}
	display.Show(drifts)

	// %% [markdown]
	// Psychometric and chronometric functions: points are data, lines the model. Choices are well described; correct responses (blue)
	// to weak motion are faster than the model's, and errors (orange) to strong motion slower: with the start in the middle the model has
	// the same times at both boundaries, but for its outliers, which are most of its rare errors to strong motion (monkey 1).

	// %%
	for _, f := range fits {
		p := f.Predict()
		fmt.Println(p)
		display.Show(p)
	}

	// %% [markdown]
	// A drift that varies over trials makes errors slower. The likelihood does not ask for it: SV is fitted as 0. The plot of quantiles
	// over proportions shows why. The times are narrower than the model's, above all the slow ones, and more variability would make them
	// wider still. What is missing is something that ends slow trials, such as boundaries that fall with time (Churchland, Kiani and
	// Shadlen 2008), which this model does not have.

	// %%
	var varied []*behavior.DDMFit
	for m, f := range fits {
		var coh []string
		for i := range times {
			if monkey[i] == float64(m+1) && times[i] > 0.1 && times[i] < 1.65 {
				coh = append(coh, fmt.Sprint(coherence[i]))
			}
		}
		v, err := behavior.FitDDM(f.RT, f.Upper, behavior.DDMFitOptions{Unbiased: true, Outliers: -1, SV: true, Wald: true, By: map[string][]string{"V": coh}})
		check(err)
		fmt.Printf("monkey %d: SV %.2f ± %.2f, AIC %.1f instead of %.1f\n", m+1, v.Model.SV, v.SE.SV, v.AIC, f.AIC)
		varied = append(varied, v)
	}
	display.Show(varied[0].Predict().QuantilePlot(), varied[1].Predict().QuantilePlot())
}
