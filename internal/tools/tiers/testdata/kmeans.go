//go:build ignore

// k-means of points in eight dimensions, as slices of arrays and slices.
package main

import (
	"fmt"
	"math"
)

type Point [8]float64

func (p Point) Distance(q Point) float64 {
	d := 0.0
	for i := range p {
		d += (p[i] - q[i]) * (p[i] - q[i])
	}
	return math.Sqrt(d)
}

func nearest(p Point, centers []Point) (best int, dist float64) {
	dist = math.MaxFloat64
	for i, c := range centers {
		if d := p.Distance(c); d < dist {
			best, dist = i, d
		}
	}
	return best, dist
}

func main() {
	points := make([]Point, 60_000)
	s := uint64(3)
	for i := range points {
		for k := range points[i] {
			s = s*6364136223846793005 + 1442695040888963407
			points[i][k] = float64(s>>40)/(1<<24) + float64(i%6*(k%3))
		}
	}
	centers := append([]Point(nil), points[:12]...)
	label := make([]int, len(points))
	for iter := range 75 {
		sums := make([]Point, len(centers))
		counts := make([]int, len(centers))
		moved, cost := 0, 0.0
		for i, p := range points {
			best, d := nearest(p, centers)
			if label[i] != best {
				label[i] = best
				moved++
			}
			cost += d
			counts[best]++
			for k := range p {
				sums[best][k] += p[k]
			}
		}
		for c := range centers {
			for k := range centers[c] {
				if counts[c] > 0 {
					centers[c][k] = sums[c][k] / float64(counts[c])
				}
			}
		}
		if iter%15 == 0 {
			fmt.Println(iter, moved, cost)
		}
	}
	fmt.Println(centers[0], centers[11])
}
