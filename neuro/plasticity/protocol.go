package plasticity

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A Rule changes the weight of one synapse by the spikes of its two cells. STDP,
// Triplet and GraupnerBrunel are rules, and so is any type with this method.
type Rule interface {
	// Run returns the weight after the spikes pre and post (ms), which must
	// ascend, have acted on the weight w.
	Run(w float64, pre, post neuro.Spikes) (float64, error)
}

// Pairing returns n pairs of a presynaptic and a postsynaptic spike at a
// frequency (Hz); the postsynaptic spike comes dt (ms) after the presynaptic one,
// before it where dt is negative. The first presynaptic spike is at 1000 ms, so
// that dt may reach back.
func Pairing(n int, hz, dt float64) (pre, post neuro.Spikes) {
	for k := range n {
		t := 1000 + float64(float64(k)*1000/hz)
		pre, post = append(pre, t), append(post, t+dt)
	}
	return pre, post
}

// ThetaBurst returns a train of bursts as theta-burst stimulation has them:
// bursts of spikes at the frequency within, which begin at the frequency theta
// (both Hz). 10 bursts of 4 spikes at 100 Hz every 200 ms (5 Hz) are usual
// (Larson, Wong and Lynch 1986, Brain Res 368:347).
func ThetaBurst(bursts, spikes int, within, theta float64) neuro.Spikes {
	var s neuro.Spikes
	for b := range bursts {
		for k := range spikes {
			s = append(s, float64(b)*1000/theta+float64(k)*1000/within)
		}
	}
	return s
}

// Regular returns n spikes at a frequency (Hz): 900 at 1 Hz are low-frequency
// stimulation, 100 at 100 Hz a tetanus.
func Regular(n int, hz float64) neuro.Spikes {
	s := make(neuro.Spikes, n)
	for k := range s {
		s[k] = float64(k) * 1000 / hz
	}
	return s
}

// A Curve is the change of weight that an induction protocol leaves.
type Curve struct {
	X      []float64 // time or frequency, as XLabel and XUnit say
	Change []float64 // final weight minus initial weight

	Title, XLabel, XUnit string
}

// Window runs a pairing protocol once for each time difference of dts (ms, post
// minus pre): n pairs at hz, on the initial weight w. It returns the change of
// weight over the time difference. Errors: no rule, n below 1, a frequency that
// is not above 0, a dt beyond 1000 ms, and those of the rule.
func Window(r Rule, dts []float64, w float64, n int, hz float64) (*Curve, error) {
	c := &Curve{Title: fmt.Sprintf("%d pairs at %s Hz", n, display.Number(hz)), XLabel: "tPost − tPre", XUnit: "ms"}
	return c.run("Window", r, dts, w, func(dt float64) (neuro.Spikes, neuro.Spikes, error) {
		if err := pairable("Window", n, hz, dt); err != nil {
			return nil, nil, err
		}
		pre, post := Pairing(n, hz, dt)
		return pre, post, nil
	})
}

// FrequencyCurve runs a pairing protocol once for each frequency of hz: n pairs
// whose spikes are dt (ms, post minus pre) apart, on the initial weight w. It
// returns the change of weight over the frequency. Errors as for Window.
func FrequencyCurve(r Rule, hz []float64, w float64, n int, dt float64) (*Curve, error) {
	c := &Curve{Title: fmt.Sprintf("%d pairs, tPost − tPre %s ms", n, display.Number(dt)), XLabel: "frequency of pairs", XUnit: "Hz"}
	return c.run("FrequencyCurve", r, hz, w, func(f float64) (neuro.Spikes, neuro.Spikes, error) {
		if err := pairable("FrequencyCurve", n, f, dt); err != nil {
			return nil, nil, err
		}
		pre, post := Pairing(n, f, dt)
		return pre, post, nil
	})
}

