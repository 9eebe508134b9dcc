package info

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// PerSpike returns the information that a spike carries of a variable, from the firing rate at each
// of its values, nats:
//
//	I = Σ p_i (r_i / r) log(r_i / r),  r = Σ p_i r_i.
//
// rate[i] (Hz) is the rate at value i, time[i] how long it was there, in any unit. Times r it is
// nats per second. By chance it is above 0, the more the fewer spikes: [PerSpikeTest]. Errors:
// unequal lengths, negative or not finite values, no time or no spikes.
// Skaggs, McNaughton, Gothard and Markus 1993, NIPS 5:1030, in nats.
func PerSpike(rate, time []float64) (float64, error) {
	const call = "PerSpike"
	if len(rate) != len(time) {
		return 0, fmt.Errorf("info: %s: rate has %d values and time %d, they must have the same length", call, len(rate), len(time))
	}
	var all, mean float64
	for i, r := range rate {
		for _, v := range []struct {
			name string
			v    float64
		}{{"rate", r}, {"time", time[i]}} {
			if !(v.v >= 0) || math.IsInf(v.v, 0) {
				return 0, fmt.Errorf("info: %s: %s[%d] is %g, it must be finite and not negative", call, v.name, i, v.v)
			}
		}
		all += time[i]
		mean += float64(time[i] * r)
	}
	if all == 0 || mean == 0 {
		return 0, fmt.Errorf("info: %s: the mean rate is 0: there is no spike to carry information", call)
	}
	mean /= all
	sum := 0.0
	for i, r := range rate {
		if q := r / mean; q > 0 {
			sum += float64(float64(time[i]/all*q) * vec.Log(q))
		}
	}
	return max(0, sum), nil
}

// PerSpikeTest returns the information of [PerSpike] of a series with surrogates: value[i] is
// what the variable was in frame i, such as the number of the place on a track, and count[i]
// how many spikes fell into it. Values are turned round in time against the counts if o names no
// kind, so that both keep what they remember; "shuffle" asks for frames that are independent,
// which an animal's way and bursts are not: its P is then far too small. Corrected is the value
// less the mean of the surrogates, P that of spikes that tell nothing.
//
// Trains and positions as they are recorded: [spikes.InformationTest]. Errors: unequal lengths,
// negative counts, no spikes, and those of [Surrogates].
func PerSpikeTest(value, count []int, o SurrogateOptions) (*Test, error) {
	const call = "PerSpikeTest"
	if len(value) != len(count) || len(value) == 0 {
		return nil, fmt.Errorf("info: %s: value has %d frames and count %d, they must have the same length, 1 or more", call, len(value), len(count))
	}
	all := 0
	for i, c := range count {
		if c < 0 {
			return nil, fmt.Errorf("info: %s: count[%d] is %d, it must not be negative", call, i, c)
		}
		all += c
	}
	if all == 0 {
		return nil, fmt.Errorf("info: %s: count is 0 in all %d frames: there is no spike to carry information", call, len(count))
	}
	values := distinct(sorted(value))
	at := make([]int, len(value))
	time, rate := make([]float64, len(values)), make([]float64, len(values))
	for i, v := range value {
		at[i], _ = slices.BinarySearch(values, v)
		time[at[i]]++
	}
	if o.Kind == "" {
		o.Kind = "shift"
	}
	return Surrogates(len(value), func(order []int) (float64, error) {
		clear(rate)
		for i, c := range count {
			rate[at[order[i]]] += float64(c)
		}
		for k := range rate {
			rate[k] /= time[k]
		}
		return PerSpike(rate, time)
	}, o)
}
