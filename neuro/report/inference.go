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
	"github.com/neurorepl/neurorepl/neuro/table"
)

// permutation writes what a permutation test found and what chance gave.
func (d *document) permutation(b *strings.Builder, g *fmri.Group, r *fmri.Permutation, alpha float64, u under, o GroupOptions) error {
	m := r.Map
	fmt.Fprintf(b, "<h3>%s by permutation</h3>\n", html.EscapeString(m.Name))
	how := fmt.Sprintf("%d random rearrangements; p is (b+1)/(N+1)", r.N)
	if r.Exact {
		how = fmt.Sprintf("all %d rearrangements; p is exact", r.N)
	}
	statistic, what := m.T, "t"
	if m.F != nil {
		statistic, what = m.F, "F"
	}
	both := m.F == nil
	ways := []way{{name: "largest " + what, p: r.PMax, null: r.NullMax, label: "largest |" + what + "|", observed: greatest(statistic)}}
	if r.PTFCE != nil {
		ways = append(ways, way{name: "TFCE", p: r.PTFCE, null: r.NullTFCE, label: "largest TFCE", observed: greatest(r.TFCE)})
	}
	if !math.IsNaN(r.Threshold) {
		size, mass := 0.0, 0.0
		for _, c := range r.Clusters.Clusters {
			size, mass = math.Max(size, float64(len(c.Voxels))), math.Max(mass, c.Mass)
		}
		forming := fmt.Sprintf(" (clusters where |%s| > %.3f)", what, r.Threshold)
		ways = append(ways,
			way{name: "cluster mass" + forming, p: at(r.Image("pmass"), g.Voxels), null: r.NullMass, label: "largest cluster mass", observed: mass},
			way{name: "cluster size" + forming, p: at(r.Image("psize"), g.Voxels), null: r.NullSize, label: "largest cluster size (voxels)", observed: size})
	}
	h := height{z: math.Inf(1), sides: both, said: fmt.Sprintf("p ≤ %g by permutation, corrected for all voxels by the largest statistic", alpha)}
	h.least(m, below(r.PMax, alpha))
	z := m.Image("z")
	begin := h.z
	if !h.found() {
		begin = shownAnyway
	}
	corrected := r.Image("p")
	corrected.Label = "p corrected"
	ims := []*nifti.Image{z, corrected}
	if r.PTFCE != nil {
		p := r.Image("ptfce")
		p.Label = "p TFCE"
		ims = append(ims, p)
	}
	place := d.volumes.add(m.Name+" by permutation", begin, h.words(), ims...)
	fmt.Fprintf(b, "<p class=\"threshold\"><b>Threshold</b> p ≤ %g, corrected for all voxels or clusters; %s.</p>\n", alpha, how)
	names, voxels, least := []string{}, []float64{}, []float64{}
	var best *way
	for i := range ways {
		w := &ways[i]
		n, lowest := 0, 1.0
		for _, p := range w.p {
			if p <= alpha {
				n++
			}
			lowest = math.Min(lowest, p)
		}
		names, voxels, least = append(names, w.name), append(voxels, float64(n)), append(least, lowest)
		// Drawn is TFCE where there is one, or else what the table tells of.
		if n > 0 && (best == nil || w.name == "TFCE") {
			best = w
		}
	}
	grid(b, table.Table{Cols: []table.Col{{Name: "by", Text: names}, {Name: "significant voxels", Num: voxels}, {Name: "smallest p", Num: least}}}, -1)
	if best == nil {
		paragraph(b, "Nothing is significant.")
		d.remark("note", "Permutation of %s: nothing is significant at %g.", m.Name, alpha)
	} else {
		chosen := below(best.p, alpha)
		kept := m.Image("z")
		values := make([]float64, len(kept.Volume(0)))
		lowest := math.Inf(1)
		n := 0
		for i, v := range g.Voxels {
			if chosen[i] {
				values[v] = statistic[i]
				lowest = math.Min(lowest, math.Abs(statistic[i]))
				n++
			}
		}
		nx, ny, nz := kept.Grid()
		im, err := nifti.New([]int{nx, ny, nz}, kept.Affine, values)
		if err != nil {
			return err
		}
		im.Space, im.Label = kept.Space, what
		if best.name == "TFCE" { // no height of the map shows it, so that it is a map of its own
			found := z.Volume(0)
			least := math.Inf(1)
			for i, v := range g.Voxels {
				if !chosen[i] {
					found[v] = 0
				}
				if size := math.Abs(found[v]); chosen[i] && size > 0 {
					least = math.Min(least, size)
				}
			}
			significant, err := nifti.New([]int{nx, ny, nz}, z.Affine, found)
			if err != nil {
				return err
			}
			significant.Label = "z"
			d.volumes.add(m.Name+" where TFCE is significant", least, fmt.Sprintf("TFCE, p ≤ %g corrected for all voxels; there |z| is %.3f or more", alpha, least), significant, ims[len(ims)-1])
		}
		if err := d.drawn(b, u, im, lowest, fmt.Sprintf("%s: %s of %s significant by %s", m.Name, what, count(n, "voxel", "voxels"), best.name)); err != nil {
			return err
		}
	}
	t := r.Clusters.Table()
	if t.Rows() > 0 {
		grid(b, t, place)
	}
	b.WriteString("<div class=\"row\">")
	for _, w := range ways {
		if len(w.null) == 0 {
			continue
		}
		f := histogram(w.null, 40, w.label, "")
		limit := quantile(w.null, 1-alpha)
		f.Panels[0].Layers = append(f.Panels[0].Layers, figure.Layer{Kind: figure.VLine, X: []float64{limit}, Color: "grey", Dash: true, Name: fmt.Sprintf("%g quantile", 1-alpha)},
			figure.Layer{Kind: figure.VLine, X: []float64{w.observed}, Color: "red", Name: "observed"})
		f.Panels[0].Layers[0].Name = "by chance"
		d.picture(b, f, fmt.Sprintf("The %s in %d rearrangements, and the observed one", w.label, len(w.null)))
	}
	b.WriteString("</div>\n")
	return nil
}

