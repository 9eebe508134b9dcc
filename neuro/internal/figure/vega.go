package figure

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// mostVega is the number of places up to which a figure is told as Vega-Lite:
// as text they stay of the size of a picture, and browsers draw them at once.
const mostVega = 5000

type object = map[string]any

// vega returns the figure as a Vega-Lite specification, with the values in it,
// and false when it has too many. Every kind of layer is told by what it draws:
// lines, filled outlines, dots, text, and cells.
func (p *page) vega(cols int) (object, bool) {
	room := mostVega
	var panels []any
	for i, v := range p.views {
		spec, used := v.vega(i, float64(p.zoom*96/72))
		if room -= used; room < 0 {
			return nil, false
		}
		panels = append(panels, spec)
	}
	out := object{
		"$schema":    "https://vega.github.io/schema/vega-lite/v5.json",
		"background": hexColor(p.theme.paper),
		"concat":     panels, "columns": cols,
		"config": object{
			"font": "Liberation Sans, Arial, Helvetica, sans-serif",
			"axis": object{"grid": false, "labelColor": hexColor(p.theme.text), "titleColor": hexColor(p.theme.text), "domainColor": hexColor(p.theme.text), "tickColor": hexColor(p.theme.text), "titleFontWeight": "normal"},
			"view": object{"stroke": nil}, "legend": object{"labelColor": hexColor(p.theme.text), "title": nil}, "title": object{"color": hexColor(p.theme.text), "fontWeight": "normal"},
		},
	}
	if len(p.title) > 0 {
		out["title"] = plainText(strings.Join(p.title, " "))
	}
	return out, true
}

// plainText returns text as one run, without what is raised or lowered.
func plainText(s string) string {
	var b strings.Builder
	for _, r := range runs(s) {
		b.WriteString(r.text)
	}
	return b.String()
}

// vega returns the specification of panel i and how many places it has.
func (v *view) vega(i int, k float64) (object, int) {
	b := v.plot
	t := &tape{plot: b, thin: b.w() / mostColumns}
	var left, right []any
	used := 0
	domain, colors := []string{}, []string{}
	for j := range v.Layers {
		l := &v.Layers[j]
		t.name, t.right, t.marks = l.Name, l.Right && v.twin != nil, nil
		if l.Kind == Image {
			if cols, rows := l.size(); cols*rows > mostVega {
				return nil, mostVega + 1
			}
			left = append(left, v.vegaCells(l))
			cols, rows := l.size()
			used += cols * rows
			continue
		}
		if max(len(l.X), len(l.Y)) > mostVega {
			return nil, mostVega + 1
		}
		v.draw(t, l, v.colors[j])
		if l.Name != "" {
			domain, colors = append(domain, plainText(l.Name)), append(colors, hexColor(v.colors[j]))
		}
		y := &v.y
		if t.right {
			y = &v.twin.y
		}
		for _, m := range t.marks {
			used += len(m.xs)
			unit := v.vegaMark(&m, y)
			if t.right {
				right = append(right, unit)
			} else {
				left = append(left, unit)
			}
		}
	}
	if len(left) == 0 { // axes need something
		left = append(left, object{"mark": "point", "data": object{"values": []any{}}, "encoding": object{}})
	}
	for _, side := range [][]any{left, right} {
		for _, unit := range side {
			e := unit.(object)["encoding"].(object)
			for _, channel := range []string{"color", "fill"} {
				if c, ok := e[channel].(object); ok && c["datum"] != nil {
					c["scale"] = object{"domain": domain, "range": colors}
				}
			}
			e["x"] = v.vegaAxis(e["x"], v.X, &v.x, v.xMarks, v.xUnit, v.labelX, nil)
		}
	}
	for _, unit := range left {
		e := unit.(object)["encoding"].(object)
		e["y"] = v.vegaAxis(e["y"], v.Y, &v.y, v.yMarks, v.yUnit, v.labelY, nil)
	}
	for _, unit := range right {
		e := unit.(object)["encoding"].(object)
		e["y"] = v.vegaAxis(e["y"], v.Right, &v.twin.y, v.twin.marks, v.twin.unit, true, "right")
	}
	left[0].(object)["params"] = []any{object{"name": fmt.Sprintf("zoom%d", i), "select": "interval", "bind": "scales"}}
	out := object{"width": math.Round(float64(b.w() * k)), "height": math.Round(float64(b.h() * k)), "layer": left}
	if right != nil {
		out["layer"] = []any{object{"layer": left}, object{"layer": right}}
		out["resolve"] = object{"scale": object{"y": "independent"}}
	}
	if v.Title != "" {
		out["title"] = plainText(v.Title)
	}
	if v.omitted != "" {
		out["title"] = strings.TrimSpace(plainText(v.Title) + " (" + v.omitted + ")")
	}
	return out, used
}

// told returns the value at t of a scale as it is written: with as many digits
// as tell places of the axis apart.
func (s *scale) told(t float64) any {
	digits := 7
	if span := s.hi - s.lo; !s.log && s.lin == 0 && t != 0 && span > 0 {
		digits = max(1, min(17, 7+exponent(math.Abs(t))-exponent(span)))
	}
	v := math.Max(-math.MaxFloat64, math.Min(math.MaxFloat64, s.invert(t)))
	if s.log {
		v = math.Max(v, math.SmallestNonzeroFloat64)
	}
	w, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	if math.IsNaN(w) {
		return nil
	}
	return math.Max(-math.MaxFloat64, math.Min(math.MaxFloat64, w))
}

