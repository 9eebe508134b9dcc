// k-means on generated clusters: assignment and update until nothing changes,
// with points as arrays, a silhouette, and clusters in order.
package main

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

type point [2]float64

func (a point) dist(b point) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }

type cluster struct {
	center point
	n      int
}

func nearest(p point, cs []cluster) (best int) {
	for i, c := range cs {
		if p.dist(c.center) < p.dist(cs[best].center) {
			best = i
		}
	}
	return
}

func kmeans(ps []point, k int) (cs []cluster, assign []int, rounds int) {
	for i := range k {
		cs = append(cs, cluster{center: ps[i*len(ps)/k]})
	}
	assign = make([]int, len(ps))
	for changed := true; changed; rounds++ {
		changed = false
		sums := make([]point, k)
		for i := range cs {
			cs[i].n = 0
		}
		for i, p := range ps {
			c := nearest(p, cs)
			if c != assign[i] {
				assign[i], changed = c, true
			}
			cs[c].n++
			for d := range p {
				sums[c][d] += p[d]
			}
		}
		for i := range cs {
			for d := range sums[i] {
				cs[i].center[d] = sums[i][d] / float64(cs[i].n)
			}
		}
	}
	return
}

func silhouette(ps []point, assign []int, k int) (s float64) {
	for i, p := range ps {
		sum, n := make([]float64, k), make([]float64, k)
		for j, q := range ps {
			if i != j {
				sum[assign[j]] += p.dist(q)
				n[assign[j]]++
			}
		}
		a, b := 0.0, math.Inf(1)
		for c := range k {
			if c == assign[i] {
				a = sum[c] / n[c]
			} else {
				b = min(b, sum[c]/n[c])
			}
		}
		s += (b - a) / max(a, b) / float64(len(ps))
	}
	return
}

func main() {
	r := rand.New(rand.NewPCG(3, 4))
	var ps []point
	for i := range 150 {
		c := [...]point{{0, 0}, {5, 1}, {2, 6}}[i/50]
		ps = append(ps, point{c[0] + r.NormFloat64()*0.6, c[1] + r.NormFloat64()*0.6})
	}
	cs, assign, rounds := kmeans(ps, 3)
	fmt.Printf("%d rounds, silhouette %.6f\n", rounds, silhouette(ps, assign, 3))
	slices.SortFunc(cs, func(a, b cluster) int { return cmp.Compare(a.center[0], b.center[0]) })
	for _, c := range cs {
		fmt.Printf("%.4f %d\n", c.center, c.n)
	}
	groups := map[int]int{}
	for i := range assign {
		groups[assign[i]*10+i/50]++
	}
	fmt.Println(len(groups), assign[0] != assign[149])
}
