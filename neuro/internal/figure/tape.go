package figure

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"math"
)

// A tape is a canvas that keeps what is drawn in a panel, for a page that draws
// it again at another zoom; places are shares of the plot, from 0 at its left
// and top to 1, so that every kind of layer and of scale is known to it.
type tape struct {
	plot  box
	thin  float64 // see canvas.fine
	name  string  // of the layer that is drawn
	right bool    // it belongs to the right axis
	marks []mark
	data  *bytes.Buffer // numbers of all marks of a figure
}

// A mark is one thing drawn: where its numbers lie among the figure's.
type mark struct {
	Kind   string    `json:"k"` // "fill", "line", "dots", "text", "picture" or "cells"
	Color  string    `json:"c,omitempty"`
	Colors []string  `json:"cs,omitempty"` // of dots: Index says which has which
	Width  float64   `json:"w,omitempty"`
	Dash   bool      `json:"d,omitempty"`
	Name   string    `json:"n,omitempty"`
	Right  bool      `json:"r,omitempty"`
	Parts  []int     `json:"p,omitempty"` // lengths of lines or polygons
	Each   int       `json:"e,omitempty"` // in place of Parts when they are all as long
	X      *numbers  `json:"x,omitempty"`
	Y      *numbers  `json:"y,omitempty"`
	Index  *numbers  `json:"i,omitempty"`
	Sorted bool      `json:"s,omitempty"` // X ascends in each part
	Text   string    `json:"t,omitempty"`
	Align  float64   `json:"a,omitempty"`
	Up     bool      `json:"u,omitempty"`
	Image  string    `json:"im,omitempty"`
	Box    []float64 `json:"b,omitempty"`
	// Of cells: their number, the colour of each value from Lo to Hi; Index
	// holds the values in 65534 steps, 65535 for none.
	Cols int     `json:"cols,omitempty"`
	Rows int     `json:"rows,omitempty"`
	Lo   float64 `json:"lo,omitempty"`
	Hi   float64 `json:"hi,omitempty"`

	xs, ys []float64
	index  []uint16
}

// Numbers are a run of values at byte At of the data: as float32 ("f"), in
// 65535 steps from -1 to 2 ("h"), 16-bit whole numbers ("i"), or evenly spaced
// and not stored at all ("e").
type numbers struct {
	As    string  `json:"as"`
	At    int     `json:"at,omitempty"`
	N     int     `json:"n"`
	First float64 `json:"first,omitempty"`
	Step  float64 `json:"step,omitempty"`
}

func (t *tape) fine() float64          { return t.thin }
func (t *tape) snap(v float64) float64 { return v }
func (t *tape) clip(box)               {}
func (t *tape) unclip()                {}
func (t *tape) pixels() bool           { return false }

func cssColor(c ink) string {
	if c.A == 255 {
		return hexColor(c)
	}
	return fmt.Sprintf("#%02x%02x%02x%02x", c.R, c.G, c.B, c.A)
}

func (t *tape) place(p point) (x, y float64) {
	return (p.x - t.plot.x0) / t.plot.w(), (p.y - t.plot.y0) / t.plot.h()
}

func (t *tape) add(m mark, parts path) {
	m.Name, m.Right, m.Sorted = plainText(t.name), t.right, true
	for _, p := range parts {
		for i, q := range p {
			x, y := t.place(q)
			if i > 0 && x < m.xs[len(m.xs)-1] {
				m.Sorted = false
			}
			m.xs, m.ys = append(m.xs, x), append(m.ys, y)
		}
		m.Parts = append(m.Parts, len(p))
	}
	if len(m.xs) > 0 {
		t.marks = append(t.marks, m)
	}
}

func (t *tape) fill(p path, c ink) { t.add(mark{Kind: "fill", Color: cssColor(c)}, p) }

func (t *tape) stroke(p path, width float64, dash bool, c ink) {
	t.add(mark{Kind: "line", Color: cssColor(c), Width: width, Dash: dash}, p)
}

func (t *tape) rules(from, to []point, width float64, c ink) {
	p := make(path, len(from))
	for i := range from {
		p[i] = []point{from[i], to[i]}
	}
	t.stroke(p, width, false, c)
}

// dots that follow each other and differ in colour only are one mark.
func (t *tape) dots(at []point, size float64, c ink) {
	if len(at) == 0 {
		return
	}
	color := cssColor(c)
	if n := len(t.marks); n == 0 || t.marks[n-1].Kind != "dots" || t.marks[n-1].Width != size || t.marks[n-1].Name != t.name || len(t.marks[n-1].Colors) > 1000 {
		t.marks = append(t.marks, mark{Kind: "dots", Width: size, Name: t.name, Right: t.right})
	}
	m := &t.marks[len(t.marks)-1]
	k := 0
	for k < len(m.Colors) && m.Colors[k] != color {
		k++
	}
	if k == len(m.Colors) {
		m.Colors = append(m.Colors, color)
	}
	for _, p := range at {
		x, y := t.place(p)
		m.xs, m.ys, m.index = append(m.xs, x), append(m.ys, y), append(m.index, uint16(k))
	}
}

