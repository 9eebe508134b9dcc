package neuron

import "github.com/neurorepl/neurorepl/neuro"

// Crossings returns the times (ms) at which a trace crosses a level upward,
// interpolated between samples: the spikes of a recorded membrane potential at a
// level of about 0 mV. A sample at the level counts as above it.
func Crossings(v neuro.Trace, level float64) neuro.Spikes {
	var s neuro.Spikes
	for k := 1; k < len(v.Y); k++ {
		a, b := v.Y[k-1], v.Y[k]
		if a < level && b >= level {
			s = append(s, v.At(k-1)+float64(v.Dt*((level-a)/(b-a))))
		}
	}
	return s
}
