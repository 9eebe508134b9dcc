//go:build ignore

// Command cells holds the f-I curves of two recorded neurons against two models.
//
//	neurorepl run notebooks/scripts/cells.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// at returns a curve at x, interpolated, and its ends beyond them.
func at(f *neuron.FI, x float64) float64 {
	n := len(f.Amp)
	for k := 1; k < n; k++ {
		if x < f.Amp[k] {
			if k == 1 && x < f.Amp[0] {
				return f.Rate[0]
			}
			return f.Rate[k-1] + (f.Rate[k]-f.Rate[k-1])*(x-f.Amp[k-1])/(f.Amp[k]-f.Amp[k-1])
		}
	}
	return f.Rate[n-1]
}

func main() {
	// %% [markdown]
	// # Two recorded cells beside two models
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
	// The f-I curves of the models, over 500 ms.
	amps := func(to float64) (x []float64) {
		for k := 0.0; k <= 24; k++ {
			x = append(x, to*k/24)
		}
		return x
	}
	adex, err := neuron.FICurve(neuron.NewAdEx(), amps(3000), 500, 0.1)
	check(err)
	wang, err := neuron.FICurve(neuron.NewWangBuzsaki(), amps(6), 500, 0.05)
	check(err)

	// %% [markdown]
	// A model has the size of its own cell. The current is therefore scaled and shifted, i = (I + shift)/scale, to come
	// nearest to the recorded rates: for AdEx the scale says how much smaller the recorded cell is; for Wang and Buzsáki's
	// neuron it is the membrane area, since µA/cm² times cm² is a current.

	// %%
	fig := &plot.Figure{Cols: 2, Width: 20, Height: 8}
	var rows, scales, shifts, errors []string
	for _, c := range cells {
		var x, y []float64
		for k, n := range c.spikes {
			x, y = append(x, c.first+float64(k)*c.step), append(y, n/0.5)
		}
		panel := plot.Panel{Title: c.name, X: plot.Axis{Label: "input current", Unit: "pA"}, Y: plot.Axis{Label: "firing rate", Unit: "Hz"}}
		panel.Layers = append(panel.Layers, plot.Layer{Kind: "points", Name: "recorded", X: x, Y: y, Color: "black", Size: 4})
		for _, m := range []struct {
			fi    *neuron.FI
			color string
		}{{adex, "blue"}, {wang, "orange"}} {
			best, scale, shift := math.Inf(1), 0.0, 0.0
			top := m.fi.Amp[len(m.fi.Amp)-1]
			for s := 0.0; s < 1; s += 0.01 { // shift as a part of the largest current
				for q := 0.05; q < 1; q += 0.01 { // part of the model's curve that the currents cover
					sh := s * x[len(x)-1]
					sc := (x[len(x)-1] + sh) / (q * top)
					e := 0.0
					for k := range x {
						d := at(m.fi, (x[k]+sh)/sc) - y[k]
						e += d * d
					}
					if e < best {
						best, scale, shift = e, sc, sh
					}
				}
			}
			line := plot.Layer{Kind: "line", Name: m.fi.Model, Color: m.color}
			for u := 0.0; u <= x[len(x)-1]; u += x[len(x)-1] / 100 {
				line.X, line.Y = append(line.X, u), append(line.Y, at(m.fi, (u+shift)/scale))
			}
			panel.Layers = append(panel.Layers, line)
			rows = append(rows, c.name+", "+m.fi.Model)
			size := fmt.Sprintf("1/%.1f of the model's cell", 1/scale)
			if m.fi == wang {
				size = fmt.Sprintf("%.0f µm²", scale*100) // 1 pA per µA/cm² is 100 µm²
			}
			scales, shifts = append(scales, size), append(shifts, fmt.Sprintf("%.0f", shift))
			errors = append(errors, fmt.Sprintf("%.1f", math.Sqrt(best/float64(len(x)))))
		}
		fig.Panels = append(fig.Panels, panel)
	}
	display.Show(fig)

	// %%
	display.Show(table.Table{Title: "f-I curves of recorded cells and models", Cols: []table.Col{
		{Name: "cell and model", Text: rows}, {Name: "size", Text: scales}, {Name: "shift, pA", Text: shifts}, {Name: "off by, Hz (rms)", Text: errors},
	}})
}
