package network

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/model"
)

// poisson is random spikes of the members lo to hi of a population.
type poisson struct {
	of     *Population
	lo     int
	dt     float64
	per    float64 // expected spikes in a step at a rate of 1 per ms
	source *rng.Source

	e      *model.Expression // nil once the rates stay as they are
	counts *rng.Counts       // where all members have the same rate
	mean   float64           // of counts
	each   []float32         // drawn from counts
	means  []float64         // expected spikes in a step, where rates differ
	drawn  []float64         // from means
}

// poisson reads a rate, a formula of members; each fires like so many sources.
func (n *Network) poisson(text string, many int, of *Population, lo, hi int, seed uint64) (*poisson, error) {
	p := &poisson{of: of, lo: lo, dt: n.dt(), per: float64(float64(many) * n.dt()), source: rng.New(seed, 0), each: make([]float32, hi-lo)}
	e, err := n.members("rate", text, "Hz", of, stream(seed, kindRate, 0))
	if err != nil {
		return nil, err
	}
	if hz, ok := e.Constant(); ok {
		return p, p.set(hz)
	}
	p.e = e
	if e.Random() || e.Uses("i") || e.Uses("x") || e.Uses("y") || e.Uses("z") {
		p.means, p.drawn = make([]float64, hi-lo), make([]float64, hi-lo)
	}
	if err := p.at(0); err != nil {
		return nil, err
	}
	if !e.Uses("t") && !e.Uses("t_in_timesteps") {
		p.e = nil
	}
	return p, nil
}

// at takes the rates at a time, ms.
func (p *poisson) at(t float64) error {
	if p.means == nil {
		var x [1]float64
		evaluate(p.e, p.of, x[:], 0, t)
		return p.set(x[0])
	}
	evaluate(p.e, p.of, p.means, p.lo, t)
	for i, x := range p.means {
		p.means[i] = float64(x * p.per)
		if !(p.means[i] >= 0 && p.means[i] <= 1e6) {
			return fmt.Errorf("the rate for member %d is %g Hz at %g ms; it must be 0 or more and make a million spikes in a step at most", p.lo+i, x*1000, t)
		}
	}
	return nil
}

// set takes one rate for all, per ms.
func (p *poisson) set(rate float64) error {
	mean := float64(rate * p.per)
	if !(mean >= 0 && mean <= 1e6) {
		return fmt.Errorf("the rate is %g Hz; it must be 0 or more and make a million spikes in a step at most", rate*1000)
	}
	if p.counts == nil || mean != p.mean {
		p.counts, p.mean = rng.NewCounts(mean), mean
	}
	return nil
}

// add adds the spikes of a step to the sums of the members, times weight, or times
// the weight of each member.
func (p *poisson) add(sums []float32, weight float32, weights []float32, step uint64) error {
	if p.e != nil {
		if err := p.at(float64(float64(step) * p.dt)); err != nil {
			return err
		}
	}
	switch {
	case p.means != nil:
		p.source.PoissonBlock(p.drawn, p.means, uint64(p.lo), step)
		for i, k := range p.drawn {
			if weights != nil {
				weight = weights[i]
			}
			sums[i] += float32(float32(k) * weight)
		}
	case p.mean == 0:
	case weights == nil:
		p.source.AddCounts(sums, p.counts, weight, uint64(p.lo), step)
	default:
		clear(p.each)
		p.source.AddCounts(p.each, p.counts, 1, uint64(p.lo), step)
		for i, k := range p.each {
			sums[i] += float32(k * weights[i])
		}
	}
	return nil
}
