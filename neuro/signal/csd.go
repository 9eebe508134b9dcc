package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A Laminar is the current source density along an electrode through layers.
type Laminar struct {
	Depth []float64   `unit:"mm"`     // of the rows, mm, downward from the first contact
	T     []float64   `unit:"s"`      // of the columns, s
	CSD   [][]float64 `unit:"µA/mm³"` // CSD[k][i] at Depth[k] and T[i]; sinks are negative
	LFP   [][]float64 `unit:"mV"`     // the potentials, mV
	// Contacts are the depths of LFP, mm; nil: those of CSD.
	Contacts []float64 `unit:"mm"`
}

// CSD returns the current source density of potentials at evenly spaced
// contacts of a laminar electrode by the second difference in depth,
//
//	CSD[k] = -σ (φ[k-1] - 2 φ[k] + φ[k+1]) / h²,
//
// for all contacts but the first and the last one.
//
// lfp[k] are the samples of contact k, mV, from the surface downward; fs is
// their rate in Hz, spacing the distance of contacts h in mm, conductivity σ in
// S/m, 0.3 in cortex (Wagner et al. 2014 and many others). The result is in
// µA/mm³, negative where current enters cells.
//
// Errors: fewer than 3 contacts, unequal lengths, values that are not finite,
// arguments not above 0. Source: Nicholson and Freeman 1975, J. Neurophysiol.
// 38:356. Checked against potentials whose second derivative is known.
func CSD(lfp [][]float64, fs, spacing, conductivity float64) (*Laminar, error) {
	const call = "CSD"
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	if len(lfp) < 3 {
		return nil, fmt.Errorf("signal: %s: lfp has %d contacts; 3 or more are needed for a second difference", call, len(lfp))
	}
	for k, x := range lfp {
		if err := checkSamples(call, fmt.Sprintf("lfp[%d]", k), x); err != nil {
			return nil, err
		}
		if len(x) != len(lfp[0]) {
			return nil, fmt.Errorf("signal: %s: lfp[%d] has %d samples and lfp[0] %d; all must be as long", call, k, len(x), len(lfp[0]))
		}
	}
	for _, v := range []struct {
		name, unit string
		v          float64
	}{{"spacing", "mm", spacing}, {"conductivity", "S/m", conductivity}} {
		if !(v.v > 0) || math.IsInf(v.v, 0) {
			return nil, fmt.Errorf("signal: %s: %s is %g %s; it must be above 0 and finite", call, v.name, v.v, v.unit)
		}
	}
	r := &Laminar{LFP: lfp[1 : len(lfp)-1]}
	for i := range lfp[0] {
		r.T = append(r.T, float64(i)/fs)
	}
	// mV S/m / mm² is 10³ A/m³, and so is µA/mm³.
	scale := conductivity / (spacing * spacing)
	for k := 1; k+1 < len(lfp); k++ {
		row := make([]float64, len(r.T))
		for i := range row {
			row[i] = -scale * (lfp[k-1][i] - 2*lfp[k][i] + lfp[k+1][i])
		}
		r.Depth = append(r.Depth, float64(k)*spacing)
		r.CSD = append(r.CSD, row)
	}
	return r, nil
}

// Show draws the figure of Plot.
func (r Laminar) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the figure of the density over time and depth, sinks blue and
// sources red, with the potentials as lines at their depths.
func (r Laminar) Plot() *figure.Figure {
	p := figure.Panel{
		X:        figure.Axis{Label: "time", Unit: "s"},
		Y:        figure.Axis{Label: "depth", Unit: "mm", Flip: true},
		ColorBar: figure.Axis{Label: "CSD", Unit: "µA/mm³"},
	}
	if n := len(r.Depth); n > 0 && len(r.T) > 1 {
		depth, csd, step := r.even()
		half := (r.T[len(r.T)-1] - r.T[0]) / float64(2*(len(r.T)-1))
		p.X.Min, p.X.Max = r.T[0]-half, r.T[len(r.T)-1]+half
		p.Y.Min, p.Y.Max = depth[0]-float64(step/2), depth[len(depth)-1]+float64(step/2)
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Image, Z: csd, Map: "RdBu_r", X: []float64{p.X.Min, p.X.Max}, Y: []float64{p.Y.Min, p.Y.Max}})
		largest := 0.0
		for _, row := range r.LFP {
			for _, v := range row {
				largest = math.Max(largest, math.Abs(v))
			}
		}
		contacts := r.Contacts
		if contacts == nil {
			contacts = r.Depth
		}
		apart := step
		if len(contacts) > 1 {
			apart = (contacts[len(contacts)-1] - contacts[0]) / float64(len(contacts)-1)
		}
		p.Y.Min = math.Min(p.Y.Min, contacts[0]-float64(apart*0.5))
		p.Y.Max = math.Max(p.Y.Max, contacts[len(contacts)-1]+float64(apart*0.5))
		for k, row := range r.LFP {
			l := figure.Layer{Kind: figure.Line, Color: "#000000", Width: 0.6, X: r.T}
			for _, v := range row {
				l.Y = append(l.Y, contacts[k]-float64(v/largest*apart))
			}
			p.Layers = append(p.Layers, l)
		}
		p.Title = "lines: potentials"
	}
	return &figure.Figure{Panels: []figure.Panel{p}}
}

// even returns the density at evenly spaced depths, and how far they are apart: where those
// of the result are not, in steps of a quarter of the smallest distance, each with the
// density of the nearest.
func (r Laminar) even() (depth []float64, csd [][]float64, step float64) {
	n := len(r.Depth)
	if n == 1 {
		return r.Depth, r.CSD, math.Max(r.Depth[0], 1e-3)
	}
	least, most := math.Inf(1), 0.0
	for k := 1; k < n; k++ {
		d := r.Depth[k] - r.Depth[k-1]
		least, most = math.Min(least, d), math.Max(most, d)
	}
	step = (r.Depth[n-1] - r.Depth[0]) / float64(n-1)
	if most-least < 1e-6*step {
		return r.Depth, r.CSD, step
	}
	count := min(2000, int(4*(r.Depth[n-1]-r.Depth[0])/least)+1)
	step = (r.Depth[n-1] - r.Depth[0]) / float64(count-1)
	at := 0
	for i := range count {
		z := r.Depth[0] + float64(float64(i)*step)
		for at+1 < n && math.Abs(r.Depth[at+1]-z) < math.Abs(r.Depth[at]-z) {
			at++
		}
		depth, csd = append(depth, z), append(csd, r.CSD[at])
	}
	return depth, csd, step
}
