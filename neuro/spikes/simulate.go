package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Poisson returns a Poisson process of a rate (Hz) from t0 to t1 (ms), with a dead time
// of refractory ms after each spike; 0 is none. The rate is that with the dead time:
// beyond it intervals are exponential with the mean 1000/rate - refractory. The
// process goes on since ever: with a dead time too, no spike is thought at t0.
//
// The same seed gives the same train. Errors: a negative rate, rate·refractory of a
// second or more, t1 <= t0, more than 2^25 spikes to be expected. Its mean, CV, LV and
// Fano factor are checked against 1, and those of a dead time against
// their closed forms.
func Poisson(rate, t0, t1, refractory float64, seed uint64) (neuro.Spikes, error) {
	const call = "Poisson"
	if err := checkRate(call, rate, t0, t1); err != nil {
		return nil, err
	}
	if err := checkDead(call, rate, refractory); err != nil {
		return nil, err
	}
	if rate == 0 {
		return neuro.Spikes{}, nil
	}
	r := rng.New(seed, 1)
	mean := 1000/rate - refractory
	exponential := func() float64 { return -float64(mean * vec.Log(r.Positive())) }
	// The interval that t0 lies in is drawn by its length: with probability
	// refractory·rate t0 is within the dead time.
	now := t0
	if r.Float64()*1000 < refractory*rate {
		now += float64(r.Float64() * refractory)
	}
	now += exponential()
	return run(call, now, t1, func() float64 { return refractory + exponential() })
}

// run collects spikes from the first on until t1.
func run(call string, first, t1 float64, next func() float64) (neuro.Spikes, error) {
	task := display.Start("spikes."+call, "spikes", 0)
	defer task.End()
	s := neuro.Spikes{}
	for now := first; now <= t1; now += next() {
		if s = append(s, now); len(s)%4096 == 0 {
			if task.Set(len(s)); task.Err() != nil {
				return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
			}
			if len(s) > 2*largest {
				return nil, fmt.Errorf("spikes: %s: more than %d spikes before %g ms; take a lower rate or a shorter window", call, len(s), t1)
			}
		}
	}
	return s, nil
}

func checkRate(call string, rate, t0, t1 float64) error {
	if err := checkWindow(call, t0, t1); err != nil {
		return err
	}
	if !(rate >= 0) || math.IsInf(rate, 0) {
		return fmt.Errorf("spikes: %s: rate is %g Hz; it must be 0 or more and finite", call, rate)
	}
	if n := rate * (t1 - t0) / 1000; n > largest {
		return fmt.Errorf("spikes: %s: %g Hz from %g to %g ms are %.3g spikes; at most %d are allowed", call, rate, t0, t1, n, largest)
	}
	return nil
}

func checkDead(call string, rate, refractory float64) error {
	if !(refractory >= 0) || math.IsInf(refractory, 0) || rate*refractory >= 1000 {
		return fmt.Errorf("spikes: %s: refractory is %g ms at %g Hz; it must be 0 or more, and shorter than the mean interval", call, refractory, rate)
	}
	return nil
}

// PoissonRate returns a Poisson process whose rate is that of a trace (Hz), which
// holds from each sample to the next, from T0 to the end of the last sample. It is
// exact: an exponential number is drawn for each spike, and the spike is where the
// integral of the rate has grown by it; nothing is thinned or binned.
//
// refractory (ms) is a dead time after each spike, 0 for none; the rate beyond it is
// raised to r/(1 - r refractory), which keeps the mean where the rate changes slowly.
// Errors: a rate that is negative or not finite, Dt <= 0, a refractory that is as
// long as the mean interval somewhere. Source: Brown, Barbieri, Ventura, Kass and Frank
// 2002, Neural Comput. 14:325 (time rescaling). Checked by rescaling its spikes.
func PoissonRate(rate neuro.Trace, refractory float64, seed uint64) (neuro.Spikes, error) {
	return rescaled("PoissonRate", rate, refractory, 1, seed)
}

