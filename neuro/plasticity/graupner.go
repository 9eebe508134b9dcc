package plasticity

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// GraupnerBrunel is the calcium rule of Graupner and Brunel 2012, PNAS 109:3991,
// with the noise as they corrected it (doi 10.1073/pnas.1220044110). Calcium c jumps
// by CPre the Delay after each presynaptic and by CPost at each postsynaptic spike
// and decays with TauCa; the efficacy rho of the synapse obeys
//
//	Tau drho/dt = -rho (1 - rho) (RhoStar - rho)
//	              + GammaP (1 - rho) [c > ThetaP] - GammaD rho [c > ThetaD]
//	              + Sigma sqrt(Tau) sqrt([c > ThetaD] + [c > ThetaP]) eta(t)
//
// with Gaussian white noise eta. Without calcium rho is bistable: it goes to 0
// (DOWN) from below RhoStar and to 1 (UP) from above.
//
// The rule is driven by events (Higgins, Graupner and Brunel 2014, PLoS Comput
// Biol 10:e1003834): a synapse keeps c, rho and the time of its last event. At an
// event c decays, the times at which it fell below the thresholds follow from a
// logarithm, and rho takes one step for each stretch between them. Checked against the
// authors' programs and against small steps of the equations.
type GraupnerBrunel struct {
	TauCa          float64 `unit:"ms"` // decay of calcium, ms
	CPre, CPost    float64 // calcium that a spike brings, in units of ThetaD
	Delay          float64 `unit:"ms"` // from a presynaptic spike to its calcium, ms
	ThetaD, ThetaP float64 // above which calcium depresses and potentiates
	GammaD, GammaP float64 // rates of depression and potentiation, in units of 1/Tau
	Tau            float64 `unit:"s"` // time constant of the efficacy, s
	RhoStar        float64 // the unstable state between DOWN and UP
	Sigma          float64 // noise; Trials, Traces and networks have it, and Strength counts with it
	Beta           float64 // share of a population's synapses that start DOWN, for Strength
	B              float64 // strength of an UP synapse over that of a DOWN synapse, for Strength
}

// graupnerSets are Table S1 of the paper, with the digits of the authors' programs.
var graupnerSets = map[string]GraupnerBrunel{
	"DP":                   {20, 1, 2, 13.7, 1, 1.3, 200, 321.808, 150, 0.5, 2.8284, 0.5, 5},
	"DPD":                  {20, 0.9, 0.9, 4.6, 1, 1.3, 250, 550, 150, 0.5, 2.8284, 0.5, 5},
	"DPD'":                 {20, 1, 2, 2.2, 1, 2.5, 50, 600, 150, 0.5, 2.8284, 0.5, 5},
	"P":                    {20, 2, 2, 0, 1, 1.3, 160, 257.447, 150, 0.5, 2.8284, 0.5, 5},
	"D":                    {20, 0.6, 0.6, 0, 1, 1.3, 500, 550, 150, 0.5, 5.6568, 0.5, 5},
	"D'":                   {20, 1, 2, 0, 1, 3.5, 60, 600, 150, 0.5, 2.8284, 0.5, 5},
	"hippocampal slices":   {48.8373, 1, 0.275865, 18.8008, 1, 1.3, 313.0965, 1645.59, 688.355, 0.5, 9.1844, 0.7, 5.28145},
	"hippocampal cultures": {11.9536, 0.58156, 1.76444, 10, 1, 1.3, 61.141, 113.6545, 33.7596, 0.5, 2.5654, 0.5, 36.0263},
	"cortical slices":      {22.6936, 0.5617539, 1.23964, 4.6098, 1, 1.3, 331.909, 725.085, 346.3615, 0.5, 3.3501, 0.5, 5.40988},
}

// NewGraupnerBrunel returns the paper's set "DP", whose window depresses for post
// before pre and potentiates for pre before post.
func NewGraupnerBrunel() GraupnerBrunel { return graupnerSets["DP"] }

