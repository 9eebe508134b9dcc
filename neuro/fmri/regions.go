package fmri

import (
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
)

//go:embed regions/dosenbach_2010.csv
var dosenbach string

//go:embed regions/power_2011.csv
var power string

// A Region is a place in the brain that a study named.
type Region struct {
	Name    string  // "vmPFC", or "Power 12"
	Network string  // "default" and others; "" where the study gives none
	X, Y, Z float64 `unit:"mm"` // in MNI space
}

var regions = sync.OnceValue(func() (all []Region) {
	for _, line := range strings.Split(strings.TrimSpace(dosenbach), "\n")[1:] {
		f := strings.Split(strings.TrimSpace(line), ",")
		all = append(all, Region{f[4], f[5], number(f[1]), number(f[2]), number(f[3])})
	}
	for _, line := range strings.Split(strings.TrimSpace(power), "\n")[1:] {
		f := strings.Split(strings.TrimSpace(line), ",")
		all = append(all, Region{"Power " + f[0], "", number(f[1]), number(f[2]), number(f[3])})
	}
	return all
})

func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err) // the files are part of the program
	}
	return v
}

// Regions returns the 160 regions of Dosenbach et al. (2010), Science 329:1358,
// with their names and networks, and the 264 of Power et al. (2011), Neuron
// 72:665, which have numbers.
func Regions() []Region { return append([]Region(nil), regions()...) }

// NearestRegion returns the region whose centre is nearest to a place in MNI
// space, and how far away it is, mm.
func NearestRegion(x, y, z float64) (r Region, distance float64) {
	return nearest(regions(), x, y, z)
}

func nearest(all []Region, x, y, z float64) (best Region, distance float64) {
	distance = math.Inf(1)
	for _, r := range all {
		dx, dy, dz := r.X-x, r.Y-y, r.Z-z
		if d := math.Sqrt(float64(dx*dx) + float64(dy*dy) + float64(dz*dz)); d < distance {
			best, distance = r, d
		}
	}
	return best, distance
}

// placeName says what is near a place: the nearest region and, where that has a
// number only, the nearest one with a name.
func placeName(x, y, z float64) string {
	say := func(r Region, d float64) string {
		if r.Network == "" {
			return fmt.Sprintf("%s, %.0f mm", r.Name, d)
		}
		return fmt.Sprintf("%s (%s), %.0f mm", r.Name, r.Network, d)
	}
	r, d := NearestRegion(x, y, z)
	if r.Network != "" {
		return say(r, d)
	}
	named, far := nearest(regions()[:160], x, y, z)
	return say(named, far) + "; " + say(r, d)
}