// GammaRate returns a process whose intervals, in the time in which its rate is 1, have
// a gamma distribution of the given shape: 1 is PoissonRate, a large one nearly a
// clock, whose hands go as fast as the rate.
//
// rate is as for PoissonRate. Errors: those of PoissonRate, a shape that is not above 0.
// Source: Nawrot et al. 2008, J. Neurosci. Methods 169:374. Peer:
// elephant.spike_train_generation.NonStationaryGammaProcess, whose first
// interval begins at the start.
func GammaRate(rate neuro.Trace, shape float64, seed uint64) (neuro.Spikes, error) {
	if err := checkPositive("GammaRate", "shape", "", shape); err != nil {
		return nil, err
	}
	return rescaled("GammaRate", rate, 0, shape, seed)
}

func rescaled(call string, rate neuro.Trace, refractory, shape float64, seed uint64) (neuro.Spikes, error) {
	if err := checkPositive(call, "Dt of the rate", "ms", rate.Dt); err != nil {
		return nil, err
	}
	if !finite(rate.T0) {
		return nil, fmt.Errorf("spikes: %s: T0 of the rate is %g ms; it must be finite", call, rate.T0)
	}
	expected := 0.0
	for i, v := range rate.Y {
		if !(v >= 0) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("spikes: %s: the rate is %g Hz at sample %d; it must be 0 or more and finite", call, v, i)
		}
		if err := checkDead(call, v, refractory); err != nil {
			return nil, err
		}
		expected += v * rate.Dt / 1000
	}
	if expected > largest {
		return nil, fmt.Errorf("spikes: %s: the rate makes %.3g spikes; at most %d are allowed", call, expected, largest)
	}
	r := rng.New(seed, 1)
	gap := func() float64 {
		if shape == 1 {
			return -vec.Log(r.Positive())
		}
		return gammaVariate(r, shape) / shape
	}
	task := display.Start("spikes."+call, "samples", len(rate.Y))
	defer task.End()
	s := neuro.Spikes{}
	left := gap()
	if shape != 1 { // the interval that the start lies in, and where
		left = float64(r.Float64()*gammaVariate(r, shape+1)) / shape
	}
	free := math.Inf(-1) // end of the dead time
	for i, v := range rate.Y {
		if i%4096 == 0 {
			if task.Set(i); task.Err() != nil {
				return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
			}
		}
		from, to := rate.At(i), rate.At(i+1)
		v = v / (1 - float64(v*refractory)/1000) / 1000 // per ms
		for v > 0 {
			from = math.Max(from, free)
			if from >= to {
				break
			}
			if all := v * (to - from); all < left {
				left -= float64(all)
				break
			}
			from = math.Min(from+left/v, to)
			s = append(s, from)
			left = gap()
			if refractory > 0 {
				free = from + refractory
			}
		}
	}
	return s, nil
}

// Gamma returns a renewal process with intervals of a gamma distribution, whose CV is
// 1/√shape: 1 is a Poisson process, a large shape a clock. rate is in Hz, t0 and t1 in
// ms. The process goes on since ever, so that its rate is the same from t0 on.
//
// Errors: a negative rate, a shape that is not above 0, t1 <= t0. Source: Cox 1962,
// Renewal Theory. Peer: elephant.spike_train_generation.StationaryGammaProcess with
// equilibrium. Checked against CV² = 1/k, LV = 3/(2k+1) and a Fano factor of 1/k
// over long windows.
func Gamma(rate, shape, t0, t1 float64, seed uint64) (neuro.Spikes, error) {
	const call = "Gamma"
	if err := checkPositive(call, "shape", "", shape); err != nil {
		return nil, err
	}
	return renewal(call, "gamma", rate, 1/math.Sqrt(shape), t0, t1, seed)
}

// Renewal returns a renewal process, whose intervals are independent, with the mean
// 1000/rate ms and the coefficient of variation cv, of a distribution: "gamma",
// "lognormal" or "inverse-gaussian", which is that of a perfect integrator with
// white noise.
//
// rate is in Hz, t0 and t1 in ms. The process goes on since ever: the interval that t0
// lies in is drawn by its length. A cv of 0 is a clock. Errors: an unknown
// distribution, a negative rate, a cv that is negative or not finite, t1 <= t0. Sources:
// Cox 1962, Renewal Theory; Gerstein and Mandelbrot 1964, Biophys. J. 4:41. Checked
// against CV and rate.
func Renewal(distribution string, rate, cv, t0, t1 float64, seed uint64) (neuro.Spikes, error) {
	return renewal("Renewal", distribution, rate, cv, t0, t1, seed)
}

