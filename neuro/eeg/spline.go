package eeg

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/montage"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// SplineOptions say how potentials are interpolated on the sphere of the head. The zero
// value of every field means the default.
type SplineOptions struct {
	// Order is the stiffness of the spline, 2 to 10; 0 is 4. Terms is where its series
	// ends, up to 500; 0 is 50.
	Order, Terms int
	// Smooth is added to the diagonal of the spline's equations; 0 is 1e-5, and below 0
	// there is none, so that the spline goes through the values.
	Smooth float64
	// Origin is the centre of the head in the axes and the unit of the channels' Position.
	// Nil is that of the sphere which fits the positions best, by least squares, and 0 where
	// they are on a sphere of radius 1 already or do not tell it, being fewer than 8 or flat.
	Origin []float64
	// Radius is that of the head for CSD, m; 0 is 0.095, or for positions in mm their mean
	// distance from the centre.
	Radius float64
}

func (o SplineOptions) shape(call string) (montage.Shape, error) {
	s := montage.Shape{Order: o.Order, Terms: o.Terms, Smooth: o.Smooth}
	if s.Order == 0 {
		s.Order = 4
	}
	if s.Terms == 0 {
		s.Terms = 50
	}
	switch {
	case s.Smooth == 0:
		s.Smooth = 1e-5
	case s.Smooth < 0:
		s.Smooth = 0
	}
	if s.Order < 2 || s.Order > 10 || s.Terms < 1 || s.Terms > 500 || !(s.Smooth < 1) {
		return s, fmt.Errorf("eeg: %s: Order is %d, Terms %d and Smooth %g; 2 to 10, 1 to 500 and below 1 are allowed", call, o.Order, o.Terms, o.Smooth)
	}
	if o.Origin != nil && len(o.Origin) != 3 || !(o.Radius >= 0) || math.IsInf(o.Radius, 0) {
		return s, fmt.Errorf("eeg: %s: Origin is %v and Radius %g m; three coordinates and above 0 are allowed", call, o.Origin, o.Radius)
	}
	return s, nil
}

// places returns where channels are about the centre of the head, and its radius in m. It
// takes the Position of all, or where one has none the names of all.
func (o SplineOptions) places(call string, channels []Channel, index []int) (at [][3]float64, radius float64, err error) {
	at = make([][3]float64, len(index))
	placed := true
	for i, c := range index {
		p := channels[c].Position
		if placed = placed && len(p) == 3; placed {
			copy(at[i][:], p)
			placed = finite3(at[i])
		}
	}
	var lost []string
	if !placed {
		for i, c := range index {
			var ok bool
			if at[i], ok = montage.Place(channels[c].Name); !ok {
				lost = append(lost, channels[c].Name)
			}
		}
	}
	if lost != nil {
		return nil, 0, fmt.Errorf("eeg: %s: the place of %s is not known; SetMontage gives channels a Position, and names of the 10-05 system have one", call, strings.Join(lost, ", "))
	}
	unit := true
	for _, p := range at {
		unit = unit && math.Abs(length(p)-1) < 0.02
	}
	var centre [3]float64
	if o.Origin != nil {
		copy(centre[:], o.Origin)
	} else if !unit {
		centre = montage.Centre(at)
	}
	mean := 0.0
	for i := range at {
		for d := range 3 {
			at[i][d] -= centre[d]
		}
		l := length(at[i])
		if !(l > 0) {
			return nil, 0, fmt.Errorf("eeg: %s: %s is at the centre of the head", call, channels[index[i]].Name)
		}
		mean += l / float64(len(at))
	}
	switch {
	case o.Radius > 0:
		radius = o.Radius
	case mean > 10: // mm
		radius = mean / 1000
	default:
		radius = 0.095
	}
	return at, radius, nil
}

func length(p [3]float64) float64 { return vec.Hypot(vec.Hypot(p[0], p[1]), p[2]) }

