package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// DDMTrials are simulated trials of a drift-diffusion model.
type DDMTrials struct {
	Model DDM
	RT    []float64   `unit:"s"` // response times, s; NaN for a trial that had not ended after 1000 s
	Upper []bool      // whether the upper boundary was reached
	Paths [][]float64 // evidence at T0, T0+Dt, ... up to a boundary, of the first trials
	Dt    float64     `unit:"s"` // s
}

// mostPaths is how many paths are kept: more than a figure can show.
const mostPaths = 50

// Simulate returns n trials of the model with time steps dt, s, and keeps the
// evidence over time of the first 50. Between two steps the path is a Brownian
// bridge, which crosses a boundary at a distance p before and q after the step
// with probability exp(-2pq/(S² dt)): that is drawn too, so that choices and
// times do not depend on dt but for the moment within the step.
//
// Parameters that Check refuses, n outside 1 to 10 million and dt not above 0
// are errors. Source: Lánský and Lánská 1994, for the bridge. Checked against
// PUpper and LogPDF.
func (d DDM) Simulate(n int, dt float64, seed uint64) (*DDMTrials, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	if n < 1 || n > 10_000_000 {
		return nil, fmt.Errorf("behavior: DDM.Simulate: n is %d trials; allowed are 1 to 10 million", n)
	}
	if !(dt > 0) || math.IsInf(dt, 0) {
		return nil, fmt.Errorf("behavior: DDM.Simulate: dt is %g s; it must be above 0, such as 0.001", dt)
	}
	r := &DDMTrials{Model: d, RT: make([]float64, n), Upper: make([]bool, n), Dt: dt}
	task := display.Start("behavior.DDM.Simulate", "trials", n)
	defer task.End()
	root, variance := float64(d.S*math.Sqrt(dt)), float64(d.S*d.S*dt)
	for i := range n {
		if i%64 == 0 {
			if task.Set(i); task.Err() != nil {
				return nil, fmt.Errorf("behavior: DDM.Simulate: %w", task.Err())
			}
		}
		s := rng.New(seed, uint64(i))
		v, z, t0 := d.V, d.Z, d.T0
		if d.varies() {
			v += float64(d.SV * s.Norm())
			z += float64(d.SZ * (float64(s.Float64()) - 0.5))
			t0 += float64(d.ST0 * (float64(s.Float64()) - 0.5))
		}
		x := float64(z * d.A)
		path := []float64{x}
		r.RT[i] = math.NaN()
		for k := 1; float64(k)*dt < 1000; k++ {
			before := x
			x += float64(v*dt) + float64(root*s.Norm())
			up := x >= d.A || s.Float64() < vec.Exp(-2*(d.A-before)*(d.A-x)/variance)
			down := x <= 0 || s.Float64() < vec.Exp(-2*before*x/variance)
			if up || down {
				// Both within one step: the one that the path is nearer to.
				r.Upper[i] = up && (!down || x > d.A/2)
				r.RT[i] = t0 + float64((float64(k)-0.5)*dt)
				x = 0
				if r.Upper[i] {
					x = d.A
				}
			}
			if i < mostPaths {
				path = append(path, x)
			}
			if up || down {
				break
			}
		}
		if i < mostPaths {
			r.Paths = append(r.Paths, path)
		}
	}
	return r, nil
}

// Plot returns the figure of the paths between the boundaries, with the
// histogram of response times and the model's density above the upper boundary
// and, downward, below the lower one.
func (r *DDMTrials) Plot() *figure.Figure {
	d := r.Model
	var times [2][]float64
	end := d.T0
	for i, t := range r.RT {
		if math.IsNaN(t) {
			continue
		}
		k := 1
		if r.Upper[i] {
			k = 0
		}
		times[k] = append(times[k], t)
		end = math.Max(end, t)
	}
	axis := figure.Axis{Label: "time", Unit: "s", Min: 0, Max: end}
	const bins = 40
	width := end / bins
	var density [2]figure.Panel
	for k, name := range []string{"upper", "lower"} {
		color := []string{"blue", "red"}[k]
		edges, y := make([]float64, bins+1), make([]float64, bins)
		for i := range edges {
			edges[i] = float64(i) * width
		}
		for _, t := range times[k] {
			y[min(int(t/width), bins-1)] += 1 / (float64(len(r.RT)) * width)
		}
		model := figure.Layer{Kind: figure.Line, Color: "black"}
		for i := range 300 {
			t := end * float64(i) / 299
			model.X, model.Y = append(model.X, t), append(model.Y, vec.Exp(d.LogPDF(t, k == 0)))
		}
		density[k] = figure.Panel{
			X: axis, Y: figure.Axis{Label: name, Unit: "1/s", Flip: k == 1},
			Layers: []figure.Layer{{Kind: figure.Bars, X: edges, Y: y, Color: color, Alpha: 0.4}, model},
		}
	}
	paths := figure.Panel{X: axis, Y: figure.Axis{Label: "evidence", Min: -0.04 * d.A, Max: 1.04 * d.A}}
	for i, p := range r.Paths {
		color := "red"
		if r.Upper[i] {
			color = "blue"
		}
		l := figure.Layer{Kind: figure.Line, Color: color, Width: 0.5, Alpha: 0.5, Y: p}
		for k := range p {
			l.X = append(l.X, d.T0+float64(float64(k)*r.Dt))
		}
		paths.Layers = append(paths.Layers, l)
	}
	paths.Layers = append(paths.Layers, figure.Layer{Kind: figure.HLine, Y: []float64{0, d.A}, Color: "black", Width: 1})
	upper := 0.0
	if len(r.RT) > 0 {
		upper = float64(len(times[0])) / float64(len(r.RT))
	}
	return &figure.Figure{
		Title: fmt.Sprintf("%d trials, %.1f%% upper (model %.1f%%)", len(r.RT), 100*upper, 100*d.PUpper()),
		Width: 14, Height: 12, ShareX: true, Heights: []float64{1, 1.6, 1},
		Panels: []figure.Panel{density[0], paths, density[1]},
	}
}

// Show draws the figure of Plot.
func (r *DDMTrials) Show() display.Bundle { return r.Plot().Show() }
