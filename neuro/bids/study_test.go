package bids_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/bids"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func series(t testing.TB, volumes int, tr float64) *nifti.Image {
	t.Helper()
	shape := []int{3, 2, 4}
	n := 24
	if volumes > 1 {
		shape, n = append(shape, volumes), n*volumes
	}
	values := make([]float32, n)
	for i := range values {
		values[i] = float32(i % 7)
	}
	im := must[*nifti.Image](t)(nifti.NewFloat32(shape, [4][4]float64{{3, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 3, 0}, {0, 0, 0, 1}}, values))
	im.TR = tr
	return im
}

// study writes a dataset of three subjects with two runs each and their
// derivatives, without a fault.
func study(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "study")
	raw := must[*bids.Pipeline](t)(bids.Create(dir, bids.Description{Name: "Faces"}))
	path := must[string](t)
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("README", "faces and houses\n")
	path(raw.WriteTable(bids.Name{Suffix: "participants"}, table.Table{Cols: []table.Col{
		{Name: "participant_id", Text: []string{"sub-01", "sub-02", "sub-03"}}, {Name: "age", Unit: "years", Num: []float64{20, 31, 27}}}}, nil))
	path(raw.WriteJSON(bids.Name{Task: "faces", Suffix: "bold"}, map[string]any{"TaskName": "faces", "RepetitionTime": 2.0, "SliceTiming": []float64{0, 1, .5, 1.5}, "EchoTime": .03}))
	path(raw.WriteJSON(bids.Name{Task: "faces", Suffix: "events"}, map[string]any{"rating": map[string]any{"Description": "how much it was liked"}}))
	prep := must[*bids.Pipeline](t)(bids.Create(filepath.Join(dir, "derivatives", "fmriprep"), bids.Description{Name: "fMRIPrep", DatasetType: "derivative", GeneratedBy: []bids.Generator{{Name: "fMRIPrep", Version: "25.0.0"}}}))
	for _, subject := range []string{"01", "02", "03"} {
		path(raw.WriteImage(bids.Name{Subject: subject, Suffix: "T1w"}, series(t, 1, 0), nil))
		for _, run := range []string{"1", "2"} {
			n := bids.Name{Subject: subject, Task: "faces", Run: run, Suffix: "bold"}
			path(raw.WriteImage(n, series(t, 10, 2), map[string]any{"TaskName": "faces"}))
			e := n
			e.Suffix = "events"
			path(raw.WriteEvents(e, []fmri.Event{{Onset: 1, Duration: 2, Type: "face", Other: map[string]string{"rating": "3"}}, {Onset: 9.5, Duration: 0, Type: "house"}}, nil))
			for _, space := range []string{"T1w", "MNI"} {
				n := n
				n.Space, n.Desc = space, "preproc"
				path(prep.WriteImage(n, series(t, 10, 2), map[string]any{"StartTime": .75}))
				n.Desc, n.Suffix = "brain", "mask"
				path(prep.WriteImage(n, series(t, 1, 0), nil))
			}
			c := table.Table{}
			for j, name := range []string{"trans_x", "trans_y", "rot_z", "framewise_displacement"} {
				col := table.Col{Name: name, Num: make([]float64, 10)}
				for i := range col.Num {
					col.Num[i] = float64(10*j + i)
				}
				c.Cols = append(c.Cols, col)
			}
			n.Desc, n.Suffix = "confounds", "timeseries"
			path(prep.WriteTable(n, c, nil))
		}
	}
	return dir
}

