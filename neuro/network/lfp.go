package network

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
)

// An LFP records a proxy of the local field potential: point cells make no field, but the
// currents of their synapses tell much of the one that cells with dendrites would make.
//
// The proxies are those of Mazzoni, Linden, Cuntz, Lansner, Panzeri and Einevoll (2015, PLoS
// Comput Biol 11:e1004584), who held them against the field of a network of cells with
// morphologies. Sums are over the cells of Population, which should be the pyramidal ones:
//
//	"RWS"        (x - mean x)/SD x, where x(t) = sum |AMPA(t - Delay)| + Alpha sum |GABA(t)|:
//	             the reference weighted sum, about 90 % of the field's variance there
//	"currents"   sum |AMPA(t)| + |GABA(t)|
//	"potential"  the mean of the membrane potential
//	"rate"       spikes of a cell in a second, counted between t and the next sample
//
// The trace of RWS has no unit, and begins Delay after the run; its mean and SD are those of
// the whole run, so that a transient at the beginning is best left to a run before. Where the
// currents do not change, it is 0.
type LFP struct {
	Population string
	Proxy      string // "RWS" if empty
	// AMPA and GABA are the currents of the excitatory and of the inhibitory synapses of a
	// cell, as formulas of its variables: "ge*(0*mV - v)" and "gi*(-80*mV - v)", or the
	// variables that hold them. For "currents" one of them is enough.
	AMPA, GABA string
	Alpha      float64 // weight of the currents of GABA, 1.65 if 0
	Delay      float64 `unit:"ms"` // of the currents of AMPA, 6 if 0, none if negative
	Every      float64 `unit:"ms"` // time between samples, each step if 0
}

// lfpProxies are the proxies that LFP knows.
var lfpProxies = []string{"RWS", "currents", "potential", "rate"}

// A field is an LFP at work.
type field struct {
	LFP
	population int
	stride     int
	late       int // samples by which AMPA is delayed
	begin      uint64
	sums       []*probe // of AMPA and GABA, or the potential
}

// fields prepares the recording of proxies.
func (s *Simulation) fields(list []LFP) ([]*field, error) {
	var out []*field
	for i, x := range list {
		f, err := s.field(x)
		if err != nil {
			return nil, fmt.Errorf("network: Run: LFP %d: %w", i, err)
		}
		out = append(out, f)
	}
	return out, nil
}

func (s *Simulation) field(x LFP) (*field, error) {
	if x.Proxy == "" {
		x.Proxy = "RWS"
	}
	if x.Alpha == 0 {
		x.Alpha = 1.65
	}
	if x.Delay == 0 {
		x.Delay = 6
	}
	f := &field{LFP: x, begin: s.k}
	var err error
	if f.population, err = s.net.find(x.Population); err != nil {
		return nil, err
	}
	m := s.models[f.population]
	if m == nil {
		return nil, fmt.Errorf("population %q has no cells, and so no currents", x.Population)
	}
	if f.stride, err = s.stride(x.Every); err != nil {
		return nil, err
	}
	var sums []string
	mean := false
	switch x.Proxy {
	case "RWS":
		if x.AMPA == "" || x.GABA == "" {
			return nil, fmt.Errorf("the proxy RWS needs AMPA and GABA, formulas of the currents such as \"ge*(0*mV - v)\"; variables of %q are %q", x.Population, m.Variables())
		}
		if !(x.Alpha > 0) || math.IsInf(x.Alpha, 0) {
			return nil, fmt.Errorf("Alpha is %g; it must be positive and finite, 1.65 if 0", x.Alpha)
		}
		if x.Delay > 0 {
			every := float64(float64(f.stride) * s.dt)
			late := math.Round(x.Delay / every)
			if math.Abs(x.Delay-float64(late*every)) > 1e-6*every || late > 1e9 {
				return nil, fmt.Errorf("Delay is %g ms; it must be a multiple of the time between samples, %g ms", x.Delay, every)
			}
			f.late = int(late)
		} else if math.IsNaN(x.Delay) {
			return nil, fmt.Errorf("Delay is %g ms; it must be finite, 6 if 0 and none if negative", x.Delay)
		}
		sums = []string{x.AMPA, x.GABA}
	case "currents":
		for _, text := range []string{x.AMPA, x.GABA} {
			if text != "" {
				sums = append(sums, text)
			}
		}
		if sums == nil {
			return nil, fmt.Errorf("the proxy \"currents\" needs AMPA or GABA, formulas of the currents such as \"ge*(0*mV - v)\"; variables of %q are %q", x.Population, m.Variables())
		}
	case "potential":
		mean = true
		sums = []string{m.Potential()}
		if sums[0] == "" {
			return nil, fmt.Errorf("the cells of %q have no variable that is a potential; their variables are %q", x.Population, m.Variables())
		}
	case "rate":
	default:
		return nil, fmt.Errorf("there is no proxy %q; proxies are %q%s", x.Proxy, lfpProxies, suggestion(x.Proxy, lfpProxies))
	}
	for i, text := range sums {
		if !mean {
			// A name that is not known is told as it was written.
			if _, _, err := s.unit(f.population, text); err != nil {
				return nil, err
			}
			text = "abs(" + text + ")"
		}
		list, err := s.probesOf(Probe{Population: x.Population, Variables: []string{text}, Mean: true, Every: x.Every}, 0)
		if err != nil {
			return nil, err
		}
		p := list[0]
		p.total = !mean
		if i > 0 && p.unit != f.sums[0].unit {
			return nil, fmt.Errorf("AMPA is in %s and GABA in %s; they must have the same unit", f.sums[0].unit, p.unit)
		}
		f.sums = append(f.sums, p)
	}
	return f, nil
}

