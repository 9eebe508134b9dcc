package network

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// TestViews looks at groups of cells and at a part of the time: each must be what the
// trains of the whole result say.
func TestViews(t *testing.T) {
	n := mixed(t)
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(20, RecordOptions{}); err != nil {
		t.Fatal(err)
	}
	name := n.Populations[0].Name
	r, err := s.Run(200, RecordOptions{States: []Probe{{Population: name, Variables: s.models[0].Variables()[:1], Every: 0.7}}})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := r.Raster(name)
	if err != nil {
		t.Fatal(err)
	}
	cells := []int{7, 3, 40, 41, 0}
	v, err := r.Groups(Group{"some", name, cells}, Group{"first", name, Range(0, 30)}, Group{"all", name, nil})
	if err != nil {
		t.Fatal(err)
	}
	w, err := v.Window(100, 150)
	if err != nil {
		t.Fatal(err)
	}
	// part is what a train has from 100 to before 150 ms.
	part := func(s neuro.Spikes) (out neuro.Spikes) {
		for _, x := range s {
			if x > 100-0.05 && x < 150-0.05 {
				out = append(out, x)
			}
		}
		return out
	}
	some, _ := v.Raster("some")
	late, _ := w.Raster("some")
	spikes := 0
	for i, c := range cells {
		if !slices.Equal(some.Trains[i], whole.Trains[c]) {
			t.Errorf("cell %d: %v, want %v", c, some.Trains[i], whole.Trains[c])
		}
		if !slices.Equal(late.Trains[i], part(whole.Trains[c])) {
			t.Errorf("cell %d in the window: %v, want %v", c, late.Trains[i], part(whole.Trains[c]))
		}
		spikes += len(late.Trains[i])
	}
	if got, _ := w.Spikes("some"); got != spikes || spikes == 0 {
		t.Errorf("%d spikes, want %d", got, spikes)
	}
	if hz, _ := w.Rate("some", 0); math.Abs(hz-float64(spikes)/5/50*1000) > 1e-9 {
		t.Errorf("%g Hz for %d spikes", hz, spikes)
	}
	a, _ := r.CV(name, 0)
	if b, _ := v.CV("all", 0); a != b {
		t.Errorf("CV %g of the group of all, and %g", b, a)
	}
	x := w.Traces[0][0]
	if x.T0 < 100-1e-9 || x.At(len(x.Y)-1) >= 150 || len(x.Y) < 70 || x.Y[0] != r.Traces[0][0].Y[int(math.Round((x.T0-20)/0.7))] {
		t.Errorf("samples from %g to %g ms", x.T0, x.At(len(x.Y)-1))
	}
	if again, err := w.Window(120, 130); err != nil || again.T0 != 120 || again.T1 != 130 {
		t.Errorf("%v", err)
	}
	for _, c := range []struct {
		g    Group
		want string
	}{
		{Group{"", name, nil}, "Name is empty"}, {Group{"a", "", nil}, "Population is empty"}, {Group{"a", "nobody", nil}, `no population "nobody"`},
		{Group{"a", name, []int{-1}}, "no member -1"}, {Group{"a", name, []int{2, 2}}, "member 2 is in Cells twice"}, {Group{"a", name, []int{}}, "Cells is empty"},
	} {
		if _, err := r.Groups(c.g); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v", c.g, err)
		}
	}
	for _, c := range [][2]float64{{10, 50}, {150, 100}, {100, 230}, {math.NaN(), 100}, {100, 100.01}} {
		if _, err := r.Window(c[0], c[1]); err == nil || !strings.HasPrefix(err.Error(), "network: Window: ") {
			t.Errorf("%v: %v", c, err)
		}
	}
}

// lookers are what was shown.
type lookers struct{ list []display.Bundle }

func (l *lookers) Display(b display.Bundle) error { return nil }
func (l *lookers) Update(b display.Bundle) error  { l.list = append(l.list, b); return nil }
func (l *lookers) Clear(bool) error               { return nil }

// TestLive looks at a network that runs: figures come under one name, and the spikes stay
// what they are.
func TestLive(t *testing.T) {
	var seen lookers
	defer display.Use(display.Use(&seen))
	liveEvery = 0
	defer func() { liveEvery = time.Second }()
	var hashes []uint64
	for _, live := range []float64{0, 20} {
		n := mixed(t)
		s, err := n.Build()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Run(30, RecordOptions{}); err != nil {
			t.Fatal(err)
		}
		r, err := s.Run(1, RecordOptions{Live: live})
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, r.Hash())
	}
	if hashes[0] != hashes[1] {
		t.Error("the spikes are others when somebody looks")
	}
	if len(seen.list) < 3 || seen.list[0].ID == "" || seen.list[0].ID != seen.list[len(seen.list)-1].ID {
		t.Errorf("%d figures", len(seen.list))
	}
}
