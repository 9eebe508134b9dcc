package signal

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// cosineWindows are sums Σ a[k] cos(2πkj/n) with alternating signs. Harris
// 1978 (hann to blackmanharris), Nuttall 1981, D'Antona and Ferrero 2006
// (flattop).
var cosineWindows = map[string][]float64{
	"hann":           {0.5, 0.5},
	"hamming":        {0.54, 0.46},
	"blackman":       {0.42, 0.50, 0.08},
	"blackmanharris": {0.35875, 0.48829, 0.14128, 0.01168},
	"nuttall":        {0.3635819, 0.4891775, 0.1365995, 0.0106411},
	"flattop":        {0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368},
}

// windowNames are the names that Window takes, in the order in which errors
// list them.
var windowNames = []string{"hann", "hamming", "blackman", "blackmanharris", "nuttall", "flattop", "bartlett", "cosine", "boxcar"}

// Window returns n weights that fade a segment out towards its ends, for
// spectra: one period of the window's function, so that the weight that would
// follow the last one is the first (scipy.signal.get_window). name is "hann",
// "hamming", "blackman", "blackmanharris", "nuttall", "flattop", "bartlett",
// "cosine" or "boxcar" (no window). For hann
//
//	w[j] = 1/2 - 1/2 cos(2πj/n),  j = 0 ... n-1.
//
// An unknown name and n < 1 are errors. Source: Harris 1978, "On the use of
// windows for harmonic analysis with the discrete Fourier transform", and the
// peer scipy.signal.windows.
func Window(name string, n int) ([]float64, error) { return window("Window", name, n) }

func window(call, name string, n int) ([]float64, error) {
	if n < 1 || n > 1<<30 {
		return nil, fmt.Errorf("signal: %s: window of %d samples; 1 to %d are allowed", call, n, 1<<30)
	}
	a, cosines := cosineWindows[name]
	known := cosines || name == "boxcar" || name == "bartlett" || name == "cosine"
	if !known {
		return nil, fmt.Errorf("signal: %s: window %q is not known; allowed are %s", call, name, strings.Join(windowNames, ", "))
	}
	w := make([]float64, n)
	for j := range w {
		// Both halves from the same argument, so that the window is
		// symmetric to the bit.
		i := min(j, n-j)
		switch {
		case n == 1 || name == "boxcar":
			w[j] = 1
		case name == "bartlett":
			w[j] = 2 * float64(i) / float64(n)
		case name == "cosine":
			// The period of this one is a sine's half wave through the
			// middles of n+1 cells.
			w[j] = vec.Sin(math.Pi * (float64(min(j, n-j)) + 0.5) / float64(n+1))
		default:
			sum, sign := a[0], -1.0
			for k := 1; k < len(a); k++ {
				sum += float64(sign * a[k] * vec.Cos(2*math.Pi*float64(k*i%n)/float64(n)))
				sign = -sign
			}
			w[j] = sum
		}
	}
	return w, nil
}
