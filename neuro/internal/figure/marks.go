package figure

import (
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

func (v *view) xerrors(c canvas, l *Layer, color ink) {
	half := float64(or(l.Size, 5) / 2)
	var from, to []point
	for i := range l.X {
		a, okA := v.x.to(l.X[i])
		b, okB := v.x.to(l.X2[i])
		y, okY := v.y.to(l.Y[i])
		if okA && okB && okY {
			from = append(from, point{a, y}, point{a, y - half}, point{b, y - half})
			to = append(to, point{b, y}, point{a, y + half}, point{b, y + half})
		}
	}
	c.rules(from, to, or(l.Width, 1), color)
}

// head draws a line from a to b that ends in a triangle.
func head(c canvas, a, b point, width, size float64, color ink) {
	dx, dy := b.x-a.x, b.y-a.y
	length := math.Sqrt(float64(dx*dx) + float64(dy*dy))
	if length < 0.1 {
		return
	}
	dx, dy = dx/length, dy/length
	size = math.Min(size, float64(length*0.6))
	base := point{b.x - float64(dx*size), b.y - float64(dy*size)}
	c.stroke(path{{a, base}}, width, false, color)
	h := float64(size * 0.38)
	c.fill(path{{b, {base.x - float64(dy*h), base.y + float64(dx*h)}, {base.x + float64(dy*h), base.y - float64(dx*h)}}}, color)
}

func (v *view) arrow(c canvas, l *Layer, color ink) {
	x0, a := v.x.to(l.X[0])
	x1, b := v.x.to(l.X[1])
	y0, d := v.y.to(l.Y[0])
	y1, e := v.y.to(l.Y[1])
	if !(a && b && d && e) {
		return
	}
	from, to := point{x0, y0}, point{x1, y1}
	head(c, from, to, or(l.Width, 1), 6, color)
	if l.Text == "" {
		return
	}
	size, align := or(l.Size, small), 0.5
	w := textWidth(l.Text, size)
	at := point{x0, y0 - 3} // above an arrow that goes down or aside
	if y1 < y0 {
		at.y = y0 + size
	}
	if math.Abs(x1-x0) > math.Abs(y1-y0) {
		at, align = point{x0 - 3, y0 + float64(0.36*size)}, 1
		if x1 < x0 {
			at, align = point{x0 + 3, y0 + float64(0.36*size)}, 0
		}
	}
	left := math.Max(v.plot.x0+1, math.Min(v.plot.x1-w-1, at.x-float64(w*align)))
	at.y = math.Max(v.plot.y0+size, math.Min(v.plot.y1-2, at.y))
	c.text(point{left, at.y}, l.Text, size, 0, false, color)
}

// vectors draws a field; the longest arrow is as long as arrows are apart.
func (v *view) vectors(c canvas, l *Layer, color ink) {
	kx, ky := float64(v.x.p1-v.x.p0)/(v.x.hi-v.x.lo), float64(v.y.p1-v.y.p0)/(v.y.hi-v.y.lo)
	longest := 0.0
	for i := range l.U {
		u, w := float64(l.U[i]*kx), float64(l.V[i]*ky)
		if d := float64(u*u) + float64(w*w); d > longest && d <= math.MaxFloat64 {
			longest = d
		}
	}
	if longest == 0 {
		return
	}
	apart := math.Sqrt(float64(v.plot.w()*v.plot.h()) / float64(len(l.X)))
	scale := or(l.Size, float64(apart*0.9)) / math.Sqrt(longest)
	for i := range l.X {
		x, okX := v.x.to(l.X[i])
		y, okY := v.y.to(l.Y[i])
		u, w := float64(l.U[i]*kx*scale), float64(l.V[i]*ky*scale)
		if !okX || !okY || !(math.Abs(u)+math.Abs(w) <= 1e6) {
			continue
		}
		head(c, point{x - float64(u/2), y - float64(w/2)}, point{x + float64(u/2), y + float64(w/2)}, or(l.Width, 0.7), 4, color)
	}
}

func (v *view) polygon(c canvas, l *Layer, color ink) {
	solid := color
	solid.A = 255
	for _, p := range v.polylines(l.course(), c.fine()/4) {
		if l.Alpha > 0 {
			c.fill(path{p}, color)
		}
		if len(p) > 2 {
			p = append(p, p[0])
		}
		c.stroke(path{p}, or(l.Width, 1), l.Dash, solid)
	}
}

func (l *Layer) shaped() bool { return l.Marker != "" && l.Marker != "circle" }

// shapes draws markers other than discs.
func (v *view) shapes(c canvas, marker string, at []point, size float64, color ink) {
	var p, lines path
	for _, m := range at {
		r := float64(size / 2)
		switch marker {
		case "square":
			r = float64(r * 0.89)
			p = append(p, corners(box{m.x - r, m.y - r, m.x + r, m.y + r}))
		case "triangle":
			r = float64(r * 1.2)
			p = append(p, []point{{m.x, m.y - r}, {m.x + float64(0.87*r), m.y + float64(r/2)}, {m.x - float64(0.87*r), m.y + float64(r/2)}})
		case "diamond":
			r = float64(r * 1.2)
			p = append(p, []point{{m.x, m.y - r}, {m.x + r, m.y}, {m.x, m.y + r}, {m.x - r, m.y}})
		case "cross":
			r = float64(r * 0.8)
			lines = append(lines, []point{{m.x - r, m.y - r}, {m.x + r, m.y + r}}, []point{{m.x - r, m.y + r}, {m.x + r, m.y - r}})
		default:
			lines = append(lines, []point{{m.x - r, m.y}, {m.x + r, m.y}}, []point{{m.x, m.y - r}, {m.x, m.y + r}})
		}
	}
	c.fill(p, color)
	c.stroke(lines, 1.2, false, color)
}

// clean returns the finite values of z in order.
func clean(z []float64) []float64 {
	var out []float64
	for _, v := range z {
		if math.Abs(v) <= math.MaxFloat64 {
			out = append(out, v)
		}
	}
	sort.Float64s(out)
	return out
}

func quantile(v []float64, q float64) float64 {
	at := float64(q * float64(len(v)-1))
	i := min(int(at), len(v)-1)
	if i+1 >= len(v) {
		return v[i]
	}
	return v[i] + float64((at-float64(i))*(v[i+1]-v[i]))
}

// wide is the width of a box or violin in units of x.
func (l *Layer) wide() float64 {
	if l.Kind == Violin {
		return or(l.Size, 0.7)
	}
	return or(l.Size, 0.5)
}

// box draws quartiles, the median, and whiskers to the farthest values within
// 1.5 interquartile ranges of the quartiles (Tukey 1977).
func (v *view) box(c canvas, l *Layer, color ink) {
	half := l.wide() / 2
	for i, at := range l.X {
		z := clean(l.Z[i])
		if len(z) == 0 {
			continue
		}
		q1, q2, q3, lo, hi, out := quartiles(z)
		x, ok := v.x.to(at)
		a, okA := v.x.to(at - float64(half))
		b, okB := v.x.to(at + float64(half))
		y1, ok1 := v.y.to(q1)
		y2, ok2 := v.y.to(q2)
		y3, ok3 := v.y.to(q3)
		yl, okL := v.y.to(lo)
		yh, okH := v.y.to(hi)
		if !(ok && okA && okB && ok1 && ok2 && ok3 && okL && okH) {
			continue
		}
		pale := color
		pale.A = uint8(int(pale.A) * 3 / 10)
		c.fill(path{corners(box{math.Min(a, b), math.Min(y1, y3), math.Max(a, b), math.Max(y1, y3)})}, pale)
		quarter := float64((b - a) / 4)
		c.rules([]point{{a, y1}, {a, y3}, {a, y1}, {b, y1}, {x, y1}, {x, y3}, {x - quarter, yl}, {x - quarter, yh}},
			[]point{{b, y1}, {b, y3}, {a, y3}, {b, y3}, {x, yl}, {x, yh}, {x + quarter, yl}, {x + quarter, yh}}, or(l.Width, 1), color)
		c.rules([]point{{a, y2}}, []point{{b, y2}}, 2, color)
		dots, _ := v.spots(nil, nil, repeat(at, len(out)), out, 4)
		c.dots(dots, 3, color)
	}
}

// quartiles returns the quartiles of sorted values, the ends of the whiskers,
// and the values beyond.
func quartiles(z []float64) (q1, q2, q3, lo, hi float64, out []float64) {
	q1, q2, q3 = quantile(z, 0.25), quantile(z, 0.5), quantile(z, 0.75)
	reach := float64(1.5 * (q3 - q1))
	lo, hi = q1, q3
	for _, w := range z {
		if w < q1-reach || w > q3+reach {
			out = append(out, w)
			continue
		}
		lo, hi = math.Min(lo, w), math.Max(hi, w)
	}
	return q1, q2, q3, lo, hi, out
}

func repeat(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// violin draws a kernel density estimate, mirrored unless Half is set, with
// Silverman's (1986) width 0.9 min(sd, IQR/1.34) n^(-1/5).
func (v *view) violin(c canvas, l *Layer, color ink) {
	for i, at := range l.X {
		z := clean(l.Z[i])
		if len(z) == 0 {
			continue
		}
		y, d := density(z)
		most := 0.0
		for _, w := range d {
			most = math.Max(most, w)
		}
		var right, left []point
		for k := range y {
			w := float64(l.wide() / 2 * d[k] / most)
			py, ok := v.y.to(y[k])
			a, okA := v.x.to(at - w)
			b, okB := v.x.to(at + w)
			if l.Half {
				a, okA = v.x.to(at)
			}
			if ok && okA && okB {
				right, left = append(right, point{b, py}), append(left, point{a, py})
			}
		}
		for k := len(left) - 1; k >= 0; k-- {
			right = append(right, left[k])
		}
		if len(right) < 3 {
			continue
		}
		pale := color
		pale.A = uint8(int(pale.A) * 35 / 100)
		c.fill(path{right}, pale)
		c.stroke(path{append(right, right[0])}, or(l.Width, 1), false, color)
	}
}

// density estimates the density of sorted values at 96 places.
func density(z []float64) (y, d []float64) {
	n := float64(len(z))
	mean, ss := 0.0, 0.0
	for _, v := range z {
		mean += v / n
	}
	for _, v := range z {
		ss += float64((v-mean)*(v-mean)) / n
	}
	width := math.Sqrt(ss)
	if iqr := (quantile(z, 0.75) - quantile(z, 0.25)) / 1.34; iqr > 0 {
		width = math.Min(width, iqr)
	}
	width *= 0.9 / vec.Pow(n, 0.2)
	lo, hi := z[0], z[len(z)-1]
	if !(width > 0) {
		width = math.Max(math.Abs(lo)*1e-3, 1e-3)
		lo, hi = lo-float64(3*width), hi+float64(3*width)
	}
	const places = 96
	for k := range places {
		at := lo + float64((hi-lo)*float64(k)/(places-1))
		sum := 0.0
		from := sort.SearchFloat64s(z, at-float64(5*width))
		for _, v := range z[from:] {
			u := (v - at) / width
			if u > 5 {
				break
			}
			sum += vec.Exp(float64(-0.5 * u * u))
		}
		y, d = append(y, at), append(d, sum)
	}
	return y, d
}
