package spikes

import (
	"fmt"
	"math"
	"sort"

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
// are a rhythm. Errors as for CrossCorrelogram.
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
	if err := checkPositive(call, "bin", "ms", bin); err != nil {
		return nil, err
	}
	m := math.Round(window / bin)
	if !(window >= 0) || m > largest/2 || math.Abs(window/bin-m) > 1e-10*m {
		return nil, fmt.Errorf("spikes: %s: window is %g ms with bin %g ms; it must be a whole number of bins, 0 to %d", call, window, bin, largest/2)
	}
	half := int(m)
	n := 2*half + 1
	// In units of a bin, so that edges are at halves.
	reach := m + 0.5
	h := &Histogram{
		XName: "lag", XUnit: "ms", YName: "rate", YUnit: "Hz",
		Edges: make([]float64, n+1), Y: make([]float64, n),
	}
	for i := range h.Edges {
		h.Edges[i] = (float64(i) - reach) * bin
	}
	task := display.Start("spikes."+call, "spikes", len(a))
	defer task.End()
	for i, t := range a {
		if i%256 == 0 {
			if task.Set(i); task.Err() != nil {
				return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
			}
		}
		from := sort.SearchFloat64s(b, t-float64((reach+1)*bin))
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
			h.Y[half+int(k)]++
		}
	}
	for i := range h.Y {
		h.Y[i] = h.Y[i] * 1000 / bin / float64(len(a))
	}
	return h, nil
}