// GraupnerBrunelSet returns a set of the paper by name: "DP", "DPD", "DPD'", "P",
// "D" or "D'" after the window that it gives (Figure 2), or the fits "hippocampal
// slices" (Wittenberg and Wang 2006), "hippocampal cultures" (Wang et al. 2005)
// and "cortical slices" (Sjostrom et al. 2001). An unknown name is an error that
// lists them.
func GraupnerBrunelSet(name string) (GraupnerBrunel, error) {
	p, ok := graupnerSets[name]
	if !ok {
		var names []string
		for n := range graupnerSets {
			names = append(names, fmt.Sprintf("%q", n))
		}
		slices.Sort(names)
		return p, fmt.Errorf("plasticity: GraupnerBrunelSet: there is no set %q; sets are %s", name, strings.Join(names, ", "))
	}
	return p, nil
}

// Run returns the efficacy after the spikes pre and post (ms), without noise, from
// the efficacy rho: at the end of the last time that calcium is above a
// threshold. Within a stretch of constant drive it takes steps of Runge and Kutta
// that leave errors below 1e-9. Errors: parameters that Check refuses, an efficacy far
// from 0 to 1, trains that do not ascend or are not finite.
func (p GraupnerBrunel) Run(rho float64, pre, post neuro.Spikes) (float64, error) {
	if err := p.check("Run", rho, pre, post); err != nil {
		return 0, err
	}
	p.stretches(pre, post, math.Inf(-1), math.Inf(1), func(d float64, depress, potentiate bool) {
		rho = p.step(rho, d, depress, potentiate)
	})
	return rho, nil
}

// Trials returns the efficacy at dur (ms), from rho at time 0, of n independent
// synapses with noise. Noise and drive of a stretch are exact; the slow drift
// between the stable states is added after it. An error names what makes no sense.
func (p GraupnerBrunel) Trials(rho float64, pre, post neuro.Spikes, dur float64, n int, seed uint64) ([]float64, error) {
	if err := p.check("Trials", rho, pre, post); err != nil {
		return nil, err
	}
	if !(dur > 0) || math.IsInf(dur, 0) || n < 1 {
		return nil, fmt.Errorf("plasticity: GraupnerBrunel.Trials: dur is %g ms and n is %d; both must be positive", dur, n)
	}
	provenance.Random("plasticity.GraupnerBrunel.Trials", seed)
	out := make([]float64, n)
	task := display.Start("plasticity.GraupnerBrunel.Trials", "synapses", n)
	defer task.End()
	for i := range out {
		if task.Set(i); task.Err() != nil {
			return nil, fmt.Errorf("plasticity: GraupnerBrunel.Trials: %w", task.Err())
		}
		r := rng.New(seed, uint64(i))
		x := rho
		p.stretches(pre, post, 0, dur, func(d float64, depress, potentiate bool) {
			x = p.noisy(x, d, depress, potentiate, r.Norm)
		})
		out[i] = x
	}
	return out, nil
}

// Traces returns calcium and efficacy at 0, dt, ... dur (ms), from rho and no
// calcium, with noise unless Sigma is 0. Errors: parameters and trains as in
// Run, dur or dt that are not above 0.
func (p GraupnerBrunel) Traces(rho float64, pre, post neuro.Spikes, dur, dt float64, seed uint64) (calcium, efficacy neuro.Trace, err error) {
	calcium = neuro.Trace{Name: "calcium", Dt: dt}
	efficacy = neuro.Trace{Name: "efficacy", Dt: dt}
	if err := p.check("Traces", rho, pre, post); err != nil {
		return calcium, efficacy, err
	}
	n, err := samples("GraupnerBrunel.Traces", dur, dt)
	if err != nil {
		return calcium, efficacy, err
	}
	if p.Sigma > 0 {
		provenance.Random("plasticity.GraupnerBrunel.Traces", seed)
	}
	r := rng.New(seed, 0)
	c, k, last := 0.0, 0, 0.0
	move := func(t float64) {
		c = p.advance(c, t-last, func(d float64, depress, potentiate bool) {
			if p.Sigma > 0 {
				rho = p.noisy(rho, d, depress, potentiate, r.Norm)
			} else {
				rho = p.step(rho, d, depress, potentiate)
			}
		})
		last = t
	}
	sample := func(until float64) {
		for ; k < n && calcium.At(k) < until; k++ {
			move(calcium.At(k))
			calcium.Y, efficacy.Y = append(calcium.Y, c), append(efficacy.Y, rho)
		}
	}
	eachSpike(p.delayed(pre), post, func(t float64, isPre, isPost bool) {
		if t < 0 {
			return
		}
		if sample(t); k < n {
			move(t)
			c += p.influx(isPre, isPost)
		}
	})
	sample(math.Inf(1))
	return calcium, efficacy, nil
}

