//go:build ignore

// Command ketamine follows a dose of an NMDA antagonist to the memory of a circuit.
//
//	neurorepl run notebooks/scripts/ketamine.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
	"github.com/neurorepl/neurorepl/neuro/pharm"
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
	// # From dose to network: ketamine and working memory
	//
	// A dose becomes a concentration in plasma, the concentration closes NMDA channels, and without them a circuit cannot hold in
	// mind what it has seen. Each step is a model of its own: a compartment, a receptor, a network (Compte et al. 2000, as in
	// `papers/Compte_2000.ipynb`).

	// %% [markdown]
	// ## Dose to concentration
	//
	// One compartment, by two numbers of Idvall et al. 1979 (Br J Anaesth 51:1167): 41 µg/kg/min held 9.3 µmol/L of ketamine in
	// plasma, so that the clearance is 18.5 mL/min/kg, and the half-life was 79 min. The infusion of half a milligram per kilogram
	// in 40 minutes is the one against depression; its end was measured at 0.78 µmol/L (Zarate et al. 2006).

	// %%
	const molar = 0.2377                // mg of ketamine in a µmol
	clearance := 41e-3 / (9.3 * molar)  // L/min/kg
	volume := clearance * 79 / math.Ln2 // L/kg
	plasma := pharm.Compartments{CL: clearance, V: volume}
	minutes := make([]float64, 241)
	for i := range minutes {
		minutes[i] = float64(i)
	}
	// course returns the concentration (µmol/L) over four hours, of an amount in mg/kg given over some minutes.
	course := func(amount, over float64) *pharm.Concentration {
		c, err := plasma.Concentration(minutes, pharm.Dose{Amount: amount / molar, Duration: over})
		check(err)
		c.TUnit, c.CUnit = "min", "µM"
		return c
	}
	infusion, low := course(0.5, 40), course(0.1, 40)
	fmt.Printf("clearance %.1f mL/min/kg, volume %.2f L/kg; at the end of the infusion %.2f µM (measured: 0.78)\n",
		1000*clearance, volume, infusion.C[40])

	// %% [markdown]
	// ## Concentration to receptor
	//
	// `pharm.Ketamine` is the block at rest, by the Hill equation. Its block needs open channels, and the drug stays in when they close:
	// `pharm.OpenBlock` puts this into the states of the receptor. A pulse of glutamate every second, with 3 µM from the first on (the
	// rate constants are set for the eye: equilibrium at a sixth of a micromolar, nearer with each pulse):

	// %%
	ketamine := pharm.Ketamine()
	glutamate := neuro.Trace{Dt: 1, Y: make([]float64, 8000)} // mM
	for i := range glutamate.Y {
		if i%1000 < 5 {
			glutamate.Y[i] = 1
		}
	}
	open := plot.Panel{X: plot.Axis{Label: "time", Unit: "ms"}, Y: plot.Axis{Label: "open NMDA channels", Unit: "share"}, Legend: "upper right"}
	for k, c := range []float64{0, 3} {
		scheme, err := pharm.OpenBlock(synapse.NewNMDAScheme(), 0.003, 0.0005, c, true)
		check(err)
		shares := make([]float64, len(scheme.States()))
		shares[0] = 1 // all closed, none blocked
		states, err := scheme.Simulate(glutamate, shares)
		check(err)
		t := make([]float64, len(states.Open.Y))
		for i := range t {
			t[i] = states.Open.At(i)
		}
		open.Layers = append(open.Layers, plot.Layer{Kind: "line", Name: fmt.Sprintf("%g µM", c), Color: []string{"grey", "red"}[k], X: t, Y: states.Open.Y})
	}
	display.Show(&plot.Figure{Width: 14, Height: 6, Panels: []plot.Panel{open}})

	// %% [markdown]
	// ## The circuit
	//
	// 512 pyramidal cells prefer a direction each and excite those of similar direction through NMDA receptors; 128 interneurons
	// inhibit all. `left` is what the drug leaves of the NMDA conductance, in each population by itself. A cue at 180 degrees comes from 500
	// to 750 ms.

	// %%
	equations := `
		dV/dt = (gL*(-70*mV - V) - sA*V - left*gN*512*s*V/(1 + exp(-0.062*V/mV)/3.57) - sG*(V + 70*mV) + cue*int(t >= 500*ms)*int(t < 750*ms))/C : mV (unless refractory)
		dsA/dt = -sA/(2*ms) : nS
		dsG/dt = -sG/(10*ms) : nS
		dx/dt = -x/(2*ms) : 1
		ds/dt = -s/(100*ms) + (1 - s)*x/(2*ms) : 1
		cue : pA
	`
	cell := func(params map[string]string, refractory string) *model.Model {
		params["left"] = "1"
		m, err := model.Parse(equations, model.Options{Threshold: "V > -50*mV", Reset: "V = -60*mV", Refractory: refractory,
			Params: params, Initial: map[string]string{"V": "-60*mV + 10*mV*rand()"}})
		check(err)
		return m
	}
	pyramidal := cell(map[string]string{"gL": "25 nS", "C": "500 pF", "gN": "4*0.381*nS"}, "2*ms")
	inter := cell(map[string]string{"gL": "20 nS", "C": "200 pF", "gN": "4*0.292*nS"}, "1*ms")
	const sigma, peak = 14.4, 1.62
	gaussian := sigma / 360 * math.Sqrt(2*math.Pi)
	base := (1 - peak*gaussian) / (1 - gaussian)
	apart := "(180 - abs(180 - abs(pre - post)*360/512))" // degrees
	footprint := fmt.Sprintf("%g + %g*exp(-%s**2/(2*%g**2))", base, peak-base, apart, sigma)
	// trial runs the circuit for 3.5 s with what is left of the NMDA conductance of each population.
	trial := func(leftE, leftI float64, seed uint64) neuro.Raster {
		net := network.Network{
			Name: "working memory", Seed: seed, Dt: 0.25,
			Populations: []network.Population{
				{Name: "E", N: 512, Cell: pyramidal, Params: map[string]string{"left": fmt.Sprint(leftE),
					"cue": fmt.Sprintf("375*pA*exp(-(i*360/512 - 180)**2/(2*%g**2))", sigma)}},
				{Name: "I", N: 128, Cell: inter, Params: map[string]string{"left": fmt.Sprint(leftI)}}},
			Projections: []network.Projection{
				{From: "E", To: "E", Rule: network.AllToAll(), Receptor: "x", Weight: "0.632/512*(" + footprint + ")", Delay: "0.5*ms"},
				{From: "E", To: "I", Rule: network.AllToAll(), Receptor: "x", Weight: "0.632/512", Delay: "0.5*ms"},
				{From: "I", To: "E", Rule: network.AllToAll(), Receptor: "sG", Weight: "4*1.336*nS", Delay: "0.5*ms"},
				{From: "I", To: "I", Rule: network.AllToAll(), Receptor: "sG", Weight: "4*1.024*nS", Delay: "0.5*ms"},
			},
			Background: []network.Background{
				{To: "E", Receptor: "sA", Rate: "1800*Hz", Weight: "3.1*nS"},
				{To: "I", Receptor: "sA", Rate: "1800*Hz", Weight: "2.38*nS"},
			},
		}
		sim, err := net.Build()
		check(err)
		r, err := sim.Run(3500, network.RecordOptions{})
		check(err)
		raster, err := r.Raster("E")
		check(err)
		return raster
	}
	// held returns what the last second knows of the cue: the length of the mean vector of its spikes, 1 when all point
	// the same way and 0 when they point everywhere, and the mean rate in Hz.
	held := func(raster neuro.Raster) (length, rate float64) {
		east, north, n := 0.0, 0.0, 0.0
		for i, train := range raster.Trains {
			angle := 2 * math.Pi * float64(i) / 512
			for _, t := range train {
				if t >= 2500 {
					east, north, n = east+math.Cos(angle), north+math.Sin(angle), n+1
				}
			}
		}
		return math.Hypot(east, north) / math.Max(n, 1), n / 512
	}
	draw := func(raster neuro.Raster, title string) plot.Panel {
		dots := plot.Layer{Kind: "points", Color: "blue", Size: 0.7}
		for i, train := range raster.Trains {
			for k, t := range train {
				if (i+k)%3 == 0 { // a third of the spikes is enough for the eye
					dots.X, dots.Y = append(dots.X, t), append(dots.Y, float64(i)*360/512)
				}
			}
		}
		return plot.Panel{Title: title, X: plot.Axis{Label: "time", Unit: "ms", Min: 0, Max: 3500},
			Y:      plot.Axis{Label: "preferred direction", Unit: "degrees", Min: 0, Max: 360},
			Layers: []plot.Layer{{Kind: "vspan", X: []float64{500, 750}}, dots}}
	}
	rasters := &plot.Figure{Width: 24, Height: 7, Cols: 3, ShareY: true}
	for _, c := range []float64{0, 0.3, 0.5} {
		left := ketamine.Factor("G", c)
		rasters.Panels = append(rasters.Panels, draw(trial(left, left, 1), fmt.Sprintf("%g µM", c)))
	}
	display.Show(rasters)

	// %% [markdown]
	// ## Concentration to memory
	//
	// The circuit has two states after a cue, with a bump and without, and the drug takes the first one away all at once: the memory hardly
	// fades before it fails.

	// %%
	concentrations := []float64{0, 0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 1, 2, 4.5}
	strength := make([]float64, len(concentrations))
	points := plot.Layer{Kind: "points", Color: "blue", Size: 3}
	for k, c := range concentrations {
		left := ketamine.Factor("G", c)
		for seed := uint64(1); seed <= 2; seed++ {
			length, _ := held(trial(left, left, seed))
			strength[k] += length / 2
			points.X, points.Y = append(points.X, c), append(points.Y, length)
		}
	}
	line := plot.Layer{Kind: "line", Color: "blue", X: concentrations, Y: strength}
	display.Show(&plot.Figure{Height: 6, Panels: []plot.Panel{{X: plot.Axis{Label: "ketamine", Unit: "µM"},
		Y: plot.Axis{Label: "memory of the cue", Min: 0, Max: 1}, Layers: []plot.Layer{line, points}}}})

	// %% [markdown]
	// ## Dose to memory
	//
	// Plasma is slow beside a trial, so that the memory at each minute is that at its concentration.

	// %%
	memory := func(c float64) float64 {
		for k := 1; k < len(concentrations); k++ {
			if a, b := concentrations[k-1], concentrations[k]; c <= b {
				return strength[k-1] + (c-a)/(b-a)*(strength[k]-strength[k-1])
			}
		}
		return strength[len(strength)-1]
	}
	top := plot.Panel{X: plot.Axis{Label: "time", Unit: "min"}, Y: plot.Axis{Label: "ketamine", Unit: "µM"}, Legend: "upper right"}
	bottom := plot.Panel{X: plot.Axis{Label: "time", Unit: "min"}, Y: plot.Axis{Label: "memory of the cue", Min: 0, Max: 1}}
	for k, c := range []*pharm.Concentration{infusion, low} {
		y := make([]float64, len(c.C))
		for i, x := range c.C {
			y[i] = memory(x)
		}
		color := []string{"red", "blue"}[k]
		name := []string{"0.5 mg/kg in 40 min", "0.1 mg/kg in 40 min"}[k]
		top.Layers = append(top.Layers, plot.Layer{Kind: "line", Name: name, Color: color, X: c.T, Y: c.C})
		bottom.Layers = append(bottom.Layers, plot.Layer{Kind: "line", Color: color, X: c.T, Y: y})
	}
	display.Show(&plot.Figure{Height: 11, ShareX: true, Panels: []plot.Panel{top, bottom}})

	// %% [markdown]
	// ## Which cells?
	//
	// The same small block in one population only. On pyramidal cells the memory goes; on interneurons inhibition goes, the
	// circuit fires more, and the bump drowns. On both, the two balance, and the memory stays.

	// %%
	where := table.Table{Title: "0.2 µM", Cols: []table.Col{{Name: "drug on"}, {Name: "memory"}, {Name: "rate", Unit: "Hz"}}}
	small := ketamine.Factor("G", 0.2)
	for k, site := range []string{"none", "both", "pyramidal cells", "interneurons"} {
		leftE, leftI := []float64{1, small, small, 1}[k], []float64{1, small, 1, small}[k]
		length, rate := held(trial(leftE, leftI, 1))
		where.Cols[0].Text = append(where.Cols[0].Text, site)
		where.Cols[1].Num = append(where.Cols[1].Num, length)
		where.Cols[2].Num = append(where.Cols[2].Num, rate)
	}
	display.Show(where)

	// %% [markdown]
	// What is left out: ketamine's other targets and its metabolites, the receptors' subtypes, the slow redistribution of the drug, and use-dependence in
	// the network, whose receptors here have the block of rest.
}
