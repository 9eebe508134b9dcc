package figure

import (
	"fmt"
	"math"
	"strings"
)

// Largest sizes that are drawn: more would exhaust memory, and no page or
// screen has them.
const (
	largestCM   = 100
	largestArea = 5000 // cm², the size of a poster
	mostRows    = 40
	mostCols    = 10
)

// check returns an error that names the first thing wrong with a figure.
func (f *Figure) check() error {
	for _, s := range []struct {
		name  string
		value float64
	}{{"Width", f.Width}, {"Height", f.Height}} {
		if !(s.value == 0 || s.value >= 1 && s.value <= largestCM) {
			return fmt.Errorf("%s %g cm is not allowed; it is 1 to %d cm, or 0 for the default", s.name, s.value, largestCM)
		}
	}
	if f.Cols < 0 {
		return fmt.Errorf("Cols %d is negative; it is the number of panels in a row, or 0 for 1", f.Cols)
	}
	if area := float64(f.Width * f.Height); area > largestArea {
		return fmt.Errorf("Width %g cm times Height %g cm is more than %d cm²", f.Width, f.Height, largestArea)
	}
	if n := len(f.Panels); n > 0 {
		cols := min(max(1, f.Cols), n)
		if rows := (n + cols - 1) / cols; rows > mostRows || cols > mostCols {
			return fmt.Errorf("%d panels make %d rows of %d; at most %d rows and %d columns fit in a figure (see Cols)", n, rows, cols, mostRows, mostCols)
		}
	}
	for i := range f.Panels {
		p := &f.Panels[i]
		where := ""
		if len(f.Panels) > 1 {
			where = fmt.Sprintf("Panels[%d]: ", i)
		}
		if err := p.check(); err != nil {
			return fmt.Errorf("%s%w", where, err)
		}
	}
	return nil
}

func (p *Panel) check() error {
	switch p.Legend {
	case "", "off", "upper left", "upper right", "lower left", "lower right":
	default:
		return fmt.Errorf(`Legend %q is not known; allowed are "", "off", "upper left", "upper right", "lower left" and "lower right"`, p.Legend)
	}
	for _, a := range []struct {
		name string
		axis *Axis
	}{{"X", &p.X}, {"Y", &p.Y}, {"ColorBar", &p.ColorBar}} {
		if a.axis == &p.ColorBar && p.NoColorBar {
			continue
		}
		if err := a.axis.check(); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
	}
	for i := range p.Layers {
		l := &p.Layers[i]
		if err := l.check(); err != nil {
			return fmt.Errorf("Layers[%d] (%s): %w", i, l.Kind, err)
		}
	}
	return nil
}

func (a *Axis) check() error {
	finite := func(v float64) bool { return math.Abs(v) <= math.MaxFloat64 }
	switch {
	case !finite(a.Min) || !finite(a.Max):
		return fmt.Errorf("limits %g to %g must be finite", a.Min, a.Max)
	case a.Min == 0 && a.Max == 0:
	case a.Min >= a.Max:
		return fmt.Errorf("Min %g is not below Max %g (Flip runs the axis the other way)", a.Min, a.Max)
	case a.Log && a.Min <= 0:
		return fmt.Errorf("Min %g is not above 0, as a logarithmic axis needs", a.Min)
	}
	for i, v := range a.Ticks {
		if !finite(v) {
			return fmt.Errorf("Ticks[%d] is %g; ticks must be finite", i, v)
		}
	}
	if a.Names != nil && len(a.Names) != len(a.Ticks) {
		return fmt.Errorf("%d Names for %d Ticks; there must be as many", len(a.Names), len(a.Ticks))
	}
	return nil
}

