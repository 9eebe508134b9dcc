package eeg_test

import (
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// TestWelch wants the bits of signal.Welch of the whole, at lengths that are less than a
// piece and more than some.
func TestWelch(t *testing.T) {
	for _, n := range []int{300, 4001, 1_500_001} {
		rec, x := noisy(t, 2, n, 100)
		for _, o := range []signal.WelchOptions{{}, {SegmentLen: 300, Overlap: 100, Detrend: "linear"}, {SegmentLen: 37, Overlap: 0}} {
			for _, threads := range []int{1, 3} {
				before := runtime.GOMAXPROCS(threads)
				s, err := rec.Welch(o)
				runtime.GOMAXPROCS(before)
				if err != nil {
					t.Fatal(err)
				}
				if len(s.Spectra) != 2 || s.Spectra[1].Unit != "uV²/Hz" {
					t.Fatalf("%d spectra in %q", len(s.Spectra), s.Spectra[1].Unit)
				}
				p := o
				if o == (signal.WelchOptions{}) {
					p = signal.WelchOptions{SegmentLen: 200, Overlap: -1}
				}
				for c := range s.Spectra {
					want := must(signal.Welch(x[c], 100, p))
					sameBits(t, "Welch", s.Spectra[c].P, want.P)
					if s.Spectra[c].Segments != want.Segments {
						t.Errorf("%d segments, want %d", s.Spectra[c].Segments, want.Segments)
					}
				}
			}
		}
	}
}

// TestWelchOfFiltered goes the whole way in pieces and compares with signals in memory.
func TestWelchOfFiltered(t *testing.T) {
	rec, x := noisy(t, 5, 60013, 250)
	band := must(signal.Butter(4, "band", 250, 1, 40))
	s, err := must(rec.FiltFilt(band)).Welch(signal.NewWelch())
	if err != nil {
		t.Fatal(err)
	}
	for c := range s.Spectra {
		sameBits(t, "spectrum", s.Spectra[c].P, must(signal.Welch(must(band.FiltFilt(x[c])), 250, signal.NewWelch())).P)
	}
	alpha, err := s.Power(8, 13)
	if err != nil || len(alpha) != 5 || alpha[0] != must(s.Spectra[0].Power(8, 13)) {
		t.Errorf("power %v: %v", alpha, err)
	}
	share, err := s.Relative(8, 13, 1, 40)
	if err != nil || !(share[2] > 0 && share[2] < 1) {
		t.Errorf("shares %v: %v", share, err)
	}
	if b := s.Show(); !strings.Contains(b.Text(), "alpha share") || !strings.Contains(b.Text(), "spectra of 5 channels") {
		t.Errorf("%s", b.Text())
	}
	if p, err := s.Of("E3"); err != nil || p != s.Spectra[3] {
		t.Error(err)
	}
	if _, err := s.Of("x"); err == nil {
		t.Error("a channel that is not there")
	}
	if _, err := s.Power(8, 300); err == nil || !strings.Contains(err.Error(), `"E0"`) {
		t.Errorf("above the spectrum: %v", err)
	}
	if _, err := (&eeg.Spectra{}).Plot(); err == nil {
		t.Error("no spectra are drawn")
	}
}

// TestWelchGaps wants the mean over the segments of the stretches.
func TestWelchGaps(t *testing.T) {
	const fs = 100
	_, x := noisy(t, 2, 900, fs)
	rec := gappy(t, x[:2], fs, []eeg.Segment{{Start: 0, Dur: 2}, {Start: 5, Dur: 0.3}, {Start: 9, Dur: 6.7}})
	s, err := rec.Welch(signal.WelchOptions{SegmentLen: 50, Overlap: 25})
	if err != nil {
		t.Fatal(err)
	}
	a, b := must(signal.Welch(x[1][:200], fs, signal.WelchOptions{SegmentLen: 50, Overlap: 25})), must(signal.Welch(x[1][230:], fs, signal.WelchOptions{SegmentLen: 50, Overlap: 25}))
	n := a.Segments + b.Segments
	if s.Spectra[1].Segments != n {
		t.Errorf("%d segments, want %d", s.Spectra[1].Segments, n)
	}
	for k, v := range s.Spectra[1].P {
		want := (a.P[k]*float64(a.Segments) + b.P[k]*float64(b.Segments)) / float64(n)
		if math.Abs(v-want) > 1e-12*want {
			t.Fatalf("value %d is %v, want %v", k, v, want)
		}
	}
	if _, err := rec.Welch(signal.WelchOptions{SegmentLen: 800}); err == nil || !strings.Contains(err.Error(), `channel "E0"`) {
		t.Errorf("segments longer than stretches: %v", err)
	}
	x[0][400] = math.Inf(1)
	if _, err := rec.Welch(signal.WelchOptions{}); err == nil || !strings.Contains(err.Error(), `sample 400 of channel "E0", at 10.7 s, is +Inf`) {
		t.Errorf("an infinite sample: %v", err)
	}
	if _, err := rec.Welch(signal.WelchOptions{Average: "median"}); err == nil {
		t.Error("a median of a stream")
	}
}

// TestMultitaper wants the mean over windows, whatever the pieces.
func TestMultitaper(t *testing.T) {
	rec, x := noisy(t, 3, 700_003, 200)
	s, err := rec.Multitaper(3, signal.MultitaperOptions{Bandwidth: 4})
	if err != nil {
		t.Fatal(err)
	}
	for c := range s.Spectra {
		var windows [][]float64
		for at := 0; at+600 <= len(x[c]); at += 600 {
			windows = append(windows, x[c][at:at+600])
		}
		all := must(signal.MultitaperEach(windows, 200, signal.MultitaperOptions{Bandwidth: 4}))
		want := append([]float64(nil), all[0].P...)
		for _, p := range all[1:] {
			for k, v := range p.P {
				want[k] += v
			}
		}
		for k := range want {
			want[k] /= float64(len(all))
		}
		sameBits(t, "multitaper", s.Spectra[c].P, want)
		if s.Spectra[c].Segments != 1166 || s.Spectra[c].Unit != "uV²/Hz" {
			t.Errorf("%d windows in %q", s.Spectra[c].Segments, s.Spectra[c].Unit)
		}
	}
	for _, seconds := range []float64{0, -1, math.NaN(), 1e-4} {
		if _, err := rec.Multitaper(seconds, signal.MultitaperOptions{}); err == nil || !strings.Contains(err.Error(), "windows of") {
			t.Errorf("%g s: %v", seconds, err)
		}
	}
	if _, err := rec.Multitaper(5000, signal.MultitaperOptions{}); err == nil || !strings.Contains(err.Error(), "no stretch") {
		t.Error(err)
	}
}
