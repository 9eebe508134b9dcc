package plot

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/montage"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Topomap draws values at electrodes as a map of the head seen from above, nose
// up. names are those of the 10-20, 10-10 and 10-05 systems, such as "Fz", "T7"
// or "PO9h"; values, in unit, are one for each. Between the electrodes the map is
// a spherical spline (Perrin et al. 1989), drawn in the azimuthal equidistant
// projection, in which the head's outline is the line through Fpz, T7, Oz and
// T8. Dots are the electrodes, lines are contours.
//
// Electrodes that are not finite are left out, with a note. It is an error when
// names and values differ in number, when a name is not of the system or comes
// twice, or when fewer than 3 electrodes are left. Checked against the spline
// of MNE-Python.
func Topomap(names []string, values []float64, unit string) (*Figure, error) {
	p, err := topography("Topomap", names, values, unit)
	if err != nil {
		return nil, err
	}
	return &Figure{Width: 10, Height: 8.5, Panels: []Panel{p}}, nil
}

// Electrode returns where an electrode of the 10-05 system is on a head of
// radius 1: x to the right, y to the front, z up. An unknown name is an error.
func Electrode(name string) (x, y, z float64, err error) {
	at, err := electrodes("Electrode", []string{name})
	if err != nil {
		return 0, 0, 0, err
	}
	return at[0][0], at[0][1], at[0][2], nil
}

// Electrodes draws where electrodes of the 10-05 system are, with their names.
// Unknown names are an error.
func Electrodes(names []string) (*Figure, error) {
	at, err := electrodes("Electrodes", names)
	if err != nil {
		return nil, err
	}
	p := head(1)
	dots := Layer{Kind: figure.Points, Color: "black", Size: 3}
	for i, c := range at {
		x, y := flat(c)
		dots.X, dots.Y = append(dots.X, x), append(dots.Y, y)
		p.Layers = append(p.Layers, Layer{Kind: figure.Note, X: []float64{x + 0.02}, Y: []float64{y + 0.02}, Text: names[i], Size: 6})
	}
	p.Layers = append(p.Layers, dots)
	return &Figure{Width: 10, Height: 10, Panels: []Panel{p}}, nil
}

func electrodes(call string, names []string) ([][3]float64, error) {
	seen := map[string]bool{}
	var at [][3]float64
	for i, name := range names {
		p, ok := montage.Place(name)
		if !ok {
			return nil, fmt.Errorf("plot: %s: names[%d] is %q, which is not an electrode of the 10-05 system; names are such as Fz, T7, Cz or PO9h", call, i, name)
		}
		if key := fmt.Sprint(p); seen[key] {
			return nil, fmt.Errorf("plot: %s: names[%d] is %q, which is there already", call, i, name)
		} else {
			seen[key] = true
		}
		at = append(at, p)
	}
	return at, nil
}

// outline is the angle from the vertex to the line through Fpz, T7, Oz and T8,
// 72°: four tenths of half a turn.
const outline = 0.4 * math.Pi

// flat returns the place of a point of the sphere in the azimuthal equidistant
// projection from above; the outline of the head is at 1.
func flat(p [3]float64) (x, y float64) {
	across := vec.Hypot(p[0], p[1])
	if across == 0 {
		return 0, 0
	}
	r := vec.Atan2(across, p[2]) / outline
	return r * p[0] / across, r * p[1] / across
}

// round is its inverse.
func round(x, y float64) [3]float64 {
	r := vec.Hypot(x, y)
	if r == 0 {
		return [3]float64{0, 0, 1}
	}
	s, c := vec.Sincos(float64(r * outline))
	return [3]float64{s * x / r, s * y / r, c}
}

// head returns a panel with the outline of a head of radius r, seen on a map
// and beside it in both themes.
func head(r float64) Panel {
	circle := func(cx, cy, rx, ry, from, to float64) (x, y []float64) {
		const n = 120
		for k := range n + 1 {
			s, c := vec.Sincos(from + float64((to-from)*float64(k)/n))
			x, y = append(x, cx+float64(rx*c)), append(y, cy+float64(ry*s))
		}
		return x, y
	}
	line := func(x, y []float64) Layer {
		return Layer{Kind: figure.Line, X: x, Y: y, Color: "grey", Width: 2}
	}
	p := Panel{
		X: Axis{Min: -r - 0.2, Max: r + 0.2, Hide: true}, Y: Axis{Min: -r - 0.1, Max: r + 0.25, Hide: true},
		Square: true, Bare: true, Legend: "off",
	}
	x, y := circle(0, 0, r, r, 0, 2*math.Pi)
	p.Layers = append(p.Layers, line(x, y), line([]float64{-0.16, 0, 0.16}, []float64{r - 0.013, r + 0.16, r - 0.013}))
	x, y = circle(-r-0.02, 0, 0.09, 0.25, 0.55*math.Pi, 1.45*math.Pi)
	p.Layers = append(p.Layers, line(x, y))
	x, y = circle(r+0.02, 0, 0.09, 0.25, -0.45*math.Pi, 0.45*math.Pi)
	p.Layers = append(p.Layers, line(x, y))
	return p
}

// topography returns the panel of a map.
func topography(call string, names []string, values []float64, unit string) (Panel, error) {
	if len(names) != len(values) {
		return Panel{}, fmt.Errorf("plot: %s: there are %d names and %d values; there must be as many", call, len(names), len(values))
	}
	all, err := electrodes(call, names)
	if err != nil {
		return Panel{}, err
	}
	var at [][3]float64
	var v []float64
	for i, p := range all {
		if finite(values[i]) {
			at, v = append(at, p), append(v, values[i])
		}
	}
	s, err := montage.NewSpline(at, v, 1e-5)
	if err != nil {
		return Panel{}, fmt.Errorf("plot: %s: %w", call, err)
	}
	edge := 1.0
	dots := Layer{Kind: figure.Points, Color: "#000000", Size: 2.5}
	for _, p := range at {
		x, y := flat(p)
		dots.X, dots.Y = append(dots.X, x), append(dots.Y, y)
		edge = math.Max(edge, vec.Hypot(x, y)+0.05)
	}
	const n = 180
	z := make([][]float64, n)
	largest, negative, positive := 0.0, false, false
	for r := range z {
		z[r] = make([]float64, n)
		for c := range z[r] {
			x, y := edge*(float64(2*c+1)/n-1), edge*(float64(2*r+1)/n-1)
			z[r][c] = math.NaN()
			if float64(x*x)+float64(y*y) <= edge*edge {
				z[r][c] = s.At(round(x, y))
				largest = math.Max(largest, math.Abs(z[r][c]))
				negative, positive = negative || z[r][c] < 0, positive || z[r][c] > 0
			}
		}
	}
	p := head(edge)
	square := []float64{-edge, edge}
	image := Layer{Kind: figure.Image, Z: z, X: square, Y: square, Map: "viridis"}
	if negative && positive {
		image.Map, image.Lo, image.Hi = "RdBu_r", -largest, largest
	}
	p.Layers = append([]Layer{image, {Kind: figure.Contour, Z: z, X: square, Y: square, Color: "#000000", Width: 0.4, Alpha: 0.5}}, p.Layers...)
	p.Layers = append(p.Layers, dots)
	p.ColorBar = Axis{Label: "amplitude", Unit: unit}
	if unit == "" {
		p.ColorBar.Label = "value"
	}
	if lost := len(all) - len(at); lost > 0 {
		p.Title = fmt.Sprintf("without %d of %d electrodes, whose values are not finite", lost, len(all))
	}
	return p, nil
}
