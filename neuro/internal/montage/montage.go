// Package montage has the places of electrodes on the head: the standard 10-05
// system on a sphere, and splines on that sphere.
//
// The places are those of MNE-Python's "standard spherical" montage (BSD-3, see
// LICENSE-mne.txt), 343 names of Oostenveld and Praamstra (2001).
package montage

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

//go:embed spherical_1005.tsv
var table string

var places = sync.OnceValue(func() map[string][3]float64 {
	m := map[string][3]float64{}
	for _, line := range strings.Split(table, "\n")[1:] {
		field := strings.Fields(line)
		if len(field) != 4 {
			continue
		}
		var p [3]float64
		for d := range p {
			p[d], _ = strconv.ParseFloat(field[d+1], 64)
		}
		m[strings.ToLower(field[0])] = p
	}
	// The older names of four electrodes.
	for old, now := range map[string]string{"t3": "t7", "t4": "t8", "t5": "p7", "t6": "p8"} {
		if p, ok := m[now]; ok {
			m[old] = p
		}
	}
	return m
})

// Place returns where an electrode is on the unit sphere: x to the right, y to
// the front, z up. Capitals do not matter.
func Place(name string) (p [3]float64, ok bool) {
	p, ok = places()[strings.ToLower(strings.TrimSpace(name))]
	return p, ok
}
