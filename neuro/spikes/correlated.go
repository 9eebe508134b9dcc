package spikes

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// CorrelatedOptions say what SingleInteraction, MultipleInteraction and
// CompoundPoisson simulate.
type CorrelatedOptions struct {
	N      int     // trains
	Rate   float64 `unit:"Hz"` // of each train, Hz
	T0, T1 float64 `unit:"ms"` // the window, ms
	// Jitter moves each copy of a common spike by up to ± so much, ms; 0 leaves them
	// at one time. A spike that would leave the window is reflected.
	Jitter float64 `unit:"ms"`
	Seed   uint64
}

func (o CorrelatedOptions) check(call string) error {
	if err := checkRate(call, o.Rate, o.T0, o.T1); err != nil {
		return err
	}
	if o.N < 1 || float64(o.N)*math.Max(1, o.Rate*(o.T1-o.T0)/1000) > largest {
		return fmt.Errorf("spikes: %s: N is %d trains; it must be 1 or more, and all have at most %d spikes", call, o.N, largest)
	}
	if !(o.Jitter >= 0) || math.IsInf(o.Jitter, 0) {
		return fmt.Errorf("spikes: %s: Jitter is %g ms; it must be 0 or more and finite", call, o.Jitter)
	}
	return nil
}

// common adds copies of the spikes of a Poisson process to trains: pick names the trains
// that get a spike.
func (o CorrelatedOptions) common(call string, trains []neuro.Spikes, rate float64, pick func(r *rng.Source) []int) error {
	mother, err := Poisson(rate, o.T0, o.T1, 0, o.Seed)
	if err != nil {
		return err
	}
	r := rng.New(o.Seed, 2)
	task := display.Start("spikes."+call, "spikes", len(mother))
	defer task.End()
	for i, t := range mother {
		if i%1024 == 0 {
			if task.Set(i); task.Err() != nil {
				return fmt.Errorf("spikes: %s: %w", call, task.Err())
			}
		}
		for _, k := range pick(r) {
			at := t
			if o.Jitter > 0 {
				at = reflected(t+aside(r, o.Jitter), o.T0, o.T1)
			}
			trains[k] = append(trains[k], at)
		}
	}
	for _, s := range trains {
		sort.Float64s(s)
	}
	return nil
}

// empty returns trains without spikes, not nil.
func (o CorrelatedOptions) empty() neuro.Raster {
	r := neuro.Raster{Trains: make([]neuro.Spikes, o.N), T0: o.T0, T1: o.T1}
	for i := range r.Trains {
		r.Trains[i] = neuro.Spikes{}
	}
	return r
}

// SingleInteraction returns Poisson processes that share spikes: those of one Poisson
// process of rate common (Hz) are in all trains, and each train has spikes of its own up
// to o.Rate. The correlation of counts of any two is common/Rate.
//
// Errors: common negative or above Rate, those of Poisson, N below 1. Source: Kuhn,
// Aertsen and Rotter 2003, Neural Comput. 15:67. Peer:
// elephant.spike_train_generation.single_interaction_process.
func SingleInteraction(common float64, o CorrelatedOptions) (neuro.Raster, error) {
	const call = "SingleInteraction"
	if err := o.check(call); err != nil {
		return neuro.Raster{}, err
	}
	if !(common >= 0 && common <= o.Rate) {
		return neuro.Raster{}, fmt.Errorf("spikes: %s: common is %g Hz; it must be from 0 to the rate, %g Hz", call, common, o.Rate)
	}
	out := o.empty()
	all := make([]int, o.N)
	for i := range all {
		all[i] = i
		r := rng.New(o.Seed, uint64(i)+16)
		own, err := Poisson(o.Rate-common, o.T0, o.T1, 0, r.Uint64())
		if err != nil {
			return neuro.Raster{}, err
		}
		out.Trains[i] = own
	}
	if err := o.common(call, out.Trains, common, func(*rng.Source) []int { return all }); err != nil {
		return neuro.Raster{}, err
	}
	return out, nil
}

