package plot

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Connectivity draws a matrix of weights as coloured cells: w[i][j] is the
// weight from i, in row i from the top, to j, in column j. Colours are
// symmetric about 0 when there are weights of both signs; NaN is left out.
// names labels rows and columns, at most 30 of them; nil numbers them. It
// panics when w is not square or names are not as many.
func Connectivity(w [][]float64, names []string) *Figure {
	checkSquare("Connectivity", w, names)
	f := single(Layer{Kind: figure.Image, Z: w})
	p := &f.Panels[0]
	p.Square = true
	p.X, p.Y = Axis{Label: "to"}, Axis{Label: "from", Flip: true}
	p.ColorBar = Axis{Label: "weight"}
	if n := len(w); names != nil && n <= 30 {
		ticks := make([]float64, n)
		for i := range ticks {
			ticks[i] = float64(i)
		}
		p.X.Ticks, p.Y.Ticks, p.X.Names, p.Y.Names = ticks, ticks, names, names
	}
	f.Width, f.Height = 12, 10
	return f
}

func checkSquare(call string, w [][]float64, names []string) {
	for i, row := range w {
		if len(row) != len(w) {
			panic(fmt.Errorf("plot: %s: w has %d rows and row %d has %d values; it must be square", call, len(w), i, len(row)))
		}
	}
	if names != nil && len(names) != len(w) {
		panic(fmt.Errorf("plot: %s: w has %d rows and there are %d names; there must be as many", call, len(w), len(names)))
	}
}

// Network draws a graph with its nodes on a circle: for every weight w[i][j]
// that is not 0 an arrow from node i to node j, red above 0 and blue below, the
// wider the larger. Of two nodes that are connected both ways both arrows are
// seen, for they bend apart. Weights of a symmetric matrix are drawn once,
// without heads; those from a node to itself are left out. The first node is on
// top, the others follow clockwise. names labels the nodes; nil numbers them.
// It panics when w is not square or names are not as many.
func Network(w [][]float64, names []string) *Figure {
	checkSquare("Network", w, names)
	n := len(w)
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		y[i], x[i] = vec.Cos(2*math.Pi*float64(i)/float64(n)), vec.Sin(2*math.Pi*float64(i)/float64(n))
	}
	symmetric, largest := true, 0.0
	for i := range w {
		for j := range w {
			if i != j && finite(w[i][j]) {
				largest = math.Max(largest, math.Abs(w[i][j]))
			}
			symmetric = symmetric && w[i][j] == w[j][i]
		}
	}
	// One layer for each sign and width.
	const widths = 4
	size := math.Max(4, math.Min(12, float64(200/float64(n+1))))
	var lines, heads [2 * widths]Layer
	for i := range w {
		for j := range w {
			v := w[i][j]
			if i == j || v == 0 || !finite(v) || symmetric && j < i {
				continue
			}
			k := min(int(math.Abs(v)/largest*widths), widths-1)
			if v < 0 {
				k += widths
			}
			bend(&lines[k], &heads[k], x[i], y[i], x[j], y[j], symmetric, float64(0.011*size))
		}
	}
	var layers []Layer
	for k := range lines {
		color, name := "red", "positive"
		if k >= widths {
			color, name = "blue", "negative"
		}
		if len(lines[k].X) == 0 {
			continue
		}
		for wider := k + 1; wider%widths != 0; wider++ { // the legend shows the widest of a sign
			if len(lines[wider].X) > 0 {
				name = ""
			}
		}
		l := &lines[k]
		l.Kind, l.Color, l.Name, l.Width, l.Alpha = figure.Line, color, name, 0.5+float64(0.7*float64(k%widths)), 0.8
		layers = append(layers, *l)
		if !symmetric {
			heads[k].Kind, heads[k].Color, heads[k].Alpha, heads[k].Width = figure.Polygon, color, 1, 0.3
			layers = append(layers, heads[k])
		}
	}
	layers = append(layers, Layer{Kind: figure.Points, X: x, Y: y, Color: "black", Size: size})
	longest := 0
	for i := range x {
		name := fmt.Sprint(i)
		if names != nil {
			name = names[i]
		}
		longest = max(longest, len([]rune(name)))
		layers = append(layers, Layer{Kind: figure.Note, X: []float64{float64(1.10 * x[i])}, Y: []float64{float64(1.12*y[i]) - 0.03}, Text: name, Align: 0.5 - float64(0.499*x[i])})
	}
	f := single(layers...)
	p := &f.Panels[0]
	p.Bare, p.Square, p.Legend = true, true, "beside"
	side := math.Max(1.45, 1.15+float64(0.06*float64(longest))) // with room for the names
	p.X, p.Y = Axis{Min: -side, Max: side, Hide: true}, Axis{Min: -1.25, Max: 1.25, Hide: true}
	f.Width, f.Height = 13, 10
	return f
}

