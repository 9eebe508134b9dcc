package report

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// shownAnyway is the |z| at which the viewer begins with a map of which no voxel
// passes.
const shownAnyway = 3.1

// under is what maps are drawn over.
type under struct {
	slices, glass *nifti.Image
}

// statistic writes the maps of a contrast: threshold, slices, glass brain and
// clusters. It returns how many clusters pass, and the map's number in the viewer.
func (d *document) statistic(b *strings.Builder, m *fmri.Map, h height, o Threshold, u under, tables fmri.ClusterOptions) (clusters, at int, err error) {
	z := m.Image("z")
	begin := h.z
	if !h.found() {
		begin = shownAnyway
	}
	ims := []*nifti.Image{z} // what the page has room for, the first before all
	if m.F == nil && m.Effect != nil {
		ims = append(ims, m.Image("effect"), m.Image("t"))
	} else if m.F != nil {
		f := m.Image("f")
		f.Label = "F"
		ims = append(ims, f)
	}
	at = d.volumes.add(m.Name, begin, h.words(), ims...)
	said := h.words()
	if o.MinVoxels > 1 {
		said += fmt.Sprintf("; clusters of %d voxels or more", o.MinVoxels)
	}
	fmt.Fprintf(b, "<p class=\"threshold\"><b>Threshold</b> %s.</p>\n", html.EscapeString(said))
	peak, place := extreme(z, h.sides)
	if peak == peak {
		paragraph(b, "The largest z is %s, at (%s, %s, %s) mm. Degrees of freedom: %s.", fixed(peak, 2), fixed(place[0], 1), fixed(place[1], 1), fixed(place[2], 1), freedom(m))
	}
	if at >= 0 {
		fmt.Fprintf(b, `<p class="live"><button type="button" data-go="%d %g %g %g">Show in the viewer</button></p>`+"\n", at, place[0], place[1], place[2])
	} else {
		paragraph(b, "The page has no room for this map in its viewer.")
	}
	if !h.found() {
		return 0, at, nil
	}
	t, kept, err := passing(z, h, o.MinVoxels, tables)
	if err != nil {
		return 0, at, err
	}
	if len(t.Clusters) == 0 {
		paragraph(b, "No cluster has %d voxels or more.", o.MinVoxels)
		return 0, at, nil
	}
	voxels := 0
	for _, c := range t.Clusters {
		voxels += len(c.Voxels)
	}
	if err := d.drawn(b, u, kept, h.z, fmt.Sprintf("%s: z of %s in %s", m.Name, count(voxels, "voxel", "voxels"), count(len(t.Clusters), "cluster", "clusters"))); err != nil {
		return 0, at, err
	}
	t.Name = ""
	rows := t.Table()
	rows.Title = fmt.Sprintf("%s of voxels that pass", count(len(t.Clusters), "cluster", "clusters"))
	grid(b, rows, at)
	return len(t.Clusters), at, nil
}

// drawn draws a map over slices and through a glass brain.
func (d *document) drawn(b *strings.Builder, u under, im *nifti.Image, threshold float64, what string) error {
	f, err := nifti.OverlayFigure(u.slices, im, threshold)
	if err != nil {
		return err
	}
	f.Title = ""
	g, err := nifti.GlassFigure(u.glass, im, threshold)
	if err != nil {
		return err
	}
	g.Title = ""
	return row(b, func() error {
		d.picture(b, f, what+", on axial slices (left is left, heights in mm)")
		d.picture(b, g, what+", seen through the brain")
		return nil
	})
}

// extreme returns the value of largest size of a map and where it is.
func extreme(im *nifti.Image, both bool) (float64, [3]float64) {
	best, at := math.NaN(), 0
	for i, v := range im.Volume(0) {
		if v != v || !both && v < 0 {
			continue
		}
		if !(math.Abs(v) <= math.Abs(best)) {
			best, at = v, i
		}
	}
	nx, ny, _ := im.Grid()
	x, y, z := im.World(float64(at%nx), float64(at/nx%ny), float64(at/(nx*ny)))
	return best, [3]float64{x, y, z}
}

func freedom(m *fmri.Map) string {
	if m.VoxelDF != nil {
		sorted := slices.Clone(m.VoxelDF)
		slices.Sort(sorted)
		df := fmt.Sprintf("%.3g (median; %.3g to %.3g by voxel)", sorted[len(sorted)/2], sorted[0], sorted[len(sorted)-1])
		if m.F != nil {
			df = fmt.Sprintf("%g and ", m.DF1) + df
		}
		return df
	}
	switch {
	case math.IsInf(m.DF, 0):
		return "infinitely many"
	case m.F != nil:
		return fmt.Sprintf("%g and %.4g", m.DF1, m.DF)
	case m.VoxelDF != nil:
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range m.VoxelDF {
			if v-v == 0 {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
		return fmt.Sprintf("%.1f to %.1f, by voxel (Satterthwaite)", lo, hi)
	}
	return fmt.Sprintf("%.4g", m.DF)
}

// contrast returns the map of a contrast, an F test of what is divided by ";" or
// of the effect of a factor.
func contrast(g *fmri.GLM, spec string) (*fmri.Map, [][]float64, error) {
	var parts []string
	for _, p := range strings.Split(spec, ";") {
		parts = append(parts, strings.TrimSpace(p))
	}
	rows, err := g.Design.Weights(parts...)
	if err != nil {
		return nil, nil, err
	}
	var m *fmri.Map
	if len(rows) > 1 || len(parts) > 1 {
		m, err = g.FContrast(parts...)
	} else {
		m, err = g.Contrast(spec)
		if err != nil {
			m, err = g.FContrast(parts...)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	m.Name = spec
	return m, rows, nil
}

// histogram returns the figure of a histogram.
func histogram(x []float64, bins int, label, unit string) *figure.Figure {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range x {
		if v-v == 0 {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	if !(hi > lo) {
		if math.IsInf(lo, 0) {
			lo, hi = 0, 0
		}
		lo, hi = lo-0.5, hi+0.5
	}
	edges, counts := make([]float64, bins+1), make([]float64, bins)
	for i := range edges {
		edges[i] = lo + float64((hi-lo)*float64(i)/float64(bins))
	}
	for _, v := range x {
		if v-v == 0 {
			counts[min(bins-1, int((v-lo)/(hi-lo)*float64(bins)))]++
		}
	}
	return &figure.Figure{Width: 12, Height: 5.5, Panels: []figure.Panel{{
		X: figure.Axis{Label: label, Unit: unit}, Y: figure.Axis{Label: "count"},
		Layers: []figure.Layer{{Kind: figure.Bars, X: edges, Y: counts, Color: "blue"}},
	}}}
}
