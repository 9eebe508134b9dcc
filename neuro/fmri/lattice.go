package fmri

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/internal/maxstat"
)

// A lattice is the voxels of a mask, numbered as in the mask's list, with the
// neighbours of each.
type lattice struct {
	grid   [3]int
	voxels []int // indexes into a volume, ascending
	*maxstat.Graph
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
	l := &lattice{grid, voxels, &maxstat.Graph{N: len(voxels), Degree: connect, Next: make([]int32, 0, connect*len(voxels))}}
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
					l.Next = append(l.Next, n)
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