// bend adds a curve from one place to another to line, and the head of its
// arrow to head; short keeps it off the nodes.
func bend(line, head *Layer, x0, y0, x1, y1 float64, straight bool, short float64) {
	dx, dy := x1-x0, y1-y0
	d := math.Sqrt(float64(dx*dx) + float64(dy*dy))
	// The middle of a quadratic curve, to the left of the way.
	cx, cy := float64((x0+x1)/2)-float64(0.12*dy), float64((y0+y1)/2)+float64(0.12*dx)
	if straight {
		cx, cy = (x0+x1)/2, (y0+y1)/2
	}
	at := func(t float64) (float64, float64) {
		a, b, c := (1-t)*(1-t), 2*t*(1-t), t*t
		return float64(a*x0) + float64(b*cx) + float64(c*x1), float64(a*y0) + float64(b*cy) + float64(c*y1)
	}
	from, to := short/d, 1-short/d
	const pieces = 24
	for k := range pieces + 1 {
		px, py := at(from + float64((to-from)*float64(k)/pieces))
		line.X, line.Y = append(line.X, px), append(line.Y, py)
	}
	line.X, line.Y = append(line.X, math.NaN()), append(line.Y, math.NaN())
	tx, ty := at(to)
	bx, by := at(to - float64(0.09/d))
	ux, uy := float64(0.35*(tx-bx)), float64(0.35*(ty-by))
	head.X = append(head.X, tx, bx-uy, bx+uy, math.NaN())
	head.Y = append(head.Y, ty, by+ux, by-ux, math.NaN())
}

// Weights draws how the distribution of synaptic weights changes: the density
// of weights in colour over time, and their mean as a line. w[k] holds the
// weights at time t[k], in ms; times ascend and are evenly spaced. bins is the
// number of bins between the smallest and the largest weight, 0 for 40. It
// panics when t and w differ in length, bins are not 0 to 1000, or weights are so
// far apart that their difference is infinite.
func Weights(t []float64, w [][]float64, bins int) *Figure {
	if len(t) != len(w) {
		panic(fmt.Errorf("plot: Weights: t has %d values and w has %d; there must be as many of each", len(t), len(w)))
	}
	if bins == 0 {
		bins = 40
	}
	if bins < 1 || bins > mostBins {
		panic(fmt.Errorf("plot: Weights: bins is %d; allowed are 1 to %d, or 0 for 40", bins, mostBins))
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, row := range w {
		for _, v := range row {
			if finite(v) {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
	}
	f := single()
	p := &f.Panels[0]
	p.X, p.Y, p.ColorBar = Axis{Label: "time", Unit: "ms"}, Axis{Label: "weight"}, Axis{Label: "share of synapses"}
	if len(t) == 0 || lo > hi {
		return f
	}
	if lo == hi {
		lo, hi = lo-0.5, hi+0.5
	}
	if !finite(hi - lo) {
		panic(fmt.Errorf("plot: Weights: w reaches from %g to %g; the difference must be finite", lo, hi))
	}
	z := make([][]float64, bins)
	for r := range z {
		z[r] = make([]float64, len(t))
	}
	mean := make([]float64, len(t))
	for k, row := range w {
		n := 0.0
		for _, v := range row {
			if finite(v) {
				z[min(int((v-lo)/(hi-lo)*float64(bins)), bins-1)][k]++
				mean[k] += v
				n++
			}
		}
		mean[k] /= n
		for r := range z {
			z[r][k] /= n
		}
	}
	shades := Layer{Kind: figure.Image, Z: z, Map: "viridis"}
	p.Title = "white: mean"
	// Where many weights lie at a bound, their share would leave all others dark.
	var shares []float64
	for _, row := range z {
		for _, v := range row {
			if v > 0 {
				shares = append(shares, v)
			}
		}
	}
	sort.Float64s(shares)
	if most := quantile(shares, 0.95); shares[len(shares)-1] > 3*most {
		shades.Hi = most
		p.Title += fmt.Sprintf("; yellow: %.2g and more", most)
	}
	half := 0.5
	if len(t) > 1 {
		half = (t[len(t)-1] - t[0]) / float64(2*(len(t)-1))
	}
	shades.X, shades.Y = []float64{t[0] - half, t[len(t)-1] + half}, []float64{lo, hi}
	p.Layers = []Layer{
		shades,
		{Kind: figure.Line, Name: "mean", X: t, Y: mean, Color: "#ffffff", Width: 1.5},
	}
	p.X.Min, p.X.Max = t[0]-half, t[len(t)-1]+half
	p.Y.Min, p.Y.Max = lo, hi
	p.Legend = "off"
	return f
}
