package report

import (
	"errors"
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// residuals writes how well the model describes the run, and whether what it
// leaves is what tests take it for.
func (d *document) residuals(im *nifti.Image, g *fmri.GLM) error {
	b := d.section("residuals", "Residuals")
	r, err := g.Residuals(im)
	switch {
	case errors.Is(err, display.ErrInterrupted):
		return err
	case err != nil: // fewer volumes than they need
		pairs(b, [][2]string{{"noise model", noiseWords(g)}, {"checks", "cannot be made: " + err.Error()}})
		return nil
	}
	n := len(g.Design.X)
	rows := [][2]string{
		{"noise model", noiseWords(g)},
		{"explained", fmt.Sprintf("median R² %.3f over voxels: the part of the variance in time that all columns explain", median(r.R2))},
		{"correlation", fmt.Sprintf("of neighbours in time %s, after the noise model; independent noise would have 0 ± %.3f in a voxel", fixed(r.Correlation[0], 3), 1/math.Sqrt(float64(n)))},
		{"outliers", fmt.Sprintf("%s whose residuals exceed %.2f standard deviations", count(len(r.Outliers), "volume", "volumes"), r.Limit)},
	}
	pairs(b, rows)
	if g.Rho == nil && g.Noise == nil && r.Correlation[0] > 3/math.Sqrt(float64(n)) {
		d.remark("warning", "Residuals are correlated in time (%.2f from one volume to the next), and the model takes them as independent: its z is too large. Fit with Noise \"ar1\".", r.Correlation[0])
	}
	f := r.Plot()
	f.Title = ""
	explained := r.Image("r2")
	explained.Label = "R²"
	s := nifti.SlicesFigure(explained)
	s.Title = ""
	b.WriteString("<div class=\"row\">")
	d.picture(b, f, "Size of the residuals in each volume with the limit of outliers, and their mean autocorrelation, after the noise model")
	d.picture(b, s, "R² of the model")
	b.WriteString("</div>\n")
	details(b, "Tests of the residuals", func() {
		t := r.Table()
		t.Title = "Over voxels. Where noise is as the model has it, a share of about 0.05 of the p-values is below 0.05, more with many columns for few volumes"
		grid(b, t, -1)
	})
	return nil
}
