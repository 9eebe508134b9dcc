package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// CrossCorrelogram returns the rate of b as a function of the time from a
// spike of a, Hz: the number of pairs with a difference b - a in each bin,
// divided by the number of spikes of a and the bin's width in seconds. A value
// above the mean rate of b at a positive lag says that b tends to fire after a.
//
// Bins have their middles at 0, ±bin, ±2 bin ... ±window (ms) and include
// their left edge. Errors: a train that is empty or not finite and ascending,
// bin <= 0, a window that is not a whole number of bins. Source: Perkel,
// Gerstein and Moore 1967, Biophys. J. 7:419. Peer: numpy.histogram of all
// differences.
func CrossCorrelogram(a, b neuro.Spikes, bin, window float64) (*Histogram, error) {
	return correlogram("CrossCorrelogram", []string{"a", "b"}, a, b, bin, window, false)
}

// AutoCorrelogram returns the rate of s as a function of the time from one of
// its own spikes, Hz, as CrossCorrelogram does; a spike is not paired with
// itself. A dip around 0 is the refractory time, peaks at multiples of a lag
// are a rhythm. Errors as for CrossCorrelogram. Source: Perkel, Gerstein and Moore
// 1967, Biophys. J. 7:391. Peer: numpy.histogram of all differences.
func AutoCorrelogram(s neuro.Spikes, bin, window float64) (*Histogram, error) {
	return correlogram("AutoCorrelogram", []string{"s"}, s, s, bin, window, true)
}

func correlogram(call string, names []string, a, b neuro.Spikes, bin, window float64, same bool) (*Histogram, error) {
	for i, name := range names {
		s := []neuro.Spikes{a, b}[i]
		if err := check(call, name, s); err != nil {
			return nil, err
		}
		if len(s) == 0 {
			return nil, fmt.Errorf("spikes: %s: %s is empty; at least 1 spike is needed", call, name)
		}
	}
	half, err := lags(call, bin, window)
	if err != nil {
		return nil, err
	}
	h := lagHistogram(bin, half)
	h.YName, h.YUnit = "rate", "Hz"
	task := display.Start("spikes."+call, "spikes", len(a))
	defer task.End()
	if err := pairCounts(h.Y, a, b, bin, same, task); err != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, err)
	}
	for i := range h.Y {
		h.Y[i] = h.Y[i] * 1000 / bin / float64(len(a))
	}
	return h, nil
}

// lags returns how many bins lie to either side of the one around 0.
func lags(call string, bin, window float64) (int, error) {
	if err := checkPositive(call, "bin", "ms", bin); err != nil {
		return 0, err
	}
	m := math.Round(window / bin)
	if !(window >= 0) || m > largest/2 || math.Abs(window/bin-m) > 1e-10*m {
		return 0, fmt.Errorf("spikes: %s: window is %g ms with bin %g ms; it must be a whole number of bins, 0 to %d", call, window, bin, largest/2)
	}
	return int(m), nil
}

// lagHistogram returns an empty histogram over lags.
func lagHistogram(bin float64, half int) *Histogram {
	n := 2*half + 1
	h := &Histogram{XName: "lag", XUnit: "ms", Edges: make([]float64, n+1), Y: make([]float64, n)}
	for i := range h.Edges {
		h.Edges[i] = (float64(i-half) - 0.5) * bin
	}
	return h
}

// pairCounts adds the pairs of spikes of a and b to the bins of their lags.
func pairCounts(counts []float64, a, b neuro.Spikes, bin float64, same bool, task *display.Counter) error {
	half := len(counts) / 2
	// In units of a bin, so that edges are at halves.
	reach := float64(half) + 0.5
	far := float64((reach + 1) * bin)
	from := 0
	for i, t := range a {
		if i%64 == 63 && task.Err() != nil {
			return task.Err()
		}
		for from < len(b) && b[from] < t-far {
			from++
		}
		for j := from; j < len(b); j++ {
			lag := (b[j] - t) / bin
			if lag >= reach {
				break
			}
			if lag < -reach || same && i == j {
				continue
			}
			// The nearest middle, halves upward; lag + 1/2 could round up.
			k := math.Floor(lag)
			if lag-k >= 0.5 {
				k++
			}
			counts[half+int(k)]++
		}
	}
	return nil
}

// CorrelogramOptions say how Correlogram counts and scales. The zero value of a
// field means its default.
type CorrelogramOptions struct {
	Bin    float64 `unit:"ms"` // width of a bin of lags, ms; 0 is 1 ms
	Window float64 `unit:"ms"` // largest lag, ms; 0 is 50 bins
	// Norm is what a bin holds: "counts" (also ""), the pairs; "rate", pairs per spike of
	// a and second (Hz); "probability", pairs per spike of a; "ratio", pairs over
	// those of independent trains of the same mean rates; "corrected", counts times
	// n/(n-|k|), by which lag k loses pairs at the ends of a window of n bins; or
	// "coefficient", the correlation coefficient of the counts in bins (Binned).
	Norm string
	// Binned counts both trains in bins from T0 first, and then pairs of bins, as
	// elephant does: a lag is known to a bin then, and bins of lags are a
	// triangle, from -1 to 1 bin around it. Else lags are exact.
	Binned bool
	// Self says that both trains are one, in which a spike is not paired with
	// itself.
	Self   bool
	T0, T1 float64 `unit:"ms"` // the window, ms; both 0 takes whole bins from 0, or the first spike before it, to the last spike
}

