//go:build ignore

// Command Wang_2002 lets two populations compete for a decision.
//
//	neurorepl run notebooks/scripts/papers/Wang_2002.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
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
	// # Wang 2002: a decision by slow reverberation
	//
	// *Probabilistic decision making by slow reverberation in cortical circuits*, Neuron 36:955. Two populations of 240 cells, for motion to
	// the left and to the right, excite themselves by slow NMDA receptors and compete through shared inhibition. A stimulus gives both
	// input in proportion to the evidence for each; one wins, and goes on firing when the stimulus has gone.
	//
	// An approximation: each synapse of the paper has an NMDA gate of its own that saturates when its source fires fast. Here all synapses from
	// a population share one gate s, driven by all its spikes together,
	//
	//     ds/dt = -s/(100 ms) + (1 - s) x/(2 ms),   x grows by 0.632/N at each spike of the N cells and decays with 2 ms
	//
	// where 0.632 = 1 - 1/e is what one spike opens of a closed gate. For sources that fire at random s is the mean of the
	// gates; that they differ from each other is lost. With it the activity outlasts the stimulus only for a somewhat stronger
	// excitation within the two populations, 1.8 times the mean instead of 1.7. The stimulus lacks the paper's slow noise of 4 Hz.

	// %%
	equations := `
		dV/dt = (gL*(-70*mV - V) - sA*V - gN*S*V/(1 + exp(-0.062*V/mV)/3.57) - sG*(V + 70*mV))/C : mV (unless refractory)
		dsA/dt = -sA/(2*ms) : nS
		dsG/dt = -sG/(5*ms) : nS
		dx1/dt = -x1/(2*ms) : 1
		dx2/dt = -x2/(2*ms) : 1
		dx0/dt = -x0/(2*ms) : 1
		ds1/dt = -s1/(100*ms) + (1 - s1)*x1/(2*ms) : 1
		ds2/dt = -s2/(100*ms) + (1 - s2)*x2/(2*ms) : 1
		ds0/dt = -s0/(100*ms) + (1 - s0)*x0/(2*ms) : 1
		S = 240*w1*s1 + 240*w2*s2 + 1120*w0*s0 : 1
		w1 : 1
		w2 : 1
		w0 : 1
	`
	cell := func(params map[string]string, refractory string) *model.Model {
		m, err := model.Parse(equations, model.Options{Threshold: "V > -50*mV", Reset: "V = -55*mV", Refractory: refractory,
			Params: params, Initial: map[string]string{"V": "-55*mV + 5*mV*rand()"}})
		check(err)
		return m
	}
	pyramidal := cell(map[string]string{"gL": "25 nS", "C": "500 pF", "gN": "0.165 nS"}, "2*ms")
	inter := cell(map[string]string{"gL": "20 nS", "C": "200 pF", "gN": "0.13 nS"}, "1*ms")

	// strength[to][from] is the weight within and between the populations 1, 2 and the rest, in units of the mean: 1.8 within.
	within := 1.8
	between := 1 - 0.15*(within-1)/(1-0.15)
	strength := [3][3]float64{{within, between, between}, {between, within, between}, {1, 1, 1}}
	names, sizes, gates := []string{"left", "right", "rest"}, []int{240, 240, 1120}, []string{"x1", "x2", "x0"}
	// decision returns the network with a stimulus of a coherence (positive to the left) from 500 to 2000 ms.
	decision := func(coherence float64, seed uint64) *network.Simulation {
		net := network.Network{Name: "Wang 2002", Seed: seed, Dt: 0.25}
		for k, name := range names {
			w := strength[k]
			net.Populations = append(net.Populations, network.Population{Name: name, N: sizes[k], Cell: pyramidal, Initial: map[string]string{
				"w1": fmt.Sprint(w[0]), "w2": fmt.Sprint(w[1]), "w0": fmt.Sprint(w[2])}})
			net.Background = append(net.Background, network.Background{To: name, Receptor: "sA", N: 1000, Rate: "2.4*Hz", Weight: "2.1*nS"})
		}
		net.Populations = append(net.Populations, network.Population{Name: "I", N: 400, Cell: inter, Initial: map[string]string{"w1": "1", "w2": "1", "w0": "1"}})
		net.Background = append(net.Background,
			network.Background{To: "I", Receptor: "sA", N: 1000, Rate: "2.4*Hz", Weight: "1.62*nS"},
			network.Background{To: "left", Receptor: "sA", Rate: fmt.Sprintf("%g*Hz*int(t >= 500*ms)*int(t < 2000*ms)", 40*(1+coherence)), Weight: "2.1*nS"},
			network.Background{To: "right", Receptor: "sA", Rate: fmt.Sprintf("%g*Hz*int(t >= 500*ms)*int(t < 2000*ms)", 40*(1-coherence)), Weight: "2.1*nS"})
		connect := func(from, to, receptor string, weight float64, unit string) {
			net.Projections = append(net.Projections, network.Projection{From: from, To: to, Rule: network.AllToAll(), Receptor: receptor,
				Weight: fmt.Sprintf("%g%s", weight, unit), Delay: "0.5*ms"})
		}
		for j, from := range names {
			connect(from, "", gates[j], 0.632/float64(sizes[j]), "")
			for i, to := range names {
				connect(from, to, "sA", 0.05*strength[i][j], "*nS")
			}
			connect(from, "I", "sA", 0.04, "*nS")
			connect("I", from, "sG", 1.3, "*nS")
		}
		connect("I", "I", "sG", 1, "*nS")
		sim, err := net.Build()
		check(err)
		return sim
	}

	// %% [markdown]
	// ## A trial
	//
	// A coherence of 12.8 % to the left, from 500 to 2000 ms.

	// %%
	// smoothed returns the rate of a population in windows of 50 ms, every 10 ms.
	smoothed := func(r *network.Result, name string) (t, hz []float64) {
		rate, err := r.PopulationRate(name, 10)
		check(err)
		for k := 2; k+2 < len(rate.Y); k++ {
			sum := 0.0
			for _, y := range rate.Y[k-2 : k+3] {
				sum += y / 5
			}
			t, hz = append(t, rate.At(k)), append(hz, sum)
		}
		return t, hz
	}
	colors := []string{"blue", "red"}
	draw := func(r *network.Result, title string) plot.Panel {
		p := plot.Panel{Title: title, X: plot.Axis{Label: "time", Unit: "ms"}, Y: plot.Axis{Label: "rate", Unit: "Hz", Min: 0, Max: 60}, Legend: "upper left"}
		p.Layers = append(p.Layers, plot.Layer{Kind: "vspan", X: []float64{500, 2000}})
		for k, name := range names[:2] {
			t, hz := smoothed(r, name)
			p.Layers = append(p.Layers, plot.Layer{Kind: "line", Name: name, Color: colors[k], X: t, Y: hz})
		}
		return p
	}
	r, err := decision(0.128, 1).Run(2750, network.RecordOptions{})
	check(err)
	top := plot.Panel{X: plot.Axis{Label: "time", Unit: "ms"}, Y: plot.Axis{Label: "cell", Min: 0, Max: 120}}
	for k, name := range names[:2] {
		raster, err := r.Raster(name)
		check(err)
		dots := plot.Layer{Kind: "points", Color: colors[k], Size: 1}
		for i, train := range raster.Trains[:60] {
			for _, t := range train {
				dots.X, dots.Y = append(dots.X, t), append(dots.Y, float64(60*k+i))
			}
		}
		top.Layers = append(top.Layers, dots)
	}
	display.Show(&plot.Figure{ShareX: true, Height: 11, Panels: []plot.Panel{top, draw(r, "")}})

	// %% [markdown]
	// ## Other evidence
	//
	// None, a quarter to the right, and half to the left: with evidence one population wins sooner, without it chance decides.

	// %%
	// winner says who fires at the end, and when one population was 10 Hz above the other for the first time after the stimulus began.
	winner := func(r *network.Result) (who string, at float64) {
		t, left := smoothed(r, "left")
		_, right := smoothed(r, "right")
		for k := range t {
			if t[k] > 500 && math.Abs(left[k]-right[k]) > 10 {
				at = t[k] - 500
				break
			}
		}
		switch last := len(t) - 1; {
		case left[last] > right[last]+10:
			return "left", at
		case right[last] > left[last]+10:
			return "right", at
		}
		return "none", at
	}
	coherences := []float64{0.128, 0, -0.256, 0.512}
	results := []*network.Result{r}
	fig := &plot.Figure{Cols: 3, Width: 24, Height: 7, ShareY: true}
	for _, c := range coherences[1:] {
		x, err := decision(c, 2).Run(2750, network.RecordOptions{})
		check(err)
		results = append(results, x)
		fig.Panels = append(fig.Panels, draw(x, fmt.Sprintf("%g %%", 100*c)))
	}
	display.Show(fig)

	// %% [markdown]
	// ## Paper and here

	// %%
	var what, paper, here []string
	for k, c := range coherences {
		who, at := winner(results[k])
		what = append(what, fmt.Sprintf("winner at a coherence of %g %%, time to 10 Hz apart", 100*c))
		paper = append(paper, []string{"mostly left", "by chance, later", "mostly right, sooner", "left, sooner"}[k])
		here = append(here, fmt.Sprintf("%s, %.0f ms", who, at))
	}
	before, err := decision(0, 3).Run(500, network.RecordOptions{})
	check(err)
	e, err := before.Rate("rest", 100)
	check(err)
	i, err := before.Rate("I", 100)
	check(err)
	what = append(what, "rate of E before, Hz", "rate of I before, Hz", "activity after the stimulus")
	paper = append(paper, "a few", "more than E", "goes on in the winner")
	end, err := r.Rate("left", 2250)
	check(err)
	here = append(here, fmt.Sprintf("%.1f", e), fmt.Sprintf("%.1f", i), fmt.Sprintf("goes on, %.0f Hz", end))
	display.Show(table.Table{Title: "Wang 2002", Cols: []table.Col{
		{Name: "what", Text: what}, {Name: "paper", Text: paper}, {Name: "here", Text: here},
	}})
}
