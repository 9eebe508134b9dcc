package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
)

// STTC returns the spike time tiling coefficient of two trains, a measure of
// correlation from -1 to 1 that does not depend on the firing rates:
//
//	STTC = ½ ((PA - TB)/(1 - PA TB) + (PB - TA)/(1 - PB TA)),
//
// where TA is the share of the window that lies within dt of a spike of a, and
// PA the share of the spikes of a that lie within dt of a spike of b. A term
// whose P and T are both 1 counts as 1.
//
// dt, t0 and t1 are in ms; spikes outside of t0 to t1 do not count, and tiles
// are cut at both ends. Spikes exactly dt apart, up to the rounding of their
// times, are within dt.
//
// Errors: a train without spikes in the window (the coefficient is not
// defined), dt <= 0, t1 <= t0, spikes that are not finite and ascending.
// Source: Cutts and Eglen 2014, J. Neurosci. 34:14288. Peer:
// elephant.spike_train_correlation.spike_time_tiling_coefficient, which widens
// dt by 1e-5 of the time of a spike (0.1 ms at 10 s) when it looks for
// neighbours, so that its values change with where the recording begins.
func STTC(a, b neuro.Spikes, dt, t0, t1 float64) (float64, error) {
	const call = "STTC"
	if err := checkPositive(call, "dt", "ms", dt); err != nil {
		return 0, err
	}
	if err := checkWindow(call, t0, t1); err != nil {
		return 0, err
	}
	for _, v := range []struct {
		name string
		s    *neuro.Spikes
	}{{"a", &a}, {"b", &b}} {
		if err := check(call, v.name, *v.s); err != nil {
			return 0, err
		}
		*v.s = within(*v.s, t0, t1)
		if len(*v.s) == 0 {
			return 0, fmt.Errorf("spikes: %s: %s has no spike between %g and %g ms; at least 1 is needed", call, v.name, t0, t1)
		}
	}
	ta, tb := tiled(a, dt, t0, t1), tiled(b, dt, t0, t1)
	pa, pb := near(a, b, dt), near(b, a, dt)
	return tiling(pa, pb, ta, tb), nil
}

// tiling returns the coefficient of the shares of spikes and of time.
func tiling(pa, pb, ta, tb float64) float64 {
	term := func(p, t float64) float64 {
		product := float64(p * t)
		if product == 1 {
			return 1
		}
		return (p - t) / (1 - product)
	}
	return (term(pa, tb) + term(pb, ta)) / 2
}

// tiled returns the share of the window that is within dt of a spike.
func tiled(s neuro.Spikes, dt, t0, t1 float64) float64 {
	covered := math.Min(s[0]-t0, dt) + math.Min(t1-s[len(s)-1], dt)
	for i := 1; i < len(s); i++ {
		covered += math.Min(s[i]-s[i-1], 2*dt)
	}
	return covered / (t1 - t0)
}

// near returns the share of the spikes of a that are within dt of one of b.
func near(a, b neuro.Spikes, dt float64) float64 {
	j, count := 0, 0
	for _, t := range a {
		for j+1 < len(b) && math.Abs(b[j+1]-t) <= math.Abs(b[j]-t) {
			j++
		}
		slack := float64(0x1p-50 * math.Max(math.Abs(t), math.Abs(b[j])))
		if math.Abs(b[j]-t) <= dt+slack {
			count++
		}
	}
	return float64(count) / float64(len(a))
}
