package figure

import (
	"fmt"
	"math"
	"strings"
)

// A step of units: what a long or short axis is numbered in instead.
type unitStep struct {
	unit  string
	over  float64 // from this length on
	per   float64 // of the first unit
	shown string
}

// suits are tried from the first; the first that the axis is long enough for
// is taken.
var suits = []unitStep{
	{"ms", 2 * 60e3, 60e3, "min"}, {"ms", 10e3, 1e3, "s"}, {"ms", 0.2, 1, "ms"}, {"ms", 0, 1e-3, "µs"},
	{"s", 6 * 3600, 3600, "h"}, {"s", 600, 60, "min"}, {"s", 0.2, 1, "s"}, {"s", 2e-4, 1e-3, "ms"}, {"s", 0, 1e-6, "µs"},
	{"min", 360, 60, "h"}, {"min", 0, 1, "min"},
	{"Hz", 10e6, 1e6, "MHz"}, {"Hz", 10e3, 1e3, "kHz"}, {"Hz", 0, 1, "Hz"},
}

// suit returns the unit that suits an axis.
func suit(a *Axis, s *scale) (per float64, unit string) {
	if a.Ticks != nil || s.log || s.lin > 0 {
		return 1, a.Unit
	}
	for _, u := range suits {
		// Only what stays near 0 is renumbered: 1000000.0 to 1000000.1 ms is
		// told apart by an offset.
		if u.unit == a.Unit && s.hi-s.lo >= u.over && (u.per >= 1 || math.Max(math.Abs(s.lo), math.Abs(s.hi)) < 100*u.per*1e3) {
			return u.per, u.shown
		}
	}
	return 1, a.Unit
}

// suited returns the marks of an axis and by how much its numbers are divided.
func (r ruler) suited(a *Axis, s *scale) (marks, float64) {
	per, _ := suit(a, s)
	if per == 1 {
		return r.choose(a, s), 1
	}
	t := *s
	t.lo, t.hi = s.lo/per, s.hi/per
	m := r.choose(a, &t)
	for i := range m.at {
		m.at[i] = float64(m.at[i] * per)
	}
	for i := range m.minor {
		m.minor[i] = float64(m.minor[i] * per)
	}
	return m, per
}

// labelOf writes the label of an axis with the unit that its numbers have.
func (v *view) labelOf(a Axis, s *scale, per float64) string {
	if per != 1 && per != 0 {
		_, a.Unit = suit(&a, s)
	}
	return label(a)
}

// symlog returns the ticks of a symlog axis: 0 and powers of ten on both sides,
// as many as fit.
func (r ruler) symlog(s *scale) marks {
	top := math.Max(math.Abs(s.invert(s.lo)), math.Abs(s.invert(s.hi)))
	if !(top > s.lin) {
		lin := scale{lo: s.invert(s.lo), hi: s.invert(s.hi)}
		m := r.linear(&lin)
		for i, v := range m.at {
			m.at[i], _ = s.value(v)
		}
		return m
	}
	first, last := exponent(s.lin), exponent(top)
	if power(first) < s.lin {
		first++
	}
	plain := first >= -3 && last <= 4
	var m marks
	for every := 1; every < 700; every++ {
		// The decades next to 0 are close together: leave out those that touch it.
		for from := first; from <= last; from++ {
			m = marks{}
			add := func(v float64, label string) {
				if t, _ := s.value(v); t >= s.lo-1e-9 && t <= s.hi+1e-9 {
					m.add(t, label)
				}
			}
			for d := last; d >= from; d-- {
				if (last-d)%every == 0 {
					add(-power(d), "−"+decade(1, d, plain))
				}
			}
			add(0, "0")
			for d := from; d <= last; d++ {
				if (last-d)%every == 0 {
					add(power(d), decade(1, d, plain))
				}
			}
			if r.fits(m, s) && len(m.at) <= r.most()+2 {
				return m
			}
			if from > first+2 {
				break
			}
		}
	}
	return r.spaced(m, s)
}

// leftOut says how many values could not be drawn, and why. A NaN in a line is
// a gap that can be seen, and in an image a hole; they are not counted.
func (v *view) leftOut() string {
	if v.Bare {
		return ""
	}
	var nan, inf, low int
	for i := range v.Layers {
		l := &v.Layers[i]
		y := &v.Y
		if l.Right {
			y = &v.Right
		}
		gaps := l.Kind == Line || l.Kind == Step || l.Kind == Polygon || l.Kind == Area || l.Kind == Stairs || l.Kind == Bars
		count := func(values []float64, log bool) {
			for _, w := range values {
				switch {
				case w-w == 0: // finite
					if log && w <= 0 {
						low++
					}
				case w == w:
					inf++
				case !gaps:
					nan++
				}
			}
		}
		switch l.Kind {
		case Image, Contour:
			for _, row := range l.Z {
				for _, w := range row {
					if w > math.MaxFloat64 || w < -math.MaxFloat64 {
						inf++
					}
				}
			}
			if r := l.rectangle(); l.drawable() && (v.X.Log && !(r[0] > 0 && r[1] > 0) || y.Log && !(r[2] > 0 && r[3] > 0)) {
				low++ // the whole image has no place
			}
		case Box, Violin:
			for _, z := range l.Z {
				count(z, y.Log)
			}
		case HSpan, HLine:
			count(l.Y, y.Log)
		case VSpan, VLine:
			count(l.X, v.X.Log)
		default:
			count(l.X, v.X.Log)
			count(l.Y, y.Log && l.Kind != Bars)
			count(l.X2, v.X.Log)
			count(l.Y2, y.Log)
			count(l.U, false)
			count(l.V, false)
		}
	}
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{low, "not above 0"}, {nan, "NaN"}, {inf, "infinite"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if parts == nil {
		return ""
	}
	return "left out: " + strings.Join(parts, ", ")
}

// lostHeight is the room of those lines and below them, where the highest
// number on y may reach.
func (v *view) lostHeight() float64 {
	if len(v.lost) == 0 {
		return 0
	}
	return float64(float64(len(v.lost))*small*leading) + lostGap
}

const lostGap = 6
