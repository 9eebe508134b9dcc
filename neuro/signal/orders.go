package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// ButterOrder returns the lowest order of a Butterworth filter that loses no more
// than ripple dB in the pass band and at least attenuation dB in the stop band,
// and the cuts to give to Butter.
//
// pass and stop are the edges of the bands in Hz, one each for a low pass (pass
// below stop) or a high pass, two each for a band pass (stop around pass) or a
// band stop (pass around stop); fs is the sampling rate in Hz.
//
// Errors: edges out of order or range, attenuation not above ripple. Source:
// Oppenheim and Schafer, "Discrete-time signal processing", chapter 7. Peer:
// scipy.signal.buttord.
func ButterOrder(fs float64, pass, stop []float64, ripple, attenuation float64) (order int, cut []float64, err error) {
	s, err := newOrderSpec("ButterOrder", fs, pass, stop, ripple, attenuation)
	if err != nil {
		return 0, nil, err
	}
	n := s.solve(s.butter)
	w := vec.Pow(s.lossPass, -1/float64(2*n))
	p := s.pass
	switch s.kind {
	case "low":
		p = []float64{w * p[0]}
	case "high":
		p = []float64{p[0] / w}
	case "band":
		p = s.around(w)
	case "stop":
		p = s.around(1 / w)
	}
	return n, s.hertz(p), nil
}

// Cheby1Order is ButterOrder for Cheby1. Peer: scipy.signal.cheb1ord.
func Cheby1Order(fs float64, pass, stop []float64, ripple, attenuation float64) (order int, cut []float64, err error) {
	s, err := newOrderSpec("Cheby1Order", fs, pass, stop, ripple, attenuation)
	if err != nil {
		return 0, nil, err
	}
	return s.solve(s.cheby), s.hertz(s.pass), nil
}

// Cheby2Order is ButterOrder for Cheby2; the cuts are edges of the stop band.
// Peer: scipy.signal.cheb2ord.
func Cheby2Order(fs float64, pass, stop []float64, ripple, attenuation float64) (order int, cut []float64, err error) {
	s, err := newOrderSpec("Cheby2Order", fs, pass, stop, ripple, attenuation)
	if err != nil {
		return 0, nil, err
	}
	n := s.solve(s.cheby)
	f := 1 / vec.Cosh(acosh(math.Sqrt(s.lossStop/s.lossPass))/float64(n))
	p := s.pass
	switch s.kind {
	case "low":
		p = []float64{p[0] / f}
	case "high":
		p = []float64{p[0] * f}
	case "stop":
		p = s.around(f)
	case "band":
		p = s.around(1 / f)
	}
	return n, s.hertz(p), nil
}

// EllipOrder is ButterOrder for Ellip. Peer: scipy.signal.ellipord.
func EllipOrder(fs float64, pass, stop []float64, ripple, attenuation float64) (order int, cut []float64, err error) {
	s, err := newOrderSpec("EllipOrder", fs, pass, stop, ripple, attenuation)
	if err != nil {
		return 0, nil, err
	}
	return s.solve(s.ellip), s.hertz(s.pass), nil
}

// An orderSpec holds edges in units of the bilinear transform and losses as power
// ratios less 1.
type orderSpec struct {
	kind               string
	fs                 float64
	pass, stop         []float64
	lossPass, lossStop float64
}

