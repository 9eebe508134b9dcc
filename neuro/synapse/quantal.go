package synapse

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// QuantalOptions are those of FitQuantal.
type QuantalOptions struct {
	MaxN  int     // largest number of release sites to try; 0 means 20
	Noise float64 // standard deviation of the background, in the unit of the responses; 0 means that it is fitted
	CV    float64 // coefficient of variation of a quantum
}

// NewQuantal returns options that try up to 20 sites, fit the noise, and have quanta
// without variation.
func NewQuantal() QuantalOptions { return QuantalOptions{MaxN: 20} }

// QuantalFit is the binomial model of release, fitted to single responses; see
// [FitQuantal].
type QuantalFit struct {
	N       int       // number of release sites
	P       float64   // probability of release
	Q       float64   // quantal size, in the unit of the responses
	Noise   float64   // standard deviation of the background
	CV      float64   // of quanta, as given
	LogLik  float64   // logarithm of the likelihood
	Profile []float64 // the largest LogLik with 1, 2, ... MaxN sites
	X       []float64 // the data
}

// FitQuantal fits the binomial model of release to the amplitudes of single
// responses by maximum likelihood (del Castillo and Katz 1954, J Physiol 124:560;
// Kuno 1971, Physiol Rev 51:647): k of N sites release with the probability P each,
// and k quanta give k Q with the variance Noise^2 + k (CV Q)^2,
//
//	f(x) = sum over k of C(N, k) P^k (1 - P)^(N-k) normal(x; k Q, Noise^2 + k (CV Q)^2)
//
// N is the whole number from 1 to MaxN of the largest likelihood; Profile tells how
// well it is known (values within 2 of the largest are plausible). Responses may be of
// either sign; Q has that of their mean. At least 20 responses are needed. Checked on
// simulated responses.
func FitQuantal(x []float64, o QuantalOptions) (*QuantalFit, error) {
	if o.MaxN == 0 {
		o.MaxN = 20
	}
	switch {
	case len(x) < 20:
		return nil, fmt.Errorf("synapse: FitQuantal: there are %d responses; 20 or more are needed", len(x))
	case o.MaxN < 1 || o.MaxN > 500:
		return nil, fmt.Errorf("synapse: FitQuantal: MaxN is %d; it must be 1 to 500", o.MaxN)
	case !(o.Noise >= 0) || math.IsInf(o.Noise, 0) || !(o.CV >= 0) || math.IsInf(o.CV, 0):
		return nil, fmt.Errorf("synapse: FitQuantal: Noise is %g and CV %g; both must be finite and not negative", o.Noise, o.CV)
	}
	mean, square := 0.0, 0.0
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("synapse: FitQuantal: response %d is %g; it must be finite", i, v)
		}
		mean += v
		square += float64(v * v)
	}
	mean /= float64(len(x))
	variance := square/float64(len(x)) - float64(mean*mean)
	if !(variance > 0) || mean == 0 {
		return nil, fmt.Errorf("synapse: FitQuantal: responses have the mean %g and the variance %g; neither may be 0", mean, variance)
	}
	best := &QuantalFit{LogLik: math.Inf(-1)}
	var profile []float64
	task := display.Start("synapse.FitQuantal", "numbers of sites", o.MaxN)
	defer task.End()
	for n := 1; n <= o.MaxN; n++ {
		if task.Set(n - 1); task.Err() != nil {
			return nil, fmt.Errorf("synapse: FitQuantal: %w", task.Err())
		}
		f := fitSites(x, n, mean, math.Sqrt(variance), o)
		profile = append(profile, f.LogLik)
		if f.LogLik > best.LogLik {
			best = f
		}
	}
	best.Profile = profile
	return best, nil
}

