package eeg

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// Welch estimates the power spectral density of channels, or without names of all but
// triggers, reading the recording in pieces: what it holds does not grow with the
// recording, and the spectrum is that of [signal.Welch] of the whole, to the bit. In a
// recording with gaps no segment reaches across one, and the spectrum is the mean over the
// segments of all stretches.
//
// The options are those of signal.Welch; WelchOptions{} are half overlapping segments of
// 2 s with a Hann window, and Unit is that of each channel.
//
// Errors: those of signal.Welch, an Average other than the mean, a sample that is NaN, no
// stretch as long as a segment. Peer: scipy.signal.welch.
func (r *Recording) Welch(o signal.WelchOptions, channels ...string) (*Spectra, error) {
	const call = "Welch"
	_, _, index, err := r.picked(call, channels)
	if err != nil {
		return nil, err
	}
	plain := o == signal.WelchOptions{Unit: o.Unit}
	streams := make([]*signal.WelchStream, len(index))
	type kind struct {
		unit string
		fs   float64
	}
	first := map[kind]*signal.WelchStream{}
	for k, c := range index {
		ch := r.Channels[c]
		of := kind{ch.Unit, ch.FS}
		if s := first[of]; s != nil {
			streams[k] = s.Another()
			continue
		}
		o := o
		o.Unit = ch.Unit
		if plain {
			o.SegmentLen, o.Overlap = max(1, int(math.Round(2*ch.FS))), -1
		}
		if streams[k], err = signal.NewWelchStream(ch.FS, o); err != nil {
			return nil, fmt.Errorf("eeg: %s: %w", call, err)
		}
		first[of] = streams[k]
	}
	err = r.stream(call, index, func(x [][]float64) error {
		errs := make([]error, len(x))
		linalg.Parallel(len(x), func(k int) {
			if len(x[k]) > 0 {
				errs[k] = streams[k].Push(x[k])
			}
		})
		return firstOf(errs)
	}, func() {
		for _, s := range streams {
			s.Gap()
		}
	})
	if err != nil {
		return nil, err
	}
	out := &Spectra{}
	for k, c := range index {
		s, err := streams[k].Spectrum()
		if err != nil {
			return nil, fmt.Errorf("eeg: %s: channel %q: %w", call, r.Channels[c].Name, err)
		}
		out.Channels, out.Spectra = append(out.Channels, r.Channels[c]), append(out.Spectra, s)
	}
	return out, nil
}