// repair returns the terms of the bad channels of kind EEG.
func (o SplineOptions) repair(call string, channels []Channel) (map[int][]term, error) {
	shape, err := o.shape(call)
	if err != nil {
		return nil, err
	}
	var good, bad []int
	for c, ch := range channels {
		switch {
		case ch.Kind == "EEG" && ch.Bad:
			bad = append(bad, c)
		case ch.Kind == "EEG":
			good = append(good, c)
		}
	}
	out := map[int][]term{}
	if len(bad) == 0 {
		return out, nil
	}
	all := append(append([]int(nil), good...), bad...)
	if err := (&Recording{Channels: channels}).alike(call, all); err != nil {
		return nil, err
	}
	at, _, err := o.places(call, channels, all)
	if err != nil {
		return nil, err
	}
	w, err := montage.Weights(at[:len(good)], at[len(good):], shape)
	if err != nil {
		return nil, fmt.Errorf("eeg: %s: good channels of kind EEG: %w", call, err)
	}
	for k, c := range bad {
		for i, g := range good {
			out[c] = append(out[c], term{g, w[k][i]})
		}
	}
	return out, nil
}

// mended returns channels without bad ones of kind EEG.
func mended(channels []Channel) []Channel {
	out := append([]Channel(nil), channels...)
	for c := range out {
		out[c].Bad = out[c].Bad && out[c].Kind != "EEG"
	}
	return out
}

// blend returns signals of which some are sums of others.
func blend(x [][]float64, terms map[int][]term) [][]float64 {
	out := make([][]float64, len(x))
	for c := range x {
		ts, ok := terms[c]
		if !ok {
			out[c] = x[c]
			continue
		}
		y := make([]float64, len(x[c]))
		for _, t := range ts {
			for k, v := range x[t.channel] {
				y[k] += float64(t.weight * v)
			}
		}
		out[c] = y
	}
	return out
}

// Interpolate returns the recording with its bad channels of kind EEG replaced by what the
// spherical spline through the good ones has at their places; they are good then. Samples
// are computed when they are asked for. Places come from Position, or else from names of
// the 10-05 system. With no bad channel nothing changes.
//
// Errors: places that are not known, less than three good channels, channels that differ
// in rate or unit. Source: Perrin et al. 1989, Electroencephalogr. Clin. Neurophysiol.
// 72:184. Checked against mne's interpolate_bads with method "spline" and the same origin;
// MNE's origin "auto" fits the sphere to points of the head's surface as well.
func (r *Recording) Interpolate(o SplineOptions) (*Recording, error) {
	if _, err := r.index("Interpolate", nil); err != nil {
		return nil, err
	}
	terms, err := o.repair("Interpolate", r.Channels)
	if err != nil {
		return nil, err
	}
	return r.blended(mended(r.Channels), terms)
}

// blended returns a recording of which some channels are sums of others.
func (r *Recording) blended(channels []Channel, terms map[int][]term) (*Recording, error) {
	m := &mix{of: r}
	for c := range channels {
		ts, ok := terms[c]
		if !ok {
			ts = []term{{c, 1}}
		}
		m.terms = append(m.terms, ts)
	}
	return r.derive(channels, m)
}

// Interpolate returns the evoked response with its bad channels of kind EEG interpolated, see
// Recording.Interpolate.
func (e *Evoked) Interpolate(o SplineOptions) (*Evoked, error) {
	terms, err := o.repair("Evoked.Interpolate", e.Channels)
	if err != nil {
		return nil, err
	}
	out := *e
	out.Channels, out.X = mended(e.Channels), blend(e.X, terms)
	return &out, nil
}

// Interpolate returns the epochs with their bad channels of kind EEG interpolated, see
// Recording.Interpolate.
func (ep *Epochs) Interpolate(o SplineOptions) (*Epochs, error) {
	terms, err := o.repair("Epochs.Interpolate", ep.Channels)
	if err != nil {
		return nil, err
	}
	out := *ep
	out.Channels, out.X = mended(ep.Channels), make([][][]float64, len(ep.X))
	for i := range ep.X {
		out.X[i] = blend(ep.X[i], terms)
	}
	return &out, nil
}