func TestRuns(t *testing.T) {
	dir := study(t)
	d := must[*bids.Dataset](t)(bids.Open(dir))
	if d.Name != "Faces" || d.Version != "1.10.0" || d.String() != "Faces: 3 subjects, task faces, BIDS 1.10.0; derivatives fmriprep" {
		t.Error(d)
	}
	for _, c := range []struct {
		q     bids.Query
		n     int
		space string
		err   string
	}{
		{bids.Query{}, 6, "", ""},
		{bids.Query{Subject: "02"}, 2, "", ""},
		{bids.Query{Subject: "sub-02", Run: "run-01"}, 1, "", ""},
		{bids.Query{Run: "02", Task: "f*"}, 3, "", ""},
		{bids.Query{Space: "MNI"}, 6, "MNI", ""},
		{bids.Query{Pipeline: "fmriprep"}, 12, "*", ""},
		{bids.Query{Desc: "preproc", Space: "T1w", Subject: "0?", Run: "1"}, 3, "T1w", ""},
		{bids.Query{Subject: "04"}, 0, "", "no file of Faces has sub-04, suffix bold, data type func, pipeline (absent); sub is one of 01, 02, 03"},
		{bids.Query{Task: "houses"}, 0, "", "task is one of faces"},
		{bids.Query{Space: "MNI", Run: "3"}, 0, "", "run is one of 1, 2"},
		{bids.Query{Task: "fa ces"}, 0, "", `task is "fa ces"; a value is letters and digits`},
		{bids.Query{Task: "fa/ces"}, 0, "", `task is "fa/ces"`},
		{bids.Query{Session: "1"}, 0, "", "no name has ses"},
		{bids.Query{Pipeline: "fsl"}, 0, "", "pipeline is one of fmriprep"},
	} {
		runs, err := d.Runs(c.q)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) || !strings.HasPrefix(err.Error(), "bids: Runs: ") {
				t.Errorf("%+v: error %v, want %q", c.q, err, c.err)
			}
			continue
		}
		if err != nil || len(runs) != c.n {
			t.Errorf("%+v: %d runs, %v; want %d", c.q, len(runs), err, c.n)
		}
		for _, r := range runs {
			if c.space != "*" && r.Space != c.space {
				t.Errorf("%+v: %s", c.q, r.BOLD)
			}
			im := must[*nifti.Image](t)(r.Image())
			events := must[[]fmri.Event](t)(r.Events())
			motion := must[*bids.Confounds](t)(r.Confounds("rot_?", "trans_*"))
			if im.Volumes() != 10 || im.TR != 2 || len(events) != 2 || events[0].Other["rating"] != "3" || events[1].Other["rating"] != "n/a" {
				t.Errorf("%s: %v, events %v", r.BOLD, im, events)
			}
			if strings.Join(motion.Names, " ") != "rot_z trans_x trans_y" || len(motion.X) != 10 || !slices.Equal(motion.X[3], []float64{23, 3, 13}) {
				t.Errorf("%s: %v", r.BOLD, motion)
			}
			if _, err := fmri.NewDesign(im.Volumes(), im.TR, events, fmri.DesignOptions{Confounds: motion.X, ConfoundNames: motion.Names, HighPass: .02}); err != nil {
				t.Error(err)
			}
			if !slices.Equal(r.SliceTiming, []float64{0, 1, .5, 1.5}) || r.TR != 2 {
				t.Errorf("%s: TR %g, slices %v", r.BOLD, r.TR, r.SliceTiming)
			}
			mask, err := r.Mask()
			if derived := c.space != ""; derived != (err == nil) || derived != (r.StartTime == .75) {
				t.Errorf("%s: mask %v %v, start %g", r.BOLD, mask, err, r.StartTime)
			}
		}
	}
}

