package network

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/model"
)

// variables are those that formulas of a pair may use.
var variables = map[string]string{"distance": "um", "pre": "1", "post": "1"}

// tenMicrometres is the library's unit of length, um.
const tenMicrometres = 10

// needPositions reports populations without positions where a formula uses the
// distance.
func needPositions(e *model.Expression, from, to *Population) error {
	for _, p := range []*Population{from, to} {
		if e.Uses("distance") && p.Positions == nil {
			return fmt.Errorf("the formula uses distance, and population %q has no Positions", p.Name)
		}
	}
	return nil
}

// locate gives a formula the variables of n pairs.
func locate(e *model.Expression, from, to *Population, n int, pair func(k int) (i, j int)) {
	if e.Uses("distance") {
		d := e.Variable("distance")
		for k := range n {
			i, j := pair(k)
			d[k] = distance(from.Positions[i], to.Positions[j], to.Period) / tenMicrometres
		}
	}
	if e.Uses("pre") || e.Uses("post") {
		pre, post := e.Variable("pre"), e.Variable("post")
		for k := range n {
			i, j := pair(k)
			pre[k], post[k] = float64(i), float64(j)
		}
	}
}

// distance returns that of two places, um; in a dimension with a period the short
// way round.
func distance(a, b [3]float64, period [3]float64) float64 {
	sum := 0.0
	for d := range a {
		x := math.Abs(a[d] - b[d])
		if p := period[d]; p > 0 {
			x = math.Mod(x, p)
			x = math.Min(x, p-x)
		}
		sum += float64(x * x)
	}
	return math.Sqrt(sum)
}

// Grid returns the places of nx times ny members, um, at distances of step, around
// 0.
func Grid(nx, ny int, step float64) [][3]float64 {
	out := make([][3]float64, 0, nx*ny)
	for j := range ny {
		for i := range nx {
			out = append(out, [3]float64{float64((float64(i) - float64(float64(nx-1)/2)) * step), float64((float64(j) - float64(float64(ny-1)/2)) * step)})
		}
	}
	return out
}
