package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// SessionOptions are an animal that walks about and the cells that are recorded. The zero
// value of a field means its default, and -1 cells none of their kind.
type SessionOptions struct {
	Track bool    // it runs to and fro on a straight track; otherwise it walks in a square box
	Size  float64 `unit:"cm"` // length of the track or side of the box; 0 is 200 or 100 cm
	Dur   float64 `unit:"s"`  // 0 is 600 s

	Place     int     // place cells; 0 is 40. On a track each fires in one direction of running
	Direction int     // head-direction cells; 0 is 8
	Other     int     // cells of a constant rate, for what chance gives; 0 is 8
	Peak      float64 `unit:"Hz"` // rate in the middle of a field, over theta; 0 is 15 Hz
	Width     float64 `unit:"cm"` // standard deviation of a field; 0 is 10 cm
	Theta     float64 `unit:"Hz"` // rhythm that place cells follow; 0 is 8 Hz, -1 none
	Seed      uint64
}

// A Session is a simulated recording of a hippocampus whose truth is known.
type Session struct {
	T        []float64 `unit:"ms"`  // of the tracking, 50 a second
	X, Y     []float64 `unit:"cm"`  // Y is 0 on a track
	Heading  []float64 `unit:"rad"` // -π to π, 0 along x
	Cells    []neuro.Spikes
	Kind     []string     // of each cell: "place", "direction" or "other"
	Field    [][2]float64 // centre of the field of a place cell, cm, and its preferred heading on a track (0 or π); of a direction cell the preferred heading, rad
	ThetaHz  float64      `unit:"Hz"` // 0 without the rhythm
	Size     float64      `unit:"cm"`
	Width    float64      `unit:"cm"`
	OnTrack  bool
	Duration float64 `unit:"ms"`
}

const (
	sessionFS = 50.0 // Hz
	// κ of the theta modulation, and I0 of it: the mean of exp(κ cos) over a cycle.
	thetaKappa, thetaMean = 1.5, 1.6467231897728904
	directionKappa        = 4.0
)

