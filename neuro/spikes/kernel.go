package spikes

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// KernelOptions say how KernelRate smooths. The zero value of a field means its
// default.
type KernelOptions struct {
	// Kernel is "gaussian" (also ""), "rectangular", "triangular",
	// "epanechnikov", "laplacian", or "exponential" or "alpha", which begin at
	// the spike.
	Kernel string
	// Sigma is the standard deviation of the kernel, ms; 0 takes the one of
	// Bandwidth for this train.
	Sigma float64 `unit:"ms"`
	// Cutoff is where the kernel ends, in Sigma; 0 is 5. It is at least the
	// end of a kernel that has one (√3, √6 and √5), and 3 for the others.
	Cutoff float64
	// Ends is "zero" (also ""): nothing is known beyond the window, and the rate falls
	// towards its ends; or "corrected": the rate is divided by the part of the
	// kernel within the window and then scaled to the number of spikes
	// ("gaussian" only).
	Ends string
	// AtOnset leaves "exponential" and "alpha" where they begin, at the spike;
	// else they are moved so that half of the kernel lies before the spike.
	AtOnset bool
}

// NewKernel returns the default options: a Gaussian of the best width, cut off
// at 5 standard deviations.
func NewKernel() KernelOptions { return KernelOptions{Kernel: "gaussian", Cutoff: 5} }

// A shape is a kernel in units of its standard deviation.
type shape struct {
	name   string
	least  float64 // smallest cut-off
	median float64
	at     func(x float64) float64
}

var shapes = []shape{
	{"gaussian", 3, 0, func(x float64) float64 { return vec.Exp(float64(-0.5*x*x)) / math.Sqrt(2*math.Pi) }},
	{"rectangular", math.Sqrt(3), 0, func(x float64) float64 {
		if math.Abs(x) < math.Sqrt(3) {
			return 1 / (2 * math.Sqrt(3))
		}
		return 0
	}},
	{"triangular", math.Sqrt(6), 0, func(x float64) float64 {
		return math.Max(0, 1-math.Abs(x)/math.Sqrt(6)) / math.Sqrt(6)
	}},
	{"epanechnikov", math.Sqrt(5), 0, func(x float64) float64 {
		return math.Max(0, 0.75*(1-float64(x*x)/5)) / math.Sqrt(5)
	}},
	{"laplacian", 3, 0, func(x float64) float64 { return vec.Exp(-math.Sqrt2*math.Abs(x)) / math.Sqrt2 }},
	{"exponential", 3, math.Ln2, func(x float64) float64 {
		if x < 0 {
			return 0
		}
		return vec.Exp(-x)
	}},
	// The median solves (1 + u) exp(-u) = 1/2, u = √2 x.
	{"alpha", 3, 1.6783469900166605 / math.Sqrt2, func(x float64) float64 {
		if x < 0 {
			return 0
		}
		return 2 * x * vec.Exp(-math.Sqrt2*x)
	}},
}

func shapeNamed(call, name string) (shape, error) {
	if name == "" {
		name = "gaussian"
	}
	var known []string
	for _, s := range shapes {
		if s.name == name {
			return s, nil
		}
		known = append(known, s.name)
	}
	return shape{}, fmt.Errorf("spikes: %s: Kernel %q is not known; allowed are %s", call, name, strings.Join(known, ", "))
}

// KernelRate returns the firing rate of s as a sum of kernels, one at each
// spike, Hz, every dt ms from t0 to t1:
//
//	r[i] = 1000 Σ_k n[k] K((i - k) dt),
//
// with n[k] the spikes in bin k, as Rate counts them. Value i stands at the
// left edge of its bin, t0 + i dt.
//
// Errors: spikes that are not finite and ascending, dt <= 0, a window that is
// not a whole number of dt, an unknown kernel or treatment of the ends, Sigma 0
// with fewer than 3 different times. Source: Parzen 1962, Ann. Math. Stat.
// 33:1065; Nawrot, Aertsen and Rotter 1999, J. Neurosci. Methods 94:81. Peer:
// elephant.statistics.instantaneous_rate, equal where Cutoff·Sigma is a whole
// number of dt. Elsewhere elephant lays a whole number of samples into
// 2 Cutoff·Sigma, closer than dt, and its rates have too large an integral;
// here samples are dt apart.
func KernelRate(s neuro.Spikes, dt, t0, t1 float64, o KernelOptions) (neuro.Trace, error) {
	task := display.Start("spikes.KernelRate", "", 0)
	defer task.End()
	return kernelRate("KernelRate", "s", s, dt, t0, t1, o, task)
}

