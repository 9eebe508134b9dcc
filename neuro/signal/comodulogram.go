package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Comodulation is how strongly the amplitude of fast rhythms follows the phase
// of slow ones.
type Comodulation struct {
	Phase [][2]float64 `unit:"Hz"` // bands whose phase was taken, Hz
	Amp   [][2]float64 `unit:"Hz"` // bands whose amplitude was taken, Hz
	MI    [][]float64  // MI[i][j]: modulation index of Amp[i] by Phase[j], 0 to 1
}

// Comodulogram returns the modulation index of Tort et al. for every pair of
// bands: x is filtered in both (Butterworth of order 3, forward and backward),
// the mean amplitude in each of 18 bins of phase is taken as a distribution p,
// and
//
//	MI = 1 + Σ p log p / log 18,
//
// which is 0 for an amplitude that does not care and 1 for one that is there at
// a single phase.
//
// x are samples, fs their rate in Hz; phase and amp are bands as {low, high} in
// Hz. A band of amp must be wider than twice the phase's frequency, or the
// modulation is filtered away. Errors: those of Butter and FiltFilt, which name
// the band, and no bands. Source: Tort et al. 2010, J. Neurophysiol. 104:1195.
// Peer: tensorpac.Pac with idpac 2.
func Comodulogram(x []float64, fs float64, phase, amp [][2]float64) (*Comodulation, error) {
	const call = "Comodulogram"
	if len(phase) == 0 || len(amp) == 0 {
		return nil, fmt.Errorf("signal: %s: %d bands of phase and %d of amplitude; at least one of each is needed", call, len(phase), len(amp))
	}
	rhythm := func(kind string, b [2]float64) ([]float64, error) {
		s, err := Butter(3, "band", fs, b[0], b[1])
		if err != nil {
			return nil, fmt.Errorf("signal: %s: %s band %g to %g Hz: %w", call, kind, b[0], b[1], err)
		}
		return s.FiltFilt(x)
	}
	task := display.Start("signal."+call, "bands", len(phase)+len(amp))
	defer task.End()
	const bins = 18
	places := make([][]int8, len(phase))
	for j, b := range phase {
		y, err := rhythm("phase", b)
		if err != nil {
			return nil, err
		}
		ph, err := Phase(y)
		if err != nil {
			return nil, err
		}
		places[j] = make([]int8, len(ph))
		for i, v := range ph {
			places[j][i] = int8(min(bins-1, max(0, int((v+math.Pi)/(2*math.Pi)*bins))))
		}
		task.Add(1)
	}
	r := &Comodulation{Phase: append([][2]float64(nil), phase...), Amp: append([][2]float64(nil), amp...)}
	for _, b := range amp {
		if task.Err() != nil {
			return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
		}
		y, err := rhythm("amplitude", b)
		if err != nil {
			return nil, err
		}
		a, err := Envelope(y)
		if err != nil {
			return nil, err
		}
		row := make([]float64, len(phase))
		for j := range phase {
			row[j] = modulation(a, places[j], bins)
		}
		r.MI = append(r.MI, row)
		task.Add(1)
	}
	return r, nil
}

// modulation returns Tort's index of an amplitude in bins of phase.
func modulation(a []float64, place []int8, bins int) float64 {
	sum, n := make([]float64, bins), make([]float64, bins)
	for i, v := range a {
		sum[place[i]] += v
		n[place[i]]++
	}
	total := 0.0
	for k := range sum {
		if n[k] > 0 {
			sum[k] /= n[k]
		}
		total += sum[k]
	}
	mi := 1.0
	for _, v := range sum {
		if v > 0 {
			mi += float64(v / total * vec.Log(v/total) / vec.Log(float64(bins)))
		}
	}
	return mi
}

// Show draws the figure of Plot.
func (r Comodulation) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the comodulogram: the index in colour over the middles of the
// bands, which are evenly spaced.
func (r Comodulation) Plot() *figure.Figure {
	middles := func(b [][2]float64) []float64 {
		if len(b) == 0 {
			return nil
		}
		first, last := float64((b[0][0]+b[0][1])/2), float64((b[len(b)-1][0]+b[len(b)-1][1])/2)
		half := float64((b[0][1] - b[0][0]) / 2)
		if len(b) > 1 {
			half = (last - first) / float64(2*(len(b)-1))
		}
		return []float64{first - half, last + half}
	}
	return &figure.Figure{Width: 12, Panels: []figure.Panel{{
		X:        figure.Axis{Label: "frequency of phase", Unit: "Hz"},
		Y:        figure.Axis{Label: "frequency of amplitude", Unit: "Hz"},
		ColorBar: figure.Axis{Label: "modulation index"},
		Layers:   []figure.Layer{{Kind: figure.Image, Z: r.MI, X: middles(r.Phase), Y: middles(r.Amp)}},
	}}}
}
