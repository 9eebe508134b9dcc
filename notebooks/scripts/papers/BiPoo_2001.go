//go:build ignore

// Command BiPoo_2001 shows the window of spike-timing-dependent plasticity.
//
//	neurorepl run notebooks/scripts/papers/BiPoo_2001.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
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
	// # Bi and Poo 2001: the window of spike timing
	//
	// *Synaptic modification by correlated activity: Hebb's postulate revisited*, Annu Rev Neurosci 24:139, with the fit to the
	// hippocampal cultures of Bi and Poo 1998: 60 pairs at 1 Hz change a synapse by 0.777 exp(-Δt/16.8 ms) when the
	// presynaptic spike comes first, and by -0.273 exp(Δt/33.7 ms) when the postsynaptic one does.

	// %%
	rule := plasticity.NewBiPoo()
	display.Show(rule)

	// %% [markdown]
	// Each pair of a protocol of 60 has a sixtieth of the change. At 1 Hz neighbouring pairs hardly see each other.

	// %%
	rule.APlus, rule.AMinus, rule.Window = rule.APlus/60, rule.AMinus/60, math.Inf(1)
	var dts []float64
	for dt := -100.0; dt <= 100; dt += 2.5 {
		if dt != 0 {
			dts = append(dts, dt)
		}
	}
	c, err := plasticity.Window(rule, dts, 1, 60, 1)
	check(err)
	display.Show(c)

	// %%
	// fit returns amplitude and time constant of the line through log |change|.
	fit := func(lo, hi float64) (a, tau float64) {
		var n, sx, sy, sxx, sxy float64
		for k, x := range c.X {
			if x > lo && x < hi {
				y := math.Log(math.Abs(c.Change[k]))
				n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
			}
		}
		slope := (n*sxy - sx*sy) / (n*sxx - sx*sx)
		return math.Exp((sy - slope*sx) / n), 1 / math.Abs(slope)
	}
	up, tauUp := fit(0, 60)
	down, tauDown := fit(-60, 0)
	number := func(x float64, digits int) string { return fmt.Sprintf("%.*f", digits, x) }
	display.Show(table.Table{Title: "Bi and Poo 2001", Cols: []table.Col{
		{Name: "quantity", Text: []string{"A+", "tau+, ms", "A-", "tau-, ms"}},
		{Name: "paper", Text: []string{"0.777", "16.8", "-0.273", "33.7"}},
		{Name: "here", Text: []string{number(up, 3), number(tauUp, 1), number(-down, 3), number(tauDown, 1)}},
	}})
}
