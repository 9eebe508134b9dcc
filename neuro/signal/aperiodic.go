package signal

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// AperiodicOptions say how a spectrum is taken apart. The zero value of a field
// means its default.
type AperiodicOptions struct {
	// Mode is "fixed" (also ""), a straight line in logarithmic axes, or "knee",
	// which bends.
	Mode string
	// Lo and Hi limit the frequencies, both included; a Hi of 0 is the highest
	// frequency. 0 Hz is never taken.
	Lo, Hi float64 `unit:"Hz"`
	// MaxPeaks is the largest number of peaks; 0 is no limit, -1 no peaks.
	MaxPeaks int
	// MinHeight is the least height of a peak above the aperiodic part, in log10
	// of power.
	MinHeight float64
	// Threshold is the least height of a peak in standard deviations of what is
	// left; 0 is 2.
	Threshold float64
	// Width limits the width of peaks, twice their standard deviation, in Hz;
	// zeros are 0.5 and 12.
	Width [2]float64 `unit:"Hz"`
}

// NewAperiodic returns the usual options.
func NewAperiodic() AperiodicOptions {
	return AperiodicOptions{Mode: "fixed", Threshold: 2, Width: [2]float64{0.5, 12}}
}

// A SpectralPeak is a rhythm: a bump above the aperiodic part.
type SpectralPeak struct {
	F      float64 `unit:"Hz"` // centre
	Height float64 // of the model above the aperiodic part, log10 of power
	Width  float64 `unit:"Hz"` // twice the standard deviation of the Gaussian
}

// An AperiodicFit is a spectrum as an aperiodic part and peaks, in log10 of power.
type AperiodicFit struct {
	Offset   float64
	Knee     float64 // 0 without one; the spectrum bends at Knee^(1/Exponent) Hz
	Exponent float64
	Peaks    []SpectralPeak
	R2       float64   // square of the correlation of model and spectrum
	Error    float64   // mean absolute difference
	F        []float64 `unit:"Hz"`
	Power    []float64 // log10 of the spectrum at F
	Line     []float64 // the aperiodic part
	Model    []float64 // with the peaks
}

// Aperiodic takes a power spectrum apart into an aperiodic part, which falls with
// frequency, and Gaussian peaks,
//
//	log10 P(f) = b - log10(k + f^χ) + Σ a exp(-(f-c)²/(2w²)),
//
// with offset b, exponent χ and, in mode "knee", k; else k is 0. A first line is
// fitted to what does not stand out, peaks are looked for from the highest down in
// what is above it and fitted together, and the aperiodic part is fitted to what
// the peaks leave.
//
// s is a spectrum, such as Welch's; frequencies about 0.5 Hz apart and 1 to 45 Hz
// are usual.
//
// Errors: fewer than 5 frequencies, power that is not above 0 and finite, unknown
// names, a fit that does not converge. Source: Donoghue et al. 2020, Nat. Neurosci.
// 23:1655. Peer: fooof (specparam) 1.1.
func Aperiodic(s *Spectrum, o AperiodicOptions) (*AperiodicFit, error) {
	const call = "Aperiodic"
	if o.Mode != "" && o.Mode != "fixed" && o.Mode != "knee" {
		return nil, fmt.Errorf("signal: %s: Mode %q is not known; allowed are fixed, knee", call, o.Mode)
	}
	if o.Threshold == 0 {
		o.Threshold = 2
	}
	if o.Width == [2]float64{} {
		o.Width = [2]float64{0.5, 12}
	}
	if !(o.Threshold > 0) || !(o.MinHeight >= 0) || o.MaxPeaks < -1 || !(o.Width[0] > 0 && o.Width[1] > o.Width[0]) {
		return nil, fmt.Errorf("signal: %s: Threshold %g, MinHeight %g, MaxPeaks %d, Width %v; a threshold above 0, a height of 0 or more, peaks of -1 or more and widths that ascend from above 0 are allowed",
			call, o.Threshold, o.MinHeight, o.MaxPeaks, o.Width)
	}
	if len(s.F) != len(s.P) {
		return nil, fmt.Errorf("signal: %s: %d frequencies in F and %d values in P; both must be as many", call, len(s.F), len(s.P))
	}
	hi := o.Hi
	if hi == 0 {
		hi = math.Inf(1)
	}
	a := &aperiodic{o: o, knee: o.Mode == "knee"}
	for k, f := range s.F {
		if f <= 0 || f < o.Lo || f > hi {
			continue
		}
		if !(s.P[k] > 0) || math.IsInf(s.P[k], 0) {
			return nil, fmt.Errorf("signal: %s: the power at %g Hz is %g; it must be above 0 and finite", call, f, s.P[k])
		}
		a.f, a.log = append(a.f, f), append(a.log, vec.Log10(f))
		a.power = append(a.power, vec.Log10(s.P[k]))
	}
	if len(a.f) < 5 {
		return nil, fmt.Errorf("signal: %s: %d frequencies between %g and %g Hz; 5 or more are needed", call, len(a.f), o.Lo, o.Hi)
	}
	return a.fit(call)
}