// Above returns how long (ms) calcium is above the thresholds of depression and
// of potentiation under the spikes pre and post. Errors are those of Run.
func (p GraupnerBrunel) Above(pre, post neuro.Spikes) (depression, potentiation float64, err error) {
	if err := p.check("Above", 0, pre, post); err != nil {
		return 0, 0, err
	}
	p.stretches(pre, post, math.Inf(-1), math.Inf(1), func(d float64, depress, potentiate bool) {
		if depress {
			depression += d
		}
		if potentiate {
			potentiation += d
		}
	})
	return depression, potentiation, nil
}

// Strength is the rule for a population of synapses, of which the share Beta
// starts DOWN and the rest UP: Run returns the mean strength.
func (p GraupnerBrunel) Strength() GraupnerBrunelStrength { return GraupnerBrunelStrength{p} }

// GraupnerBrunelStrength is the mean strength of a population of synapses under
// the calcium rule; see [GraupnerBrunel.Strength].
type GraupnerBrunelStrength struct{ GraupnerBrunel }

// Switch returns the probabilities that the spikes pre and post (ms) turn a DOWN
// synapse UP and an UP synapse DOWN, in the closed form of the paper: with the times tD
// and tP above the thresholds, G = GammaD tD + GammaP tP,
//
//	Up = (1 + erf(x(0)))/2,  Down = (1 - erf(x(1)))/2
//	x(r) = (m - RhoStar + (r - m) exp(-G/Tau)) / sqrt(v (1 - exp(-2 G/Tau)))
//
// where m = GammaP tP/G and v = Sigma^2 (tD + tP)/G. It takes drive and noise as
// spread evenly over the protocol and neglects the drift between the stable states.
// Errors are those of Above.
func (p GraupnerBrunelStrength) Switch(pre, post neuro.Spikes) (up, down float64, err error) {
	tD, tP, err := p.Above(pre, post)
	if err != nil {
		return 0, 0, err
	}
	g := float64(p.GammaD*tD) + float64(p.GammaP*tP)
	if g == 0 {
		return 0, 0, nil
	}
	m, v := p.GammaP*tP/g, p.Sigma*p.Sigma*(tD+tP)/g
	e := vec.Exp(-g / (1000 * p.Tau))
	width := math.Sqrt(v * (1 - float64(e*e)))
	x := func(r float64) float64 { return (m - p.RhoStar + float64((r-m)*e)) / width }
	return vec.Erfc(-x(0)) / 2, vec.Erfc(x(1)) / 2, nil
}

// Run returns the strength w times what the spikes change it by,
//
//	(Beta (1 - Up) + (1 - Beta) Down + B (Beta Up + (1 - Beta) (1 - Down))) / (Beta + (1 - Beta) B)
//
// Errors are those of Above, and a weight that is not finite.
func (p GraupnerBrunelStrength) Run(w float64, pre, post neuro.Spikes) (float64, error) {
	if err := trains("GraupnerBrunelStrength", w, pre, post); err != nil {
		return 0, err
	}
	up, down, err := p.Switch(pre, post)
	if err != nil {
		return 0, err
	}
	ends := float64(p.Beta*up) + float64((1-p.Beta)*(1-down)) // UP
	return w * (1 - ends + float64(p.B*ends)) / (p.Beta + float64((1-p.Beta)*p.B)), nil
}

