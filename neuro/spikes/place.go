package spikes

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// PlaceOptions say how PlaceField divides the floor. The zero value of a field
// means its default.
type PlaceOptions struct {
	Bin   float64 // side of a bin in the unit of the positions; 0 is a 20th of the longer side of the floor
	Sigma float64 // standard deviation of the Gaussian that smooths, in the unit of the positions; 0 is one bin, -1 none
	Unit  string  // unit of the positions, such as "cm", for the axes
}

// NewPlace returns the default options.
func NewPlace() PlaceOptions { return PlaceOptions{} }

// A RateMap is the firing rate of a cell over the places of a floor.
type RateMap struct {
	X0, Y0    float64     // left and lower edge, in Unit
	Bin       float64     // side of a bin, in Unit
	Rate      [][]float64 `unit:"Hz"` // Rate[row][col], Hz, row 0 at the lower edge; NaN where the animal was not
	Occupancy [][]float64 `unit:"s"`  // time in each bin, s, not smoothed
	Spikes    [][]float64 // spikes in each bin, not smoothed
	// Information is what one spike tells about the place (Skaggs et al. 1993),
	// bits per spike; NaN for a silent cell. PlaceTest holds it against chance.
	Information float64 `unit:"bit"`
	Unit        string
}

// PlaceField returns the firing rate of a cell over place: the spikes in each
// bin of the floor divided by the time that the animal spent there, after both
// were smoothed by the same Gaussian,
//
//	rate = (spikes * G) / (occupancy * G).
//
// t (ms, ascending), x and y are the tracked positions; a position holds until
// the next one, and a spike is where the animal was when it fired. Spikes
// before the first and after the last position are not counted. Bins that were
// never visited are NaN.
//
// Errors: unequal lengths, fewer than 2 positions, values that are not finite
// or not ascending, a Bin that gives more than 1000 bins along a side. Sources:
// Muller, Kubie and Ranck 1987, J. Neurosci. 7:1935; Skaggs, McNaughton, Gothard
// and Markus 1993, NIPS 5:1030. Checked against counts and a sum by hand.
func PlaceField(t, x, y []float64, s neuro.Spikes, o PlaceOptions) (*RateMap, error) {
	const call = "PlaceField"
	task := display.Start("spikes."+call, "", 0)
	defer task.End()
	f, err := newFloor(call, t, x, y, o, task)
	if err != nil {
		return nil, err
	}
	if err := check(call, "s", s); err != nil {
		return nil, err
	}
	m, _ := f.rates(s, task)
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	return m, nil
}

// A floor is where an animal was, by bins.
type floor struct {
	t      []float64
	at     [][2]int // row and column of each position
	m      RateMap  // without rates
	sigma  float64  // bins
	smooth [][]float64
}

// newFloor checks the positions and counts the time in each bin.
func newFloor(call string, t, x, y []float64, o PlaceOptions, task *display.Counter) (*floor, error) {
	if len(t) != len(x) || len(t) != len(y) || len(t) < 2 {
		return nil, fmt.Errorf("spikes: %s: t has %d, x %d and y %d values; they must be as many, 2 or more", call, len(t), len(x), len(y))
	}
	x0, x1, y0, y1 := x[0], x[0], y[0], y[0]
	for i := range t {
		if !finite(t[i]) || !finite(x[i]) || !finite(y[i]) || i > 0 && t[i] < t[i-1] {
			return nil, fmt.Errorf("spikes: %s: position %d is %g, %g at %g ms; positions must be finite and their times ascend", call, i, x[i], y[i], t[i])
		}
		x0, x1, y0, y1 = math.Min(x0, x[i]), math.Max(x1, x[i]), math.Min(y0, y[i]), math.Max(y1, y[i])
	}
	side := math.Max(x1-x0, y1-y0)
	if o.Bin == 0 {
		o.Bin = side / 20
	}
	if !(o.Bin > 0) || side/o.Bin > 1000 {
		return nil, fmt.Errorf("spikes: %s: Bin is %g on a floor %g wide; it must be above 0 and give at most 1000 bins", call, o.Bin, side)
	}
	switch {
	case o.Sigma == 0:
		o.Sigma = o.Bin
	case o.Sigma == -1:
		o.Sigma = 0
	case !(o.Sigma > 0) || math.IsInf(o.Sigma, 0):
		return nil, fmt.Errorf("spikes: %s: Sigma is %g; it must be above 0 and finite, 0 (one bin) or -1 (none)", call, o.Sigma)
	}
	cols, rows := int((x1-x0)/o.Bin)+1, int((y1-y0)/o.Bin)+1
	f := &floor{t: t, at: make([][2]int, len(t)), sigma: o.Sigma / o.Bin,
		m: RateMap{X0: x0, Y0: y0, Bin: o.Bin, Unit: o.Unit, Occupancy: grid(rows, cols)}}
	for i := range t {
		f.at[i] = [2]int{min(int((y[i]-y0)/o.Bin), rows-1), min(int((x[i]-x0)/o.Bin), cols-1)}
		if i+1 < len(t) {
			f.m.Occupancy[f.at[i][0]][f.at[i][1]] += (t[i+1] - t[i]) / 1000
		}
	}
	f.smooth = blurred(f.m.Occupancy, f.sigma, task)
	return f, nil
}