// aperiodic holds what the steps of a fit share.
type aperiodic struct {
	o             AperiodicOptions
	knee          bool
	f, log, power []float64
}

func (a *aperiodic) fit(call string) (*AperiodicFit, error) {
	first, ok := a.robustLine()
	flat := make([]float64, len(a.f))
	for k, v := range a.line(first, a.log) {
		flat[k] = a.power[k] - v
	}
	peaks, fine := a.peaks(flat)
	bumps := gaussians(peaks, a.f)
	rest := make([]float64, len(a.f))
	for k := range rest {
		rest[k] = a.power[k] - bumps[k]
	}
	p, good := a.fitLine(a.log, rest, nil)
	if !ok || !fine || !good {
		return nil, fmt.Errorf("signal: %s: the fit does not converge in mode %q; take another range or the mode \"fixed\"", call, a.o.Mode)
	}
	r := &AperiodicFit{Offset: p[0], Exponent: p[1], F: a.f, Power: a.power, Line: a.line(p, a.log), Model: make([]float64, len(a.f))}
	if a.knee {
		r.Knee = p[2]
	}
	for k := range bumps {
		r.Model[k] = r.Line[k] + bumps[k]
		r.Error += math.Abs(r.Model[k]-a.power[k]) / float64(len(bumps))
	}
	r.R2 = squareCorrelation(r.Model, a.power)
	for _, g := range peaks {
		at := nearest(a.f, g[0])
		r.Peaks = append(r.Peaks, SpectralPeak{F: g[0], Height: r.Model[at] - r.Line[at], Width: 2 * g[2]})
	}
	return r, nil
}

func nearest(f []float64, x float64) int {
	best := 0
	for k, v := range f {
		if math.Abs(v-x) < math.Abs(f[best]-x) {
			best = k
		}
	}
	return best
}

func squareCorrelation(x, y []float64) float64 {
	mx, my := mean(x), mean(y)
	var xx, yy, xy float64
	for i, v := range x {
		a, b := v-mx, y[i]-my
		xx, yy, xy = xx+float64(a*a), yy+float64(b*b), xy+float64(a*b)
	}
	return xy / xx * (xy / yy)
}

// line returns the aperiodic part for offset, exponent and knee.
func (a *aperiodic) line(p, log []float64) []float64 {
	out := make([]float64, len(log))
	for k, l := range log {
		out[k] = p[0] - float64(p[1]*l)
		if a.knee {
			out[k] = p[0] - vec.Log10(p[2]+vec.Exp(p[1]*l*math.Ln10))
		}
	}
	return out
}

// fitLine fits the aperiodic part to y, from a guess or from the ends.
func (a *aperiodic) fitLine(log, y, guess []float64) ([]float64, bool) {
	n := len(y)
	if !a.knee {
		var sx, sy, xx, xy float64
		for k, l := range log {
			sx, sy = sx+l, sy+y[k]
		}
		mx, my := sx/float64(n), sy/float64(n)
		for k, l := range log {
			d := l - mx
			xx, xy = xx+float64(d*d), xy+float64(d*(y[k]-my))
		}
		slope := xy / xx
		return []float64{my - float64(slope*mx), -slope}, xx > 0
	}
	if guess == nil {
		guess = []float64{y[0], math.Abs((y[n-1] - y[0]) / (log[n-1] - log[0])), 0}
	}
	inf := math.Inf(1)
	m := leastSquares{
		lo: []float64{-inf, -inf, -inf}, hi: []float64{inf, inf, inf}, n: n,
		residual: func(p, r []float64) {
			for k, v := range a.line(p, log) {
				r[k] = v - y[k]
			}
		},
		slope: func(p []float64, j [][]float64) {
			for k, l := range log {
				power := vec.Exp(p[1] * l * math.Ln10)
				d := p[2] + power
				j[k][0], j[k][1], j[k][2] = 1, -power*l/d, -1/(d*math.Ln10)
			}
		},
	}
	return m.solve(guess)
}

