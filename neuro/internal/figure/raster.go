package figure

import (
	"image"
	"math"
)

// A raster is a page of pixels.
type raster struct {
	im    *image.RGBA
	scale float64 // pixels per point
	area  image.Rectangle
	mask  mask

	stamps    [phases * phases][]uint8 // a disc of diameter stampSize at each position
	stampSize float64
}

// newRaster returns a page of w by h points in the colour of paper, or clear.
func newRaster(w, h, dpi float64, paper ink) *raster {
	scale := dpi / 72
	im := image.NewRGBA(image.Rect(0, 0, int(float64(w*scale)+0.5), int(float64(h*scale)+0.5)))
	if paper.A > 0 && len(im.Pix) > 0 {
		n := copy(im.Pix, []uint8{paper.R, paper.G, paper.B, 255})
		for n < len(im.Pix) {
			n += copy(im.Pix[n:], im.Pix[:n])
		}
	}
	return &raster{im: im, scale: scale, area: im.Rect}
}

func (r *raster) fine() float64 { return 1 / r.scale }

func (r *raster) pixels() bool { return true }

func (r *raster) snap(v float64) float64 { return math.Round(float64(v*r.scale)) / r.scale }

func (r *raster) clip(b box) { r.area = r.rect(b).Intersect(r.im.Rect) }

func (r *raster) unclip() { r.area = r.im.Rect }

// rect returns the pixels whose centres lie in b.
func (r *raster) rect(b box) image.Rectangle {
	px := func(v float64) int { return int(math.Round(math.Max(-1e6, math.Min(1e6, float64(v*r.scale))))) }
	return image.Rect(px(b.x0), px(b.y0), px(b.x1), px(b.y1))
}

func (r *raster) fill(p path, c ink) {
	q := make(path, len(p))
	for i, poly := range p {
		q[i] = r.device(poly)
	}
	r.paint(q, c)
}

func (r *raster) device(p []point) []point {
	q := make([]point, len(p))
	for i, v := range p {
		q[i] = point{float64(v.x * r.scale), float64(v.y * r.scale)}
	}
	return q
}

// paint fills polygons given in pixels; it looks only at the pixels around
// them.
func (r *raster) paint(p path, c ink) {
	lo, hi := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, poly := range p {
		for _, v := range poly {
			lo = point{math.Min(lo.x, v.x), math.Min(lo.y, v.y)}
			hi = point{math.Max(hi.x, v.x), math.Max(hi.y, v.y)}
		}
	}
	a := r.area
	around := image.Rect(
		int(math.Max(lo.x, float64(a.Min.X))), int(math.Max(lo.y, float64(a.Min.Y))),
		int(math.Min(hi.x, float64(a.Max.X)))+1, int(math.Min(hi.y, float64(a.Max.Y)))+1,
	).Intersect(a)
	if lo.x > hi.x || lo.x >= float64(a.Max.X) || lo.y >= float64(a.Max.Y) || hi.x < float64(a.Min.X) || hi.y < float64(a.Min.Y) || around.Empty() {
		return
	}
	r.mask.reset(around)
	for _, poly := range p {
		r.mask.polygon(poly)
	}
	r.mask.blend(r.im, c)
}

func (r *raster) stroke(p path, width float64, dash bool, c ink) {
	w := math.Max(1, float64(width*r.scale))
	var all path
	for _, line := range p {
		line = r.device(line)
		if dash {
			for _, d := range dashed(line, 4*w, 2.5*w) {
				all = append(all, outline(d, w)...)
			}
			continue
		}
		all = append(all, outline(line, w)...)
	}
	r.paint(all, c)
}

// rules are drawn on whole pixels, so that they are equally sharp everywhere.
func (r *raster) rules(from, to []point, width float64, c ink) {
	w := math.Max(1, math.Round(float64(width*r.scale)))
	border := func(v float64) float64 { return math.Round(float64(v*r.scale) - float64(w/2)) }
	for i, a := range from {
		b := to[i]
		var q image.Rectangle
		if a.x == b.x {
			x := int(border(a.x))
			y0, y1 := math.Round(float64(math.Min(a.y, b.y)*r.scale)), math.Round(float64(math.Max(a.y, b.y)*r.scale))
			q = image.Rect(x, int(y0), x+int(w), int(math.Max(y1, y0+1)))
		} else {
			y := int(border(a.y))
			x0, x1 := math.Round(float64(math.Min(a.x, b.x)*r.scale)), math.Round(float64(math.Max(a.x, b.x)*r.scale))
			q = image.Rect(int(x0), y, int(math.Max(x1, x0+1)), y+int(w))
		}
		r.block(q, c)
	}
}

