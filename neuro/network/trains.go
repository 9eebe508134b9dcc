package network

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// PulsePackets returns n trains for Population.Trains in which each packet has so many
// spikes, at times that are normal about its centre with the standard deviation sd, both
// ms, independently in each train: NEST's pulsepacket_generator (Diesmann, Gewaltig and
// Aertsen 1999, Nature 402:529). Spikes before time 0 are drawn again.
func PulsePackets(n int, centres []float64, spikes int, sd float64, seed uint64) ([]neuro.Spikes, error) {
	switch {
	case n < 1:
		return nil, fmt.Errorf("network: PulsePackets: n is %d trains; it must be 1 or more", n)
	case spikes < 1:
		return nil, fmt.Errorf("network: PulsePackets: a packet has %d spikes; it must have 1 or more", spikes)
	case !finite(sd) || sd < 0:
		return nil, fmt.Errorf("network: PulsePackets: sd is %g ms; it must be finite and 0 or more", sd)
	}
	for i, c := range centres {
		if !finite(c) || c < 0 {
			return nil, fmt.Errorf("network: PulsePackets: centre %d is %g ms; it must be finite and 0 or more", i, c)
		}
	}
	provenance.Random("network.PulsePackets", seed)
	out := make([]neuro.Spikes, n)
	for i := range out {
		s := rng.New(seed, uint64(i))
		for _, c := range centres {
			for k := 0; k < spikes; {
				if t := c + float64(sd*s.Norm()); t >= 0 {
					out[i] = append(out[i], t)
					k++
				}
			}
		}
		slices.Sort(out[i])
	}
	return out, nil
}

// GammaTrains returns n trains of a rate, Hz, from time 0 to dur, ms, whose intervals have
// a gamma distribution of a whole shape: 1 is a Poisson process, and the CV of intervals
// is 1/sqrt(shape). The trains are stationary: they began long before.
func GammaTrains(n int, rate float64, shape int, dur float64, seed uint64) ([]neuro.Spikes, error) {
	if err := trainsOf("GammaTrains", n, rate, dur); err != nil {
		return nil, err
	}
	if shape < 1 || shape > 1000 {
		return nil, fmt.Errorf("network: GammaTrains: shape is %d; it must be 1 to 1000", shape)
	}
	provenance.Random("network.GammaTrains", seed)
	out := make([]neuro.Spikes, n)
	for i := range out {
		s := rng.New(seed, uint64(i))
		// Every shape-th event of a Poisson process, from any of them on.
		per := 1000 / (rate * float64(shape))
		for t, k := 0.0, s.Intn(shape); ; k++ {
			t -= float64(per * vec.Log(s.Positive()))
			if !(t < dur) {
				break
			}
			if k%shape == shape-1 {
				out[i] = append(out[i], t)
			}
		}
	}
	return out, nil
}

// CorrelatedTrains returns n Poisson trains of a rate, Hz, from time 0 to dur, ms, each
// pair of which shares the fraction c of its spikes: c is the correlation of their counts
// (the multiple interaction process of Kuhn, Aertsen and Rotter 2003, Neural Comput 15:67).
// Each spike is moved by a normal time with the standard deviation jitter, ms; one that
// leaves the time is left out, so that the rate falls within jitter of both ends.
func CorrelatedTrains(n int, rate, c, jitter, dur float64, seed uint64) ([]neuro.Spikes, error) {
	if err := trainsOf("CorrelatedTrains", n, rate, dur); err != nil {
		return nil, err
	}
	switch {
	case !(c >= 0 && c <= 1):
		return nil, fmt.Errorf("network: CorrelatedTrains: c is %g; it must be 0 to 1", c)
	case !finite(jitter) || jitter < 0:
		return nil, fmt.Errorf("network: CorrelatedTrains: jitter is %g ms; it must be finite and 0 or more", jitter)
	}
	provenance.Random("network.CorrelatedTrains", seed)
	if c == 0 {
		return GammaTrains(n, rate, 1, dur, seed)
	}
	mother, err := GammaTrains(1, rate/c, 1, dur, seed)
	if err != nil {
		return nil, err
	}
	out := make([]neuro.Spikes, n)
	for i := range out {
		s := rng.New(seed, uint64(i)+1)
		for _, t := range mother[0] {
			if s.Float64() >= c {
				continue
			}
			if jitter > 0 {
				t += float64(jitter * s.Norm())
			}
			if t >= 0 && t < dur {
				out[i] = append(out[i], t)
			}
		}
		slices.Sort(out[i])
	}
	return out, nil
}

func trainsOf(what string, n int, rate, dur float64) error {
	switch {
	case n < 1:
		return fmt.Errorf("network: %s: n is %d trains; it must be 1 or more", what, n)
	case !finite(rate) || rate <= 0:
		return fmt.Errorf("network: %s: rate is %g Hz; it must be finite and positive", what, rate)
	case !finite(dur) || dur <= 0:
		return fmt.Errorf("network: %s: dur is %g ms; it must be finite and positive", what, dur)
	}
	if spikes := float64(n) * rate * dur / 1000; spikes > 1e9 || math.IsInf(spikes, 0) {
		return fmt.Errorf("network: %s: %d trains of %g Hz in %g ms are %.3g spikes; at most 1e9 (use Population.Rate)", what, n, rate, dur, spikes)
	}
	return nil
}
