package report

import (
	"errors"
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// motion writes how the head moved and returns the framewise displacement; nil
// of no motion.
func (d *document) motion(p [][]float64, tr, threshold float64) ([]float64, error) {
	if p == nil {
		return nil, nil
	}
	b := d.section("motion", "Head motion")
	fd, err := fmri.FramewiseDisplacement(p, 50)
	if err != nil {
		return nil, err
	}
	above, mean, most := 0, 0.0, 0.0
	for _, v := range fd[1:] {
		mean += v / float64(max(1, len(fd)-1))
		most = math.Max(most, v)
		if v > threshold {
			above++
		}
	}
	var shift, turn float64
	for _, row := range p {
		for i, v := range row {
			if i < 3 {
				shift = math.Max(shift, math.Abs(v-p[0][i]))
			} else {
				turn = math.Max(turn, math.Abs(v-p[0][i])*180/math.Pi)
			}
		}
	}
	pairs(b, [][2]string{
		{"framewise displacement", fmt.Sprintf("mean %.3f mm, largest %.3f mm (Power et al. 2012, sphere of 50 mm)", mean, most)},
		{fmt.Sprintf("above %g mm", threshold), fmt.Sprintf("%s of %d (%.1f %%)", count(above, "volume", "volumes"), len(fd), 100*float64(above)/float64(len(fd)))},
		{"farthest from the first volume", fmt.Sprintf("%.2f mm, %.2f°", shift, turn)},
	})
	if share := float64(above) / float64(len(fd)); share > 0.2 {
		d.remark("warning", "In %d of %d volumes the head moved by more than %g mm.", above, len(fd), threshold)
	}
	f, err := fmri.MotionFigure(p, tr)
	if err != nil {
		return nil, err
	}
	last := &f.Panels[len(f.Panels)-1]
	last.Layers = append(last.Layers, figure.Layer{Kind: figure.HLine, Y: []float64{threshold}, Color: "red", Dash: true})
	d.picture(b, f, fmt.Sprintf("Translations, rotations, and framewise displacement with the threshold of %g mm", threshold))
	return fd, nil
}

// signal writes tSNR, DVARS, outlying volumes, and the run as a carpet.
func (d *document) signal(im, inside *nifti.Image, q *quality, fd []float64, tr, threshold float64) error {
	b := d.section("signal", "Signal")
	rows := [][2]string{{"tSNR", fmt.Sprintf("median %.1f in the mask: mean over volumes, divided by their standard deviation", q.median)}}
	time := make([]float64, len(q.global))
	for t := range time {
		time[t] = float64(t) * tr
	}
	axis := figure.Axis{Label: "time", Unit: "s"}
	f := &figure.Figure{ShareX: true, Panels: []figure.Panel{
		{X: axis, Y: figure.Axis{Label: "mean signal", Unit: "%"}, Layers: []figure.Layer{{Kind: figure.Line, X: time, Y: q.global, Color: "blue"}}},
	}}
	what := "The mean signal of the mask"
	var std []float64
	switch v, err := fmri.DVARS(im, inside); {
	case errors.Is(err, display.ErrInterrupted):
		return err
	case err != nil: // data without a mean, for instance
		rows = append(rows, [2]string{"DVARS", "cannot be told: " + err.Error()})
	default:
		std = v.Std
		o, err := fmri.Outliers(fd, v.Std, fmri.OutlierOptions{FD: threshold})
		if err != nil {
			return err
		}
		rows = append(rows, [2]string{"DVARS", fmt.Sprintf("median %.2f thousandths of the median signal; standardised, the largest is %.2f (about 1 is usual)", median(v.DVARS[1:]), greatest(v.Std))})
		said := fmt.Sprintf("%s of %d with a standardised DVARS above 1.5", count(o.ByDVARS, "volume", "volumes"), len(v.Std))
		if fd != nil {
			said += fmt.Sprintf(", %d with a framewise displacement above %g mm; %d by either", o.ByFD, threshold, len(o.Volumes))
		}
		rows = append(rows, [2]string{"outliers", said})
		f.Panels = append([]figure.Panel{{X: axis, Y: figure.Axis{Label: "DVARS, standardised"}, Layers: []figure.Layer{
			{Kind: figure.Line, X: time[1:], Y: v.Std[1:], Color: "black"}, {Kind: figure.HLine, Y: []float64{1.5}, Color: "red", Dash: true}}}}, f.Panels...)
		what = "Standardised DVARS with the threshold of 1.5, and the mean signal of the mask"
	}
	switch n, err := fmri.NonSteady(im); {
	case errors.Is(err, display.ErrInterrupted):
		return err
	case err == nil:
		rows = append(rows, [2]string{"at the start", fmt.Sprintf("%s before the magnetisation was steady", count(n, "volume", "volumes"))})
		if n > 0 {
			d.remark("warning", "%s at the start, before the magnetisation was steady: leave them out.", count(n, "volume was measured", "volumes were measured"))
		}
	}
	pairs(b, rows)
	b.WriteString("<div class=\"row\">")
	d.picture(b, f, what)
	s := nifti.SlicesFigure(q.tsnr)
	s.Title = ""
	d.picture(b, s, "tSNR in the mask")
	b.WriteString("</div>\n")
	carpet, err := fmri.CarpetFigure(im, inside, fmri.CarpetOptions{Names: []string{"brain"}, FD: fd, DVARS: std, TR: tr, Order: "correlation", Rows: 400})
	if errors.Is(err, display.ErrInterrupted) {
		return err
	}
	if err == nil {
		carpet.Title = ""
		d.picture(b, carpet, "Voxels of the mask over time, those most like their mean on top, each in its standard deviations and without a line: what is common to all shows as bands")
	}
	return nil
}