func (t *tape) text(p point, s string, size, align float64, up bool, c ink) {
	t.add(mark{Kind: "text", Text: plainText(s), Width: size, Align: align, Up: up, Color: cssColor(c)}, path{{p}})
}

func (t *tape) picture(b box, im *image.NRGBA) {
	var data bytes.Buffer
	if err := png.Encode(&data, im); err != nil {
		panic(err) // encoding to memory does not fail
	}
	x0, y0 := t.place(point{b.x0, b.y0})
	x1, y1 := t.place(point{b.x1, b.y1})
	t.marks = append(t.marks, mark{Kind: "picture", Box: []float64{x0, y0, x1, y1},
		Image: "data:image/png;base64," + base64.StdEncoding.EncodeToString(data.Bytes())})
}

// mostCells is the size, on each side, of the largest image that is kept cell
// by cell; larger ones are kept as means of neighbours.
const mostCells = 1024

// cells keeps an image by its values; on scales that are not linear it is a
// picture.
func (t *tape) cells(v *view, l *Layer) bool {
	if v.x.log || v.y.log || v.x.lin > 0 || v.y.lin > 0 {
		return false
	}
	cols, rows := l.size()
	nx, ny := min(cols, mostCells), min(rows, mostCells)
	r := l.rectangle()
	x0, _ := v.x.to(r[0])
	x1, _ := v.x.to(r[1])
	y0, _ := v.y.to(r[2])
	y1, _ := v.y.to(r[3])
	ax, ay := t.place(point{x0, y0})
	bx, by := t.place(point{x1, y1})
	m := l.colormap()
	k := mark{Kind: "cells", Name: t.name, Cols: nx, Rows: ny, Lo: m.lo, Hi: m.hi, Box: []float64{ax, ay, bx, by}}
	for _, c := range m.table {
		k.Colors = append(k.Colors, cssColor(c))
	}
	for j := range ny {
		for i := range nx {
			q := l.mean([2]int{i * cols / nx, max(i*cols/nx, (i+1)*cols/nx-1)}, [2]int{j * rows / ny, max(j*rows/ny, (j+1)*rows/ny-1)})
			step := uint16(65535)
			if !math.IsNaN(q) {
				step = uint16(math.Round(float64(math.Max(0, math.Min(1, share(q, m.lo, m.hi))) * 65534)))
			}
			k.index = append(k.index, step)
		}
	}
	t.marks = append(t.marks, k)
	return true
}

// many is the number of points from which on a line is kept in steps of 1/20000
// of the plot's height rather than as float32.
const many = 20000

// store moves the numbers of all marks into the data.
func (t *tape) store() {
	for i := range t.marks {
		m := &t.marks[i]
		if len(m.xs) > 0 {
			m.X, m.Y = t.floats(m.xs, false), t.floats(m.ys, len(m.ys) > many && m.Kind != "fill")
		}
		if len(m.index) > 0 && (len(m.Colors) > 1 || m.Kind == "cells") {
			m.Index = &numbers{As: "i", At: t.align(), N: len(m.index)}
			for _, v := range m.index {
				t.data.Write(binary.LittleEndian.AppendUint16(nil, v))
			}
		}
		if n := len(m.Parts); n > 1 {
			same := true
			for _, p := range m.Parts {
				same = same && p == m.Parts[0]
			}
			if same {
				m.Each, m.Parts = m.Parts[0], nil
			}
		}
		m.xs, m.ys, m.index = nil, nil, nil
	}
}

func (t *tape) align() int {
	for t.data.Len()%4 != 0 {
		t.data.WriteByte(0)
	}
	return t.data.Len()
}

func (t *tape) floats(v []float64, coarse bool) *numbers {
	n := len(v)
	if n > 2 {
		step := (v[n-1] - v[0]) / float64(n-1)
		even := step != 0
		for i := 0; i < n && even; i++ {
			even = math.Abs(v[i]-v[0]-float64(float64(i)*step)) < float64(0.01*math.Abs(step))
		}
		if even {
			return &numbers{As: "e", N: n, First: v[0], Step: step}
		}
	}
	out := &numbers{As: "f", At: t.align(), N: n}
	if coarse {
		out.As = "h"
	}
	var b []byte
	for _, w := range v {
		if coarse {
			w = math.Max(0, math.Min(65535, math.Round(float64((w+1)/3*65535))))
			b = binary.LittleEndian.AppendUint16(b, uint16(w))
		} else {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(w)))
		}
	}
	t.data.Write(b)
	return out
}