// Show draws the figure of Plot.
func (p GraupnerBrunel) Show() display.Bundle { return p.Plot().Show() }

// Plot returns the figure of the change of a population's mean strength by 60 pairs
// of spikes at 1 Hz, up to 100 ms apart: the paper's window.
func (p GraupnerBrunel) Plot() *figure.Figure {
	l := figure.Layer{Kind: figure.Line, Color: "blue"}
	for dt := -100.0; dt <= 100; dt++ {
		pre, post := Pairing(60, 1, dt)
		w, err := p.Strength().Run(1, pre, post)
		if err != nil {
			w = math.NaN() // parameters that make no sense leave the window empty
		}
		l.X, l.Y = append(l.X, dt), append(l.Y, w-1)
	}
	return &figure.Figure{Title: "60 pairs at 1 Hz", Panels: []figure.Panel{{
		X: figure.Axis{Label: "t post − t pre", Unit: "ms"}, Y: figure.Axis{Label: "change of strength"},
		Layers: []figure.Layer{{Kind: figure.HLine, Y: []float64{0}, Color: "grey"}, l},
	}}}
}

// influx is the calcium that comes with a presynaptic and a postsynaptic spike.
func (p GraupnerBrunel) influx(isPre, isPost bool) (c float64) {
	if isPre {
		c += p.CPre
	}
	if isPost {
		c += p.CPost
	}
	return c
}

// delayed returns the times at which presynaptic spikes bring calcium.
func (p GraupnerBrunel) delayed(pre neuro.Spikes) neuro.Spikes {
	out := make(neuro.Spikes, len(pre))
	for i, t := range pre {
		out[i] = t + p.Delay
	}
	return out
}

// stretches calls f for all stretches of constant drive from the time from to
// until, in order. With from -Inf they begin at the first calcium, with until +Inf
// they end when it is below both thresholds for good.
func (p GraupnerBrunel) stretches(pre, post neuro.Spikes, from, until float64, f func(d float64, depress, potentiate bool)) {
	c, last := 0.0, from
	move := func(t float64) {
		if !math.IsInf(last, -1) {
			c = p.advance(c, t-last, f)
		}
		last = t
	}
	eachSpike(p.delayed(pre), post, func(t float64, isPre, isPost bool) {
		if t > until {
			return
		}
		if t >= from {
			move(t)
			c += p.influx(isPre, isPost)
		}
	})
	move(until)
}

// Advance returns the efficacy after a time d (ms) without spikes that begins with
// calcium c, from the efficacy rho and without noise: what Run does between spikes.
func (p GraupnerBrunel) Advance(rho, c, d float64) float64 {
	if c <= p.ThetaD && c <= p.ThetaP {
		return p.step(rho, d, false, false)
	}
	p.advance(c, d, func(d float64, depress, potentiate bool) { rho = p.step(rho, d, depress, potentiate) })
	return rho
}

// AdvanceNoisy is Advance with noise. normal returns a normal number for each stretch of time
// above a threshold; there are three at most.
func (p GraupnerBrunel) AdvanceNoisy(rho, c, d float64, normal func() float64) float64 {
	if c <= p.ThetaD && c <= p.ThetaP {
		return p.step(rho, d, false, false)
	}
	p.advance(c, d, func(d float64, depress, potentiate bool) { rho = p.noisy(rho, d, depress, potentiate, normal) })
	return rho
}

// advance calls f for the stretches of constant drive within the time d (ms) that
// begins with calcium c, and returns the calcium at its end. A last stretch of
// infinite length is left out.
func (p GraupnerBrunel) advance(c, d float64, f func(d float64, depress, potentiate bool)) float64 {
	above := func(theta float64) float64 {
		if c <= theta {
			return 0
		}
		return math.Min(p.TauCa*vec.Log(c/theta), d)
	}
	tD, tP := above(p.ThetaD), above(p.ThetaP)
	first, second := math.Min(tD, tP), math.Max(tD, tP)
	if first > 0 {
		f(first, true, true)
	}
	if second > first {
		f(second-first, tD > tP, tP > tD)
	}
	if d > second && !math.IsInf(d, 1) {
		f(d-second, false, false)
	}
	return decayed(c, d, p.TauCa)
}

