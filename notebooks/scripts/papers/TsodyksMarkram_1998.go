//go:build ignore

// Command TsodyksMarkram_1998 shows what depressing and facilitating synapses
// transmit.
//
//	neurorepl run notebooks/scripts/papers/TsodyksMarkram_1998.go
package main

import (
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/synapse"
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
	// # Tsodyks, Pawelzik and Markram 1998: dynamic synapses
	//
	// *Neural networks with dynamic synapses*, Neural Comput 10:821. A spike uses a part u of the resources R, which recover;
	// with facilitation u grows with every spike. Two of the paper's synapses, under a train of 20 Hz:

	// %%
	synapses := []synapse.TsodyksMarkram{synapse.NewDepressing(), synapse.NewFacilitating()}
	names, colors := []string{"depressing", "facilitating"}, []string{"red", "blue"}
	train := func(hz float64, n int) neuro.Spikes {
		s := make(neuro.Spikes, n)
		for k := range s {
			s[k] = float64(k) * 1000 / hz
		}
		return s
	}
	first := plot.Panel{X: plot.Axis{Label: "time", Unit: "ms"}, Y: plot.Axis{Label: "response u R"}}
	for k, s := range synapses {
		r, err := s.Responses(train(20, 20))
		check(err)
		first.Layers = append(first.Layers, plot.Layer{Kind: "line", Name: names[k], X: train(20, 20), Y: r, Color: colors[k]})
	}
	display.Show(&plot.Figure{Panels: []plot.Panel{first}})

	// %% [markdown]
	// ## Steady state
	//
	// After a long train the response is known in closed form. It falls as 1/f beyond the limiting frequency, so that
	// depressing synapses tell changes of rate and not the rate; facilitating ones transmit best at one frequency, which is
	// about $1/\sqrt{U τ_{rec} τ_{facil}}$.

	// %%
	second := plot.Panel{X: plot.Axis{Label: "frequency", Unit: "Hz", Log: true}, Y: plot.Axis{Label: "steady response u R", Log: true}}
	var rows, closed, here []string
	for k, s := range synapses {
		line := plot.Layer{Kind: "line", Name: names[k], Color: colors[k]}
		for f := 0.5; f < 200; f *= 1.05 {
			_, _, x := s.SteadyState(f)
			line.X, line.Y = append(line.X, f), append(line.Y, x)
		}
		dots := plot.Layer{Kind: "points", Name: names[k] + ", simulated", Color: colors[k], Size: 3}
		for _, f := range []float64{1, 5, 20, 50, 100} {
			r, err := s.Responses(train(f, 1000))
			check(err)
			dots.X, dots.Y = append(dots.X, f), append(dots.Y, r[len(r)-1])
			_, _, x := s.SteadyState(f)
			rows = append(rows, fmt.Sprintf("%s, response at %g Hz", names[k], f))
			closed, here = append(closed, fmt.Sprintf("%.9f", x)), append(here, fmt.Sprintf("%.9f", r[len(r)-1]))
		}
		second.Layers = append(second.Layers, line, dots)
	}
	display.Show(&plot.Figure{Panels: []plot.Panel{second}})

	// %%
	best, at := 0.0, 0.0
	for f := 1.0; f < 100; f += 0.1 {
		if _, _, x := synapses[1].SteadyState(f); x > best {
			best, at = x, f
		}
	}
	rows = append(rows, "facilitating, frequency of the largest response, Hz")
	closed, here = append(closed, fmt.Sprintf("about %.1f", synapses[1].PeakFrequency())), append(here, fmt.Sprintf("%.1f", at))
	display.Show(table.Table{Title: "Tsodyks, Pawelzik and Markram 1998", Cols: []table.Col{
		{Name: "quantity", Text: rows}, {Name: "paper: closed form", Text: closed}, {Name: "here: simulated", Text: here},
	}})
}
