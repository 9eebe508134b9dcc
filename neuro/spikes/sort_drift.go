package spikes

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Drift tells how places and sizes of units change over time.
type Drift struct {
	IDs      []int
	Bin      float64     `unit:"ms"`
	Times    []float64   `unit:"ms"` // middles of the bins
	Counts   [][]float64 // [unit][bin]: spikes
	Depth    [][]float64 `unit:"um"` // [unit][bin]: median place along the electrodes; NaN of fewer than 5 spikes
	Size     [][]float64 // [unit][bin]: median size of a spike, in Unit; NaN of fewer than 5
	Presence []float64   // of each unit: share of bins with a spike
	Range    []float64   `unit:"um"` // of each unit: from the least to the largest depth of its bins
	SD       []float64   `unit:"um"` // standard deviation of these depths about that of all spikes
	// P of each unit is the probability of a range this large when the order of its spikes means
	// nothing, by 199 random orders.
	P []float64
	// Shared is how far the units have moved together in each bin, [bin]: the median over units of
	// their depth less their mean depth; NaN where no unit has one.
	Shared []float64 `unit:"um"`
	Axis   int       // of Positions along which depth is: that of the largest extent
	Unit   string

	trains []neuro.Spikes
	depths [][]float64 // of each spike
}

// Drift tells how the places of the sorted units and the sizes of their spikes change over
// time, in bins of bin ms (0 is a tenth of the recording, 60 s at most). The place of a spike is the
// mean of the places of the channels near it, weighted by the squares of its troughs there; depth is
// along the axis on which the electrodes lie farthest apart. Range and SD are NaN for units with
// depths in fewer than two bins, and all depths without Positions.
//
// A unit that drifts has a Range beyond what the order of its spikes gives by chance (P small), and
// where the tissue moves, the units share it (Shared). A mean of places is drawn towards the middle
// of the electrodes: of movements known from simulations it gives six to nine tenths, of units at
// the end of the electrodes a fifth. Errors: a bin that is not above 0, or
// makes fewer than 2 bins or more than 100,000. Source: the drift metrics of SpikeInterface
// (drift_ptp, drift_std), of medians in intervals; Siegle et al. 2021, Nature 592:86.
func (t *Sorting) Drift(bin float64) (*Drift, error) {
	if err := t.made("Sorting.Drift"); err != nil {
		return nil, err
	}
	s := t.Snippets
	n := len(t.Units.IDs)
	sizes, places := make([][]float64, n), make([][][]float64, n)
	positions := t.Detected.positions
	for i, u := range t.Unit {
		if u < 0 {
			continue
		}
		sizes[u] = append(sizes[u], math.Abs(t.Detected.Amplitude[s.Index[i]]))
		if positions != nil {
			places[u] = append(places[u], centre(s.X[i], s.Near[s.Channel[i]], s.Trough, int(math.Round(0.15/s.Dt)), t.array.Threshold, positions))
		}
	}
	return drift("Sorting.Drift", t.Units, sizes, places, positions, bin, t.Detected.Unit)
}

// Drift tells how the places of the matched units and the sizes of their spikes change over time:
// see Sorting.Drift. The place of a spike is that of its template and of what is left about it.
func (m *Matching) Drift(bin float64) (*Drift, error) {
	if err := m.made("Matching.Drift"); err != nil {
		return nil, err
	}
	sizes := make([][]float64, len(m.Units.IDs))
	for u, a := range m.Amplitudes {
		sizes[u] = make([]float64, len(a))
		vec.MulConstBlock(sizes[u], a, m.trough(u))
	}
	return drift("Matching.Drift", m.Units, sizes, m.Places, m.sorting.Detected.positions, bin, m.Unit)
}

// centre returns the mean of the places of channels, weighted by the squares of the troughs of x
// there (peaks where the threshold is above 0), up to reach samples from its trough.
func centre(x [][]float64, channels []int, trough, reach int, threshold float64, positions [][]float64) []float64 {
	place := make([]float64, len(positions[0]))
	sum := 0.0
	for k, c := range channels {
		least := 0.0
		for _, v := range x[k][max(0, trough-reach):min(len(x[k]), trough+reach+1)] {
			if threshold > 0 {
				v = -v
			}
			least = min(least, v)
		}
		w := float64(least * least)
		sum += w
		vec.FMAScaleBlock(place, positions[c], w, place)
	}
	if sum == 0 { // nothing is there; its own channel stands for it
		copy(place, positions[channels[0]])
		return place
	}
	vec.DivConstBlock(place, place, sum)
	return place
}

