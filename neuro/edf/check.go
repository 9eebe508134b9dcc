package edf

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

// Check reads a file whole and tells what is wrong with it, the worst first: what Read
// refuses, what it reads by a guess, and, of the samples, channels that never change and
// those that reach the ends of their digital range, where a signal is cut off. It is an
// error when the file cannot be opened.
func Check(path string) (neuro.Problems, error) {
	kept, f, err := files.Keep(path)
	if err != nil {
		return nil, fmt.Errorf("edf: Check: %s: %w", path, err)
	}
	defer f.Close()
	rec, err := decode(f, kept.Size, path, kept.Open)
	if errors.Is(err, display.ErrInterrupted) {
		return nil, err
	}
	var p neuro.Problems
	if err != nil {
		p.Add("error", "", "%v", err)
		return p, nil
	}
	n := len(rec.Channels)
	lo, hi, ends, next := make([]float64, n), make([]float64, n), make([]int, n), make([]int, n)
	for c := range n {
		lo[c], hi[c] = math.Inf(1), math.Inf(-1)
	}
	task := display.Start("edf.Check "+filepath.Base(path), "channels", n)
	defer task.End()
	for c, ch := range rec.Channels {
		x := make([]float64, 1<<15)
		for total := rec.Samples(c); next[c] < total; next[c] += len(x) {
			if err := task.Err(); err != nil {
				return nil, err
			}
			x = x[:min(len(x), total-next[c])]
			if err := rec.Fill([][]float64{x}, []int{next[c]}, []int{c}); err != nil {
				p.Add("error", "", "%v", err)
				return p, nil
			}
			for _, v := range x {
				lo[c], hi[c] = math.Min(lo[c], v), math.Max(hi[c], v)
				if ch.Step > 0 && (v <= ch.Lo+float64(0.5*ch.Step) || v >= ch.Hi-float64(0.5*ch.Step)) {
					ends[c]++
				}
			}
		}
		task.Add(1)
		total := rec.Samples(c)
		switch {
		case ch.Kind == "trigger" || total == 0:
		case lo[c] == hi[c]:
			p.Add("note", "", "channel %q is %g %s all the time", ch.Name, lo[c], ch.Unit)
		case ends[c] > 1:
			p.Add("warning", "", "channel %q reaches an end of its range, %g or %g %s, in %d of %d samples: it may be cut off there", ch.Name, ch.Lo, ch.Hi, ch.Unit, ends[c], total)
		}
	}
	var out neuro.Problems
	for _, severity := range []string{"error", "warning", "note"} {
		for _, x := range append(rec.Problems[:len(rec.Problems):len(rec.Problems)], p...) {
			if x.Severity == severity {
				out = append(out, x)
			}
		}
	}
	return out, nil
}