// NewCorrelogram returns the usual options: counts in bins of 1 ms to ±50 ms.
func NewCorrelogram() CorrelogramOptions {
	return CorrelogramOptions{Bin: 1, Window: 50, Norm: "counts"}
}

// Correlogram returns the pairs of a spike of a and one of b over their lag b - a,
// counted and scaled as o says. Bins have their middles at 0, ±Bin ... ±Window.
// Trains without spikes give zeros, or NaN where a norm divides by their number.
//
// Errors: trains that are not finite and ascending, an unknown norm, a window of
// lags that is not a whole number of bins; with Binned, or norms of bins, a
// window of time that is not. Source: Perkel, Gerstein and Moore 1967, Biophys.
// J. 7:419. Peer: elephant.spike_train_correlation.
// cross_correlation_histogram with Binned, which leaves out spikes at T1; and
// numpy.histogram of all differences.
func Correlogram(a, b neuro.Spikes, o CorrelogramOptions) (*Histogram, error) {
	const call = "Correlogram"
	for i, s := range []neuro.Spikes{a, b} {
		if err := check(call, string("ab"[i]), s); err != nil {
			return nil, err
		}
	}
	if o.Bin == 0 {
		o.Bin = 1
	}
	if o.Window == 0 {
		o.Window = 50 * o.Bin
	}
	half, err := lags(call, o.Bin, o.Window)
	if err != nil {
		return nil, err
	}
	if o.T0 == 0 && o.T1 == 0 {
		for _, s := range []neuro.Spikes{a, b} {
			if len(s) > 0 {
				o.T0, o.T1 = math.Min(o.T0, s[0]), math.Max(o.T1, s[len(s)-1])
			}
		}
		o.T0, o.T1 = math.Floor(o.T0/o.Bin)*o.Bin, math.Max(1, math.Ceil(o.T1/o.Bin))*o.Bin
	}
	if err := checkWindow(call, o.T0, o.T1); err != nil {
		return nil, err
	}
	a, b = within(a, o.T0, o.T1), within(b, o.T0, o.T1)
	n := (o.T1 - o.T0) / o.Bin
	if o.Binned {
		whole, err := bins(call, o.Bin, o.T0, o.T1)
		if err != nil {
			return nil, err
		}
		n = float64(whole)
		// Bins by their numbers, whose lags are whole.
		number := func(s neuro.Spikes) neuro.Spikes {
			out := make(neuro.Spikes, 0, len(s))
			eachBin(s, whole, o.T0, o.T1, func(i int) { out = append(out, float64(i)) })
			return out
		}
		a, b = number(a), number(b)
	}
	h := lagHistogram(o.Bin, half)
	task := display.Start("spikes."+call, "spikes", len(a))
	defer task.End()
	bin := o.Bin
	if o.Binned {
		bin = 1
	}
	if err := pairCounts(h.Y, a, b, bin, o.Self, task); err != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, err)
	}
	na, nb := float64(len(a)), float64(len(b))
	scale := 1.0
	switch o.Norm {
	case "", "counts":
		h.YName = "pairs"
	case "rate":
		h.YName, h.YUnit = "rate", "Hz"
		scale = 1000 / o.Bin / na
	case "probability":
		h.YName, scale = "probability", 1/na
	case "ratio":
		h.YName = "pairs over expected"
		scale = n / (na * nb)
	case "corrected":
		h.YName = "pairs, corrected"
		for i := range h.Y {
			if left := n - math.Abs(float64(i-half)); left > 0 {
				h.Y[i] = h.Y[i] * n / left
			}
		}
	case "coefficient":
		if !o.Binned {
			return nil, fmt.Errorf(`spikes: %s: Norm "coefficient" is one of counts in bins; set Binned`, call)
		}
		h.YName = "correlation"
		va, vb := squares(a)-float64(na*na)/n, squares(b)-float64(nb*nb)/n
		for i := range h.Y {
			h.Y[i] = (h.Y[i] - float64(na*nb)/n) / math.Sqrt(va*vb)
		}
	default:
		return nil, fmt.Errorf("spikes: %s: Norm %q is not known; allowed are counts, rate, probability, ratio, corrected, coefficient", call, o.Norm)
	}
	for i := range h.Y {
		h.Y[i] *= scale
	}
	return h, nil
}

// squares returns the sum of the squared numbers of equal values of a sorted slice.
func squares(s []float64) float64 {
	sum, run := 0.0, 0.0
	for i, v := range s {
		if i > 0 && v != s[i-1] {
			sum += float64(run * run)
			run = 0
		}
		run++
	}
	return sum + float64(run*run)
}
