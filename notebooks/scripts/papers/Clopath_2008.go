//go:build ignore

// Command Clopath_2008 shows synaptic tagging and capture.
//
//	neurorepl run notebooks/scripts/papers/Clopath_2008.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
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
	// # Clopath et al. 2008: tag, trigger, consolidation
	//
	// *Tag-Trigger-Consolidation: a model of early and late long-term potentiation and depression*, PLoS Comput Biol 4:e1000248.
	// A tetanus leaves tags at synapses, which fade within hours. Where many synapses of a cell have tags, proteins are made, and
	// tagged synapses take them to last: also those of another pathway, whose own tetanus was too weak (Frey and Morris 1997,
	// Nature 385:533).
	//
	// ## Tags
	//
	// In the authors' program every pulse to a pathway makes the cell fire, so that its potential is 20 mV for a millisecond and
	// rest otherwise. The probability that a pulse train at 100 Hz leaves a high tag (potentiation) or a low one (depression):

	// %%
	rule := plasticity.NewTagTriggerConsolidation()
	induce := func(pulses int) (high, low float64) {
		pre := plasticity.Regular(pulses, 100)
		for k := range pre {
			pre[k] += 10 // the filters begin at rest
		}
		v := neuro.Trace{Name: "V", Unit: "mV", Dt: 1, Y: make([]float64, 10*pulses+100)}
		for k := range v.Y {
			v.Y[k] = rule.ThetaLTD // rest
		}
		for _, t := range pre {
			v.Y[int(math.Round(t))] = 20
		}
		high, low, err := rule.Induce(pre, v)
		check(err)
		return high, low
	}
	up, down := plot.Layer{Kind: "line", Name: "high", Color: "blue"}, plot.Layer{Kind: "line", Name: "low", Color: "red"}
	for n := 1; n <= 100; n++ {
		high, low := induce(n)
		up.X, up.Y = append(up.X, float64(n)), append(up.Y, high)
		down.X, down.Y = append(down.X, float64(n)), append(down.Y, low)
	}
	display.Show(&plot.Figure{Panels: []plot.Panel{{
		X: plot.Axis{Label: "pulses at 100 Hz"}, Y: plot.Axis{Label: "probability of a tag"}, Layers: []plot.Layer{up, down}}}})

	// %% [markdown]
	// ## Weak after strong
	//
	// A weak tetanus is 21 pulses, a strong one 100 pulses three times, 10 min apart. Here the strong one goes to group 0 after
	// half an hour, and the weak one to group 1 half an hour later. Both last.

	// %%
	weakHigh, weakLow := induce(21)
	strongHigh, strongLow := induce(100)
	tetanus := func(kind string, group int, at float64) (out []plasticity.Induction) {
		switch kind {
		case "weak":
			out = append(out, plasticity.Induction{At: at, Group: group, High: weakHigh, Low: weakLow})
		case "strong":
			for k := range 3 {
				out = append(out, plasticity.Induction{At: at + 600*float64(k), Group: group, High: strongHigh, Low: strongLow})
			}
		}
		return out
	}
	run := func(first, second string, seed uint64) *plasticity.Consolidation {
		r, err := rule.Run(2, 100, 0.3, append(tetanus(first, 0, 1801), tetanus(second, 1, 3610)...), 18000, seed)
		check(err)
		return r
	}
	display.Show(run("strong", "weak", 1).Plot())

	// %% [markdown]
	// ## Paper and here
	//
	// Weights over those at the beginning: means of 8 runs of the authors' program (ModelDB 118199) with their standard
	// deviation, and of 40 runs here. A group has 100 synapses, and whether it makes proteins for long differs from run to run.

	// %%
	authors := []struct {
		first, second string
		group         int
		at            []float64 // s
		mean, sd      []float64
	}{
		{"weak", "", 0, []float64{1804, 3600, 7200, 17999}, []float64{1.173, 1.100, 1.034, 1.000}, []float64{0.038, 0.023, 0.012, 0.003}},
		{"strong", "", 0, []float64{1804, 3600, 7200, 17999}, []float64{1.367, 1.381, 1.283, 1.216}, []float64{0.039, 0.071, 0.125, 0.093}},
		{"strong", "weak", 1, []float64{3615, 7200, 17999}, []float64{1.178, 1.136, 1.102}, []float64{0.028, 0.043, 0.023}},
		{"weak", "strong", 0, []float64{3600, 7200, 17999}, []float64{1.100, 1.068, 1.055}, []float64{0.023, 0.029, 0.026}},
	}
	var rows, paper, here, off []string
	add := func(row string, mean, sd, got, spread float64) {
		rows = append(rows, row)
		paper, here = append(paper, fmt.Sprintf("%.3f ± %.3f", mean, sd)), append(here, fmt.Sprintf("%.3f ± %.3f", got, spread))
		off = append(off, fmt.Sprintf("%.1f", math.Abs(got-mean)/math.Hypot(sd/math.Sqrt(8), spread/math.Sqrt(40))))
	}
	add("share of high tags, weak", 0.342, 0.054, weakHigh, 0)
	add("share of low tags, weak", 0.130, 0.033, weakLow, 0)
	add("share of high tags, first of strong", 0.724, 0.043, strongHigh, 0)
	add("share of low tags, first of strong", 0.274, 0.038, strongLow, 0)
	for _, a := range authors {
		var weights [][]float64
		for seed := range 40 {
			weights = append(weights, run(a.first, a.second, uint64(seed)).Weight[a.group])
		}
		for k, t := range a.at {
			sum, square := 0.0, 0.0
			for _, w := range weights {
				sum += w[int(t)]
				square += w[int(t)] * w[int(t)]
			}
			m := sum / 40
			what := a.first + " alone"
			if a.second != "" {
				what = []string{a.first + ", before " + a.second + " elsewhere", a.second + ", after " + a.first + " elsewhere"}[a.group]
			}
			add(fmt.Sprintf("%s, weight after %.1f h", what, (t-1801)/3600), a.mean[k], a.sd[k], m, math.Sqrt(square/40-m*m))
		}
	}
	display.Show(table.Table{Title: "Clopath et al. 2008", Cols: []table.Col{
		{Name: "what", Text: rows}, {Name: "paper's program", Text: paper}, {Name: "here", Text: here}, {Name: "off by standard errors", Text: off},
	}})
}