// SimulateSession simulates an animal that walks and the spikes of its hippocampus. Place
// cells fire by an inhomogeneous Poisson process of the rate
//
//	r = 0.1 Hz + Peak exp(-d²/(2 Width²)) exp(1.5 cos(θ - μ))/I0(1.5),   μ = -π u/(2 Width)
//
// d being the distance from the centre of the field, u how far the animal is beyond it along its
// heading (limited to 2 Width) and θ = 2π Theta t: spikes come earlier in each cycle of
// theta as the animal crosses the field (phase precession). On a track a place cell is
// ten times less active in the other direction. Direction cells fire at 0.5 Hz + Peak exp(4 (cos(h - h0) -
// 1)), other cells at a constant rate of 2 to 8 Hz.
//
// In the box the speed is about 15 cm/s and the heading turns at random; walls turn it
// back. On the track runs of about 25 cm/s alternate with pauses of 1 to 3 s at the ends. The
// same options give the same session. Errors: options out of range.
//
// Sources: O'Keefe and Dostrovsky 1971, Brain Res 34:171; O'Keefe and Recce 1993,
// Hippocampus 3:317; Taube, Muller and Ranck 1990, J Neurosci 10:420.
func SimulateSession(o SessionOptions) (*Session, error) {
	const call = "SimulateSession"
	defaults(&o.Size, map[bool]float64{true: 200, false: 100}[o.Track])
	defaults(&o.Dur, 600)
	defaults(&o.Peak, 15)
	defaults(&o.Width, 10)
	defaults(&o.Theta, 8)
	for _, n := range []struct {
		v *int
		d int
	}{{&o.Place, 40}, {&o.Direction, 8}, {&o.Other, 8}} {
		if *n.v == 0 {
			*n.v = n.d
		}
		if *n.v < -1 || *n.v > 1e5 {
			return nil, fmt.Errorf("spikes: %s: %d cells; 1 to 100,000 of a kind are allowed, and -1 for none", call, *n.v)
		}
		*n.v = max(*n.v, 0)
	}
	for _, v := range []struct {
		name, unit string
		v, most    float64
	}{{"Size", "cm", o.Size, 1e5}, {"Dur", "s", o.Dur, 1e6}, {"Peak", "Hz", o.Peak, 500}, {"Width", "cm", o.Width, 1e5}} {
		if !(v.v > 0 && v.v <= v.most) {
			return nil, fmt.Errorf("spikes: %s: %s is %g %s; above 0 and up to %g is allowed", call, v.name, v.v, v.unit, v.most)
		}
	}
	if !(o.Theta > 0 && o.Theta < 100) && o.Theta != -1 {
		return nil, fmt.Errorf("spikes: %s: Theta is %g Hz; above 0 and below 100 is allowed, and -1 for none", call, o.Theta)
	}
	provenance.Random("spikes."+call, o.Seed)
	s := &Session{Size: o.Size, Width: o.Width, OnTrack: o.Track, ThetaHz: math.Max(0, o.Theta)}
	n := int(math.Floor(float64(o.Dur*sessionFS))) + 1
	s.T, s.X, s.Y, s.Heading = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for k := range s.T {
		s.T[k] = float64(1000*float64(k)) / sessionFS
	}
	s.Duration = s.T[n-1]
	if o.Track {
		s.run(rng.New(o.Seed, 0))
	} else {
		s.walk(rng.New(o.Seed, 0))
	}
	total := o.Place + o.Direction + o.Other
	task := display.Start("spikes."+call, "cells", total)
	defer task.End()
	for c := range total {
		r := rng.New(o.Seed, uint64(c)+1)
		switch {
		case c < o.Place:
			s.place(r, c, o)
		case c < o.Place+o.Direction:
			s.direction(r, o)
		default:
			rate := 2 + float64(6*r.Float64())
			s.add("other", [2]float64{}, s.thin(r, rate, func(float64) float64 { return rate }))
		}
		task.Add(1)
		if task.Err() != nil {
			return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
	}
	return s, nil
}

func defaults(v *float64, to float64) {
	if *v == 0 {
		*v = to
	}
}

func (s *Session) add(kind string, field [2]float64, train neuro.Spikes) {
	s.Kind, s.Field, s.Cells = append(s.Kind, kind), append(s.Field, field), append(s.Cells, train)
}

// walk moves the animal about the box: speed and turning are Ornstein-Uhlenbeck processes.
func (s *Session) walk(r *rng.Source) {
	const dt = 1 / sessionFS
	const speed, spread, tau = 15.0, 5.0, 1.0 // cm/s, cm/s, s
	const turn, tauTurn = 1.5, 0.4            // rad/s, s
	x, y, heading := s.Size/2, s.Size/2, float64(2*math.Pi*r.Float64())-math.Pi
	v, w := speed, 0.0
	keepV, keepW := vec.Exp(-dt/tau), vec.Exp(-dt/tauTurn)
	kickV, kickW := float64(spread*math.Sqrt(1-float64(keepV*keepV))), float64(turn*math.Sqrt(1-float64(keepW*keepW)))
	for k := range s.T {
		s.X[k], s.Y[k], s.Heading[k] = x, y, heading
		v = math.Max(2, speed+float64(keepV*(v-speed))+float64(kickV*r.Norm()))
		w = float64(keepW*w) + float64(kickW*r.Norm())
		heading = wrapped(heading+float64(w*dt), -math.Pi, math.Pi)
		sin, cos := vec.Sincos(heading)
		x, y = x+float64(float64(v*dt)*cos), y+float64(float64(v*dt)*sin)
		if x < 0 || x > s.Size {
			x = math.Min(math.Max(x, -x), 2*s.Size-math.Max(x, -x))
			heading = wrapped(math.Pi-heading, -math.Pi, math.Pi)
		}
		if y < 0 || y > s.Size {
			y = math.Min(math.Max(y, -y), 2*s.Size-math.Max(y, -y))
			heading = wrapped(-heading, -math.Pi, math.Pi)
		}
		x, y = math.Min(math.Max(x, 0), s.Size), math.Min(math.Max(y, 0), s.Size)
	}
}

// run moves the animal to and fro on the track.
func (s *Session) run(r *rng.Source) {
	const dt = 1 / sessionFS
	const speed, spread, tau = 25.0, 6.0, 1.0
	keep := vec.Exp(-dt / tau)
	kick := float64(spread * math.Sqrt(1-float64(keep*keep)))
	x, dir, v, pause := 0.0, 1.0, speed, 0.0
	for k := range s.T {
		s.X[k] = x
		if dir < 0 {
			s.Heading[k] = math.Pi
		}
		if pause > 0 {
			pause -= dt
			continue
		}
		v = math.Max(5, speed+float64(keep*(v-speed))+float64(kick*r.Norm()))
		x += float64(float64(dir*v) * dt)
		if x <= 0 || x >= s.Size {
			x = math.Min(math.Max(x, 0), s.Size)
			dir, pause = -dir, 1+float64(2*float64(r.Float64()))
		}
	}
}

// at returns where the animal is at a time, ms, between two samples linearly.
func (s *Session) at(t float64) (x, y float64, k int) {
	p := t * sessionFS / 1000
	k = min(int(p), len(s.T)-2)
	f := p - float64(k)
	return s.X[k] + float64(f*(s.X[k+1]-s.X[k])), s.Y[k] + float64(f*(s.Y[k+1]-s.Y[k])), k
}

func (s *Session) place(r *rng.Source, c int, o SessionOptions) {
	field := [2]float64{float64(s.Size * r.Float64()), float64(s.Size * r.Float64())}
	if s.OnTrack { // evenly along the track, half of them for each direction
		field = [2]float64{s.Size * (float64(c/2) + float64(r.Float64())) / float64((o.Place+1)/2), float64(math.Pi * float64(c%2))}
	}
	most := 0.1 + o.Peak
	if s.ThetaHz > 0 {
		most = 0.1 + float64(o.Peak*vec.Exp(thetaKappa))/thetaMean
	}
	s.add("place", field, s.thin(r, most, func(t float64) float64 {
		x, y, k := s.at(t)
		dx, dy := x-field[0], y-field[1]
		rate := o.Peak
		if s.OnTrack {
			dy = 0
			if s.Heading[k] != field[1] {
				rate /= 10
			}
		}
		rate *= vec.Exp(-(float64(dx*dx) + float64(dy*dy)) / float64(2*s.Width*s.Width))
		if s.ThetaHz > 0 {
			sin, cos := vec.Sincos(s.Heading[k])
			u := (float64(dx*cos) + float64(dy*sin)) / float64(2*s.Width)
			mu := float64(-math.Pi * math.Max(-1, math.Min(1, u)))
			rate *= vec.Exp(thetaKappa*vec.Cos(float64(s.Theta(t))-mu)) / thetaMean
		}
		return 0.1 + rate
	}))
}

func (s *Session) direction(r *rng.Source, o SessionOptions) {
	at := float64(2*math.Pi*r.Float64()) - math.Pi
	s.add("direction", [2]float64{at}, s.thin(r, 0.5+o.Peak, func(t float64) float64 {
		_, _, k := s.at(t)
		return 0.5 + float64(o.Peak*vec.Exp(directionKappa*(vec.Cos(s.Heading[k]-at)-1)))
	}))
}

// thin draws a Poisson process of a rate, Hz, that is at most the given one.
func (s *Session) thin(r *rng.Source, most float64, rate func(t float64) float64) neuro.Spikes {
	out := neuro.Spikes{}
	for t := 0.0; ; {
		t -= float64(1000 / most * vec.Log(r.Positive()))
		if t >= s.Duration {
			return out
		}
		if float64(r.Float64()*most) < rate(t) {
			out = append(out, t)
		}
	}
}

// Theta returns the phase of the rhythm at a time, ms: 0 to 2π.
func (s *Session) Theta(t float64) float64 {
	cycles := t * s.ThetaHz / 1000
	return 2 * math.Pi * (cycles - math.Floor(cycles))
}

// Of returns the numbers of the cells of a kind, "place", "direction" or "other".
func (s *Session) Of(kind string) []int {
	var out []int
	for c, k := range s.Kind {
		if k == kind {
			out = append(out, c)
		}
	}
	return out
}

// Plot draws the way of the animal, and the spikes of all cells in the first 20 s.
func (s *Session) Plot() *figure.Figure {
	way := figure.Panel{X: figure.Axis{Label: "x", Unit: "cm"}, Y: figure.Axis{Label: "y", Unit: "cm"}, Square: true, Layers: []figure.Layer{{Kind: figure.Line, X: s.X, Y: s.Y, Color: "grey"}}}
	if s.OnTrack {
		way = figure.Panel{X: figure.Axis{Label: "time", Unit: "s"}, Y: figure.Axis{Label: "x", Unit: "cm"}, Layers: []figure.Layer{{Kind: figure.Line, DX: 1 / sessionFS, Y: s.X, Color: "grey"}}}
	}
	r := neuro.Raster{T1: math.Min(20000, s.Duration)}
	for _, c := range s.Cells {
		k := 0
		for k < len(c) && c[k] <= r.T1 {
			k++
		}
		r.Trains = append(r.Trains, c[:k])
	}
	raster := r.Plot().Panels[0]
	raster.Y.Label = "cell"
	return &figure.Figure{Height: 11, Heights: []float64{1.3, 1}, Panels: []figure.Panel{way, raster}}
}

// String describes the session in a line.
func (s *Session) String() string {
	n := 0
	for _, c := range s.Cells {
		n += len(c)
	}
	where := "in a box"
	if s.OnTrack {
		where = "on a track"
	}
	return fmt.Sprintf("%s s %s of %s cm: %d place cells, %d of direction, %d others; %d spikes", display.Number(s.Duration/1000), where, display.Number(s.Size), len(s.Of("place")), len(s.Of("direction")), len(s.Of("other")), n)
}

// Show draws the figure; its text is String.
func (s *Session) Show() display.Bundle {
	b := s.Plot().Show()
	b.Data[display.TypeText] = s.String()
	return b
}
