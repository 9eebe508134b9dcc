package report

import (
	"errors"
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// RunOptions say what the report of a run tells; zero fields take the defaults
// named here.
type RunOptions struct {
	Title string // "" means the name of the image
	// Contrasts are those to report, each written as in [fmri.GLM.Contrast], or as
	// several of them divided by ";" for an F test. nil takes each condition of
	// Events, or else the first column of the design.
	Contrasts []string
	// Maps are further maps to report, such as those of several runs together
	// ([fmri.FixedEffects]) or a conjunction.
	Maps      []*fmri.Map
	Threshold Threshold
	Table     fmri.ClusterOptions // what the tables of clusters tell; its Threshold is not read

	Events []fmri.Event // as the file had them: those after the run's end are counted
	Motion [][]float64  // [time][6], in the order of fmri.Motion; nil leaves it out
	// FDThreshold is the framewise displacement above which volumes are counted;
	// 0 means 0.5.
	FDThreshold float64 `unit:"mm"`

	// Background lies below the maps, such as the person's anatomy in the same
	// space; nil is the mean of the run.
	Background *nifti.Image
	// Preprocessing says in sentences what was done before, for the paragraph
	// on methods: "Volumes were realigned to the first."
	Preprocessing []string
	Problems      []string  // to be listed beside those of the image's header
	Command       string    // that makes the report again; "" is taken from the record
	Time          time.Time // when it was made; zero leaves it out
}

// NewRunOptions returns options with the thresholds that zero fields mean.
func NewRunOptions() RunOptions {
	return RunOptions{Threshold: Threshold{Correction: "fdr", Alpha: 0.05}, FDThreshold: 0.5}
}

// Run returns the report of a linear model of a run: im and mask are those that g
// was fitted to with [fmri.Fit].
//
// It says what the data are, how many voxels are NaN or constant, which events
// lie after the end; draws the design, its contrasts and how collinear it is;
// gives for every contrast the threshold, the map on slices and through the
// brain, and a table of clusters; and tells of motion, signal and residuals.
//
// It is an error when g is nil or has no design, im does not fit g, a contrast
// cannot be read, or an option is not allowed.
func Run(im, mask *nifti.Image, g *fmri.GLM, o RunOptions) (*Page, error) {
	p, err := run(im, mask, g, o)
	if err != nil {
		return nil, fmt.Errorf("report: Run: %w", err)
	}
	return p, nil
}

func run(im, mask *nifti.Image, g *fmri.GLM, o RunOptions) (*Page, error) {
	if g == nil || g.Design == nil {
		return nil, errors.New("g is nil or has no design; fmri.Fit makes one")
	}
	if im == nil || im.Type() == "" {
		return nil, errors.New("im has no voxels; images come from nifti.Read, nifti.Decode or nifti.New")
	}
	if im.Volumes() != len(g.Design.X) {
		return nil, fmt.Errorf("im has %d volumes and the design of g %d rows; give the run that g was fitted to", im.Volumes(), len(g.Design.X))
	}
	if o.Motion != nil && len(o.Motion) != im.Volumes() {
		return nil, fmt.Errorf("Motion has %d rows and im %d volumes; there must be one for each", len(o.Motion), im.Volumes())
	}
	if o.FDThreshold == 0 {
		o.FDThreshold = 0.5
	}
	if !(o.FDThreshold > 0) {
		return nil, fmt.Errorf("FDThreshold is %g mm; it must be above 0", o.FDThreshold)
	}
	if err := o.Threshold.check(); err != nil {
		return nil, err
	}
	nx, ny, nz := im.Grid()
	for _, v := range g.Voxels {
		if v >= nx*ny*nz {
			return nil, errors.New("g has voxels outside of im; give the run that g was fitted to")
		}
	}
	inside, err := masked(im, g.Voxels)
	if err != nil {
		return nil, err
	}
	if mask != nil {
		if err := nifti.SameGrid(im, mask); err != nil {
			return nil, fmt.Errorf("im and mask: %w", err)
		}
	}
	task := display.Start("report.Run", "steps", 4)
	defer task.End()
	q, err := examine(im, g.Voxels)
	if err != nil {
		return nil, err
	}
	task.Add(1)
	mean, err := nifti.MeanOf(im)
	if err != nil {
		return nil, err
	}
	mean.Name = "mean of the run"
	u := under{slices: mean, glass: inside}
	if o.Background != nil {
		u.slices = o.Background
	}
	specs := o.Contrasts
	if slices.Contains(o.Maps, nil) {
		return nil, errors.New("Maps holds nil")
	}
	if specs == nil {
		specs = conditions(g.Design, o.Events)
	}
	d := &document{title: o.Title, subtitle: "first level: one run"}
	if d.title == "" {
		d.title = im.Name
	}
	if d.title == "" {
		d.title = "fMRI run"
	}
	if err := d.volumes.under(u.slices); err != nil {
		return nil, err
	}
	for _, p := range im.Problems {
		field := ""
		if p.Field != "" {
			field = " (" + p.Field + ")"
		}
		d.remark(p.Severity, "Header%s: %s", field, p.Text)
	}
	for _, p := range o.Problems {
		d.remark("warning", "%s", p)
	}
	d.data(im, g, q, o)
	if err := d.border(mean, inside); err != nil {
		return nil, err
	}
	made, err := d.design(g, specs)
	if err != nil {
		return nil, err
	}
	if err := task.Err(); err != nil {
		return nil, err
	}
	made = append(made, o.Maps...)
	d.volumes.expected = len(made)
	d.viewer()
	results := d.section("results", "Results")
	for i, m := range made {
		fmt.Fprintf(results, "<h3 id=\"contrast-%d\">%s</h3>\n", i+1, html.EscapeString(m.Name))
		clusters, _, err := d.statistic(results, m, o.Threshold.find(m), o.Threshold, u, o.Table)
		if err != nil {
			return nil, fmt.Errorf("contrast %q: %w", m.Name, err)
		}
		if clusters == 0 {
			d.remark("note", "Contrast %s: nothing passes the threshold.", m.Name)
		}
	}
	task.Add(1)
	fd, err := d.motion(o.Motion, g.Design.TR, o.FDThreshold)
	if err != nil {
		return nil, err
	}
	if err := d.signal(im, inside, q, fd, g.Design.TR, o.FDThreshold); err != nil {
		return nil, err
	}
	if err := task.Err(); err != nil {
		return nil, err
	}
	if err := d.residuals(im, g); err != nil {
		return nil, err
	}
	task.Add(1)
	d.methods(runMethods(im, g, o))
	d.provenance(o.Command, o.Time)
	return d.page(), nil
}

// masked returns an image that is 1 at voxels.
func masked(im *nifti.Image, voxels []int) (*nifti.Image, error) {
	nx, ny, nz := im.Grid()
	values := make([]float64, nx*ny*nz)
	for _, v := range voxels {
		values[v] = 1
	}
	out, err := nifti.New([]int{nx, ny, nz}, im.Affine, values)
	if err != nil {
		return nil, err
	}
	out.Space, out.Name, out.Label = im.Space, "mask", "mask"
	return out, nil
}

// conditions returns the columns of a design that events have the names of, or
// else its first column.
func conditions(d *fmri.Design, events []fmri.Event) []string {
	var out []string
	for _, name := range d.Names {
		if slices.ContainsFunc(events, func(e fmri.Event) bool { return e.Type == name }) {
			out = append(out, name)
		}
	}
	if out == nil && len(d.Names) > 0 {
		out = d.Names[:1]
	}
	return out
}

// data writes what was analysed.
func (d *document) data(im *nifti.Image, g *fmri.GLM, q *quality, o RunOptions) {
	b := d.section("data", "Data")
	tr := g.Design.TR
	end := float64(im.Volumes()) * tr
	dx, dy, dz := im.VoxelSize()
	rows := [][2]string{
		{"image", im.String()},
		{"space", orSay(im.Space, "the file does not say")},
		{"volumes", fmt.Sprintf("%d, %g s apart: %.1f min", im.Volumes(), tr, end/60)},
		{"voxels", fmt.Sprintf("%d in the image, %d in the mask (%.0f cm³)", q.voxels, q.inside, float64(q.inside)*dx*dy*dz/1000)},
		{"not finite", fmt.Sprintf("%s of the image with NaN or infinite values, none of them in the mask", count(q.bad, "voxel", "voxels"))},
		{"constant", fmt.Sprintf("%s of the mask without any change over time; their t is 0", count(q.constant, "voxel", "voxels"))},
		{"signal", fmt.Sprintf("median tSNR in the mask %.1f", q.median)},
	}
	if q.bad > 0 {
		d.remark("note", "%s of the image are NaN or infinite in some volume; the mask leaves them out.", count(q.bad, "voxel", "voxels"))
	}
	if q.constant > 0 {
		d.remark("warning", "%s of the mask never change: the mask may be larger than the brain that was scanned.", count(q.constant, "voxel", "voxels"))
	}
	if im.TR > 0 && math.Abs(im.TR-tr) > 1e-3*tr {
		d.remark("error", "The header says a TR of %g s and the design was made with %g s.", im.TR, tr)
	}
	if im.TR == 0 {
		d.remark("note", "The header does not say the TR; the design was made with %g s.", tr)
	}
	if len(o.Events) > 0 {
		late, cut := 0, 0
		per := map[string]int{}
		other := map[string]bool{}
		for _, e := range o.Events {
			name := e.Type
			if name == "" {
				name = "trial"
			}
			switch {
			case e.Onset >= end:
				late++
			case e.Onset+e.Duration > end:
				cut++
				per[name]++
			default:
				per[name]++
			}
			for column := range e.Other {
				other[column] = true
			}
		}
		said := make([]string, 0, len(per))
		for _, name := range sorted(per) {
			said = append(said, fmt.Sprintf("%s %d", name, per[name]))
		}
		rows = append(rows, [2]string{"events", strings.Join(said, ", ")},
			[2]string{"after the end", fmt.Sprintf("%s; %d that the end cuts short", count(late, "event starts after the last volume and is not in the model", "events start after the last volume and are not in the model"), cut)})
		if late > 0 {
			d.remark("warning", "%s after the last volume (%.1f s): was the run stopped early, or is TR wrong?", count(late, "event starts", "events start"), end)
		}
		if cut > 0 {
			d.remark("note", "%s when the run ends (%.1f s).", count(cut, "event is still on", "events are still on"), end)
		}
		names := sorted(other)
		rows = append(rows, [2]string{"other columns", orSay(strings.Join(names, ", "), "none") + " (of the events, not used by the model)"})
		if len(names) > 0 {
			d.remark("note", "The events have %s that the model does not use: %s.", count(len(names), "column", "columns"), strings.Join(names, ", "))
		}
	}
	said := fmt.Sprintf("%s and %s of the header", count(im.Problems.Count("error"), "error", "errors"), count(im.Problems.Count("warning"), "warning", "warnings"))
	if n := len(o.Problems); n > 0 {
		said += fmt.Sprintf("; %d told of besides", n)
	}
	rows = append(rows, [2]string{"problems", said})
	pairs(b, rows)
}

// border draws where the mask ends over the mean of the run.
func (d *document) border(mean, mask *nifti.Image) error {
	nx, ny, nz := mask.Grid()
	in := mask.Volume(0)
	edge := make([]float64, len(in))
	for i, v := range in {
		if v == 0 {
			continue
		}
		x, y := i%nx, i/nx%ny // slices are axial: neighbours in the plane count
		if x == 0 || in[i-1] == 0 || x == nx-1 || in[i+1] == 0 || y == 0 || in[i-nx] == 0 || y == ny-1 || in[i+nx] == 0 {
			edge[i] = 1
		}
	}
	im, err := nifti.New([]int{nx, ny, nz}, mask.Affine, edge)
	if err != nil {
		return err
	}
	f, err := nifti.OverlayFigure(mean, im, 0.5)
	if err != nil {
		return err
	}
	f.Title = ""
	for i := range f.Panels {
		p := &f.Panels[i]
		p.NoColorBar = true
		for k := range p.Layers {
			if l := &p.Layers[k]; l.Kind == figure.Image && !l.NoScale {
				l.Map, l.Lo, l.Hi = "hot", 0, 2 // 1 is red
			}
		}
	}
	d.picture(d.body(), f, "The border of the mask over the mean of the run")
	return nil
}

// design writes the model and returns the maps of contrasts.
func (d *document) design(g *fmri.GLM, specs []string) ([]*fmri.Map, error) {
	b := d.section("design", "Design")
	paragraph(b, "%s, %s of freedom. Columns: %s.", count(len(g.Design.Names), "column", "columns"), count(int(math.Round(g.DF)), "degree", "degrees"), strings.Join(shortened(g.Design.Names, 24), ", "))
	f := g.Design.Plot()
	what := "The design: time downwards, a column for each regressor"
	if g.Design.TR == 0 {
		f.Panels[0].Y.Label, f.Panels[0].X.Label = "map", "column"
		what = "The design: a row for each map"
	}
	f.Title, f.Panels[0].Title = "", ""
	if len(g.Design.Names) > 1 {
		d.picture(b, f, what)
	}
	var rows []weighted
	var made []*fmri.Map
	for _, spec := range specs {
		m, factors, err := contrast(g, spec)
		if err != nil {
			return nil, fmt.Errorf("contrast %q: %w", spec, err)
		}
		made = append(made, m)
		for i, f := range factors {
			name := spec
			if len(factors) > 1 {
				name = fmt.Sprintf("%s [%d of %d]", spec, i+1, len(factors))
			}
			rows = append(rows, weighted{name, f, efficiency(g.Design, f)})
		}
	}
	b.WriteString("<h3>Contrasts</h3>\n")
	weights(b, g.Design.Names, rows)
	if g.Design.TR > 0 {
		paragraph(b, "Efficiency is 1/(c(X'X)⁻¹c') for noise of variance 1 (Dale 1999): of designs with the same columns the larger is the better.")
	}
	t, err := g.Design.Collinearity()
	if err != nil {
		return nil, err
	}
	// Columns of no interest may depend on each other.
	worst := 0.0
	for i, v := range t.Cols[1].Num {
		if v == v {
			worst = math.Max(worst, v)
		}
		asked := slices.ContainsFunc(rows, func(r weighted) bool { return r.factors[i] != 0 })
		if v >= 10 && asked {
			d.remark("warning", "Column %s depends strongly on the others (VIF %.1f); its effect cannot be told apart well.", g.Design.Names[i], v)
		}
	}
	if worst == 0 {
		return made, nil // one column, or constant ones
	}
	details(b, fmt.Sprintf("Collinearity: the largest variance inflation factor of all columns is %.2f", worst), func() {
		t.Title = "Variance inflation factors, 1/(1−R²); 5 or 10 makes standard errors two or three times as large"
		grid(b, t, -1)
		if f := correlations(g.Design); f != nil {
			d.picture(b, f, "Correlation of the columns")
		}
	})
	return made, nil
}

// correlations returns the figure of the correlations of a design's columns, nil
// for fewer than two that vary.
func correlations(d *fmri.Design) *figure.Figure {
	var names []string
	var cols [][]float64
	for j, name := range d.Names {
		mean, ss := 0.0, 0.0
		for _, row := range d.X {
			mean += row[j] / float64(len(d.X))
		}
		c := make([]float64, len(d.X))
		for t, row := range d.X {
			c[t] = row[j] - mean
			ss += float64(c[t] * c[t])
		}
		if ss <= 1e-20*float64(len(d.X)) {
			continue
		}
		for t := range c {
			c[t] /= math.Sqrt(ss)
		}
		names, cols = append(names, name), append(cols, c)
	}
	n := len(cols)
	if n < 2 || n > 60 {
		return nil
	}
	z := make([][]float64, n)
	ticks := make([]float64, n)
	for i := range z {
		z[i] = make([]float64, n)
		ticks[i] = float64(i)
		for j := range z[i] {
			for t := range cols[i] {
				z[i][j] += float64(cols[i][t] * cols[j][t])
			}
		}
	}
	edge := []float64{-0.5, float64(n) - 0.5}
	size := math.Min(16, 6+float64(0.45*float64(n)))
	return &figure.Figure{Width: size + 3, Height: size, Panels: []figure.Panel{{
		Square: true, ColorBar: figure.Axis{Label: "r"},
		X:      figure.Axis{Hide: true},
		Y:      figure.Axis{Ticks: ticks, Names: names, Flip: true},
		Layers: []figure.Layer{{Kind: figure.Image, Z: z, X: edge, Y: edge, Map: "RdBu_r", Lo: -1, Hi: 1}},
	}}}
}

func efficiency(d *fmri.Design, c []float64) string {
	var parts []string
	for j, f := range c {
		if f != 0 {
			parts = append(parts, fmt.Sprintf("%+.17g*%s", f, d.Names[j]))
		}
	}
	e, err := d.Efficiency(strings.Join(parts, " "))
	if err != nil {
		return ""
	}
	return number(e)
}

// viewer writes the place of the interactive viewer.
func (d *document) viewer() {
	b := d.section("viewer", "Viewer")
	b.WriteString(`<noscript><p>The viewer needs JavaScript; maps are drawn below without it.</p></noscript>
<div id="view" class="live" tabindex="0" aria-label="Slices of the maps; arrow keys move, Page Up and Page Down go through the slices, plus and minus change the threshold"></div>
`)
}
