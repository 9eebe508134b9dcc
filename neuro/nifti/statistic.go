package nifti

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A statistic is a map over a background, without what lies below the
// threshold.
type statistic struct {
	image     *Image
	at        *sampler
	threshold float64
	found     bool   // whether anything is shown
	peak      [3]int // the background's slices through the voxel of the largest size
	negative  bool
	colour    figure.Layer
}

// statistic returns overlay as it is drawn over o, which is bg. What it spans is
// that of its own voxels within bg.
func (o *oriented) statistic(bg, overlay *Image, threshold float64) (*statistic, error) {
	switch {
	case overlay == nil || overlay.code == 0:
		return nil, fmt.Errorf("overlay has no voxels; images come from Read, Decode or New")
	case overlay.Volumes() > 1:
		return nil, fmt.Errorf("overlay has %d volumes; it must be one map", overlay.Volumes())
	case !(threshold >= 0) || math.IsInf(threshold, 1):
		return nil, fmt.Errorf("threshold is %g; it must be finite and 0 or more", threshold)
	}
	at, err := o.sampler(overlay)
	if err != nil {
		return nil, err
	}
	st := &statistic{image: overlay, at: at, threshold: threshold}
	nx, ny, nz := overlay.Grid()
	within, peak, row := false, 0.0, make([]float64, nx)
	for z := range nz {
		for y := range ny {
			overlay.read(row, (z*ny+y)*nx)
			for x, v := range row {
				size := math.Abs(v)
				shown := st.shows(v)
				if within && !(shown && (size > peak || v < 0 && !st.negative)) || v != v {
					continue
				}
				place, ok := at.back(x, y, z)
				if !ok {
					continue
				}
				within = true
				if !shown {
					continue
				}
				st.negative = st.negative || v < 0
				if size > peak {
					peak, st.peak, st.found = size, place, true
				}
			}
		}
	}
	if !within {
		return nil, fmt.Errorf("no voxel of overlay %q lies within bg %q; compare their affines", overlay.Name, bg.Name)
	}
	peak = math.Min(peak, largest)
	// Black and the darkest red would be lost on the background, so the colours
	// of values at the threshold lie well within the scale.
	st.colour = figure.Layer{Kind: figure.Image, Map: "hot", Lo: math.Max(0, threshold-float64(0.5*(peak-threshold))), Hi: peak}
	if st.negative {
		st.colour.Map, st.colour.Lo, st.colour.Hi = "diverging", -peak, peak
	}
	if st.colour.Lo == st.colour.Hi {
		st.colour.Lo = 0
	}
	return st, nil
}

// shows tells whether a value is drawn.
func (st *statistic) shows(v float64) bool {
	return v != 0 && math.Abs(v) >= st.threshold && !math.IsInf(v, 0)
}

// layer returns slice k of a plane in colour.
func (st *statistic) layer(p plane, k int) figure.Layer {
	l := st.colour
	l.Z = st.at.slice(p, k, st.shows)
	return l
}

// projection returns, in colour, the value of the largest size along the normal
// of a plane.
func (st *statistic) projection(p plane) figure.Layer {
	l := st.colour
	for k := range st.at.o.n[p.normal] {
		if st.at.repeats(p.normal, k) {
			continue
		}
		z := st.at.slice(p, k, st.shows)
		if l.Z == nil {
			l.Z = z
			continue
		}
		for j, row := range z {
			best := l.Z[j]
			for i, v := range row {
				if v == v && !(math.Abs(v) <= math.Abs(best[i])) {
					best[i] = v
				}
			}
		}
	}
	return l
}

func (st *statistic) title() string {
	title := fmt.Sprintf("%s ≥ %s", st.image.label(), short(st.threshold))
	if st.negative {
		title = fmt.Sprintf("|%s| ≥ %s", st.image.label(), short(st.threshold))
	}
	if st.image.Name != "" {
		title = st.image.Name + ", " + title
	}
	if !st.found {
		title += ": no voxel"
	}
	return title
}

// bar gives the panel the colour bar of the map.
func (st *statistic) bar(p *figure.Panel) {
	p.ColorBar = st.image.bar(st.colour.Lo, st.colour.Hi)
	p.NoColorBar = !st.found
}
