package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A SpikeTriggered is the mean stimulus around spikes.
type SpikeTriggered struct {
	Lag []float64 `unit:"ms"` // time relative to the spike, ms; negative is before it
	Y   []float64 // mean of the stimulus at each lag, in Unit
	// SE is the standard error of Y over spikes, in Unit; NaN for one spike.
	SE []float64
	// Unit is the unit of the stimulus; set it to have it shown.
	Unit string
	// Spikes is how many spikes were averaged, Skipped how many lie so close to
	// an end of the stimulus that their window is not whole.
	Spikes, Skipped int
}

// STA returns the spike-triggered average: the mean of the stimulus in a
// window around each spike,
//
//	Y[k] = 1/N Σ_s stimulus[i(s) + k],  i(s) the sample nearest to spike s.
//
// stimulus are samples from time 0 on, fs their rate in Hz; s are spike times
// in ms; before and after are how far the window reaches, ms, rounded to whole
// samples. Spikes whose window is not within the stimulus are left out and
// counted in Skipped.
//
// Errors: an empty stimulus, NaN or infinite samples, fs <= 0, spikes that are
// not finite and ascending or that lie outside of the stimulus (a sign of other
// units), a negative before or after, a window with no spike. Source: de Boer
// and Kuyper 1968, IEEE Trans. Biomed. Eng. 15:169. Peer:
// elephant.sta.spike_triggered_average.
func STA(stimulus []float64, fs float64, s neuro.Spikes, before, after float64) (*SpikeTriggered, error) {
	const call = "STA"
	if err := checkSamples(call, "stimulus", stimulus); err != nil {
		return nil, err
	}
	if err := checkPositive(call, "sampling rate fs", "Hz", fs); err != nil {
		return nil, err
	}
	if err := check(call, "s", s); err != nil {
		return nil, err
	}
	n := len(stimulus)
	end := float64(n) * 1000 / fs
	for i, t := range s {
		if t < 0 || t > end {
			return nil, fmt.Errorf("spikes: %s: spike %d of s at %g ms is outside of the stimulus, which lasts from 0 to %g ms", call, i, t, end)
		}
	}
	var reach [2]int
	for i, v := range []struct {
		name string
		t    float64
	}{{"before", before}, {"after", after}} {
		if !(v.t >= 0) {
			return nil, fmt.Errorf("spikes: %s: %s is %g ms; it must be 0 or more", call, v.name, v.t)
		}
		if v.t > end {
			return nil, fmt.Errorf("spikes: %s: %s is %g ms, longer than the stimulus (%g ms)", call, v.name, v.t, end)
		}
		reach[i] = int(math.Round(v.t * fs / 1000))
	}
	lags := reach[0] + reach[1] + 1
	r := &SpikeTriggered{Lag: make([]float64, lags), Y: make([]float64, lags), SE: make([]float64, lags)}
	for k := range r.Lag {
		r.Lag[k] = float64(k-reach[0]) * 1000 / fs
	}
	var starts []int
	for _, t := range s {
		start := int(math.Round(t*fs/1000)) - reach[0]
		if start < 0 || start+lags > n {
			r.Skipped++
			continue
		}
		starts = append(starts, start)
	}
	r.Spikes = len(starts)
	if r.Spikes == 0 {
		return nil, fmt.Errorf("spikes: %s: none of the %d spikes of s has its window, %g ms before to %g ms after, within the stimulus of %g ms", call, len(s), before, after, end)
	}
	count := float64(r.Spikes)
	task := display.Start("spikes."+call, "spikes", 2*r.Spikes)
	defer task.End()
	for _, start := range starts {
		if task.Add(1); task.Err() != nil {
			return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
		for k, v := range stimulus[start : start+lags] {
			r.Y[k] += v
		}
	}
	for k := range r.Y {
		r.Y[k] /= count
	}
	for _, start := range starts {
		if task.Add(1); task.Err() != nil {
			return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
		for k, v := range stimulus[start : start+lags] {
			d := v - r.Y[k]
			r.SE[k] += float64(d * d)
		}
	}
	for k := range r.SE {
		r.SE[k] = math.Sqrt(r.SE[k] / (count - 1) / count)
	}
	return r, nil
}

// Peak returns the lag (ms) at which the mean stimulus is largest, and its
// value there.
func (r SpikeTriggered) Peak() (lag, value float64) {
	lag, value = math.NaN(), math.NaN()
	for k, v := range r.Y {
		if k == 0 || v > value {
			lag, value = r.Lag[k], v
		}
	}
	return lag, value
}

// Show draws the mean stimulus around a spike, with its standard error.
func (r SpikeTriggered) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the figure that Show draws.
func (r SpikeTriggered) Plot() *figure.Figure {
	p := figure.Panel{
		Title: fmt.Sprintf("mean of %d spikes", r.Spikes),
		X:     figure.Axis{Label: "time from spike", Unit: "ms"},
		Y:     figure.Axis{Label: "stimulus", Unit: r.Unit},
	}
	if n := len(r.Lag); n > 1 {
		p.X.Min, p.X.Max = r.Lag[0], r.Lag[n-1]
	}
	if r.Spikes > 1 {
		lo, hi := make([]float64, len(r.Y)), make([]float64, len(r.Y))
		for k, v := range r.Y {
			lo[k], hi[k] = v-r.SE[k], v+r.SE[k]
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Area, X: r.Lag, Y: lo, Y2: hi, Color: "blue", Alpha: 0.25})
	}
	p.Layers = append(p.Layers,
		figure.Layer{Kind: figure.Line, X: r.Lag, Y: r.Y, Color: "blue"},
		figure.Layer{Kind: figure.VLine, X: []float64{0}, Color: "grey", Dash: true, Width: 0.5})
	return &figure.Figure{Panels: []figure.Panel{p}}
}
