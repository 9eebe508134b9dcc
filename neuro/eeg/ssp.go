package eeg

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Projectors returns the directions in which epochs of an artifact, such as those around
// blinks or heart beats, vary most: for each kind, coil and unit of good channels of EEG and
// MEG the first n eigenvectors of Σ x xᵀ over all samples of all trials, each with the
// share that it explains. Recording.Project takes them out (signal-space projection).
//
// The mean is not taken off, and the largest weight of a vector is above 0. Errors:
// n below 1 or not below the channels of a kind, no trials, samples that are not finite.
// Source: Uusitalo and Ilmoniemi 1997, Med. Biol. Eng. Comput. 35:135. Peer:
// mne.compute_proj_epochs.
func (ep *Epochs) Projectors(n int) (Projectors, error) {
	return principal("Epochs.Projectors", ep.Channels, ep.X, n)
}

// Projectors returns the directions in which an average, such as that around blinks, varies
// most, as Epochs.Projectors does. Peer: mne.compute_proj_evoked.
func (e *Evoked) Projectors(n int) (Projectors, error) {
	return principal("Evoked.Projectors", e.Channels, [][][]float64{e.X}, n)
}

func principal(call string, channels []Channel, trials [][][]float64, n int) (Projectors, error) {
	if n < 1 {
		return nil, fmt.Errorf("eeg: %s: %d vectors; 1 or more are needed", call, n)
	}
	type group struct{ kind, coil, unit string }
	at := map[group]int{}
	var groups [][]int
	for c, ch := range channels {
		if ch.Bad || !ch.Is("EEG") && !ch.Is("MEG") {
			continue
		}
		key := group{ch.Kind, ch.Coil, ch.Unit}
		if _, ok := at[key]; !ok {
			at[key] = len(groups)
			groups = append(groups, nil)
		}
		groups[at[key]] = append(groups[at[key]], c)
	}
	if len(groups) == 0 || len(trials) == 0 {
		return nil, fmt.Errorf("eeg: %s: %d trials of %s; a trial and good channels of EEG or MEG are needed", call, len(trials), spell.Count(len(channels), "channel"))
	}
	var out Projectors
	for _, index := range groups {
		first := channels[index[0]]
		what := first.Kind
		if first.Coil != "" {
			what = first.Coil
		}
		if n >= len(index) {
			return nil, fmt.Errorf("eeg: %s: %d vectors of %s of %s; there must be fewer vectors than channels", call, n, spell.Count(len(index), "channel"), what)
		}
		products := linalg.Zeros(len(index))
		rows := make([][]float64, len(index))
		for _, x := range trials {
			for i, c := range index {
				rows[i] = x[c]
			}
			vec.DotsBlock(products, rows, rows)
		}
		values, vectors, ok := linalg.Symmetric(products)
		total := 0.0
		for i := range products {
			total += products[i][i]
		}
		if !ok || math.IsInf(total, 0) {
			return nil, fmt.Errorf("eeg: %s: samples of %s are not finite; all must be", call, what)
		}
		if total == 0 {
			return nil, fmt.Errorf("eeg: %s: all samples of %s are 0", call, what)
		}
		names := make([]string, len(index))
		for i, c := range index {
			names[i] = channels[c].Name
		}
		for k := range n {
			i := len(values) - 1 - k
			out = append(out, Projector{
				Name: fmt.Sprintf("%s, component %d", what, k+1), Kind: "SSP", Channels: names,
				Vectors: [][]float64{vectors[i]}, Explained: values[i] / total,
			})
		}
	}
	return out, nil
}
