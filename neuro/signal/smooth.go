package signal

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Detrend returns x less its mean ("constant") or its regression line ("linear").
//
// Errors: an unknown kind, NaN or infinite samples, an empty x. Peer:
// scipy.signal.detrend.
func Detrend(x []float64, kind string) ([]float64, error) {
	const call = "Detrend"
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	y := make([]float64, len(x))
	switch {
	case kind == "constant" || kind == "linear" && len(x) == 1:
		vec.AddConstBlock(y, x, -mean(x))
	case kind == "linear":
		subtractLine(y, x, mean(x))
	default:
		return nil, fmt.Errorf("signal: %s: kind %q is not known; allowed are constant, linear", call, kind)
	}
	return y, nil
}

// SavitzkyGolay smooths x by the value at each sample of the polynomial of an order
// that is closest, in the mean square, to the window of samples around it: it keeps
// the height and width of peaks better than a mean does. At the ends it is the
// polynomial of the first and the last window.
//
// window is an odd number of samples, no more than x has; order is below it.
//
// Errors: an even window or one that is too long, an order out of range, NaN or
// infinite samples. Source: Savitzky and Golay 1964, Anal. Chem. 36:1627. Peer:
// scipy.signal.savgol_filter.
func SavitzkyGolay(x []float64, window, order int) ([]float64, error) {
	const call = "SavitzkyGolay"
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	if window < 1 || window%2 == 0 || window > len(x) {
		return nil, fmt.Errorf("signal: %s: window of %d samples; an odd number up to the signal's %d is needed", call, window, len(x))
	}
	if order < 0 || order >= window || order > 12 {
		return nil, fmt.Errorf("signal: %s: order is %d; 0 to %d are allowed with a window of %d samples", call, order, min(window-1, 12), window)
	}
	// Row p has the weights of the polynomial's value at sample p of a window:
	// sums of orthogonal polynomials of the places in it.
	basis := rows(order+1, window)
	half := window / 2
	for k := range basis {
		for i := range basis[k] {
			u := float64(i-half) / float64(max(half, 1))
			basis[k][i] = 1
			for range k {
				basis[k][i] *= u
			}
		}
		for range 2 { // twice, so that rounding does not matter
			for _, b := range basis[:k] {
				c := 0.0
				for i, v := range b {
					c += float64(v * basis[k][i])
				}
				for i, v := range b {
					basis[k][i] -= float64(c * v)
				}
			}
		}
		norm := 0.0
		for _, v := range basis[k] {
			norm += float64(v * v)
		}
		for i := range basis[k] {
			basis[k][i] /= math.Sqrt(norm)
		}
	}
	weights := func(p int) []float64 {
		w := make([]float64, window)
		for _, b := range basis {
			for i, v := range b {
				w[i] += float64(b[p] * v)
			}
		}
		return w
	}
	n := len(x)
	y := make([]float64, n)
	middle := weights(half)
	const block = 1 << 14
	inner := n - 2*half
	linalg.Parallel((inner+block-1)/block, func(b int) {
		for i := b * block; i < min(inner, (b+1)*block); i++ {
			y[half+i] = vec.DotBlock(middle, x[i:i+window])
		}
	})
	for p := range half {
		y[p] = vec.DotBlock(weights(p), x[:window])
		y[n-1-p] = vec.DotBlock(weights(window-1-p), x[n-window:])
	}
	return y, nil
}

// MedianFilter replaces each sample by the median of the window around it, which
// takes out single outliers and keeps edges; beyond its ends x is taken as 0.
//
// window is an odd number of samples. Errors: an even window, NaN or infinite
// samples, an empty x. Source: Tukey 1977, "Exploratory data analysis". Peer:
// scipy.signal.medfilt.
func MedianFilter(x []float64, window int) ([]float64, error) {
	const call = "MedianFilter"
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	if window < 1 || window%2 == 0 {
		return nil, fmt.Errorf("signal: %s: window of %d samples; an odd number is needed", call, window)
	}
	half := window / 2
	at := func(i int) float64 {
		if i < 0 || i >= len(x) {
			return 0
		}
		return x[i]
	}
	// The window's samples in order; one comes and one goes at each step.
	sorted := make([]float64, window)
	for i := range sorted {
		sorted[i] = at(i - half)
	}
	slices.Sort(sorted)
	y := make([]float64, len(x))
	for i := range x {
		y[i] = sorted[half]
		gone, _ := slices.BinarySearch(sorted, at(i-half))
		come := at(i + half + 1)
		sorted = slices.Delete(sorted, gone, gone+1)
		place, _ := slices.BinarySearch(sorted, come)
		sorted = slices.Insert(sorted, place, come)
	}
	return y, nil
}
