package dataset

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A GrasshopperRecording is the response of one auditory receptor of a locust
// (Locusta migratoria) to a tone whose loudness varies at random.
type GrasshopperRecording struct {
	Spikes   neuro.Spikes `unit:"ms"` // times of the spikes, ms
	Stimulus []float64    // amplitude of the tone relative to its largest value
	FS       float64      `unit:"Hz"` // sampling rate of Stimulus, Hz
	Duration float64      `unit:"ms"` // of the recording, ms

	Carrier   float64 `unit:"Hz"` // frequency of the tone, Hz
	Cutoff    float64 `unit:"Hz"` // highest frequency in its amplitude, Hz
	SD        float64 `unit:"dB"` // standard deviation of its level, dB
	Intensity float64 `unit:"dB"` // intensity that the file states, dB SPL
}

// Grasshopper returns recording 1 or 2: 10 s, 929 and 868 spikes, with the
// amplitude of the sound every 50 us. The amplitude is Gaussian in dB (6 dB)
// with frequencies up to 200 Hz in recording 1 and up to 800 Hz in recording 2.
// Other numbers are an error.
//
// Rokem et al. (2006), J Neurophysiol 95:2541.
func Grasshopper(number int) (*GrasshopperRecording, error) {
	if number != 1 && number != 2 {
		return nil, fmt.Errorf("dataset: Grasshopper: recording %d; there are 1 and 2", number)
	}
	r, err := grasshopper(number)
	if err != nil {
		return nil, fmt.Errorf("dataset: Grasshopper: %w", err)
	}
	return r, nil
}

// Level returns the level of the sound, dB SPL: 20 log10 of the amplitude, the
// largest being the intensity that the file states, as nitime's example takes
// it.
func (r GrasshopperRecording) Level() []float64 {
	out := make([]float64, len(r.Stimulus))
	for i, s := range r.Stimulus {
		out[i] = r.Intensity + float64(20*vec.Log10(s))
	}
	return out
}

// Show draws the level of the sound and the spikes of the first 500 ms.
func (r GrasshopperRecording) Show() display.Bundle {
	const shown = 500.0 // ms
	n := min(len(r.Stimulus), int(shown*r.FS/1000))
	t := make([]float64, n)
	for i := range t {
		t[i] = float64(i) * 1000 / r.FS
	}
	ticks := figure.Layer{Kind: figure.Ticks, Color: "black"}
	for _, s := range r.Spikes {
		if s < shown {
			ticks.X, ticks.Y = append(ticks.X, s), append(ticks.Y, 0)
		}
	}
	axis := figure.Axis{Label: "time", Unit: "ms", Min: 0, Max: shown}
	return (&figure.Figure{
		Title:  fmt.Sprintf("Grasshopper receptor: %d spikes in %g s; the first %g ms", len(r.Spikes), r.Duration/1000, shown),
		ShareX: true,
		Panels: []figure.Panel{
			{X: axis, Y: figure.Axis{Label: "sound level", Unit: "dB SPL"}, Layers: []figure.Layer{{Kind: figure.Line, X: t, Y: r.Level()[:n]}}},
			{X: axis, Y: figure.Axis{Label: "spikes", Min: -0.6, Max: 0.6, Hide: true}, Layers: []figure.Layer{ticks}},
		},
	}).Show()
}

func grasshopper(number int) (*GrasshopperRecording, error) {
	r := &GrasshopperRecording{FS: 20000}
	text, err := content(fmt.Sprintf("grasshopper_spike_times%d.txt", number))
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if head, ok := strings.CutPrefix(line, "#"); ok {
			key, value, _ := strings.Cut(head, ":")
			v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				continue // the name of a file
			}
			switch strings.TrimSpace(key) {
			case "carrier freq (kHz)":
				r.Carrier = 1000 * v
			case "cut-off frequency (Hz)":
				r.Cutoff = v
			case "standard deviation (dB)":
				r.SD = v
			case "intensity (dB)":
				r.Intensity = v
			}
			continue
		}
		if line == "" {
			continue
		}
		us, err := strconv.ParseFloat(line, 64)
		if err != nil {
			return nil, err
		}
		r.Spikes = append(r.Spikes, us/1000)
	}
	packed, err := content(fmt.Sprintf("grasshopper_stimulus%d.bin", number))
	if err != nil {
		return nil, err
	}
	if r.Stimulus, err = unpack(packed); err != nil {
		return nil, err
	}
	r.Duration = float64(len(r.Stimulus)) / r.FS * 1000
	return r, nil
}

// unpack reads a stimulus as make.py packs it: the number of samples; runs of
// samples that are multiples of 10 and of 1 in units of 1e-7, by turns; and for
// each sample the difference from the cubic through the four before it, in
// those multiples.
func unpack(b []byte) ([]float64, error) {
	damaged := errors.New("the stimulus is damaged")
	next := func() (int64, bool) {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > math.MaxInt32 {
			return 0, false
		}
		b = b[n:]
		return int64(v), true
	}
	n, ok := next()
	if !ok || n > int64(len(b)) {
		return nil, damaged
	}
	count, ok := next()
	if !ok || count > int64(len(b)) {
		return nil, damaged
	}
	runs := make([]int64, count)
	for i := range runs {
		if runs[i], ok = next(); !ok {
			return nil, damaged
		}
	}
	out := make([]float64, 0, n)
	var p, p2, p3, p4 int64
	for i, run := range runs {
		quantum := int64(1)
		if i%2 == 0 {
			quantum = 10
		}
		for range run {
			z, ok := next()
			if !ok {
				return nil, damaged
			}
			guess := floorDiv(4*p-6*p2+4*p3-p4+quantum/2, quantum)
			v := (guess + (z>>1 ^ -(z & 1))) * quantum
			p, p2, p3, p4 = v, p, p2, p3
			// A whole number over a power of ten is rounded as the decimal is.
			out = append(out, float64(v)/1e7)
		}
	}
	if int64(len(out)) != n {
		return nil, damaged
	}
	return out, nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
