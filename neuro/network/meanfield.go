package network

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// A MeanField is a network as the theory of sparsely connected populations sees it:
// each cell has so many connections from each population, whose spikes are
// independent of each other (Amit and Brunel 1997, Cereb Cortex 7:237; Brunel 2000).
//
//	mu[i]     = Tau sum_j K[i][j] J[i][j] rate[j] + External mean
//	sigma[i]² = Tau sum_j K[i][j] J[i][j]² rate[j] + External variance
//
// Weights are steps of the potential, mV. With TauSyn in the cell, J is the step that
// the charge of one spike makes of the potential in all.
type MeanField struct {
	Names []string    // of the populations
	Cells []Siegert   // by population
	K     [][]float64 // connections of a cell, by population of the target and of the source
	J     [][]float64 `unit:"mV"` // weights, likewise
	Delay [][]float64 `unit:"ms"` // likewise, for Stability and Spectra; stationary rates do not depend on it

	// Background of each population: connections of a cell, their rate and weight.
	KExternal, RateExternal, JExternal []float64
	// Constant is an input that does not fluctuate, as a shift of the potential;
	// none if nil.
	Constant []float64 `unit:"mV"`
}

// BrunelMeanField returns model A of Brunel (2000): 10,000 excitatory and 2,500
// inhibitory cells with connections of one in ten, weights 0.1 mV and -g 0.1 mV,
// delays of 1.5 ms, and 1,000 external connections that together, at eta = 1, just reach the
// threshold on average.
func BrunelMeanField(g, eta float64) *MeanField {
	const j = 0.1
	c := *NewSiegert()
	ext := float64(eta * c.Threshold / (j * 1000 * c.Tau) * 1000) // Hz
	row := []float64{1000, 250}
	w := []float64{j, -g * j}
	late := []float64{1.5, 1.5}
	return &MeanField{Names: []string{"E", "I"}, Cells: []Siegert{c, c}, K: [][]float64{row, row}, J: [][]float64{w, w}, Delay: [][]float64{late, late},
		KExternal: []float64{1000, 1000}, RateExternal: []float64{ext, ext}, JExternal: []float64{j, j}}
}

// Check returns an error for tables that do not fit each other.
func (m *MeanField) Check() error {
	n := len(m.Cells)
	if n == 0 {
		return fmt.Errorf("network: MeanField: there is no population; give Cells one for each")
	}
	for _, x := range []struct {
		name string
		n    int
	}{{"Names", len(m.Names)}, {"K", len(m.K)}, {"J", len(m.J)}, {"KExternal", len(m.KExternal)}, {"RateExternal", len(m.RateExternal)},
		{"JExternal", len(m.JExternal)}, {"Constant", len(m.Constant)}} {
		if x.n != n && (x.n > 0 || x.name == "K" || x.name == "J") {
			return fmt.Errorf("network: MeanField: %s has %d entries; it must have one for each of the %d Cells", x.name, x.n, n)
		}
	}
	if len(m.KExternal) != len(m.RateExternal) || len(m.KExternal) != len(m.JExternal) {
		return fmt.Errorf("network: MeanField: KExternal, RateExternal and JExternal have %d, %d and %d entries; give all three or none", len(m.KExternal), len(m.RateExternal), len(m.JExternal))
	}
	for i := range m.Cells {
		if err := m.Cells[i].Check(); err != nil {
			return fmt.Errorf("network: MeanField: population %d: %w", i, err)
		}
		if len(m.K[i]) != n || len(m.J[i]) != n {
			return fmt.Errorf("network: MeanField: K[%d] and J[%d] have %d and %d entries; they must have one for each of the %d Cells", i, i, len(m.K[i]), len(m.J[i]), n)
		}
		for j := range n {
			if !finite(m.K[i][j], m.J[i][j]) || m.K[i][j] < 0 {
				return fmt.Errorf("network: MeanField: from population %d to %d K is %g and J %g mV; they must be finite and K 0 or more", j, i, m.K[i][j], m.J[i][j])
			}
		}
		if m.KExternal != nil && (!finite(m.KExternal[i], m.RateExternal[i], m.JExternal[i]) || m.KExternal[i] < 0 || m.RateExternal[i] < 0) {
			return fmt.Errorf("network: MeanField: the external input of population %d is %g connections with %g Hz and %g mV; they must be finite, and connections and rate 0 or more", i, m.KExternal[i], m.RateExternal[i], m.JExternal[i])
		}
		if m.Constant != nil && !finite(m.Constant[i]) {
			return fmt.Errorf("network: MeanField: Constant of population %d is %g mV; it must be finite", i, m.Constant[i])
		}
	}
	return nil
}

