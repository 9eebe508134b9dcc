package signal

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Sources returns the components of signals, s = Unmixing (x - Mean), [component][sample].
// x has the channels of the fit, of any length; other numbers of channels, unequal
// lengths and values that are not finite are errors. Peer: mne ICA.get_sources.
func (f ICAFit) Sources(x [][]float64) ([][]float64, error) {
	if err := f.checkChannels("ICAFit.Sources", x); err != nil {
		return nil, err
	}
	return apply(f.Unmixing, subtract(x, f.Mean)), nil
}

// Remove returns signals without some components, which count from 0:
//
//	x - Σ_k Mixing_k Unmixing_k (x - Mean).
//
// Means, and what the principal components left out, stay. Errors: those of Sources, and a
// component that is not there. Peer: mne ICA.apply with exclude.
func (f ICAFit) Remove(x [][]float64, components ...int) ([][]float64, error) {
	const call = "ICAFit.Remove"
	if err := f.checkChannels(call, x); err != nil {
		return nil, err
	}
	projection, err := f.Projection(components...)
	if err != nil {
		return nil, err
	}
	return addRows(apply(projection, subtract(x, f.Mean)), f.Mean), nil
}

// Projection returns the matrix that takes components out of signals without their means,
// [channel][channel]: 1 - Σ_k Mixing_k Unmixing_k. A component that is not there is an
// error; one that comes twice counts once.
func (f ICAFit) Projection(components ...int) ([][]float64, error) {
	out := make([]bool, len(f.Unmixing))
	for _, k := range components {
		if k < 0 || k >= len(out) {
			return nil, fmt.Errorf("signal: ICAFit.Projection: component %d; there are %d, from 0 on", k, len(out))
		}
		out[k] = true
	}
	p := rows(len(f.Mean), len(f.Mean))
	for c := range p {
		p[c][c] = 1
		for k, gone := range out {
			if gone {
				for d, v := range f.Unmixing[k] {
					p[c][d] -= float64(f.Mixing[c][k] * v)
				}
			}
		}
	}
	return p, nil
}

func (f ICAFit) checkChannels(call string, x [][]float64) error {
	if len(x) != len(f.Mean) {
		return fmt.Errorf("signal: %s: x has %d channels and the fit %d; they must be the same", call, len(x), len(f.Mean))
	}
	return checkSignals(call, "x", x)
}

func subtract(x [][]float64, mean []float64) [][]float64 {
	negative := make([]float64, len(mean))
	for c, v := range mean {
		negative[c] = -v
	}
	out := rows(len(x), len(x[0]))
	for c := range x {
		copy(out[c], x[c])
	}
	return addRows(out, negative)
}

// String says how the fit ended, in a line.
func (f ICAFit) String() string {
	s := fmt.Sprintf("%d components of %d channels by %s, %d iterations on %d samples", len(f.Unmixing), len(f.Mean), f.Method, f.Iterations, f.Samples)
	if !f.Converged {
		s += fmt.Sprintf("; NOT converged: the change was %.2g", f.Change)
	}
	return s
}

// Table returns the components with their shares of the variance and their kurtosis.
func (f ICAFit) Table() table.Table {
	cols := []table.Col{{Name: "component"}, {Name: "share of variance", Unit: "%"}, {Name: "kurtosis"}}
	for k := range f.Share {
		cols[0].Num = append(cols[0].Num, float64(k))
		cols[1].Num = append(cols[1].Num, float64(100*f.Share[k]))
		cols[2].Num = append(cols[2].Num, f.Kurtosis[k])
	}
	return table.Table{Title: f.String(), Cols: cols}
}

// Show shows the table of components.
func (f ICAFit) Show() display.Bundle { return f.Table().Show() }

// Plot returns the figure of the mixing matrix: how much of each component is in each
// channel.
func (f ICAFit) Plot() *figure.Figure {
	n := float64(len(f.Unmixing))
	most := 0.0
	for _, row := range f.Mixing {
		for _, v := range row {
			most = max(most, v, -v)
		}
	}
	p := figure.Panel{
		Title:    f.String(),
		X:        figure.Axis{Label: "component", Min: -0.5, Max: n - 0.5},
		Y:        figure.Axis{Label: "channel", Flip: true, Min: -0.5, Max: float64(len(f.Mean)) - 0.5},
		ColorBar: figure.Axis{Label: "weight", Unit: f.Unit},
		Layers: []figure.Layer{{Kind: figure.Image, Z: f.Mixing, Map: "RdBu_r", Lo: -most, Hi: most,
			X: []float64{-0.5, n - 0.5}, Y: []float64{-0.5, float64(len(f.Mean)) - 0.5}}},
	}
	return &figure.Figure{Panels: []figure.Panel{p}}
}