func (l *Layer) check() error {
	same := func(names string, lengths ...int) error {
		for _, n := range lengths {
			if n != lengths[0] {
				return fmt.Errorf("%s have %s values; there must be as many of each", names, list(lengths))
			}
		}
		return nil
	}
	var err error
	switch l.Kind {
	case Line, Stems:
		err = same("X and Y", len(l.X), len(l.Y))
	case Ticks:
		err = same("X and Y", len(l.X), len(l.Y))
	case Points:
		err = same("X and Y", len(l.X), len(l.Y))
		if err == nil && len(l.Z) > 0 {
			err = same("X and Z[0]", len(l.X), len(l.Z[0]))
		}
	case Area:
		err = same("X and Y", len(l.X), len(l.Y))
		if err == nil && l.Y2 != nil {
			err = same("Y and Y2", len(l.Y), len(l.Y2))
		}
	case Errors:
		err = same("X, Y and Y2", len(l.X), len(l.Y), len(l.Y2))
	case Stairs, Bars:
		if len(l.X) != len(l.Y)+1 && !(len(l.X) == 0 && len(l.Y) == 0) {
			err = fmt.Errorf("X has %d edges for %d values of Y; there must be one edge more than values", len(l.X), len(l.Y))
		}
	case Image:
		if n := len(l.X); n != 0 && n != 2 {
			err = fmt.Errorf("X has %d values; an image needs {left, right}", n)
		} else if n := len(l.Y); n != 0 && n != 2 {
			err = fmt.Errorf("Y has %d values; an image needs {bottom, top}", n)
		} else if cols, rows := l.size(); cols > 0 && rows > 0 {
			b := l.rectangle()
			if !apart(b[0], b[1]) || !apart(b[2], b[3]) {
				err = fmt.Errorf("the rectangle X %v, Y %v is empty or not finite", l.X, l.Y)
			}
		}
	case VSpan:
		if len(l.X) != 2 {
			err = fmt.Errorf("X has %d values; a band needs {from, to}", len(l.X))
		}
	case Note:
		if len(l.X) != 1 || len(l.Y) != 1 {
			err = fmt.Errorf("X and Y have %d and %d values; a note needs one of each", len(l.X), len(l.Y))
		}
	case HLine, VLine:
	default:
		err = fmt.Errorf("kind %q is not known; allowed are line, points, stairs, bars, stems, area, errors, ticks, image, hline, vline, vspan and note", l.Kind)
	}
	if err != nil {
		return err
	}
	if l.Color != "" {
		if _, err := parseColor(l.Color); err != nil {
			return err
		}
	}
	if _, ok := maps[l.Map]; !ok && l.Map != "" {
		return fmt.Errorf("Map %q is not known; allowed are viridis, magma, grey, diverging and hot", l.Map)
	}
	switch {
	case !(l.Alpha >= 0 && l.Alpha <= 1):
		return fmt.Errorf("Alpha %g is not allowed; opacity is above 0 and at most 1, or 0 for the default", l.Alpha)
	case !(l.Width >= 0 && l.Width <= 1000):
		return fmt.Errorf("Width %g pt is not allowed; it is 0 (default) to 1000", l.Width)
	case !(l.Size >= 0 && l.Size <= 1000):
		return fmt.Errorf("Size %g pt is not allowed; it is 0 (default) to 1000", l.Size)
	case (l.Lo != 0 || l.Hi != 0) && !(l.Lo < l.Hi && l.Hi-l.Lo <= math.MaxFloat64):
		return fmt.Errorf("Lo %g and Hi %g are not allowed; Lo is below Hi and both are finite", l.Lo, l.Hi)
	}
	return nil
}

// apart tells that two values are finite and differ.
func apart(a, b float64) bool { return math.Abs(a) <= farthest && math.Abs(b) <= farthest && a != b }

func list(n []int) string {
	var b strings.Builder
	for i, v := range n {
		switch {
		case i > 0 && i == len(n)-1:
			b.WriteString(" and ")
		case i > 0:
			b.WriteString(", ")
		}
		fmt.Fprint(&b, v)
	}
	return b.String()
}
