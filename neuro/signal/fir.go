package signal

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// FIR is a digital filter with a finite impulse response: y[n] = Σ Taps[j] x[n-j].
// Symmetric taps, which all designs here give, delay every frequency by half
// their length.
type FIR struct {
	FS   float64   `unit:"Hz"` // sampling rate that the filter is made for, Hz
	Taps []float64 // impulse response
}

// NewFIR designs a filter by the window method: the impulse response of the ideal
// filter, cut off by a window and scaled to a gain of 1 in the middle of the first
// pass band (at 0 for one that begins there, at fs/2 for one that ends there). The
// gain at a cut is 1/2 (-6 dB).
//
// taps is the number of taps, odd for "high" and "stop"; kind and cuts are those of
// Butter; window is a name that function Window takes, "" being "hamming", which
// makes the transition some 3.3 fs/taps Hz wide. fs is the sampling rate in Hz.
//
// Errors: those of Butter for kind and cuts, fewer than 1 tap, an even number where
// it must be odd, an unknown window. Source: Oppenheim and Schafer,
// "Discrete-time signal processing", section 7.5. Peer: scipy.signal.firwin.
func NewFIR(taps int, kind, window string, fs float64, cut ...float64) (FIR, error) {
	const call = "NewFIR"
	if err := checkTaps(call, taps); err != nil {
		return FIR{}, err
	}
	if err := checkDesign(call, 1, kind, fs, cut); err != nil {
		return FIR{}, err
	}
	if window == "" {
		window = "hamming"
	}
	w, err := symmetricWindow(call, window, taps)
	if err != nil {
		return FIR{}, err
	}
	c := make([]float64, len(cut))
	for i, f := range cut {
		c[i] = 2 * f / fs
	}
	var bands [][2]float64 // shares of fs/2
	switch kind {
	case "low":
		bands = [][2]float64{{0, c[0]}}
	case "high":
		bands = [][2]float64{{c[0], 1}}
	case "band":
		bands = [][2]float64{{c[0], c[1]}}
	case "stop":
		bands = [][2]float64{{0, c[0]}, {c[1], 1}}
	}
	if taps%2 == 0 && bands[len(bands)-1][1] == 1 {
		return FIR{}, fmt.Errorf("signal: %s: %d taps cannot pass half the sampling rate; a %s filter needs an odd number", call, taps, kind)
	}
	h := make([]float64, taps)
	middle := float64(float64(taps-1) * 0.5)
	for i := range h {
		m := float64(min(i, taps-1-i)) - middle
		for _, b := range bands {
			h[i] += float64(b[1]*sinc(b[1]*m)) - float64(b[0]*sinc(b[0]*m))
		}
		h[i] *= w[i]
	}
	at := 0.0
	switch b := bands[0]; {
	case b[0] == 0:
	case b[1] == 1:
		at = 1
	default:
		at = float64((b[0] + b[1]) * 0.5)
	}
	sum := 0.0
	for i, v := range h {
		sum += float64(v * vec.Cos(math.Pi*at*(float64(i)-middle)))
	}
	vec.DivConstBlock(h, h, sum)
	return FIR{FS: fs, Taps: h}, nil
}

func checkTaps(call string, taps int) error {
	if taps < 1 || taps > 1<<24 {
		return fmt.Errorf("signal: %s: %d taps; 1 to %d are allowed", call, taps, 1<<24)
	}
	return nil
}

// symmetricWindow returns a window with equal ends, for filters.
func symmetricWindow(call, name string, n int) ([]float64, error) {
	if n == 1 {
		_, err := window(call, name, 1)
		return []float64{1}, err
	}
	w, err := window(call, name, n-1)
	if err != nil || n == 2 && name != "boxcar" {
		if err == nil { // one sample has no period
			w, err = window(call, name, 2)
			w[1] = w[0]
		}
		return w, err
	}
	return append(w, w[0]), nil
}

// sinc returns sin(πx)/(πx).
func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return vec.Sin(math.Pi*x) / (math.Pi * x)
}

