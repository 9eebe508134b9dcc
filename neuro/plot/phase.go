package plot

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// PhasePlane draws the plane of a system of two variables,
//
//	dx/dt = f(x, y),  dy/dt = g(x, y),
//
// with both nullclines, on which x or y stands still, and arrows along the
// flow. field returns dx/dt and dy/dt; x0, x1 and y0, y1 are the limits. Only
// the direction of the flow is drawn: where x is a voltage and y a slow
// variable, the lengths differ too much to be seen. Trajectories are added as
// layers:
//
//	f := plot.PhasePlane(field, -2.5, 2.5, -1, 2)
//	f.Panels[0].Layers = append(f.Panels[0].Layers, plot.Layer{Kind: "line", X: v, Y: w, Name: "trajectory"})
//
// For a cell of the catalogue neuron.NewPhasePlane has exact nullclines and the
// fixed points with their stability.
//
// The nullclines are contours at 0 over a grid of 161 by 161 points. PhasePlane
// panics when a limit is not finite or x1, y1 are not above x0, y0. Source of
// the method: FitzHugh 1961, Biophys. J. 1:445.
func PhasePlane(field func(x, y float64) (dx, dy float64), x0, x1, y0, y1 float64) *Figure {
	for _, r := range []struct {
		name   string
		lo, hi float64
	}{{"x", x0, x1}, {"y", y0, y1}} {
		if !(r.hi > r.lo) || !finite(r.lo) || !finite(r.hi) {
			panic(fmt.Errorf("plot: PhasePlane: %s runs from %g to %g; both must be finite, the second one larger", r.name, r.lo, r.hi))
		}
	}
	const n = 161
	place := func(k int, lo, hi float64, n int) float64 { return lo + float64((hi-lo)*float64(k)/float64(n-1)) }
	dx, dy := make([][]float64, n), make([][]float64, n)
	for r := range n {
		dx[r], dy[r] = make([]float64, n), make([]float64, n)
		for c := range n {
			dx[r][c], dy[r][c] = field(place(c, x0, x1, n), place(r, y0, y1, n))
		}
	}
	flow := Layer{Kind: figure.Vectors, Color: "grey"}
	const arrows = 17
	for r := range arrows {
		for c := range arrows {
			x := x0 + float64((x1-x0)*(float64(c)+0.5)/arrows)
			y := y0 + float64((y1-y0)*(float64(r)+0.5)/arrows)
			u, v := field(x, y)
			// One length in units of the panel, so that the slow direction shows.
			u, v = u/(x1-x0), v/(y1-y0)
			if d := math.Sqrt(float64(u*u) + float64(v*v)); d > 0 && finite(d) {
				flow.X, flow.Y = append(flow.X, x), append(flow.Y, y)
				flow.U, flow.V = append(flow.U, u/d*(x1-x0)), append(flow.V, v/d*(y1-y0))
			}
		}
	}
	// The cells of a contour are centred on the places.
	hx, hy := (x1-x0)/float64(2*(n-1)), (y1-y0)/float64(2*(n-1))
	nullcline := func(name, color string, z [][]float64) Layer {
		return Layer{Kind: figure.Contour, Name: name, Z: z, Levels: []float64{0}, X: []float64{x0 - hx, x1 + hx}, Y: []float64{y0 - hy, y1 + hy}, Color: color, Width: 1.5}
	}
	f := single(flow, nullcline("x nullcline", "blue", dx), nullcline("y nullcline", "red", dy))
	p := &f.Panels[0]
	p.X = Axis{Label: "x", Min: x0, Max: x1}
	p.Y = Axis{Label: "y", Min: y0, Max: y1}
	p.Legend = "beside"
	return f
}