func drift(call string, units *Units, sizes [][]float64, places [][][]float64, positions [][]float64, bin float64, unit string) (*Drift, error) {
	const fewest, most, orders = 5, 100000, 199
	long := units.T1 - units.T0
	if bin == 0 {
		bin = math.Min(60000, long/10)
	}
	if err := checkPositive(call, "bin", "ms", bin); err != nil {
		return nil, err
	}
	bins := math.Floor(long/bin + 1e-9)
	if bins < 2 || bins > most {
		return nil, fmt.Errorf("spikes: %s: bin is %g ms, of which %g ms hold %g; 2 to %d are allowed", call, bin, long, bins, most)
	}
	n, b := len(units.IDs), int(bins)
	d := &Drift{IDs: units.IDs, Bin: bin, Unit: unit, Counts: linalg.Matrix(n, b), Depth: linalg.Matrix(n, b), Size: linalg.Matrix(n, b),
		Presence: make([]float64, n), Range: make([]float64, n), SD: make([]float64, n), P: make([]float64, n), trains: units.Trains, depths: make([][]float64, n)}
	for k := range b {
		d.Times = append(d.Times, units.T0+float64((float64(k)+0.5)*bin))
	}
	extent := -1.0
	for axis := range first(positions) {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, p := range positions {
			lo, hi = math.Min(lo, p[axis]), math.Max(hi, p[axis])
		}
		if hi-lo > extent {
			extent, d.Axis = hi-lo, axis
		}
	}
	linalg.Parallel(n, func(u int) {
		for _, p := range places[u] {
			d.depths[u] = append(d.depths[u], p[d.Axis])
		}
		in := make([]int, len(units.Trains[u])) // the bin of each spike
		for i, t := range units.Trains[u] {
			in[i] = min(int((t-units.T0)/bin), b)
			if in[i] < b {
				if d.Counts[u][in[i]]++; d.Counts[u][in[i]] == 1 {
					d.Presence[u] += 1 / bins
				}
			}
		}
		binned := func(x []float64, order []int) []float64 {
			all := make([][]float64, b+1)
			for i, k := range in {
				v := x[i]
				if order != nil {
					v = x[order[i]]
				}
				all[k] = append(all[k], v)
			}
			out := make([]float64, b)
			for k := range out {
				if out[k] = math.NaN(); len(all[k]) >= fewest {
					out[k] = middle(all[k])
				}
			}
			return out
		}
		d.Size[u] = binned(sizes[u], nil)
		d.Range[u], d.SD[u], d.P[u] = math.NaN(), math.NaN(), math.NaN()
		x := d.depths[u]
		if len(x) == 0 {
			for k := range d.Depth[u] {
				d.Depth[u][k] = math.NaN()
			}
			return
		}
		d.Depth[u] = binned(x, nil)
		d.Range[u] = extentOf(d.Depth[u])
		if !(d.Range[u] >= 0) {
			return
		}
		mid := middle(slices.Clone(x))
		sum, count := 0.0, 0.0
		for _, v := range d.Depth[u] {
			if v == v {
				sum, count = sum+float64((v-mid)*(v-mid)), count+1
			}
		}
		d.SD[u] = math.Sqrt(sum / count)
		r := rng.New(0, uint64(1+u))
		larger := 1.0
		for range orders {
			if extentOf(binned(x, r.Perm(len(x)))) >= d.Range[u] {
				larger++
			}
		}
		d.P[u] = larger / (orders + 1)
	})
	d.share()
	return d, nil
}

func first(x [][]float64) []float64 {
	if len(x) == 0 {
		return nil
	}
	return x[0]
}

// extentOf is the largest less the least of what is not NaN; NaN of fewer than two.
func extentOf(x []float64) float64 {
	lo, hi, n := math.Inf(1), math.Inf(-1), 0
	for _, v := range x {
		if v == v {
			lo, hi, n = math.Min(lo, v), math.Max(hi, v), n+1
		}
	}
	if n < 2 {
		return math.NaN()
	}
	return hi - lo
}