func (f *field) merge() {
	for _, p := range f.sums {
		p.merge()
	}
}

// trace returns what was recorded until now.
func (f *field) trace(s *Simulation, r *Result) (neuro.Trace, error) {
	every := float64(float64(f.stride) * s.dt)
	t := neuro.Trace{Name: "LFP of " + f.Population + ", " + f.Proxy, T0: float64(float64(f.begin) * s.dt), Dt: every}
	for _, p := range f.sums {
		if err := p.finite(s.dt, 0); err != nil {
			return t, err
		}
	}
	switch f.Proxy {
	case "RWS":
		t.T0 = float64((float64(f.begin) + float64(f.late*f.stride)) * s.dt)
		t.Y = f.weighted()
	case "currents":
		t.Unit, t.Y = f.sums[0].unit, slices.Clone(f.sums[0].y[0])
		for k := range t.Y {
			for _, p := range f.sums[1:] {
				t.Y[k] += p.y[0][k]
			}
		}
	case "potential":
		t.Unit, t.Y = f.sums[0].unit, f.sums[0].y[0]
	case "rate":
		t.Unit = "Hz"
		q := &r.pops[f.population]
		before := 0
		for k := f.stride; k <= len(q.ends); k += f.stride {
			n := q.ends[k-1]
			t.Y = append(t.Y, float64(n-before)/float64(q.n)/every*1000)
			before = n
		}
	}
	return t, nil
}

// weighted returns the weighted sum of the currents, with the mean 0 and the variance 1.
func (f *field) weighted() []float64 {
	ampa, gaba := f.sums[0].y[0], f.sums[1].y[0]
	n := len(ampa) - f.late
	if n <= 0 {
		return nil
	}
	y := make([]float64, n)
	mean := 0.0
	for k := range y {
		y[k] = ampa[k] + float64(f.Alpha*gaba[k+f.late])
		mean += y[k]
	}
	mean /= float64(n)
	v := 0.0
	for k := range y {
		y[k] -= mean
		v += float64(y[k] * y[k])
	}
	if sd := math.Sqrt(v / float64(n)); sd > 0 {
		for k := range y {
			y[k] /= sd
		}
	}
	return y
}

// lfpLabel is how a proxy is told on an axis.
func lfpLabel(t neuro.Trace) string {
	_, proxy, _ := strings.Cut(t.Name, ", ")
	return "LFP, " + proxy
}
