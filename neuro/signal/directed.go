package signal

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Directed measure says how much each channel goes into each other one, at each
// frequency.
type Directed struct {
	Measure string        // such as "pdc"
	Names   []string      // of channels
	F       []float64     `unit:"Hz"` // frequencies, Hz
	V       [][][]float64 // V[to][from][k] at F[k]; NaN from a channel to itself where that means nothing
	Power   [][]float64   // Power[channel][k]: one-sided spectral density of the model, for the figure's diagonal

	rate float64
}

// directedMeasures are the names of measures, in the order in which errors list
// them.
var directedMeasures = []string{"granger", "conditional granger", "dtf", "ffdtf", "ddtf", "dc", "pdc", "gpdc", "partial coherence", "coherence"}

// Directed returns a measure of directed connectivity at frequencies f, in Hz; nil
// is 129 of them from 0 to half the rate. With A(f) = I - Σ_k A[k-1] exp(-2πi f k/fs),
// the transfer function H = A⁻¹, the spectra S = H Σ H*, and σ² the diagonal of Σ,
// from channel j to channel i:
//
//	granger              log S_ii / (S_ii - |H_ij|² Σ_j|i) of the pair alone   (Geweke 1982)
//	conditional granger  the same given all other channels                     (Geweke 1984)
//	dtf                  |H_ij|² / Σ_m |H_im|²             sums to 1 over sources (Kamiński and Blinowska 1991)
//	ffdtf                |H_ij|² / Σ_f Σ_m |H_im|²         full frequency, over f (Korzeniewska et al. 2003)
//	ddtf                 ffdtf times partial coherence     direct ways only       (Korzeniewska et al. 2003)
//	dc                   σ²_j |H_ij|² / Σ_m σ²_m |H_im|²   directed coherence     (Baccalá and Sameshima 1998)
//	pdc                  |A_ij|² / Σ_m |A_mj|²             sums to 1 over targets (Baccalá and Sameshima 2001)
//	gpdc                 |A_ij|²/σ²_i / Σ_m |A_mj|²/σ²_m   free of units          (Baccalá et al. 2007)
//	partial coherence    |G_ij|² / (G_ii G_jj), G = S⁻¹    no direction
//	coherence            |S_ij|² / (S_ii S_jj)             no direction
//
// All are squared sizes; papers and programs that plot dtf or pdc without the square
// show the roots of these values. Granger causality comes from the state space of
// the fitted model (Barnett and Seth 2015), which needs no second fit, is never below
// 0, and whose mean over frequencies is the one of time (see [Directed.Total]).
//
// Errors: an unknown measure, frequencies outside of 0 to half the rate, a model
// that is not stable. Checked against closed forms of the models in the papers and,
// for Granger causality, mne_connectivity 0.9's "gc" from the same autocovariances.
func (m *VAR) Directed(measure string, f []float64) (*Directed, error) {
	const call = "VAR.Directed"
	if !slices.Contains(directedMeasures, measure) {
		return nil, fmt.Errorf("signal: %s: measure %q is not known; allowed are %s", call, measure, strings.Join(directedMeasures, ", "))
	}
	if f == nil {
		for k := range 129 {
			f = append(f, float64(k)*m.FS/256)
		}
	}
	if len(f) == 0 {
		return nil, fmt.Errorf("signal: %s: f is empty; nil gives 129 frequencies up to half the rate", call)
	}
	for k, v := range f {
		if !(v >= 0 && v <= m.FS/2*(1+1e-12)) {
			return nil, fmt.Errorf("signal: %s: f[%d] is %g Hz; frequencies lie between 0 and half the sampling rate (%g Hz)", call, k, v, m.FS/2)
		}
	}
	if err := m.stable(call); err != nil {
		return nil, err
	}
	n := len(m.Sigma)
	d := &Directed{Measure: measure, Names: m.Names, F: slices.Clone(f), V: make([][][]float64, n), Power: rows(n, len(f)), rate: m.FS}
	for i := range d.V {
		d.V[i] = rows(n, len(f))
	}
	task := display.Start("signal."+call, "frequencies", len(f))
	defer task.End()
	failed := make([]bool, len(f))
	h := make([]cmatrix, len(f))
	linalg.Parallel(len(f), func(k int) {
		a := m.polynomial(f[k])
		var ok bool
		if h[k], ok = a.inverse(); !ok {
			failed[k] = true
			return
		}
		s := h[k].spectrum(m.Sigma)
		for i := range n {
			d.Power[i][k] = 2 * real(s[i][i]) / m.FS
		}
		if measure != "granger" && measure != "conditional granger" {
			failed[k] = !d.set(k, measure, m.Sigma, a, h[k], s)
		}
	})
	for k := range failed {
		if failed[k] {
			return nil, fmt.Errorf("signal: %s: the model has no transfer function at %g Hz", call, f[k])
		}
	}
	switch measure {
	case "ffdtf", "ddtf":
		d.overFrequencies()
		if measure == "ddtf" {
			p, err := m.Directed("partial coherence", f)
			if err != nil {
				return nil, err
			}
			for i := range d.V {
				for j := range d.V[i] {
					for k := range d.V[i][j] {
						d.V[i][j][k] *= p.V[i][j][k]
					}
				}
			}
		}
	case "granger", "conditional granger":
		if err := m.spectralGranger(call, d, h, measure == "granger", task.Err); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// polynomial returns I - Σ A exp(-2πi f k/fs).
func (m *VAR) polynomial(f float64) cmatrix {
	a := newCMatrix(len(m.Sigma))
	for i := range a {
		a[i][i] = 1
	}
	for k, c := range m.A {
		z := turn(float64(-f / m.FS * float64(k+1)))
		for i, row := range c {
			for j, v := range row {
				a[i][j] -= complex(float64(v*real(z)), float64(v*imag(z)))
			}
		}
	}
	return a
}

// set computes a measure that needs one frequency only.
func (d *Directed) set(k int, measure string, sigma [][]float64, a, h, s cmatrix) bool {
	n := len(sigma)
	var g cmatrix
	if measure == "partial coherence" {
		var ok bool
		if g, ok = s.inverse(); !ok {
			return false
		}
	}
	for i := range n {
		for j := range n {
			v := 0.0
			switch measure {
			case "dtf", "ffdtf", "ddtf":
				v = square(h[i][j])
			case "dc":
				v = float64(square(h[i][j]) * sigma[j][j])
			case "pdc":
				v = square(a[i][j])
			case "gpdc":
				v = square(a[i][j]) / sigma[i][i]
			case "partial coherence":
				v = square(g[i][j]) / real(g[i][i]) / real(g[j][j])
			case "coherence":
				v = square(s[i][j]) / real(s[i][i]) / real(s[j][j])
			}
			d.V[i][j][k] = v
		}
	}
	switch measure {
	case "dtf", "dc":
		for i := range n {
			sum := 0.0
			for j := range n {
				sum += d.V[i][j][k]
			}
			for j := range n {
				d.V[i][j][k] /= sum
			}
		}
	case "pdc", "gpdc":
		for j := range n {
			sum := 0.0
			for i := range n {
				sum += d.V[i][j][k]
			}
			for i := range n {
				d.V[i][j][k] /= sum
			}
		}
	}
	return true
}

// overFrequencies divides by the sum over sources and frequencies.
func (d *Directed) overFrequencies() {
	for _, row := range d.V {
		sum := 0.0
		for _, v := range row {
			for _, w := range v {
				sum += w
			}
		}
		for _, v := range row {
			for k := range v {
				v[k] /= sum
			}
		}
	}
}

// Matrix returns the mean over lo <= F <= hi (Hz), [to][from]; NaN on the diagonal.
// No frequency between lo and hi is an error.
func (d *Directed) Matrix(lo, hi float64) ([][]float64, error) {
	m := rows(len(d.V), len(d.V))
	for i := range m {
		for j := range m {
			sum, count := 0.0, 0
			for k, f := range d.F {
				if f >= lo && f <= hi {
					sum, count = sum+d.V[i][j][k], count+1
				}
			}
			if count == 0 {
				return nil, fmt.Errorf("signal: Directed.Matrix: no frequency lies between %g and %g Hz", lo, hi)
			}
			m[i][j] = sum / float64(count)
			if i == j {
				m[i][j] = math.NaN()
			}
		}
	}
	return m, nil
}

// Total returns the mean over all frequencies from 0 to half the rate by the
// trapezoid rule, [to][from], which for Granger causality is the one in time:
// log |Σ without the source| / |Σ with it|. F must cover that range; it is an error
// when it does not.
func (d *Directed) Total() ([][]float64, error) {
	last := len(d.F) - 1
	if last < 1 || d.F[0] > 1e-9*d.rate || d.F[last] < d.rate/2*(1-1e-9) {
		return nil, fmt.Errorf("signal: Directed.Total: frequencies go from %g to %g Hz; they must cover 0 to half the rate (%g Hz)", d.F[0], d.F[last], d.rate/2)
	}
	m := rows(len(d.V), len(d.V))
	for i := range m {
		for j := range m {
			for k := range last {
				m[i][j] += float64((d.F[k+1] - d.F[k]) * (d.V[i][j][k] + d.V[i][j][k+1]) / d.rate)
			}
		}
	}
	return m, nil
}

// Table returns the mean over lo <= F <= hi (Hz) as one row for each way, with the
// frequency at which it is largest.
func (d *Directed) Table(lo, hi float64) (table.Table, error) {
	m, err := d.Matrix(lo, hi)
	if err != nil {
		return table.Table{}, err
	}
	var from, to []string
	var mean, peak, at []float64
	for j := range m {
		for i := range m {
			if i == j {
				continue
			}
			best := -1
			for k, f := range d.F {
				if f >= lo && f <= hi && (best < 0 || d.V[i][j][k] > d.V[i][j][best]) {
					best = k
				}
			}
			from, to = append(from, d.Names[j]), append(to, d.Names[i])
			mean, peak, at = append(mean, m[i][j]), append(peak, d.V[i][j][best]), append(at, d.F[best])
		}
	}
	return table.Table{Title: d.Measure, Cols: []table.Col{{Name: "from", Text: from}, {Name: "to", Text: to},
		{Name: "mean", Num: mean}, {Name: "largest", Num: peak}, {Name: "at", Unit: "Hz", Num: at}}}, nil
}

// title returns the measure as figures write it.
func (d *Directed) title() string {
	switch d.Measure {
	case "granger":
		return "Granger causality of pairs"
	case "conditional granger":
		return "conditional Granger causality"
	case "dtf", "dc", "pdc":
		return strings.ToUpper(d.Measure)
	case "ffdtf", "ddtf", "gpdc":
		cut := len(d.Measure) - 3
		return d.Measure[:cut] + strings.ToUpper(d.Measure[cut:])
	}
	return d.Measure
}

// Show draws the figure of Plot.
func (d *Directed) Show() display.Bundle { return d.Plot().Show() }

// Plot returns the figure of the measure: up to six channels a grid of panels, the
// column being the source and the row the target, with the spectrum of each channel
// on the diagonal; of more channels, or a single frequency, the mean over
// frequencies as a matrix.
func (d *Directed) Plot() *figure.Figure {
	n := len(d.V)
	if n > 6 || len(d.F) < 2 {
		m, err := d.Matrix(math.Inf(-1), math.Inf(1))
		if err != nil {
			return &figure.Figure{}
		}
		return directedMatrix(m, d.Names, d.title(), nil)
	}
	top := 0.0
	for i := range n {
		for j := range n {
			if i != j {
				for _, v := range d.V[i][j] {
					if v > top {
						top = v
					}
				}
			}
		}
	}
	if top == 0 {
		top = 1
	}
	fig := &figure.Figure{Title: d.title() + ": from the column to the row", Cols: n, ShareX: true, Width: 4.2 * float64(max(n, 3)), Height: 3.2 * float64(max(n, 2))}
	for i := range n {
		for j := range n {
			p := figure.Panel{X: figure.Axis{Label: "frequency", Unit: "Hz"}, Legend: "off"}
			if i == 0 {
				p.Title = "from " + d.Names[j]
			}
			if i == j {
				p.Y = figure.Axis{Label: "power of " + d.Names[i], Log: logarithmic(d.Power[i])}
				p.Layers = []figure.Layer{{Kind: figure.Line, X: d.F, Y: d.Power[i], Color: "grey"}}
			} else {
				p.Y = figure.Axis{Label: "to " + d.Names[i], Min: 0, Max: 1.05 * top}
				p.Layers = []figure.Layer{{Kind: figure.Area, X: d.F, Y: d.V[i][j], Color: "blue"}, {Kind: figure.Line, X: d.F, Y: d.V[i][j], Color: "blue"}}
			}
			fig.Panels = append(fig.Panels, p)
		}
	}
	return fig
}

// directedMatrix draws values [to][from] with marks where marked.
func directedMatrix(m [][]float64, names []string, what string, marked [][]bool) *figure.Figure {
	n := len(m)
	ticks := make([]float64, n)
	for i := range ticks {
		ticks[i] = float64(i)
	}
	p := figure.Panel{
		X: figure.Axis{Label: "from"}, Y: figure.Axis{Label: "to", Flip: true},
		ColorBar: figure.Axis{Label: what}, Square: true, Legend: "off",
		Layers: []figure.Layer{{Kind: figure.Image, Z: m, X: []float64{-0.5, float64(n) - 0.5}, Y: []float64{-0.5, float64(n) - 0.5}}},
	}
	if n <= 24 {
		p.X.Ticks, p.X.Names, p.Y.Ticks, p.Y.Names = ticks, names, ticks, names
	}
	var x, y []float64
	for i := range marked {
		for j, yes := range marked[i] {
			if yes {
				x, y = append(x, float64(j)), append(y, float64(i))
			}
		}
	}
	if x != nil {
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Points, X: x, Y: y, Color: "red", Size: 5})
	}
	return &figure.Figure{Width: 12, Panels: []figure.Panel{p}}
}
