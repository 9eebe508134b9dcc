package plot

import (
	"fmt"
	"math"
	"slices"
	"sort"

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

// TopomapAt draws values at places of electrodes as Topomap does. Each place is x to the
// right, y to the front and z up, in mm or any other unit, as eeg.Channel has it; values,
// in unit, are one for each.
//
// Directions are those from the centre of the sphere that fits the places best; where they
// do not tell one, being few or flat, from the origin. The azimuthal equidistant
// projection is MNE's, with one radius for all sensors instead of the distance of each. It
// is an error when places and values differ in number, when a place has not three finite
// numbers or comes twice, or when fewer than 3 values are finite.
func TopomapAt(places [][]float64, values []float64, unit string) (*Figure, error) {
	return topomapAt("TopomapAt", "electrodes", places, values, unit)
}

// TopomapMEG draws values at places of MEG sensors, as TopomapAt does of electrodes. The
// helmet lies lower on the head than electrodes do: the map covers where its sensors are,
// with the outline of the head in it. Of planar gradiometers, two of which lie at one
// place, it needs one value for both, such as their root mean square.
func TopomapMEG(places [][]float64, values []float64, unit string) (*Figure, error) {
	return topomapAt("TopomapMEG", "sensors", places, values, unit)
}

func topomapAt(call, what string, places [][]float64, values []float64, unit string) (*Figure, error) {
	if len(places) != len(values) {
		return nil, fmt.Errorf("plot: %s: there are %d places and %d values; there must be as many", call, len(places), len(values))
	}
	at, err := directions(call, places)
	if err != nil {
		return nil, err
	}
	p, err := scalp(call, what, at, values, unit, what == "sensors")
	if err != nil {
		return nil, err
	}
	return &Figure{Width: 10, Height: 8.5, Panels: []Panel{p}}, nil
}

// directions returns the directions of places from the centre of their sphere.
func directions(call string, places [][]float64) ([][3]float64, error) {
	at := make([][3]float64, len(places))
	for i, p := range places {
		if len(p) != 3 || !finite(p[0]) || !finite(p[1]) || !finite(p[2]) {
			return nil, fmt.Errorf("plot: %s: places[%d] is %v; three finite numbers are needed", call, i, p)
		}
		copy(at[i][:], p)
		for j := range i {
			if at[j] == at[i] {
				return nil, fmt.Errorf("plot: %s: places[%d] and places[%d] are both %v; there must be one value for a place", call, j, i, p)
			}
		}
	}
	centre := montage.Centre(at)
	for i := range at {
		length := 0.0
		for d := range 3 {
			at[i][d] -= centre[d]
			length = vec.Hypot(length, at[i][d])
		}
		if length == 0 {
			return nil, fmt.Errorf("plot: %s: places[%d] is %v, the centre of the head; it has no direction", call, i, places[i])
		}
		for d := range 3 {
			at[i][d] /= length
		}
	}
	return at, nil
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

// topography returns the panel of a map of electrodes that have names.
func topography(call string, names []string, values []float64, unit string) (Panel, error) {
	if len(names) != len(values) {
		return Panel{}, fmt.Errorf("plot: %s: there are %d names and %d values; there must be as many", call, len(names), len(values))
	}
	at, err := electrodes(call, names)
	if err != nil {
		return Panel{}, err
	}
	return scalp(call, "electrodes", at, values, unit, false)
}

// scalp returns the panel of a map; what are electrodes or sensors. Of a helmet the outline
// of the head lies within.
func scalp(call, what string, all [][3]float64, values []float64, unit string, helmet bool) (Panel, error) {
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
	// Sensors that reach down around the head leave the face free: the map covers where they
	// are, and a little around.
	const low, margin = 1.3, 0.12
	var hull [][2]float64
	if edge > low {
		hull = around(dots.X, dots.Y)
	}
	if helmet {
		edge += margin
	}
	const n = 180
	z := make([][]float64, n)
	largest, negative, positive := 0.0, false, false
	for r := range z {
		z[r] = make([]float64, n)
		for c := range z[r] {
			x, y := edge*(float64(2*c+1)/n-1), edge*(float64(2*r+1)/n-1)
			z[r][c] = math.NaN()
			if float64(x*x)+float64(y*y) <= edge*edge && (hull == nil || outside(hull, x, y) <= margin) {
				z[r][c] = s.At(round(x, y))
				largest = math.Max(largest, math.Abs(z[r][c]))
				negative, positive = negative || z[r][c] < 0, positive || z[r][c] > 0
			}
		}
	}
	p := head(edge)
	if helmet {
		p = head(1)
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -edge-0.02, edge+0.02, -edge-0.02, edge+0.02
	}
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
		p.Title = fmt.Sprintf("without %d of %d %s, whose values are not finite", lost, len(all), what)
	}
	return p, nil
}

// around returns the convex outline of points, counter-clockwise.
func around(x, y []float64) [][2]float64 {
	p := make([][2]float64, len(x))
	for i := range x {
		p[i] = [2]float64{x[i], y[i]}
	}
	sort.Slice(p, func(i, j int) bool { return p[i][0] < p[j][0] || p[i][0] == p[j][0] && p[i][1] < p[j][1] })
	half := func() [][2]float64 {
		var h [][2]float64
		for _, q := range p {
			for len(h) > 1 && turn(h[len(h)-2], h[len(h)-1], q) <= 0 {
				h = h[:len(h)-1]
			}
			h = append(h, q)
		}
		return h[:len(h)-1]
	}
	lower := half()
	slices.Reverse(p)
	return append(lower, half()...)
}

// turn is above 0 where the way from a over b to c turns left.
func turn(a, b, c [2]float64) float64 {
	return float64((b[0]-a[0])*(c[1]-a[1])) - float64((b[1]-a[1])*(c[0]-a[0]))
}

// outside returns how far a point is from a convex outline, 0 within.
func outside(hull [][2]float64, x, y float64) float64 {
	p, within, near := [2]float64{x, y}, true, math.Inf(1)
	for i, a := range hull {
		b := hull[(i+1)%len(hull)]
		within = within && turn(a, b, p) >= 0
		dx, dy := b[0]-a[0], b[1]-a[1]
		along := 0.0
		if l := float64(dx*dx) + float64(dy*dy); l > 0 {
			along = math.Max(0, math.Min(1, (float64((x-a[0])*dx)+float64((y-a[1])*dy))/l))
		}
		near = math.Min(near, vec.Hypot(x-a[0]-float64(along*dx), y-a[1]-float64(along*dy)))
	}
	if within {
		return 0
	}
	return near
}