// rates returns the map of a train and its mean rate, Hz. It gives up when the task does.
func (f *floor) rates(s neuro.Spikes, task *display.Counter) (*RateMap, float64) {
	m, t := f.m, f.t
	rows, cols := len(m.Occupancy), len(m.Occupancy[0])
	m.Rate, m.Spikes = grid(rows, cols), grid(rows, cols)
	for _, at := range s {
		if i := sort.Search(len(t), func(i int) bool { return t[i] > at }) - 1; i >= 0 && at <= t[len(t)-1] {
			cell := f.at[min(i, len(t)-2)]
			m.Spikes[cell[0]][cell[1]]++
		}
	}
	count := blurred(m.Spikes, f.sigma, task)
	total, mean := 0.0, 0.0
	for r := range m.Rate {
		for c := range m.Rate[r] {
			m.Rate[r][c] = count[r][c] / f.smooth[r][c]
			if m.Occupancy[r][c] == 0 {
				m.Rate[r][c] = math.NaN()
				continue
			}
			total += m.Occupancy[r][c]
			mean += float64(m.Rate[r][c] * m.Occupancy[r][c])
		}
	}
	mean /= total
	for r := range m.Rate {
		for c, v := range m.Rate[r] {
			if v > 0 {
				m.Information += float64(m.Occupancy[r][c] / total * v / mean * vec.Log2(v/mean))
			}
		}
	}
	if !(mean > 0) {
		m.Information = math.NaN()
	}
	return &m, mean
}

func grid(rows, cols int) [][]float64 {
	g := make([][]float64, rows)
	for r := range g {
		g[r] = make([]float64, cols)
	}
	return g
}

// blurred returns z under a Gaussian of standard deviation sigma bins, cut off
// at 4 sigma; what lies outside counts as 0. It gives up when the task does.
func blurred(z [][]float64, sigma float64, task *display.Counter) [][]float64 {
	if sigma == 0 {
		return z
	}
	rows, cols := len(z), len(z[0])
	reach := int(math.Ceil(4 * sigma))
	w := gaussian(reach, sigma)
	across, out := grid(rows, cols), grid(rows, cols)
	for r := range z {
		for c := 0; c < cols && task.Err() == nil; c++ {
			for k := max(0, c-reach); k <= min(cols-1, c+reach); k++ {
				across[r][c] += float64(w[max(c-k, k-c)] * z[r][k])
			}
		}
	}
	for r := range z {
		for c := 0; c < cols && task.Err() == nil; c++ {
			for k := max(0, r-reach); k <= min(rows-1, r+reach); k++ {
				out[r][c] += float64(w[max(r-k, k-r)] * across[k][c])
			}
		}
	}
	return out
}

// Show draws the figure of Plot.
func (m RateMap) Show() display.Bundle { return m.Plot().Show() }

// Plot returns the figure of the rate over place.
func (m RateMap) Plot() *figure.Figure {
	p := figure.Panel{
		Title:    fmt.Sprintf("%.2f bit per spike", m.Information),
		X:        figure.Axis{Label: "x", Unit: m.Unit},
		Y:        figure.Axis{Label: "y", Unit: m.Unit},
		ColorBar: figure.Axis{Label: "rate", Unit: "Hz"},
		Square:   true,
	}
	if rows := len(m.Rate); rows > 0 {
		p.Layers = []figure.Layer{
			{Kind: figure.Image, Z: m.Rate, X: []float64{m.X0, m.X0 + float64(m.Bin*float64(len(m.Rate[0])))}, Y: []float64{m.Y0, m.Y0 + float64(m.Bin*float64(rows))}},
		}
	}
	return &figure.Figure{Width: 12, Height: 10, Panels: []figure.Panel{p}}
}
