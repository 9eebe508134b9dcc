package figure

import "math"

// outline returns polygons that together cover a line of the given width along
// p, all in the same sense of rotation so that their coverages add up: one
// quadrangle per segment and a wedge on the outer side of each bend.
func outline(p []point, width float64) path {
	half := width / 2
	out := make(path, 0, 2*len(p))
	var before point // half the width across the previous segment
	var along point
	has := false
	for i := 1; i < len(p); i++ {
		a, b := p[i-1], p[i]
		dx, dy := b.x-a.x, b.y-a.y
		length := math.Sqrt(float64(dx*dx) + float64(dy*dy))
		if length == 0 {
			continue
		}
		dx, dy = dx/length, dy/length
		n := point{float64(-dy * half), float64(dx * half)}
		if has {
			out = append(out, wedge(a, before, n, float64(along.x*dy)-float64(along.y*dx),
				float64(along.x*dx)+float64(along.y*dy), half)...)
		}
		out = append(out, []point{{a.x + n.x, a.y + n.y}, {a.x - n.x, a.y - n.y}, {b.x - n.x, b.y - n.y}, {b.x + n.x, b.y + n.y}})
		before, along, has = n, point{dx, dy}, true
	}
	return out
}

// wedge fills the gap on the outer side of a bend at c between the borders m
// and n (from the centre line), where sin and cos are of the angle turned.
func wedge(c, m, n point, sin, cos, half float64) path {
	if math.Abs(sin) < 1e-3 && cos > 0 {
		return nil
	}
	if sin > 0 { // turning towards +n: the outer side is -n
		m, n = point{-m.x, -m.y}, point{-n.x, -n.y}
	} else {
		m, n = n, m
	}
	arc := []point{c, {c.x + m.x, c.y + m.y}}
	if cos < 0.9 {
		arc = append(arc, bend(c, m, n, half, 3)...)
	}
	return path{append(arc, point{c.x + n.x, c.y + n.y})}
}

// bend returns points on the arc around c from m to n, exclusive, by halving
// the angle depth times.
func bend(c, m, n point, half float64, depth int) []point {
	mid := point{m.x + n.x, m.y + n.y}
	length := math.Sqrt(float64(mid.x*mid.x) + float64(mid.y*mid.y))
	if length < float64(1e-6*half) { // a full turn: the way round is at right angles
		mid, length = point{-m.y, m.x}, half
	}
	k := half / length
	mid = point{float64(mid.x * k), float64(mid.y * k)}
	here := []point{{c.x + mid.x, c.y + mid.y}}
	if depth <= 1 {
		return here
	}
	out := bend(c, m, mid, half, depth-1)
	out = append(out, here...)
	return append(out, bend(c, mid, n, half, depth-1)...)
}

// dashed cuts a polyline into dashes: on points drawn, off points left out.
func dashed(p []point, on, off float64) path {
	var out path
	var cur []point
	left, drawing := on, true
	for i, b := range p {
		if i == 0 {
			cur = []point{b}
			continue
		}
		a := p[i-1]
		dx, dy := b.x-a.x, b.y-a.y
		length := math.Sqrt(float64(dx*dx) + float64(dy*dy))
		at := 0.0
		for length-at > left {
			at += left
			k := at / length
			q := point{a.x + float64(dx*k), a.y + float64(dy*k)}
			if drawing {
				out = append(out, append(cur, q))
				cur, left = nil, off
			} else {
				cur, left = []point{q}, on
			}
			drawing = !drawing
		}
		left -= length - at
		if drawing {
			cur = append(cur, b)
		}
	}
	if drawing && len(cur) > 1 {
		out = append(out, cur)
	}
	return out
}

// disc returns a polygon of 32 corners, which is a circle to the eye.
func disc(c point, radius float64) []point {
	compass := []point{{radius, 0}, {0, radius}, {-radius, 0}, {0, -radius}}
	out := make([]point, 0, 32)
	for i, m := range compass {
		out = append(out, point{c.x + m.x, c.y + m.y})
		out = append(out, bend(c, m, compass[(i+1)%4], radius, 3)...)
	}
	return out
}