func newOrderSpec(call string, fs float64, pass, stop []float64, ripple, attenuation float64) (*orderSpec, error) {
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	if len(pass) != len(stop) || len(pass) < 1 || len(pass) > 2 {
		return nil, fmt.Errorf("signal: %s: %d edges of the pass band and %d of the stop band; 1 each or 2 each are allowed", call, len(pass), len(stop))
	}
	if err := checkDecibel(call, "ripple", ripple); err != nil {
		return nil, err
	}
	if !(attenuation > ripple) || math.IsInf(attenuation, 0) {
		return nil, fmt.Errorf("signal: %s: attenuation is %g dB; it must be above the ripple (%g dB) and finite", call, attenuation, ripple)
	}
	s := &orderSpec{fs: fs, lossPass: vec.Expm1(0.1 * ripple * math.Ln10), lossStop: vec.Expm1(0.1 * attenuation * math.Ln10)}
	for _, f := range append(append([]float64(nil), pass...), stop...) {
		if !(f > 0 && f < fs/2) {
			return nil, fmt.Errorf("signal: %s: edge %g Hz; edges must be above 0 and below half the sampling rate (%g Hz)", call, f, fs/2)
		}
	}
	for i := range pass {
		s.pass = append(s.pass, vec.Tan(math.Pi*pass[i]/fs))
		s.stop = append(s.stop, vec.Tan(math.Pi*stop[i]/fs))
	}
	switch {
	case len(pass) == 1 && pass[0] < stop[0]:
		s.kind = "low"
	case len(pass) == 1 && pass[0] > stop[0]:
		s.kind = "high"
	case len(pass) == 2 && stop[0] < pass[0] && pass[0] < pass[1] && pass[1] < stop[1]:
		s.kind = "band"
	case len(pass) == 2 && pass[0] < stop[0] && stop[0] < stop[1] && stop[1] < pass[1]:
		s.kind = "stop"
	default:
		return nil, fmt.Errorf("signal: %s: pass band %v and stop band %v Hz; one must lie within the other, or beside it", call, pass, stop)
	}
	return s, nil
}

// solve returns the order, rounded up, and for a band stop first moves the edges
// of the pass band inward to where the order is lowest.
func (s *orderSpec) solve(order func(selectivity float64) float64) int {
	if s.kind == "stop" {
		for i, to := range []float64{s.stop[0] - 1e-12, s.stop[1] + 1e-12} {
			s.pass[i] = leastBetween(s.pass[i], to, func(p float64) float64 {
				edges := []float64{s.pass[0], s.pass[1]}
				edges[i] = p
				return order(s.selectivity(edges))
			})
		}
	}
	return int(math.Ceil(order(s.selectivity(s.pass))))
}

// selectivity is where the stop band of the low pass begins whose pass band ends
// at 1.
func (s *orderSpec) selectivity(p []float64) float64 {
	switch s.kind {
	case "low":
		return s.stop[0] / p[0]
	case "high":
		return p[0] / s.stop[0]
	}
	least := math.Inf(1)
	for _, w := range s.stop {
		v := math.Abs((float64(w*w) - float64(p[0]*p[1])) / (w * (p[1] - p[0])))
		if s.kind == "stop" {
			v = 1 / v
		}
		least = math.Min(least, v)
	}
	return least
}

func (s *orderSpec) butter(x float64) float64 {
	return vec.Log(s.lossStop/s.lossPass) / (2 * vec.Log(x))
}

func (s *orderSpec) cheby(x float64) float64 {
	return acosh(math.Sqrt(s.lossStop/s.lossPass)) / acosh(x)
}

func (s *orderSpec) ellip(x float64) float64 {
	m, ratio := 1/(x*x), s.lossPass/s.lossStop
	return ellipticK(1-m) * ellipticK(ratio) / (ellipticK(m) * ellipticK(1-ratio))
}

// around returns edges with the middle of the pass band and f times its width.
func (s *orderSpec) around(f float64) []float64 {
	half, square := float64(f*(s.pass[1]-s.pass[0])*0.5), float64(s.pass[0]*s.pass[1])
	r := math.Sqrt(float64(half*half) + square)
	return []float64{r - half, r + half}
}

func (s *orderSpec) hertz(w []float64) []float64 {
	out := make([]float64, len(w))
	for i, v := range w {
		out[i] = vec.Atan(v) * s.fs / math.Pi
	}
	return out
}

// leastBetween returns where f is least between a and b, by golden sections.
func leastBetween(a, b float64, f func(float64) float64) float64 {
	const share = 0.3819660112501051518
	x, y := a+float64(share*(b-a)), b-float64(share*(b-a))
	fx, fy := f(x), f(y)
	for range 60 {
		if fx < fy {
			b, y, fy = y, x, fx
			x = a + float64(share*(b-a))
			fx = f(x)
		} else {
			a, x, fx = x, y, fy
			y = b - float64(share*(b-a))
			fy = f(y)
		}
	}
	return float64((a + b) * 0.5)
}
