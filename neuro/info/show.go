package info

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Plot returns the histogram of the estimate over surrogates, with a line where the data are.
func (t Test) Plot() *figure.Figure {
	p := figure.Panel{Title: t.String(), X: figure.Axis{Label: "information", Unit: "nat"}, Y: figure.Axis{Label: "surrogates"}, Legend: "beside"}
	finite := math.Abs(t.Value) < math.MaxFloat64/4
	for _, v := range t.Null {
		finite = finite && math.Abs(v) < math.MaxFloat64/4
	}
	if n := len(t.Null); n > 0 && finite {
		lo, hi := t.Null[0], t.Null[n-1]
		if !(hi > lo) {
			lo, hi = lo-0.5, lo+0.5
		}
		bins := min(40, 5+n/20)
		bar := figure.Layer{Kind: figure.Bars, X: make([]float64, bins+1), Y: make([]float64, bins), Color: "grey", Name: "surrogates"}
		width := (hi - lo) / float64(bins)
		for i := range bar.X {
			bar.X[i] = lo + float64(float64(i)*width)
		}
		for _, v := range t.Null {
			bar.Y[max(0, min(bins-1, int((v-lo)/width)))]++
		}
		p.Layers = append(p.Layers, bar)
		// The line within the axes.
		lo, hi = math.Min(lo, t.Value), math.Max(hi, t.Value)
		room := float64((hi - lo) * 0.05)
		p.X.Min, p.X.Max = lo-room, hi+room
	}
	p.Layers = append(p.Layers, figure.Layer{Kind: figure.VLine, X: []float64{t.Value}, Color: "red", Width: 1.6, Name: "data"})
	return &figure.Figure{Panels: []figure.Panel{p}}
}

// Table returns a row: the estimate, mean and standard deviation of the surrogates, the estimate
// less their mean, and P.
func (t Test) Table() table.Table {
	one := func(name, unit string, v float64) table.Col {
		return table.Col{Name: name, Unit: unit, Num: []float64{v}}
	}
	return table.Table{Title: t.String(), Cols: []table.Col{one("information", "nat", t.Value), one("by chance", "nat", t.Mean), one("SD", "nat", t.SD),
		one("corrected", "nat", t.Corrected), one("p", "", t.P), one("surrogates", "", float64(len(t.Null)))}}
}

// Show draws the figure of Plot; as text it is String.
func (t Test) Show() display.Bundle {
	b := t.Plot().Show()
	b.Data[display.TypeText] = t.String()
	return b
}
