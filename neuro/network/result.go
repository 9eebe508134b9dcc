package network

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
)

// A Result is what a run recorded, from T0 to T1.
type Result struct {
	T0, T1 float64 `unit:"ms"`
	Dt     float64 `unit:"ms"` // the time step
	// Traces are by probe and variable, in their order, then by cell.
	Traces [][]neuro.Trace
	// Weights are by probe.
	Weights []*Weights
	// LFP are in the order of RecordOptions.LFP.
	LFP []neuro.Trace

	first uint64
	pops  []recorded
}

// Recorded are the spikes of a population.
type recorded struct {
	name   string
	n      int
	source bool
	quiet  bool
	cells  []uint32 // of all spikes, by step
	ends   []int    // by step: where its spikes end in cells
	count  int
}

func (r *recorded) add(cells []uint32) {
	r.count += len(cells)
	if !r.quiet {
		r.cells = append(r.cells, cells...)
		r.ends = append(r.ends, len(r.cells))
	} else {
		r.ends = append(r.ends, r.count)
	}
}

// find returns the record of a population; all cells if the name is empty.
func (r *Result) find(name string) ([]*recorded, error) {
	var out []*recorded
	var names []string
	for i := range r.pops {
		p := &r.pops[i]
		if p.name == name || name == "" && !p.source {
			out = append(out, p)
		}
		names = append(names, p.name)
	}
	if out == nil {
		return nil, fmt.Errorf("network: there is no population %q; populations are %q%s", name, names, suggestion(name, names))
	}
	return out, nil
}

// Spikes returns how many spikes a population fired; all cells if the name is
// empty.
func (r *Result) Spikes(population string) (int, error) {
	list, err := r.find(population)
	n := 0
	for _, p := range list {
		n += p.count
	}
	return n, err
}

// Rate returns the mean rate of a population's members, Hz; of all cells if the
// name is empty. skip is how much of the beginning is left out, ms.
func (r *Result) Rate(population string, skip float64) (float64, error) {
	list, err := r.find(population)
	if err != nil {
		return 0, err
	}
	from := int(math.Round(skip / r.Dt))
	spikes, cells := 0, 0
	for _, p := range list {
		if from > 0 && from <= len(p.ends) {
			spikes -= p.ends[from-1]
		}
		spikes += p.count
		cells += p.n
	}
	steps := 0
	if len(list) > 0 {
		steps = len(list[0].ends) - from
	}
	if !(skip >= 0) || steps <= 0 {
		return 0, fmt.Errorf("network: Rate: skip is %g ms; it must be 0 or more and less than the run, %g ms", skip, r.T1-r.T0)
	}
	return float64(spikes) / float64(cells) / float64(float64(steps)*r.Dt) * 1000, nil
}

// Raster returns the spikes of a population, a train for each member; of all cells
// if the name is empty.
func (r *Result) Raster(population string) (neuro.Raster, error) {
	out := neuro.Raster{T0: r.T0, T1: r.T1}
	list, err := r.find(population)
	if err != nil {
		return out, err
	}
	for _, p := range list {
		if p.quiet {
			return out, fmt.Errorf("network: Raster: the spikes of %q were counted and not kept (RecordOptions.Quiet)", p.name)
		}
		base := len(out.Trains)
		count := make([]int, p.n)
		for _, c := range p.cells {
			count[c]++
		}
		for _, n := range count {
			var train neuro.Spikes // nil where a member is silent
			if n > 0 {
				train = make(neuro.Spikes, 0, n)
			}
			out.Trains = append(out.Trains, train)
		}
		begin := 0
		for k, end := range p.ends {
			t := float64(float64(r.first+uint64(k)) * r.Dt)
			for _, c := range p.cells[begin:end] {
				out.Trains[base+int(c)] = append(out.Trains[base+int(c)], t)
			}
			begin = end
		}
	}
	return out, nil
}

// Hash returns a number that is the same for the same spikes of all populations.
func (r *Result) Hash() uint64 {
	h := uint64(14695981039346656037)
	add := func(x uint64) {
		for range 8 {
			h = (h ^ x&255) * 1099511628211
			x >>= 8
		}
	}
	for i := range r.pops {
		begin := 0
		for k, end := range r.pops[i].ends {
			if r.pops[i].quiet {
				add(uint64(end))
				continue
			}
			for _, c := range r.pops[i].cells[begin:end] {
				add(r.first + uint64(k))
				add(uint64(c))
			}
			begin = end
		}
	}
	return h
}
