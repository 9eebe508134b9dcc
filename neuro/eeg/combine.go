package eeg

import (
	"fmt"
	"math"
	"strings"
)

// Combine returns the weighted sum of evoked responses,
//
//	y = Σ w_i x_i,  N = 1 / Σ (w_i² / N_i),
//
// where N, rounded to a whole number of 1 or more, is how many trials an average with as
// much noise has. Nil weights them by their trials, as if all had been averaged together.
// Their channels, rates and times must be the same; a channel that is bad in one is bad in
// the sum. Standard errors cannot be added and are an error. As mne.combine_evoked.
func Combine(weights []float64, evoked ...*Evoked) (*Evoked, error) {
	if len(evoked) == 0 || weights != nil && len(weights) != len(evoked) {
		return nil, fmt.Errorf("eeg: Combine: %d weights and %d evoked responses; as many are needed, one or more", len(weights), len(evoked))
	}
	total := 0
	for i, e := range evoked {
		if err := same("Combine", evoked[0], e, i); err != nil {
			return nil, err
		}
		if e.Kind == "standard error" {
			return nil, fmt.Errorf("eeg: Combine: part %d is a standard error; averages are needed", i)
		}
		if e.N < 1 {
			return nil, fmt.Errorf("eeg: Combine: part %d is a mean of %d trials; 1 or more are needed", i, e.N)
		}
		total += e.N
	}
	if weights == nil {
		for _, e := range evoked {
			weights = append(weights, float64(e.N)/float64(total))
		}
	}
	out := evoked[0].blank()
	noise := 0.0
	var names []string
	for i, e := range evoked {
		w := weights[i]
		if math.IsNaN(w) || math.IsInf(w, 0) {
			return nil, fmt.Errorf("eeg: Combine: weights[%d] is %g; it must be finite", i, w)
		}
		noise += float64(w*w) / float64(e.N)
		for c, x := range e.X {
			out.Channels[c].Bad = out.Channels[c].Bad || e.Channels[c].Bad
			for k, v := range x {
				out.X[c][k] += float64(w * v)
			}
		}
		names = append(names, weighed(w, e.Comment, i == 0))
	}
	if noise > 0 {
		out.N = max(1, int(math.Round(1/noise)))
	}
	out.Kind, out.Comment = "average", strings.Join(names, " ")
	return out, nil
}

// Difference returns a - b, the difference wave.
func Difference(a, b *Evoked) (*Evoked, error) { return Combine([]float64{1, -1}, a, b) }

// GrandAverage returns the mean of evoked responses, such as those of subjects, whatever
// number of trials each has; N is how many there are. As mne.grand_average.
func GrandAverage(evoked ...*Evoked) (*Evoked, error) {
	w := make([]float64, len(evoked))
	for i := range w {
		w[i] = 1 / float64(len(w))
	}
	out, err := Combine(w, evoked...)
	if err != nil {
		return nil, err
	}
	out.N, out.Comment = len(evoked), "grand average of "+evoked[0].Comment
	for _, e := range evoked {
		if e.Comment != evoked[0].Comment {
			out.Comment = fmt.Sprintf("grand average of %d", len(evoked))
		}
	}
	return out, nil
}

// blank returns an evoked response of the same axes, of zeros.
func (e *Evoked) blank() *Evoked {
	out := *e
	out.Channels, out.X = append([]Channel(nil), e.Channels...), make([][]float64, len(e.X))
	for c := range out.X {
		out.X[c] = make([]float64, e.Samples())
	}
	return &out
}

func weighed(w float64, name string, first bool) string {
	s := ""
	switch {
	case w < 0 && first:
		s = "-"
	case w < 0:
		s = "- "
	case !first:
		s = "+ "
	}
	if math.Abs(math.Abs(w)-1) > 1e-12 {
		s += fmt.Sprintf("%.3g × ", math.Abs(w))
	}
	if strings.Contains(name, " + ") || strings.Contains(name, " - ") {
		name = "(" + name + ")"
	}
	if name == "" {
		name = "unknown"
	}
	return s + name
}
