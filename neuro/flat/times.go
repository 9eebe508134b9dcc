package flat

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/eeg"
)

// times are what a column of times tells.
type times struct {
	scale       float64 // of its unit, s
	first, last float64
	n           int
	early       []float64 // the first steps
	step        float64   // the median of these
	steps       int       // that are no gaps
	sum         float64   // of these
	gaps        []gap
	rounded     bool // steps differ at all
	uneven      int  // steps that differ from the median by more than a quarter
	decimals    int  // with which times are written
}

// A gap is before sample at, whose time is time.
type gap struct {
	at   int
	time float64
}

const (
	manyEarly = 1000
	mostGaps  = 1 << 20
)

// add takes the time of sample i.
func (t *times) add(i int, v float64, written []byte) error {
	if i < 200 {
		d := 0
		if k := bytes.IndexAny(written, ".,"); k >= 0 && !bytes.ContainsAny(written, "eE") {
			d = len(bytes.TrimSpace(written[k+1:]))
		} else if bytes.ContainsAny(written, "eE") {
			d = 12
		}
		t.decimals = max(t.decimals, d)
	}
	if t.n == 0 {
		t.first, t.last, t.n = v, v, 1
		return nil
	}
	d := v - t.last
	if d < 0 {
		return fmt.Errorf("times go back from %g to %g at line of numbers %d; with FS, and Time \"-\", they are left out", t.last, v, i+1)
	}
	t.last, t.n = v, t.n+1
	if t.early = append(t.early, d); len(t.early) < manyEarly {
		return nil
	}
	if len(t.early) == manyEarly {
		t.settle()
		return nil
	}
	t.early = t.early[:manyEarly]
	t.take(i, v, d)
	return nil
}

// settle finds the step from the first ones and takes these.
func (t *times) settle() {
	sorted := append([]float64(nil), t.early...)
	sort.Float64s(sorted)
	t.step = sorted[len(sorted)/2]
	v := t.first
	for k, d := range t.early {
		v += d
		t.take(k+1, v, d)
	}
}

func (t *times) take(i int, v, d float64) {
	if d > 1.5*t.step {
		if len(t.gaps) < mostGaps {
			t.gaps = append(t.gaps, gap{i, v})
		}
		return
	}
	if math.Abs(d-t.step) > float64(0.25*t.step)+math.Pow10(-t.decimals) {
		t.uneven++
	}
	t.rounded = t.rounded || math.Abs(d-t.step) > 1e-6*t.step
	t.steps, t.sum = t.steps+1, t.sum+d
}

// segments returns where there are samples, and their rate: fs that the caller gave, that
// of times, or the one that a comment tells.
func (t *times) segments(n int, fs, comment float64, rec *eeg.Recording) ([]eeg.Segment, float64, error) {
	if t.n > 1 && len(t.early) < manyEarly {
		t.settle()
	}
	if t.n < 2 || !(t.last > t.first) {
		if t.n > 2 && fs == 0 && comment == 0 {
			return nil, 0, fmt.Errorf("times stay at %g; with FS, and Time \"-\", they are left out", t.last)
		}
		if fs == 0 {
			fs = comment
		}
		if fs == 0 {
			return nil, 0, errors.New("has neither a column of times (called time) nor a sampling rate; give FS in the options")
		}
		return []eeg.Segment{{Dur: float64(n) / fs}}, fs, nil
	}
	found := 0.0
	irregular := t.step == 0 || float64(t.uneven) > 0.01*float64(n) || float64(len(t.gaps)) > float64(0.01*float64(n))+1
	if irregular {
		found = float64(n-1) / (float64(t.last-t.first) * t.scale)
		rec.Problems.Add("warning", "time", "steps are uneven: %d of %d differ by more than a quarter from %g s; samples are taken to be even, %g in a second", t.uneven+len(t.gaps), n-1, t.step*t.scale, found)
		t.gaps = nil
	} else {
		found = t.rate()
	}
	switch {
	case fs != 0 && math.Abs(found/fs-1) > 0.01:
		rec.Problems.Add("warning", "time", "tells of %g Hz; FS is %g Hz, which is taken", found, fs)
		t.gaps = nil
	case fs == 0:
		fs = found
		if comment != 0 && math.Abs(found/comment-1) > 0.01 {
			rec.Problems.Add("warning", "time", "tells of %g Hz, and a comment of %g Hz; that of times is taken", found, comment)
		}
	}
	if t.first != 0 {
		rec.Problems.Add("note", "time", "begins at %g s; times count from the first sample here", t.first*t.scale)
	}
	var out []eeg.Segment
	at, begin := 0, 0.0
	for _, g := range t.gaps {
		out = append(out, eeg.Segment{Start: begin, Dur: float64(g.at-at) / fs})
		at, begin = g.at, math.Max(float64(g.time-t.first)*t.scale, out[len(out)-1].End())
	}
	return append(out, eeg.Segment{Start: begin, Dur: float64(n-at) / fs}), fs, nil
}

// rate returns the sampling rate: of those that agree with the times as they are written,
// the one with the shortest number, or whose step has.
func (t *times) rate() float64 {
	mean := float64(t.sum*t.scale) / float64(t.steps)
	slack := 1e-9
	if t.rounded {
		slack = math.Max(slack, math.Pow10(-t.decimals)/t.sum)
	}
	for d := range 10 {
		p := math.Pow10(d)
		if x := math.Round(mean*p) / p; x > 0 && math.Abs(x/mean-1) <= slack && d > 0 {
			return 1 / x
		}
		if x := math.Round(p/mean) / p; x > 0 && math.Abs(float64(x*mean)-1) <= slack {
			return x
		}
	}
	return 1 / mean
}