// KernelRates returns the rate of each train of a raster over its window, as
// KernelRate does; the errors name the train.
func KernelRates(r neuro.Raster, dt float64, o KernelOptions) ([]neuro.Trace, error) {
	const call = "KernelRates"
	out, errs := make([]neuro.Trace, len(r.Trains)), make([]error, len(r.Trains))
	task := display.Start("spikes."+call, "trains", len(out))
	defer task.End()
	linalg.Parallel(len(out), func(i int) {
		if task.Err() == nil {
			out[i], errs[i] = kernelRate(call, fmt.Sprintf("Trains[%d]", i), r.Trains[i], dt, r.T0, r.T1, o, task)
			task.Add(1)
		}
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func kernelRate(call, name string, s neuro.Spikes, dt, t0, t1 float64, o KernelOptions, task *display.Counter) (neuro.Trace, error) {
	none := neuro.Trace{}
	if err := check(call, name, s); err != nil {
		return none, err
	}
	n, err := bins(call, dt, t0, t1)
	if err != nil {
		return none, err
	}
	k, err := shapeNamed(call, o.Kernel)
	if err != nil {
		return none, err
	}
	s = within(s, t0, t1)
	if o.Sigma == 0 {
		b, err := bandwidth(call, name, s)
		if err != nil {
			return none, err
		}
		o.Sigma = b
	}
	if err := checkPositive(call, "Sigma", "ms", o.Sigma); err != nil {
		return none, err
	}
	if o.Cutoff == 0 {
		o.Cutoff = 5
	}
	if !(o.Cutoff > 0) || math.IsInf(o.Cutoff, 0) {
		return none, fmt.Errorf("spikes: %s: Cutoff is %g; it must be above 0 and finite (0: 5 standard deviations)", call, o.Cutoff)
	}
	corrected := false
	switch o.Ends {
	case "", "zero":
	case "corrected":
		if corrected = true; k.name != "gaussian" {
			return none, fmt.Errorf(`spikes: %s: Ends "corrected" goes with the kernel "gaussian", not %q`, call, k.name)
		}
	default:
		return none, fmt.Errorf("spikes: %s: Ends %q is not known; allowed are zero, corrected", call, o.Ends)
	}
	reach := math.Ceil(math.Max(o.Cutoff, k.least) * o.Sigma / dt * (1 - 1e-14))
	half := int(math.Min(reach, float64(n)))
	w := make([]float64, 2*half+1)
	shift := k.median
	if o.AtOnset {
		shift = 0
	}
	for i := range w {
		w[i] = 1000 / o.Sigma * k.at(float64(i-half)*dt/o.Sigma+shift)
	}
	var at []int
	var count []float64
	eachBin(s, n, t0, t1, func(i int) {
		if k := len(at) - 1; k >= 0 && at[k] == i {
			count[k]++
			return
		}
		at, count = append(at, i), append(count, 1)
	})
	y := convolved(at, count, n, w, transforms, task)
	if task.Err() != nil {
		return none, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	if corrected && len(s) > 0 {
		total := 0.0
		for i := range y {
			t := t0 + float64(float64(i)*dt)
			a := vec.Erf((t1 - t) / (math.Sqrt2 * o.Sigma))
			b := vec.Erf((t0 - t) / (math.Sqrt2 * o.Sigma))
			y[i] = y[i] * 2 / (a - b)
			total += y[i]
		}
		scale := 1000 * float64(len(s)) / (total * dt)
		for i := range y {
			y[i] *= scale
		}
	}
	return neuro.Trace{Name: "rate", Unit: "Hz", T0: t0, Dt: dt, Y: y}, nil
}

// transforms says what a step of a Fourier transform costs, in multiplications of a sum.
const transforms = 30

// convolved returns the middle of the convolution of n bins, of which those at hold a
// count, with an odd number of weights. Values of spikes few and far between are summed
// one by one; it is transforms of blocks where that costs less.
func convolved(at []int, count []float64, n int, w []float64, price float64, task *display.Counter) []float64 {
	half := len(w) / 2
	y := make([]float64, n)
	block := max(len(w), 4096)
	size := fft.Fast(block + 2*half)
	blocks := (n + block - 1) / block
	if float64(len(at))*float64(len(w)) < price*float64(blocks*size)*math.Log2(float64(size)) {
		for l, i := range at {
			if l%64 == 0 && task.Err() != nil {
				return y
			}
			from, to := max(i-half, 0), min(i+half+1, n)
			part, k := y[from:to], w[from-i+half:]
			if count[l] == 1 {
				vec.AddBlock(part, part, k[:len(part)])
				continue
			}
			for j := range part {
				part[j] += float64(count[l] * k[j])
			}
		}
		return y
	}
	plan := fft.New(size)
	x, a, b := make([]float64, size), make([]complex128, size/2+1), make([]complex128, size/2+1)
	copy(x, w)
	plan.RealForward(b, x)
	next := 0
	for first := 0; first < n && task.Err() == nil; first += block {
		clear(x)
		for ; next < len(at) && at[next] < first+block; next++ {
			x[at[next]-first] = count[next]
		}
		plan.RealForward(a, x)
		for i, u := range a {
			v := b[i]
			a[i] = complex(float64(real(u)*real(v))-float64(imag(u)*imag(v)), float64(real(u)*imag(v))+float64(imag(u)*real(v)))
		}
		plan.RealInverse(x, a)
		for i := max(0, half-first); i < block+2*half && first-half+i < n; i++ {
			y[first-half+i] += x[i]
		}
	}
	for i := range y {
		y[i] = math.Max(0, y[i])
	}
	return y
}
