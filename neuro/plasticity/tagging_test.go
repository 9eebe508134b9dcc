package plasticity_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// TestTagging holds what Frey and Morris 1997 found and the paper shows in Figures 2
// and 3: a weak tetanus alone fades, a strong one lasts, and a weak one lasts when
// a strong one to other synapses came within the hour, but not without proteins.
func TestTagging(t *testing.T) {
	weak := func(at float64, group int) plasticity.Induction {
		return plasticity.Induction{At: at, Group: group, High: 0.25}
	}
	var strong []plasticity.Induction // three tetani, 10 min apart
	for k := range 3 {
		strong = append(strong, plasticity.Induction{At: 600 * float64(k), High: 0.9})
	}
	for _, c := range []struct {
		name       string
		inductions []plasticity.Induction
		trigger    float64
		lo, hi     [2]float64 // weights after 10 h
	}{
		{"nothing", nil, 60, [2]float64{1, 1}, [2]float64{1, 1}},
		{"weak", []plasticity.Induction{weak(0, 0)}, 60, [2]float64{0.99, 1}, [2]float64{1.01, 1}},
		{"strong", strong, 60, [2]float64{1.3, 1}, [2]float64{1.9, 1}},
		{"strong, weak elsewhere after 30 min", append(strong[:3:3], weak(1800, 1)), 60, [2]float64{1.3, 1.05}, [2]float64{1.9, 1.4}},
		{"strong, weak elsewhere after 5 h", append(strong[:3:3], weak(5*3600, 1)), 60, [2]float64{1.3, 0.99}, [2]float64{1.9, 1.08}},
		{"strong, without proteins", strong, 1e9, [2]float64{0.99, 1}, [2]float64{1.01, 1}},
	} {
		p := plasticity.NewTagTriggerConsolidation()
		p.Trigger = c.trigger
		r, err := p.Run(2, 100, 0.3, c.inductions, 10*3600, 5)
		if err != nil {
			t.Fatal(err)
		}
		last := len(r.T) - 1
		for g := range 2 {
			if w := r.Weight[g][last]; w < c.lo[g]-1e-9 || w > c.hi[g]+1e-9 {
				t.Errorf("%s: group %d ends at %.3f, want %.3f to %.3f", c.name, g, w, c.lo[g], c.hi[g])
			}
		}
	}
}

// TestTaggingParts holds tags, proteins and states against their closed forms.
func TestTaggingParts(t *testing.T) {
	p := plasticity.NewTagTriggerConsolidation()
	p.Trigger = 0
	const n = 2000
	r, err := p.Run(1, n, 0, []plasticity.Induction{{High: 0.6, Low: 0.3}}, 2000, 1)
	if err != nil {
		t.Fatal(err)
	}
	for k := 0; k <= 2000; k += 400 {
		s := float64(k)
		high, low := 0.6*math.Exp(-s/3600), 0.3*math.Exp(-s/5400)
		if math.Abs(r.High[0][k]-high) > 4*math.Sqrt(high*(1-high)/n) || math.Abs(r.Low[0][k]-low) > 4*math.Sqrt(low*(1-low)/n) {
			t.Errorf("after %d s %.4f high and %.4f low tags, want %.4f and %.4f", k, r.High[0][k], r.Low[0][k], high, low)
		}
		rate := 1/360.0 + 1/3600.0
		if want := (1 / 360.0 / rate) * (1 - math.Exp(-rate*s)); math.Abs(r.Protein[k]-want) > 1e-12 {
			t.Errorf("after %d s proteins %.12g, want %.12g", k, r.Protein[k], want)
		}
	}
	// One synapse with a tag that stays, by a fixed protein: dz/dt = cubic + shift.
	p = plasticity.NewTagTriggerConsolidation()
	p.Trigger, p.TauHigh, p.TauMake, p.TauProtein = 0, 1e15, 1e-3, 1e9
	r, err = p.Run(1, 1, 0, []plasticity.Induction{{High: 1}}, 5000, 1)
	if err != nil {
		t.Fatal(err)
	}
	const h = 0.01 // s
	z := 0.0
	f := func(z, p float64) float64 { return z*(1-z)*(z-0.5) + 0.1*p }
	for k := range 500000 {
		protein := r.Protein[k/100+1] // that of the end of a second acts within it
		z += h / 360 * f(z+h/720*f(z, protein), protein)
		if (k+1)%100000 == 0 && math.Abs(r.Z[0][(k+1)/100]-z) > 1e-9 {
			t.Errorf("after %d s z is %.10g, want %.10g", (k+1)/100, r.Z[0][(k+1)/100], z)
		}
	}
}

