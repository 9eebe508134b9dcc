package signal

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Table returns what tells whether the model may be trusted: order, equations for
// each coefficient, largest root, whiteness of the residuals.
func (m *VAR) Table() table.Table {
	t := table.Table{Title: "vector autoregressive model", Cols: []table.Col{{Name: "what"}, {Name: "value"}, {Name: "means"}}}
	add := func(what, value, means string) {
		for i, v := range []string{what, value, means} {
			t.Cols[i].Text = append(t.Cols[i].Text, v)
		}
	}
	n, p := len(m.Sigma), len(m.A)
	add("channels", fmt.Sprint(n), "")
	add("order", fmt.Sprint(p), fmt.Sprintf("%.4g ms", 1000*float64(p)/m.FS))
	add("method", m.Method, map[string]string{"ls": "least squares", "yw": "Yule-Walker", "ns": "Nuttall-Strand", "given": "coefficients were given"}[m.Method])
	if m.Equations > 0 {
		ratio := float64(m.Equations) / float64(n*p+1)
		note := "equations for each coefficient"
		if ratio < 10 {
			note += ": few"
		}
		add("equations", fmt.Sprint(m.Equations), fmt.Sprintf("%.3g %s", ratio, note))
	}
	stable := "stable"
	if !(m.Radius < 1) {
		stable = "NOT stable"
	}
	add("largest root", fmt.Sprintf("%.6g", m.Radius), stable)
	if w := m.Whiteness; w.Lags > 0 {
		note := "residuals are white"
		if w.P < 0.05 {
			note = "residuals are NOT white: the order may be too low"
		}
		add(fmt.Sprintf("portmanteau, %d lags", w.Lags), fmt.Sprintf("%.4g (df %d), p = %.3g", w.Q, w.DF, w.P), note)
	}
	return t
}

// Show shows the table of Table.
func (m *VAR) Show() display.Bundle { return m.Table().Show() }

// PlotOrders returns the figure of the criteria over the orders that were tried,
// each less its smallest value.
func (m *VAR) PlotOrders() *figure.Figure {
	x := make([]float64, len(m.Orders))
	for i, v := range m.Orders {
		x[i] = float64(v.Order)
	}
	p := figure.Panel{X: figure.Axis{Label: "order", Unit: "samples"}, Y: figure.Axis{Label: "criterion less its smallest"}}
	for _, name := range []string{"bic", "hq", "aic"} {
		y := make([]float64, len(m.Orders))
		best := 0.0
		for i, v := range m.Orders {
			y[i] = v.of(name)
			if i == 0 || y[i] < best {
				best = y[i]
			}
		}
		for i := range y {
			y[i] -= best
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, Name: name, X: x, Y: y})
	}
	p.Layers = append(p.Layers, figure.Layer{Kind: figure.VLine, X: []float64{float64(len(m.A))}, Color: "grey", Dash: true})
	return &figure.Figure{Panels: []figure.Panel{p}}
}
