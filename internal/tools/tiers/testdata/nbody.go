//go:build ignore

// Planets that attract each other: structs in a slice, methods by pointer.
package main

import (
	"fmt"
	"math"
)

type Vec struct{ X, Y, Z float64 }

func (a Vec) Add(b Vec) Vec       { return Vec{a.X + b.X, a.Y + b.Y, a.Z + b.Z} }
func (a Vec) Sub(b Vec) Vec       { return Vec{a.X - b.X, a.Y - b.Y, a.Z - b.Z} }
func (a Vec) Scale(k float64) Vec { return Vec{a.X * k, a.Y * k, a.Z * k} }
func (a Vec) Dot(b Vec) float64   { return a.X*b.X + a.Y*b.Y + a.Z*b.Z }

type Body struct {
	Pos, Vel Vec
	Mass     float64
}

type System []*Body

func (s System) Energy() (e float64) {
	for i, b := range s {
		e += 0.5 * b.Mass * b.Vel.Dot(b.Vel)
		for _, c := range s[i+1:] {
			d := b.Pos.Sub(c.Pos)
			e -= b.Mass * c.Mass / math.Sqrt(d.Dot(d))
		}
	}
	return e
}

func (s System) Step(dt float64) {
	for i, b := range s {
		for _, c := range s[i+1:] {
			d := b.Pos.Sub(c.Pos)
			r := d.Dot(d)
			f := dt / (r * math.Sqrt(r))
			b.Vel = b.Vel.Sub(d.Scale(c.Mass * f))
			c.Vel = c.Vel.Add(d.Scale(b.Mass * f))
		}
	}
	for _, b := range s {
		b.Pos = b.Pos.Add(b.Vel.Scale(dt))
	}
}

func main() {
	s := System{{Mass: 40}}
	for i := 1; i <= 5; i++ {
		r := float64(i) * 2
		s = append(s, &Body{Pos: Vec{r, 0, r * 0.1}, Vel: Vec{0, math.Sqrt(40 / r), 0}, Mass: 0.01 * float64(i)})
	}
	fmt.Printf("%.9f\n", s.Energy())
	for range 7_500_000 {
		s.Step(0.001)
	}
	fmt.Printf("%.9f %.9f %.9f\n", s.Energy(), s[1].Pos.X, s[5].Vel.Y)
}