// block paints whole pixels.
func (r *raster) block(q image.Rectangle, c ink) {
	q = q.Intersect(r.area)
	for y := q.Min.Y; y < q.Max.Y; y++ {
		pix := r.im.Pix[r.im.PixOffset(q.Min.X, y):]
		for i := 0; i < q.Dx(); i++ {
			over(pix[4*i:4*i+4:4*i+4], c, uint32(c.A))
		}
	}
}

// phases is how many positions within a pixel, on each axis, a marker can
// have.
const phases = 4

// dots stamps a disc that is drawn once for each position within a pixel.
func (r *raster) dots(at []point, size float64, c ink) {
	radius := math.Max(0.5, float64(size*r.scale)/2)
	side := 2*int(math.Ceil(radius)) + 2
	middle := float64(float64(side) / 2)
	if r.stampSize != size {
		r.stamps, r.stampSize = [phases * phases][]uint8{}, size
	}
	for _, p := range at {
		x, y := float64(p.x*r.scale), float64(p.y*r.scale)
		if !(x > float64(r.area.Min.X-side) && x < float64(r.area.Max.X+side) && y > float64(r.area.Min.Y-side) && y < float64(r.area.Max.Y+side)) {
			continue
		}
		qx, qy := math.Floor(x*phases), math.Floor(y*phases)
		ix, iy := math.Floor(qx/phases), math.Floor(qy/phases)
		kx, ky := int(qx-float64(ix*phases)), int(qy-float64(iy*phases))
		stamp := r.stamps[ky*phases+kx]
		if stamp == nil {
			small := &raster{im: image.NewRGBA(image.Rect(0, 0, side, side)), scale: 1}
			small.area = small.im.Rect
			centre := point{middle + float64((float64(kx)+0.5)/phases), middle + float64((float64(ky)+0.5)/phases)}
			small.paint(path{disc(centre, radius)}, ink{A: 255})
			stamp = make([]uint8, side*side)
			for i := range stamp {
				stamp[i] = small.im.Pix[4*i+3]
			}
			r.stamps[ky*phases+kx] = stamp
		}
		r.stamp(stamp, side, int(ix)-side/2, int(iy)-side/2, c)
	}
}

func (r *raster) stamp(stamp []uint8, side, x, y int, c ink) {
	q := image.Rect(x, y, x+side, y+side).Intersect(r.area)
	for py := q.Min.Y; py < q.Max.Y; py++ {
		pix := r.im.Pix[r.im.PixOffset(q.Min.X, py):]
		row := stamp[(py-y)*side+q.Min.X-x:]
		for i := 0; i < q.Dx(); i++ {
			if row[i] != 0 {
				over(pix[4*i:4*i+4:4*i+4], c, (uint32(row[i])*uint32(c.A)+127)/255)
			}
		}
	}
}

func (r *raster) text(p point, s string, size, align float64, up bool, c ink) {
	width := textWidth(s, size)
	start := point{p.x - float64(width*align), p.y}
	if up {
		start = point{p.x, p.y + float64(width*align)}
	}
	r.fill(outlines(start, s, size, up), c)
}

func (r *raster) picture(b box, im *image.NRGBA) {
	q := r.rect(b)
	w, h := im.Rect.Dx(), im.Rect.Dy()
	if q.Empty() || w == 0 || h == 0 {
		return
	}
	in := q.Intersect(r.area)
	from := make([]int, in.Dx()) // the byte of a row of im that each pixel shows
	for i := range from {
		from[i] = 4 * ((2*(in.Min.X+i-q.Min.X) + 1) * w / (2 * q.Dx()))
	}
	for y := in.Min.Y; y < in.Max.Y; y++ {
		row := im.Pix[im.PixOffset(im.Rect.Min.X, im.Rect.Min.Y+(2*(y-q.Min.Y)+1)*h/(2*q.Dy())):]
		pix := r.im.Pix[r.im.PixOffset(in.Min.X, y):][:4*len(from)]
		for i, k := range from {
			switch s, d := row[k:k+4:k+4], pix[4*i:4*i+4:4*i+4]; s[3] {
			case 0:
			case 255:
				copy(d, s)
			default:
				over(d, ink{R: s[0], G: s[1], B: s[2]}, uint32(s[3]))
			}
		}
	}
}

// straight returns the page as picture with separate opacity.
func (r *raster) straight() *image.NRGBA {
	out := image.NewNRGBA(r.im.Rect)
	for i := 0; i < len(r.im.Pix); i += 4 {
		a := uint32(r.im.Pix[i+3])
		if a == 0 {
			continue
		}
		for k := 0; k < 3; k++ {
			out.Pix[i+k] = uint8(min(255, (uint32(r.im.Pix[i+k])*255+a/2)/a))
		}
		out.Pix[i+3] = uint8(a)
	}
	return out
}

// png encodes the page and says in it how many dots an inch has.
func (r *raster) png() []byte {
	return encodePNG(r.im, uint32(math.Round(r.scale*72/0.0254)))
}
