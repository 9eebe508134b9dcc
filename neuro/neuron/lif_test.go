package neuron_test

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"pgregory.net/rapid"
)

// steps of all kinds: fine, coarse, not dividing the duration, longer than the
// interval between spikes, longer than the simulation.
var steps = []float64{0.001, 0.01, 0.1, 0.25, 1.0 / 3, math.Pi, 1, 7, 19.9, 50, 499, 500, 1e4}

// TestLIFClosedForm wants spikes at 10 ln 5 and every 2 + 10 ln 6 ms.
func TestLIFClosedForm(t *testing.T) {
	m := neuron.NewLIF()
	for _, dt := range steps {
		for run := 0; run < 2; run++ { // the second like the first
			r, err := m.Simulate(stim.Const(2.5), 500, dt)
			if err != nil {
				t.Fatal(err)
			}
			first, every := 10*math.Log(5), 2+10*math.Log(6)
			n := int((500-first)/every) + 1
			if r.Count() != n {
				t.Fatalf("dt = %g: %d spikes, want %d", dt, r.Count(), n)
			}
			for k, s := range r.Spikes {
				if want := first + float64(k)*every; math.Abs(s-want) > 1e-11 {
					t.Errorf("dt = %g: spike %d at %.15g ms, want %.15g", dt, k, s, want)
				}
			}
			if r.Rate() != float64(n)/500*1000 {
				t.Errorf("dt = %g: Rate = %g Hz", dt, r.Rate())
			}
		}
	}
}

// TestLIFLong wants the times of 5000 spikes without the sum of their rounding
// errors, which would be 1e-8 ms.
func TestLIFLong(t *testing.T) {
	for _, dt := range []float64{0.1, 3, 1e5} {
		r, err := neuron.NewLIF().Simulate(stim.Const(2.5), 1e5, dt)
		if err != nil {
			t.Fatal(err)
		}
		off := 0.0
		for k, s := range r.Spikes {
			off = math.Max(off, math.Abs(s-(10*math.Log(5)+float64(k)*(2+10*math.Log(6)))))
		}
		// half a unit in the last place of 1e5, and the errors of 5000 logarithms
		if off > 5e-11 || r.Count() < 5000 {
			t.Errorf("dt = %g: %d spikes, off by up to %.2g ms", dt, r.Count(), off)
		}
	}
}

// exact simulates the neuron for pieces of constant input with events only: an
// independent and slower way to the same result.
func exact(m neuron.LIF, amps []float64, dt, dur float64) (spikes []float64, at func(t float64) float64) {
	tau := m.C / m.GL
	type piece struct{ from, to, v, inf float64 }
	var pieces []piece
	v, free := m.EL, 0.0
	for k := 0; float64(k)*dt < dur; k++ {
		t, end := float64(k)*dt, math.Min(float64(k+1)*dt, dur)
		inf := m.EL + amps[k]/m.GL
		for t < end {
			if t < free {
				to := math.Min(free, end)
				pieces = append(pieces, piece{t, to, m.VReset, m.VReset})
				t, v = to, m.VReset
				continue
			}
			to, fires := end, false
			if inf > m.VTh {
				if s := t + tau*math.Log((inf-v)/(inf-m.VTh)); s < end {
					to, fires = s, true
				}
			}
			pieces = append(pieces, piece{t, to, v, inf})
			v = inf + (v-inf)*math.Exp(-(to-t)/tau)
			t = to
			if fires {
				spikes = append(spikes, t)
				v, free = m.VReset, t+m.TauRef
			}
		}
	}
	return spikes, func(t float64) float64 {
		for i := len(pieces) - 1; i >= 0; i-- {
			if p := pieces[i]; t >= p.from {
				return p.inf + (p.v-p.inf)*math.Exp(-(t-p.from)/tau)
			}
		}
		return m.EL
	}
}

