package pharm

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// solve integrates the model (gut, central, second and third compartment) and
// what follows its concentration: more states that begin at start and change by
// follow. It returns all states at each time.
func (m Compartments) solve(who string, t []float64, doses []Dose, start []float64, follow func(c float64, x, dx []float64)) ([][]float64, error) {
	return m.solveWithin(2e6, who, t, doses, start, follow)
}

// solveWithin is solve with a largest number of steps between two times, which fits
// keep low: equations that are stiff are far from the samples.
func (m Compartments) solveWithin(limit int, who string, t []float64, doses []Dose, start []float64, follow func(c float64, x, dx []float64)) ([][]float64, error) {
	type event struct {
		t            float64
		gut, central float64 // amounts that come at once
		rate         float64 // change of the rate of infusion
	}
	var events []event
	for _, d := range doses {
		for k := range max(d.Count, 1) {
			e := event{t: d.Time + float64(float64(k)*d.Every)}
			switch {
			case d.Oral:
				e.t += m.Lag
				e.gut = m.given(d)
			case d.Duration == 0:
				e.central = d.Amount
			default:
				e.rate = d.Amount / d.Duration
				events = append(events, event{t: e.t + d.Duration, rate: -e.rate})
			}
			events = append(events, e)
		}
	}
	sort.SliceStable(events, func(i, j int) bool { return events[i].t < events[j].t })
	order := make([]int, len(t))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return t[order[i]] < t[order[j]] })

	infusion := 0.0
	n := 4 + len(start)
	x := append(make([]float64, 4), start...)
	f := func(x, dx []float64) {
		c := x[1] / m.V
		dx[0] = -m.Ka * x[0]
		dx[1] = float64(m.Ka*x[0]) + infusion - float64(m.CL*c)
		if m.Vmax > 0 {
			dx[1] -= m.Vmax * c / (m.Km + c)
		}
		dx[2], dx[3] = 0, 0
		if m.Q2 > 0 {
			dx[2] = m.Q2 * (c - x[2]/m.V2)
		}
		if m.Q3 > 0 {
			dx[3] = m.Q3 * (c - x[3]/m.V3)
		}
		dx[1] -= dx[2] + dx[3]
		if follow != nil {
			follow(c, x[4:], dx[4:])
		}
	}
	task := display.Start("pharm."+who, "", 0)
	defer task.End()
	out := make([][]float64, len(t))
	now, next := math.Inf(-1), 0
	if len(events) > 0 {
		now = events[0].t
	}
	s := newStepper(f, n)
	s.limit = limit
	total := 0.0
	for _, e := range events {
		total += e.gut + e.central
	}
	for _, d := range doses {
		if d.Duration > 0 {
			total += d.Amount
		}
	}
	for i := range s.tiny { // sizes below which errors are absolute
		s.tiny[i] = 1e-14 * total
		if i >= 4 {
			s.tiny[i] = 1e-14 * math.Max(math.Abs(start[i-4]), total/m.V)
		}
		s.tiny[i] = math.Max(s.tiny[i], 1e-300)
	}
	for _, i := range order {
		for next < len(events) && events[next].t <= t[i] {
			e := events[next]
			if err := s.to(x, now, e.t, task.Err); err != nil {
				return nil, fmt.Errorf("pharm: %s: %w", who, err)
			}
			now = e.t
			x[0] += e.gut
			x[1] += e.central
			infusion += e.rate
			next++
		}
		if t[i] > now && !math.IsInf(now, 0) {
			if err := s.to(x, now, t[i], task.Err); err != nil {
				return nil, fmt.Errorf("pharm: %s: %w", who, err)
			}
			now = t[i]
		}
		out[i] = append([]float64(nil), x...)
	}
	return out, nil
}

// A stepper integrates by Dormand and Prince's method of order 5(4).
type stepper struct {
	f     func(x, dx []float64)
	k     [7][]float64
	y, x5 []float64
	tiny  []float64
	h     float64
	limit int // of steps
}

func newStepper(f func(x, dx []float64), n int) *stepper {
	s := &stepper{f: f, y: make([]float64, n), x5: make([]float64, n), tiny: make([]float64, n)}
	for i := range s.k {
		s.k[i] = make([]float64, n)
	}
	return s
}

var dormandPrince = [7][]float64{
	{},
	{1.0 / 5},
	{3.0 / 40, 9.0 / 40},
	{44.0 / 45, -56.0 / 15, 32.0 / 9},
	{19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
	{9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
	{35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84},
}

// The weights of the fifth order less those of the fourth.
var dormandPrinceError = [7]float64{71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40}

// to moves x from a time to a later one.
func (s *stepper) to(x []float64, from, until float64, stop func() error) error {
	const tol = 1e-11
	span := until - from
	if span <= 0 {
		return nil
	}
	h, at := math.Min(span, span/16), 0.0
	if s.h > 0 {
		h = math.Min(s.h, span)
	}
	for steps := 0; at < span; steps++ {
		if steps%256 == 0 {
			if err := stop(); err != nil {
				return err
			}
		}
		if steps > s.limit || h < 1e-15*math.Max(math.Abs(from), span) {
			return fmt.Errorf("the equations are too stiff at time %g; rate constants that differ by so much cannot be solved", from+at)
		}
		h = math.Min(h, span-at)
		for i := range s.k {
			copy(s.y, x)
			for j, a := range dormandPrince[i] {
				for v := range s.y {
					s.y[v] += float64(h * a * s.k[j][v])
				}
			}
			if i == 6 {
				copy(s.x5, s.y)
			}
			s.f(s.y, s.k[i])
		}
		worst := 0.0
		for v := range x {
			e := 0.0
			for i, w := range dormandPrinceError {
				e += float64(h * w * s.k[i][v])
			}
			scale := s.tiny[v] + float64(tol*math.Max(math.Abs(x[v]), math.Abs(s.x5[v])))
			if worst = math.Max(worst, math.Abs(e)/scale); math.IsNaN(e) {
				worst = math.Inf(1)
			}
		}
		grow := 5.0
		if worst > 0 {
			grow = math.Min(5, math.Max(0.2, 0.9/math.Sqrt(math.Sqrt(worst))))
		}
		if worst <= 1 {
			copy(x, s.x5)
			if h == span-at {
				at = span
			} else {
				at += h
				s.h = h * grow
			}
		}
		h *= grow
		if s.h == 0 {
			s.h = h
		}
	}
	return nil
}
