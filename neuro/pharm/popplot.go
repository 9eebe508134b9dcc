package pharm

import (
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// Show shows the table of parameters and, below it, the goodness of fit.
func (f *PopulationFit) Show() display.Bundle {
	return figure.Under(f.Plot(), "goodness of fit of a population", f.Table().Show())
}

// Plot draws the goodness of fit: observed against predicted concentrations, of the
// population and of each subject, and conditional weighted residuals over time and
// over predictions.
func (f *PopulationFit) Plot() *figure.Figure {
	get := func(name string) []float64 {
		c, err := f.Residuals.Col(name)
		if err != nil {
			panic(err)
		}
		return c.Num
	}
	obs, pred, ipred, at, cwres := get("concentration"), get("PRED"), get("IPRED"), get("time"), get("CWRES")
	top := math.Max(most(obs), math.Max(most(pred), most(ipred)))
	observed := func(title, label string, x []float64) figure.Panel {
		return figure.Panel{
			Title: title, X: figure.Axis{Label: label, Unit: f.CUnit}, Y: figure.Axis{Label: "observed", Unit: f.CUnit},
			Layers: []figure.Layer{
				{Kind: figure.Line, X: []float64{0, top}, Y: []float64{0, top}, Color: "grey"},
				{Kind: figure.Points, X: x, Y: obs, Color: "blue", Size: 3, Alpha: 0.7},
			},
		}
	}
	residual := func(label, unit string, x []float64) figure.Panel {
		tx, ty := trend(x, cwres)
		return figure.Panel{
			X: figure.Axis{Label: label, Unit: unit}, Y: figure.Axis{Label: "CWRES"},
			Layers: []figure.Layer{
				{Kind: figure.HSpan, Y: []float64{-1.96, 1.96}, Color: "grey"},
				{Kind: figure.HLine, Y: []float64{0}, Color: "grey"},
				{Kind: figure.Points, X: x, Y: cwres, Color: "blue", Size: 3, Alpha: 0.7},
				{Kind: figure.Line, X: tx, Y: ty, Color: "orange"},
			},
		}
	}
	return &figure.Figure{Width: 17, Height: 13, Cols: 2, Panels: []figure.Panel{
		observed("population", "PRED", pred), observed("subjects", "IPRED", ipred),
		residual("time", f.TUnit, at), residual("PRED", f.CUnit, pred),
	}}
}

// trend returns medians of y in up to eight groups of x of equal size.
func trend(x, y []float64) (tx, ty []float64) {
	var order []int
	for i := range x {
		if !math.IsNaN(y[i]) {
			order = append(order, i)
		}
	}
	sort.SliceStable(order, func(a, b int) bool { return x[order[a]] < x[order[b]] })
	groups := min(8, len(order)/5)
	for g := range groups {
		var xs, ys []float64
		for _, i := range order[g*len(order)/groups : (g+1)*len(order)/groups] {
			xs, ys = append(xs, x[i]), append(ys, y[i])
		}
		tx, ty = append(tx, quantile(xs, 0.5)), append(ty, quantile(ys, 0.5))
	}
	return tx, ty
}

// quantile is that of type 7: R's and NumPy's. It sorts v.
func quantile(v []float64, p float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	sort.Float64s(v)
	at := float64(p * float64(len(v)-1))
	k := min(int(at), len(v)-1)
	next := min(k+1, len(v)-1)
	return v[k] + float64((at-float64(k))*(v[next]-v[k]))
}

// PlotIndividuals draws each subject's samples with the subject's own curve and, in
// dashes, the population's. It draws the first subjects up to most, all for 0.
func (f *PopulationFit) PlotIndividuals(most int) *figure.Figure {
	count := len(f.Subjects)
	if most > 0 {
		count = min(count, most)
	}
	cols := int(math.Ceil(math.Sqrt(float64(count))))
	r := &figure.Figure{Width: 17, Height: float64(3.8*math.Ceil(float64(count)/float64(cols))) + 1, Cols: cols, ShareX: true, ShareY: true}
	r.Title = "each subject's curve, and the population's (dashed)"
	l := layoutOf(f.Typical)
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, s := range f.Subjects[:count] {
		for _, t := range s.T {
			lo, hi = math.Min(lo, t), math.Max(hi, t)
		}
		for _, d := range s.Doses {
			lo = math.Min(lo, d.Time)
		}
	}
	for i, s := range f.Subjects[:count] {
		var t []float64
		for k := range 201 {
			t = append(t, lo+float64((hi-lo)*float64(k))/200)
		}
		t = append(t, s.T...) // the peaks are often at samples
		sort.Float64s(t)
		z := f.center(s)
		typical := l.fromLog(z)
		var single Compartments
		for k, field := range l.fields(&single) {
			*field = f.Individual[i][k]
		}
		a, errA := single.Concentration(t, s.Doses...)
		b, errB := typical.Concentration(t, s.Doses...)
		if errA != nil || errB != nil {
			continue
		}
		r.Panels = append(r.Panels, figure.Panel{
			Title: "subject " + s.ID, X: figure.Axis{Label: "time", Unit: f.TUnit, Min: lo - float64(0.02*(hi-lo)), Max: hi + float64(0.04*(hi-lo))}, Y: figure.Axis{Label: "concentration", Unit: f.CUnit},
			Layers: []figure.Layer{
				{Kind: figure.Line, X: t, Y: a.C, Color: "blue"},
				{Kind: figure.Line, X: t, Y: b.C, Color: "orange", Dash: true},
				{Kind: figure.Points, X: s.T, Y: s.C, Color: "black", Size: 3},
			},
		})
	}
	return r
}