// TestInduce holds the tags of a held potential against their closed form.
func TestInduce(t *testing.T) {
	p := plasticity.NewTagTriggerConsolidation()
	hold := func(u float64) neuro.Trace {
		v := neuro.Trace{Dt: 0.1, Y: make([]float64, 20000)}
		for k := range v.Y {
			v.Y[k] = u
		}
		return v
	}
	pre := neuro.Spikes{50, 60, 70, 80, 90}
	high, low, err := p.Induce(pre, hold(-60))
	if want := -math.Expm1(-5 * p.ALTD * 10.6); err != nil || high != 0 || math.Abs(low-want) > 1e-12 {
		t.Errorf("at -60 mV high %g and low %.12g (%v), want 0 and %.12g", high, low, err, want)
	}
	p.ALTD, p.ALTP = 0, 1e-5
	f := math.Exp(-0.1 / p.TauX)
	area := 5 * 0.1 / p.TauX * f / (1 - f) // of the trace, sampled
	high, low, err = p.Induce(pre, hold(-20))
	if want := -math.Expm1(-p.ALTP * area * 30 * 50.6); err != nil || low != 0 || math.Abs(high-want) > 1e-7 {
		t.Errorf("at -20 mV high %.10g and low %g (%v), want %.10g and 0", high, low, err, want)
	}
	for _, c := range []struct {
		f    func() error
		want string
	}{
		{func() error { _, err := p.Run(0, 1, 0, nil, 1, 1); return err }, "0 groups"},
		{func() error {
			_, err := p.Run(1, 1, 0, []plasticity.Induction{{Group: 1}}, 1, 1)
			return err
		}, "induction 0 is of group 1"},
		{func() error {
			_, err := p.Run(1, 1, 0, []plasticity.Induction{{High: 0.8, Low: 0.4}}, 1, 1)
			return err
		}, "add up to 1"},
		{func() error { _, _, err := p.Induce(nil, neuro.Trace{}); return err }, "v has 0 samples"},
		{func() error { _, _, err := p.Induce(nil, hold(nan)); return err }, "v is NaN at 0 ms"},
		{func() error { _, _, err := (plasticity.TagTriggerConsolidation{}).Induce(nil, hold(0)); return err }, "TauHigh is 0"},
	} {
		if err := c.f(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}

// TestTaggingProgram holds induction and weights against 8 runs of the authors'
// program (ModelDB 118199, with Python 3 and NumPy): means and standard deviations
// of a weak tetanus (21 pulses at 100 Hz) and a strong one (100, three times). There
// every pulse makes the cell fire, for a millisecond at 20 mV.
func TestTaggingProgram(t *testing.T) {
	p := plasticity.NewTagTriggerConsolidation()
	for _, c := range []struct {
		pulses, times            int
		high, highSD, low, lowSD float64
		at                       []int
		mean, sd                 []float64
	}{
		{21, 1, 0.342, 0.054, 0.130, 0.033, []int{4, 1800, 5400, 16199}, []float64{1.173, 1.100, 1.034, 1.000}, []float64{0.038, 0.023, 0.012, 0.003}},
		{100, 3, 0.724, 0.043, 0.274, 0.038, []int{4, 1800, 5400, 16199}, []float64{1.367, 1.381, 1.283, 1.216}, []float64{0.039, 0.071, 0.125, 0.093}},
	} {
		pre := plasticity.Regular(c.pulses, 100)
		v := neuro.Trace{Dt: 1, Y: make([]float64, 10*c.pulses+100)}
		for k := range v.Y {
			v.Y[k] = -70.6
		}
		for k := range pre {
			pre[k] += 10
			v.Y[int(math.Round(pre[k]))] = 20
		}
		high, low, err := p.Induce(pre, v)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(high-c.high) > 4*c.highSD/math.Sqrt(8) || math.Abs(low-c.low) > 4*c.lowSD/math.Sqrt(8) {
			t.Errorf("%d pulses leave %.3f high and %.3f low tags, the program %.3f and %.3f", c.pulses, high, low, c.high, c.low)
		}
		var tetani []plasticity.Induction
		for k := range c.times {
			tetani = append(tetani, plasticity.Induction{At: 600 * float64(k), High: high, Low: low})
		}
		sums := make([]float64, len(c.at))
		for seed := range 8 {
			r, err := p.Run(1, 100, 0.3, tetani, 16200, uint64(seed))
			if err != nil {
				t.Fatal(err)
			}
			for k, at := range c.at {
				sums[k] += r.Weight[0][at] / 8
			}
		}
		for k, got := range sums {
			if math.Abs(got-c.mean[k]) > 4*c.sd[k]*math.Sqrt(2.0/8)+0.002 {
				t.Errorf("%d pulses, %d s: weight %.3f, the program's %.3f ± %.3f", c.pulses, c.at[k], got, c.mean[k], c.sd[k])
			}
		}
	}
}
