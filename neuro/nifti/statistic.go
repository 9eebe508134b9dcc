package nifti

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A statistic is a map at the voxels of a background, without what lies below
// the threshold.
type statistic struct {
	over     oriented
	image    *Image
	peak     int // voxel of the largest size, -1 without any
	negative bool
	colour   figure.Layer
}

// statistic returns overlay at the voxels of o, which are those of bg, with NaN
// where its size is below threshold.
func (o *oriented) statistic(bg, overlay *Image, threshold float64) (*statistic, error) {
	switch {
	case overlay == nil || overlay.code == 0:
		return nil, fmt.Errorf("overlay has no voxels; images come from Read, Decode or New")
	case overlay.Volumes() > 1:
		return nil, fmt.Errorf("overlay has %d volumes; it must be one map", overlay.Volumes())
	case !(threshold >= 0) || math.IsInf(threshold, 1):
		return nil, fmt.Errorf("threshold is %g; it must be finite and 0 or more", threshold)
	}
	values := overlay.Volume(0)
	kept := make([]float64, len(values))
	for i, v := range values {
		if kept[i] = v; v == 0 || !(math.Abs(v) >= threshold) || math.IsInf(v, 0) {
			kept[i] = math.NaN()
		}
	}
	sampled, within, err := o.sample(overlay, values, kept)
	if err != nil {
		return nil, err
	}
	st := &statistic{over: *o, image: overlay, peak: -1}
	st.over.values = sampled
	peak := 0.0
	for i, v := range sampled {
		if v != v {
			continue
		}
		st.negative = st.negative || v < 0
		if math.Abs(v) > peak {
			peak, st.peak = math.Abs(v), i
		}
	}
	if !within {
		return nil, fmt.Errorf("no voxel of overlay %q lies within bg %q; compare their affines", overlay.Name, bg.Name)
	}
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

// layer returns slice k of a plane in colour.
func (st *statistic) layer(p plane, k int) figure.Layer {
	l := st.colour
	l.Z = st.over.slice(p, k)
	return l
}

func (st *statistic) title(threshold float64) string {
	title := fmt.Sprintf("%s ≥ %s", st.image.label(), short(threshold))
	if st.negative {
		title = fmt.Sprintf("|%s| ≥ %s", st.image.label(), short(threshold))
	}
	if st.image.Name != "" {
		title = st.image.Name + ", " + title
	}
	if st.peak < 0 {
		title += ": no voxel"
	}
	return title
}

// bar gives the panel the colour bar of the map.
func (st *statistic) bar(p *figure.Panel) {
	p.ColorBar = st.image.bar(st.colour.Lo, st.colour.Hi)
	p.NoColorBar = st.peak < 0
}
