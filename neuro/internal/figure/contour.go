package figure

import "math"

// levels returns the values of contour lines: those given, or about seven
// round ones.
func (l *Layer) levels() []float64 {
	if l.Levels != nil {
		return l.Levels
	}
	r := nothing()
	for _, row := range l.Z {
		for _, v := range row {
			if math.Abs(v) <= farthest {
				r.add(v)
			}
		}
	}
	if r.empty() || r.lo == r.hi {
		return nil
	}
	s := scale{lo: r.lo, hi: r.hi}
	return ruler{length: 230, size: small, upright: true}.linear(&s).at
}

// contour draws lines of equal value between the centres of cells (marching
// squares; the two ways through a saddle are told apart by the mean). Cells
// beside NaN have none. With a Map each level has its colour.
func (v *view) contour(c canvas, l *Layer, color ink) {
	cols, rows := l.size()
	if cols < 2 || rows < 2 {
		return
	}
	r := l.rectangle()
	place := func(i, j float64) (point, bool) { // column, row
		x, okX := v.x.to(r[0] + float64((r[1]-r[0])*(i+0.5)/float64(cols)))
		y, okY := v.y.to(r[2] + float64((r[3]-r[2])*(j+0.5)/float64(rows)))
		return point{x, y}, okX && okY
	}
	var m *colormap
	if l.Map != "" {
		m = l.colormap()
	}
	for _, level := range l.levels() {
		var lines path
		for j := 0; j+1 < rows; j++ {
			a, b := l.Z[j], l.Z[j+1]
			for i := 0; i+1 < min(len(a), len(b)); i++ {
				lines = squares(lines, [4]float64{a[i], a[i+1], b[i+1], b[i]}, level, float64(i), float64(j), place)
			}
		}
		ink := color
		if m != nil {
			ink = m.color(level)
		}
		c.stroke(joined(lines), or(l.Width, 1), l.Dash, ink)
	}
}

// squares adds the pieces of a level within one square of four centres, in
// turn lower left, lower right, upper right, upper left.
func squares(lines path, z [4]float64, level, i, j float64, place func(i, j float64) (point, bool)) path {
	at := [4][2]float64{{i, j}, {i + 1, j}, {i + 1, j + 1}, {i, j + 1}}
	var cuts []point
	sum := 0.0
	for k := range 4 {
		p, q := z[k], z[(k+1)%4]
		if !(math.Abs(p) <= farthest && math.Abs(q) <= farthest) {
			return lines
		}
		sum += float64(p / 4)
		if (p < level) == (q < level) {
			continue
		}
		t := (level - p) / (q - p)
		a, b := at[k], at[(k+1)%4]
		if o, ok := place(a[0]+float64(t*(b[0]-a[0])), a[1]+float64(t*(b[1]-a[1]))); ok {
			cuts = append(cuts, o)
		}
	}
	switch len(cuts) {
	case 2:
		return append(lines, []point{cuts[0], cuts[1]})
	case 4:
		if (sum < level) == (z[0] < level) { // the middle belongs to corner 0
			return append(lines, []point{cuts[0], cuts[1]}, []point{cuts[2], cuts[3]})
		}
		return append(lines, []point{cuts[3], cuts[0]}, []point{cuts[1], cuts[2]})
	}
	return lines
}

// joined chains pieces that share ends into longer lines, in the order of
// their first pieces.
func joined(pieces path) path {
	key := func(p point) [2]int64 {
		return [2]int64{int64(math.Round(p.x * 1e4)), int64(math.Round(p.y * 1e4))}
	}
	ends := map[[2]int64][]int{}
	for i, p := range pieces {
		ends[key(p[0])] = append(ends[key(p[0])], i)
		ends[key(p[1])] = append(ends[key(p[1])], i)
	}
	used := make([]bool, len(pieces))
	follow := func(p point) []point {
		var out []point
		for {
			next := -1
			for _, i := range ends[key(p)] {
				if !used[i] {
					next = i
					break
				}
			}
			if next < 0 {
				return out
			}
			used[next] = true
			q := pieces[next][1]
			if key(q) == key(p) {
				q = pieces[next][0]
			}
			out = append(out, q)
			p = q
		}
	}
	var lines path
	for i, p := range pieces {
		if used[i] {
			continue
		}
		used[i] = true
		on, back := follow(p[1]), follow(p[0])
		var line []point
		for k := len(back) - 1; k >= 0; k-- {
			line = append(line, back[k])
		}
		lines = append(lines, append(append(line, p[0], p[1]), on...))
	}
	return lines
}
