// The library's neurons from a script: parameters changed, stimuli summed, an
// own stimulus and an own model passed where interfaces are asked for.
package main

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// A chirp is a stimulus of the script's own.
type chirp struct{ amp, f0, rate float64 }

func (c chirp) Fill(dst []float64, t0, dt float64) {
	for i := range dst {
		t := (t0 + float64(i)*dt) / 1000
		dst[i] = c.amp * math.Sin(2*math.Pi*(c.f0+c.rate*t)*t)
	}
}

// A counter is a model of the script's own: a spike per unit of charge.
type counter struct{ unit float64 }

func (c counter) Simulate(in stim.Stimulus, dur, dt float64) (*neuron.Result, error) {
	n := int(dur / dt)
	buf := make([]float64, n)
	in.Fill(buf, 0, dt)
	r := &neuron.Result{V: neuro.Trace{Name: "q", Dt: dt, Y: make([]float64, n)}, Dur: dur}
	q := 0.0
	for i, x := range buf {
		if q += max(0, x) * dt; q >= c.unit {
			q -= c.unit
			r.Spikes = append(r.Spikes, float64(i)*dt)
		}
		r.V.Y[i] = q
	}
	return r, nil
}

func main() {
	lif := neuron.NewLIF()
	lif.C, lif.GL, lif.EL, lif.VTh, lif.VReset, lif.TauRef = 1, 0.1, -70, -50, -75, 2
	r, err := lif.Simulate(stim.Const(2.5), 100, 0.1)
	fmt.Printf("%.6f %v %v\n", r.Spikes[:3], err, r.Count())
	fmt.Printf("%.6f %.6f\n", 10*math.Log(5), 10*math.Log(5)+2+10*math.Log(6))
	r, err = lif.Simulate(stim.Sum(stim.Const(1), stim.Step(2, 20, 60), stim.Pulses(5, 1, 70, 80)), 100, 0.1)
	fmt.Println(r.Count(), err)
	hh := neuron.NewHH()
	s := hh.SteadyState(-65)
	fmt.Printf("%.5f %.5f %.5f %.5f\n", s.N, s.M, s.H, hh.AlphaN(-55))
	for range 100 {
		s = hh.Step(s, 0.01, 10)
	}
	fmt.Printf("%.4f\n", s.V)
	r, err = hh.Simulate(chirp{20, 2, 40}, 200, 0.01)
	fmt.Println(r.Count(), err, r.V.Unit, len(r.V.Y) > 0)
	fi, err := neuron.FICurve(counter{2}, []float64{0, 1, 2, 4}, 500, 0.1)
	fmt.Printf("%.1f %.1f %v\n", fi.Amp, fi.Rate, err)
	fi, err = neuron.FICurve(lif, []float64{1, 2.5, 4}, 500, 0.1)
	fmt.Printf("%.2f %v\n", fi.Rate, err)
	var models []neuron.Model = []neuron.Model{lif, hh, counter{1}}
	for _, m := range models {
		r, err := m.Simulate(stim.Func(func(t float64) float64 { return 3 + math.Cos(t) }), 50, 0.05)
		fmt.Printf("%T %d %v\n", m, r.Count(), err)
	}
	lif.C = -1
	_, err = lif.Simulate(stim.Const(1), 10, 0.1)
	fmt.Println(err != nil)
}
