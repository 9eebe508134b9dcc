// Package maxstat finds the largest statistics of rearranged maps: of points, of clusters
// of points that touch, and of threshold-free cluster enhancement. Points may be voxels,
// samples in time, sensors at times, whatever has neighbours.
package maxstat

import "slices"

// A Graph says which points touch.
type Graph struct {
	N      int     // points
	Degree int     // neighbours that there is room for
	Next   []int32 // Degree neighbours of each point, -1 for none
}

// Neighbours returns those of a point, -1 being none.
func (g *Graph) Neighbours(i int32) []int32 {
	return g.Next[int(i)*g.Degree : (int(i)+1)*g.Degree]
}

// An Excess is a point whose statistic is beyond a threshold.
type Excess struct {
	Point int32
	Value float64
}

// A Finder joins points to clusters; it is used again and again by one
// goroutine.
type Finder struct {
	g     *Graph
	sign  []int8    // of points that wait to be joined; 0 for others
	value []float64 // of those
	queue []int32
}

// NewFinder returns one for a graph.
func NewFinder(g *Graph) *Finder {
	return &Finder{g: g, sign: make([]int8, g.N), value: make([]float64, g.N)}
}

// Clusters calls f for each cluster of points that touch and have one sign, with
// its members in the order in which they were reached and the sum of their
// values' sizes. f must not keep members.
func (c *Finder) Clusters(list []Excess, f func(members []int32, mass float64)) {
	for _, e := range list {
		c.sign[e.Point], c.value[e.Point] = 1, e.Value
		if e.Value < 0 {
			c.sign[e.Point], c.value[e.Point] = -1, -e.Value
		}
	}
	for _, e := range list {
		sign := c.sign[e.Point]
		if sign == 0 {
			continue
		}
		c.queue = append(c.queue[:0], e.Point)
		c.sign[e.Point] = 0
		mass := 0.0
		for at := 0; at < len(c.queue); at++ {
			v := c.queue[at]
			mass += c.value[v]
			for _, n := range c.g.Neighbours(v) {
				if n >= 0 && c.sign[n] == sign {
					c.sign[n] = 0
					c.queue = append(c.queue, n)
				}
			}
		}
		f(c.queue, mass)
	}
}

// Beyond returns the points whose value is more than threshold, or, of both
// sides, whose size is.
func Beyond(values []float64, threshold float64, both bool) []Excess {
	var list []Excess
	for i, v := range values {
		if v > threshold || both && v < -threshold {
			list = append(list, Excess{int32(i), v})
		}
	}
	return list
}

// Ascending returns the points of a list in ascending order.
func Ascending(members []int32) []int32 {
	out := slices.Clone(members)
	slices.Sort(out)
	return out
}

// Less brings a value nearer to 0 by threshold.
func Less(v, threshold float64) float64 {
	if v < 0 {
		return v + threshold
	}
	return v - threshold
}
