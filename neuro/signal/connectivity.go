package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A Connectivity is a measure of how two signals go together, for pairs of
// channels and for each frequency.
type Connectivity struct {
	Measure string      // such as "coherence"
	Over    string      // what was averaged over: "segments", "trials" or "time"
	Count   int         // how many of them
	F       []float64   `unit:"Hz"` // frequencies, Hz; the middle of the band over time
	Pairs   [][2]int    // channels of each pair, the first being the lower one
	V       [][]float64 // V[p][k] of Pairs[p] at F[k]
}

// Of returns the values over frequency of channels a and b, in either order; nil
// when the pair is not there. A measure with a direction is that of the lower
// channel against the higher one.
func (c Connectivity) Of(a, b int) []float64 {
	if a > b {
		a, b = b, a
	}
	for i, p := range c.Pairs {
		if p == [2]int{a, b} {
			return c.V[i]
		}
	}
	return nil
}

// Matrix returns the mean of each pair over lo <= F <= hi (Hz), as a symmetric
// matrix of channels whose diagonal is NaN. No frequency between lo and hi is an
// error.
func (c Connectivity) Matrix(lo, hi float64) ([][]float64, error) {
	n := 0
	for _, p := range c.Pairs {
		n = max(n, p[1]+1)
	}
	m := rows(n, n)
	for i := range m {
		for j := range m {
			m[i][j] = math.NaN()
		}
	}
	for i, p := range c.Pairs {
		sum, count := 0.0, 0
		for k, f := range c.F {
			if f >= lo && f <= hi {
				sum, count = sum+c.V[i][k], count+1
			}
		}
		if count == 0 {
			return nil, fmt.Errorf("signal: Connectivity.Matrix: no frequency lies between %g and %g Hz", lo, hi)
		}
		m[p[0]][p[1]], m[p[1]][p[0]] = sum/float64(count), sum/float64(count)
	}
	return m, nil
}

// Show draws the figure of Plot.
func (c Connectivity) Show() display.Bundle { return c.Plot().Show() }

// Plot returns the figure of the measure: lines over frequency for up to six
// pairs, else the mean over frequency as a matrix of channels.
func (c Connectivity) Plot() *figure.Figure {
	title := fmt.Sprintf("over %d %s", c.Count, c.Over)
	if len(c.Pairs) > 6 || len(c.F) < 2 {
		m, err := c.Matrix(math.Inf(-1), math.Inf(1))
		if err != nil {
			return &figure.Figure{}
		}
		n := float64(len(m))
		return &figure.Figure{Width: 12, Panels: []figure.Panel{{
			Title: title, X: figure.Axis{Label: "channel"}, Y: figure.Axis{Label: "channel"},
			ColorBar: figure.Axis{Label: c.Measure},
			Layers:   []figure.Layer{{Kind: figure.Image, Z: m, X: []float64{-0.5, n - 0.5}, Y: []float64{-0.5, n - 0.5}}},
		}}}
	}
	p := figure.Panel{Title: title, X: figure.Axis{Label: "frequency", Unit: "Hz"}, Y: figure.Axis{Label: c.Measure}}
	for i, pair := range c.Pairs {
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, Name: fmt.Sprintf("%d - %d", pair[0], pair[1]), X: c.F, Y: c.V[i]})
	}
	return &figure.Figure{Panels: []figure.Panel{p}}
}

// allPairs lists the pairs of n channels: 0 1, 0 2, ... 1 2, ...
func allPairs(n int) (pairs [][2]int) {
	for i := range n {
		for j := i + 1; j < n; j++ {
			pairs = append(pairs, [2]int{i, j})
		}
	}
	return pairs
}
