package eeg

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/signal"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// BadOptions say what makes a channel bad. The zero value of every field means the default.
type BadOptions struct {
	Deviation   float64 // robust z of the amplitude, either sign; 0 is 5
	Noise       float64 // robust z of the share of high frequencies; 0 is 5
	Correlation float64 // the least correlation with others in a window; 0 is 0.4
	Share       float64 // of windows that may be below Correlation, or flat; 0 is 0.01
	Window      float64 `unit:"s"` // length of a window; 0 is 1
}

// Suspects are channels with what was measured of each, and those that are bad.
type Suspects struct {
	Channels     []string
	Deviation    []float64 // robust z of the amplitude
	Noise        []float64 // robust z of the share of high frequencies; NaN where the rate is too low for it
	Uncorrelated []float64 // share of windows with too little correlation
	Dropout      []float64 // share of windows that are flat
	Reasons      []string  // why it is bad, "" when it is not
}

// Names returns the names of the bad channels.
func (s *Suspects) Names() []string {
	var names []string
	for c, reason := range s.Reasons {
		if reason != "" {
			names = append(names, s.Channels[c])
		}
	}
	return names
}

// String tells the bad channels in a line.
func (s *Suspects) String() string {
	var parts []string
	for c, reason := range s.Reasons {
		if reason != "" {
			parts = append(parts, s.Channels[c]+" ("+reason+")")
		}
	}
	if parts == nil {
		return fmt.Sprintf("none of %s is bad", spell.Count(len(s.Channels), "channel"))
	}
	return fmt.Sprintf("%d of %s bad: %s", len(parts), spell.Count(len(s.Channels), "channel"), strings.Join(parts, ", "))
}

// Table returns what was measured, a row for each channel.
func (s *Suspects) Table() table.Table {
	return table.Table{Title: s.String(), Cols: []table.Col{{Name: "channel", Text: s.Channels}, {Name: "deviation z", Num: s.Deviation}, {Name: "noise z", Num: s.Noise},
		{Name: "uncorrelated", Num: s.Uncorrelated}, {Name: "dropout", Num: s.Dropout}, {Name: "bad", Text: s.Reasons}}}
}

// Show shows the table.
func (s *Suspects) Show() display.Bundle { return s.Table().Show() }

// thinned is how many samples of a channel robust measures are taken of.
const thinned = 1 << 18