// fitSites fits p, q and the noise with n sites, from several probabilities: the
// likelihood has a peak for each way of laying quanta over the responses.
func fitSites(x []float64, n int, mean, sd float64, o QuantalOptions) *QuantalFit {
	best := &QuantalFit{N: n, LogLik: math.Inf(-1), CV: o.CV, X: x}
	logs := logChoose(n)
	// the noise may not vanish on a single response
	floor := float64(1e-3 * sd)
	unpack := func(v []float64) (p, q, noise float64) {
		p = 1 / (1 + vec.Exp(-v[0]))
		q = math.Copysign(vec.Exp(v[1]), mean)
		if noise = o.Noise; noise == 0 {
			noise = floor + float64(vec.Exp(v[2]))
		}
		return p, q, noise
	}
	cost := func(v []float64) float64 {
		p, q, noise := unpack(v)
		return -quantalLogLik(x, logs, p, q, noise, o.CV)
	}
	var start []float64
	least := math.Inf(1)
	for i := 1; i < 40; i++ { // probabilities, with quanta that give the mean
		p := float64(i) / 40
		q := math.Abs(mean) / (float64(n) * p)
		v := []float64{vec.Log(p / (1 - p)), vec.Log(q), 0}
		for _, noise := range []float64{0.1, 0.3, 0.6} {
			v[2] = vec.Log(math.Max(noise*math.Min(q, sd), floor))
			if c := cost(v); c < least {
				least, start = c, slices.Clone(v)
			}
			if o.Noise > 0 {
				break
			}
		}
	}
	if o.Noise > 0 {
		start = start[:2]
	}
	v, c := simplex(cost, start, 0.1)
	best.LogLik = -c
	best.P, best.Q, best.Noise = unpack(v)
	return best
}

// logChoose returns the logarithms of n over 0, 1, ... n.
func logChoose(n int) []float64 {
	all, _ := vec.Lgamma(float64(n + 1))
	out := make([]float64, n+1)
	for k := range out {
		a, _ := vec.Lgamma(float64(k + 1))
		b, _ := vec.Lgamma(float64(n - k + 1))
		out[k] = all - a - b
	}
	return out
}

// components returns the weight, mean and standard deviation of each number of quanta.
func components(logs []float64, p, q, noise, cv float64) (w, m, s []float64) {
	n := len(logs) - 1
	lp, lq := vec.Log(p), vec.Log1p(-p)
	for k, l := range logs {
		if k > 0 {
			l += float64(float64(k) * lp)
		}
		if k < n {
			l += float64(float64(n-k) * lq)
		}
		w = append(w, vec.Exp(l))
		m = append(m, float64(k)*q)
		s = append(s, math.Sqrt(float64(noise*noise)+float64(float64(k)*float64(cv*cv)*q*q)))
	}
	return w, m, s
}

func quantalLogLik(x, logs []float64, p, q, noise, cv float64) float64 {
	w, m, s := components(logs, p, q, noise, cv)
	sum := 0.0
	for _, v := range x {
		f := 0.0
		for k := range w {
			if w[k] < 1e-300 {
				continue
			}
			d := (v - m[k]) / s[k]
			if d > 13 || d < -13 { // below 1e-36 of the peak
				continue
			}
			f += float64(w[k] / s[k] * vec.Exp(-d*d/2))
		}
		sum += vec.Log(math.Max(f, 1e-300)) // not minus infinity, so that the search sees a way
	}
	return sum - float64(0.5*vec.Log(2*math.Pi)*float64(len(x)))
}

