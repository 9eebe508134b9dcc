package pharm

import (
	"math"
	"slices"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// seriesOrder is that of the Taylor series: with it a step is about one time constant,
// and what is cut off is below seriesTol of what is there.
const (
	seriesOrder = 16
	seriesTol   = 1e-10
)

var oneOver = func() (v [seriesOrder + 1]float64) {
	for k := range v {
		v[k] = 1 / float64(k+1)
	}
	return v
}()

type series [seriesOrder + 1]float64

// at returns the value at h.
func (s *series) at(h float64) float64 {
	v := s[seriesOrder]
	for k := seriesOrder - 1; k >= 0; k-- {
		v = float64(v*h) + s[k]
	}
	return v
}

// A slopes has one value for each parameter, of which there are at most ten, in groups
// of four.
type slopes [12]float64

func (s *slopes) four(g int) *[4]float64 { return (*[4]float64)(s[4*g : 4*g+4]) }

// slopeSeries are those of all parameters.
type slopeSeries [seriesOrder + 1]slopes

// at returns those at h, of the first groups of four.
func (s *slopeSeries) at(h float64, groups int) (v slopes) {
	for g := range groups {
		top := s[seriesOrder].four(g)
		a, b, c, d := top[0], top[1], top[2], top[3]
		for k := seriesOrder - 1; k >= 0; k-- {
			row := s[k].four(g)
			a, b = float64(a*h)+row[0], float64(b*h)+row[1]
			c, d = float64(c*h)+row[2], float64(d*h)+row[3]
		}
		*v.four(g) = [4]float64{a, b, c, d}
	}
	return v
}

// A saturable solves a model with elimination by Michaelis and Menten for one subject,
// with its derivatives by the logarithms of the parameters, by Taylor series in time:
// these leave no error that jumps with the parameters, as steps that an estimate of the
// error picks would, and take few steps (Jorba and Zou 2005, Exp. Math. 14:99).
type saturable struct {
	l      layout
	events []dosing // without lag, in order of time
	moved  []dosing
	order  []int // of the times
	t      []float64
	total  float64 // of all doses
	place  struct{ cl, v, v2, v3, q2, q3, ka, lag, vmax, km int }

	slopes  int            // parameters with derivatives; 0: none
	groups  int            // of four of these
	x       [4]series      // gut, central, second and third
	c, q, e series         // concentration, C/(Km + C) and its derivative by C
	dx      [4]slopeSeries // of x by parameter
	dc      slopeSeries    // of c
	n       int
}

// A dosing is what changes at a time.
type dosing struct {
	t            float64
	gut, central float64 // amounts that come at once
	rate         float64 // change of the rate of infusion
}

// newSaturable prepares a subject; with slopes it also solves derivatives.
func newSaturable(l layout, s Subject, bio float64, slopes bool) *saturable {
	a := &saturable{l: l, t: s.T, n: l.n}
	for _, d := range s.Doses {
		for k := range max(d.Count, 1) {
			e := dosing{t: d.Time + float64(float64(k)*d.Every)}
			switch {
			case d.Oral:
				e.gut = float64(d.Amount * bio)
			case d.Duration == 0:
				e.central = d.Amount
			default:
				e.rate = d.Amount / d.Duration
				a.events = append(a.events, dosing{t: e.t + d.Duration, rate: -e.rate})
			}
			a.events = append(a.events, e)
			a.total += d.Amount
		}
	}
	sort.SliceStable(a.events, func(i, j int) bool { return a.events[i].t < a.events[j].t })
	a.moved = make([]dosing, len(a.events))
	a.order = make([]int, len(s.T))
	for i := range a.order {
		a.order[i] = i
	}
	sort.SliceStable(a.order, func(i, j int) bool { return s.T[a.order[i]] < s.T[a.order[j]] })
	names := l.names()
	p := &a.place
	for name, at := range map[string]*int{
		"CL": &p.cl, "V": &p.v, "V2": &p.v2, "V3": &p.v3, "Q2": &p.q2, "Q3": &p.q3, "Ka": &p.ka, "Lag": &p.lag, "Vmax": &p.vmax, "Km": &p.km,
	} {
		*at = slices.Index(names, name)
	}
	if slopes {
		a.slopes, a.groups = len(names), (len(names)+3)/4
	}
	return a
}

// solve sets c, the concentration at each time, and the rows of d, its derivatives by
// the logarithms of the parameters; NaN where the equations are too stiff.
func (a *saturable) solve(m *Compartments, c []float64, d [][]float64) {
	copy(a.moved, a.events)
	if m.Lag > 0 {
		for i := range a.moved {
			if a.moved[i].gut > 0 {
				a.moved[i].t += m.Lag
			}
		}
		for i := 1; i < len(a.moved); i++ { // stable, and quick where the order stays
			for j := i; j > 0 && a.moved[j].t < a.moved[j-1].t; j-- {
				a.moved[j], a.moved[j-1] = a.moved[j-1], a.moved[j]
			}
		}
	}
	for i := range a.x {
		a.x[i][0], a.dx[i][0] = 0, slopes{}
	}
	next := 0 // sample
	keep := func(h float64, zero bool) {
		i := a.order[next]
		next++
		if zero {
			c[i] = 0
			if a.slopes > 0 {
				clear(d[i])
			}
			return
		}
		c[i] = a.c.at(h)
		if a.slopes > 0 {
			v := a.dc.at(h, a.groups)
			copy(d[i], v[:a.slopes])
		}
	}
	for next < len(a.order) && (len(a.moved) == 0 || a.t[a.order[next]] < a.moved[0].t) {
		keep(0, true)
	}
	rate, steps := 0.0, 0
	for i, e := range a.moved {
		a.x[0][0] += e.gut
		a.x[1][0] += e.central
		if rate += e.rate; math.Abs(rate) < 1e-12*math.Abs(e.rate) {
			rate = 0
		}
		if e.gut > 0 && a.place.lag >= 0 && a.slopes > 0 { // the dose comes later
			by := float64(m.Ka * e.gut * m.Lag)
			a.dx[0][0][a.place.lag] += by
			a.dx[1][0][a.place.lag] -= by
		}
		last := i == len(a.moved)-1
		until := math.Inf(1)
		if !last {
			until = a.moved[i+1].t
		} else if len(a.order) > 0 {
			until = a.t[a.order[len(a.order)-1]]
		}
		for now := e.t; next < len(a.order) && (now < until || last); {
			if a.rest(rate) {
				for next < len(a.order) && (a.t[a.order[next]] < until || last) {
					keep(0, true)
				}
				break
			}
			a.expand(m, rate)
			h := a.step()
			end := now + h
			if end >= until {
				end, h = until, until-now
			}
			if steps++; steps > 1500+100*len(a.moved) || !(h > 0) && !last {
				for ; next < len(a.order); next++ {
					c[a.order[next]] = math.NaN()
				}
				return
			}
			for next < len(a.order) {
				at := a.t[a.order[next]]
				if at > end || at == end && !(last && end == until) {
					break
				}
				keep(at-now, false)
			}
			for v := range a.n + 1 {
				a.x[v][0] = a.x[v].at(h)
				if a.slopes > 0 {
					a.dx[v][0] = a.dx[v].at(h, a.groups)
				}
			}
			now = end
		}
	}
}

// rest empties what is below rounding, and reports whether nothing is left.
func (a *saturable) rest(rate float64) bool {
	const tiny = 1e-20
	if math.Abs(a.x[0][0]) < tiny*a.total {
		a.x[0][0], a.dx[0][0] = 0, slopes{}
	}
	if rate != 0 {
		return false
	}
	for v := range a.n + 1 {
		if math.Abs(a.x[v][0]) >= tiny*a.total {
			return false
		}
	}
	return true
}

// step returns how far the series reach.
func (a *saturable) step() float64 {
	floor := 1e-6 * a.total
	last, before := 0.0, 0.0
	scale, l, b := floor, 0.0, 0.0
	for v := range a.n + 1 {
		x := &a.x[v]
		scale, l, b = max(scale, math.Abs(x[0])), max(l, math.Abs(x[seriesOrder])), max(b, math.Abs(x[seriesOrder-1]))
	}
	last, before = l/scale, b/scale
	for k := range a.slopes {
		scale, l, b := floor, 0.0, 0.0
		for v := range a.n + 1 {
			x := &a.dx[v]
			scale, l, b = max(scale, math.Abs(x[0][k])), max(l, math.Abs(x[seriesOrder][k])), max(b, math.Abs(x[seriesOrder-1][k]))
		}
		last, before = max(last, l/scale), max(before, b/scale)
	}
	h := math.Inf(1)
	if last > 0 {
		h = vec.Exp(vec.Log(seriesTol/last) / seriesOrder)
	}
	if before > 0 {
		h = math.Min(h, vec.Exp(vec.Log(seriesTol/before)/(seriesOrder-1)))
	}
	return 0.9 * h
}

// expand makes the series from what stands in their first places.
func (a *saturable) expand(m *Compartments, rate float64) {
	p := &a.place
	volume := [3]float64{m.V, m.V2, m.V3}
	flow := [3]float64{0, m.Q2, m.Q3}
	byV, byQ := [3]int{p.v, p.v2, p.v3}, [3]int{-1, p.q2, p.q3}
	inverse, room := 1/m.V, 0.0 // room: of Km + C at the start
	var r series                // Km/(Km + C)
	for k := range seriesOrder + 1 {
		a.c[k] = a.x[1][k] * inverse
		if k == 0 {
			room = 1 / (m.Km + a.c[0])
			a.q[0], r[0] = a.c[0]*room, m.Km*room
		} else {
			odd, even := a.c[k], 0.0
			for j := 1; j <= k; j += 2 {
				odd -= float64(a.c[j] * a.q[k-j])
			}
			for j := 2; j <= k; j += 2 {
				even -= float64(a.c[j] * a.q[k-j])
			}
			a.q[k] = (odd + even) * room
			r[k] = -a.q[k]
		}
		if scale := oneOver[k]; k < seriesOrder {
			in := float64(m.Ka * a.x[0][k])
			change := in - float64(m.CL*a.c[k]) - float64(m.Vmax*a.q[k])
			if k == 0 {
				change += rate
			}
			for v := 1; v < a.n; v++ {
				out := float64(flow[v] * (a.c[k] - a.x[v+1][k]/volume[v]))
				change -= out
				a.x[v+1][k+1] = out * scale
			}
			a.x[0][k+1], a.x[1][k+1] = -in*scale, change*scale
		}
	}
	n := a.slopes
	if n == 0 {
		return
	}
	for k := range seriesOrder + 1 {
		even, odd := 0.0, 0.0
		for j := 0; j <= k; j += 2 {
			even += float64(r[j] * r[k-j])
		}
		for j := 1; j <= k; j += 2 {
			odd += float64(r[j] * r[k-j])
		}
		a.e[k] = (even + odd) / m.Km
	}
	for k := range seriesOrder + 1 {
		dc := a.dc[k][:n]
		for by, v := range a.dx[1][k][:n] {
			dc[by] = v * inverse
		}
		dc[p.v] -= a.c[k]
		if k == seriesOrder {
			break
		}
		var sum slopes // of the elimination
		own := sum[:n]
		for g := range a.groups {
			var s0, s1, s2, s3 float64
			for j := range k + 1 {
				e, v := a.e[j], a.dc[k-j].four(g)
				s0 += float64(e * v[0])
				s1 += float64(e * v[1])
				s2 += float64(e * v[2])
				s3 += float64(e * v[3])
			}
			*sum.four(g) = [4]float64{s0, s1, s2, s3}
		}
		lost := 0.0
		for j := range k + 1 {
			lost += float64(a.e[j] * a.c[k-j])
		}
		own[p.km] -= lost
		own[p.vmax] += a.q[k]
		scale := oneOver[k]
		gut, central := a.dx[0][k+1][:n], a.dx[1][k+1][:n]
		for by, v := range a.dx[0][k][:n] {
			in := float64(m.Ka * v)
			if by == p.ka {
				in += float64(m.Ka * a.x[0][k])
			}
			gut[by] = -in * scale
			central[by] = in - float64(m.CL*dc[by]) - float64(m.Vmax*own[by])
		}
		if p.cl >= 0 {
			central[p.cl] -= float64(m.CL * a.c[k])
		}
		for v := 1; v < a.n; v++ {
			there := a.x[v+1][k] / volume[v]
			next := a.dx[v+1][k+1][:n]
			for by, x := range a.dx[v+1][k][:n] {
				other := x / volume[v]
				if by == byV[v] {
					other -= there
				}
				out := float64(flow[v] * (dc[by] - other))
				if by == byQ[v] {
					out += float64(flow[v] * (a.c[k] - there))
				}
				central[by] -= out
				next[by] = out * scale
			}
		}
		for by := range central {
			central[by] *= scale
		}
	}
}
