package figure

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// screenDPI is twice the density at which browsers show a picture by its size
// in cm, so that it is crisp on fine screens.
const screenDPI = 2 * 96

func show(f *Figure) display.Bundle {
	if err := f.check(); err != nil {
		panic(fmt.Errorf("plot: Show: %w", err))
	}
	var p *page
	var data []byte
	if err := f.counted(func(q *page) { p, data = q, provenance.PNG(q.png(screenDPI), provenance.Stamp()) }); err != nil {
		panic(fmt.Errorf("plot: Show: %w", err))
	}
	return display.Bundle{
		Sketch: f.sketch,
		Data:   map[string]any{display.TypePNG: data, display.TypeText: f.describe()},
		Metadata: map[string]any{display.TypePNG: map[string]any{
			"width": int(math.Round(float64(p.w*p.zoom) / 72 * 96)), "height": int(math.Round(float64(p.h*p.zoom) / 72 * 96)),
		}},
	}
}

func interactive(f *Figure) display.Bundle {
	b := show(f)
	if err := f.counted(func(p *page) {
		if spec, ok := p.vega(f.columns()); ok {
			b.Data[display.TypeVegaLite] = spec
		} else {
			b.Data[display.TypeHTML] = p.viewer(f.ShareX, f.columns())
		}
	}); err != nil {
		panic(fmt.Errorf("plot: Interactive: %w", err))
	}
	return b
}

func save(f *Figure, path string) error {
	if err := f.check(); err != nil {
		return fmt.Errorf("plot: Save: %w", err)
	}
	var draw func(p *page) ([]byte, error)
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".png":
		draw = func(p *page) ([]byte, error) { return provenance.PNG(p.png(300), provenance.Stamp()), nil }
	case ".html":
		draw = func(p *page) ([]byte, error) {
			return []byte(p.document(f.describe(), p.viewer(f.ShareX, f.columns()))), nil
		}
	case ".svg":
		draw = func(p *page) ([]byte, error) { return provenance.SVG(p.svg(), provenance.Stamp()), nil }
	case ".pdf":
		draw = (*page).pdf
	default:
		return fmt.Errorf("plot: Save: %q ends in %q; allowed are .png, .svg, .pdf and .html", path, ext)
	}
	var data []byte
	err := f.counted(func(p *page) {
		var err error
		if data, err = draw(p); err != nil {
			panic(failed{err})
		}
	})
	if err != nil {
		return fmt.Errorf("plot: Save: %w", err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return fmt.Errorf("plot: Save: %w", err)
	}
	return nil
}

// A failed is the panic by which drawing ends early, with its reason.
type failed struct{ error }

// manyValues is the number of values from which on drawing takes long enough to
// be counted.
const manyValues = 2_000_000

// counted lays the figure out and draws it. A figure of very many values shows
// how far it is, and ends with an error when its cell is interrupted.
func (f *Figure) counted(draw func(p *page)) (err error) {
	n := 0
	for i := range f.Panels {
		for j := range f.Panels[i].Layers {
			n += len(f.Panels[i].Layers[j].Y)
		}
	}
	var task *display.Counter
	if n > manyValues {
		task = display.Start("plot", "values", n)
		defer task.End()
	}
	defer func() {
		if r := recover(); r != nil {
			stop, ok := r.(failed)
			if !ok {
				panic(r)
			}
			err = stop.error
		}
	}()
	draw(layCounted(f, task))
	return nil
}

// count says that n more values were looked at, and ends the drawing when
// nobody waits for it.
func (v *view) count(n int) {
	v.task.Add(n)
	if err := v.task.Err(); err != nil {
		panic(failed{err})
	}
}

func (p *page) png(dpi float64) []byte {
	r := newRaster(p.w, p.h, float64(dpi*p.zoom), p.theme.paper)
	p.paint(r)
	return r.png()
}

