package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/stats"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Informative returns the cells whose P stands at a false discovery rate of q, such as
// 0.05, ascending.
func (r *InformationResult) Informative(q float64) []int {
	var out []int
	_, reject := stats.FDR(r.P, q)
	for i, is := range reject {
		if is {
			out = append(out, i)
		}
	}
	return out
}

// String says what a single cell tells, or how many of several do.
func (r *InformationResult) String() string {
	draws := r.draws()
	if len(r.P) == 1 {
		if math.IsNaN(r.P[0]) {
			return "no spike tells of the features"
		}
		return fmt.Sprintf("%.3g bit per spike, %.3g less the mean of %s (%s), p = %.3g (%s)", r.PerSpike[0], r.Corrected[0],
			spell.Count(draws, "surrogate"), r.Method, r.P[0], spell.Count(r.Spikes[0], "spike"))
	}
	if draws == 0 {
		return fmt.Sprintf("none of %s has a spike that tells of the features", spell.Count(len(r.P), "cell"))
	}
	small := 0
	for _, p := range r.P {
		small += oneIf(p <= 0.05)
	}
	return fmt.Sprintf("%d of %s tell more than %s (%s) with p <= 0.05, %d at a false discovery rate of 0.05", small, spell.Count(len(r.P), "cell"),
		spell.Count(draws, "surrogate"), r.Method, len(r.Informative(0.05)))
}

// draws is how many surrogates each cell has.
func (r *InformationResult) draws() int {
	n := 0
	for _, null := range r.Null {
		n = max(n, len(null))
	}
	return n
}

// Table returns a row for each cell.
func (r *InformationResult) Table() table.Table {
	t := table.Table{Title: r.String(), Cols: []table.Col{{Name: "cell"}, {Name: "spikes"}, {Name: "rate of information", Unit: "bit/s", Num: r.PerSecond},
		{Name: "per spike", Unit: "bit", Num: r.PerSpike}, {Name: "by chance", Unit: "bit", Num: r.Mean}, {Name: "SD", Unit: "bit", Num: r.SD}, {Name: "corrected", Unit: "bit", Num: r.Corrected}, {Name: "p", Num: r.P}}}
	for i, n := range r.Spikes {
		t.Cols[0].Num, t.Cols[1].Num = append(t.Cols[0].Num, float64(i)), append(t.Cols[1].Num, float64(n))
	}
	return t
}

// Plot draws the information of each cell over what 95 % of its surrogates tell, red
// where its p is 0.05 or less; of one cell, the histogram of the surrogates.
func (r *InformationResult) Plot() *figure.Figure {
	if len(r.P) == 1 {
		f := SurrogateResult{Value: r.PerSpike[0], Null: r.Null[0], P: r.P[0], PLower: math.NaN(), Method: r.Method}.Plot()
		p := &f.Panels[0]
		p.Title, p.X.Label, p.X.Unit = r.String(), "information per spike", "bit"
		return f
	}
	chance := figure.Layer{Kind: figure.Errors, Color: "grey", Width: 3, Name: "95 % of surrogates"}
	tell := figure.Layer{Kind: figure.Points, Color: "red", Name: "p <= 0.05"}
	rest := figure.Layer{Kind: figure.Points, Color: "blue", Name: "others"}
	for i, null := range r.Null {
		if len(null) == 0 {
			continue
		}
		at := float64(i)
		chance.X = append(chance.X, at)
		chance.Y, chance.Y2 = append(chance.Y, null[len(null)/40]), append(chance.Y2, null[len(null)-1-len(null)/40])
		l := &rest
		if r.P[i] <= 0.05 {
			l = &tell
		}
		l.X, l.Y = append(l.X, at), append(l.Y, r.PerSpike[i])
	}
	title := r.String()
	if len(chance.X) > 0 {
		title = fmt.Sprintf("%d of %s with p <= 0.05 against %s (%s)", len(tell.X), spell.Count(len(r.P), "cell"), spell.Count(r.draws(), "surrogate"), r.Method)
	}
	return &figure.Figure{Title: title, Width: 16, Height: 8, Panels: []figure.Panel{{
		X: figure.Axis{Label: "cell", Ticks: wholeTicks(len(r.P))}, Y: figure.Axis{Label: "information per spike", Unit: "bit"}, Legend: "beside",
		Layers: []figure.Layer{chance, rest, tell},
	}}}
}

// Show draws the figure over the table.
func (r *InformationResult) Show() display.Bundle {
	if len(r.P) == 1 {
		b := r.Plot().Show()
		b.Data[display.TypeText] = r.String()
		return b
	}
	return figure.Over(r.Plot(), "information of cells and of surrogates", r.Table().Show())
}
