package figure

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"math"
	"strings"
)

//go:embed viewer.js
var viewerScript string

// mostColumns is how finely a viewer keeps lines across its panel: beyond so
// many columns only the extremes of each are kept, so that a page stays of a
// size that a browser opens, whatever the number of points.
const mostColumns = 400_000

// fewColumns is how finely it keeps what is not a line and has more values than
// that.
const fewColumns = 2000

// A livePanel is what the viewer is told of a panel.
type livePanel struct {
	Box   [4]float64 `json:"box"`
	X     *liveAxis  `json:"x"`
	Y     *liveAxis  `json:"y"`
	Right *liveAxis  `json:"r,omitempty"`
	Bare  bool       `json:"bare,omitempty"`
	Link  *int       `json:"link,omitempty"` // panels with the same number share x
	Bar   string     `json:"bar,omitempty"`
	Marks []mark     `json:"marks"`
}

// A liveAxis is a scale from T0, at share 0, to T1, and its first ticks.
type liveAxis struct {
	T0     float64   `json:"t0"`
	T1     float64   `json:"t1"`
	Log    bool      `json:"log,omitempty"`
	Lin    float64   `json:"lin,omitempty"`
	Per    float64   `json:"per"`
	Name   string    `json:"name,omitempty"`
	Show   int       `json:"show"` // 1: ticks, 2: and numbers
	Hide   bool      `json:"hide,omitempty"`
	Turned bool      `json:"turned,omitempty"`
	At     []float64 `json:"at,omitempty"`
	Labels []string  `json:"labels,omitempty"`
	Note   string    `json:"note,omitempty"`
	NoteAt float64   `json:"noteAt,omitempty"`
}

// viewer returns a piece of HTML in which the figure can be zoomed, moved and
// read, with all that it needs in it. What does not move with the data is a
// picture over the canvas.
func (p *page) viewer(share bool, cols int) string {
	type figure struct {
		W      float64     `json:"w"`
		H      float64     `json:"h"`
		K      float64     `json:"k"`
		Font   float64     `json:"font"`
		Ink    string      `json:"ink"`
		Panels []livePanel `json:"panels"`
	}
	k := float64(p.zoom * 96 / 72)
	f := figure{W: p.w, H: p.h, K: k, Font: small, Ink: hexColor(p.theme.text)}
	var data bytes.Buffer
	for i, v := range p.views {
		v.live = true
		q := v.livePanel(&data, p.w, p.h)
		if share {
			column := i % cols
			q.Link = &column
		}
		f.Panels = append(f.Panels, q)
	}
	still := newSVG(p.w, p.h, p.zoom, ink{})
	p.paint(still)
	spec, err := json.Marshal(f)
	if err != nil {
		panic(fmt.Errorf("figure: viewer: %w", err)) // numbers were made finite
	}
	numbers := base64.StdEncoding.EncodeToString(data.Bytes())
	sum := sha256.Sum256(append(spec, data.Bytes()...))
	class := "nf-" + hex.EncodeToString(sum[:6])
	w, h := math.Round(float64(p.w*k)), math.Round(float64(p.h*k))
	var b strings.Builder
	fmt.Fprintf(&b, `<div class="nf %s" tabindex="0" title="drag to move; wheel after a click, or + and −, to zoom (Shift: x only); 0 or double click for all" style="position:relative;width:%gpx;height:%gpx;max-width:100%%;background:%s;touch-action:none;outline-offset:1px">`, class, w, h, hexColor(p.theme.paper))
	fmt.Fprintf(&b, `<canvas style="position:absolute;left:0;top:0;width:%gpx;height:%gpx"></canvas>`, w, h)
	fmt.Fprintf(&b, "<div style=\"position:absolute;left:0;top:0;pointer-events:none;line-height:0\">%s</div>", still.bytes())
	fmt.Fprintf(&b, `<div class="nf-tip" style="display:none;position:absolute;pointer-events:none;white-space:pre;font:11px/1.35 Arial,Helvetica,sans-serif;padding:3px 6px;border-radius:3px;border:1px solid #8888;background:%s;color:%s"></div></div>`, hexColor(p.theme.paper), hexColor(p.theme.text))
	// "</" would end the script; JSON has it only within strings, where Go
	// writes < as an escape.
	fmt.Fprintf(&b, "\n<script>(()=>{%s\nfor (const e of document.querySelectorAll('.%s')) if (!e.dataset.drawn) { e.dataset.drawn = 1; neuroFigure(e, %s, '%s') }})()</script>\n", viewerScript, class, spec, numbers)
	return b.String()
}

// document returns the viewer as a page of its own.
func (p *page) document(title, viewer string) string {
	return fmt.Sprintf("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>%s</title><style>body{margin:16px;background:%s}</style></head>\n<body>\n%s</body>\n</html>\n",
		html.EscapeString(title), hexColor(p.theme.paper), viewer)
}

// livePanel returns what the viewer is told of a panel on a page of w by h points.
func (v *view) livePanel(data *bytes.Buffer, w, h float64) livePanel {
	b := v.plot
	t := &tape{plot: b, thin: b.w() / mostColumns, data: data}
	for i := range v.Layers {
		l := &v.Layers[i]
		t.name, t.right = l.Name, l.Right && v.twin != nil
		if l.Kind == Image && t.cells(v, l) {
			continue
		}
		many := len(l.X) > mostColumns
		if many && (l.Kind == Points || l.Kind == Ticks && (v.y.hi-v.y.lo)*fewColumns > mostColumns) {
			v.flatten(t, l, v.colors[i], w, h)
			continue
		}
		if l.Kind == Image || many && l.Kind == Ticks {
			t.thin = b.w() / fewColumns // as a picture, or one mark for each place
		}
		v.draw(t, l, v.colors[i])
		t.thin = b.w() / mostColumns
	}
	t.store()
	out := livePanel{Box: [4]float64{b.x0, b.y0, b.x1, b.y1}, Bare: v.Bare || v.ScaleBar != (ScaleBar{}), Marks: t.marks, Bar: plainText(v.ColorBar.Label)}
	out.X = liveOf(&v.x, v.X, v.xMarks, v.xUnit, v.labelX, b.x0, b.w())
	out.X.Turned = v.turned
	out.X.NoteAt = b.y1 + v.xNumbers() + labelGap + 0.78*medium
	out.Y = liveOf(&v.y, v.Y, v.yMarks, v.yUnit, v.labelY, b.y0, b.h())
	if v.twin != nil {
		out.Right = liveOf(&v.twin.y, v.Right, v.twin.marks, v.twin.unit, true, b.y0, b.h())
	}
	return out
}

func liveOf(s *scale, a Axis, m marks, per float64, labelled bool, from, length float64) *liveAxis {
	out := &liveAxis{T0: s.from(from), T1: s.from(from + length), Log: s.log, Lin: s.lin, Per: or(per, 1), Name: plainText(label(a)), Hide: a.Hide, Labels: m.labels, Note: m.note}
	for _, at := range m.at {
		out.At = append(out.At, (s.place(at)-from)/length)
	}
	switch {
	case a.Hide:
	case labelled:
		out.Show = 2
	default:
		out.Show = 1
	}
	return out
}