// share sets what the units have in common: medians of displacements, each from the unit's mean
// over the bins that it has.
func (d *Drift) share() {
	moved := make([][]float64, len(d.Times))
	for _, depth := range d.Depth {
		sum, n := 0.0, 0.0
		for _, v := range depth {
			if v == v {
				sum, n = sum+v, n+1
			}
		}
		for k, v := range depth {
			if v == v && n >= 2 {
				moved[k] = append(moved[k], v-sum/n)
			}
		}
	}
	for _, m := range moved {
		v := math.NaN()
		if len(m) > 0 {
			v = middle(m)
		}
		d.Shared = append(d.Shared, v)
	}
}

// String says how far units move.
func (d *Drift) String() string {
	n := 0
	for _, p := range d.P {
		if p < 0.05 {
			n++
		}
	}
	text := fmt.Sprintf("%s in %d bins of %s s", numbered(len(d.IDs), "unit"), len(d.Times), display.Number(d.Bin/1000))
	if r := extentOf(d.Shared); r == r {
		text += fmt.Sprintf("; they share a movement of %.1f um, and %d have a range of depths beyond chance (p < .05)", r, n)
	}
	return text
}

// Table returns a row for each unit: presence, range and standard deviation of its depth, the
// probability of the range by chance, and by how much its size changes, of the mean of its bins.
func (d *Drift) Table() table.Table {
	t := table.Table{Title: d.String(), Cols: []table.Col{{Name: "unit"}, {Name: "presence", Num: d.Presence}, {Name: "range of depth", Unit: "um", Num: d.Range}, {Name: "SD of depth", Unit: "um", Num: d.SD}, {Name: "p of range", Num: d.P}, {Name: "change of size"}}}
	for u, id := range d.IDs {
		t.Cols[0].Text = append(t.Cols[0].Text, fmt.Sprint(id))
		sum, n := 0.0, 0.0
		for _, v := range d.Size[u] {
			if v == v {
				sum, n = sum+v, n+1
			}
		}
		t.Cols[5].Num = append(t.Cols[5].Num, extentOf(d.Size[u])/(sum/n))
	}
	return t
}

// Plot draws each spike's depth over time with the medians of the bins, in the colour of its unit,
// and below the sizes of the units; without places the sizes alone.
func (d *Drift) Plot() *figure.Figure {
	x := figure.Axis{Label: "time", Unit: "s"}
	depth := figure.Panel{X: x, Y: figure.Axis{Label: "depth", Unit: "um"}, Legend: "off"}
	size := figure.Panel{X: x, Y: figure.Axis{Label: "size", Unit: d.Unit}, Legend: "off"}
	total := 0
	for _, s := range d.depths {
		total += len(s)
	}
	step := total/mostDots + 1
	for u := range d.IDs {
		l := figure.Layer{Kind: figure.Points, Size: 1.5, Alpha: 0.35, Color: unitColors[u%len(unitColors)]}
		for i := 0; i < len(d.depths[u]); i += step {
			l.X, l.Y = append(l.X, d.trains[u][i]/1000), append(l.Y, d.depths[u][i])
		}
		if len(l.X) > 0 {
			depth.Layers = append(depth.Layers, l)
		}
	}
	seconds := make([]float64, len(d.Times))
	vec.MulConstBlock(seconds, d.Times, 0.001)
	for u, id := range d.IDs {
		line := figure.Layer{Kind: figure.Line, X: seconds, Color: unitColors[u%len(unitColors)], Width: 1.6, Name: fmt.Sprint("unit ", id)}
		if len(d.depths[u]) > 0 {
			l := line
			l.Y = d.Depth[u]
			depth.Layers = append(depth.Layers, l)
		}
		line.Y = d.Size[u]
		size.Layers = append(size.Layers, line)
	}
	if len(d.IDs) <= mostNamed {
		size.Legend = "beside"
	}
	f := &figure.Figure{Cols: 1, ShareX: true, Width: 16, Height: 13, Title: d.String(), Panels: []figure.Panel{depth, size}}
	if total == 0 {
		f.Panels, f.Height = f.Panels[1:], 7
	}
	if len(d.IDs) == 0 {
		f.Panels = []figure.Panel{{Title: "no units", Bare: true}}
	}
	return f
}

// Show shows the figure over the table.
func (d *Drift) Show() display.Bundle {
	return figure.Over(d.Plot(), "depths and sizes of units over time", d.Table().Show())
}
