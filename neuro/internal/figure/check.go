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
	if err := f.checkTheme(); err != nil {
		return err
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
	if err := f.checkRatios(); err != nil {
		return err
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

// checkRatios returns an error unless there is a positive ratio for each
// column and row.
func (f *Figure) checkRatios() error {
	cols := min(max(1, f.Cols), max(1, len(f.Panels)))
	rows := (max(1, len(f.Panels)) + cols - 1) / cols
	for _, r := range []struct {
		name, of string
		at       []float64
		n        int
	}{{"Widths", "columns", f.Widths, cols}, {"Heights", "rows", f.Heights, rows}} {
		if r.at != nil && len(r.at) != r.n {
			return fmt.Errorf("%s has %d values for %d %s; there must be one for each", r.name, len(r.at), r.n, r.of)
		}
		for i, v := range r.at {
			if !(v >= 0.01 && v <= 100) {
				return fmt.Errorf("%s[%d] is %g; relative sizes are 0.01 to 100", r.name, i, v)
			}
		}
	}
	return nil
}

func (p *Panel) check() error {
	switch p.Legend {
	case "", "off", "beside", "upper left", "upper right", "lower left", "lower right":
	default:
		return fmt.Errorf(`Legend %q is not known; allowed are "", "off", "beside", "upper left", "upper right", "lower left" and "lower right"`, p.Legend)
	}
	for _, a := range []struct {
		name string
		axis *Axis
	}{{"X", &p.X}, {"Y", &p.Y}, {"Right", &p.Right}, {"ColorBar", &p.ColorBar}} {
		if a.axis == &p.ColorBar && p.NoColorBar {
			continue
		}
		if err := a.axis.check(); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
	}
	if !(p.BarWidth >= 0 && p.BarWidth <= 200) {
		return fmt.Errorf("BarWidth %g pt is not allowed; it is 0 (default) to 200", p.BarWidth)
	}
	if b := p.ScaleBar; !(b.X >= 0 && b.Y >= 0 && b.X <= math.MaxFloat64 && b.Y <= math.MaxFloat64) {
		return fmt.Errorf("ScaleBar {%g, %g} is not allowed; lengths are above 0, or 0 for none", b.X, b.Y)
	}
	for i := range p.Insets {
		in := &p.Insets[i]
		if !(in.Left >= 0 && in.Left < in.Right && in.Right <= 1 && in.Bottom >= 0 && in.Bottom < in.Top && in.Top <= 1) {
			return fmt.Errorf("Insets[%d]: %g to %g by %g to %g is not a rectangle in 0 to 1", i, in.Left, in.Right, in.Bottom, in.Top)
		}
		if err := in.Panel.check(); err != nil {
			return fmt.Errorf("Insets[%d]: %w", i, err)
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
	case a.Min != 0 && a.Min >= a.Max || a.Max != 0 && a.Min >= a.Max:
		return fmt.Errorf("Min %g is not below Max %g (Flip runs the axis the other way)", a.Min, a.Max)
	case !(a.SymLog >= 0 && finite(a.SymLog)):
		return fmt.Errorf("SymLog %g is not allowed; it is above 0, or 0 for none", a.SymLog)
	case a.SymLog > 0 && a.Log:
		return fmt.Errorf("Log and SymLog %g are both set; choose one", a.SymLog)
	case a.Min == 0 && a.Max == 0:
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
	case Line, Step:
		if l.X != nil || l.DX == 0 {
			err = same("X and Y", len(l.X), len(l.Y))
		}
	case Stems, Polygon:
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
	case Image, Contour:
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
		if !(l.Align >= 0 && l.Align <= 1) {
			return fmt.Errorf("Align %g is not allowed; it is 0 to 1", l.Align)
		}
		if len(l.X) != 1 || len(l.Y) != 1 {
			err = fmt.Errorf("X and Y have %d and %d values; a note needs one of each", len(l.X), len(l.Y))
		}
	case HSpan:
		if len(l.Y) != 2 {
			err = fmt.Errorf("Y has %d values; a band needs {from, to}", len(l.Y))
		}
	case XErrors:
		err = same("X, X2 and Y", len(l.X), len(l.X2), len(l.Y))
	case Arrow:
		if len(l.X) != 2 || len(l.Y) != 2 {
			err = fmt.Errorf("X and Y have %d and %d values; an arrow needs {from, to} of each", len(l.X), len(l.Y))
		}
	case Vectors:
		err = same("X, Y, U and V", len(l.X), len(l.Y), len(l.U), len(l.V))
	case Box, Violin:
		err = same("X and Z", len(l.X), len(l.Z))
	case HLine, VLine:
	default:
		err = fmt.Errorf("kind %q is not known; allowed are line, points, stairs, bars, stems, area, errors, ticks, image, hline, vline, vspan, note, step, xerrors, hspan, arrow, vectors, polygon, contour, box and violin", l.Kind)
	}
	if err != nil {
		return err
	}
	if l.Color != "" {
		if _, err := parseColor(l.Color); err != nil {
			return err
		}
	}
	if colors, _ := mapOf(l.Map); colors == nil && l.Map != "" {
		return fmt.Errorf("Map %q is not known; allowed are viridis, magma, inferno, plasma, cividis, batlow, twilight, RdBu, vik, diverging, grey and hot, and each with _r for the other way round", l.Map)
	}
	switch l.Marker {
	case "", "circle", "square", "triangle", "diamond", "cross", "plus":
	default:
		return fmt.Errorf("Marker %q is not known; allowed are circle, square, triangle, diamond, cross and plus", l.Marker)
	}
	switch {
	case !(l.Alpha >= 0 && l.Alpha <= 1):
		return fmt.Errorf("Alpha %g is not allowed; opacity is above 0 and at most 1, or 0 for the default", l.Alpha)
	case !(l.DX >= 0 && math.Abs(l.X0) <= farthest && l.DX <= farthest):
		return fmt.Errorf("X0 %g and DX %g are not allowed; both are finite and DX is above 0, or 0 where X is given", l.X0, l.DX)
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