// MultipleInteraction returns Poisson processes thinned from one: each spike of a Poisson
// process of rate Rate/correlation is in each train with the probability
// correlation, by itself. That is the correlation of counts of any two, and trains share
// spikes in all numbers.
//
// Errors: a correlation that is not above 0 and at most 1 (for 0 take Poisson), those of
// Poisson, N below 1. Source: Kuhn, Aertsen and Rotter 2003, Neural Comput. 15:67. Peer:
// elephant.spike_train_generation.compound_poisson_process with binomial
// amplitudes.
func MultipleInteraction(correlation float64, o CorrelatedOptions) (neuro.Raster, error) {
	const call = "MultipleInteraction"
	if err := o.check(call); err != nil {
		return neuro.Raster{}, err
	}
	if !(correlation > 0 && correlation <= 1) {
		return neuro.Raster{}, fmt.Errorf("spikes: %s: correlation is %g; it must be above 0 and at most 1", call, correlation)
	}
	if err := checkRate(call, o.Rate/correlation, o.T0, o.T1); err != nil {
		return neuro.Raster{}, err
	}
	out := o.empty()
	var some []int
	err := o.common(call, out.Trains, o.Rate/correlation, func(r *rng.Source) []int {
		some = some[:0]
		for i := range o.N {
			if r.Float64() < correlation {
				some = append(some, i)
			}
		}
		return some
	})
	if err != nil {
		return neuro.Raster{}, err
	}
	return out, nil
}

// CompoundPoisson returns trains whose joint spikes have an amplitude of a given
// distribution: events are a Poisson process, each is in k trains, chosen at random,
// with the probability amplitude[k], k = 0 ... N, and trains have the rate o.Rate. With
// probability at 1 only they are independent; their correlation of counts is
// (E[k²]/E[k] - 1)/(N - 1).
//
// amplitude has N+1 values that sum to 1; amplitude[0], events in no train, changes
// nothing. Errors: amplitudes that are negative or do not sum to 1, or that are all at
// 0; those of Poisson. Source: Staude, Rotter and Gruen 2010, J. Comput. Neurosci.
// 29:327. Peer: elephant.spike_train_generation.compound_poisson_process.
func CompoundPoisson(amplitude []float64, o CorrelatedOptions) (neuro.Raster, error) {
	const call = "CompoundPoisson"
	if err := o.check(call); err != nil {
		return neuro.Raster{}, err
	}
	if len(amplitude) != o.N+1 {
		return neuro.Raster{}, fmt.Errorf("spikes: %s: amplitude has %d values with %d trains; N+1 are needed, for 0 to N trains", call, len(amplitude), o.N)
	}
	sum, mean := 0.0, 0.0
	for k, p := range amplitude {
		if !(p >= 0) {
			return neuro.Raster{}, fmt.Errorf("spikes: %s: amplitude[%d] is %g; probabilities must be 0 or more", call, k, p)
		}
		sum += p
		mean += float64(float64(k) * p)
	}
	if math.Abs(sum-1) > 1e-6 || !(mean > 0) {
		return neuro.Raster{}, fmt.Errorf("spikes: %s: the amplitudes sum to %g and have the mean %g; they must sum to 1 and not all be 0", call, sum, mean)
	}
	// Events in no train are left out at once.
	rate := float64(o.N) * o.Rate * (sum - amplitude[0]) / mean
	if err := checkRate(call, rate, o.T0, o.T1); err != nil {
		return neuro.Raster{}, err
	}
	out := o.empty()
	order := make([]int, o.N)
	for i := range order {
		order[i] = i
	}
	err := o.common(call, out.Trains, rate, func(r *rng.Source) []int {
		u := r.Float64() * (sum - amplitude[0])
		k := 1
		for ; k < o.N && u >= amplitude[k]; k++ {
			u -= amplitude[k]
		}
		for i := range k { // the first k of a shuffled row
			j := i + r.Intn(o.N-i)
			order[i], order[j] = order[j], order[i]
		}
		return order[:k]
	})
	if err != nil {
		return neuro.Raster{}, err
	}
	return out, nil
}