// FindBad looks for bad channels among those of kind EEG, as the PREP pipeline does but for its
// RANSAC. A channel is
//
//	"not finite"     when a sample is NaN or infinite,
//	"flat"           when its median absolute deviation is 0,
//	"deviation"      when |z| of the amplitude 0.7413 IQR is above Deviation, z = (a - median) / (0.7413 IQR) over channels,
//	"noise"          when z of MAD(x - low) / MAD(low) is above Noise, z = (r - median) / (1.4826 MAD) over channels,
//	"correlation"    when in more than Share of the windows the quantile 0.98 of the absolute correlations of low with other channels is below Correlation,
//	"dropout"        when in more than Share of the windows it is flat, but for rounding,
//
// low being x below 50 Hz (101 taps, windowed; x itself up to a rate of 100 Hz). Channels that are not
// finite or flat take no part in the others. Where half of all or more have one amplitude, in coarse steps
// of the recorder, the width is 1.2533 times the mean absolute deviation. Filter slow drifts off before, for they are
// amplitude too: PREP looks at what is above 1 Hz. Nothing is marked: r.SetBad(s.Names()...) does.
//
// The recording is read twice, in pieces; robust measures are taken of every k-th sample
// where there are more than 262,144. Windows begin with each segment.
//
// Errors: less than three channels of kind EEG, rates that differ, and less than one window.
// Source: Bigdely-Shamlo et al. 2015, Front. Neuroinform. 9:16. Checked against NumPy and
// SciPy computing the same.
func (r *Recording) FindBad(o BadOptions) (*Suspects, error) {
	const call = "FindBad"
	if _, err := r.index(call, nil); err != nil {
		return nil, err
	}
	for _, f := range []struct {
		v   *float64
		def float64
	}{{&o.Deviation, 5}, {&o.Noise, 5}, {&o.Correlation, 0.4}, {&o.Share, 0.01}, {&o.Window, 1}} {
		if *f.v == 0 {
			*f.v = f.def
		}
		if !(*f.v > 0) {
			return nil, fmt.Errorf("eeg: %s: an option is %g; all must be above 0", call, *f.v)
		}
	}
	s := &Suspects{}
	for _, ch := range r.Channels {
		if ch.Kind == "EEG" {
			s.Channels = append(s.Channels, ch.Name)
		}
	}
	if len(s.Channels) < 3 {
		return nil, fmt.Errorf("eeg: %s: %s of kind EEG; 3 or more are needed", call, spell.Count(len(s.Channels), "channel"))
	}
	index, err := r.index(call, s.Channels)
	if err != nil {
		return nil, err
	}
	fs, err := r.rate(call, index)
	if err != nil {
		return nil, err
	}
	n := len(index)
	s.Deviation, s.Noise = nans(n), nans(n)
	s.Uncorrelated, s.Dropout, s.Reasons = make([]float64, n), make([]float64, n), make([]string, n)
	size := int(math.Round(float64(o.Window * fs)))
	if size < 2 {
		return nil, fmt.Errorf("eeg: %s: a window of %g s has %d samples at %g Hz; 2 or more are needed", call, o.Window, size, fs)
	}

	// Amplitudes, and what cannot be measured.
	amplitude := make([]float64, n)
	var usable []int
	finite := make([]bool, n)
	for c := range finite {
		finite[c] = true
	}
	some, err := thin(r, index, func(x [][]float64) {
		for c := range x {
			for _, v := range x[c] {
				finite[c] = finite[c] && !math.IsNaN(v) && !math.IsInf(v, 0)
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("eeg: %s: %w", call, err)
	}
	for c := range some {
		switch {
		case !finite[c]:
			s.Reasons[c] = "not finite"
		case deviation(some[c]) == 0:
			s.Reasons[c] = "flat"
		default:
			amplitude[c] = 0.7413 * spread(some[c])
			usable = append(usable, c)
		}
	}
	if len(usable) < 3 {
		return s, nil // there is nothing to compare with
	}
	devs := pickOf(amplitude, usable)
	middle, wide := rankOf(devs, 0.5), 0.7413*spread(devs)
	for _, c := range usable {
		s.Deviation[c] = robust(amplitude[c], middle, wide, devs)
	}

	// Below 50 Hz, window by window.
	var names []string
	at := make([]int, len(usable))
	for i, c := range usable {
		names, at[i] = append(names, s.Channels[c]), i
	}
	low, err := r.Pick(names...)
	if err != nil {
		return nil, err
	}
	if fs > 100 {
		h, err := signal.NewFIR(101, "low", "hamming", fs, 50)
		if err != nil {
			return nil, err
		}
		if low, err = low.ZeroPhase(h); err != nil {
			return nil, err
		}
		ratio := make([]float64, len(usable))
		smooth, err := thin(low, at, nil)
		if err != nil {
			return nil, fmt.Errorf("eeg: %s: %w", call, err)
		}
		for i, c := range usable {
			rest := make([]float64, len(smooth[i]))
			for k, v := range smooth[i] {
				rest[k] = some[c][k] - v
			}
			ratio[i] = deviation(rest) / deviation(smooth[i])
		}
		middle, wide := rankOf(ratio, 0.5), 1.4826*deviation(ratio)
		for i, c := range usable {
			s.Noise[c] = robust(ratio[i], middle, wide, ratio)
		}
	}
	windows := 0
	most := make([]float64, len(usable))
	err = eachWindow(low, size, func(x [][]float64) {
		windows++
		flat := make([]bool, len(x))
		for i := range x {
			flat[i] = deviation(x[i]) <= 1e-10*amplitude[usable[i]] // filters leave rounding
		}
		linalg.Parallel(len(x), func(i int) {
			m := mean(x[i])
			for k := range x[i] {
				x[i][k] -= m
			}
			if norm := math.Sqrt(vec.DotBlock(x[i], x[i])); norm > 0 {
				for k := range x[i] {
					x[i][k] /= norm
				}
			}
		})
		linalg.Parallel(len(x), func(i int) {
			with := make([]float64, len(x))
			for j := range x {
				if i != j && !flat[j] {
					with[j] = math.Abs(vec.DotBlock(x[i], x[j]))
				}
			}
			most[i] = rankOf(with, 0.98)
		})
		for i, c := range usable {
			switch {
			case flat[i]:
				s.Dropout[c]++
			case most[i] < o.Correlation:
				s.Uncorrelated[c]++
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("eeg: %s: %w", call, err)
	}
	if windows == 0 {
		return nil, fmt.Errorf("eeg: %s: no segment lasts for a window of %g s", call, o.Window)
	}
	for _, c := range usable {
		s.Uncorrelated[c] /= float64(windows)
		s.Dropout[c] /= float64(windows)
		var why []string
		for _, t := range []struct {
			bad  bool
			name string
		}{{math.Abs(s.Deviation[c]) > o.Deviation, "deviation"}, {s.Noise[c] > o.Noise, "noise"}, {s.Uncorrelated[c] > o.Share, "correlation"}, {s.Dropout[c] > o.Share, "dropout"}} {
			if t.bad {
				why = append(why, t.name)
			}
		}
		s.Reasons[c] = strings.Join(why, ", ")
	}
	return s, nil
}

// thin returns every k-th sample of channels of one rate, at most thinned of each, and gives
// all to f.
func thin(r *Recording, index []int, f func([][]float64)) ([][]float64, error) {
	n := r.Samples(index[0])
	step := (n + thinned - 1) / thinned
	out := make([][]float64, len(index))
	err := eachBlock(r, index, n, func(from int, x [][]float64) {
		if f != nil {
			f(x)
		}
		for c := range x {
			for k := (step - from%step) % step; k < len(x[c]); k += step {
				out[c] = append(out[c], x[c][k])
			}
		}
	})
	return out, err
}

// eachBlock reads channels of one rate in blocks, by their stored samples.
func eachBlock(r *Recording, index []int, n int, f func(from int, x [][]float64)) error {
	task := display.Start("eeg.FindBad", "samples", n)
	defer task.End()
	room, from := make([][]float64, len(index)), make([]int, len(index))
	for c := range room {
		room[c] = make([]float64, min(n, mixed))
	}
	for done := 0; done < n; done += mixed {
		if err := task.Err(); err != nil {
			return err
		}
		size := min(mixed, n-done)
		x := make([][]float64, len(index))
		for c := range x {
			x[c], from[c] = room[c][:size], done
		}
		if err := r.source.Fill(x, from, index); err != nil {
			return err
		}
		f(done, x)
		task.Add(size)
	}
	return nil
}

// eachWindow reads all channels, of one rate, in windows that follow each other from the start of
// each segment; f may change them.
func eachWindow(r *Recording, size int, f func(x [][]float64)) error {
	index := make([]int, len(r.Channels))
	for c := range index {
		index[c] = c
	}
	fs := r.Channels[0].FS
	task := display.Start("eeg.FindBad", "segments", len(r.Segments))
	defer task.End()
	many := max(1, mixed/size) // windows that are read at once
	before := 0
	for _, s := range r.Segments {
		n := count(s.Dur, fs)
		for done := 0; done+size <= n; done += many * size {
			if err := task.Err(); err != nil {
				return err
			}
			here := min(many, (n-done)/size)
			x, from := make([][]float64, len(index)), make([]int, len(index))
			for c := range x {
				x[c], from[c] = make([]float64, here*size), before+done
			}
			if err := r.source.Fill(x, from, index); err != nil {
				return err
			}
			w := make([][]float64, len(x))
			for k := range here {
				for c := range x {
					w[c] = x[c][k*size : (k+1)*size]
				}
				f(w)
			}
		}
		before += n
		task.Add(1)
	}
	return nil
}

func nans(n int) []float64 {
	x := make([]float64, n)
	nan(x)
	return x
}

func pickOf(x []float64, index []int) []float64 {
	var out []float64
	for _, c := range index {
		out = append(out, x[c])
	}
	return out
}

// rankOf returns a quantile of values in any order.
func rankOf(x []float64, q float64) float64 {
	v := append([]float64(nil), x...)
	sort.Float64s(v)
	return ranked(v, q)
}

// spread returns the interquartile range.
func spread(x []float64) float64 {
	v := append([]float64(nil), x...)
	sort.Float64s(v)
	return ranked(v, 0.75) - ranked(v, 0.25)
}

// deviation returns the median absolute deviation from the median.
func deviation(x []float64) float64 {
	m := rankOf(x, 0.5)
	v := make([]float64, len(x))
	for i := range x {
		v[i] = math.Abs(x[i] - m)
	}
	sort.Float64s(v)
	return ranked(v, 0.5)
}

// robust returns (v - middle) / wide. Where wide is 0, since half of all or more are the same, it is
// 1.2533 times the mean absolute deviation instead (Iglewicz and Hoaglin 1993).
func robust(v, middle, wide float64, all []float64) float64 {
	if v == middle {
		return 0
	}
	if wide == 0 {
		for _, x := range all {
			wide += 1.2533 * math.Abs(x-middle) / float64(len(all))
		}
	}
	return (v - middle) / wide
}