// vegaMark tells one mark of a tape in the values of the axes.
func (v *view) vegaMark(m *mark, y *scale) object {
	b := v.plot
	values := make([]any, 0, len(m.xs))
	part, left := 0, 0
	for i := range m.xs {
		if m.Parts != nil {
			for left == 0 {
				left = m.Parts[part]
				part++
			}
			left--
		}
		d := object{
			"x": v.x.told(v.x.from(b.x0 + float64(m.xs[i]*b.w()))),
			"y": y.told(y.from(b.y0 + float64(m.ys[i]*b.h()))),
		}
		if len(m.Parts) > 1 {
			d["part"] = part
		}
		if m.Kind == "line" || m.Kind == "fill" {
			d["i"] = i
		}
		if len(m.Colors) > 1 {
			d["c"] = m.Colors[m.index[i]][:7]
		}
		values = append(values, d)
	}
	color, alpha := m.Color, 1.0
	if len(m.Colors) > 0 {
		color = m.Colors[0]
	}
	if len(color) == 9 {
		a, _ := strconv.ParseUint(color[7:], 16, 8)
		color, alpha = color[:7], math.Round(float64(float64(a)/255*1000))/1000
	}
	e := object{"x": object{"field": "x"}, "y": object{"field": "y"}}
	mk := object{"clip": true, "opacity": alpha}
	channel := "color"
	switch m.Kind {
	case "line":
		mk["type"], mk["strokeWidth"] = "line", m.Width*96/72
		if m.Dash {
			mk["strokeDash"] = []float64{4 * m.Width, 2.5 * m.Width}
		}
		e["order"] = object{"field": "i", "type": "quantitative"}
	case "fill":
		mk["type"], mk["interpolate"], mk["strokeWidth"] = "line", "linear-closed", 0
		e["order"] = object{"field": "i", "type": "quantitative"}
		channel = "fill"
	case "dots":
		size := float64(m.Width * 96 / 72)
		mk["type"], mk["filled"], mk["size"], mk["tooltip"] = "point", true, float64(size*size*0.785), true
	case "text":
		mk["type"], mk["align"], mk["fontSize"], mk["baseline"] = "text", "left", m.Width*96/72, "alphabetic"
		e["text"] = object{"value": m.Text}
	}
	if len(m.Parts) > 1 {
		e["detail"] = object{"field": "part", "type": "nominal"}
	}
	switch {
	case len(m.Colors) > 1:
		e[channel] = object{"field": "c", "type": "nominal", "scale": nil}
	case m.Name != "" && m.Kind != "text":
		e[channel] = object{"datum": m.Name}
	default:
		e[channel] = object{"value": color}
	}
	return object{"mark": mk, "data": object{"values": values}, "encoding": e}
}

// vegaCells tells the cells of an image as rectangles of their colour.
func (v *view) vegaCells(l *Layer) object {
	cols, rows := l.size()
	r, m := l.rectangle(), l.colormap()
	values := []any{}
	edge := func(v float64) any { return (&scale{}).told(v) }
	for j := range rows {
		for i, z := range l.Z[j] {
			if math.IsNaN(z) {
				continue
			}
			dx, dy := (r[1]-r[0])/float64(cols), (r[3]-r[2])/float64(rows)
			values = append(values, object{
				"x": edge(r[0] + float64(float64(i)*dx)), "x2": edge(r[0] + float64(float64(i+1)*dx)),
				"y": edge(r[2] + float64(float64(j)*dy)), "y2": edge(r[2] + float64(float64(j+1)*dy)),
				"value": edge(z), "c": hexColor(m.color(z)),
			})
		}
	}
	return object{
		"mark": object{"type": "rect", "clip": true, "tooltip": object{"content": "data"}, "opacity": opacity(l.Alpha)},
		"data": object{"values": values},
		"encoding": object{
			"x": object{"field": "x"}, "x2": object{"field": "x2"}, "y": object{"field": "y"}, "y2": object{"field": "y2"},
			"color": object{"field": "c", "type": "nominal", "scale": nil},
		},
	}
}

// vegaAxis adds scale and axis to an encoding.
func (v *view) vegaAxis(encoding any, a Axis, s *scale, m marks, per float64, labelled bool, orient any) object {
	e, _ := encoding.(object)
	if e == nil {
		e = object{"field": "x"}
	}
	sc := object{"domain": []any{s.told(s.lo), s.told(s.hi)}, "nice": false, "zero": false}
	if s.log {
		sc["type"] = "log"
	}
	if s.lin > 0 {
		sc["type"], sc["constant"] = "symlog", s.lin
	}
	if a.Flip {
		sc["reverse"] = true
	}
	e["type"], e["scale"] = "quantitative", sc
	if v.Bare || a.Hide {
		e["axis"] = nil
		return e
	}
	axis := object{"title": plainText(v.labelOf(a, s, per)), "labels": labelled}
	if axis["title"] == "" || !labelled {
		axis["title"] = nil
	}
	if orient != nil {
		axis["orient"] = orient
	}
	switch {
	case a.Names != nil:
		names, at := map[string]string{}, []any{}
		for i, t := range a.Ticks {
			names[strconv.FormatFloat(t, 'g', -1, 64)] = plainText(a.Names[i])
			at = append(at, t)
		}
		table, _ := json.Marshal(names) // of strings, which does not fail
		axis["values"], axis["labelExpr"] = at, string(table)+"[datum.value]"
	case a.Ticks != nil:
		axis["values"] = a.Ticks
	case per != 1 && per != 0:
		axis["labelExpr"] = fmt.Sprintf("format(datum.value/%g, '~g')", per)
		at := []any{}
		for _, t := range m.at {
			at = append(at, s.told(t))
		}
		axis["values"] = at
	}
	e["axis"] = axis
	return e
}