// simplex returns the least value of f near start and where it is, by the method
// of Nelder and Mead 1965, Comput J 7:308, from a simplex of the given size.
func simplex(f func([]float64) float64, start []float64, size float64) ([]float64, float64) {
	type vertex struct {
		x []float64
		y float64
	}
	n := len(start)
	v := []vertex{{start, f(start)}}
	for i := range start {
		x := append([]float64(nil), start...)
		x[i] += size
		v = append(v, vertex{x, f(x)})
	}
	along := func(center []float64, by float64) vertex {
		x := make([]float64, n)
		for i := range x {
			x[i] = center[i] + float64(by*(v[n].x[i]-center[i]))
		}
		return vertex{x, f(x)}
	}
	for range 200 * n {
		slices.SortStableFunc(v, func(a, b vertex) int {
			switch {
			case a.y < b.y:
				return -1
			case a.y > b.y:
				return 1
			}
			return 0
		})
		if v[n].y-v[0].y < 1e-9 {
			break
		}
		center := make([]float64, n)
		for _, p := range v[:n] {
			for i := range center {
				center[i] += p.x[i] / float64(n)
			}
		}
		r := along(center, -1)
		switch {
		case r.y < v[0].y:
			if e := along(center, -2); e.y < r.y {
				r = e
			}
			v[n] = r
		case r.y < v[n-1].y:
			v[n] = r
		default:
			c := along(center, 0.5)
			if r.y < v[n].y {
				c = along(center, -0.5)
			}
			if c.y < math.Min(r.y, v[n].y) {
				v[n] = c
				continue
			}
			for k := 1; k <= n; k++ {
				for i := range v[k].x {
					v[k].x[i] = v[0].x[i] + float64((v[k].x[i]-v[0].x[i])/2)
				}
				v[k].y = f(v[k].x)
			}
		}
	}
	return v[0].x, v[0].y
}

// String says the result in a line.
func (f *QuantalFit) String() string {
	return fmt.Sprintf("N %d sites, P %.3f, Q %.4g, noise %.3g", f.N, f.P, f.Q, f.Noise)
}

// Density returns the model's probability density at x.
func (f *QuantalFit) Density(x float64) float64 {
	w, m, s := components(logChoose(f.N), f.P, f.Q, f.Noise, f.CV)
	d := 0.0
	for k := range w {
		z := (x - m[k]) / s[k]
		d += float64(w[k] / s[k] * vec.Exp(-z*z/2) / math.Sqrt(2*math.Pi))
	}
	return d
}

// Show draws the figure of Plot.
func (f *QuantalFit) Show() display.Bundle { return f.Plot().Show() }

// Plot returns the figure of the responses as a histogram with the model's density,
// and of the likelihood over the number of sites.
func (f *QuantalFit) Plot() *figure.Figure {
	lo, hi := slices.Min(f.X), slices.Max(f.X)
	bins := int(math.Ceil(2 * math.Sqrt(float64(len(f.X)))))
	width := (hi - lo) / float64(bins)
	bars := figure.Layer{Kind: figure.Bars, Y: make([]float64, bins), Color: "grey"}
	for i := range bins + 1 {
		bars.X = append(bars.X, lo+float64(float64(i)*width))
	}
	for _, v := range f.X {
		bars.Y[min(int((v-lo)/width), bins-1)] += 1 / (width * float64(len(f.X)))
	}
	line := figure.Layer{Kind: figure.Line, Color: "blue"}
	for i := range 301 {
		x := lo + float64((hi-lo)*float64(i)/300)
		line.X, line.Y = append(line.X, x), append(line.Y, f.Density(x))
	}
	profile := figure.Layer{Kind: figure.Points, Color: "blue"}
	for n, l := range f.Profile {
		if d := l - f.LogLik; !math.IsInf(d, 0) {
			profile.X, profile.Y = append(profile.X, float64(n+1)), append(profile.Y, d)
		}
	}
	sites := figure.Axis{Label: "sites", Max: float64(len(f.Profile) + 1)}
	return &figure.Figure{Cols: 2, Widths: []float64{2, 1}, Panels: []figure.Panel{
		{Title: f.String(), X: figure.Axis{Label: "response"}, Y: figure.Axis{Label: "density"}, Layers: []figure.Layer{bars, line}},
		{X: sites, Y: figure.Axis{Label: "log likelihood", SymLog: 2}, Layers: []figure.Layer{{Kind: figure.HLine, Y: []float64{-2}, Color: "grey"}, profile}},
	}}
}
