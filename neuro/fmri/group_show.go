package fmri

import (
	"encoding/base64"
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// sliced returns the figure of a map over slices and, below them, through a
// glass brain.
func sliced(under, brain, im *nifti.Image, threshold float64, title string) (*figure.Figure, error) {
	f, err := nifti.OverlayFigure(under, im, threshold)
	if err != nil {
		return nil, err
	}
	g, err := nifti.GlassFigure(brain, im, threshold)
	if err != nil {
		return nil, err
	}
	f.Title = title
	f.Heights = []float64{f.Height, g.Height}
	f.Height += g.Height
	f.Panels = append(f.Panels, g.Panels...)
	return f, nil
}

// withTable returns a figure with a table below it: as one page for notebooks,
// as the table's text elsewhere, beside the picture.
func withTable(f *figure.Figure, t table.Table) display.Bundle {
	b, rows := f.Show(), t.Show()
	if data, ok := b.Data[display.TypePNG].([]byte); ok {
		size, _ := b.Metadata[display.TypePNG].(map[string]any)
		b.Data[display.TypeHTML] = fmt.Sprintf(`<div><img width="%v" height="%v" src="data:image/png;base64,%s"/></div>%v`,
			size["width"], size["height"], base64.StdEncoding.EncodeToString(data), rows.Data[display.TypeHTML])
	}
	b.Data[display.TypeText] = rows.Text()
	return b
}

// Show shows how many maps and voxels there are and each coefficient over the
// voxels.
func (g Group) Show() display.Bundle { return g.table().Show() }

func (g Group) table() table.Table {
	t := g.GLM.coefficients()
	t.Title = fmt.Sprintf("Group of %d maps, %d voxels, method %s, %g degrees of freedom: coefficients over voxels", g.Maps, len(g.Voxels), g.Method, g.DF)
	if g.LeftOut > 0 {
		t.Title += fmt.Sprintf("; %d voxels left out, where a map is not finite", g.LeftOut)
	}
	return t
}

// Plot draws the statistic where it is significant at alpha, on slices and
// through a glass brain. by says by which probability: "p" of the largest
// statistic, "ptfce", "psize" or "pmass"; "" takes the first of TFCE, cluster
// mass and largest statistic that was computed. Another name, TFCE that was not
// computed and an alpha that does not lie between 0 and 1 are errors.
func (r *Permutation) Plot(by string, alpha float64) (*figure.Figure, error) {
	fail := func(format string, args ...any) (*figure.Figure, error) {
		return nil, fmt.Errorf("fmri: Permutation.Plot: "+format, args...)
	}
	if !(alpha > 0 && alpha < 1) {
		return fail("alpha is %g; it lies between 0 and 1", alpha)
	}
	words := map[string]string{"p": "largest statistic", "ptfce": "TFCE", "psize": "cluster size", "pmass": "cluster mass"}
	switch {
	case by == "" && r.PTFCE != nil:
		by = "ptfce"
	case by == "" && !math.IsNaN(r.Threshold):
		by = "pmass"
	case by == "":
		by = "p"
	case words[by] == "":
		return fail("by is %q; allowed are \"p\", \"ptfce\", \"psize\", \"pmass\" and \"\"", by)
	case by == "ptfce" && r.PTFCE == nil:
		return fail("TFCE was not computed; set TFCE of the options")
	case by != "p" && by != "ptfce" && math.IsNaN(r.Threshold):
		return fail("no clusters were formed; set ClusterP of the options")
	}
	statistic, what := r.Map.T, "t"
	if r.Map.F != nil {
		statistic, what = r.Map.F, "f"
	}
	p := r.Image(by).Volume(0)
	kept := make([]float64, len(statistic))
	count, least := 0, math.Inf(1)
	for i, v := range r.group.Voxels {
		if p[v] <= alpha {
			kept[i] = statistic[i]
			least = math.Min(least, math.Abs(kept[i]))
			count++
		}
	}
	im := spread(kept, r.group.Voxels, r.group.mask, 0)
	im.Label = what
	title := fmt.Sprintf("%s: %s where p ≤ %g by %s: %d voxels", r.Map.Name, what, alpha, words[by], count)
	if count == 0 {
		least = 0
		title = fmt.Sprintf("%s: no voxel with p ≤ %g by %s", r.Map.Name, alpha, words[by])
	}
	f, err := sliced(r.group.under, r.group.mask, im, least, title)
	if err != nil {
		return fail("%w", err)
	}
	return f, nil
}

// Show draws what is significant at 0.05, see [Permutation.Plot], above the table
// of clusters.
func (r Permutation) Show() display.Bundle {
	f, err := r.Plot("", 0.05)
	if err != nil {
		return display.Text(err.Error())
	}
	return withTable(f, r.Clusters.Table())
}
