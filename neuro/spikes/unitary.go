package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// UnitaryOptions say how UnitaryEvents counts. The zero value of a field means its
// default.
type UnitaryOptions struct {
	Bin    float64 `unit:"ms"` // spikes within a bin coincide, ms; 0 is 5 ms
	Window float64 `unit:"ms"` // length of the sliding window, ms, whole bins; 0 is 100 ms
	Step   float64 `unit:"ms"` // its step, ms, whole bins; 0 is one bin
	// Pattern says which cells have a spike in the coincidences that are counted, and
	// which have none; nil is all cells with a spike.
	Pattern []bool
	// Expected is how many are expected: "trial-by-trial" (also ""), the
	// product of the cells' probabilities in each trial, summed; "trial-average", that of
	// the probabilities of each bin over trials; or "surrogate", the coincidences after the
	// bins of each cell changed their order in each window and trial.
	Expected string
	Alpha    float64 // level of a window; 0 is 0.05
	N        int     // surrogates; 0 is 999
	Seed     uint64
}

// NewUnitary returns the usual options: bins of 5 ms, windows of 100 ms, the product of
// probabilities trial by trial.
func NewUnitary() UnitaryOptions {
	return UnitaryOptions{Bin: 5, Window: 100, Step: 5, Expected: "trial-by-trial", Alpha: 0.05, N: 999}
}

// A Unitary is the excess of coincidences over time.
type Unitary struct {
	Start    []float64      `unit:"ms"` // beginning of each window, ms
	Found    []float64      // coincidences in each, over all trials
	Expected []float64      // that chance would give
	P        []float64      // of as many or more
	J        []float64      // joint surprise log10((1-P)/P): 1.28 is P .05
	Rate     [][]float64    `unit:"Hz"` // Rate[cell][window], Hz, of bins with a spike
	Events   []neuro.Spikes // of each trial: bins (their beginnings) with a coincidence in a window with P <= Alpha: the unitary events
	All      []neuro.Spikes // of each trial: all coincidences
	Trials   []neuro.Raster
	Options  UnitaryOptions // with their defaults
}

