package calcium

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// BaselineOptions say what the fluorescence at rest is. The zero value of a field means
// its default, those of suite2p.
type BaselineOptions struct {
	// Method is "maximin" (the default: smoothed, then the lowest value of a window about
	// each frame, then the highest of these), "constant" (the lowest value of the smoothed trace), "percentile"
	// (of the whole trace) or "sliding" (the percentile of a window about each frame).
	Method     string
	Window     float64 `unit:"s"` // of "maximin" and "sliding"; 0 is 60 s
	Sigma      float64 // standard deviation of the Gaussian of "maximin" and "constant", frames; 0 is 10, -1 none
	Percentile float64 // of "percentile" and "sliding"; 0 is 8
}

// NewBaseline returns the default options.
func NewBaseline() BaselineOptions { return BaselineOptions{} }

// Baseline returns the fluorescence at rest at each frame of a trace.
//
//	maximin:    F0[t] = max over the window about t of min over the window about u of (G * F)[u]
//	constant:   F0    = min of (G * F)
//	percentile: F0    = the percentile of F
//	sliding:    F0[t] = the percentile of F over the window about t
//
// Windows have floor(Window fs) frames and end with the trace; the Gaussian G reaches 4
// sigma, and the trace is mirrored at its ends. Percentiles lie between values linearly.
// "constant" is of this trace alone; suite2p takes the lowest value of all cells.
//
// Errors: values that are not finite, fs or options out of range, a window shorter than a
// frame. Sources: Pachitariu et al. 2017, bioRxiv 061507; Dombeck et al. 2007, Neuron
// 56:43 (sliding, 8th percentile). Checked against SciPy 1.17's ndimage filters and the
// traces of a recording that suite2p deconvolved.
func Baseline(f []float64, fs float64, o BaselineOptions) ([]float64, error) {
	return baseline("Baseline", f, fs, o)
}

func baseline(call string, f []float64, fs float64, o BaselineOptions) ([]float64, error) {
	if err := check(call, "f", f, fs); err != nil {
		return nil, err
	}
	if o.Window == 0 {
		o.Window = 60
	}
	if o.Sigma == 0 {
		o.Sigma = 10
	}
	if o.Percentile == 0 {
		o.Percentile = 8
	}
	window := math.Floor(o.Window * fs)
	switch {
	case !(o.Sigma > 0 && o.Sigma < 1e6) && o.Sigma != -1:
		return nil, fmt.Errorf("calcium: %s: Sigma is %g frames; above 0 and below 1e6 are allowed, and -1 for none", call, o.Sigma)
	case !(o.Percentile > 0 && o.Percentile <= 100):
		return nil, fmt.Errorf("calcium: %s: Percentile is %g; above 0 to 100 are allowed", call, o.Percentile)
	case !(window >= 1) || window > 1e9:
		return nil, fmt.Errorf("calcium: %s: Window is %g s, %g frames at %g Hz; a frame or more is needed, and at most 1e9", call, o.Window, window, fs)
	}
	w := int(window)
	out := make([]float64, len(f))
	level := func(v float64) []float64 {
		for i := range out {
			out[i] = v
		}
		return out
	}
	switch o.Method {
	case "", "maximin":
		low := extreme(gaussian(f, o.Sigma), w, false)
		return extreme(low, w, true), nil
	case "constant":
		low := math.Inf(1)
		for _, v := range gaussian(f, o.Sigma) {
			low = math.Min(low, v)
		}
		return level(low), nil
	case "percentile":
		sorted := append([]float64(nil), f...)
		sort.Float64s(sorted)
		return level(quantile(sorted, o.Percentile/100)), nil
	case "sliding":
		return sliding(f, w, o.Percentile/100), nil
	}
	return nil, fmt.Errorf("calcium: %s: Method is %q; maximin, constant, percentile and sliding are allowed", call, o.Method)
}

// gaussian smooths a trace, which is mirrored at its ends.
func gaussian(f []float64, sigma float64) []float64 {
	if sigma < 0 {
		return append([]float64(nil), f...)
	}
	r := int(float64(4*sigma) + 0.5)
	k := make([]float64, r+1)
	sum := 0.0
	for i := range k {
		k[i] = vec.Exp(-0.5 * float64(float64(i)/sigma) * float64(float64(i)/sigma))
		sum += k[i]
		if i > 0 {
			sum += k[i]
		}
	}
	for i := range k {
		k[i] /= sum
	}
	n := len(f)
	at := func(i int) float64 { // ... c b a | a b c ... c | c b a ...
		if i = i % (2 * n); i < 0 {
			i += 2 * n
		}
		if i >= n {
			i = 2*n - 1 - i
		}
		return f[i]
	}
	out := make([]float64, n)
	for i := range out {
		v := float64(k[0] * f[i])
		if i >= r && i+r < n {
			for j := 1; j <= r; j++ {
				v += float64(k[j] * (f[i-j] + f[i+j]))
			}
		} else {
			for j := 1; j <= r; j++ {
				v += float64(k[j] * (at(i-j) + at(i+j)))
			}
		}
		out[i] = v
	}
	return out
}

