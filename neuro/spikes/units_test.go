package spikes

import (
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
)

func someUnits() *Units {
	return &Units{
		IDs:     []int{7, 2, 30},
		Trains:  []neuro.Spikes{{1, 2, 900}, {}, {500}},
		Channel: []int{4, -1, 0},
		Label:   []string{"good", "noise", "good"},
		T1:      1000,
	}
}

func TestUnits(t *testing.T) {
	u := someUnits()
	if err := u.Check(); err != nil {
		t.Fatal(err)
	}
	s, err := u.Train(30)
	if err != nil || len(s) != 1 || s[0] != 500 {
		t.Errorf("unit 30 has %v, %v", s, err)
	}
	if _, err := u.Train(3); err == nil || !strings.Contains(err.Error(), "[7 2 30]") {
		t.Errorf("unit 3: %v", err)
	}
	good, err := u.Of("good")
	if err != nil || len(good.IDs) != 2 || good.IDs[1] != 30 || good.Channel[1] != 0 || good.Label[1] != "good" || good.T1 != 1000 {
		t.Errorf("good ones are %+v, %v", good, err)
	}
	if _, err := u.Of("mua"); err == nil || !strings.Contains(err.Error(), `["good" "noise"]`) {
		t.Errorf("mua: %v", err)
	}
	text := string(display.Of(u).Text())
	for _, want := range []string{"3 units with 4 spikes in 1 s (2 good, 1 noise)", "n/a", "30"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if r := u.Raster(); len(r.Trains) != 3 || r.T1 != 1000 {
		t.Errorf("the raster is %v", r)
	}
}

func TestUnitsCheck(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(u *Units)
		want string
	}{
		{"a train too few", func(u *Units) { u.Trains = u.Trains[1:] }, "3 IDs, 2 Trains"},
		{"labels of some", func(u *Units) { u.Label = u.Label[1:] }, "2 Label"},
		{"an id twice", func(u *Units) { u.IDs[1] = 7 }, "7 twice"},
		{"unsorted", func(u *Units) { u.Trains[0] = neuro.Spikes{2, 1} }, "unit 7: spike 1"},
		{"outside", func(u *Units) { u.Trains[0] = neuro.Spikes{1, 1001} }, "unit 7 fires from 1 to 1001 ms"},
		{"no window", func(u *Units) { u.T1 = 0 }, "t1 is 0 ms"},
	} {
		u := someUnits()
		c.make(u)
		if err := u.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; %q is wanted", c.name, err, c.want)
		}
	}
}
