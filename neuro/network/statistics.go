package network

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
)

// CV returns the coefficient of variation of the intervals between spikes: the
// mean over the members of a population, or over all cells if the name is empty,
// that have three intervals or more after the first skip ms. It is NaN where there
// are none.
func (r *Result) CV(population string, skip float64) (float64, error) {
	list, err := r.find(population)
	if err != nil {
		return 0, err
	}
	if !(skip >= 0) {
		return 0, fmt.Errorf("network: CV: skip is %g ms; it must be 0 or more", skip)
	}
	from := int(math.Round(skip / r.Dt))
	total, cells := 0.0, 0
	for _, p := range list {
		if p.quiet {
			return 0, fmt.Errorf("network: CV: the spikes of %q were counted and not kept (RecordOptions.Quiet)", p.name)
		}
		last, n := make([]int, p.n), make([]int, p.n)
		sum, squares := make([]float64, p.n), make([]float64, p.n)
		begin := 0
		for k, end := range p.ends {
			if k >= from {
				for _, c := range p.cells[begin:end] {
					if n[c] > 0 {
						d := float64(k - last[c])
						sum[c] += d
						squares[c] += float64(d * d)
					}
					last[c] = k
					n[c]++
				}
			}
			begin = end
		}
		for c := range n {
			if k := float64(n[c] - 1); k >= 3 {
				mean := sum[c] / k
				total += math.Sqrt(math.Max(squares[c]/k-float64(mean*mean), 0)) / mean
				cells++
			}
		}
	}
	return total / float64(cells), nil
}

// PopulationRate returns the rate of a population over time, Hz per member, in bins
// of bin ms: of all cells if the name is empty. A rest that fills no bin is left
// out.
func (r *Result) PopulationRate(population string, bin float64) (neuro.Trace, error) {
	list, err := r.find(population)
	if err != nil {
		return neuro.Trace{}, err
	}
	per := int(math.Round(bin / r.Dt))
	if !(bin > 0) || per < 1 || len(list[0].ends) < per {
		return neuro.Trace{}, fmt.Errorf("network: PopulationRate: bin is %g ms; it must be a multiple of %g ms and not longer than the run, %g ms", bin, r.Dt, r.T1-r.T0)
	}
	name := population
	if name == "" {
		name = "rate"
	}
	width := float64(float64(per) * r.Dt)
	t := neuro.Trace{Name: name, Unit: "Hz", T0: r.T0 + float64(width/2), Dt: width}
	cells := 0
	for _, p := range list {
		cells += p.n
	}
	for k := per; k <= len(list[0].ends); k += per {
		spikes := 0
		for _, p := range list {
			spikes += p.ends[k-1]
			if k > per {
				spikes -= p.ends[k-per-1]
			}
		}
		t.Y = append(t.Y, float64(spikes)/float64(cells)/width*1000)
	}
	return t, nil
}

// Correlation returns the mean and the standard deviation, over pairs, of the
// correlation of the spike counts of the first members of a population, in bins of
// bin ms after the first skip ms. Members without spikes are left out.
func (r *Result) Correlation(population string, members int, bin, skip float64) (mean, sd float64, err error) {
	raster, err := r.Raster(population)
	if err != nil {
		return 0, 0, err
	}
	t0 := r.T0 + skip
	n := int((r.T1-t0)/bin + 1e-9)
	if !(bin > 0) || !(skip >= 0) || n < 2 {
		return 0, 0, fmt.Errorf("network: Correlation: bin is %g ms and skip %g ms; there must be two bins or more in %g ms", bin, skip, r.T1-r.T0)
	}
	var counts [][]float64
	for _, train := range raster.Trains {
		if len(counts) == members {
			break
		}
		c := make([]float64, n)
		any := false
		for _, t := range train {
			if k := int(math.Floor((t-t0)/bin + 1e-9)); k >= 0 && k < n {
				c[k]++
				any = true
			}
		}
		if any {
			counts = append(counts, standard(c))
		}
	}
	if len(counts) < 2 {
		return 0, 0, fmt.Errorf("network: Correlation: %d members of %q fired after %g ms; it takes two", len(counts), population, t0)
	}
	sum, squares, pairs := 0.0, 0.0, 0.0
	for i := range counts {
		for j := range i {
			x := 0.0
			for k := range n {
				x += float64(counts[i][k] * counts[j][k])
			}
			x /= float64(n)
			sum += x
			squares += float64(x * x)
			pairs++
		}
	}
	mean = sum / pairs
	return mean, math.Sqrt(math.Max(squares/pairs-float64(mean*mean), 0)), nil
}

// standard gives numbers the mean 0 and the variance 1.
func standard(x []float64) []float64 {
	mean, v := 0.0, 0.0
	for _, y := range x {
		mean += y
	}
	mean /= float64(len(x))
	for i := range x {
		x[i] -= mean
		v += float64(x[i] * x[i])
	}
	sd := math.Sqrt(v / float64(len(x)))
	for i := range x {
		x[i] /= sd
	}
	return x
}
