package synapse

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// CalciumSensor is the sensor of a vesicle, whose sites bind calcium one after the
// other and which then lets the vesicle fuse. With k ions bound it goes
//
//	up at the rate (Sites - k) KOn Ca,  down at k KOff B^(k-1),  fuses at Fuse F^k
//
// as in the allosteric model of Lou, Scheuss and Schneggenburger 2005, Nature
// 435:497, where a sensor without calcium fuses too. With F = 0 it fuses at the rate
// Fuse when all sites are bound, and else not, as in Schneggenburger and Neher 2000,
// Nature 406:889. Checked against the papers' rates without calcium and with all sites
// bound.
type CalciumSensor struct {
	Sites int     // number of sites
	KOn   float64 `unit:"1/uM/ms"` // binding, 1/(uM ms)
	KOff  float64 `unit:"1/ms"`    // unbinding, 1/ms
	B     float64 // cooperativity: unbinding slows by it with each further ion
	Fuse  float64 `unit:"1/ms"` // fusion, 1/ms: without calcium, or (F 0) with all sites bound
	F     float64 // by which each ion speeds fusion up; 0 means that only the last does
}

// NewCalciumSensor returns the allosteric model of the calyx of Held (Lou et al.
// 2005): 5 sites, KOn 0.1/(uM ms), KOff 4/ms, B 0.5, Fuse 2e-7/ms, F 31.3.
func NewCalciumSensor() CalciumSensor {
	return CalciumSensor{Sites: 5, KOn: 0.1, KOff: 4, B: 0.5, Fuse: 2e-7, F: 31.3}
}

// NewFiveSiteSensor returns the model of Schneggenburger and Neher 2000, also of the
// calyx of Held: 5 sites, KOn 0.09/(uM ms), KOff 9.5/ms, B 0.25, Fuse 6/ms.
func NewFiveSiteSensor() CalciumSensor {
	return CalciumSensor{Sites: 5, KOn: 0.09, KOff: 9.5, B: 0.25, Fuse: 6}
}

// FuseRate returns the rate of fusion (1/ms) of a vesicle with k ions bound.
func (s CalciumSensor) FuseRate(k int) float64 {
	if s.F == 0 {
		if k == s.Sites {
			return s.Fuse
		}
		return 0
	}
	r := s.Fuse
	for range k {
		r *= s.F
	}
	return r
}

// Bound returns the probabilities that a vesicle which does not fuse has 0, 1, ...
// Sites ions bound when the concentration ca (uM) lasts: in closed form, the k-th is
// proportional to C(Sites, k) (ca KOn/KOff)^k B^(-k(k-1)/2).
func (s CalciumSensor) Bound(ca float64) []float64 {
	p := make([]float64, s.Sites+1)
	w, total := 1.0, 0.0
	off := s.KOff
	for k := range p {
		p[k] = w
		total += w
		w *= float64(s.Sites-k) / float64(k+1) * s.KOn * ca / off
		off *= s.B
	}
	for k := range p {
		p[k] /= total
	}
	return p
}

// Rate returns the rate of release (1/ms) of a vesicle at the lasting concentration
// ca (uM), before vesicles run out and when binding is quick against fusion: the
// mean of FuseRate over Bound.
func (s CalciumSensor) Rate(ca float64) float64 {
	r := 0.0
	for k, p := range s.Bound(ca) {
		r += float64(p * s.FuseRate(k))
	}
	return r
}

// Scheme returns the sensor as a kinetic scheme with the calcium concentration (uM)
// as input: states "0", "1", ... for the number of ions bound, and "fused", which
// nothing leaves.
func (s CalciumSensor) Scheme() Scheme {
	m := Scheme{Name: "calcium sensor", Input: "calcium", InputUnit: "uM", Open: []string{"fused"}}
	name := func(k int) string { return fmt.Sprint(k) }
	off := s.KOff
	for k := range s.Sites {
		m.Transitions = append(m.Transitions,
			Transition{From: name(k), To: name(k + 1), Rate: float64(s.Sites-k) * s.KOn, Bind: true},
			Transition{From: name(k + 1), To: name(k), Rate: float64(k+1) * off})
		off *= s.B
	}
	for k := range s.Sites + 1 {
		m.Transitions = append(m.Transitions, Transition{From: name(k), To: "fused", Rate: s.FuseRate(k)})
	}
	return m
}

// SensorRelease is what a pool of vesicles releases; see [CalciumSensor.Release].
type SensorRelease struct {
	Calcium  neuro.Trace // uM
	Rate     neuro.Trace // rate of release per vesicle of the pool, 1/ms
	Released neuro.Trace // share of the pool that has fused
}

// Release returns the release of a pool of vesicles under the calcium concentration
// ca (uM), which holds from each of its samples to the next; the sensors begin in
// balance with its first value, and fused vesicles are not replaced. An error names
// what makes no sense.
func (s CalciumSensor) Release(ca neuro.Trace) (*SensorRelease, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if len(ca.Y) == 0 {
		return nil, fmt.Errorf("synapse: CalciumSensor.Release: ca has no samples")
	}
	for i, c := range ca.Y {
		if !(c >= 0) || math.IsInf(c, 0) {
			return nil, fmt.Errorf("synapse: CalciumSensor.Release: ca is %g uM at %g ms; it must be finite and not negative", c, ca.At(i))
		}
	}
	k, err := s.Scheme().Simulate(ca, append(s.Bound(ca.Y[0]), 0))
	if err != nil {
		return nil, err
	}
	out := &SensorRelease{Calcium: ca, Released: k.Open, Rate: neuro.Trace{Name: "rate", Unit: "1/ms", T0: ca.T0, Dt: ca.Dt, Y: make([]float64, len(ca.Y))}}
	out.Calcium.Name, out.Calcium.Unit, out.Released.Name = "calcium", "µM", "released"
	for n := range s.Sites + 1 {
		f := s.FuseRate(n)
		for i, p := range k.P[n].Y {
			out.Rate.Y[i] += float64(f * p)
		}
	}
	return out, nil
}

// Show draws the figure of Plot.
func (r *SensorRelease) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the figure of calcium, rate of release, and released share.
func (r *SensorRelease) Plot() *figure.Figure {
	f := &figure.Figure{ShareX: true}
	for _, t := range []neuro.Trace{r.Calcium, r.Rate, r.Released} {
		l := figure.Layer{Kind: figure.Line, Y: t.Y}
		if t.Name == "calcium" {
			l.Kind = figure.Step
		}
		for i := range t.Y {
			l.X = append(l.X, t.At(i))
		}
		f.Panels = append(f.Panels, figure.Panel{X: figure.Axis{Label: "time", Unit: "ms"}, Y: figure.Axis{Label: t.Name, Unit: t.Unit}, Layers: []figure.Layer{l}})
	}
	return f
}

// Show returns the parameters.
func (s CalciumSensor) Show() display.Bundle {
	return table.Parameters(fmt.Sprintf("calcium sensor with %d sites", s.Sites), s).Show()
}

// Check returns an error that names the first parameter that makes no sense.
func (s CalciumSensor) Check() error {
	if s.Sites < 1 || s.Sites > 100 {
		return fmt.Errorf("synapse: CalciumSensor: there are %d sites; there must be 1 to 100", s.Sites)
	}
	return sound("CalciumSensor", "NewCalciumSensor", []parameter{{"KOn", s.KOn, false}, {"KOff", s.KOff, false}, {"B", s.B, false}, {"Fuse", s.Fuse, true}, {"F", s.F, true}})
}
