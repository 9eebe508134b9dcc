package neuron

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
)

// Resample returns the trace through the samples y at the ascending times t (ms),
// interpolated linearly at steps of dt (ms) from t[0] on. An error names what
// makes no sense.
func Resample(t, y []float64, dt float64) (neuro.Trace, error) {
	v := neuro.Trace{Name: "V", Unit: "mV", Dt: dt}
	if len(t) != len(y) || len(t) < 2 || !(dt > 0) {
		return v, fmt.Errorf("neuron: Resample: t has %d and y %d values, dt is %g ms; there must be as many of both, two or more, and dt must be positive", len(t), len(y), dt)
	}
	for k := 1; k < len(t); k++ {
		if !(t[k] > t[k-1]) || math.IsInf(t[k], 0) {
			return v, fmt.Errorf("neuron: Resample: t[%d] is %g ms after %g ms; times must ascend and be finite", k, t[k], t[k-1])
		}
	}
	if q := (t[len(t)-1] - t[0]) / dt; q > most {
		return v, fmt.Errorf("neuron: Resample: %.3g steps; at most %d can be held", q, most)
	}
	v.T0 = t[0]
	k := 1
	for i := 0; ; i++ {
		x := v.At(i)
		if x > t[len(t)-1] {
			return v, nil
		}
		for k < len(t)-1 && t[k] < x {
			k++
		}
		v.Y = append(v.Y, y[k-1]+float64((y[k]-y[k-1])*((x-t[k-1])/(t[k]-t[k-1]))))
	}
}
