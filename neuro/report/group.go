package report

import (
	"errors"
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/imaging"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// GroupOptions say what the report of a group tells; zero fields take the
// defaults named here.
type GroupOptions struct {
	Title string // "" means "Group of ... maps"
	// Contrasts are those to report, as in [RunOptions]; nil takes the first
	// column of the design, unless there are Permutations or RandomFields.
	Contrasts []string
	Threshold Threshold
	Table     fmri.ClusterOptions // what the tables of clusters tell; its Threshold is not read

	// Permutations and RandomFields are the tests of the group to report; their
	// level is the Alpha of Threshold (0.05 with Correction "none").
	Permutations []*fmri.Permutation
	RandomFields []*fmri.RandomField

	Subjects []string // of the rows of the design; nil numbers them
	// Maps are those that the group was fitted to. With them the page compares
	// people: each one's map with the mean of all, and the values at the peaks.
	Maps []*nifti.Image

	// Background lies below the maps; nil is the brain of [dataset.Colin27] for
	// maps in MNI space, and else the standard deviation of the residuals.
	Background *nifti.Image
	// Preprocessing says in sentences what was done before, for the paragraph on
	// methods.
	Preprocessing []string
	Problems      []string  // to be listed
	Command       string    // that makes the report again; "" is taken from the record
	Time          time.Time // when it was made; zero leaves it out
}

// NewGroupOptions returns options with the thresholds that zero fields mean.
func NewGroupOptions() GroupOptions {
	return GroupOptions{Threshold: Threshold{Correction: "fdr", Alpha: 0.05}}
}

// Group returns the report of a group of people: design and subjects; for every
// contrast the threshold, the map on slices and through the brain, and a table
// of clusters; for every permutation test what is significant by each of its
// statistics, and their distributions over the rearrangements; for every random
// field the smoothness and what passes.
//
// It is an error when g is nil, a contrast cannot be read, the number of Subjects
// or Maps is not that of the design's rows, or an option is not allowed.
func Group(g *fmri.Group, o GroupOptions) (*Page, error) {
	p, err := group(g, o)
	if err != nil {
		return nil, fmt.Errorf("report: Group: %w", err)
	}
	return p, nil
}

func group(g *fmri.Group, o GroupOptions) (*Page, error) {
	if g == nil || g.GLM == nil || g.Design == nil {
		return nil, errors.New("g is nil or has no design; fmri.FitGroup makes one")
	}
	n := len(g.Design.X)
	if o.Subjects != nil && len(o.Subjects) != n {
		return nil, fmt.Errorf("Subjects has %d names and the design %d rows; there must be one for each", len(o.Subjects), n)
	}
	if o.Maps != nil && len(o.Maps) != n {
		return nil, fmt.Errorf("Maps has %d images and the design %d rows; there must be one for each", len(o.Maps), n)
	}
	if err := o.Threshold.check(); err != nil {
		return nil, err
	}
	if slices.Contains(o.Permutations, nil) || slices.Contains(o.RandomFields, nil) {
		return nil, errors.New("Permutations or RandomFields holds nil; leave out tests that failed")
	}
	if o.Contrasts == nil && o.Permutations == nil && o.RandomFields == nil {
		o.Contrasts = g.Design.Names[:1]
	}
	task := display.Start("report.Group", "steps", 2+len(o.Contrasts)+len(o.Permutations)+len(o.RandomFields))
	defer task.End()
	d := &document{title: orSay(o.Title, fmt.Sprintf("Group of %d maps", g.Maps)), subtitle: "second level: a group"}
	first, err := g.Contrast(g.Design.Names[0])
	if err != nil {
		return nil, err
	}
	like := first.Image("z")
	u, err := groupUnder(g, like, o.Background)
	if err != nil {
		return nil, err
	}
	if err := d.volumes.under(u.slices); err != nil {
		return nil, err
	}
	for _, p := range o.Problems {
		d.remark("warning", "%s", p)
	}
	task.Add(1)
	d.people(g, like, o)
	specs := slices.Clone(o.Contrasts)
	for _, r := range o.Permutations {
		if !slices.Contains(specs, r.Map.Name) {
			specs = append(specs, r.Map.Name)
		}
	}
	for _, r := range o.RandomFields {
		if !slices.Contains(specs, r.Map.Name) {
			specs = append(specs, r.Map.Name)
		}
	}
	made, err := d.design(g.GLM, specs)
	if err != nil {
		return nil, err
	}
	if o.Maps != nil {
		if err := d.compare(g, like, o); err != nil {
			return nil, err
		}
	}
	d.volumes.expected = len(o.Contrasts) + 2*len(o.Permutations) + len(o.RandomFields)
	d.viewer()
	b := d.section("results", "Results")
	for i, m := range made {
		if i < len(o.Contrasts) {
			fmt.Fprintf(b, "<h3>%s</h3>\n", html.EscapeString(m.Name))
			clusters, _, err := d.statistic(b, m, o.Threshold.find(m), o.Threshold, u, o.Table)
			if err != nil {
				return nil, fmt.Errorf("contrast %q: %w", m.Name, err)
			}
			if clusters == 0 {
				d.remark("note", "Contrast %s: nothing passes the threshold.", m.Name)
			}
			d.values(b, g, m, o)
			task.Add(1)
			if err := task.Err(); err != nil {
				return nil, err
			}
		}
	}
	alpha := o.Threshold.Alpha
	if o.Threshold.Correction == "none" {
		alpha = 0.05
	}
	for _, r := range o.Permutations {
		if err := d.permutation(b, g, r, alpha, u, o); err != nil {
			return nil, fmt.Errorf("permutation of %q: %w", r.Map.Name, err)
		}
		task.Add(1)
	}
	for _, r := range o.RandomFields {
		if err := d.field(b, r, alpha, u, o); err != nil {
			return nil, fmt.Errorf("random field of %q: %w", r.Map.Name, err)
		}
		task.Add(1)
	}
	d.methods(groupMethods(g, o, alpha))
	d.provenance(o.Command, o.Time)
	return d.page(), task.Err()
}

// groupUnder returns what maps of a group are drawn over.
func groupUnder(g *fmri.Group, like, background *nifti.Image) (under, error) {
	inside, err := masked(like, g.Voxels)
	if err != nil {
		return under{}, err
	}
	switch {
	case background != nil:
		return under{slices: background, glass: inside}, nil
	case like.Space == "MNI":
		brain, err := dataset.Colin27()
		if err != nil {
			return under{}, err
		}
		shape, affine, err := imaging.Voxels(brain, 2)
		if err != nil {
			return under{}, err
		}
		small, err := imaging.ResampleGrid(brain, shape, affine, "linear")
		if err != nil {
			return under{}, err
		}
		small.Name, small.Space = "Colin27", "MNI"
		return under{slices: small, glass: small}, nil
	}
	nx, ny, nz := like.Grid()
	values := make([]float64, nx*ny*nz)
	for i, v := range g.Voxels {
		values[v] = math.Sqrt(g.Sigma2[i])
	}
	sd, err := nifti.New([]int{nx, ny, nz}, like.Affine, values)
	if err != nil {
		return under{}, err
	}
	sd.Name, sd.Space = "residual SD", like.Space
	return under{slices: sd, glass: inside}, nil
}

// people writes what was analysed and who took part.
func (d *document) people(g *fmri.Group, like *nifti.Image, o GroupOptions) {
	b := d.section("data", "Data")
	dx, dy, dz := like.VoxelSize()
	method := map[string]string{"ols": "ordinary least squares on the maps", "": "ordinary least squares on the maps",
		"fixed": "fixed effects, with the variances of the first levels", "dl": "mixed effects, the variance between people from moments (DerSimonian and Laird)",
		"reml": "mixed effects, the variance between people of highest restricted likelihood"}[g.Method]
	rows := [][2]string{
		{"maps", fmt.Sprint(g.Maps)},
		{"voxels", fmt.Sprintf("%d of %.3g x %.3g x %.3g mm (%.0f cm³)", len(g.Voxels), dx, dy, dz, float64(len(g.Voxels))*dx*dy*dz/1000)},
		{"left out", fmt.Sprintf("%s of the mask where a map is not finite", count(g.LeftOut, "voxel", "voxels"))},
		{"space", orSay(like.Space, "the files do not say")},
		{"method", method},
	}
	if g.LeftOut > len(g.Voxels)/10 {
		d.remark("warning", "%s of the mask are left out, as some map is not finite there: do all people cover the same part of the brain?", count(g.LeftOut, "voxel", "voxels"))
	}
	if g.Tau2 != nil {
		rows = append(rows, [2]string{"between people", fmt.Sprintf("median variance %s over voxels", number(median(g.Tau2)))})
	}
	if n := len(o.Problems); n > 0 {
		rows = append(rows, [2]string{"problems", strings.Join(o.Problems, " ")})
	}
	pairs(b, rows)
	details(b, fmt.Sprintf("Subjects and design: %d rows", g.Maps), func() {
		t := table.Table{Cols: []table.Col{{Name: "subject", Text: subjects(g, o)}}}
		for j, name := range g.Design.Names {
			if j == 20 {
				break
			}
			c, err := g.Design.Column(name)
			if err == nil {
				t.Cols = append(t.Cols, table.Col{Name: name, Num: c})
			}
		}
		grid(b, t, -1)
	})
}

func subjects(g *fmri.Group, o GroupOptions) []string {
	if o.Subjects != nil {
		return o.Subjects
	}
	out := make([]string, g.Maps)
	for i := range out {
		out[i] = fmt.Sprint(i + 1)
	}
	return out
}

// at returns the values of a map at voxels.
func at(im *nifti.Image, voxels []int) []float64 {
	values := im.Volume(0)
	out := make([]float64, len(voxels))
	for i, v := range voxels {
		out[i] = values[v]
	}
	return out
}

func groupMethods(g *fmri.Group, o GroupOptions, alpha float64) []string {
	said := slices.Clone(o.Preprocessing)
	said = append(said, fmt.Sprintf("Maps of %d first levels were analysed in each of %d voxels with a linear model with %s (%s), fitted by %s.", g.Maps, len(g.Voxels),
		count(len(g.Design.Names), "column", "columns"), strings.Join(shortened(g.Design.Names, 8), ", "),
		map[string]string{"ols": "ordinary least squares", "": "ordinary least squares", "fixed": "weights that are the inverse of the first levels' variances",
			"dl":   "weights from the first levels' variances and the variance between people (DerSimonian and Laird 1986)",
			"reml": "weights from the first levels' variances and the variance between people of highest restricted likelihood (Patterson and Thompson 1971)"}[g.Method]))
	if len(o.Contrasts) > 0 {
		said = append(said, thresholdWords(o.Threshold))
	}
	for _, r := range o.Permutations {
		how := fmt.Sprintf("%d random rearrangements", r.N)
		if r.Exact {
			how = fmt.Sprintf("all %d rearrangements", r.N)
		}
		s := fmt.Sprintf("The contrast %s was tested by permutation (Winkler et al. 2014) with %s", r.Map.Name, how)
		if len(g.Design.Names) > 1 {
			s += " of residuals (Freedman and Lane 1983)"
		}
		if r.PTFCE != nil {
			s += ", with threshold-free cluster enhancement (Smith and Nichols 2009)"
		}
		said = append(said, s+fmt.Sprintf("; p < %g is corrected for all voxels by the largest statistic.", alpha))
	}
	for _, r := range o.RandomFields {
		said = append(said, fmt.Sprintf("The contrast %s was corrected for the number of voxels by the theory of random fields (Worsley et al. 1996), with the smoothness of the residuals (Forman et al. 1995).", r.Map.Name))
	}
	return said
}