func renewal(call, distribution string, rate, cv, t0, t1 float64, seed uint64) (neuro.Spikes, error) {
	if err := checkRate(call, rate, t0, t1); err != nil {
		return nil, err
	}
	if !(cv >= 0) || math.IsInf(cv, 0) {
		return nil, fmt.Errorf("spikes: %s: cv is %g; it must be 0 or more and finite", call, cv)
	}
	r := rng.New(seed, 1)
	mean, square := 1000/rate, float64(cv*cv)
	// interval returns an interval, or one drawn by its length.
	var interval func(byLength bool) float64
	switch distribution {
	case "gamma":
		shape := 1 / square
		interval = func(byLength bool) float64 {
			if byLength {
				return mean / shape * gammaVariate(r, shape+1)
			}
			return mean / shape * gammaVariate(r, shape)
		}
	case "lognormal":
		v := vec.Log1p(square)
		interval = func(byLength bool) float64 {
			at := -v / 2
			if byLength {
				at = v / 2
			}
			return mean * vec.Exp(at+float64(math.Sqrt(v)*r.Norm()))
		}
	case "inverse-gaussian":
		// Michael, Schucany and Haas 1976, for a mean of 1.
		interval = func(byLength bool) float64 {
			z := r.Norm()
			w := float64(square * z * z)
			x := 1 + float64(w/2) - float64(math.Sqrt(float64(4*w)+float64(w*w))/2)
			if w > 1e8 { // where the difference loses its digits
				x = 1 / w
			}
			if float64(r.Float64()*(1+x)) > 1 {
				x = 1 / x
			}
			if byLength {
				x = 1 / x
			}
			return mean * x
		}
	default:
		return nil, fmt.Errorf("spikes: %s: distribution %q is not known; allowed are gamma, lognormal, inverse-gaussian", call, distribution)
	}
	if rate == 0 {
		return neuro.Spikes{}, nil
	}
	if cv == 0 {
		interval = func(bool) float64 { return mean }
	}
	first := t0 + float64(r.Float64()*interval(true))
	return run(call, first, t1, func() float64 { return interval(false) })
}

