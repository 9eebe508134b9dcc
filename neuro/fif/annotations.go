package fif

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"time"

	"github.com/neurorepl/neurorepl/neuro/eeg"
)

// annotations reads the annotations of a file, with onsets as they are stored, and the
// time that they count from; it is zero when the file does not tell.
func (f *file) annotations() ([]eeg.Annotation, time.Time, error) {
	var origin time.Time
	blocks := f.root.find(blockAnnotations)
	if len(blocks) == 0 {
		return nil, origin, nil
	}
	var onsets, ends []float64
	var texts []string
	var channels [][]string
	for _, t := range blocks[0].tags {
		var err error
		switch {
		case t.size == 0:
		case t.kind == tagBaselineFrom:
			onsets, err = f.floats(t)
		case t.kind == tagBaselineTo:
			ends, err = f.floats(t)
		case t.kind == tagComment:
			texts, err = f.names(t)
		case t.kind == tagDate:
			origin, err = f.origin(t)
		case t.kind == tagDropLog:
			var s string
			if s, err = f.text(t); err == nil {
				err = json.Unmarshal([]byte(s), &channels)
			}
		}
		if err != nil {
			return nil, origin, err
		}
	}
	if len(texts) == 0 && len(onsets) == 1 {
		texts = []string{""}
	}
	if len(onsets) != len(ends) || len(onsets) != len(texts) || channels != nil && len(channels) != len(onsets) {
		return nil, origin, fmt.Errorf("there are %d onsets, %d ends and %d texts; as many are needed", len(onsets), len(ends), len(texts))
	}
	var out []eeg.Annotation
	for i := range onsets {
		a := eeg.Annotation{Onset: onsets[i], Dur: max(ends[i]-onsets[i], 0), Text: texts[i]}
		if math.IsNaN(a.Onset) || math.IsInf(a.Onset, 0) || math.IsNaN(a.Dur) || math.IsInf(a.Dur, 0) {
			return nil, origin, fmt.Errorf("annotation %d begins at %g s and ends at %g s", i, onsets[i], ends[i])
		}
		if channels == nil || len(channels[i]) == 0 {
			out = append(out, a)
			continue
		}
		for _, name := range channels[i] { // one for each channel that it is about
			a.Channel = name
			out = append(out, a)
		}
	}
	return out, origin, nil
}

// origin reads a date of seconds and microseconds, in one number or two.
func (f *file) origin(t tag) (time.Time, error) {
	if t.form != typeDouble && t.form != typeFloat {
		return f.date(t)
	}
	x, err := f.floats(t)
	if err != nil || len(x) == 0 || len(x) > 2 || !(math.Abs(x[0]) < 1<<40) || len(x) == 2 && !(math.Abs(x[1]) < 1e9) {
		if err == nil {
			err = fmt.Errorf("a date of %v", x)
		}
		return time.Time{}, err
	}
	s := math.Floor(x[0])
	us := math.Round(float64((x[0] - s) * 1e6))
	if len(x) == 2 {
		us += x[1]
	}
	if s == 0 {
		return time.Time{}, nil
	}
	return time.Unix(int64(s), int64(us)*1000).UTC(), nil
}

// onClock moves the onsets of annotations to the clock of a recording, whose zero is its
// first sample. Stored ones count from the origin; without an origin, from the first sample
// where the recording has a date, and from sample number 0 where it has none.
func onClock(marks []eeg.Annotation, origin, date time.Time, firstSample int, fs float64, gaps []eeg.Segment) []eeg.Annotation {
	shift := -float64(firstSample) / fs
	switch {
	case date.IsZero():
	case origin.IsZero():
		shift = 0
	default:
		shift += origin.Sub(date).Seconds()
	}
	var out []eeg.Annotation
next:
	for _, a := range marks {
		a.Onset += shift
		if a.Text == "BAD_ACQ_SKIP" { // told again of a gap
			for _, g := range gaps {
				if math.Abs(g.Start-a.Onset) < 1/fs && math.Abs(g.Dur-a.Dur) < 1/fs {
					continue next
				}
			}
		}
		out = append(out, a)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Onset < out[j].Onset })
	return out
}