// drive returns the rates (in units of 1/Tau) of a stretch.
func (p GraupnerBrunel) drive(depress, potentiate bool) (gd, gp float64) {
	if depress {
		gd = p.GammaD
	}
	if potentiate {
		gp = p.GammaP
	}
	return gd, gp
}

// step returns the efficacy after a stretch of the length d (ms), without noise.
func (p GraupnerBrunel) step(rho, d float64, depress, potentiate bool) float64 {
	gd, gp := p.drive(depress, potentiate)
	return p.rungeKutta(rho, d, gd, gp)
}

func (p GraupnerBrunel) rungeKutta(x, d, gd, gp float64) float64 {
	f := func(x float64) float64 {
		return float64(gp*(1-x)) - float64(gd*x) - float64(x*(1-x)*(p.RhoStar-x))
	}
	t := d / (1000 * p.Tau)
	n := math.Ceil(t * (gd + gp + 1 + float64(3*x*x)) / 0.02)
	h := t / n
	for range int(n) {
		a := f(x)
		b := f(x + float64(h/2*a))
		c := f(x + float64(h/2*b))
		e := f(x + float64(h*c))
		x += float64(h / 6 * (a + float64(2*b) + float64(2*c) + e))
	}
	return x
}

// noisy returns the efficacy after a stretch with noise: the drive with its noise
// is a process of Ornstein and Uhlenbeck, taken exactly; the drift follows.
func (p GraupnerBrunel) noisy(rho, d float64, depress, potentiate bool, normal func() float64) float64 {
	gd, gp := p.drive(depress, potentiate)
	sources := 0.0
	for _, on := range []bool{depress, potentiate} {
		if on {
			sources++
		}
	}
	if g := gd + gp; sources > 0 {
		t := d / (1000 * p.Tau)
		variance := p.Sigma * p.Sigma * sources * t
		if g > 0 {
			rest := gp / g
			rho = rest + float64((rho-rest)*vec.Exp(-g*t))
			variance = p.Sigma * p.Sigma * sources * -vec.Expm1(-2*g*t) / (2 * g)
		}
		rho += float64(math.Sqrt(variance) * normal())
	}
	return p.rungeKutta(rho, d, 0, 0)
}

// Check returns an error that names the first parameter that makes no sense.
func (p GraupnerBrunel) Check() error {
	if err := positive("GraupnerBrunel", "TauCa", p.TauCa, "Tau", p.Tau, "ThetaD", p.ThetaD, "ThetaP", p.ThetaP, "B", p.B); err != nil {
		return err
	}
	if !(p.RhoStar > 0 && p.RhoStar < 1) {
		return fmt.Errorf("plasticity: GraupnerBrunel: RhoStar is %g; it must lie between 0 and 1", p.RhoStar)
	}
	if !(p.Beta >= 0 && p.Beta <= 1) {
		return fmt.Errorf("plasticity: GraupnerBrunel: Beta is %g; it is a share, from 0 to 1", p.Beta)
	}
	return notNegative("GraupnerBrunel", "CPre", p.CPre, "CPost", p.CPost, "Delay", p.Delay, "GammaD", p.GammaD, "GammaP", p.GammaP, "Sigma", p.Sigma)
}

func (p GraupnerBrunel) check(who string, rho float64, pre, post neuro.Spikes) error {
	if err := p.Check(); err != nil {
		return err
	}
	if math.IsNaN(rho) || rho < -10 || rho > 10 { // noise may carry it a little beyond 0 and 1
		return fmt.Errorf("plasticity: GraupnerBrunel.%s: the efficacy is %g; it must lie near 0 (DOWN) to 1 (UP)", who, rho)
	}
	return trains("GraupnerBrunel", rho, pre, post)
}
