package spikes

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// A PairMatrix is a measure of each two trains.
type PairMatrix struct {
	Measure string      // such as "Victor-Purpura"
	Scale   float64     // as it was given to Matrix
	V       [][]float64 // V[i][j] of trains i and j; NaN where it is not defined
}

// A pairing is a measure by name.
type pairing struct {
	title     string
	unit      string // of the scale, "" for none
	scale     string // what the scale is
	same      float64
	symmetric bool
}

var pairings = map[string]pairing{
	"victor-purpura": {"Victor-Purpura distance", "1/ms", "cost", 0, true},
	"van-rossum":     {"van Rossum distance", "ms", "tau", 0, true},
	"isi":            {"ISI distance", "", "", 0, true},
	"spike":          {"SPIKE distance", "", "", 0, true},
	"spike-sync":     {"SPIKE synchronisation", "", "", 1, true},
	"sttc":           {"spike time tiling coefficient", "ms", "dt", 1, true},
	"correlation":    {"correlation of spike counts", "ms", "bin", 1, true},
}

// pairingNames are the measures in the order in which an error lists them.
var pairingNames = []string{"victor-purpura", "van-rossum", "isi", "spike", "spike-sync", "sttc", "correlation"}

// Matrix returns a measure of each two trains of a raster:
//
//	measure            scale                    on the diagonal
//	"victor-purpura"   cost of a shift, 1/ms    0
//	"van-rossum"       time constant, ms        0
//	"isi", "spike"     none: 0                  0
//	"spike-sync"       none: 0                  1
//	"sttc"             dt, ms                   1
//	"correlation"      bin, ms                  1
//
// They are those of VictorPurpura, VanRossum, ISIDistance, SpikeDistance,
// SpikeSync, STTC and CountCorrelation over the window of the raster; spikes
// outside of it do not count. Where a measure is not defined, as STTC of a train
// without spikes, the value is NaN. Results are the same bits for any number of
// threads.
//
// Errors: an unknown measure, a scale that does not fit, T1 <= T0, a train that
// is not finite and ascending. Peers: the matrices of elephant and pyspike.
func Matrix(r neuro.Raster, measure string, scale float64) (*PairMatrix, error) {
	const call = "Matrix"
	p, ok := pairings[measure]
	if !ok {
		return nil, fmt.Errorf("spikes: %s: measure %q is not known; allowed are %s", call, measure, strings.Join(pairingNames, ", "))
	}
	if err := checkWindow(call, r.T0, r.T1); err != nil {
		return nil, err
	}
	switch {
	case p.unit == "" && scale != 0:
		return nil, fmt.Errorf("spikes: %s: scale is %g; %q has none, so that it must be 0", call, scale, measure)
	case measure == "victor-purpura" && !(scale >= 0):
		return nil, fmt.Errorf("spikes: %s: the cost is %g 1/ms; it must be 0 or more", call, scale)
	case p.unit == "ms":
		if err := checkPositive(call, p.scale, p.unit, scale); err != nil {
			return nil, err
		}
	}
	n := len(r.Trains)
	trains := make([]neuro.Spikes, n)
	for i, s := range r.Trains {
		if err := check(call, fmt.Sprintf("Trains[%d]", i), s); err != nil {
			return nil, err
		}
		trains[i] = within(s, r.T0, r.T1)
	}
	if measure == "correlation" {
		v, err := countCorrelation(call, neuro.Raster{Trains: trains, T0: r.T0, T1: r.T1}, scale)
		if err != nil {
			return nil, err
		}
		return &PairMatrix{Measure: measure, Scale: scale, V: v}, nil
	}
	task := display.Start("spikes."+call, "pairs", n*(n+1)/2)
	defer task.End()
	profiles, ranks, tiles := make([]profile, n), make([]ranked, n), make([]float64, n)
	for i, s := range trains {
		switch measure {
		case "spike-sync":
			profiles[i] = newProfile(s, r.T0, r.T1)
		case "isi", "spike":
			ranks[i] = newRanked(newProfile(s, r.T0, r.T1))
		case "sttc":
			if len(s) > 0 {
				tiles[i] = tiled(s, scale, r.T0, r.T1)
			}
		}
	}
	pair := func(i, j int, w *twoTrains) float64 {
		a, b := trains[i], trains[j]
		switch measure {
		case "victor-purpura":
			return victorPurpura(a, b, scale, task)
		case "van-rossum":
			return vanRossum(a, b, scale)
		case "isi":
			return w.isiDistance(&ranks[i], &ranks[j])
		case "spike":
			return w.spikeDistance(&ranks[i], &ranks[j])
		case "spike-sync":
			return spikeSync(profiles[i], profiles[j])
		}
		if len(a) == 0 || len(b) == 0 {
			return math.NaN()
		}
		return tiling(near(a, b, scale), near(b, a, scale), tiles[i], tiles[j])
	}
	m := &PairMatrix{Measure: measure, Scale: scale, V: grid(n, n)}
	linalg.Parallel(n, func(i int) {
		var w twoTrains
		for j := i; j < n && task.Err() == nil; j++ {
			m.V[i][j] = pair(i, j, &w)
			task.Add(1)
		}
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	for i := range m.V {
		for j := range i {
			m.V[i][j] = m.V[j][i]
		}
	}
	return m, nil
}

// Show draws the figure of Plot.
func (m PairMatrix) Show() display.Bundle { return m.Plot().Show() }

// Plot returns the figure of the matrix as an image.
func (m PairMatrix) Plot() *figure.Figure {
	p, ok := pairings[m.Measure]
	if !ok {
		p.title = m.Measure
	}
	title := p.title
	if p.unit != "" {
		title = fmt.Sprintf("%s, %s %.4g %s", p.title, p.scale, m.Scale, p.unit)
		if p.unit == "1/ms" {
			title = fmt.Sprintf("%s, %s %.4g/ms", p.title, p.scale, m.Scale)
		}
	}
	n := float64(len(m.V))
	image := figure.Layer{Kind: figure.Image, Z: m.V, X: []float64{-0.5, n - 0.5}, Y: []float64{-0.5, n - 0.5}}
	if p.same == 0 {
		image.Map = "viridis"
	} else {
		image.Map, image.Lo, image.Hi = "RdBu_r", -1, 1
	}
	return &figure.Figure{Width: 12, Height: 10, Panels: []figure.Panel{{
		Title: title, Square: true,
		X:        figure.Axis{Label: "train", Min: -0.5, Max: n - 0.5},
		Y:        figure.Axis{Label: "train", Min: -0.5, Max: n - 0.5, Flip: true},
		ColorBar: figure.Axis{Label: p.title},
		Layers:   []figure.Layer{image},
	}}}
}

// CountCorrelation returns the correlation of the spike counts of each two
// trains of a raster in bins of the given width over its window,
//
//	ρ[i][j] = cov(n_i, n_j) / √(var(n_i) var(n_j)).
//
// bin is in ms; bins are those of Rate. A train whose counts are all equal, as
// one without spikes, has NaN with every other. Errors: those of Rate, which name
// the train; fewer than 2 bins. Source: Perkel, Gerstein and Moore 1967,
// Biophys. J. 7:419; Cohen and Kohn 2011, Nat. Neurosci. 14:811 (on its
// dependence on the width of the bin). Peer:
// elephant.spike_train_correlation.correlation_coefficient.
func CountCorrelation(r neuro.Raster, bin float64) (*PairMatrix, error) {
	v, err := countCorrelation("CountCorrelation", r, bin)
	if err != nil {
		return nil, err
	}
	return &PairMatrix{Measure: "correlation", Scale: bin, V: v}, nil
}

func countCorrelation(call string, r neuro.Raster, bin float64) ([][]float64, error) {
	n, err := bins(call, bin, r.T0, r.T1)
	if err != nil {
		return nil, err
	}
	if n < 2 {
		return nil, fmt.Errorf("spikes: %s: the window from %g to %g ms is one bin; 2 or more are needed", call, r.T0, r.T1)
	}
	m := len(r.Trains)
	// Filled bins and their counts: most bins of most trains are empty.
	where, counts := make([][]int32, m), make([][]float64, m)
	total, square := make([]float64, m), make([]float64, m)
	task := display.Start("spikes."+call, "pairs", m*(m+1)/2)
	defer task.End()
	for i, s := range r.Trains {
		if task.Err() != nil {
			return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
		if err := check(call, fmt.Sprintf("Trains[%d]", i), s); err != nil {
			return nil, err
		}
		eachBin(s, n, r.T0, r.T1, func(j int) {
			if k := len(where[i]) - 1; k >= 0 && where[i][k] == int32(j) {
				counts[i][k]++
				return
			}
			where[i], counts[i] = append(where[i], int32(j)), append(counts[i], 1)
		})
		for _, c := range counts[i] {
			total[i] += c
			square[i] += float64(c * c)
		}
	}
	bn := float64(n)
	v := grid(m, m)
	linalg.Parallel(m, func(i int) {
		for j := 0; j <= i && task.Err() == nil; j++ {
			sum := square[i]
			if i != j {
				sum = 0
				for p, q := 0, 0; p < len(where[i]) && q < len(where[j]); {
					switch x, y := where[i][p], where[j][q]; {
					case x < y:
						p++
					case x > y:
						q++
					default:
						sum += float64(counts[i][p] * counts[j][q])
						p++
						q++
					}
				}
			}
			// Whole numbers: a variance of 0 is 0.
			si := float64(bn*square[i]) - float64(total[i]*total[i])
			sj := float64(bn*square[j]) - float64(total[j]*total[j])
			v[i][j] = (float64(bn*sum) - float64(total[i]*total[j])) / (math.Sqrt(si) * math.Sqrt(sj))
			if i == j && si > 0 {
				v[i][j] = 1
			}
			task.Add(1)
		}
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	for i := range v {
		for j := range i {
			v[j][i] = v[i][j]
		}
	}
	return v, nil
}
