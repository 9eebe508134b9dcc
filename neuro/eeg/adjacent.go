package eeg

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// Adjacent returns which channels lie next to each other on the head, for tests of
// clusters: those with the edges of a Delaunay triangulation of their places seen from
// above (azimuthal equidistant projection). Where four places lie on a circle both
// diagonals are edges. With a distance above 0, as a share of the radius of the head, those
// are neighbours instead that are no farther apart on the sphere.
//
// Places are those of the channels, or of the 10-05 system by their names. A channel without
// a place, and two in one place, are errors. Peer: mne.channels.find_ch_adjacency, which
// takes one of two diagonals.
func Adjacent(channels []Channel, distance float64) (*stats.Neighbours, error) {
	const call = "Adjacent"
	n := len(channels)
	if !(distance >= 0) || math.IsInf(distance, 0) {
		return nil, fmt.Errorf("eeg: %s: distance is %g; it must be above 0, or 0 for a triangulation", call, distance)
	}
	on, x, y := make([][3]float64, n), make([]float64, n), make([]float64, n)
	for i, ch := range channels {
		p, ok := place(ch)
		if !ok {
			return nil, fmt.Errorf("eeg: %s: channel %q has no place on the head; give it a Position, name it as an electrode of the 10-05 system, or leave it out", call, ch.Name)
		}
		length := math.Sqrt(float64(p[0]*p[0]) + float64(p[1]*p[1]) + float64(p[2]*p[2]))
		for d := range p {
			on[i][d] = p[d] / length
		}
		if across := vec.Hypot(p[0], p[1]); across > 0 {
			r := vec.Atan2(across, p[2])
			x[i], y[i] = r*p[0]/across, r*p[1]/across
		}
		for j := range i {
			if vec.Hypot(x[i]-x[j], y[i]-y[j]) < 1e-9 {
				return nil, fmt.Errorf("eeg: %s: channels %q and %q are in one place", call, channels[j].Name, ch.Name)
			}
		}
	}
	near := make([][]int, n)
	for i := range n {
		for j := range i {
			touch := false
			if distance > 0 {
				d := 0.0
				for k := range 3 {
					d += float64((on[i][k] - on[j][k]) * (on[i][k] - on[j][k]))
				}
				touch = 2*vec.Asin(math.Min(1, math.Sqrt(d)/2)) <= distance
			} else {
				touch = delaunay(x, y, i, j)
			}
			if touch {
				near[i] = append(near[i], j)
			}
		}
	}
	return stats.NewNeighbours(near)
}

// delaunay tells whether there is a circle through points i and j with no other point in
// it. Circles have their centres at the middle of both plus s times the normal of the way
// from one to the other; each other point allows the s on one side of a limit.
func delaunay(x, y []float64, i, j int) bool {
	mx, my := float64((x[i]+x[j])/2), float64((y[i]+y[j])/2)
	nx, ny := -(y[j]-y[i])/2, (x[j]-x[i])/2
	half := float64(nx*nx) + float64(ny*ny)
	lo, hi := math.Inf(-1), math.Inf(1)
	for k := range x {
		if k == i || k == j {
			continue
		}
		dx, dy := x[k]-mx, y[k]-my
		// |d - s n|² >= half + s² |n|²
		room, across := float64(dx*dx)+float64(dy*dy)-half, 2*(float64(dx*nx)+float64(dy*ny))
		switch {
		case math.Abs(across) <= 1e-12*half: // on the line through both
			if room < 0 {
				return false
			}
		case across > 0:
			hi = math.Min(hi, room/across)
		default:
			lo = math.Max(lo, room/across)
		}
	}
	return lo <= hi+float64(1e-9*math.Max(1, math.Abs(hi)))
}
