package network

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// TestInterrupted ends a run by an interrupt and continues: both together must be the run
// without an interrupt.
func TestInterrupted(t *testing.T) {
	states := []Probe{{Population: "E", Variables: []string{"v"}, Cells: []int{0, 129}}, {Population: "E", Variables: []string{"IE"}, Mean: true, Every: 0.7}}
	build := func() *Simulation {
		s, err := fieldNetwork(t, 130, 2).Build()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	want, err := build().Run(210, RecordOptions{States: states})
	if err != nil {
		t.Fatal(err)
	}
	s := build()
	seen := &interrupter{after: 3}
	liveEvery = 0
	defer func() { liveEvery = time.Second }()
	before := display.Use(seen)
	first, err := s.Run(210, RecordOptions{States: states, Live: 50})
	display.Use(before)
	if !errors.Is(err, display.ErrInterrupted) {
		t.Fatalf("an interrupted run: %v", err)
	}
	if first.T1 <= 0 || first.T1 >= 210 || first.T1 != s.Time() {
		t.Fatalf("it recorded until %g ms and the network is at %g ms", first.T1, s.Time())
	}
	rest, err := s.Run(210-first.T1, RecordOptions{States: states})
	if err != nil {
		t.Fatal(err)
	}
	for p := range want.pops {
		if !slices.Equal(want.pops[p].cells, slices.Concat(first.pops[p].cells, rest.pops[p].cells)) || len(want.pops[p].ends) != len(first.pops[p].ends)+len(rest.pops[p].ends) {
			t.Errorf("population %d fires other spikes after an interrupt", p)
		}
	}
	for c := range 2 {
		if !slices.Equal(want.Traces[0][c].Y, slices.Concat(first.Traces[0][c].Y, rest.Traces[0][c].Y)) {
			t.Errorf("cell %d has another potential after an interrupt", c)
		}
	}
}

// An interrupter is a user who interrupts after some figures.
type interrupter struct {
	lookers
	after int
}

func (x *interrupter) Update(b display.Bundle) error {
	if x.after--; x.after == 0 {
		display.Interrupt()
	}
	return nil
}

// A barKeeper keeps the bars that it is shown.
type barKeeper struct {
	lookers
	bars []display.Bar
}

func (x *barKeeper) ShowBar(b display.Bar) error { x.bars = append(x.bars, b); return nil }

// TestProgress looks at the bar of a network that runs: it tells the time of the cells, their
// rates and the time left.
func TestProgress(t *testing.T) {
	s, err := fieldNetwork(t, 100, 1).Build()
	if err != nil {
		t.Fatal(err)
	}
	seen := &barKeeper{}
	before := display.Use(seen)
	defer display.Use(before)
	for range 20 {
		if _, err = s.Run(1e5, RecordOptions{Quiet: []string{"E", "in"}, States: []Probe{{Population: "E", Variables: []string{"v"}, Every: 1e5}}}); err != nil {
			t.Fatal(err)
		}
		if len(seen.bars) > 3 {
			break
		}
	}
	line := regexp.MustCompile(`^network\.Run: \d+%, .*steps, .*/s, .* left, at \d+ ms: E [0-9.]+ Hz$`)
	found := false
	for _, b := range seen.bars {
		found = found || line.MatchString(b.String())
	}
	if !found {
		t.Errorf("no bar tells how the network is, of %v", seen.bars)
	}
	r, err := s.Run(50, RecordOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rate, _ := r.Rate("E", 20)
	if got, want := r.now(200), fmt.Sprintf("at %.0f ms: E %.3g Hz", s.Time(), rate); rate == 0 || got != want {
		t.Errorf("since 20 ms: %q, want %q", got, want)
	}
}