// extreme returns the lowest or highest value of a window of w frames about each, w/2
// before it.
func extreme(f []float64, w int, highest bool) []float64 {
	n := len(f)
	left := w / 2
	out := make([]float64, n)
	var queue []int // frames whose values get worse, the best first
	next := 0
	for i := range out {
		for ; next < n && next < i-left+w; next++ {
			for len(queue) > 0 && (f[queue[len(queue)-1]] > f[next]) != highest {
				queue = queue[:len(queue)-1]
			}
			queue = append(queue, next)
		}
		for queue[0] < i-left {
			queue = queue[1:]
		}
		out[i] = f[queue[0]]
	}
	return out
}

// sliding returns a quantile of a window of w frames about each, w/2 before it.
func sliding(f []float64, w int, q float64) []float64 {
	n := len(f)
	left := w / 2
	out := make([]float64, n)
	var sorted []float64
	from, to := 0, 0
	for i := range out {
		for ; to < n && to < i-left+w; to++ {
			k := sort.SearchFloat64s(sorted, f[to])
			sorted = append(sorted, 0)
			copy(sorted[k+1:], sorted[k:])
			sorted[k] = f[to]
		}
		for ; from < i-left; from++ {
			k := sort.SearchFloat64s(sorted, f[from])
			sorted = append(sorted[:k], sorted[k+1:]...)
		}
		out[i] = quantile(sorted, q)
	}
	return out
}

// quantile returns a quantile of sorted values, between two of them linearly.
func quantile(sorted []float64, q float64) float64 {
	at := float64(q * float64(len(sorted)-1))
	k := min(int(at), len(sorted)-1)
	if k+1 == len(sorted) {
		return sorted[k]
	}
	return sorted[k] + float64((at-float64(k))*(sorted[k+1]-sorted[k]))
}

// A DeltaF is a trace with its baseline and what it changes by.
type DeltaF struct {
	F, F0 []float64 // fluorescence, and at rest
	DFF   []float64 // (F - F0)/F0
	FS    float64   `unit:"Hz"`
}

// DFF returns the change of fluorescence over that at rest, ΔF/F = (F - F0)/F0, with F0
// by Baseline.
//
// Errors: those of Baseline, and a baseline that is 0 or below at some frame, where the
// ratio has no meaning: correct for less neuropil, or take F - F0.
func DFF(f []float64, fs float64, o BaselineOptions) (*DeltaF, error) {
	f0, err := baseline("DFF", f, fs, o)
	if err != nil {
		return nil, err
	}
	d := &DeltaF{F: f, F0: f0, DFF: make([]float64, len(f)), FS: fs}
	for i, v := range f {
		if !(f0[i] > 0) {
			return nil, fmt.Errorf("calcium: DFF: the baseline at frame %d is %g; it must be above 0 (less neuropil, or F - F0 instead of the ratio)", i, f0[i])
		}
		d.DFF[i] = (v - f0[i]) / f0[i]
	}
	return d, nil
}

// Plot draws the trace with its baseline, and ΔF/F below.
func (d *DeltaF) Plot() *figure.Figure {
	time := figure.Axis{Label: "time", Unit: "s"}
	return &figure.Figure{ShareX: true, Height: 7, Panels: []figure.Panel{
		{X: time, Y: figure.Axis{Label: "F"}, Layers: []figure.Layer{
			{Kind: figure.Line, DX: 1 / d.FS, Y: d.F, Color: "grey", Name: "F"},
			{Kind: figure.Line, DX: 1 / d.FS, Y: d.F0, Name: "F0"},
		}},
		{X: time, Y: figure.Axis{Label: "ΔF/F"}, Layers: []figure.Layer{{Kind: figure.Line, DX: 1 / d.FS, Y: d.DFF, Color: "black"}}},
	}}
}

// Show draws the figure.
func (d *DeltaF) Show() display.Bundle { return d.Plot().Show() }
