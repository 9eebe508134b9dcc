package bids

import (
	"errors"
	"fmt"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Run is one functional run: its image, and what belongs to it. Paths are ""
// where there is no such file.
type Run struct {
	Name                 // of the image
	BOLD          string // the image
	EventsPath    string
	ConfoundsPath string // of fMRIPrep or another pipeline
	MaskPath      string // of the brain, in the space of the image
	Sidecar       Sidecar
	// TR is the time between volumes as the sidecar says, s; 0 when it does
	// not.
	TR float64 `unit:"s"`
	// SliceTiming is when each slice was scanned, from the start of the
	// volume; nil when unknown. It is that of the scanner also for a
	// preprocessed image.
	SliceTiming []float64 `unit:"s"`
	// StartTime is that of the first volume after preprocessing, s: the time
	// within a volume that slices were shifted to.
	StartTime float64 `unit:"s"`
}

// Runs are functional runs.
type Runs []*Run

// Runs returns the functional runs that a query asks for, by subject, session,
// task and run. Without Space, Desc and Pipeline they are the runs as scanned;
// with one of them they are those of the derivatives, and without Desc
// preprocessed ones (desc-preproc) where there are any:
//
//	study.Runs(bids.Query{Subject: "01", Task: "faces"})
//	study.Runs(bids.Query{Task: "faces", Space: "MNI152NLin2009cAsym"})
//
// Suffix is "bold" unless another is given, and images are .nii or .nii.gz
// files. Events and sidecars are those of the run as scanned, by the
// inheritance principle; fields of a preprocessed image's own sidecar go before
// them. Confounds and mask are looked for in the pipeline of the image; for a run
// as scanned in the only pipeline that has them.
//
// It is an error when no run is found, which says what there is, or when a
// sidecar cannot be read.
func (d *Dataset) Runs(q Query) (Runs, error) {
	runs, err := d.runs(q)
	if err != nil {
		return nil, fmt.Errorf("bids: Runs: %w", err)
	}
	return runs, nil
}

func (d *Dataset) runs(q Query) (Runs, error) {
	if q.Suffix == "" {
		q.Suffix = "bold"
	}
	if q.Datatype == "" && q.Suffix == "bold" {
		q.Datatype = "func"
	}
	derived := q.Space != "" && q.Space != Absent || q.Desc != "" && q.Desc != Absent || q.Pipeline != "" && q.Pipeline != Absent
	if !derived {
		q.Pipeline = Absent
	}
	found, err := d.find(q)
	if err != nil {
		return nil, err
	}
	images := slices.DeleteFunc(found, func(f File) bool { return !image(f) })
	if derived && q.Desc == "" && slices.ContainsFunc(images, func(f File) bool { return f.Desc == "preproc" }) {
		images = slices.DeleteFunc(images, func(f File) bool { return f.Desc != "preproc" })
	}
	if len(images) == 0 {
		return nil, fmt.Errorf("no .nii or .nii.gz image of %s has %s", d.Name, q.words())
	}
	var runs Runs
	for _, f := range images {
		r, err := d.run(f)
		if err != nil {
			return nil, err
		}
		runs = append(runs, r)
	}
	slices.SortStableFunc(runs, func(a, b *Run) int {
		for _, key := range []string{"sub", "ses", "task", "run", "echo"} {
			if n := natural(a.get(key), b.get(key)); n != 0 {
				return n
			}
		}
		return 0
	})
	return runs, nil
}

func image(f File) bool {
	return (f.Extension == ".nii" || f.Extension == ".nii.gz") && !isFolder(f.Path)
}

// scanned returns the file of f as it would lie in the dataset itself.
func (d *Dataset) scanned(f File) File {
	f.Pipeline = ""
	f.Path = filepath.Join(d.Dir, filepath.FromSlash(f.folder()), path.Base(filepath.ToSlash(f.Path)))
	return f
}

// run finds what belongs to an image.
func (d *Dataset) run(f File) (*Run, error) {
	r := &Run{Name: f.Name, BOLD: f.Path}
	scanned := d.scanned(f)
	var err error
	if r.Sidecar, err = d.sidecar(scanned); err != nil {
		return nil, err
	}
	r.SliceTiming, _ = r.Sidecar.Floats("SliceTiming")
	if f.Pipeline != "" {
		own, err := d.sidecar(f)
		if err != nil {
			return nil, err
		}
		for field, v := range own.Values {
			r.Sidecar.Values[field], r.Sidecar.From[field] = v, own.From[field]
		}
		r.Sidecar.Files = append(r.Sidecar.Files, own.Files...)
	}
	if tr, ok := r.Sidecar.Float("RepetitionTime"); ok && tr > 0 {
		r.TR = tr
	}
	r.StartTime, _ = r.Sidecar.Float("StartTime")
	closest := func(of []File) string {
		if len(of) == 0 {
			return ""
		}
		return of[len(of)-1].Path
	}
	r.EventsPath = closest(d.inherited(scanned, "events", ".tsv"))
	if r.EventsPath == "" && f.Pipeline != "" {
		r.EventsPath = closest(d.inherited(f, "events", ".tsv"))
	}
	r.ConfoundsPath = d.confounds(f)
	r.MaskPath = d.mask(f)
	return r, nil
}

// pipelines returns in which pipelines what belongs to a file is looked for.
func (d *Dataset) pipelines(f File) []string {
	if f.Pipeline != "" {
		return []string{f.Pipeline}
	}
	out := []string{""}
	for _, p := range d.Derivatives {
		out = append(out, p.Name)
	}
	return out
}

// only returns the file that belongs to f in the pipelines, "" when several
// pipelines have one.
func (d *Dataset) only(f File, belongs func(c *File) bool) string {
	found := ""
	for _, p := range d.pipelines(f) {
		best := -1
		for i := range d.Files {
			c := &d.Files[i]
			if c.Pipeline == p && c.Subject == f.Subject && c.Session == f.Session && belongs(c) && (best < 0 || len(c.keys()) > len(d.Files[best].keys())) {
				best = i
			}
		}
		if best >= 0 {
			if found != "" {
				return ""
			}
			found = d.Files[best].Path
		}
	}
	return found
}

// confounds returns the table of confounds: fMRIPrep's of three generations.
func (d *Dataset) confounds(f File) string {
	return d.only(f, func(c *File) bool {
		if c.Extension != ".tsv" || !applies(&c.Name, &f.Name, "desc") {
			return false
		}
		return c.Desc == "confounds" && (c.Suffix == "timeseries" || c.Suffix == "regressors") || c.Suffix == "confounds" && (c.Desc == "" || c.Desc == f.Desc)
	})
}

// mask returns the mask of the brain on the grid of an image.
func (d *Dataset) mask(f File) string {
	return d.only(f, func(c *File) bool {
		return c.Suffix == "mask" && (c.Desc == "brain" || c.Desc == "") && c.Datatype == f.Datatype && image(*c) &&
			c.Space == f.Space && c.Resolution == f.Resolution && applies(&c.Name, &f.Name, "desc")
	})
}

// label returns what a run is called in errors and tables: sub-01_task-rest.
func (r *Run) label() string {
	n := r.Name
	n.Suffix, n.Extension = "", ""
	return strings.TrimSuffix(n.String(), "_")
}

func (r *Run) fail(call string, err error) error {
	if r.label() == "" {
		return fmt.Errorf("bids: %s: %w", call, err)
	}
	return fmt.Errorf("bids: %s: %s: %w", call, r.label(), err)
}

// Image reads the image, as [nifti.Read] does. Its TR is that of the sidecar
// where there is one: an image whose header says another is not refused, see
// [Dataset.Problems].
func (r *Run) Image() (*nifti.Image, error) {
	im, err := nifti.Read(r.BOLD)
	if err != nil {
		return nil, r.fail("Image", err)
	}
	if r.TR > 0 && im.Volumes() > 1 {
		im.TR = r.TR
	}
	return im, nil
}

// Mask reads the mask of the brain. It is an error when there is none.
func (r *Run) Mask() (*nifti.Image, error) {
	if r.MaskPath == "" {
		return nil, r.fail("Mask", errors.New("has no mask (desc-brain_mask) in its space, or several pipelines have one: give Pipeline; imaging.EPIMask makes one of the image"))
	}
	im, err := nifti.Read(r.MaskPath)
	if err != nil {
		return nil, r.fail("Mask", err)
	}
	return im, nil
}

// Events reads the events, as [fmri.ReadEvents] does. It is an error when there
// are none, as of a run at rest.
func (r *Run) Events() ([]fmri.Event, error) {
	if r.EventsPath == "" {
		return nil, r.fail("Events", errors.New("has no events.tsv"))
	}
	events, err := fmri.ReadEvents(r.EventsPath)
	if err != nil {
		return nil, r.fail("Events", err)
	}
	return events, nil
}

// Confounds are columns for a design, one row for each volume.
type Confounds struct {
	Names []string
	X     [][]float64 // [time][confound]
	// Keep says of each volume whether it is kept; nil of [Run.Confounds], which
	// keeps all.
	Keep []bool
}

// Table returns the confounds as a table.
func (c *Confounds) Table() table.Table {
	var t table.Table
	for j, name := range c.Names {
		col := table.Col{Name: name, Num: make([]float64, len(c.X))}
		for i := range c.X {
			col.Num[i] = c.X[i][j]
		}
		t.Cols = append(t.Cols, col)
	}
	return t
}

// Show shows the confounds as a table.
func (c Confounds) Show() display.Bundle { return c.Table().Show() }

// Confounds reads the confounds of a run that a pipeline has estimated, those
// of the named columns in that order; * and ? in a name stand for any letters,
// and no name takes all columns:
//
//	motion, err := run.Confounds("trans_?", "rot_?")
//	more, err := run.Confounds("trans_*", "rot_*", "csf", "a_comp_cor_0?", "cosine*")
//
// What the first volume cannot have (derivatives, framewise displacement: "n/a")
// is 0, as in nilearn's first_level_from_bids. Any other missing value is NaN,
// which a design refuses.
//
// It is an error when there is no such table or several pipelines have one,
// when a name fits no column, which names those like it, or when a column is
// not of numbers.
func (r *Run) Confounds(columns ...string) (*Confounds, error) {
	c, err := r.confounds(columns)
	if err != nil {
		return nil, r.fail("Confounds", err)
	}
	return c, nil
}

func (r *Run) confounds(columns []string) (*Confounds, error) {
	if r.ConfoundsPath == "" {
		return nil, errNoConfounds
	}
	t, err := table.Read(r.ConfoundsPath)
	if err != nil {
		return nil, files.Plain(err)
	}
	chosen, err := choose(t.Names(), columns)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(r.ConfoundsPath), err)
	}
	out := &Confounds{X: make([][]float64, t.Rows())}
	for _, j := range chosen {
		if t.Cols[j].Num == nil {
			return nil, fmt.Errorf("%s: column %q is not of numbers", filepath.Base(r.ConfoundsPath), t.Cols[j].Name)
		}
		out.Names = append(out.Names, t.Cols[j].Name)
	}
	for i := range out.X {
		out.X[i] = make([]float64, len(chosen))
		for k, j := range chosen {
			v := t.Cols[j].Num[i]
			if i == 0 && math.IsNaN(v) {
				v = 0
			}
			out.X[i][k] = v
		}
	}
	return out, nil
}