// robustLine fits the line first to all and then to what does not stand out.
func (a *aperiodic) robustLine() ([]float64, bool) {
	p, ok := a.fitLine(a.log, a.power, nil)
	if !ok {
		return p, false
	}
	flat := make([]float64, len(a.f))
	for k, v := range a.line(p, a.log) {
		flat[k] = math.Max(0, a.power[k]-v)
	}
	sorted := append([]float64(nil), flat...)
	sort.Float64s(sorted)
	// The percentile 0.025, between values.
	at := float64(0.00025 * float64(len(sorted)-1))
	i := int(at)
	limit := sorted[i]
	if i+1 < len(sorted) {
		limit += float64((at - float64(i)) * (sorted[i+1] - sorted[i]))
	}
	var log, y []float64
	for k, v := range flat {
		if v <= limit {
			log, y = append(log, a.log[k]), append(y, a.power[k])
		}
	}
	return a.fitLine(log, y, p)
}

// peaks returns Gaussians (centre, height, standard deviation) fitted to a
// spectrum without its aperiodic part, in order of frequency.
func (a *aperiodic) peaks(flat []float64) ([][3]float64, bool) {
	lo, hi := a.o.Width[0]/2, a.o.Width[1]/2
	first, last := a.f[0], a.f[len(a.f)-1]
	step := a.f[1] - a.f[0]
	left := append([]float64(nil), flat...)
	var guess [][3]float64
	for a.o.MaxPeaks == 0 || len(guess) < a.o.MaxPeaks {
		if a.o.MaxPeaks < 0 || len(guess) >= len(flat) {
			break
		}
		top := 0
		for k, v := range left {
			if v > left[top] {
				top = k
			}
		}
		height := left[top]
		if height <= a.o.Threshold*deviation(left) || height <= a.o.MinHeight {
			break
		}
		// The nearer of both places at half the height gives the width.
		side := math.Inf(1)
		for k := top - 1; k > 0; k-- {
			if left[k] <= height/2 {
				side = float64(top - k)
				break
			}
		}
		for k := top + 1; k < len(left); k++ {
			if left[k] <= height/2 {
				side = math.Min(side, float64(k-top))
				break
			}
		}
		sd := float64(2*side*step) / (2 * math.Sqrt(2*math.Ln2))
		if math.IsInf(side, 0) {
			sd = (a.o.Width[0] + a.o.Width[1]) / 2
		}
		g := [3]float64{a.f[top], height, math.Min(hi, math.Max(lo, sd))}
		guess = append(guess, g)
		for k, v := range gaussians([][3]float64{g}, a.f) {
			left[k] -= v
		}
	}
	// Those at the edges, and the lower ones of those that overlap, are no peaks.
	kept := guess[:0]
	for _, g := range guess {
		if math.Abs(g[0]-first) > g[2] && math.Abs(g[0]-last) > g[2] {
			kept = append(kept, g)
		}
	}
	sort.SliceStable(kept, func(i, j int) bool { return kept[i][0] < kept[j][0] })
	drop := make([]bool, len(kept))
	for i := 0; i+1 < len(kept); i++ {
		const share = 0.75
		x, y := kept[i], kept[i+1]
		if x[0]+float64(share*x[2]) > y[0]-float64(share*y[2]) {
			if x[1] <= y[1] {
				drop[i] = true
			} else {
				drop[i+1] = true
			}
		}
	}
	guess = nil
	for i, g := range kept {
		if !drop[i] {
			guess = append(guess, g)
		}
	}
	if len(guess) == 0 {
		return nil, true
	}
	m := leastSquares{n: len(flat)}
	var start []float64
	for _, g := range guess {
		start = append(start, g[:]...)
		reach := float64(3 * g[2])
		m.lo = append(m.lo, math.Max(first, g[0]-reach), 0, lo)
		m.hi = append(m.hi, math.Min(last, g[0]+reach), math.Inf(1), hi)
	}
	m.residual = func(p, r []float64) {
		for k, v := range gaussians(triples(p), a.f) {
			r[k] = v - flat[k]
		}
	}
	m.slope = func(p []float64, j [][]float64) {
		for i, g := range triples(p) {
			for k, f := range a.f {
				d := f - g[0]
				e := vec.Exp(-float64(d*d) / (2 * g[2] * g[2]))
				j[k][3*i] = g[1] * e * d / (g[2] * g[2])
				j[k][3*i+1] = e
				j[k][3*i+2] = g[1] * e * d * d / (g[2] * g[2] * g[2])
			}
		}
	}
	p, ok := m.solve(start)
	out := triples(p)
	sort.SliceStable(out, func(i, j int) bool { return out[i][0] < out[j][0] })
	return out, ok
}

