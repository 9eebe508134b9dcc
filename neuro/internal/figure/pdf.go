package figure

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"math"
	"time"

	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-pdf/fpdf"

	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// A pdf is a page of the Portable Document Format, with the letters that it
// uses embedded and nothing in it that changes from one run to the next.
type pdf struct {
	doc      *fpdf.Fpdf
	zoomed   bool
	pictures map[string]int // name to width, in pixels
	widths   map[int]bool
}

const family = "Liberation Sans"

// newPDF returns a page laid out on w by h points and printed zoom times as large.
func newPDF(w, h, zoom float64, paper ink) *pdf {
	d := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: float64(w * zoom), Ht: float64(h * zoom)}})
	epoch := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	d.SetCreationDate(epoch)
	d.SetModificationDate(epoch)
	d.SetCatalogSort(true)
	d.SetProducer("neurorepl", true)
	if s := provenance.Stamp(); s != "" {
		d.SetSubject(s, true)
	}
	d.SetMargins(0, 0, 0)
	d.SetAutoPageBreak(false, 0)
	d.AddUTF8FontFromBytes(family, "", liberationsansregular.TTF)
	d.AddPage()
	if paper != rgb(0xffffff) {
		d.SetFillColor(int(paper.R), int(paper.G), int(paper.B))
		d.Rect(0, 0, float64(w*zoom), float64(h*zoom), "F")
	}
	if zoom != 1 {
		d.TransformBegin()
		d.TransformScaleXY(float64(100*zoom), 0, 0)
	}
	d.SetLineJoinStyle("round")
	d.SetLineCapStyle("butt")
	return &pdf{zoomed: zoom != 1, doc: d, pictures: map[string]int{}, widths: map[int]bool{}}
}

func (d *pdf) bytes() ([]byte, error) {
	if d.zoomed {
		d.doc.TransformEnd()
	}
	var buf bytes.Buffer
	err := d.doc.Output(&buf)
	return buf.Bytes(), err
}

func (d *pdf) fine() float64 { return vectorFine }

func (d *pdf) pixels() bool { return false }

func (d *pdf) snap(v float64) float64 { return math.Round(v*100) / 100 }

func (d *pdf) clip(b box) { d.doc.ClipRect(b.x0, b.y0, b.w(), b.h(), false) }

func (d *pdf) unclip() { d.doc.ClipEnd() }

func (d *pdf) ink(c ink) {
	r, g, b := int(c.R), int(c.G), int(c.B)
	d.doc.SetFillColor(r, g, b)
	d.doc.SetDrawColor(r, g, b)
	d.doc.SetTextColor(r, g, b)
	d.doc.SetAlpha(float64(c.A)/255, "Normal")
}

func (d *pdf) trace(p []point) {
	for i, v := range p {
		if i == 0 {
			d.doc.MoveTo(v.x, v.y)
		} else {
			d.doc.LineTo(v.x, v.y)
		}
	}
}

func (d *pdf) fill(p path, c ink) {
	if len(p) == 0 {
		return
	}
	d.ink(c)
	for _, poly := range p {
		d.trace(poly)
		d.doc.ClosePath()
	}
	d.doc.DrawPath("f")
}

func (d *pdf) stroke(p path, width float64, dash bool, c ink) {
	if len(p) == 0 {
		return
	}
	d.ink(c)
	d.doc.SetLineWidth(width)
	if dash {
		d.doc.SetDashPattern([]float64{4 * width, 2.5 * width}, 0)
	}
	for _, line := range p {
		d.trace(line)
	}
	d.doc.DrawPath("D")
	if dash {
		d.doc.SetDashPattern([]float64{}, 0)
	}
}

func (d *pdf) rules(from, to []point, width float64, c ink) {
	p := make(path, len(from))
	for i := range from {
		p[i] = []point{from[i], to[i]}
	}
	d.stroke(p, width, false, c)
}

// dots are lines of no length with round ends, which PDF draws as discs.
func (d *pdf) dots(at []point, size float64, c ink) {
	if len(at) == 0 {
		return
	}
	d.ink(c)
	d.doc.SetLineWidth(size)
	d.doc.SetLineCapStyle("round")
	for _, p := range at {
		d.doc.MoveTo(p.x, p.y)
		d.doc.LineTo(p.x, p.y)
		if c.A != 255 {
			d.doc.DrawPath("D")
		}
	}
	if c.A == 255 {
		d.doc.DrawPath("D")
	}
	d.doc.SetLineCapStyle("butt")
}

func (d *pdf) text(p point, s string, size, align float64, up bool, c ink) {
	d.ink(c)
	at := -float64(textWidth(s, size) * align)
	if up {
		d.doc.TransformBegin()
		d.doc.TransformRotate(90, p.x, p.y)
	}
	for _, r := range runs(s) {
		d.doc.SetFont(family, "", float64(size*r.size))
		d.doc.Text(p.x+at, p.y-float64(size*r.rise), r.text)
		at += textWidth(r.text, float64(size*r.size))
	}
	if up {
		d.doc.TransformEnd()
	}
}

// picture stores equal pictures once. fpdf orders pictures by their width and
// leaves equally wide ones to chance; so each gets a width of its own, by
// columns on the right that cannot be seen.
func (d *pdf) picture(b box, im *image.NRGBA) {
	key := sha256.Sum256(im.Pix)
	w, h := im.Rect.Dx(), im.Rect.Dy()
	name := fmt.Sprintf("%d %d %d %x", w, h, im.Stride, key)
	wide, ok := d.pictures[name]
	o := fpdf.ImageOptions{ImageType: "png"}
	if !ok {
		for wide = w; d.widths[wide]; wide++ {
		}
		d.pictures[name], d.widths[wide] = wide, true
		out := image.NewNRGBA(image.Rect(0, 0, wide, h))
		draw.Draw(out, out.Rect, im, im.Rect.Min, draw.Src)
		var data bytes.Buffer
		if err := png.Encode(&data, out); err != nil {
			panic(err) // encoding to memory does not fail
		}
		d.doc.RegisterImageOptionsReader(name, o, &data)
	}
	d.doc.SetAlpha(1, "Normal")
	d.doc.ImageOptions(name, b.x0, b.y0, float64(b.w()*float64(wide))/float64(w), b.h(), false, o, 0, "")
}
