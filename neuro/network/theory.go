package network

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Siegert is a leaky integrate-and-fire cell of which theory knows the rate: its
// input is so many small and independent random spikes that it acts as a mean and
// white noise (the diffusion approximation).
//
//	Tau dv/dt = -v + mu + sigma sqrt(Tau) xi(t)
//
// with white noise xi of density 1. Without a threshold v has the standard deviation
// sigma/sqrt(2).
type Siegert struct {
	Tau        float64 `unit:"ms"` // of the membrane
	Threshold  float64 `unit:"mV"`
	Reset      float64 `unit:"mV"`
	Refractory float64 `unit:"ms"`
	// TauSyn is the time constant of exponential synaptic currents; 0 where spikes
	// add to v itself.
	TauSyn float64 `unit:"ms"`
}

// NewSiegert returns the cell of Brunel (2000): 20 ms, threshold 20 mV and reset
// 10 mV above rest, 2 ms refractory.
func NewSiegert() *Siegert {
	return &Siegert{Tau: 20, Threshold: 20, Reset: 10, Refractory: 2}
}

// Check returns an error for values that make no sense.
func (c *Siegert) Check() error {
	for _, x := range []struct {
		name string
		v    float64
		zero bool
	}{{"Tau", c.Tau, false}, {"Refractory", c.Refractory, true}, {"TauSyn", c.TauSyn, true}} {
		if !(x.v > 0 || x.zero && x.v == 0) || math.IsInf(x.v, 0) {
			return fmt.Errorf("network: Siegert: %s is %g ms; it must be finite and positive%s", x.name, x.v, map[bool]string{true: " or 0"}[x.zero])
		}
	}
	if !(c.Reset < c.Threshold) || math.IsInf(c.Threshold-c.Reset, 0) {
		return fmt.Errorf("network: Siegert: Reset is %g mV and Threshold %g mV; Reset must be below Threshold", c.Reset, c.Threshold)
	}
	return nil
}

// Rate returns the rate, Hz, for the mean mu and the noise sigma, mV, both as in
// the type's equation (Siegert 1951, Phys Rev 81:617; Brunel 2000, J Comput Neurosci
// 8:183, equation 21):
//
//	1/rate = Refractory + Tau sqrt(pi) ∫ exp(u²)(1 + erf u) du
//	from (Reset-mu)/sigma to (Threshold-mu)/sigma
//
// With TauSyn both limits are higher by a sqrt(TauSyn/Tau)/2, a = sqrt(2) |zeta(1/2)|
// (Fourcaud and Brunel 2002, Neural Comput 14:2057), which is the first order in
// sqrt(TauSyn/Tau) and good up to about 0.3 of it. Without noise it is the rate of
// a constant input.
func (c *Siegert) Rate(mu, sigma float64) (float64, error) {
	if err := c.Check(); err != nil {
		return 0, err
	}
	if math.IsNaN(mu) || math.IsInf(mu, 0) || !(sigma >= 0) || math.IsInf(sigma, 0) {
		return 0, fmt.Errorf("network: Siegert: mu is %g mV and sigma %g mV; they must be finite and sigma 0 or more", mu, sigma)
	}
	return c.rate(mu, sigma), nil
}

func (c *Siegert) rate(mu, sigma float64) float64 {
	top, bottom := c.Threshold-mu, c.Reset-mu
	// Below 1e-9 of the distance to the threshold noise does nothing.
	if sigma <= float64(1e-9*math.Max(math.Abs(top), c.Threshold-c.Reset)) {
		if top >= 0 {
			return 0
		}
		return 1000 / (c.Refractory + float64(c.Tau*vec.Log(bottom/top)))
	}
	const alpha = 2.0652531522312172 // sqrt(2) |zeta(1/2)|
	shift := float64(alpha / 2 * math.Sqrt(c.TauSyn/c.Tau))
	a, b := bottom/sigma+shift, top/sigma+shift
	scale, integral := siegertIntegral(a, b)
	// The integral is exp(scale) times its second part.
	e := vec.Exp(-scale)
	if e == 0 {
		return 0 // below the smallest number
	}
	return 1000 * e / (float64(c.Refractory*e) + float64(c.Tau*math.Sqrt(math.Pi)*integral))
}

// siegertIntegral returns the integral of exp(u²) erfc(-u) from a to b as
// exp(scale) part. All terms are positive, so nothing cancels.
func siegertIntegral(a, b float64) (scale, part float64) {
	if b > 0 {
		scale = float64(b * b)
		// What is exp(-45) of the end and smaller adds nothing.
		if scale > 45 {
			a = math.Max(a, math.Sqrt(scale-45))
		}
	}
	for a < b {
		// Panels in which the integrand, like exp(u²) above 0 and like 1/u below,
		// is close to a polynomial.
		width := float64(0.5 * (1 - a))
		if a > -1 {
			width = 0.5 / (1 + math.Max(a, 0))
		}
		end := math.Min(a+width, b)
		half, middle := float64((end-a)/2), float64((end+a)/2)
		for i, x := range legendreAt {
			h := float64(half * x)
			part += float64(half * legendreWeight[i] * (siegertTerm(middle-h, scale) + siegertTerm(middle+h, scale)))
		}
		if !(end > a) {
			break
		}
		a = end
	}
	return scale, part
}

// siegertTerm returns exp(u² - scale) erfc(-u).
func siegertTerm(u, scale float64) float64 {
	if u < -20 {
		// The asymptotic series of erfc; scale is 0 or the term is negligible.
		r := 1 / float64(u*u)
		s := 1 - float64(r/2*(1-float64(1.5*r*(1-float64(2.5*r*(1-float64(3.5*r)))))))
		return float64(s / (-u * math.Sqrt(math.Pi)) * vec.Exp(-scale))
	}
	return float64(vec.Exp(float64(u*u)-scale) * vec.Erfc(-u))
}

// Points and weights of Gauss and Legendre's rule of order 10, those above 0.
var (
	legendreAt = [5]float64{0.14887433898163122, 0.4333953941292472, 0.6794095682990244,
		0.8650633666889845, 0.9739065285171717}
	legendreWeight = [5]float64{0.29552422471475287, 0.26926671930999635, 0.21908636251598204,
		0.14945134915058059, 0.06667134430868814}
)
