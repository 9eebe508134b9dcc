package network

import (
	"fmt"
	"math"
	"math/cmplx"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Transfer is how the rate of a cell follows small changes of its input, by
// frequency, and how irregular its spikes are.
type Transfer struct {
	F    []float64 `unit:"Hz"`
	Rate float64   `unit:"Hz"` // the stationary one
	// Mean and Variance are the change of the rate for a change of mu by 1 mV, and of
	// sigma² by 1 mV², at each frequency: its size and, as the angle, its phase.
	Mean, Variance []complex128
	// Spectrum is the power spectral density of the spike train, Hz, on both sides of
	// frequency 0: the rate at high frequencies, and the rate times CV² near 0.
	Spectrum []float64
	CV       float64 // of the intervals
}

// Transfer returns how the rate follows changes of the input about mu and sigma, mV,
// at the frequencies hz. It integrates the Fokker-Planck equation of the membrane
// potential from the threshold down, in first order of the change (threshold
// integration: Richardson 2007, Phys Rev E 76:021919). With TauSyn the boundaries are
// raised as in Rate and the input is filtered by the synapse (Schuecker, Diesmann and
// Helias 2015, Phys Rev E 92:052119).
func (c *Siegert) Transfer(mu, sigma float64, hz []float64) (*Transfer, error) {
	if _, err := c.Rate(mu, sigma); err != nil {
		return nil, err
	}
	if !(sigma > 0) {
		return nil, fmt.Errorf("network: Siegert: Transfer: sigma is %g mV; the response is that of a cell with noise, give sigma above 0", sigma)
	}
	for i, f := range hz {
		if !finite(f) || f < 0 {
			return nil, fmt.Errorf("network: Siegert: Transfer: frequency %d is %g Hz; frequencies must be finite and 0 or more", i, f)
		}
	}
	t := c.transfer(mu, sigma, hz, fine)
	if t.Rate < 1e-9 {
		return nil, fmt.Errorf("network: Siegert: Transfer: with mu %g and sigma %g mV the cell fires with %.3g Hz; it has a response where it fires", mu, sigma, t.Rate)
	}
	return t, nil
}

// Steps in a standard deviation of the noise: for values, and to tell whether modes grow.
const (
	fine   = 30
	coarse = 12
)

// transfer is Transfer without the checks, with so many steps in sigma. The CV is left
// out of what tells whether modes grow.
func (c *Siegert) transfer(mu, sigma float64, hz []float64, steps float64) *Transfer {
	t := &Transfer{F: hz, Rate: c.rate(mu, sigma)}
	p := newPotential(c, mu, sigma, steps)
	for _, f := range hz {
		// Nearer to 0 the terms cancel; all is even in the frequency there.
		w := float64(2 * math.Pi / 1000 * math.Max(f, 2e-3*t.Rate))
		mean, variance, interval := p.respond(w, c.Refractory)
		low := complex128(1)
		if c.TauSyn > 0 {
			low = 1 / complex(1, float64(w*c.TauSyn))
		}
		t.Mean = append(t.Mean, product(product(mean, complex(t.Rate, 0)), low))
		t.Variance = append(t.Variance, product(product(variance, complex(t.Rate/(2*c.Tau), 0)), low))
		t.Spectrum = append(t.Spectrum, renewal(t.Rate, interval))
	}
	if steps == coarse && len(hz) > 0 {
		return t
	}
	_, _, interval := p.respond(float64(2*math.Pi/1000*2e-3*t.Rate), c.Refractory)
	t.CV = math.Sqrt(math.Max(renewal(t.Rate, interval)/t.Rate, 0))
	return t
}

// renewal returns the spectrum of a train whose intervals are independent, from the
// Fourier transform of their density (Cox and Lewis 1966).
func renewal(rate float64, interval complex128) float64 {
	away := cmplx.Abs(1 - interval)
	size := cmplx.Abs(interval)
	return float64(rate*(1-float64(size*size))) / float64(away*away)
}

// product multiplies without fused operations.
func product(a, b complex128) complex128 {
	return complex(float64(real(a)*real(b))-float64(imag(a)*imag(b)), float64(real(a)*imag(b))+float64(imag(a)*real(b)))
}

// A potential is the grid of membrane potentials on which the equations are
// integrated.
type potential struct {
	mu, tau, d float64 // d is the diffusion, sigma²/(2 tau), mV²/ms
	top, reset float64
	above      int // steps from the threshold to the reset, and from there down
	below      int
	low        float64
}

func newPotential(c *Siegert, mu, sigma, steps float64) *potential {
	const alpha = 2.0652531522312172 // as in rate
	shift := float64(alpha / 2 * math.Sqrt(c.TauSyn/c.Tau) * sigma)
	p := &potential{mu: mu, tau: c.Tau, d: float64(sigma*sigma) / (2 * c.Tau), top: c.Threshold + shift, reset: c.Reset + shift}
	p.low = math.Min(p.reset, mu) - float64(5*sigma)
	// Steps that resolve the noise, and the decay far below the mean.
	h := math.Min(sigma/steps, float64(6/steps*sigma*sigma)/math.Max(math.Abs(mu-p.low), math.Abs(mu-p.top)))
	p.above = int((p.top-p.reset)/h) + 1
	p.below = int((p.reset-p.low)/h) + 1
	return p
}

// The unknowns of the integration, as functions of the potential: the stationary
// density for a rate of 1, and densities p and fluxes j, real and imaginary, of the
// answer to a flux at the threshold, to a start at the reset, to a change of the mean
// by 1, and to one of the diffusion by 1.
const (
	stationary = 0
	atTop      = 1
	atReset    = 5
	byMean     = 9
	byNoise    = 13
	unknowns   = 17
)

type densities [unknowns]float64

// slope returns the change of the unknowns per mV on the way down.
func (p *potential) slope(y *densities, v, flux, w float64) (d densities) {
	a, pull := 1/p.d, (p.mu-v)/p.tau
	down := float64(float64(flux-float64(pull*y[stationary])) * a)
	d[stationary] = down
	for k := 1; k < unknowns; k += 4 {
		re, im := y[k+2]-float64(pull*y[k]), y[k+3]-float64(pull*y[k+1])
		switch k {
		case byMean:
			re -= y[stationary] / p.tau
		case byNoise:
			re -= down
		}
		d[k], d[k+1] = float64(re*a), float64(im*a)
		d[k+2], d[k+3] = -float64(w*y[k+1]), float64(w*y[k])
	}
	return d
}

// walk integrates from a potential down to another, by Runge and Kutta's method of
// order 4.
func (p *potential) walk(y *densities, from, to float64, steps int, flux, w float64) {
	h := (from - to) / float64(steps)
	for k := range steps {
		v := from - float64(float64(k)*h)
		add := func(d *densities, x float64) *densities {
			z := *y
			for i := range z {
				z[i] += float64(x * d[i])
			}
			return &z
		}
		k1 := p.slope(y, v, flux, w)
		k2 := p.slope(add(&k1, h/2), v-float64(h/2), flux, w)
		k3 := p.slope(add(&k2, h/2), v-float64(h/2), flux, w)
		k4 := p.slope(add(&k3, h), v-h, flux, w)
		for i := range y {
			y[i] += float64(h / 6 * (k1[i] + float64(2*k2[i]) + float64(2*k3[i]) + k4[i]))
		}
	}
}

// respond returns, at the angular frequency w (1/ms), the change of the rate per change
// of the mean and of the diffusion, for a rate of 1, and the Fourier transform of the
// density of intervals.
func (p *potential) respond(w, refractory float64) (mean, noise, interval complex128) {
	var y densities
	y[atTop+2] = 1
	p.walk(&y, p.top, p.reset, p.above, 1, w)
	y[atReset+2] = -1
	p.walk(&y, p.reset, p.low, p.below, 0, w)
	j := func(k int) complex128 { return complex(y[k+2], y[k+3]) }
	wait := complex(vec.Cos(float64(w*refractory)), -vec.Sin(float64(w*refractory)))
	first := -over(j(atReset), j(atTop))
	interval = product(first, wait)
	all := j(atTop) + product(j(atReset), wait)
	return -over(j(byMean), all), -over(j(byNoise), all), interval
}

// over divides without fused operations.
func over(a, b complex128) complex128 {
	size := float64(real(b)*real(b)) + float64(imag(b)*imag(b))
	c := product(a, complex(real(b), -imag(b)))
	return complex(real(c)/size, imag(c)/size)
}