// TestLIFPieces holds simulations with an input that changes at every step
// against the events computed one by one.
func TestLIFPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := neuron.LIF{
			C:      rapid.Float64Range(0.2, 3).Draw(t, "C"),
			GL:     rapid.Float64Range(0.05, 0.5).Draw(t, "GL"),
			EL:     rapid.Float64Range(-80, -60).Draw(t, "EL"),
			VTh:    rapid.Float64Range(-55, -45).Draw(t, "VTh"),
			VReset: rapid.Float64Range(-90, -58).Draw(t, "VReset"),
			TauRef: rapid.SampledFrom([]float64{0, 0.3, 2, 11}).Draw(t, "TauRef"),
		}
		dt := rapid.SampledFrom([]float64{0.1, 0.7, 5, 30}).Draw(t, "dt")
		dur := rapid.Float64Range(20, 200).Draw(t, "dur")
		amps := rapid.SliceOfN(rapid.Float64Range(-5, 30), 2001, 2001).Draw(t, "amps")
		r, err := m.Simulate(stim.Func(func(x float64) float64 { return amps[int(math.Round(x/dt))] }), dur, dt)
		if err != nil {
			t.Fatal(err)
		}
		want, at := exact(m, amps, dt, dur)
		if len(want) != r.Count() {
			t.Fatalf("%d spikes, want %d", r.Count(), len(want))
		}
		for i := range want {
			if math.Abs(want[i]-r.Spikes[i]) > 1e-9 {
				t.Fatalf("spike %d at %.15g, want %.15g", i, r.Spikes[i], want[i])
			}
		}
		for k, v := range r.V.Y {
			x := r.V.At(k)
			near := false
			for _, s := range want { // the moment of a spike, and of the end of its refractory time
				near = near || math.Abs(x-s) < 1e-6
			}
			if w := at(x); !near && math.Abs(v-w) > 1e-6 {
				t.Fatalf("V(%g) = %.12g, want %.12g", x, v, w)
			}
			if v > m.VTh {
				t.Fatalf("V(%g) = %g is above the threshold", x, v)
			}
		}
	})
}

