package eeg

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/montage"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/plot"
)

// sensors are what a map of the head is drawn of: channels of one kind and unit whose
// places are known.
type sensors struct {
	groups [][]int // a channel each; of planar gradiometers those that lie at one place
	names  []string
	places [][]float64 // nil where the names tell them
	unit   string
	meg    bool
	paired bool
}

// mappedKinds are those that maps are drawn of, in this order.
var mappedKinds = []string{"EEG", "CSD", "magnetometer", "axial gradiometer", "planar gradiometer"}

// mapOf returns the sensors of the first kind of which three or more are good and have
// a place.
func mapOf(call string, channels []Channel) (*sensors, error) {
	var lost []string
	least, of := 0, "EEG"
	place := placer(channels)
	for _, kind := range mappedKinds {
		var index []int
		there, named := true, true
		for c, ch := range channels {
			if !ch.Is(kind) || ch.Bad {
				continue
			}
			if _, ok := place(ch); !ok {
				lost = append(lost, ch.Name)
				continue
			}
			_, ok := montage.Place(ch.Name)
			named = named && ok
			there = there && len(ch.Position) == 3
			index = append(index, c)
		}
		if len(index) < 3 {
			if len(index)+len(lost) > least {
				least, of = len(index), kind
			}
			continue
		}
		s := &sensors{unit: channels[index[0]].Unit, meg: channels[index[0]].Kind == "MEG", paired: kind == "planar gradiometer"}
		at := map[[3]float64]int{}
		for _, c := range index {
			ch := channels[c]
			if ch.Unit != s.unit {
				return nil, fmt.Errorf("eeg: %s: %s is in %q and %s in %q; a map has one unit", call, ch.Name, ch.Unit, channels[index[0]].Name, s.unit)
			}
			p, _ := place(ch)
			for d := range p { // in a pair they differ in the last bits
				p[d] = math.Round(float64(p[d] * 10))
			}
			if k, ok := at[p]; ok && s.paired {
				s.groups[k] = append(s.groups[k], c)
				continue
			}
			at[p] = len(s.groups)
			s.groups, s.names = append(s.groups, []int{c}), append(s.names, ch.Name)
			switch {
			case there:
				s.places = append(s.places, ch.Position)
			case !named: // some by their position, some by their name: both on a head of radius 1
				p, _ := place(ch)
				s.places = append(s.places, p[:])
			}
		}
		return s, nil
	}
	return nil, fmt.Errorf("eeg: %s: the place of %s of kind %s is known; 3 or more are needed. Not known: %s", call, spell.Count(least, "good channel"), of, strings.Join(lost, ", "))
}

// channels returns the names of all channels of the map.
func (s *sensors) channels(all []Channel) []string {
	var names []string
	for _, g := range s.groups {
		for _, c := range g {
			names = append(names, all[c].Name)
		}
	}
	return names
}

// values returns what is drawn: the value of each channel, and of planar gradiometers at
// one place the root mean square.
func (s *sensors) values(of func(channel int) float64) []float64 {
	v := make([]float64, len(s.groups))
	for k, g := range s.groups {
		if !s.paired {
			v[k] = of(g[0])
			continue
		}
		for _, c := range g {
			v[k] = vec.Hypot(v[k], of(c))
		}
		v[k] /= math.Sqrt(float64(len(g)))
	}
	return v
}

// draw returns the map of values.
func (s *sensors) draw(values []float64) (*figure.Figure, error) {
	switch {
	case s.places == nil:
		return plot.Topomap(s.names, values, s.unit)
	case s.meg:
		return plot.TopomapMEG(s.places, values, s.unit)
	}
	return plot.TopomapAt(s.places, values, s.unit)
}

// Topomaps draws maps of the head at some times, s, side by side with one scale; the sample
// nearest to each is taken. Without times they are those of the three largest peaks of
// the global field power, between which it falls below 0.85 of the lower one. Maps are of
// the good channels whose place is known, by their Position or else by their name, of the
// first of these kinds that is there: EEG, CSD, magnetometer, axial gradiometer, planar
// gradiometer; e.Of("planar gradiometer") chooses another one. Of planar gradiometers at one
// place the root mean square is drawn, as MNE does. See plot.Topomap,
// plot.TopomapAt and plot.TopomapMEG. Up to 12 times are allowed.
func (e *Evoked) Topomaps(times ...float64) (*figure.Figure, error) {
	const call = "Evoked.Topomaps"
	s, err := mapOf(call, e.Channels)
	if err != nil {
		return nil, err
	}
	if len(times) == 0 {
		if times, err = e.tops(3, s.channels(e.Channels)); err != nil {
			return nil, err
		}
	}
	if len(times) > 12 || len(times) == 0 {
		return nil, fmt.Errorf("eeg: %s: %d times; 1 to 12 are allowed", call, len(times))
	}
	cols := min(len(times), 6)
	f := &figure.Figure{Cols: cols, Title: e.title()}
	most := 0.0
	t := e.Times()
	for _, at := range times {
		k, err := e.Index(at)
		if err != nil {
			return nil, err
		}
		m, err := s.draw(s.values(func(c int) float64 { return e.X[c][k] }))
		if err != nil {
			return nil, fmt.Errorf("eeg: %s: %w", call, err)
		}
		p := m.Panels[0]
		p.Title = fmt.Sprintf("%.4g ms", t[k]*1000)
		p.NoColorBar = true
		p.Layers[len(p.Layers)-1].Size = 1.6 // the electrodes
		for _, row := range p.Layers[0].Z {
			for _, v := range row {
				if math.Abs(v) > most {
					most = math.Abs(v)
				}
			}
		}
		f.Panels = append(f.Panels, p)
	}
	if most == 0 {
		most = 1
	}
	for i := range f.Panels {
		l := &f.Panels[i].Layers[0]
		l.Map, l.Lo, l.Hi = "RdBu_r", -most, most
		if s.paired {
			l.Map, l.Lo = "viridis", 0
		}
	}
	last := &f.Panels[cols-1] // of the first row
	last.NoColorBar, last.ColorBar = false, figure.Axis{Label: "amplitude", Unit: s.unit}
	rows := (len(times) + cols - 1) / cols
	f.Width, f.Height = 2+float64(3.4*float64(cols)), 1.2+float64(3.7*float64(rows))
	return f, nil
}