func finite(list ...float64) bool {
	for _, x := range list {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

// Input returns the mean and the noise of the input of each population, mV, when
// they fire with the rates given, Hz.
func (m *MeanField) Input(rates []float64) (mu, sigma []float64, err error) {
	if err := m.Check(); err != nil {
		return nil, nil, err
	}
	if len(rates) != len(m.Cells) {
		return nil, nil, fmt.Errorf("network: MeanField: there are %d rates for %d populations", len(rates), len(m.Cells))
	}
	for i, r := range rates {
		if !finite(r) || r < 0 {
			return nil, nil, fmt.Errorf("network: MeanField: rate %d is %g Hz; rates must be finite and 0 or more", i, r)
		}
	}
	mu, sigma = m.input(rates)
	return mu, sigma, nil
}

func (m *MeanField) input(rates []float64) (mu, sigma []float64) {
	n := len(m.Cells)
	mu, sigma = make([]float64, n), make([]float64, n)
	for i := range m.Cells {
		mean, variance := 0.0, 0.0
		add := func(k, j, rate float64) {
			x := float64(k * j * rate / 1000 * m.Cells[i].Tau)
			mean += x
			variance += float64(x * j)
		}
		for s, r := range rates {
			add(m.K[i][s], m.J[i][s], r)
		}
		if m.KExternal != nil {
			add(m.KExternal[i], m.JExternal[i], m.RateExternal[i])
		}
		if m.Constant != nil {
			mean += m.Constant[i]
		}
		mu[i], sigma[i] = mean, math.Sqrt(math.Max(variance, 0))
	}
	return mu, sigma
}

// Rates returns the stationary rates, Hz: those at which each population, given the
// input from all, fires as the input supposes. They are where the rates come to rest
// when they follow their Siegert rates as
//
//	d rate[i]/ds = Siegert(mu[i], sigma[i]) - rate[i]
//
// from start, silence if nil. Where a network has several states, as with
// inhibition that is weaker than excitation, the start says which is found.
// With delays the network may oscillate about these rates: Stability tells.
func (m *MeanField) Rates(start []float64) ([]float64, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	n := len(m.Cells)
	r := make([]float64, n)
	if start != nil {
		if len(start) != n {
			return nil, fmt.Errorf("network: MeanField: start has %d rates for %d populations", len(start), n)
		}
		for i, x := range start {
			if !finite(x) || x < 0 {
				return nil, fmt.Errorf("network: MeanField: rate %d of start is %g Hz; rates must be finite and 0 or more", i, x)
			}
		}
		copy(r, start)
	}
	// slopes returns where the rates go and how far they are from rest.
	slopes := func(r []float64) ([]float64, float64) {
		mu, sigma := m.input(r)
		d, off := make([]float64, n), 0.0
		for i := range d {
			d[i] = m.Cells[i].rate(mu[i], sigma[i]) - r[i]
			off = math.Max(off, math.Abs(d[i])/(1e-3+math.Abs(r[i])))
		}
		return d, off
	}
	// Implicit steps of s that grow as rest comes nearer: at first they follow the
	// rates, in the end they are Newton's method.
	const tolerance = 1e-10
	h := 0.01
	d, off := slopes(r)
	for range 10_000 {
		if off < tolerance {
			return r, nil
		}
		a, next := make([][]float64, n), make([]float64, n)
		for i := range a {
			a[i] = make([]float64, n+1)
			a[i][i], a[i][n] = 1/h, d[i]
		}
		for j := range r {
			e := float64(1e-6 * (1e-3 + r[j]))
			copy(next, r)
			next[j] += e
			dj, _ := slopes(next)
			for i := range a {
				a[i][j] -= (dj[i] - d[i]) / e
			}
		}
		step, ok := linalg.Solve(a, 0)
		if !ok {
			h /= 4
			continue
		}
		for i := range r {
			next[i] = math.Max(r[i]+step[i], 0)
		}
		dn, offn := slopes(next)
		far := 0.0
		for i := range r {
			far = math.Max(far, math.Abs(next[i]-r[i])/(1+r[i]))
		}
		// Leaps could land at another state than the one that the rates go to.
		if (far > 0.5 || !(offn < 2*off)) && h > 1e-9 {
			h /= 4
			continue
		}
		r, d, off = next, dn, offn
		h = math.Min(2*h, 1e9)
	}
	return nil, fmt.Errorf("network: MeanField: the rates have not come to rest, they are near %.6g Hz; another start may lead to rest", r)
}
