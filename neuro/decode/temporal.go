package decode

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// Generalisation says how well a model that was trained at one time decodes at
// others.
type Generalisation struct {
	// Accuracy is [time of training][time of test], the mean over folds.
	Accuracy [][]float64
	Time     []float64 // of each step; set it for the axes, 0, 1, ... as it comes
	Unit     string    // of Time, such as "ms"
	Chance   float64   // accuracy of always naming the most frequent class
	Method   string    // how the samples were divided
	Samples  int
}

// Generalise trains a model at each time of a trial and tests it at all times, in
// the folds of s: what is on the diagonal only passes, what generalises lasts.
//
// x is [sample][feature][time], such as trials of channels or of neurons, y the
// label of each sample. A sample is never on both sides, at whatever times.
//
// Samples with unequal numbers of features or times, and the errors of [Validate]
// are errors. Source: King and Dehaene 2014, Trends Cogn. Sci. 18:203. It is the
// definition of MNE's GeneralizingEstimator with cross_val_multiscore.
func Generalise(m Model, x [][][]float64, y []int, s Split) (*Generalisation, error) {
	const caller = "Generalise"
	if m == nil {
		return nil, noModel(caller)
	}
	if len(x) != len(y) || len(x) == 0 || len(x[0]) == 0 || len(x[0][0]) == 0 {
		return nil, fmt.Errorf("decode: %s: x has %d samples and y %d; there must be as many, 1 or more, of 1 feature and time or more", caller, len(x), len(y))
	}
	n, d, times := len(x), len(x[0]), len(x[0][0])
	for i, sample := range x {
		if len(sample) != d {
			return nil, fmt.Errorf("decode: %s: x[%d] has %d features and x[0] has %d, all samples must have the same number", caller, i, len(sample), d)
		}
		for j, series := range sample {
			if len(series) != times {
				return nil, fmt.Errorf("decode: %s: x[%d][%d] has %d times and x[0][0] has %d, all must have the same number", caller, i, j, len(series), times)
			}
			for t, v := range series {
				if !(math.Abs(v) <= 1e100) {
					return nil, fmt.Errorf("decode: %s: x[%d][%d][%d] is %g, values must be finite and at most 1e100 in size", caller, i, j, t, v)
				}
			}
		}
	}
	p, err := s.plan(caller, y, 0)
	if err != nil {
		return nil, err
	}
	provenance.Random("decode."+caller, s.Seed)
	g := &Generalisation{Accuracy: make([][]float64, times), Time: make([]float64, times), Chance: majority(y), Method: p.method, Samples: n}
	for t := range g.Accuracy {
		g.Accuracy[t], g.Time[t] = make([]float64, times), float64(t)
	}
	task := display.Start("decode."+caller, "models", p.folds*times)
	defer task.End()
	at := func(i, t int) []float64 {
		row := make([]float64, d)
		for j := range row {
			row[j] = x[i][j][t]
		}
		return row
	}
	for f := range p.folds {
		train, test := p.parts(f)
		for t := range times {
			if task.Add(1); task.Err() != nil {
				return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
			}
			j := job{inner: p.split}
			j.inner.Group = nil
			for _, i := range train {
				j.x, j.y = append(j.x, at(i, t)), append(j.y, y[i])
				if p.split.Group != nil {
					j.inner.Group = append(j.inner.Group, p.split.Group[i])
				}
			}
			for u := range times {
				for _, i := range test {
					j.test = append(j.test, at(i, u))
				}
			}
			r, err := j.run(m)
			if err == nil && len(r.predicted) != len(j.test) {
				err = fmt.Errorf("the model predicted %d labels for %d samples, it must predict one for each", len(r.predicted), len(j.test))
			}
			if err != nil {
				return nil, fmt.Errorf("decode: %s: fold %d of %d, trained at time %d: %w", caller, f+1, p.folds, t, err)
			}
			for u := range times {
				right := 0
				for k, i := range test {
					if r.predicted[u*len(test)+k] == y[i] {
						right++
					}
				}
				g.Accuracy[t][u] += float64(right) / float64(len(test)) / float64(p.folds)
			}
		}
	}
	return g, nil
}

// Diagonal returns the accuracy of models tested at the time of their training.
func (g *Generalisation) Diagonal() []float64 {
	out := make([]float64, len(g.Accuracy))
	for t, row := range g.Accuracy {
		out[t] = row[t]
	}
	return out
}

// String says the best accuracy and how it was validated.
func (g *Generalisation) String() string {
	best := 0
	d := g.Diagonal()
	for t, a := range d {
		if a > d[best] {
			best = t
		}
	}
	if len(d) == 0 {
		return "temporal generalisation of nothing"
	}
	unit := ""
	if g.Unit != "" {
		unit = " " + g.Unit
	}
	return fmt.Sprintf("temporal generalisation: accuracy up to %.3f at %.4g%s (%s), chance %.3f", d[best], g.Time[best], unit, g.Method, g.Chance)
}

// Plot draws the accuracy over both times, and that of the diagonal.
func (g *Generalisation) Plot() *figure.Figure {
	n := len(g.Accuracy)
	edge := []float64{-0.5, float64(n) - 0.5}
	if n > 1 {
		half := float64((g.Time[n-1] - g.Time[0]) / float64(n-1) / 2)
		edge = []float64{g.Time[0] - half, g.Time[n-1] + half}
	}
	far := 0.0
	for _, row := range g.Accuracy {
		for _, a := range row {
			far = math.Max(far, math.Abs(a-g.Chance))
		}
	}
	far = math.Max(far, 1e-3)
	d := g.Diagonal()
	return &figure.Figure{Title: g.String(), Width: 20, Height: 9, Cols: 2, Panels: []figure.Panel{
		{
			X: figure.Axis{Label: "time of test", Unit: g.Unit, Min: edge[0], Max: edge[1]}, Y: figure.Axis{Label: "time of training", Unit: g.Unit, Min: edge[0], Max: edge[1]},
			Square: true, ColorBar: figure.Axis{Label: "accuracy"},
			Layers: []figure.Layer{
				{Kind: figure.Image, X: edge, Y: edge, Z: g.Accuracy, Map: "RdBu_r", Lo: g.Chance - far, Hi: g.Chance + far},
				{Kind: figure.Line, X: edge, Y: edge, Color: "grey", Dash: true},
			},
		},
		{
			X: figure.Axis{Label: "time", Unit: g.Unit, Min: edge[0], Max: edge[1]}, Y: figure.Axis{Label: "accuracy", Max: 1},
			Layers: []figure.Layer{
				{Kind: figure.Line, Name: "trained and tested at the same time", X: g.Time, Y: d, Color: "blue"},
				{Kind: figure.HLine, Name: "chance", Y: []float64{g.Chance}, Color: "black", Dash: true},
			},
		},
	}}
}

// Show draws the figure; its text is String.
func (g *Generalisation) Show() display.Bundle {
	b := g.Plot().Show()
	b.Data[display.TypeText] = g.String()
	return b
}