func pairable(who string, n int, hz, dt float64) error {
	switch {
	case n < 1:
		return fmt.Errorf("plasticity: %s: n is %d pairs; it must be 1 or more", who, n)
	case !(hz > 0) || math.IsInf(hz, 0):
		return fmt.Errorf("plasticity: %s: the frequency is %g Hz; it must be positive and finite", who, hz)
	case !(math.Abs(dt) <= 1000):
		return fmt.Errorf("plasticity: %s: the time difference is %g ms; it must lie within 1000 ms", who, dt)
	}
	return nil
}

func (c *Curve) run(who string, r Rule, xs []float64, w float64, protocol func(float64) (neuro.Spikes, neuro.Spikes, error)) (*Curve, error) {
	if r == nil {
		return nil, fmt.Errorf("plasticity: %s: the rule is nil; NewSTDP() and NewTriplet() are rules", who)
	}
	task := display.Start("plasticity."+who, "protocols", len(xs))
	defer task.End()
	for _, x := range xs {
		if task.Err() != nil {
			return nil, fmt.Errorf("plasticity: %s: %w", who, task.Err())
		}
		pre, post, err := protocol(x)
		if err != nil {
			return nil, err
		}
		after, err := r.Run(w, pre, post)
		if err != nil {
			return nil, fmt.Errorf("plasticity: %s: at %g %s: %w", who, x, c.XUnit, err)
		}
		c.X, c.Change = append(c.X, x), append(c.Change, after-w)
		task.Add(1)
	}
	return c, nil
}

// Show draws the figure of Plot.
func (c *Curve) Show() display.Bundle { return c.Plot().Show() }

// Plot returns the figure of the change of weight.
func (c *Curve) Plot() *figure.Figure {
	return &figure.Figure{Title: c.Title, Panels: []figure.Panel{{
		X: figure.Axis{Label: c.XLabel, Unit: c.XUnit}, Y: figure.Axis{Label: "change of weight"},
		Layers: []figure.Layer{
			{Kind: figure.HLine, Y: []float64{0}, Color: "grey"},
			{Kind: figure.Line, X: c.X, Y: c.Change, Color: "blue"},
			{Kind: figure.Points, X: c.X, Y: c.Change, Color: "blue", Size: 3},
		},
	}}}
}

// trains checks what every rule is given.
func trains(who string, w float64, pre, post neuro.Spikes) error {
	if math.IsNaN(w) || math.IsInf(w, 0) {
		return fmt.Errorf("plasticity: %s.Run: the weight is %g; it must be finite", who, w)
	}
	if err := pre.Check("plasticity: " + who + ".Run: pre"); err != nil {
		return err
	}
	return post.Check("plasticity: " + who + ".Run: post")
}

// eachSpike calls f for the spikes of both trains in the order of time, with
// whether a presynaptic and a postsynaptic one happened then.
func eachSpike(pre, post neuro.Spikes, f func(t float64, isPre, isPost bool)) {
	for len(pre) > 0 || len(post) > 0 {
		switch {
		case len(post) == 0 || len(pre) > 0 && pre[0] < post[0]:
			f(pre[0], true, false)
			pre = pre[1:]
		case len(pre) == 0 || post[0] < pre[0]:
			f(post[0], false, true)
			post = post[1:]
		default:
			f(pre[0], true, true)
			pre, post = pre[1:], post[1:]
		}
	}
}

// samples returns how many samples a recording of dur at steps of dt (ms) has.
func samples(who string, dur, dt float64) (int, error) {
	switch {
	case !(dur > 0) || math.IsInf(dur, 0) || !(dt > 0) || math.IsInf(dt, 0):
		return 0, fmt.Errorf("plasticity: %s: dur is %g and dt %g; both must be positive and finite", who, dur, dt)
	case dur/dt > 400_000_000:
		return 0, fmt.Errorf("plasticity: %s: dur/dt is %.3g steps; at most 400000000 can be recorded", who, dur/dt)
	}
	return int(dur/dt+float64(1e-9*math.Max(dur/dt, 1))) + 1, nil
}