// TestLIFTrace looks at the potential around a spike: reset at once, held for
// the refractory time, then on its way.
func TestLIFTrace(t *testing.T) {
	m := neuron.NewLIF()
	r, err := m.Simulate(stim.Const(2.5), 30, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	if r.V.Y[0] != -70 || r.V.Y[1] <= -70 {
		t.Errorf("V begins %g, %g; a neuron does not start refractory", r.V.Y[0], r.V.Y[1])
	}
	s := r.Spikes[0]
	for k, v := range r.V.Y {
		switch x := r.V.At(k); {
		case x < s:
			if want := -45 - 25*math.Exp(-x/10); math.Abs(v-want) > 1e-12 {
				t.Fatalf("V(%g) = %g, want %g", x, v, want)
			}
		case x <= s+2:
			if v != -75 {
				t.Fatalf("V(%g) = %g during the refractory time", x, v)
			}
		default:
			if want := -45 - 30*math.Exp(-(x-s-2)/10); math.Abs(v-want) > 1e-12 {
				t.Fatalf("V(%g) = %g, want %g", x, v, want)
			}
		}
	}
}

// TestLIFRest has inputs that never reach the threshold, or only just.
func TestLIFRest(t *testing.T) {
	for _, c := range []struct {
		amp   float64
		fires bool
	}{{0, false}, {-10, false}, {1.99, false}, {2, false}, {2.001, true}} {
		r, err := neuron.NewLIF().Simulate(stim.Const(c.amp), 1000, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		if (r.Count() > 0) != c.fires {
			t.Errorf("at %g: %d spikes", c.amp, r.Count())
		}
	}
	// The charge of a pulse counts only while the neuron is not refractory.
	m := neuron.NewLIF()
	r, err := m.Simulate(stim.Sum(stim.Pulses(1000, 0.1, 5), stim.Pulses(1000, 0.1, 6)), 20, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	if r.Count() != 1 {
		t.Errorf("a pulse in the refractory time: %d spikes, want 1", r.Count())
	}
	m.EL = -40 // above the threshold: fires by itself, from the reset on
	r, err = m.Simulate(stim.Const(0), 100, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	if want := 10 * math.Log(35./10); math.Abs(r.Spikes[0]-want) > 1e-12 || r.V.Y[0] != -75 {
		t.Errorf("first spike at %g from %g mV, want %g from -75 mV", r.Spikes[0], r.V.Y[0], want)
	}
}

func BenchmarkLIF(b *testing.B) {
	in := stim.OU(2.5, 1, 5, 1)
	for i := 0; i < b.N; i++ {
		if _, err := neuron.NewLIF().Simulate(in, 1000, 0.1); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10000, "ns/step")
}

// TestLIFEdges wants spikes at the closed form for steps and pulses that begin
// and end between the samples, and the same ones for every dt.
func TestLIFEdges(t *testing.T) {
	m := neuron.NewLIF()
	for _, dt := range []float64{0.01, 0.1, 0.7, 3, 50, 1000} {
		for _, on := range []float64{0, 0.037, 10, 10.05, 99.99} {
			r, err := m.Simulate(stim.Step(2.5, on, 200), 300, dt)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for at := on + 10*math.Log(5); at < 200; at += 2 + 10*math.Log(6) {
				if n >= r.Count() || math.Abs(r.Spikes[n]-at) > 1e-9 {
					t.Fatalf("dt %g, from %g ms: spikes at %v, want number %d at %.12g", dt, on, r.Spikes, n, at)
				}
				n++
			}
			if n != r.Count() {
				t.Errorf("dt %g, from %g ms: spikes at %v, want %d", dt, on, r.Spikes, n)
			}
			for k, v := range r.V.Y {
				if at := r.V.At(k); at <= on && v != m.EL {
					t.Fatalf("dt %g, from %g ms: V(%g) = %g before the step", dt, on, at, v)
				}
			}
		}
	}
	// Pulses shorter than a time step, alone and within a sum: each raises V by
	// (1-exp(-w/tau)) I/GL, which falls with tau.
	at := []float64{0.3, 0.55, 4.21, 17}
	want := func(x float64) float64 {
		v := -70.0
		for _, p := range at {
			if x >= p+0.05 {
				v += 50 * (1 - math.Exp(-0.05/10)) * math.Exp(-(x-p-0.05)/10)
			}
		}
		return v
	}
	for _, in := range []stim.Stimulus{
		stim.Pulses(5, 0.05, at...),
		stim.Sum(stim.Pulses(4, 0.05, at...), stim.Const(0), stim.Sum(stim.Pulses(1, 0.05, at...))),
	} {
		r, err := m.Simulate(in, 20.5, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.V.Y) != 21 {
			t.Fatalf("%d samples, want 21", len(r.V.Y))
		}
		for k, v := range r.V.Y {
			if w := want(r.V.At(k)); math.Abs(v-w) > 1e-12*70 {
				t.Errorf("after short pulses V(%g) = %.12g, want %.12g", r.V.At(k), v, w)
			}
		}
	}
	// Two edges close together within a long step: the pulse counts.
	for _, dt := range []float64{0.1, 1000} {
		r, err := m.Simulate(stim.Sum(stim.Const(2.5), stim.Pulses(2e4, 1e-5, 3), stim.Pulses(-1e4, 1e-5, 3.00002)), 20, dt)
		want := 3.00003 + 10*math.Log((25-25*(1-math.Exp(-0.300003))-0.2+0.1)/5)
		if err != nil || r.Count() != 1 || math.Abs(r.Spikes[0]-want) > 1e-4 {
			t.Errorf("dt %g, two short pulses: %v, %v, want %g", dt, r.Spikes, err, want)
		}
	}
	// A jump in the rest behind the last whole step.
	r, err := m.Simulate(stim.Step(100, 10.2, 20), 10.9, 1)
	if err != nil || r.Count() != 1 || math.Abs(r.Spikes[0]-10.2-10*math.Log(1000.0/980)) > 1e-9 {
		t.Errorf("in the last step: %v, %v", r, err)
	}
}