// gammaVariate returns a number of the gamma distribution of a shape and scale 1
// (Marsaglia and Tsang 2000).
func gammaVariate(r *rng.Source, shape float64) float64 {
	if shape < 1 {
		return gammaVariate(r, shape+1) * vec.Exp(vec.Log(r.Positive())/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.Norm()
		v := 1 + float64(c*x)
		if v <= 0 {
			continue
		}
		v = v * v * v
		if vec.Log(r.Positive()) < float64(0.5*x*x)+d-float64(d*v)+float64(d*vec.Log(v)) {
			return d * v
		}
	}
}

// Hawkes returns trains that excite each other: cell i has the rate
//
//	λ_i(t) = base[i] + 1000/tau Σ_j weight[i][j] Σ_{s of j before t} exp(-(t-s)/tau)  Hz.
//
// weight[i][j] is how many more spikes of i a spike of j brings about; base is in Hz, tau, t0
// and t1 in ms. The mean rates are (1 - weight)^-1 base. Before t0 nothing happened, so
// that rates rise for some tau. It is exact (Ogata's thinning).
//
// Errors: sizes that do not match, a negative base or weight, weights whose largest
// eigenvalue is 1 or more, for which rates would grow without end. Sources: Hawkes
// 1971, Biometrika 58:83; Ogata 1981, IEEE Trans. Inf. Theory 27:23. Checked against the mean
// rate and, for one cell, the Fano factor 1/(1-w)² of long windows.
func Hawkes(base []float64, weight [][]float64, tau, t0, t1 float64, seed uint64) (neuro.Raster, error) {
	const call = "Hawkes"
	none := neuro.Raster{}
	if err := checkWindow(call, t0, t1); err != nil {
		return none, err
	}
	if err := checkPositive(call, "tau", "ms", tau); err != nil {
		return none, err
	}
	n := len(base)
	if len(weight) != n {
		return none, fmt.Errorf("spikes: %s: base has %d and weight %d cells; they must be as many", call, n, len(weight))
	}
	for i, row := range weight {
		if len(row) != n {
			return none, fmt.Errorf("spikes: %s: weight[%d] has %d values; %d are needed, one for each cell", call, i, len(row), n)
		}
		if err := checkRate(call, base[i], t0, t1); err != nil {
			return none, err
		}
		for j, w := range row {
			if !(w >= 0) || math.IsInf(w, 0) {
				return none, fmt.Errorf("spikes: %s: weight[%d][%d] is %g; it must be 0 or more and finite", call, i, j, w)
			}
		}
	}
	task := display.Start("spikes."+call, "spikes", 0)
	defer task.End()
	mean, ok := hawkesMean(base, weight, task)
	if task.Err() != nil {
		return none, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	if !ok {
		return none, fmt.Errorf("spikes: %s: the weights are too large: each spike brings about one or more others, and rates grow without end; the largest eigenvalue must be below 1", call)
	}
	total := 0.0
	for _, m := range mean {
		total += m * (t1 - t0) / 1000
	}
	if total > largest {
		return none, fmt.Errorf("spikes: %s: about %.3g spikes would come; at most %d are allowed", call, total, largest)
	}
	out := neuro.Raster{Trains: make([]neuro.Spikes, n), T0: t0, T1: t1}
	for i := range out.Trains {
		out.Trains[i] = neuro.Spikes{}
	}
	r := rng.New(seed, 1)
	extra := make([]float64, n) // Hz above base, at time now
	now, ceiling, count := t0, 0.0, 0
	for _, b := range base {
		ceiling += b
	}
	floor := ceiling
	for ceiling > 0 {
		step := -float64(1000 / ceiling * vec.Log(r.Positive()))
		if now += step; now > t1 {
			break
		}
		decay := vec.Exp(-step / tau)
		rate := floor
		for i := range extra {
			extra[i] = float64(extra[i] * decay)
			rate += extra[i]
		}
		u := r.Float64() * ceiling
		ceiling = rate // rates only fall until the next spike
		if u >= rate {
			continue
		}
		cell := 0
		for ; cell < n-1 && u >= base[cell]+extra[cell]; cell++ {
			u -= base[cell] + extra[cell]
		}
		out.Trains[cell] = append(out.Trains[cell], now)
		for i := range extra {
			jump := float64(weight[i][cell] * 1000 / tau)
			extra[i] += jump
			ceiling += jump
		}
		if count++; count%1024 == 0 {
			if task.Set(count); task.Err() != nil {
				return none, fmt.Errorf("spikes: %s: %w", call, task.Err())
			}
			if count > 4*largest {
				return none, fmt.Errorf("spikes: %s: more than %d spikes before %g ms; take smaller weights", call, count, now)
			}
		}
	}
	return out, nil
}

// hawkesMean returns the mean rates, by adding up generations; ok is false when they
// do not end.
func hawkesMean(base []float64, weight [][]float64, task *display.Counter) (mean []float64, ok bool) {
	n := len(base)
	mean = append([]float64(nil), base...)
	// The weights alone must die out, whatever base is: squared until one generation
	// is small or large.
	a := weight
	for range 60 {
		most := 0.0
		for _, row := range a {
			sum := 0.0
			for _, w := range row {
				sum += w
			}
			most = math.Max(most, sum)
		}
		if most < 1 {
			ok = true
			break
		}
		if most > 1e100 {
			return nil, false
		}
		b := grid(n, n)
		for i := range n {
			if task.Err() != nil {
				return nil, false
			}
			for k := range n {
				for j := range n {
					b[i][j] += float64(a[i][k] * a[k][j])
				}
			}
		}
		a = b
	}
	if !ok {
		return nil, false
	}
	last := append([]float64(nil), base...)
	for k := 0; k < 100000 && task.Err() == nil; k++ {
		next, size := make([]float64, n), 0.0
		for i, row := range weight {
			for j, w := range row {
				next[i] += float64(w * last[j])
			}
			mean[i] += next[i]
			size += next[i]
		}
		last = next
		if size < 1e-9 {
			break
		}
	}
	return mean, true
}
