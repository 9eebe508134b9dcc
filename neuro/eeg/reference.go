package eeg

import (
	"fmt"
	"strings"
)

// Rereference returns a recording whose EEG is against another reference: the mean of the
// named channels is taken off all channels of kind EEG, sample by sample, when they are
// asked for. Without names it is the mean of all good channels of kind EEG, the common
// average; one name is a reference such as "Cz", two the linked mastoids or ears. Bad
// channels get the new reference too and are not part of the common average. Other
// channels stay as they are.
//
//	y_c(t) = x_c(t) - 1/R Σ_r x_r(t)
//
// Errors: names that are not there or come twice, a reference of bad channels only, and
// channels that differ in rate or unit. Checked against mne.set_eeg_reference, which leaves
// bad channels as they are.
func (r *Recording) Rereference(names ...string) (*Recording, error) {
	const call = "Rereference"
	if _, err := r.index(call, nil); err != nil {
		return nil, err
	}
	var of []int
	told := strings.Join(names, ", ")
	if len(names) > 0 {
		var err error
		if of, err = r.index(call, names); err != nil {
			return nil, err
		}
		if err := twice(call, names); err != nil {
			return nil, err
		}
	} else {
		told = "common average"
		for c, ch := range r.Channels {
			if ch.Kind == "EEG" && !ch.Bad {
				of = append(of, c)
			}
		}
		if len(of) == 0 {
			return nil, fmt.Errorf("eeg: %s: no good channel is of kind EEG; there are %s", call, r)
		}
	}
	channels := append([]Channel(nil), r.Channels...)
	m := &mix{of: r, minus: make([]bool, len(channels))}
	all := append([]int(nil), of...)
	for c := range channels {
		m.terms = append(m.terms, []term{{c, 1}})
		if channels[c].Kind == "EEG" {
			m.minus[c], channels[c].Reference = true, told
			all = append(all, c)
		}
	}
	if err := r.alike(call, all); err != nil {
		return nil, err
	}
	for _, c := range of {
		m.common = append(m.common, term{c, 1 / float64(len(of))})
	}
	return r.derive(channels, m)
}

// AddReference returns a recording with one more channel of kind EEG, of zeros: the
// electrode that all others are against, whose signal a following Rereference brings back.
// It has the rate and unit of the first channel of kind EEG and stands behind the others.
func (r *Recording) AddReference(name string) (*Recording, error) {
	if _, err := r.index("AddReference", nil); err != nil {
		return nil, err
	}
	channels := append([]Channel(nil), r.Channels...)
	m := &mix{of: r}
	like := -1
	for c, ch := range channels {
		m.terms = append(m.terms, []term{{c, 1}})
		if ch.Name == name {
			return nil, fmt.Errorf("eeg: AddReference: there is a channel %q already", name)
		}
		if like < 0 && ch.Kind == "EEG" {
			like = c
		}
	}
	if like < 0 || name == "" {
		return nil, fmt.Errorf("eeg: AddReference: %q to %s; a name and a channel of kind EEG are needed", name, r)
	}
	l := channels[like]
	m.terms = append(m.terms, nil)
	return r.derive(append(channels, Channel{Name: name, Kind: "EEG", Unit: l.Unit, FS: l.FS, Reference: l.Reference}), m)
}

// Bipolar returns a recording with differences of channels, anode[k] minus cathode[k], called
// "anode-cathode", in front of the channels that are part of none. A difference has the kind
// of its anode, and is bad if one of both is. Errors: lists of unequal length, names that
// are not there, pairs of one channel, and pairs that differ in rate or unit. Checked
// against mne.set_bipolar_reference.
func (r *Recording) Bipolar(anode, cathode []string) (*Recording, error) {
	const call = "Bipolar"
	if len(anode) != len(cathode) || len(anode) == 0 {
		return nil, fmt.Errorf("eeg: %s: %d anodes and %d cathodes; as many are needed, one or more", call, len(anode), len(cathode))
	}
	m := &mix{of: r}
	var channels []Channel
	used := map[int]bool{}
	for k := range anode {
		pair, err := r.index(call, []string{anode[k], cathode[k]})
		if err != nil {
			return nil, err
		}
		if pair[0] == pair[1] {
			return nil, fmt.Errorf("eeg: %s: pair %d is %q and the same; a difference needs two channels", call, k, anode[k])
		}
		if err := r.alike(call, pair); err != nil {
			return nil, err
		}
		a, b := r.Channels[pair[0]], r.Channels[pair[1]]
		used[pair[0]], used[pair[1]] = true, true
		ch := Channel{Name: a.Name + "-" + b.Name, Kind: a.Kind, Unit: a.Unit, FS: a.FS, Bad: a.Bad || b.Bad, Reference: b.Name, Filter: a.Filter}
		channels = append(channels, ch)
		m.terms = append(m.terms, []term{{pair[0], 1}, {pair[1], -1}})
	}
	for c, ch := range r.Channels {
		if !used[c] {
			channels = append(channels, ch)
			m.terms = append(m.terms, []term{{c, 1}})
		}
	}
	return r.derive(channels, m)
}

// alike asks for one rate and one unit.
func (r *Recording) alike(call string, index []int) error {
	if _, err := r.rate(call, index); err != nil {
		return err
	}
	for _, c := range index {
		if a, b := r.Channels[index[0]], r.Channels[c]; a.Unit != b.Unit {
			return fmt.Errorf("eeg: %s: %s is in %q and %s in %q; the channels must have one unit", call, a.Name, a.Unit, b.Name, b.Unit)
		}
	}
	return nil
}

func twice(call string, names []string) error {
	seen := map[string]bool{}
	for _, n := range names {
		if seen[n] {
			return fmt.Errorf("eeg: %s: channel %q is named twice", call, n)
		}
		seen[n] = true
	}
	return nil
}

// SetBad marks the named channels as bad, and others as good. A name that is not there is
// an error, and nothing is marked then.
func (r *Recording) SetBad(names ...string) error {
	if len(names) > 0 {
		if _, err := find("SetBad", r.Channels, names); err != nil {
			return err
		}
	}
	bad := map[string]bool{}
	for _, n := range names {
		bad[n] = true
	}
	for c := range r.Channels {
		r.Channels[c].Bad = bad[r.Channels[c].Name]
	}
	return nil
}

// Bad returns the names of the bad channels.
func (r *Recording) Bad() []string {
	var names []string
	for _, ch := range r.Channels {
		if ch.Bad {
			names = append(names, ch.Name)
		}
	}
	return names
}
