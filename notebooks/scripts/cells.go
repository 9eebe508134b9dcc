//go:build ignore

// Command cells fits two models to the f-I curves of two recorded neurons, and
// shows the catalogue of models.
//
//	neurorepl run notebooks/scripts/cells.go
package main

import (
	"fmt"
	"log"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// search changes the parameters p one after the other by their steps, keeps what lowers
// the loss, and halves the steps where nothing does, until they are an eighth.
func search(loss func(p []float64) float64, p, step []float64) ([]float64, float64) {
	p, step = slices.Clone(p), slices.Clone(step)
	best := loss(p)
	for halved := 0; halved < 4; {
		better := false
		for k := range p {
			for _, s := range []float64{step[k], -step[k]} {
				q := slices.Clone(p)
				q[k] += s
				if e := loss(q); e < best {
					p, best, better = q, e, true
					break
				}
			}
		}
		if !better {
			halved++
			for k := range step {
				step[k] /= 2
			}
		}
	}
	return p, best
}

func main() {
	// %% [markdown]
	// # Two recorded cells, and models fitted to them
	//
	// The spikes during steps of current of 500 ms, counted in two current-clamp families of pyABF's test data (MIT licence):
	// a cell of high resistance, which fires without current (17o05028), and a fast-spiking interneuron (2019_07_24_0055). From
	// a file of your own:
	//
	// ```go
	// rec, err := abf.Read("cell.abf")
	// level, on, off, ok := rec.Step(0, sweep)
	// spikes := neuron.Crossings(rec.Sweep(0, sweep), 0) // those from on to off count
	// ```

	// %%
	type recorded struct {
		name        string
		first, step float64 // pA
		spikes      []float64
	}
	cells := []recorded{
		{"17o05028", 0, 10, []float64{3, 6, 7, 10, 12, 15, 17, 18, 20, 20, 21}},
		{"2019_07_24_0055, fast spiking", 0, 25, []float64{4, 13, 20, 28, 33, 40, 45, 49, 54, 57, 60, 62, 64}},
	}

	// %% [markdown]
	// Two models are fitted to the rates of each cell, by a search over some of their parameters. AdEx: the size of the cell (its
	// capacitance), its leak, its adaptation by a spike and below the threshold, its refractory time, and a current that is there
	// without the electrode. Wang and Buzsáki's neuron: its area, the current, and the conductances of its leak and its potassium.

	// %%
	// A fitted model has parameters p, of which cell makes the model, and drive its current from the recorded one (pA).
	type fitted struct {
		color    string
		p, steps []float64
		dt       float64
		cell     func(p []float64) neuron.Model
		drive    func(p []float64, i float64) float64
		text     func(p []float64) string
	}
	adex := func(p []float64) neuron.Model {
		m := neuron.NewAdEx()
		m.C, m.GL, m.A = m.C*math.Exp(p[0]), m.GL*math.Exp(p[2]), m.A*math.Exp(p[0])*p[3]
		m.B, m.TauRef = math.Exp(p[4]), math.Exp(p[5])
		return m
	}
	wang := func(p []float64) neuron.Model {
		m := neuron.NewWangBuzsaki()
		m.GL, m.GK = m.GL*math.Exp(p[2]), m.GK*math.Exp(p[3])
		return m
	}
	models := []fitted{
		{"blue", []float64{-2.2, 40, -2.2, 0.2, 1, 1.3}, []float64{0.4, 20, 0.3, 0.5, 0.5, 0.3}, 0.2, adex,
			func(p []float64, i float64) float64 { return i + p[1] },
			func(p []float64) string {
				m := adex(p).(neuron.AdEx)
				return fmt.Sprintf("C %.0f pF, GL %.1f nS, A %.1f nS, B %.1f pA, TauRef %.1f ms, %+.0f pA", m.C, m.GL, m.A, m.B, m.TauRef, p[1])
			}},
		{"orange", []float64{4.8, 25, 0, 0}, []float64{0.3, 10, 0.3, 0.3}, 0.05, wang,
			func(p []float64, i float64) float64 { return (i + p[1]) / math.Exp(p[0]) }, // 1 pA per µA/cm² is 100 µm²
			func(p []float64) string {
				m := wang(p).(neuron.WangBuzsaki)
				return fmt.Sprintf("%.0f µm², GL %.2f mS/cm², GK %.1f mS/cm², %+.0f pA", 100*math.Exp(p[0]), m.GL, m.GK, p[1])
			}},
	}
	fig := &plot.Figure{Cols: 2, Width: 20, Height: 8}
	var rows, parameters, misses []string
	for _, c := range cells {
		var x, y []float64
		for k, n := range c.spikes {
			x, y = append(x, c.first+float64(k)*c.step), append(y, n/0.5)
		}
		panel := plot.Panel{Title: c.name, X: plot.Axis{Label: "input current", Unit: "pA"}, Y: plot.Axis{Label: "firing rate", Unit: "Hz"}}
		panel.Layers = append(panel.Layers, plot.Layer{Kind: "points", Name: "recorded", X: x, Y: y, Color: "black", Size: 4})
		for _, m := range models {
			curve := func(p, amps []float64) *neuron.FI {
				drive := make([]float64, len(amps))
				for k := range amps {
					drive[k] = m.drive(p, amps[k])
				}
				f, err := neuron.FICurve(m.cell(p), drive, 500, m.dt)
				check(err)
				return f
			}
			p, miss := search(func(p []float64) float64 {
				sum := 0.0
				for k, r := range curve(p, x).Rate {
					sum += (r - y[k]) * (r - y[k])
				}
				return math.Sqrt(sum / float64(len(y)))
			}, m.p, m.steps)
			var fine []float64
			for k := 0.0; k <= 60; k++ {
				fine = append(fine, x[len(x)-1]*k/60)
			}
			f := curve(p, fine)
			panel.Layers = append(panel.Layers, plot.Layer{Kind: "line", Name: f.Model, X: fine, Y: f.Rate, Color: m.color})
			rows, parameters, misses = append(rows, c.name+", "+f.Model), append(parameters, m.text(p)), append(misses, fmt.Sprintf("%.1f", miss))
		}
		fig.Panels = append(fig.Panels, panel)
	}
	display.Show(fig)

	// %%
	display.Show(table.Table{Title: "models fitted to recorded cells", Cols: []table.Col{
		{Name: "cell and model", Text: rows}, {Name: "fitted", Text: parameters}, {Name: "off by, Hz (rms)", Text: misses},
	}})

	// %% [markdown]
	// # The catalogue
	//
	// Every cell of `neuro/neuron` with the parameters of its paper, under a current that shows what it is known for. First the
	// integrate-and-fire neurons; dots are spikes.

	// %%
	// shown is a cell with its input and how long it is watched (ms).
	type shown struct {
		title   string
		cell    neuron.Model
		in      stim.Stimulus
		dur, dt float64
	}
	// gallery draws a panel for each cell: its potential, and its spikes above it.
	gallery := func(cells []shown) *plot.Figure {
		fig := &plot.Figure{Cols: 3, Width: 24, Height: 5.5 * math.Ceil(float64(len(cells))/3)}
		for _, c := range cells {
			r, err := c.cell.Simulate(c.in, c.dur, c.dt)
			check(err)
			top := math.Inf(-1)
			for _, v := range r.V.Y {
				top = math.Max(top, v)
			}
			dots := make([]float64, r.Count())
			for k := range dots {
				dots[k] = top
			}
			fig.Panels = append(fig.Panels, plot.Panel{Title: c.title, X: plot.Axis{Label: "t", Unit: "ms"}, Y: plot.Axis{Label: r.V.Name, Unit: r.V.Unit},
				Layers: []plot.Layer{
					{Kind: "line", DX: r.V.Dt, Y: r.V.Y, Color: "blue"},
					{Kind: "points", X: r.Spikes, Y: dots, Color: "red", Size: 2},
				}})
		}
		return fig
	}
	bursting, amp, err := neuron.AdExSet("regular bursting")
	check(err)
	chattering, err := neuron.MATSet("CH")
	check(err)
	display.Show(gallery([]shown{
		{"LIF", neuron.NewLIF(), stim.Const(2.5), 150, 0.05},
		{"QIF", neuron.NewQIF(), stim.Const(150), 150, 0.05},
		{"EIF", neuron.NewEIF(), stim.Const(0.6), 150, 0.05},
		{"AdEx, regular bursting", bursting, stim.Const(amp), 500, 0.05},
		{"Izhikevich, regular spiking", neuron.NewIzhikevich(), stim.Const(10), 300, 0.05},
		{"MAT, chattering", chattering, stim.Const(600), 400, 0.1},
		{"GLIF, tonic bursting", neuron.GLIFPatterns()[12].Cell, stim.Const(2), 400, 0.1},
		{"GIF, which fires by chance", neuron.NewGIF(), stim.Const(200), 500, 0.1},
	}))

	// %% [markdown]
	// Cells with ion channels. The squid's axon at 6.3 °C, the axon with the A current that fires slowly near its onset, Pospischil's
	// classes of cortical cells, a pyramidal cell of two compartments that bursts, and thalamic cells that burst after inhibition.

	// %%
	cortex := func(class string) neuron.Pospischil {
		m, err := neuron.PospischilSet(class)
		check(err)
		return m
	}
	display.Show(gallery([]shown{
		{"Hodgkin-Huxley", neuron.NewHH(), stim.Const(10), 80, 0.02},
		{"Traub-Miles", neuron.NewTraubMiles(), stim.Const(2), 150, 0.02},
		{"Wang-Buzsáki", neuron.NewWangBuzsaki(), stim.Const(1), 150, 0.02},
		{"Connor-Stevens", neuron.NewConnorStevens(), stim.Const(9), 250, 0.02},
		{"Pospischil RS", cortex("RS"), stim.Step(2.6, 50, 450), 500, 0.05},
		{"Pospischil FS", cortex("FS"), stim.Step(3.5, 50, 250), 300, 0.05},
		{"Pospischil IB", cortex("IB"), stim.Step(0.52, 50, 950), 1000, 0.05},
		{"Pospischil IBR", cortex("IBR"), stim.Step(0.52, 50, 950), 1000, 0.05},
		{"Pospischil LTS", cortex("LTS"), stim.Step(0.52, 50, 450), 500, 0.05},
		{"Pinsky-Rinzel, soma", neuron.NewPinskyRinzel(), stim.Const(0.75), 1500, 0.05},
		{"thalamocortical", neuron.NewThalamocortical(), stim.Step(-1, 300, 500), 800, 0.02},
		{"reticular", neuron.NewReticular(), stim.Step(1, 100, 120), 400, 0.02},
	}))

	// %% [markdown]
	// Reductions to two or three variables.

	// %%
	snlc, err := neuron.MorrisLecarSet("SNLC")
	check(err)
	display.Show(gallery([]shown{
		{"Morris-Lecar, saddle-node", snlc, stim.Const(42), 600, 0.1},
		{"FitzHugh-Nagumo", neuron.NewFitzHughNagumo(), stim.Const(0.5), 200, 0.1},
		{"Hindmarsh-Rose", neuron.NewHindmarshRose(), stim.Step(2, 0, 2000), 2000, 0.05},
	}))

	// %% [markdown]
	// # What one asks of a cell
	//
	// The squid's axon resonates, and a brief current early in its cycle delays the next spike (type 2); the interneuron of Wang and
	// Buzsáki is advanced at nearly every phase (type 1).

	// %%
	var hz []float64
	for f := 1.0; f <= 200; f++ {
		hz = append(hz, f)
	}
	impedance, err := neuron.NewImpedance(neuron.NewHH(), -65, hz)
	check(err)
	display.Show(impedance)
	fig = &plot.Figure{Cols: 2, Width: 20, Height: 8}
	for _, c := range []struct {
		cell neuron.Cell
		i    float64
	}{{neuron.NewHH(), 10}, {neuron.NewWangBuzsaki(), 0.5}} {
		adjoint, err := neuron.AdjointPRC(c.cell, c.i, 150, 0.02)
		check(err)
		pulses, err := neuron.PhaseResponse(c.cell, c.i, 1, 0.1, 24, 150, 0.01)
		check(err)
		for k := range pulses.Shift {
			pulses.Shift[k] /= pulses.Charge
		}
		fig.Panels = append(fig.Panels, plot.Panel{
			Title: fmt.Sprintf("%s: period %.1f ms, type %d", c.cell.Name(), adjoint.Period, adjoint.Type()),
			X:     plot.Axis{Label: "phase"}, Y: plot.Axis{Label: "advance, periods per µA/cm² ms"},
			Layers: []plot.Layer{
				{Kind: "line", Name: "adjoint", X: adjoint.Phase, Y: adjoint.Shift, Color: "blue"},
				{Kind: "points", Name: "pulses", X: pulses.Phase, Y: pulses.Shift, Color: "orange", Size: 3},
			},
		})
	}
	display.Show(fig)

	// %% [markdown]
	// The noise of its channels makes a small patch of axon fire without a stimulus.

	// %%
	var patches []shown
	for _, area := range []float64{10, 100, 1000} {
		noise := neuron.NewChannelNoise()
		noise.Area = area // µm²
		axon, err := noise.Add(neuron.NewHH())
		check(err)
		patches = append(patches, shown{fmt.Sprintf("%g µm² of axon", area), axon, stim.Const(0), 200, 0.01})
	}
	display.Show(gallery(patches))
}