// A way is one statistic by which a permutation test corrects.
type way struct {
	name     string
	p        []float64 // of each voxel
	null     []float64
	label    string
	observed float64
}

func below(p []float64, alpha float64) []bool {
	out := make([]bool, len(p))
	for i, v := range p {
		out[i] = v <= alpha
	}
	return out
}

func greatest(x []float64) float64 {
	most := 0.0
	for _, v := range x {
		most = math.Max(most, math.Abs(v))
	}
	return most
}

// quantile returns the least value that a share q of x does not exceed.
func quantile(x []float64, q float64) float64 {
	s := slices.Clone(x)
	slices.Sort(s)
	return s[min(len(s)-1, max(0, int(math.Ceil(float64(q*float64(len(s)))))-1))]
}

// field writes what a random field corrects.
func (d *document) field(b *strings.Builder, r *fmri.RandomField, alpha float64, u under, o GroupOptions) error {
	fmt.Fprintf(b, "<h3>%s by random fields</h3>\n", html.EscapeString(r.Map.Name))
	s := r.Smoothness
	pairs(b, [][2]string{
		{"smoothness", fmt.Sprintf("FWHM %.1f x %.1f x %.1f mm, %.2f x %.2f x %.2f voxels", s.FWHM[0], s.FWHM[1], s.FWHM[2], s.Voxels[0], s.Voxels[1], s.Voxels[2])},
		{"resels", fmt.Sprintf("%.1f in %d voxels", s.Resels[3], s.Numbers)},
	})
	if least := min(s.Voxels[0], s.Voxels[1], s.Voxels[2]); least < 1.9 {
		d.remark("warning", "Random field of %s: the noise is only %.2f voxels wide, and the theory wants two or more; take a permutation test.", r.Map.Name, least)
	}
	// Peaks of both signs have doubled probabilities.
	both := !o.Threshold.OneSided
	o.Threshold.MinVoxels = 0
	h := fieldHeight(r, alpha, both)
	n, place, err := d.statistic(b, named(r.Map, r.Map.Name+" by random fields"), h, o.Threshold, u, o.Table)
	if err != nil {
		return err
	}
	if n == 0 {
		d.remark("note", "Random field of %s: no peak is significant at %g.", r.Map.Name, alpha)
	}
	t := r.Clusters.Table()
	if t.Rows() > 0 {
		grid(b, t, place)
	}
	return nil
}

// named returns a map under another name.
func named(m *fmri.Map, name string) *fmri.Map {
	out := *m
	out.Name = name
	return &out
}
