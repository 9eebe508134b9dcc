package fmri

import (
	"fmt"
	"slices"
)

// A lattice is the voxels of a mask, numbered as in the mask's list, with the
// neighbours of each.
type lattice struct {
	grid   [3]int
	voxels []int   // indexes into a volume, ascending
	next   []int32 // degree neighbours of each voxel, -1 for none
	degree int
}

// newLattice connects voxels that share a face (6 neighbours), an edge (18) or
// a corner (26).
func newLattice(grid [3]int, voxels []int, connect int) (*lattice, error) {
	if connect == 0 {
		connect = 6
	}
	far := map[int]int{6: 1, 18: 2, 26: 3}[connect]
	if far == 0 {
		return nil, fmt.Errorf("Connect is %d; voxels have 6 neighbours (faces), 18 (and edges) or 26 (and corners)", connect)
	}
	number := make([]int32, grid[0]*grid[1]*grid[2])
	for i := range number {
		number[i] = -1
	}
	for i, v := range voxels {
		number[v] = int32(i)
	}
	l := &lattice{grid: grid, voxels: voxels, degree: connect, next: make([]int32, 0, connect*len(voxels))}
	for _, v := range voxels {
		x, y, z := l.place(v)
		for dz := -1; dz <= 1; dz++ {
			for dy := -1; dy <= 1; dy++ {
				for dx := -1; dx <= 1; dx++ {
					if away := dx*dx + dy*dy + dz*dz; away == 0 || away > far {
						continue
					}
					n := int32(-1)
					if a, b, c := x+dx, y+dy, z+dz; uint(a) < uint(grid[0]) && uint(b) < uint(grid[1]) && uint(c) < uint(grid[2]) {
						n = number[(c*grid[1]+b)*grid[0]+a]
					}
					l.next = append(l.next, n)
				}
			}
		}
	}
	return l, nil
}

// place returns the indexes of a voxel along x, y and z.
func (l *lattice) place(v int) (x, y, z int) {
	return v % l.grid[0], v / l.grid[0] % l.grid[1], v / (l.grid[0] * l.grid[1])
}

func (l *lattice) neighbours(i int32) []int32 {
	return l.next[int(i)*l.degree : (int(i)+1)*l.degree]
}

// An excess is a voxel, by its number in the lattice, whose statistic is
// beyond a threshold.
type excess struct {
	voxel int32
	value float64
}

// A finder joins voxels to clusters; it is used again and again by one
// goroutine.
type finder struct {
	l     *lattice
	sign  []int8    // of voxels that wait to be joined; 0 for others
	value []float64 // of those
	queue []int32
}

func newFinder(l *lattice) *finder {
	return &finder{l: l, sign: make([]int8, len(l.voxels)), value: make([]float64, len(l.voxels))}
}

// clusters calls f for each cluster of voxels that touch and have one sign, with
// its members in the order in which they were reached and the sum of their
// values' sizes. f must not keep members.
func (c *finder) clusters(list []excess, f func(members []int32, mass float64)) {
	for _, e := range list {
		c.sign[e.voxel], c.value[e.voxel] = 1, e.value
		if e.value < 0 {
			c.sign[e.voxel], c.value[e.voxel] = -1, -e.value
		}
	}
	for _, e := range list {
		sign := c.sign[e.voxel]
		if sign == 0 {
			continue
		}
		c.queue = append(c.queue[:0], e.voxel)
		c.sign[e.voxel] = 0
		mass := 0.0
		for at := 0; at < len(c.queue); at++ {
			v := c.queue[at]
			mass += c.value[v]
			for _, n := range c.l.neighbours(v) {
				if n >= 0 && c.sign[n] == sign {
					c.sign[n] = 0
					c.queue = append(c.queue, n)
				}
			}
		}
		f(c.queue, mass)
	}
}

// beyond returns the voxels whose value is more than threshold, or, of both
// sides, whose size is.
func beyond(values []float64, threshold float64, both bool) []excess {
	var list []excess
	for i, v := range values {
		if v > threshold || both && v < -threshold {
			list = append(list, excess{int32(i), v})
		}
	}
	return list
}

// ascending returns the voxels of a list in ascending order.
func ascending(members []int32) []int32 {
	out := slices.Clone(members)
	slices.Sort(out)
	return out
}