// UnitaryEvents looks for more coincidences of spikes than the rates of the cells explain, in
// a window that slides over trials. In window w, with p_i the share of bins in
// which cell i has a spike,
//
//	Expected = Σ_trials bins Π_i p_i (1 - p_i for a cell without a spike in Pattern),
//	P = Σ_{n>=Found} e^{-Expected} Expected^n / n!,  J = log10((1-P)/P).
//
// trials holds a raster of all cells for each trial, over the same window of time.
// Spikes at the end of the last bin count in it; several of a cell in a bin count once.
// With "surrogate" P is (b+1)/(m+1).
//
// The Poisson P is conservative, as coincidences vary less than a Poisson number when the cells'
// counts are given: it is below 0.05 in 2 % of data without synchrony, "surrogate"
// in 4.3 %. P is of a window alone: neighbouring windows share coincidences, and of many some
// are below Alpha by chance. Errors: no trials, unequal numbers of cells or windows,
// fewer than 2 cells, windows or steps that are not whole bins, an unknown Expected, a Pattern of
// another length, trains that are not finite and ascending. Sources: Gruen, Diesmann and Aertsen 2002,
// Neural Comput. 14:43 and 14:81. Peer:
// elephant.unitary_event_analysis.jointJ_window_analysis, which rounds to float32, leaves
// out spikes at T1, gives an infinite J where P is below 1e-16, and where t_start is not
// 0 counts in other windows than it says.
func UnitaryEvents(trials []neuro.Raster, o UnitaryOptions) (*Unitary, error) {
	const call = "UnitaryEvents"
	if len(trials) == 0 {
		return nil, fmt.Errorf("spikes: %s: trials is empty; at least 1 trial is needed", call)
	}
	for _, v := range []struct {
		name    string
		p       *float64
		instead float64
	}{{"Bin", &o.Bin, 5}, {"Window", &o.Window, 100}, {"Step", &o.Step, 0}} {
		if *v.p == 0 {
			if *v.p = v.instead; v.name == "Step" {
				*v.p = o.Bin
			}
		}
		if err := checkPositive(call, v.name, "ms", *v.p); err != nil {
			return nil, err
		}
	}
	whole := func(name string, length float64) (int, error) {
		n := math.Round(length / o.Bin)
		if n < 1 || n > largest || math.Abs(length/o.Bin-n) > 1e-9*n {
			return 0, fmt.Errorf("spikes: %s: %s is %g ms with bins of %g ms; whole bins are needed", call, name, length, o.Bin)
		}
		return int(n), nil
	}
	window, err := whole("Window", o.Window)
	if err != nil {
		return nil, err
	}
	step, err := whole("Step", o.Step)
	if err != nil {
		return nil, err
	}
	t0, t1, cells := trials[0].T0, trials[0].T1, len(trials[0].Trains)
	n, err := bins(call, o.Bin, t0, t1)
	if err != nil {
		return nil, err
	}
	if window > n {
		return nil, fmt.Errorf("spikes: %s: Window is %g ms, longer than the trials (%g ms)", call, o.Window, t1-t0)
	}
	if cells < 2 {
		return nil, fmt.Errorf("spikes: %s: trials[0] has %d cells; 2 or more are needed", call, cells)
	}
	if o.Pattern == nil {
		o.Pattern = make([]bool, cells)
		for i := range o.Pattern {
			o.Pattern[i] = true
		}
	}
	if len(o.Pattern) != cells {
		return nil, fmt.Errorf("spikes: %s: Pattern has %d values with %d cells; they must be as many", call, len(o.Pattern), cells)
	}
	switch o.Expected {
	case "":
		o.Expected = "trial-by-trial"
	case "trial-by-trial", "trial-average", "surrogate":
	default:
		return nil, fmt.Errorf("spikes: %s: Expected %q is not known; allowed are trial-by-trial, trial-average, surrogate", call, o.Expected)
	}
	if o.Alpha == 0 {
		o.Alpha = 0.05
	}
	if !(o.Alpha > 0 && o.Alpha < 1) {
		return nil, fmt.Errorf("spikes: %s: Alpha is %g; it must be between 0 and 1 (0: 0.05)", call, o.Alpha)
	}
	if o.N == 0 {
		o.N = 999
	}
	if o.N < 1 {
		return nil, fmt.Errorf("spikes: %s: N is %d surrogates; it must be 1 or more (0: 999)", call, o.N)
	}
	if float64(len(trials))*float64(cells)*float64(n) > 16*largest {
		return nil, fmt.Errorf("spikes: %s: %d trials of %d cells and %d bins are too many; take larger bins", call, len(trials), cells, n)
	}
	u := &Unitary{Trials: trials, Options: o, Events: make([]neuro.Spikes, len(trials)), All: make([]neuro.Spikes, len(trials))}
	for k := 0; k+window <= n; k += step {
		u.Start = append(u.Start, t0+float64(float64(k)*o.Bin))
	}
	size := len(u.Start)
	u.Found, u.Expected = make([]float64, size), make([]float64, size)
	u.P, u.J, u.Rate = make([]float64, size), make([]float64, size), grid(cells, size)
	task := display.Start("spikes."+call, "windows", size)
	defer task.End()

	// on[trial][cell][bin], and which bins hold the pattern.
	on, hit := make([][][]bool, len(trials)), make([][]bool, len(trials))
	for i, r := range trials {
		if task.Err() != nil {
			return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
		if r.T0 != t0 || r.T1 != t1 || len(r.Trains) != cells {
			return nil, fmt.Errorf("spikes: %s: trials[%d] has %d cells from %g to %g ms, trials[0] %d from %g to %g; they must be equal",
				call, i, len(r.Trains), r.T0, r.T1, cells, t0, t1)
		}
		on[i], hit[i] = make([][]bool, cells), make([]bool, n)
		for c, s := range r.Trains {
			if err := check(call, fmt.Sprintf("trials[%d].Trains[%d]", i, c), s); err != nil {
				return nil, err
			}
			on[i][c] = make([]bool, n)
			eachBin(s, n, t0, t1, func(k int) { on[i][c][k] = true })
		}
		for k := range hit[i] {
			hit[i][k] = matches(on[i], o.Pattern, k)
			if hit[i][k] {
				u.All[i] = append(u.All[i], t0+float64(float64(k)*o.Bin))
			}
		}
	}
	linalg.Parallel(size, func(w int) {
		if task.Err() == nil {
			u.window(w, w*step, window, on, hit, task)
			task.Add(1)
		}
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	// Coincidences of any window that is below Alpha.
	inside := make([]bool, n)
	for w := range size {
		if u.P[w] <= o.Alpha {
			for k := w * step; k < w*step+window; k++ {
				inside[k] = true
			}
		}
	}
	for i := range trials {
		for k, h := range hit[i] {
			if h && inside[k] {
				u.Events[i] = append(u.Events[i], t0+float64(float64(k)*o.Bin))
			}
		}
	}
	return u, nil
}

// matches says whether the cells of a trial have the pattern in bin k.
func matches(cells [][]bool, pattern []bool, k int) bool {
	for c, want := range pattern {
		if cells[c][k] != want {
			return false
		}
	}
	return true
}

// window fills in window w, which begins with bin from.
func (u *Unitary) window(w, from, length int, on [][][]bool, hit [][]bool, task *display.Counter) {
	o, trials, cells := u.Options, len(on), len(u.Rate)
	n := float64(length)
	counts := grid(trials, cells)
	for i := range on {
		for k := from; k < from+length; k++ {
			if hit[i][k] {
				u.Found[w]++
			}
		}
		for c := range cells {
			for k := from; k < from+length; k++ {
				if on[i][c][k] {
					counts[i][c]++
				}
			}
			u.Rate[c][w] += counts[i][c] * 1000 / o.Bin / n / float64(trials)
		}
	}
	product := func(p func(c int) float64) float64 {
		v := 1.0
		for c, want := range o.Pattern {
			if q := p(c); want {
				v *= q
			} else {
				v *= 1 - q
			}
		}
		return v
	}
	if o.Expected == "trial-average" {
		mean := make([]float64, cells)
		for i := range on {
			for c := range mean {
				mean[c] += counts[i][c] / n / float64(trials)
			}
		}
		u.Expected[w] = product(func(c int) float64 { return mean[c] }) * n * float64(trials)
	} else {
		for i := range on {
			u.Expected[w] += float64(product(func(c int) float64 { return counts[i][c] / n }) * n)
		}
	}
	if o.Expected == "surrogate" {
		u.shuffled(w, length, counts, task)
	} else {
		u.P[w] = vec.Exp(-surprise(int(u.Found[w]), u.Expected[w]))
		if u.Expected[w] == 0 && u.Found[w] > 0 {
			u.P[w] = 0
		}
	}
	u.J[w] = vec.Log10((1 - u.P[w]) / u.P[w])
}

// shuffled sets Expected and P of window w from surrogates in which the spikes of each
// cell and trial are in other bins.
func (u *Unitary) shuffled(w, length int, counts [][]float64, task *display.Counter) {
	r := rng.New(u.Options.Seed, uint64(w)+1)
	cells := len(u.Rate)
	now := make([][]bool, cells)
	order := make([]int, length)
	for i := range order {
		order[i] = i
	}
	total, above := 0.0, 1
	for range u.Options.N {
		if task.Err() != nil {
			return
		}
		found := 0.0
		for _, row := range counts {
			for c := range now {
				now[c] = make([]bool, length)
				for k := range int(row[c]) { // the first of a shuffled row
					j := k + r.Intn(length-k)
					order[k], order[j] = order[j], order[k]
					now[c][order[k]] = true
				}
			}
			for k := range length {
				if matches(now, u.Options.Pattern, k) {
					found++
				}
			}
		}
		total += found
		if found >= u.Found[w] {
			above++
		}
	}
	u.Expected[w] = total / float64(u.Options.N)
	u.P[w] = float64(above) / float64(u.Options.N+1)
}

// Show draws the figure of Plot.
func (u Unitary) Show() display.Bundle { return u.Plot().Show() }

// Plot returns four panels over time: the cells in trials with coincidences (unitary events
// in red), the rates, found and expected coincidences, and the joint surprise with
// the level Alpha.
func (u Unitary) Plot() *figure.Figure {
	o := u.Options
	if len(u.Trials) == 0 {
		return &figure.Figure{Panels: []figure.Panel{{}}}
	}
	t0, t1 := u.Trials[0].T0, u.Trials[0].T1
	x := figure.Axis{Label: "time", Unit: "ms", Min: t0, Max: t1}
	dots := figure.Layer{Kind: figure.Ticks, Color: "grey"}
	all := figure.Layer{Kind: figure.Points, Marker: "square", Size: 2.5, Color: "blue", Name: "coincidence"}
	events := figure.Layer{Kind: figure.Points, Marker: "square", Size: 3.5, Color: "red", Name: "unitary event"}
	trials := len(u.Trials)
	cells := len(u.Rate)
	for c := range cells {
		for i, r := range u.Trials {
			y := float64(c*(trials+1) + i)
			for _, t := range r.Trains[c] {
				dots.X, dots.Y = append(dots.X, t), append(dots.Y, y)
			}
			for _, t := range u.All[i] {
				all.X, all.Y = append(all.X, t+float64(o.Bin/2)), append(all.Y, y)
			}
			for _, t := range u.Events[i] {
				events.X, events.Y = append(events.X, t+float64(o.Bin/2)), append(events.Y, y)
			}
		}
	}
	ticks := figure.Axis{Label: "cell", Min: -1, Max: float64(cells * (trials + 1))}
	for c := range cells {
		ticks.Ticks = append(ticks.Ticks, float64(c*(trials+1))+float64(float64(trials)/2))
		ticks.Names = append(ticks.Names, fmt.Sprint(c))
	}
	middle := make([]float64, len(u.Start))
	for i, t := range u.Start {
		middle[i] = t + float64(o.Window/2)
	}
	rates := figure.Panel{X: x, Y: figure.Axis{Label: "rate", Unit: "Hz"}}
	for c, y := range u.Rate {
		rates.Layers = append(rates.Layers, figure.Layer{Kind: figure.Line, X: middle, Y: y, Name: fmt.Sprintf("cell %d", c)})
	}
	level := vec.Log10((1 - o.Alpha) / o.Alpha)
	j := make([]float64, len(u.J))
	for i, v := range u.J {
		j[i] = v
		if math.IsInf(v, 0) {
			j[i] = math.NaN()
		}
	}
	return &figure.Figure{ShareX: true, Height: 16, Heights: []float64{2, 1, 1, 1}, Panels: []figure.Panel{
		{X: x, Y: ticks, Layers: []figure.Layer{dots, all, events}, Legend: "beside"},
		rates,
		{X: x, Y: figure.Axis{Label: "coincidences"}, Layers: []figure.Layer{
			{Kind: figure.Line, X: middle, Y: u.Found, Name: "found", Color: "blue"},
			{Kind: figure.Line, X: middle, Y: u.Expected, Name: "expected", Color: "black", Dash: true},
		}},
		{X: x, Y: figure.Axis{Label: "joint surprise"}, Layers: []figure.Layer{
			{Kind: figure.Line, X: middle, Y: j, Color: "blue", Name: "J"},
			{Kind: figure.HLine, Y: []float64{level, -level}, Color: "red", Dash: true, Name: fmt.Sprintf("P = %.3g", o.Alpha)},
		}},
	}}
}