func (p *page) svg() []byte {
	s := newSVG(p.w, p.h, p.zoom, p.theme.paper)
	p.paint(s)
	return s.bytes()
}

func (p *page) pdf() ([]byte, error) {
	d := newPDF(p.w, p.h, p.zoom, p.theme.paper)
	p.paint(d)
	return d.bytes()
}

// describe says in one line what a figure shows.
func (f *Figure) describe() string {
	var b strings.Builder
	b.WriteString("Figure")
	if f.Title != "" {
		b.WriteString(": " + plainText(f.Title))
	} else {
		var ys []string
		seen := map[string]bool{}
		x := ""
		for i := range f.Panels {
			s, over := f.Panels[i].subject()
			if s != "" && !seen[s] && len(ys) < 4 {
				ys, seen[s] = append(ys, s), true
			}
			if over != "" {
				x = over
			}
		}
		if len(ys) > 0 {
			b.WriteString(": " + strings.Join(ys, ", "))
			if x != "" {
				b.WriteString(" over " + x)
			}
		}
	}
	if s := f.contents(); s != "" {
		b.WriteString(" (" + s + ")")
	}
	return strings.ReplaceAll(b.String(), "\n", " ")
}

// subject returns what a panel shows and over what.
func (p *Panel) subject() (what, over string) {
	if p.Title != "" {
		return p.Title, ""
	}
	what = label(p.Y)
	for _, l := range p.Layers {
		if l.Kind == Image && label(p.ColorBar) != "" {
			what = label(p.ColorBar)
			if y := label(p.Y); y != "" && label(p.X) != "" {
				return what, label(p.X) + " and " + y
			}
		}
	}
	return what, label(p.X)
}

// contents counts what the layers hold: "2 lines of 1001 points".
func (f *Figure) contents() string {
	type kind struct {
		one, many string
		n, points int
	}
	kinds := map[Kind]*kind{
		Line: {one: "line", many: "lines"}, Points: {one: "set of points", many: "sets of points"},
		Stairs: {one: "histogram", many: "histograms"}, Bars: {one: "histogram", many: "histograms"},
		Stems: {one: "stem plot", many: "stem plots"}, Area: {one: "area", many: "areas"},
		Step: {one: "line", many: "lines"}, Vectors: {one: "field", many: "fields"}, Polygon: {one: "outline", many: "outlines"},
		Contour: {one: "contour plot", many: "contour plots"}, Box: {one: "box plot", many: "box plots"}, Violin: {one: "violin plot", many: "violin plots"},
		Ticks: {one: "raster", many: "rasters"}, Image: {one: "image", many: "images"},
	}
	var order []*kind
	size := ""
	for i := range f.Panels {
		for j := range f.Panels[i].Layers {
			l := &f.Panels[i].Layers[j]
			k := kinds[l.Kind]
			if k == nil {
				continue
			}
			if k.n == 0 {
				order = append(order, k)
			}
			k.n++
			k.points += len(l.Y)
			if l.Kind == Image {
				cols, rows := l.size()
				size = fmt.Sprintf(" of %d × %d", rows, cols)
			}
		}
	}
	var parts []string
	if n := len(f.Panels); n > 1 {
		parts = append(parts, fmt.Sprintf("%d panels", n))
	}
	for _, k := range order {
		s := "1 " + k.one
		if k.n > 1 {
			s = fmt.Sprintf("%d %s", k.n, k.many)
		}
		switch k {
		case kinds[Image]:
			s += size
		case kinds[Line]:
			s += fmt.Sprintf(", %d points", k.points)
		case kinds[Ticks]:
			s += fmt.Sprintf(" of %d marks", k.points)
		case kinds[Points]:
			s = fmt.Sprintf("%d points", k.points)
		case kinds[Bars]:
			s += fmt.Sprintf(" of %d bars", k.points)
		}
		parts = append(parts, s)
	}
	if len(parts) == 0 {
		return "no data"
	}
	return strings.Join(parts, ", ")
}
