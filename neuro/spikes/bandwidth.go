package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Bandwidth returns the standard deviation (ms) of the Gaussian kernel that
// gives the rate behind s the smallest expected squared error: the w that
// minimises
//
//	C(w) = Σ_ij ∫ k(t-ti) k(t-tj) dt - 2 Σ_{i≠j} k(ti-tj).
//
// It is sought by golden section between 2 bins and the length of the train,
// the spikes being counted in at most 1000 bins between the first and the last.
// The cost may have several minima; a rate without structure gives a very wide
// kernel.
//
// Errors: spikes that are not finite and ascending, fewer than 3 different
// times. Source: Shimazaki and Shinomoto 2010, J. Comput. Neurosci. 29:171.
// Peer: elephant.statistics.optimal_kernel_bandwidth, which stops after 20 steps.
func Bandwidth(s neuro.Spikes) (float64, error) {
	if err := check("Bandwidth", "s", s); err != nil {
		return 0, err
	}
	return bandwidth("Bandwidth", "s", s)
}

func bandwidth(call, name string, s neuro.Spikes) (float64, error) {
	if len(once(s)) < 3 {
		return 0, fmt.Errorf("spikes: %s: %s has %d different times; a bandwidth needs 3 or more", call, name, len(once(s)))
	}
	// In seconds, in which the peer's steps on its logarithmic scale are made.
	first, length := s[0]/1000, (s[len(s)-1]-s[0])/1000
	least := math.Inf(1)
	for i := 1; i < len(s); i++ {
		if d := (s[i] - s[i-1]) / 1000; d > 0 {
			least = math.Min(least, d)
		}
	}
	n := int(math.Min(1000, math.Floor(length/least+0.5)))
	n = max(n, 2)
	dt := length / float64(n-1)
	density := make([]float64, n)
	for _, t := range s {
		density[min(int(math.Floor((t/1000-first)/dt+0.5)), n-1)]++
	}
	count := float64(len(s))
	for i := range density {
		density[i] /= count * dt
	}
	task := display.Start("spikes."+call, "", 0)
	defer task.End()
	plans := map[int]*fft.Plan{}
	cost := func(w float64) float64 {
		size := 1
		for float64(size) < float64(n)+3*w/dt {
			size *= 2
		}
		plan := plans[size]
		if plan == nil {
			plan = fft.New(size)
			plans[size] = plan
		}
		x, z := make([]float64, size), make([]complex128, size/2+1)
		copy(x, density)
		plan.RealForward(z, x)
		for k := range z {
			u := w / dt * 2 * math.Pi * float64(k) / float64(size)
			g := vec.Exp(float64(-0.5 * u * u))
			z[k] = complex(real(z[k])*g, imag(z[k])*g)
		}
		plan.RealInverse(x, z)
		square, cross := 0.0, 0.0
		for i, d := range density {
			y := math.Abs(x[i])
			square += float64(y * y)
			cross += float64(y * d)
		}
		return float64(square*dt) - float64(2*cross*dt) + 2/(math.Sqrt(2*math.Pi)*w*count)
	}
	wide := func(x float64) float64 { // log(1 + exp x), which is above 0
		if x < 100 {
			return vec.Log(1 + vec.Exp(x))
		}
		return x
	}
	narrow := func(x float64) float64 {
		if x < 100 {
			return vec.Log(vec.Expm1(x))
		}
		return x
	}
	phi := (math.Sqrt(5) + 1) / 2
	a, b := narrow(2*dt), narrow(length)
	inner := func() (float64, float64) {
		return float64((phi-1)*a) + float64((2-phi)*b), float64((2-phi)*a) + float64((phi-1)*b)
	}
	x1, x2 := inner()
	f1, f2 := cost(wide(x1)), cost(wide(x2))
	best := wide(x1)
	for k := 0; k < 60 && math.Abs(b-a) > 1e-9*(math.Abs(x1)+math.Abs(x2)); k++ {
		if task.Err() != nil {
			return 0, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
		if f1 < f2 {
			b, x2, f2 = x2, x1, f1
			x1, _ = inner()
			f1 = cost(wide(x1))
			best = wide(x1)
		} else {
			a, x1, f1 = x1, x2, f2
			_, x2 = inner()
			f2 = cost(wide(x2))
			best = wide(x2)
		}
	}
	return 1000 * best, nil
}

// A BinChoice is the cost of histograms of several bins, and the bin of the
// least.
type BinChoice struct {
	Bin  float64   `unit:"ms"` // best width, ms
	Bins []float64 `unit:"ms"` // widths that were tried, ms
	Cost []float64 // of each, per squared ms; below 0 where a histogram is better than none
}

// OptimalBin returns the width of the bins with which a histogram of the
// spikes of all trials tells their rate with the smallest expected squared
// error. Of histograms of n = 2, 3 ... most bins from t0 to t1 it takes the one
// with the least
//
//	C = (2 mean(k) - var(k)) / (trials · bin)²,
//
// k being the counts in the bins of all trials together and var the population
// variance.
//
// All times are in ms; most 0 is 500. A cost that falls up to the widest bin
// says that the rate does not change, or that spikes are too few. Errors: no
// trials or no spikes, spikes that are not finite and ascending, t1 <= t0, most
// below 2. Source: Shimazaki and Shinomoto 2007, Neural Comput. 19:1503. Checked
// against the formula in NumPy.
func OptimalBin(trials []neuro.Spikes, t0, t1 float64, most int) (*BinChoice, error) {
	const call = "OptimalBin"
	if err := checkWindow(call, t0, t1); err != nil {
		return nil, err
	}
	if most == 0 {
		most = 500
	}
	if most < 2 || most > largest {
		return nil, fmt.Errorf("spikes: %s: most is %d bins; it must be 2 or more, at most %d (0: 500)", call, most, largest)
	}
	total := 0
	for i, s := range trials {
		if err := check(call, fmt.Sprintf("trials[%d]", i), s); err != nil {
			return nil, err
		}
		total += len(within(s, t0, t1))
	}
	if total == 0 {
		return nil, fmt.Errorf("spikes: %s: %d trials have no spike between %g and %g ms; at least 1 is needed", call, len(trials), t0, t1)
	}
	task := display.Start("spikes."+call, "widths", most-1)
	defer task.End()
	c := &BinChoice{}
	best := math.Inf(1)
	for n := 2; n <= most; n++ {
		if task.Add(1); task.Err() != nil {
			return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
		counts := make([]float64, n)
		for _, s := range trials {
			for i, k := range histogram(s, n, t0, t1) {
				counts[i] += k
			}
		}
		mean, v := float64(total)/float64(n), 0.0
		for _, k := range counts {
			v += float64((k - mean) * (k - mean))
		}
		bin := (t1 - t0) / float64(n)
		scale := float64(len(trials)) * bin
		cost := (2*mean - v/float64(n)) / (scale * scale)
		c.Bins, c.Cost = append(c.Bins, bin), append(c.Cost, cost)
		if cost < best {
			best, c.Bin = cost, bin
		}
	}
	return c, nil
}

// Show draws the figure of Plot.
func (c BinChoice) Show() display.Bundle { return c.Plot().Show() }

// Plot returns the figure of the cost over the width of a bin, with a mark at
// the best.
func (c BinChoice) Plot() *figure.Figure {
	p := figure.Panel{
		Title:  fmt.Sprintf("best bin %.4g ms", c.Bin),
		X:      figure.Axis{Label: "bin", Unit: "ms", Log: true},
		Y:      figure.Axis{Label: "cost", Unit: "1/ms²"},
		Layers: []figure.Layer{{Kind: figure.Line, X: c.Bins, Y: c.Cost}},
	}
	for i, b := range c.Bins {
		if b == c.Bin {
			p.Layers = append(p.Layers, figure.Layer{Kind: figure.Points, X: []float64{b}, Y: []float64{c.Cost[i]}, Color: "red"})
			break
		}
	}
	return &figure.Figure{Panels: []figure.Panel{p}}
}

// AdaptiveRate returns the rate of s by Gaussian kernels whose widths follow
// the rate, Hz, every dt ms from t0 to t1: narrow where spikes are many and
// wide where they are few. With p(t) the rate by a kernel of width sigma and g
// the geometric mean of p at the spikes, spike i has the width
//
//	σ[i] = sigma √(g/p(t[i])).
//
// sigma is the width of the first estimate, ms; 0 takes that of Bandwidth.
// Kernels are cut off at 5 of their widths, and the part of a kernel within the
// window is scaled to 1: the integral of the rate is the number of spikes.
// Value i stands at t0 + i dt.
//
// Errors: those of KernelRate; no error but a rate of 0 for a train without
// spikes in the window and a sigma. Source: Abramson 1982, Ann. Stat. 10:1217;
// Silverman 1986, Density Estimation, 5.3. Checked against the formula in NumPy.
func AdaptiveRate(s neuro.Spikes, dt, t0, t1, sigma float64) (neuro.Trace, error) {
	const call = "AdaptiveRate"
	if err := check(call, "s", s); err != nil {
		return neuro.Trace{}, err
	}
	n, err := bins(call, dt, t0, t1)
	if err != nil {
		return neuro.Trace{}, err
	}
	s = within(s, t0, t1)
	if sigma == 0 {
		if sigma, err = bandwidth(call, "s", s); err != nil {
			return neuro.Trace{}, err
		}
	}
	if err := checkPositive(call, "sigma", "ms", sigma); err != nil {
		return neuro.Trace{}, err
	}
	task := display.Start("spikes."+call, "spikes", 2*len(s))
	defer task.End()
	// The first estimate at the spikes, up to a factor.
	logs, mean := make([]float64, len(s)), 0.0
	from, to := 0, 0
	for i, t := range s {
		for s[from] < t-float64(5*sigma) {
			from++
		}
		for to < len(s) && s[to] <= t+float64(5*sigma) {
			to++
		}
		sum := 0.0
		for _, v := range s[from:to] {
			u := (v - t) / sigma
			sum += vec.Exp(float64(-0.5 * u * u))
		}
		logs[i] = vec.Log(sum)
		mean += logs[i] / float64(len(s))
		if task.Add(1); task.Err() != nil {
			return neuro.Trace{}, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
	}
	y := make([]float64, n)
	for i, t := range s {
		w := sigma * vec.Exp((mean-logs[i])/2)
		lo := int(math.Max(0, math.Ceil((t-float64(5*w)-t0)/dt)))
		hi := int(math.Min(float64(n-1), math.Floor((t+float64(5*w)-t0)/dt)))
		sum := 0.0
		at := func(k int) float64 {
			u := (t0 + float64(float64(k)*dt) - t) / w
			return vec.Exp(float64(-0.5 * u * u))
		}
		for k := lo; k <= hi; k++ {
			sum += at(k)
		}
		if !(sum > 0) { // narrower than dt: the bin of the spike
			lo = min(int((t-t0)/dt), n-1)
			y[lo] += 1000 / dt
			continue
		}
		for k := lo; k <= hi; k++ {
			y[k] += at(k) * 1000 / (sum * dt)
		}
		if task.Add(1); task.Err() != nil {
			return neuro.Trace{}, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
	}
	return neuro.Trace{Name: "rate", Unit: "Hz", T0: t0, Dt: dt, Y: y}, nil
}