// A closer sidecar goes before a wider one, field by field.
func TestSidecar(t *testing.T) {
	dir := study(t)
	put := func(name string, v map[string]any) {
		text, _ := json.Marshal(v)
		write(t, filepath.Join(dir, name), string(text))
	}
	put("bold.json", map[string]any{"EchoTime": .01, "Manufacturer": "A", "FlipAngle": 90})
	put("task-faces_run-2_bold.json", map[string]any{"Manufacturer": "C"})
	put("task-houses_bold.json", map[string]any{"Manufacturer": "D"})
	put("sub-01/sub-01_task-faces_bold.json", map[string]any{"FlipAngle": 77})
	put("sub-01/func/sub-01_task-faces_run-01_bold.json", map[string]any{"FlipAngle": 70, "Odd": []any{1, "x"}})
	d := must[*bids.Dataset](t)(bids.Open(dir))
	for _, c := range []struct {
		q            bids.Query
		manufacturer string
		flip, echo   float64
		files        int
	}{
		{bids.Query{Subject: "01", Run: "1"}, "A", 70, .03, 5},
		{bids.Query{Subject: "01", Run: "2"}, "C", 77, .03, 5},
		{bids.Query{Subject: "02", Run: "1"}, "A", 90, .03, 3},
	} {
		c.q.Suffix, c.q.Pipeline, c.q.Extension = "bold", bids.Absent, ".nii.gz"
		f := must[bids.Files](t)(d.Find(c.q))
		s := must[bids.Sidecar](t)(d.Sidecar(f[0]))
		m, _ := s.Text("Manufacturer")
		flip, _ := s.Float("FlipAngle")
		echo, _ := s.Float("EchoTime")
		if m != c.manufacturer || flip != c.flip || echo != c.echo || len(s.Files) != c.files {
			t.Errorf("%+v: %v from %v", c.q, s.Values, s.Files)
		}
		if _, ok := s.Floats("Odd"); ok {
			t.Error("Odd is no list of numbers")
		}
		if _, ok := s.Floats("EchoTime"); ok {
			t.Error("EchoTime is no list")
		}
		if filepath.Base(s.From["EchoTime"]) != "task-faces_bold.json" {
			t.Error(s.From)
		}
		if text := s.Show().Data[display.TypeText].(string); !strings.Contains(text, "EchoTime") || !strings.Contains(text, "task-faces_bold.json") {
			t.Error(text)
		}
	}
	write(t, filepath.Join(dir, "task-faces_bold.json"), "{")
	d = must[*bids.Dataset](t)(bids.Open(dir))
	if _, err := d.Runs(bids.Query{}); err == nil || !strings.Contains(err.Error(), "task-faces_bold.json: is not JSON") {
		t.Error(err)
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ path, err string }{
		{filepath.Join(dir, "gone"), "gone: no such file"},
		{dir, "holds no folder of a subject"},
	} {
		if _, err := bids.Open(c.path); err == nil || !strings.Contains(err.Error(), c.err) || !strings.HasPrefix(err.Error(), "bids: Open: ") {
			t.Errorf("%s: %v", c.path, err)
		}
	}
	write(t, filepath.Join(dir, "file"), "")
	if _, err := bids.Open(filepath.Join(dir, "file")); err == nil || !strings.Contains(err.Error(), "is a file") {
		t.Error(err)
	}
	// Derivatives elsewhere, through a link, and two of one name.
	other := filepath.Join(t.TempDir(), "fmriprep")
	s := study(t)
	if err := os.Rename(filepath.Join(s, "derivatives", "fmriprep"), other); err != nil {
		t.Fatal(err)
	}
	d := must[*bids.Dataset](t)(bids.Open(s, other))
	if runs := must[bids.Runs](t)(d.Runs(bids.Query{Space: "MNI"})); len(runs) != 6 || runs[0].EventsPath == "" || runs[0].ConfoundsPath == "" {
		t.Error(runs)
	}
	if err := os.Symlink(other, filepath.Join(s, "derivatives", "fmriprep")); err != nil {
		t.Skip("no links here")
	}
	d = must[*bids.Dataset](t)(bids.Open(s))
	if runs := must[bids.Runs](t)(d.Runs(bids.Query{Space: "MNI"})); len(runs) != 6 {
		t.Error(runs)
	}
	if _, err := bids.Open(s, other); err == nil || !strings.Contains(err.Error(), "two pipelines named fmriprep") {
		t.Error(err)
	}
	// A folder of derivatives alone.
	d = must[*bids.Dataset](t)(bids.Open(other))
	if runs := must[bids.Runs](t)(d.Runs(bids.Query{Space: "MNI"})); !d.Derived || len(runs) != 6 || runs[0].MaskPath == "" || runs[0].ConfoundsPath == "" {
		t.Error(runs)
	}
	if p := d.Problems(); len(p.Errors()) > 0 {
		t.Error(p)
	}
	// A link that goes round ends.
	if err := os.Symlink(s, filepath.Join(s, "sub-01", "round")); err != nil {
		t.Fatal(err)
	}
	must[*bids.Dataset](t)(bids.Open(s))
}

func TestShow(t *testing.T) {
	d := must[*bids.Dataset](t)(bids.Open(study(t)))
	tree := must[display.Bundle](t)(d.Tree(bids.Query{Subject: "01", Suffix: "bold", Run: "1"}))
	if got := tree.Text(); got != `Faces
  sub-01/
    func/
      sub-01_task-faces_run-1_bold.json
      sub-01_task-faces_run-1_bold.nii.gz
  derivatives/
    fmriprep/
      sub-01/
        func/
          sub-01_task-faces_run-1_space-MNI_desc-preproc_bold.json
          sub-01_task-faces_run-1_space-MNI_desc-preproc_bold.nii.gz
          sub-01_task-faces_run-1_space-T1w_desc-preproc_bold.json
          sub-01_task-faces_run-1_space-T1w_desc-preproc_bold.nii.gz
` {
		t.Error(got)
	}
	runs := must[bids.Runs](t)(d.Runs(bids.Query{Space: "T1w", Subject: "03"}))
	if got := runs.Show().Text(); !strings.Contains(got, "sub-03_task-faces_run-2_space-T1w_desc-preproc") || !strings.Contains(got, "yes") {
		t.Error(got)
	}
	if got := runs[0].Show().Text(); !strings.Contains(got, "4, from 0 to 1.5 s") {
		t.Error(got)
	}
	files := must[bids.Files](t)(d.Find(bids.Query{Suffix: "mask"}))
	if got := files.Show().Text(); !strings.Contains(got, "12 files") || !strings.Contains(got, "fmriprep") {
		t.Error(got)
	}
	p := must[table.Table](t)(d.Participants())
	if age, err := p.Col("age"); err != nil || !slices.Equal(age.Num, []float64{20, 31, 27}) {
		t.Error(p, err)
	}
}