func triples(p []float64) [][3]float64 {
	out := make([][3]float64, len(p)/3)
	for i := range out {
		out[i] = [3]float64(p[3*i:])
	}
	return out
}

func gaussians(peaks [][3]float64, f []float64) []float64 {
	out := make([]float64, len(f))
	for _, g := range peaks {
		for k, x := range f {
			d := x - g[0]
			out[k] += float64(g[1] * vec.Exp(-float64(d*d)/(2*g[2]*g[2])))
		}
	}
	return out
}

func deviation(x []float64) float64 {
	m, sum := mean(x), 0.0
	for _, v := range x {
		d := v - m
		sum += float64(d * d)
	}
	return math.Sqrt(sum / float64(len(x)))
}

// leastSquares finds parameters within limits for which the sum of squared
// residuals is least (Levenberg 1944, Marquardt 1963).
type leastSquares struct {
	n        int
	lo, hi   []float64
	residual func(p, r []float64)
	slope    func(p []float64, j [][]float64)
}

func (m *leastSquares) solve(start []float64) ([]float64, bool) {
	k := len(start)
	p := append([]float64(nil), start...)
	clip := func(p []float64) {
		for i := range p {
			p[i] = math.Min(m.hi[i], math.Max(m.lo[i], p[i]))
		}
	}
	clip(p)
	r, next := make([]float64, m.n), make([]float64, k)
	j := rows(m.n, k)
	m.residual(p, r)
	cost := vec.DotBlock(r, r)
	damping := 1e-3
	for range 1000 {
		m.slope(p, j)
		normal, gradient := rows(k, k), make([]float64, k)
		for i, row := range j {
			for a, x := range row {
				gradient[a] += float64(x * r[i])
				for b := range a + 1 {
					normal[a][b] += float64(x * row[b])
				}
			}
		}
		// What a limit holds does not move.
		held := make([]bool, k)
		for a := range held {
			held[a] = p[a] <= m.lo[a] && gradient[a] > 0 || p[a] >= m.hi[a] && gradient[a] < 0
		}
		improved := false
		for damping < 1e12 {
			system := rows(k, k+1)
			for a := range k {
				for b := range k {
					if !held[a] && !held[b] {
						system[a][b] = normal[max(a, b)][min(a, b)]
					}
				}
				if held[a] {
					system[a][a] = 1
					continue
				}
				system[a][a] += float64(damping * math.Max(normal[a][a], 1e-12))
				system[a][k] = -gradient[a]
			}
			step, ok := linalg.Solve(system, 0)
			if !ok {
				damping *= 10
				continue
			}
			for a := range next {
				next[a] = p[a] + step[a]
			}
			clip(next)
			m.residual(next, r)
			c := vec.DotBlock(r, r)
			if c < cost {
				done := cost-c < 1e-14*cost
				copy(p, next)
				cost, improved = c, !done
				damping = math.Max(damping/5, 1e-12)
				break
			}
			damping *= 4
		}
		m.residual(p, r)
		if !improved {
			break
		}
	}
	for _, v := range p {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return p, false
		}
	}
	return p, !math.IsNaN(cost)
}

// Show draws the figure of Plot.
func (a AperiodicFit) Show() display.Bundle { return a.Plot().Show() }

// Plot returns the figure of the spectrum, its model and the aperiodic part.
func (a AperiodicFit) Plot() *figure.Figure {
	peaks := "peaks"
	if len(a.Peaks) == 1 {
		peaks = "peak"
	}
	return &figure.Figure{Panels: []figure.Panel{{
		Title: fmt.Sprintf("exponent %.3g, %d %s, R² %.3f", a.Exponent, len(a.Peaks), peaks, a.R2),
		X:     figure.Axis{Label: "frequency", Unit: "Hz", Log: true}, Y: figure.Axis{Label: "log10 power"},
		Layers: []figure.Layer{
			{Kind: figure.Line, Name: "spectrum", X: a.F, Y: a.Power},
			{Kind: figure.Line, Name: "model", X: a.F, Y: a.Model},
			{Kind: figure.Line, Name: "aperiodic part", X: a.F, Y: a.Line, Dash: true},
		},
	}}}
}
