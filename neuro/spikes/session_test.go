package spikes_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/spikes"
)

// TestSimulateSession holds the truth of a session against what measures find in it.
func TestSimulateSession(t *testing.T) {
	for _, track := range []bool{false, true} {
		s, err := spikes.SimulateSession(spikes.SessionOptions{Track: track, Dur: 900, Place: 12, Seed: 4})
		if err != nil {
			t.Fatal(err)
		}
		lo, hi := slices.Min(s.X), slices.Max(s.X)
		if lo < 0 || hi > s.Size || lo > 5 || hi < s.Size-5 {
			t.Errorf("the animal was between %g and %g cm of %g", lo, hi, s.Size)
		}
		features := [][]float64{s.X, s.Y}
		ranges := [][2]float64{{0, s.Size}, {0, s.Size}}
		if track {
			features, ranges = features[:1], ranges[:1]
		}
		maps, err := spikes.TuningCurves(s.T, features, s.Cells, spikes.CurvesOptions{Range: ranges, Sigma: 1})
		if err != nil {
			t.Fatal(err)
		}
		_, bits := maps.Information()
		for _, c := range s.Of("place") {
			best := 0
			for b, r := range maps.Rate[c] {
				if r > maps.Rate[c][best] || math.IsNaN(maps.Rate[c][best]) {
					best = b
				}
			}
			x, y := maps.Centres(0), []float64{s.Field[c][1]}
			at, up := best, 0
			if !track {
				y = maps.Centres(1)
				at, up = best/len(y), best%len(y)
			}
			if d := math.Hypot(x[at]-s.Field[c][0], y[up]-s.Field[c][1]); d > 16 {
				t.Errorf("track %v: the map of cell %d is highest %.1f cm from its field %v", track, c, d, s.Field[c])
			}
			for _, other := range s.Of("other") {
				if bits[other] > bits[c]/2 {
					t.Errorf("track %v: cell %d without a field tells %.3f bits, place cell %d %.3f", track, other, bits[other], c, bits[c])
				}
			}
			if spike := s.Cells[c]; !slices.IsSorted(spike) || spike[0] < 0 || spike[len(spike)-1] > s.Duration {
				t.Errorf("cell %d fires from %g to %g ms", c, spike[0], spike[len(spike)-1])
			}
		}
		again, err := spikes.SimulateSession(spikes.SessionOptions{Track: track, Dur: 900, Place: 12, Seed: 4})
		if err != nil || !slices.Equal(again.Cells[3], s.Cells[3]) {
			t.Errorf("the same seed gave another session (%v)", err)
		}
	}
}

// TestSessionDirection finds the preferred directions, which the animal must have taken
// all of.
func TestSessionDirection(t *testing.T) {
	s, err := spikes.SimulateSession(spikes.SessionOptions{Dur: 600, Place: -1, Other: -1, Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	for c, train := range s.Cells {
		d, err := spikes.HeadDirection(s.T, s.Heading, train, spikes.DirectionOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if off := math.Abs(math.Remainder(d.Preferred-s.Field[c][0], 2*math.Pi)); off > .15 {
			t.Errorf("cell %d prefers %.2f rad, want %.2f", c, d.Preferred, s.Field[c][0])
		}
	}
}

// TestSessionTheta counts rates and phases: the mean rate does not depend on theta, and
// phases fall along the field.
func TestSessionTheta(t *testing.T) {
	n := map[float64]int{}
	for _, theta := range []float64{-1, 8} {
		s, err := spikes.SimulateSession(spikes.SessionOptions{Track: true, Theta: theta, Dur: 1200, Direction: -1, Other: -1, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		early, late := [2]float64{}, [2]float64{}
		for c, train := range s.Cells {
			n[theta] += len(train)
			for _, spike := range train {
				k := int(spike / 20)
				if s.Heading[k] != s.Field[c][1] {
					continue
				}
				u := s.X[k] - s.Field[c][0]
				if s.Heading[k] != 0 {
					u = -u
				}
				sin, cos := math.Sincos(s.Theta(spike))
				if u < -4 && u > -14 {
					early[0], early[1] = early[0]+cos, early[1]+sin
				} else if u > 4 && u < 14 {
					late[0], late[1] = late[0]+cos, late[1]+sin
				}
			}
		}
		if theta > 0 {
			a, b := math.Atan2(early[1], early[0]), math.Atan2(late[1], late[0])
			if a < .8 || a > 1.8 || b > -.8 || b < -1.8 {
				t.Errorf("spikes before the centre come at %.2f rad, behind it at %.2f", a, b)
			}
		}
	}
	if r := float64(n[8]) / float64(n[-1]); math.Abs(r-1) > .02 {
		t.Errorf("with theta there are %.3f times as many spikes", r)
	}
}

func TestSessionRefuses(t *testing.T) {
	for want, o := range map[string]spikes.SessionOptions{
		"Size":  {Size: -1},
		"Dur":   {Dur: math.NaN()},
		"Theta": {Theta: -2},
		"cells": {Place: -2},
		"Width": {Width: math.Inf(1)},
	} {
		if _, err := spikes.SimulateSession(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

func ExampleSimulateSession() {
	s, err := spikes.SimulateSession(spikes.SessionOptions{Track: true, Dur: 300, Seed: 1})
	if err != nil {
		panic(err)
	}
	fmt.Println(s)
	// Output:
	// 300 s on a track of 200 cm: 40 place cells, 8 of direction, 8 others; 31312 spikes
}
