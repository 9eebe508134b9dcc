package spikes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Units are the trains that a recording was sorted into, by this library or by
// another program whose files were read.
type Units struct {
	IDs      []int          // what the units are called; each once
	Trains   []neuro.Spikes // of each unit, ms
	Channel  []int          // on which each unit is largest, from 0; -1 where that is not known; nil when of none
	Label    []string       // what a person or a program says of each: "good", "mua", "noise"; "" for nothing; nil when of none
	T0, T1   float64        `unit:"ms"` // the window that was recorded, ms
	Problems neuro.Problems // of the files that they were read from
}

// Check returns an error unless there is a train for every id, each id comes once,
// Channel and Label are nil or as many, and the trains are finite, ascending and
// within the window from T0 to T1.
func (u *Units) Check() error {
	const call = "Units.Check"
	if len(u.Trains) != len(u.IDs) || u.Channel != nil && len(u.Channel) != len(u.IDs) || u.Label != nil && len(u.Label) != len(u.IDs) {
		return fmt.Errorf("spikes: %s: %d IDs, %d Trains, %d Channel and %d Label; all must be as many (Channel and Label may be nil)", call, len(u.IDs), len(u.Trains), len(u.Channel), len(u.Label))
	}
	if err := checkWindow(call, u.T0, u.T1); err != nil {
		return err
	}
	seen := map[int]bool{}
	for i, id := range u.IDs {
		if seen[id] {
			return fmt.Errorf("spikes: %s: IDs has %d twice; units must have ids of their own", call, id)
		}
		seen[id] = true
		s := u.Trains[i]
		if err := check(call, fmt.Sprintf("unit %d", id), s); err != nil {
			return err
		}
		if n := len(s); n > 0 && (s[0] < u.T0 || s[n-1] > u.T1) {
			return fmt.Errorf("spikes: %s: unit %d fires from %g to %g ms; the recording lasts from %g to %g ms", call, id, s[0], s[n-1], u.T0, u.T1)
		}
	}
	return nil
}

// Train returns the spikes of the unit that is called id, ms. An id that is not
// there is an error.
func (u *Units) Train(id int) (neuro.Spikes, error) {
	i := slices.Index(u.IDs, id)
	if i < 0 {
		return nil, fmt.Errorf("spikes: Units.Train: there is no unit %d; IDs are %s", id, few(u.IDs))
	}
	return u.Trains[i], nil
}

// few writes up to ten of the numbers.
func few(x []int) string {
	if len(x) == 0 {
		return "none"
	}
	if len(x) > 10 {
		return fmt.Sprintf("%v and %d more", x[:10], len(x)-10)
	}
	return fmt.Sprint(x)
}

// Of returns the units that have one of the labels. A label that no unit has is an
// error, which tells those that there are.
func (u *Units) Of(labels ...string) (*Units, error) {
	if len(u.Label) != len(u.IDs) {
		return nil, fmt.Errorf("spikes: Units.Of: the units have no labels")
	}
	for _, l := range labels {
		if !slices.Contains(u.Label, l) {
			there := slices.Compact(slices.Sorted(slices.Values(u.Label)))
			return nil, fmt.Errorf("spikes: Units.Of: no unit is labelled %q; labels are %q", l, there)
		}
	}
	return u.pick(func(i int) bool { return slices.Contains(labels, u.Label[i]) }), nil
}

// pick returns the units whose number f takes; trains are shared with u.
func (u *Units) pick(f func(i int) bool) *Units {
	v := &Units{T0: u.T0, T1: u.T1, Problems: u.Problems}
	for i, id := range u.IDs {
		if !f(i) {
			continue
		}
		v.IDs, v.Trains = append(v.IDs, id), append(v.Trains, u.Trains[i])
		if u.Channel != nil {
			v.Channel = append(v.Channel, u.Channel[i])
		}
		if u.Label != nil {
			v.Label = append(v.Label, u.Label[i])
		}
	}
	return v
}

// Raster returns the trains and their window, as the measures of this package take
// them.
func (u *Units) Raster() neuro.Raster {
	return neuro.Raster{Trains: u.Trains, T0: u.T0, T1: u.T1}
}

// String says how many units there are, by label, and how many spikes they have.
func (u *Units) String() string {
	n := 0
	for _, s := range u.Trains {
		n += len(s)
	}
	text := fmt.Sprintf("%s with %s in %s s", numbered(len(u.IDs), "unit"), numbered(n, "spike"), display.Number((u.T1-u.T0)/1000))
	counts := map[string]int{}
	for _, l := range u.Label {
		counts[l]++
	}
	var parts []string
	for _, l := range slices.Compact(slices.Sorted(slices.Values(u.Label))) {
		if l != "" {
			parts = append(parts, fmt.Sprintf("%d %s", counts[l], l))
		}
	}
	if len(parts) > 0 {
		text += " (" + strings.Join(parts, ", ") + ")"
	}
	return text
}

func numbered(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Table returns a row for each unit: id, label, channel, spikes and rate.
func (u *Units) Table() table.Table {
	id, label, channel := table.Col{Name: "unit"}, table.Col{Name: "label"}, table.Col{Name: "channel"}
	count, rate := table.Col{Name: "spikes"}, table.Col{Name: "rate", Unit: "Hz"}
	for i, name := range u.IDs {
		id.Text = append(id.Text, fmt.Sprint(name))
		count.Num = append(count.Num, float64(len(u.Trains[i])))
		rate.Num = append(rate.Num, float64(len(u.Trains[i]))/(u.T1-u.T0)*1000)
		if u.Label != nil {
			label.Text = append(label.Text, u.Label[i])
		}
		switch {
		case u.Channel == nil:
		case u.Channel[i] < 0:
			channel.Text = append(channel.Text, "n/a")
		default:
			channel.Text = append(channel.Text, fmt.Sprint(u.Channel[i]))
		}
	}
	t := table.Table{Title: u.String(), Cols: []table.Col{id}}
	if label.Text != nil {
		t.Cols = append(t.Cols, label)
	}
	if channel.Text != nil {
		t.Cols = append(t.Cols, channel)
	}
	t.Cols = append(t.Cols, count, rate)
	return t
}

// Plot draws the trains, a row for each unit.
func (u *Units) Plot() *figure.Figure {
	f := neuro.RasterFigure(u.Raster())
	axis := &f.Panels[0].Y
	axis.Label = "unit"
	if n := len(u.IDs); n > 1 && n <= 20 {
		for i, id := range u.IDs {
			axis.Ticks, axis.Names = append(axis.Ticks, float64(i)), append(axis.Names, fmt.Sprint(id))
		}
	}
	return f
}

// Show shows the table.
func (u *Units) Show() display.Bundle { return u.Table().Show() }
