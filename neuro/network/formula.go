package network

import (
	"fmt"
	"math"
	"strconv"

	"github.com/neurorepl/neurorepl/neuro/model"
)

// variables are those that formulas of a pair may use.
var variables = map[string]string{"distance": "um", "dx": "um", "dy": "um", "dz": "um", "pre": "1", "post": "1"}

// ways are the parts of the way from the source to the target, by dimension.
var ways = [3]string{"dx", "dy", "dz"}

// tenMicrometres is the library's unit of length, um.
const tenMicrometres = 10

// pairs reads a formula of pairs.
func (n *Network) pairs(what, text, unit string, from, to *Population, seed uint64) (*model.Expression, error) {
	e, err := model.ParseExpression(what, text, unit, variables, n.Params, seed)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"distance", "dx", "dy", "dz"} {
		for _, p := range []*Population{from, to} {
			if e.Uses(name) && p.Positions == nil {
				return nil, fmt.Errorf("the %s %q uses %s, and population %q has no Positions", what, text, name, p.Name)
			}
		}
	}
	for _, name := range []string{"i", "N", "t", "dt", "t_in_timesteps"} {
		if _, ok := n.Params[name]; e.Uses(name) && !ok {
			return nil, fmt.Errorf("the %s %q uses %s, which a connection does not have; write pre and post for the numbers of the source and the target, and give other names a value in Params", what, text, name)
		}
	}
	return e, nil
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
	for d, name := range ways {
		if e.Uses(name) {
			x := e.Variable(name)
			for k := range n {
				i, j := pair(k)
				x[k] = way(from.Positions[i][d], to.Positions[j][d], to.Period[d]) / tenMicrometres
			}
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

// members reads a formula of the members of a population.
func (n *Network) members(what, text, unit string, p *Population, seed uint64) (*model.Expression, error) {
	at := map[string]string{}
	for _, name := range places {
		if _, ok := n.Params[name]; !ok {
			at[name] = "um"
		}
	}
	own := map[string]string{"N": strconv.Itoa(p.size()), "dt": fmt.Sprintf("%g ms", n.dt())}
	e, err := model.ParseExpression(what, text, unit, at, merged(own, n.Params), seed)
	if err != nil {
		return nil, err
	}
	for _, name := range places {
		if e.Uses(name) && at[name] != "" && p.Positions == nil {
			return nil, fmt.Errorf("the %s %q uses %s, and population %q has no Positions", what, text, name, p.Name)
		}
	}
	return e, nil
}

// evaluate sets dst to what a formula of members is for those from lo on, at a time.
func evaluate(e *model.Expression, p *Population, dst []float64, lo int, t float64) {
	e.SetTime(t)
	for first := 0; first < len(dst); first += model.BlockSize {
		part := dst[first:min(first+model.BlockSize, len(dst))]
		for d, name := range places {
			if p.Positions != nil && e.Uses(name) {
				x := e.Variable(name)
				for k := range part {
					x[k] = p.Positions[lo+first+k][d] / tenMicrometres
				}
			}
		}
		e.Eval(part, uint64(lo+first), 0)
	}
}

// way returns that from a to b in one dimension, um; with a period the short one.
func way(a, b, period float64) float64 {
	x := b - a
	if period > 0 {
		x = math.Mod(x, period)
		switch {
		case x > period/2:
			x -= period
		case x < -period/2:
			x += period
		}
	}
	return x
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