// FIRLS designs a filter whose gain is closest to the wanted one in the mean
// square over bands; what lies between bands is free.
//
// taps is odd. edges are the ends of the bands in Hz, two by two, ascending from 0
// or above to fs/2 or below, gains the wanted gain at each, a line between those of
// one band; weights has one number for each band, nil being 1 for all.
//
// Errors: an even number of taps, edges that do not ascend or are out of range,
// unequal lengths, weights that are not above 0. Source: Selesnick 2005, "Linear-
// phase FIR filter design by least squares". Peer: scipy.signal.firls.
func FIRLS(taps int, edges, gains, weights []float64, fs float64) (FIR, error) {
	const call = "FIRLS"
	if err := checkBands(call, taps, edges, gains, 1, weights, fs); err != nil {
		return FIR{}, err
	}
	if taps%2 == 0 {
		return FIR{}, fmt.Errorf("signal: %s: %d taps; an odd number is needed", call, taps)
	}
	m := taps / 2
	// The gain is Σ a_k cos kω; its equations hold integrals of products.
	q, rhs := make([]float64, taps), make([]float64, m+1)
	for b := 0; b < len(edges); b += 2 {
		lo, hi := 2*edges[b]/fs, 2*edges[b+1]/fs
		weight := 1.0
		if weights != nil {
			weight = weights[b/2]
		}
		slope := (gains[b+1] - gains[b]) / (hi - lo)
		base := gains[b] - float64(slope*lo)
		for k := range q {
			n := float64(k)
			q[k] += float64(weight * (float64(hi*sinc(hi*n)) - float64(lo*sinc(lo*n))))
			if k > m {
				continue
			}
			v := float64(hi*(base+float64(slope*hi))*sinc(hi*n)) - float64(lo*(base+float64(slope*lo))*sinc(lo*n))
			if k == 0 {
				v -= float64(slope * (float64(hi*hi) - float64(lo*lo)) * 0.5)
			} else {
				v += slope * (vec.Cos(n*math.Pi*hi) - vec.Cos(n*math.Pi*lo)) / (math.Pi * math.Pi * n * n)
			}
			rhs[k] += float64(weight * v)
		}
	}
	a := make([][]float64, m+1)
	for i := range a {
		a[i] = make([]float64, m+2)
		for j := range m + 1 {
			a[i][j] = q[max(i-j, j-i)] + q[i+j]
		}
		a[i][m+1] = rhs[i]
	}
	c, ok := linalg.Solve(a, 0)
	if !ok {
		return FIR{}, fmt.Errorf("signal: %s: the bands leave %d taps undetermined; take fewer taps or wider bands", call, taps)
	}
	h := make([]float64, taps)
	h[m] = 2 * c[0]
	for k := 1; k <= m; k++ {
		h[m-k], h[m+k] = c[k], c[k]
	}
	return FIR{FS: fs, Taps: h}, nil
}

// checkBands checks what designs by bands are given; there are so many gains for
// an edge.
func checkBands(call string, taps int, edges, gains []float64, perEdge float64, weights []float64, fs float64) error {
	if err := checkTaps(call, taps); err != nil {
		return err
	}
	if err := checkRate(call, fs); err != nil {
		return err
	}
	if len(edges) < 2 || len(edges)%2 == 1 {
		return fmt.Errorf("signal: %s: %d edges; bands need two each", call, len(edges))
	}
	for i, f := range edges {
		if !(f >= 0 && f <= fs/2) || i > 0 && f <= edges[i-1] {
			return fmt.Errorf("signal: %s: edges[%d] is %g Hz; edges must ascend from 0 or above to half the sampling rate (%g Hz) or below", call, i, f, fs/2)
		}
	}
	if want := int(float64(len(edges)) * perEdge); len(gains) != want {
		return fmt.Errorf("signal: %s: %d gains for %d edges; %d are needed", call, len(gains), len(edges), want)
	}
	for i, g := range gains {
		if math.IsNaN(g) || math.IsInf(g, 0) {
			return fmt.Errorf("signal: %s: gains[%d] is %g; it must be finite", call, i, g)
		}
	}
	if weights != nil && len(weights) != len(edges)/2 {
		return fmt.Errorf("signal: %s: %d weights for %d bands; give one for each, or nil", call, len(weights), len(edges)/2)
	}
	for i, w := range weights {
		if !(w > 0) || math.IsInf(w, 0) {
			return fmt.Errorf("signal: %s: weights[%d] is %g; it must be above 0 and finite", call, i, w)
		}
	}
	return nil
}

func (h FIR) check(call string) error {
	if len(h.Taps) == 0 {
		return fmt.Errorf("signal: %s: the filter has no taps; make one with NewFIR", call)
	}
	for i, v := range h.Taps {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("signal: %s: Taps[%d] is %g; taps must be finite", call, i, v)
		}
	}
	return nil
}

// Gain returns how much the filter scales a sine of f Hz: |Σ Taps[j] exp(-2πi f j/fs)|.
// Peer: scipy.signal.freqz.
func (h FIR) Gain(f float64) float64 {
	re, im := 0.0, 0.0
	for j, v := range h.Taps {
		s, c := vec.Sincos(2 * math.Pi * f / h.FS * float64(j))
		re += float64(v * c)
		im -= float64(v * s)
	}
	return vec.Hypot(re, im)
}

// Show draws the gain over frequency.
func (h FIR) Show() display.Bundle { return h.Plot().Show() }

// Plot returns the figure that Show draws: the gain in dB.
func (h FIR) Plot() *figure.Figure {
	const n, floor = 400, -100.0
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = h.FS / 2 * float64(i) / (n - 1)
		y[i] = math.Max(20*vec.Log10(h.Gain(x[i])), floor)
	}
	return &figure.Figure{Panels: []figure.Panel{{
		Title:  fmt.Sprintf("%d taps", len(h.Taps)),
		X:      figure.Axis{Label: "frequency", Unit: "Hz"},
		Y:      figure.Axis{Label: "gain", Unit: "dB", Min: floor, Max: 5},
		Layers: []figure.Layer{{Kind: figure.Line, X: x, Y: y}},
	}}}
}

// symmetric tells whether the taps are the same from both ends.
func (h FIR) symmetric() bool {
	largest := 0.0
	for _, v := range h.Taps {
		largest = math.Max(largest, math.Abs(v))
	}
	for i, v := range h.Taps {
		if math.Abs(v-h.Taps[len(h.Taps)-1-i]) > 1e-9*largest {
			return false
		}
	}
	return true
}

func trimmed(v []float64) string { return strings.Trim(fmt.Sprint(v), "[]") }