// density returns the terms of the current source density.
func (o SplineOptions) density(call string, channels []Channel) ([]Channel, map[int][]term, error) {
	shape, err := o.shape(call)
	if err != nil {
		return nil, nil, err
	}
	var index []int
	for c, ch := range channels {
		if ch.Kind == "EEG" {
			if ch.Bad {
				return nil, nil, fmt.Errorf("eeg: %s: %s is bad; Interpolate bad channels or take the good ones with Of", call, ch.Name)
			}
			index = append(index, c)
		}
	}
	if err := (&Recording{Channels: channels}).alike(call, index); err != nil {
		return nil, nil, err
	}
	if len(index) < 3 {
		return nil, nil, fmt.Errorf("eeg: %s: %s of kind EEG; 3 or more are needed", call, spell.Count(len(index), "channel"))
	}
	at, radius, err := o.places(call, channels, index)
	if err != nil {
		return nil, nil, err
	}
	w, err := montage.Laplacian(at, shape, radius)
	if err != nil {
		return nil, nil, fmt.Errorf("eeg: %s: channels of kind EEG: %w", call, err)
	}
	out, terms := append([]Channel(nil), channels...), map[int][]term{}
	for k, c := range index {
		out[c].Kind, out[c].Unit, out[c].Reference = "CSD", out[c].Unit+"/m²", ""
		for i, d := range index {
			terms[c] = append(terms[c], term{d, w[k][i]})
		}
	}
	return out, terms, nil
}

// CSD returns the recording with its channels of kind EEG turned into current source
// densities, of kind CSD and in uV/m² where they were in uV: the negative Laplacian on the
// surface of the head, by spherical splines. It does not depend on the reference and shows
// what is near to the sensors. Samples are computed when they are asked for.
//
// Errors: bad channels of kind EEG, places that are not known, less than three channels,
// channels that differ in rate or unit. Sources: Perrin et al. 1989; Kayser and Tenke 2006,
// Clin. Neurophysiol. 117:348. Checked against mne's compute_current_source_density.
func (r *Recording) CSD(o SplineOptions) (*Recording, error) {
	if _, err := r.index("CSD", nil); err != nil {
		return nil, err
	}
	channels, terms, err := o.density("CSD", r.Channels)
	if err != nil {
		return nil, err
	}
	return r.blended(channels, terms)
}

// CSD returns the current source density of the evoked response, see Recording.CSD.
func (e *Evoked) CSD(o SplineOptions) (*Evoked, error) {
	channels, terms, err := o.density("Evoked.CSD", e.Channels)
	if err != nil {
		return nil, err
	}
	out := *e
	out.Channels, out.X = channels, blend(e.X, terms)
	return &out, nil
}

// CSD returns the current source density of the epochs, see Recording.CSD.
func (ep *Epochs) CSD(o SplineOptions) (*Epochs, error) {
	channels, terms, err := o.density("Epochs.CSD", ep.Channels)
	if err != nil {
		return nil, err
	}
	out := *ep
	out.Channels, out.X = channels, make([][][]float64, len(ep.X))
	for i := range ep.X {
		out.X[i] = blend(ep.X[i], terms)
	}
	return &out, nil
}

// SetMontage gives the channels of kind EEG the places of the 10-05 system by their names,
// on a head of radius 1, in any case of letters. Names that it does not know are returned,
// and keep the Position that they have.
func (r *Recording) SetMontage() (unknown []string) {
	for c := range r.Channels {
		ch := &r.Channels[c]
		if ch.Kind != "EEG" {
			continue
		}
		if p, ok := montage.Place(ch.Name); ok {
			ch.Position = []float64{p[0], p[1], p[2]}
		} else {
			unknown = append(unknown, ch.Name)
		}
	}
	return unknown
}

// SetPositions gives channels places by their names: x to the right, y to the front and z up,
// in mm, or on a head of radius 1. A name that is not there, and places that are not three
// finite numbers, are errors, and nothing changes then.
func (r *Recording) SetPositions(places map[string][]float64) error {
	at := map[string]int{}
	for c, ch := range r.Channels {
		at[ch.Name] = c
	}
	var names []string
	for name := range places {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		var p [3]float64
		copy(p[:], places[name])
		if _, ok := at[name]; !ok || len(places[name]) != 3 || !finite3(p) {
			return fmt.Errorf("eeg: SetPositions: %q at %v; a channel that is there, at three finite coordinates, is allowed", name, places[name])
		}
	}
	for name, p := range places {
		r.Channels[at[name]].Position = append([]float64(nil), p...)
	}
	return nil
}
