package nifti

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// counts returns for each plane how many voxels along its normal are brighter
// than level, row 0 lowest. All three come of one pass over the image.
func (o *oriented) counts(level float64) [3][][]float64 {
	nx, ny, nz := o.grid[0], o.grid[1], o.grid[2]
	// Along each axis of the voxels, the others in the order of the axes.
	along := [3][]float64{make([]float64, ny*nz), make([]float64, nx*nz), make([]float64, nx*ny)}
	row := make([]float64, nx)
	for z := range nz {
		overY := along[1][z*nx:][:nx]
		for y := range ny {
			o.im.read(row, (z*ny+y)*nx)
			overZ := along[2][y*nx:][:nx]
			n := 0.0
			for x, v := range row {
				if v > level {
					n++
					overY[x]++
					overZ[x]++
				}
			}
			along[0][z*ny+y] = n
		}
	}
	var out [3][][]float64
	for i, p := range planes {
		// Steps in along of the two directions of the plane.
		a := o.axis[p.normal]
		flat := [3]int{1, nx, nx * ny}
		for d := a + 1; d < 3; d++ {
			flat[d] /= o.grid[a]
		}
		flat[a] = 0
		index := func(d, k int) int {
			if o.flip[d] {
				k = o.n[d] - 1 - k
			}
			return k * flat[o.axis[d]]
		}
		out[i] = make([][]float64, o.n[p.v])
		for v := range out[i] {
			out[i][v] = make([]float64, o.n[p.u])
			for u := range out[i][v] {
				out[i][v][u] = along[a][index(p.u, u)+index(p.v, v)]
			}
		}
	}
	return out
}

// glass draws the outlines of a brain in three projections: where it ends, and
// pale lines of equal thickness within.
func glass(brain *Image) *triptych {
	frame := brain.frame()
	o := orient(frame)
	lo, hi := window(frame)
	counts := o.counts(lo + float64(0.1*(hi-lo)))
	t := newTriptych(o)
	for i, p := range planes {
		z, most := counts[i], 0.0
		for _, row := range z {
			most = math.Max(most, slices.Max(row))
		}
		t.add(i, figure.Layer{Kind: figure.Contour, Z: z, Levels: []float64{0.35 * most, 0.6 * most, 0.8 * most}, Color: "black", Width: 0.4, Alpha: 0.3})
		t.add(i, figure.Layer{Kind: figure.Contour, Z: z, Levels: []float64{0.06 * most}, Color: "black", Width: 1.2, Alpha: 0.6})
		t.mark(i, p.name)
	}
	return t
}

// GlassFigure returns the figure of a statistical map seen through the brain
// from three sides: at each place the value of the largest size along the line
// of sight, where that is threshold or more, within the outlines of brain, such
// as dataset.Colin27 for maps in MNI space.
//
// Errors are those of [OverlayFigure].
func GlassFigure(brain, overlay *Image, threshold float64) (*figure.Figure, error) {
	if brain == nil || brain.code == 0 {
		return nil, fmt.Errorf("nifti: GlassFigure: brain has no voxels; images come from Read, Decode or New")
	}
	t := glass(brain)
	st, err := t.o.statistic(brain, overlay, threshold)
	if err != nil {
		return nil, fmt.Errorf("nifti: GlassFigure: %w", err)
	}
	outlines := t.layers
	t.layers = nil
	for i, p := range planes {
		if st.found {
			t.add(i, st.projection(p))
		}
	}
	t.layers = append(t.layers, outlines...)
	f := t.figure(st.title())
	st.bar(&f.Panels[0])
	return f, nil
}

// ConnectomeFigure returns the figure of a network in the brain seen from three
// sides: a dot for each region at xyz[i], its place in mm, and a line for each
// connection whose weight has a size of threshold or more, red above 0 and blue
// below, the wider the larger. w is symmetric; only w[i][j] with i < j is read.
// Of brain the outlines are drawn, see [GlassFigure].
//
// Unequal numbers, places that are not three finite numbers, and a threshold
// that is negative or not finite are errors.
func ConnectomeFigure(brain *Image, xyz, w [][]float64, threshold float64) (*figure.Figure, error) {
	fail := func(format string, args ...any) (*figure.Figure, error) {
		return nil, fmt.Errorf("nifti: ConnectomeFigure: "+format, args...)
	}
	switch {
	case brain == nil || brain.code == 0:
		return fail("brain has no voxels; images come from Read, Decode or New")
	case len(xyz) != len(w):
		return fail("xyz has %d regions and w %d rows; there must be as many", len(xyz), len(w))
	case !(threshold >= 0) || math.IsInf(threshold, 1):
		return fail("threshold is %g; it must be finite and 0 or more", threshold)
	}
	place := make([][3]float64, len(xyz))
	largest := 0.0
	for i, c := range xyz {
		if len(w[i]) != len(w) {
			return fail("w has %d rows and row %d has %d values; it must be square", len(w), i, len(w[i]))
		}
		if len(c) != 3 {
			return fail("xyz[%d] has %d numbers; it must be x, y and z in mm", i, len(c))
		}
		for d, v := range c {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fail("xyz[%d][%d] is %g mm; it must be finite", i, d, v)
			}
			place[i][d] = v
		}
		for _, v := range w[i][i+1:] {
			if a := math.Abs(v); a >= threshold && a <= math.MaxFloat64 {
				largest = math.Max(largest, a)
			}
		}
	}
	t := glass(brain)
	const widths = 4
	shown := 0
	for i := range planes {
		var lines [2 * widths]figure.Layer
		for a := range w {
			for b := a + 1; b < len(w); b++ {
				v := w[a][b]
				if v == 0 || !(math.Abs(v) >= threshold) || math.IsInf(v, 0) {
					continue
				}
				k := widths - 1
				if largest > threshold {
					k = min(int((math.Abs(v)-threshold)/(largest-threshold)*widths), widths-1)
				}
				if v < 0 {
					k += widths
				}
				if i == 0 {
					shown++
				}
				x0, y0 := t.mm(i, place[a])
				x1, y1 := t.mm(i, place[b])
				lines[k].X = append(lines[k].X, x0, x1, math.NaN())
				lines[k].Y = append(lines[k].Y, y0, y1, math.NaN())
			}
		}
		for k, l := range lines {
			if len(l.X) == 0 {
				continue
			}
			l.Kind, l.Color, l.Width, l.Alpha = figure.Line, "red", 0.5+float64(0.6*float64(k%widths)), 0.75
			if k >= widths {
				l.Color = "blue"
			}
			t.layers = append(t.layers, l)
		}
		nodes := figure.Layer{Kind: figure.Points, Color: "black", Size: 3.5}
		for _, c := range place {
			x, y := t.mm(i, c)
			nodes.X, nodes.Y = append(nodes.X, x), append(nodes.Y, y)
		}
		t.layers = append(t.layers, nodes)
	}
	return t.figure(fmt.Sprintf("%d regions, %d connections with |weight| ≥ %s (red > 0, blue < 0)", len(xyz), shown, short(threshold))), nil
}