func firstOf(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// stream reads channels from the first sample to the last in pieces of some MB: f gets
// those that follow each other, and gap is called between segments. The next piece is read
// while f has one. Samples are checked to be finite.
func (r *Recording) stream(call string, index []int, f func(x [][]float64) error, gap func()) error {
	const most = 1 << 20 // samples of a piece
	type piece struct {
		segment int
		x       [][]float64
	}
	rate := 0.0
	for _, c := range index {
		rate += r.Channels[c].FS
	}
	step := most / rate // s
	total := 0
	for _, g := range r.Segments {
		total += int(math.Ceil(g.Dur / step))
	}
	task := display.Start("eeg."+call, "pieces", total)
	defer task.End()
	free, ready, stop := make(chan rooms, 2), make(chan piece), make(chan struct{})
	defer close(stop)
	var failed error // written before ready is closed
	free <- nil
	free <- nil
	go func() {
		defer close(ready)
		first := make([]int, len(index)) // stored samples before the segment
		for g, s := range r.Segments {
			n := make([]int, len(index))
			for k, c := range index {
				n[k] = count(s.Dur, r.Channels[c].FS)
			}
			at := make([]int, len(index))
			for j := 1; ; j++ {
				var memory rooms
				select {
				case memory = <-free:
				case <-stop:
					return
				}
				x, from, left := make([][]float64, len(index)), make([]int, len(index)), false
				for k, c := range index {
					to := n[k]
					if t := float64(float64(j) * step); t < s.Dur {
						to = min(to, int(float64(t*r.Channels[c].FS)))
					}
					x[k], from[k] = memory.of(k, to-at[k]), first[k]+at[k]
					at[k] = to
					left = left || to < n[k]
				}
				if failed = r.source.Fill(x, from, index); failed != nil {
					failed = fmt.Errorf("eeg: %s: %w", call, failed)
					return
				}
				for k, c := range index {
					if i := unfinite(x[k]); i >= 0 {
						ch := r.Channels[c]
						failed = fmt.Errorf("eeg: %s: sample %d of channel %q, at %.6g s, is %g; samples must be finite (interpolate it, or leave the channel out)", call, from[k]+i, ch.Name, s.Start+float64(from[k]-first[k]+i)/ch.FS, x[k][i])
						return
					}
				}
				select {
				case ready <- piece{g, x}:
				case <-stop:
					return
				}
				if !left {
					break
				}
			}
			for k := range first {
				first[k] += n[k]
			}
		}
	}()
	segment := 0
	for p := range ready {
		if err := task.Err(); err != nil {
			return err
		}
		for ; segment < p.segment; segment++ {
			gap()
		}
		if err := f(p.x); err != nil {
			return err
		}
		task.Add(1)
		free <- p.x
	}
	return failed
}

// unfinite returns where x is NaN or infinite first, -1 where it is nowhere.
func unfinite(x []float64) int {
	if s := vec.SumBlock(x); !math.IsNaN(s) && !math.IsInf(s, 0) {
		return -1 // a sum is finite only if all its terms are
	}
	for i, v := range x {
		if v-v != 0 {
			return i
		}
	}
	return -1 // finite ones whose sum is not
}

// Multitaper estimates the power spectral density of channels, or without names of all but
// triggers, as the mean of [signal.Multitaper] over windows of some seconds that follow each
// other, reading the recording in pieces. What is left at the end of a segment, shorter than
// a window, is not used; Segments of a spectrum says how many windows there were.
//
// o.Unit is that of each channel. Errors: windows of less than a sample, those of
// signal.Multitaper, a sample that is NaN, no stretch as long as a window. Peer:
// mne.time_frequency.psd_array_multitaper, averaged over epochs.
func (r *Recording) Multitaper(seconds float64, o signal.MultitaperOptions, channels ...string) (*Spectra, error) {
	const call = "Multitaper"
	_, _, index, err := r.picked(call, channels)
	if err != nil {
		return nil, err
	}
	n := make([]int, len(index)) // samples of a window
	for k, c := range index {
		if n[k] = count(seconds, r.Channels[c].FS); !(seconds > 0) || seconds > 1e6 || n[k] < 1 {
			return nil, fmt.Errorf("eeg: %s: windows of %g s; they must have a sample or more of %s, at %g Hz", call, seconds, r.Channels[c].Name, r.Channels[c].FS)
		}
	}
	left, sums := make([][]float64, len(index)), make([]*signal.Spectrum, len(index))
	err = r.stream(call, index, func(x [][]float64) error {
		errs := make([]error, len(x))
		linalg.Parallel(len(x), func(k int) {
			left[k] = append(left[k], x[k]...)
			var windows [][]float64
			for at := 0; at+n[k] <= len(left[k]); at += n[k] {
				windows = append(windows, left[k][at:at+n[k]])
			}
			if len(windows) == 0 {
				return
			}
			o, ch := o, r.Channels[index[k]]
			o.Unit = ch.Unit
			spectra, err := signal.MultitaperEach(windows, ch.FS, o)
			if err != nil {
				errs[k] = fmt.Errorf("eeg: %s: channel %q: %w", call, ch.Name, err)
				return
			}
			for _, s := range spectra {
				if sums[k] == nil {
					sums[k] = s
					continue
				}
				vec.AddBlock(sums[k].P, sums[k].P, s.P)
				sums[k].Segments++
				sums[k].DOF += s.DOF
			}
			used := n[k] * len(windows)
			left[k] = left[k][:copy(left[k], left[k][used:])]
		})
		return firstOf(errs)
	}, func() {
		for k := range left {
			left[k] = left[k][:0]
		}
	})
	if err != nil {
		return nil, err
	}
	out := &Spectra{}
	for k, c := range index {
		s := sums[k]
		if s == nil {
			return nil, fmt.Errorf("eeg: %s: no stretch of channel %q is as long as a window of %g s", call, r.Channels[c].Name, seconds)
		}
		vec.DivConstBlock(s.P, s.P, float64(s.Segments))
		out.Channels, out.Spectra = append(out.Channels, r.Channels[c]), append(out.Spectra, s)
	}
	return out, nil
}
