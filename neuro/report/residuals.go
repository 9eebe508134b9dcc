package report

import (
	"fmt"
	"math"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// residuals writes what the model leaves: its correlation in time, before and
// after the noise model, and how large it is in each volume.
func (d *document) residuals(im *nifti.Image, g *fmri.GLM) error {
	b := d.section("residuals", "Residuals")
	n := len(g.Design.X)
	voxels := len(g.Voxels)
	raw, white := make([]float64, voxels), make([]float64, voxels)
	whitened := g.Rho != nil
	const tile = 512
	parts := make([][]float64, (voxels+tile-1)/tile)
	var lock sync.Mutex
	err := im.EachFrames(g.Voxels, tile, func(lo int, y [][]float64) error {
		m := len(y[0])
		size := make([]float64, n)
		for t, row := range y {
			for j, x := range g.Design.X[t] {
				for i := range row {
					row[i] -= float64(x * g.Beta[j][lo+i])
				}
			}
		}
		for i := range m {
			raw[lo+i] = lagOne(y, i, 0)
			ss := 0.0
			for t := range y {
				ss += float64(y[t][i] * y[t][i])
			}
			if ss > 0 {
				for t := range y {
					size[t] += float64(float64(y[t][i]*y[t][i]) / ss * float64(n))
				}
			}
			if whitened {
				white[lo+i] = lagOne(y, i, g.Rho[lo+i])
			}
		}
		lock.Lock()
		parts[lo/tile] = size
		lock.Unlock()
		return nil
	})
	if err != nil {
		return err
	}
	volume := make([]float64, n)
	for _, p := range parts {
		for t, v := range p {
			volume[t] += v / float64(voxels)
		}
	}
	time, most, at := make([]float64, n), 0.0, 0
	for t := range volume {
		volume[t] = math.Sqrt(volume[t])
		time[t] = float64(t) * g.Design.TR
		if volume[t] > most {
			most, at = volume[t], t
		}
	}
	rows := [][2]string{
		{"noise model", noiseWords(g)},
		{"lag-1 correlation", fmt.Sprintf("median %s over voxels; independent noise would have about 0 ± %.3f", fixed(median(raw), 3), 1/math.Sqrt(float64(n)))},
	}
	f := histogram(raw, 60, "lag-1 correlation of residuals", "")
	f.Panels[0].Layers[0].Name = "residuals"
	if whitened {
		rows = append(rows, [2]string{"after the noise model", "median " + fixed(median(white), 3)})
		w := histogram(white, 60, "", "")
		l := w.Panels[0].Layers[0]
		l.Name, l.Color, l.Alpha = "whitened", "orange", 0.6
		f.Panels[0].Layers = append(f.Panels[0].Layers, l)
	} else if g.Noise == nil && median(raw) > 3/math.Sqrt(float64(n)) {
		d.remark("warning", "Residuals are correlated in time (lag 1: %.2f), and the model takes them as independent: its z is too large. Fit with Noise \"ar1\".", median(raw))
	}
	rows = append(rows, [2]string{"largest volume", fmt.Sprintf("number %d, at %g s: %.2f times the residual standard deviation", at, time[at], most)})
	pairs(b, rows)
	b.WriteString("<div class=\"row\">")
	picture(b, f, "Correlation of neighbours in time, over voxels")
	picture(b, &figure.Figure{Height: 5, Panels: []figure.Panel{{
		X: figure.Axis{Label: "time", Unit: "s"}, Y: figure.Axis{Label: "residual", Unit: "SD"},
		Layers: []figure.Layer{{Kind: figure.Line, X: time, Y: volume, Color: "black"}, {Kind: figure.HLine, Y: []float64{1}}},
	}}}, "Root mean square of the residuals in each volume, in standard deviations of the voxels")
	b.WriteString("</div>\n")
	return nil
}

// lagOne returns the correlation of neighbours in time of column i, less rho
// times what was before. NaN of a constant column.
func lagOne(y [][]float64, i int, rho float64) float64 {
	product, square, before := 0.0, 0.0, 0.0
	for t := 1; t < len(y); t++ {
		e := y[t][i] - float64(rho*y[t-1][i])
		if t > 1 {
			product += float64(e * before)
		}
		square += float64(e * e)
		before = e
	}
	return product / square
}