// choose returns which of the names are asked for, each once.
func choose(names, columns []string) ([]int, error) {
	var chosen []int
	if len(columns) == 0 {
		columns = []string{"*"}
	}
	for _, want := range columns {
		any := false
		for j, name := range names {
			if ok, err := path.Match(want, name); ok && err == nil || want == name {
				any = true
				if !slices.Contains(chosen, j) {
					chosen = append(chosen, j)
				}
			}
		}
		if !any {
			return nil, fmt.Errorf("no column is %q; nearest are %s", want, strings.Join(nearest(want, names), ", "))
		}
	}
	return chosen, nil
}

// Show shows the run's files and parameters as a table.
func (r Run) Show() display.Bundle {
	what, value := table.Col{Name: "what", Text: []string{}}, table.Col{Name: "value", Text: []string{}}
	add := func(w, v string) {
		if v == "" {
			v = "none"
		}
		what.Text, value.Text = append(what.Text, w), append(value.Text, v)
	}
	base := func(p string) string {
		if p == "" {
			return ""
		}
		return filepath.Base(p)
	}
	add("image", base(r.BOLD))
	add("events", base(r.EventsPath))
	add("confounds", base(r.ConfoundsPath))
	add("mask", base(r.MaskPath))
	tr := ""
	if r.TR > 0 {
		tr = fmt.Sprintf("%g s", r.TR)
	}
	add("TR", tr)
	if n := len(r.SliceTiming); n > 0 {
		add("slices", fmt.Sprintf("%d, from %g to %g s", n, slices.Min(r.SliceTiming), slices.Max(r.SliceTiming)))
	}
	return table.Table{Title: r.label(), Cols: []table.Col{what, value}}.Show()
}
