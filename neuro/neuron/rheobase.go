package neuron

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/stim"
)

// Rheobase returns the weakest constant current between lo and hi, to within
// tol, that makes the model fire at least spikes times within dur (ms), with the
// time step dt (ms). It bisects, and so takes the model to fire above a current
// and not below it; spikes = 1 is the rheobase, a larger number with a long dur
// the onset of repetitive firing.
//
// It is an error when the model fires at lo, or does not at hi.
func Rheobase(m Model, lo, hi, tol float64, spikes int, dur, dt float64) (float64, error) {
	switch {
	case m == nil:
		return 0, fmt.Errorf("neuron: Rheobase: the model is nil; NewHH() and NewLIF() are models")
	case !(lo < hi) || math.IsInf(lo, 0) || math.IsInf(hi, 0):
		return 0, fmt.Errorf("neuron: Rheobase: the currents are %g to %g; they must ascend and be finite", lo, hi)
	case !(tol > 0):
		return 0, fmt.Errorf("neuron: Rheobase: tol is %g; it must be positive", tol)
	case spikes < 1:
		return 0, fmt.Errorf("neuron: Rheobase: spikes is %d; it must be 1 or more", spikes)
	}
	fires := func(i float64) (bool, error) {
		r, err := m.Simulate(stim.Const(i), dur, dt)
		if err != nil {
			return false, fmt.Errorf("neuron: Rheobase: at the current %g: %w", i, err)
		}
		return r.Count() >= spikes, nil
	}
	for _, c := range []struct {
		i    float64
		want bool
	}{{lo, false}, {hi, true}} {
		is, err := fires(c.i)
		if err != nil {
			return 0, err
		}
		if is != c.want && c.want {
			return 0, fmt.Errorf("neuron: Rheobase: the model fires fewer than %d times at the current %g; use a larger hi or a longer dur", spikes, hi)
		}
		if is != c.want {
			return 0, fmt.Errorf("neuron: Rheobase: the model fires %d times or more at the current %g already; use a smaller lo", spikes, lo)
		}
	}
	return weakest(lo, hi, func(lo, hi float64) bool { return hi-lo <= tol }, fires)
}

// weakest halves the currents between lo, at which a cell does not fire, and hi, at
// which it does, until they are close, and returns the upper one.
func weakest(lo, hi float64, near func(lo, hi float64) bool, fires func(float64) (bool, error)) (float64, error) {
	for !near(lo, hi) {
		mid := lo + float64(0.5*(hi-lo))
		if mid == lo || mid == hi {
			break
		}
		is, err := fires(mid)
		if err != nil {
			return 0, err
		}
		if is {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi, nil
}
