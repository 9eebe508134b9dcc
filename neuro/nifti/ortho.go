package nifti

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A triptych places the three planes side by side in one panel in mm: coronal,
// sagittal and axial, each with the same scale.
type triptych struct {
	o      *oriented
	left   [3]float64 // of the planes in the order of planes, mm
	width  float64
	height float64
	layers []figure.Layer
	marks  []figure.Layer
}

var triptychOrder = [3]int{1, 2, 0}

func newTriptych(o *oriented) *triptych {
	t := &triptych{o: o}
	extent := func(d int) float64 { return float64(float64(o.n[d]) * o.size[d]) }
	gap := float64(0.06 * extent(1))
	for _, i := range triptychOrder {
		t.left[i] = t.width
		t.width += extent(planes[i].u) + gap
		t.height = math.Max(t.height, extent(planes[i].v))
	}
	t.width -= gap
	return t
}

// at returns the place in the panel of a point of plane i, in mm from the lower
// left corner of its tile.
func (t *triptych) at(i int, u, v float64) (x, y float64) { return t.left[i] + u, v }

// mm returns the place in the panel of coordinates in the person's space.
func (t *triptych) mm(i int, xyz [3]float64) (x, y float64) {
	p := planes[i]
	return t.at(i, xyz[p.u]-t.edge(p.u), xyz[p.v]-t.edge(p.v))
}

// edge returns where the grid begins along direction d, mm.
func (t *triptych) edge(d int) float64 { return t.o.place(d, 0) - float64(t.o.size[d]/2) }

// tile returns the rectangle of plane i.
func (t *triptych) tile(i int) (x, y []float64) {
	p := planes[i]
	x0, y0 := t.at(i, 0, 0)
	x1, y1 := t.at(i, float64(float64(t.o.n[p.u])*t.o.size[p.u]), float64(float64(t.o.n[p.v])*t.o.size[p.v]))
	return []float64{x0, x1}, []float64{y0, y1}
}

func (t *triptych) add(i int, l figure.Layer) {
	l.X, l.Y = t.tile(i)
	t.layers = append(t.layers, l)
}

// mark names the sides of plane i and writes text above it.
func (t *triptych) mark(i int, text string) {
	x, y := t.tile(i)
	note := func(fx, at float64, s, color string) {
		t.marks = append(t.marks, figure.Layer{Kind: figure.Note, Text: s, Color: color, X: []float64{x[0] + float64(fx*(x[1]-x[0]))}, Y: []float64{at}})
	}
	note(0, y[1]+float64(0.02*t.height), text, "black")
	note(0.01, y[0]+float64(0.02*t.height), planes[i].left, "orange")
	note(0.92, y[0]+float64(0.02*t.height), planes[i].right, "orange")
}

func (t *triptych) figure(title string) *figure.Figure {
	h := 1.1 * t.height
	return &figure.Figure{
		Title: title, Width: 16, Height: math.Min(22, 1.4+float64(13.4*h/t.width)),
		Panels: []figure.Panel{{
			X: figure.Axis{Min: 0, Max: t.width, Hide: true}, Y: figure.Axis{Min: 0, Max: h, Hide: true},
			Layers: append(t.layers, t.marks...),
			Legend: "off", Square: true, Bare: true,
		}},
	}
}

// OrthoFigure returns the figure of three slices through one place: coronal,
// sagittal and axial, with lines where the others cut. bg is grey; of overlay,
// which may be nil, the voxels whose size is threshold or more are coloured, as
// in [OverlayFigure]. mm is the place x, y, z in mm; without it, it is where the
// overlay is largest, or the middle of bg.
//
// Errors are those of OverlayFigure, a place that is not three numbers, and one
// outside of bg.
func OrthoFigure(bg, overlay *Image, threshold float64, mm ...float64) (*figure.Figure, error) {
	if bg == nil || bg.code == 0 {
		return nil, fmt.Errorf("nifti: OrthoFigure: bg has no voxels; images come from Read, Decode or New")
	}
	if len(mm) != 0 && len(mm) != 3 {
		return nil, fmt.Errorf("nifti: OrthoFigure: the place has %d numbers; it must be x, y and z in mm, or be left out", len(mm))
	}
	frame := bg.frame()
	o := orient(frame)
	var st *statistic
	if overlay != nil {
		var err error
		if st, err = o.statistic(bg, overlay, threshold); err != nil {
			return nil, fmt.Errorf("nifti: OrthoFigure: %w", err)
		}
	}
	var cut [3]int // slice along right, anterior, superior
	for _, p := range planes {
		d := p.normal
		switch {
		case len(mm) == 3:
			ks, err := o.choose(p, mm[d:d+1], 0, 0)
			if err != nil {
				return nil, fmt.Errorf("nifti: OrthoFigure: %w", err)
			}
			cut[d] = ks[0]
		case st != nil && st.found:
			cut[d] = st.peak[d]
		default:
			cut[d] = (o.n[d] - 1) / 2
		}
	}
	lo, hi := window(frame)
	t := newTriptych(o)
	var place [3]float64
	for d := range 3 {
		place[d] = o.place(d, cut[d])
	}
	for i, p := range planes {
		background := figure.Layer{Kind: figure.Image, Z: o.slice(p, cut[p.normal]), Lo: lo, Hi: hi, Map: mapFor(lo, hi), NoScale: st != nil}
		if st != nil {
			background.Map = "grey"
		}
		t.add(i, background)
		if st != nil && st.found {
			t.add(i, st.layer(p, cut[p.normal]))
		}
		x, y := t.tile(i)
		cx, cy := t.mm(i, place)
		t.layers = append(t.layers, figure.Layer{Kind: figure.Line, Color: "sky", Width: 0.6,
			X: []float64{cx, cx, math.NaN(), x[0], x[1]}, Y: []float64{y[0], y[1], math.NaN(), cy, cy}})
		t.mark(i, fmt.Sprintf("%s = %s mm", p.letter, short(place[p.normal])))
	}
	if st == nil {
		f := t.figure(bg.Name)
		f.Panels[0].ColorBar = bg.bar(lo, hi)
		return f, nil
	}
	f := t.figure(st.title())
	st.bar(&f.Panels[0])
	return f, nil
}
