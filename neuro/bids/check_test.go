package bids_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/bids"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// One fault each is told in its words and with its severity, and nothing else.
func TestProblems(t *testing.T) {
	const func1 = "sub-02/func/sub-02_task-faces_run-1"
	events := "onset\tduration\ttrial_type\n"
	json := func(name, text string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) { write(t, filepath.Join(dir, name), text) }
	}
	remove := func(names ...string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			for _, n := range names {
				if err := os.RemoveAll(filepath.Join(dir, n)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	image := func(name string, volumes int, tr float64) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			if err := nifti.Write(filepath.Join(dir, name), series(t, volumes, tr)); err != nil {
				t.Fatal(err)
			}
		}
	}
	whole := study(t)
	for _, c := range []struct {
		fault string
		do    func(t *testing.T, dir string)
		want  []string
	}{
		{"none", func(*testing.T, string) {}, nil},
		{"no description", remove("dataset_description.json"), []string{"error: dataset_description.json: is missing; it gives at least Name and BIDSVersion"}},
		{"broken description", json("dataset_description.json", "{\"Name\":"), []string{"error: dataset_description.json: cannot be read: unexpected end of JSON input"}},
		{"empty description", json("dataset_description.json", "{}"), []string{"error: dataset_description.json: has no Name", "error: dataset_description.json: has no BIDSVersion"}},
		{"no readme", remove("README"), []string{"warning: has no README, which says what was done and why"}},
		{"no participants", remove("participants.tsv"), []string{"warning: has no participants.tsv, which says who the subjects are"}},
		{"participants", json("participants.tsv", "participant_id\tage\tshoe\nsub-01\t1\t2\nsub-02\t1\t2\nsub-09\t1\t2\n2\t3\t4\n"), []string{
			`error: participants.tsv: line 5 has participant_id "2"; it must start with sub-`, "error: participants.tsv: does not name sub-03, of whom there is a folder",
			"warning: participants.tsv: names sub-09, of whom there is no folder", "warning: participants.tsv: has the column shoe, which no JSON file beside it describes"}},
		{"ragged participants", json("participants.tsv", "participant_id\tage\nsub-01\n"), []string{"error: participants.tsv: line 2 has 1 column and the first 2 (separated by tabs)"}},
		{"bad name", json("sub-01/func/sub-01_task_bold.nii", "x"), []string{`error: sub-01/func/sub-01_task_bold.nii: holds "task" where an entity stands: a key, a hyphen and a value of letters and digits, as in sub-01`}},
		{"ignored", func(t *testing.T, dir string) {
			json("sub-01/func/notes_of_a_day.txt", "x")(t, dir)
			json(".bidsignore", "# notes\n**/notes*.txt\n")(t, dir)
		}, nil},
		{"order", json("sub-01/anat/sub-01_run-1_acq-x_T2w.json", "{}"), []string{"warning: sub-01/anat/sub-01_run-1_acq-x_T2w.json: has acq- behind run-; BIDS has it before"}},
		{"wrong folder", json("sub-01/anat/sub-02_T2w.json", "{}"), []string{"error: sub-01/anat/sub-02_T2w.json: lies in the folder sub-01 and is named sub-02"}},
		{"wrong session", json("sub-01/ses-a/anat/sub-01_T2w.json", "{}"), []string{"error: sub-01/ses-a/anat/sub-01_T2w.json: lies in the folder ses-a and its name does not say so"}},
		{"no task", json("sub-01/func/sub-01_bold.json", "{}"), []string{"error: sub-01/func/sub-01_bold.json: names no task; runs at rest are task-rest"}},
		{"no sidecar", func(t *testing.T, dir string) {
			image("sub-01/func/sub-01_task-rest_bold.nii", 10, 2)(t, dir)
		}, []string{"error: sub-01/func/sub-01_task-rest_bold.nii: has no sidecar: no JSON file beside or above it applies"}},
		{"no TR and task", func(t *testing.T, dir string) {
			image("sub-01/func/sub-01_task-rest_bold.nii", 10, 2)(t, dir)
			json("task-rest_bold.json", "{}")(t, dir)
		}, []string{"error: sub-01/func/sub-01_task-rest_bold.nii: its sidecar has no RepetitionTime", "error: sub-01/func/sub-01_task-rest_bold.nii: its sidecar has no TaskName"}},
		{"other TR", json(func1+"_bold.json", `{"RepetitionTime": 2.5}`), []string{
			"error: " + func1 + "_bold.nii.gz: its header has a TR of 2 s and its sidecar 2.5 s"}},
		{"TR in ms", json(func1+"_bold.json", `{"RepetitionTime": 2000}`), []string{
			"error: " + func1 + "_bold.nii.gz: its sidecar has RepetitionTime 2000 s, which is probably in ms; BIDS has s"}},
		{"TR as text", json(func1+"_bold.json", `{"RepetitionTime": "2"}`), []string{"error: " + func1 + "_bold.nii.gz: its sidecar has RepetitionTime 2; it must be a number of s"}},
		{"TR of 0", json(func1+"_bold.json", `{"RepetitionTime": 0}`), []string{"error: " + func1 + "_bold.nii.gz: its sidecar has RepetitionTime 0 s; it must be above 0"}},
		{"no TR in the header", image(func1+"_bold.nii.gz", 10, 0), []string{"warning: " + func1 + "_bold.nii.gz: its header has no TR; its sidecar has 2 s"}},
		{"slices", json(func1+"_bold.json", `{"SliceTiming": [0, 1, 1.5, 0.5, 1]}`), []string{"error: " + func1 + "_bold.nii.gz: its sidecar has 5 slice times and the image 4 slices"}},
		{"slices in ms", json(func1+"_bold.json", `{"SliceTiming": [0, 500, 1000, 1500]}`), []string{
			"error: " + func1 + "_bold.nii.gz: its sidecar has a slice time of 500 s; they are between 0 and the RepetitionTime (2 s)"}},
		{"broken JSON", json(func1+"_bold.json", `{"RepetitionTime": 2,}`), []string{"error: " + func1 + "_bold.json: is not JSON with named fields: invalid character '}' looking for beginning of object key string"}},
		{"list for JSON", json(func1+"_bold.json", `[2]`), []string{"error: " + func1 + "_bold.json: is not JSON with named fields: json: cannot unmarshal array into Go value of type map[string]interface {}"}},
		{"empty image", json(func1+"_bold.nii.gz", ""), []string{"error: " + func1 + "_bold.nii.gz: is empty"}},
		{"no image", json(func1+"_bold.nii.gz", strings.Repeat("x", 400)), []string{
			"error: " + func1 + `_bold.nii.gz: is not NIfTI: it starts with "xxxx" where the header's size stands, 348 (NIfTI-1) or 540 (NIfTI-2)`}},
		{"one volume", image(func1+"_bold.nii.gz", 1, 0), []string{"error: " + func1 + "_bold.nii.gz: has a single volume; a functional run has several"}},
		{"cut off", func(t *testing.T, dir string) {
			path := filepath.Join(dir, "derivatives/fmriprep/sub-01/func/sub-01_task-faces_run-1_space-other_desc-preproc_bold.nii")
			image("derivatives/fmriprep/sub-01/func/"+filepath.Base(path), 10, 2)(t, dir)
			if err := os.Truncate(path, 1000); err != nil {
				t.Fatal(err)
			}
		}, []string{"error: derivatives/fmriprep/sub-01/func/sub-01_task-faces_run-1_space-other_desc-preproc_bold.nii: ends after 1000 bytes, within the 960 bytes of voxels ([3 2 4 10] float32 from byte 352) that the header promises"}},
		{"no events", remove(func1 + "_events.tsv"), []string{"warning: " + func1 + "_bold.nii.gz: has no events.tsv; only runs at rest need none"}},
		{"events late", json(func1+"_events.tsv", events+"1\t1\ta\n20\t1\tb\n21.5\t1\tb\n"), []string{
			"error: " + func1 + "_events.tsv: 2 of 3 events start after the end of the run (20 s), the last at 21.5 s"}},
		{"events long", json(func1+"_events.tsv", events+"1\t1\ta\n19\t2\tb\n"), []string{
			"warning: " + func1 + "_events.tsv: 1 of 2 events last beyond the end of the run (20 s)"}},
		{"events in disorder", json(func1+"_events.tsv", events+"3\t1\ta\n2\t1\tb\n"), []string{
			"warning: " + func1 + "_events.tsv: its events are not in the order of their onsets"}},
		{"events broken", json(func1+"_events.tsv", events+"3\tx\ta\n"), []string{
			"error: " + func1 + `_events.tsv: line 2 has duration "x"; it must be a finite number`}},
		{"events empty", json(func1+"_events.tsv", ""), []string{"error: " + func1 + "_events.tsv: is empty; the first line names the columns"}},
		{"events none", json(func1+"_events.tsv", events), []string{"warning: " + func1 + "_events.tsv: holds no event; there must be a line for each after the first"}},
		{"events columns", json(func1+"_events.tsv", "onset\tduration\tmood\tface\n1\t1\tx\ty\n"), []string{
			"warning: " + func1 + "_events.tsv: has the columns mood, face, which no JSON file beside it describes"}},
		{"confounds short", json("derivatives/fmriprep/sub-01/func/sub-01_task-faces_run-1_desc-confounds_timeseries.tsv", "csf\n1\n2\n"), []string{
			"error: derivatives/fmriprep/sub-01/func/sub-01_task-faces_run-1_desc-confounds_timeseries.tsv: has 2 rows and its run 10 volumes"}},
		{"no run", remove("sub-03/func/sub-03_task-faces_run-2_bold.nii.gz"), []string{"warning: sub-03: has no task-faces_run-2_bold, which most subjects have"}},
		{"field map", json("sub-01/fmap/sub-01_phasediff.json", `{"IntendedFor": ["func/sub-01_task-faces_run-1_bold.nii.gz", "func/gone.nii.gz", "bids::sub-01/x.nii"]}`), []string{
			"error: sub-01/fmap/sub-01_phasediff.json: is intended for func/gone.nii.gz, which there is not", "error: sub-01/fmap/sub-01_phasediff.json: is intended for bids::sub-01/x.nii, which there is not"}},
		{"physiology", json("sub-01/func/sub-01_task-faces_run-1_physio.tsv.gz", ""), []string{
			"error: sub-01/func/sub-01_task-faces_run-1_physio.tsv.gz: its sidecar has no SamplingFrequency", "error: sub-01/func/sub-01_task-faces_run-1_physio.tsv.gz: its sidecar has no StartTime",
			"error: sub-01/func/sub-01_task-faces_run-1_physio.tsv.gz: its sidecar has no Columns, which names what the file holds"}},
		{"derivatives", remove("derivatives/fmriprep/dataset_description.json"), []string{"error: derivatives/fmriprep/dataset_description.json: is missing; it gives at least Name and BIDSVersion"}},
		{"several", func(t *testing.T, dir string) {
			for _, s := range []string{"01", "02", "03"} {
				json("sub-"+s+"/func/sub-"+s+"_task-faces_run-1_events.tsv", events+"3\t1\ta\n2\t1\tb\n")(t, dir)
			}
		}, []string{"warning: sub-01/func/sub-01_task-faces_run-1_events.tsv and 2 more: its events are not in the order of their onsets"}},
		{"not fetched", func(t *testing.T, dir string) {
			remove(func1+"_bold.nii.gz")(t, dir)
			if err := os.Symlink("../../.git/annex/objects/x", filepath.Join(dir, func1+"_bold.nii.gz")); err != nil {
				t.Skip("no links here")
			}
		}, []string{"warning: " + func1 + "_bold.nii.gz: is a link to a file that is not there (an annex object); data sets from DataLad are fetched with git annex get"}},
	} {
		t.Run(c.fault, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "study")
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			c.do(t, dir)
			d := must[*bids.Dataset](t)(bids.Open(dir))
			p := d.Problems()
			var got []string
			for _, x := range p {
				got = append(got, x.String())
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			errors := 0
			for _, w := range c.want {
				if strings.HasPrefix(w, "error") {
					errors++
				}
			}
			if len(p.Errors()) != errors {
				t.Errorf("%d errors, want %d", len(p.Errors()), errors)
			}
			if text := p.Show().Text(); len(p) == 0 && text != "no problems found" || len(p) > 0 && !strings.Contains(text, p[0].Severity) {
				t.Error(text)
			}
		})
	}
}

func TestCreate(t *testing.T) {
	dir := study(t)
	d := must[*bids.Dataset](t)(bids.Open(dir))
	run := must[bids.Runs](t)(d.Runs(bids.Query{Space: "MNI", Subject: "02", Run: "2"}))[0]
	out := must[*bids.Pipeline](t)(d.Derive("glm"))
	n := run.Name
	n.Desc, n.Suffix, n.Other = "", "statmap", map[string]string{"contrast": "faceMinusHouse", "stat": "z"}
	path := must[string](t)(out.WriteImage(n, series(t, 1, 0), map[string]any{"Sources": []string{"bids:fmriprep:" + run.Name.String()}}))
	if want := filepath.Join(dir, "derivatives/glm/sub-02/func/sub-02_task-faces_run-2_space-MNI_contrast-faceMinusHouse_stat-z_statmap.nii.gz"); path != want {
		t.Errorf("%s, want %s", path, want)
	}
	again := must[*bids.Dataset](t)(bids.Open(dir))
	f := must[bids.Files](t)(again.Find(bids.Query{Pipeline: "glm", Other: map[string]string{"stat": "z"}, Extension: "nii.gz"}))
	s := must[bids.Sidecar](t)(again.Sidecar(f[0]))
	if len(f) != 1 || f[0].Path != path || len(s.Values) != 1 {
		t.Error(f, s)
	}
	if p := again.Problems(); len(p) > 0 {
		t.Error(p)
	}
	// The same bytes when it is written again.
	description := filepath.Join(dir, "derivatives/glm/dataset_description.json")
	before := must[[]byte](t)(os.ReadFile(description))
	must[*bids.Pipeline](t)(again.Derive("glm"))
	if after := must[[]byte](t)(os.ReadFile(description)); !bytes.Equal(before, after) || !strings.Contains(string(after), `"Name": "neurorepl"`) {
		t.Errorf("%s\n%s", before, after)
	}
	for _, c := range []struct {
		what string
		do   func() error
		err  string
	}{
		{"another's", func() error { _, err := d.Derive("fmriprep"); return err }, `the folder holds "fMRIPrep", which is another dataset`},
		{"a path", func() error { _, err := d.Derive("../x"); return err }, `name is "../x"`},
		{"no name", func() error { _, err := d.Derive(""); return err }, `name is ""`},
		{"raw over derivatives", func() error { _, err := bids.Create(dir, bids.Description{Name: "Other"}); return err }, `holds "Faces"`},
		{"no description", func() error { _, err := bids.Create(t.TempDir(), bids.Description{}); return err }, "Name of the description is empty"},
		{"type", func() error {
			_, err := bids.Create(t.TempDir(), bids.Description{Name: "x", DatasetType: "y"})
			return err
		}, `DatasetType is "y"`},
		{"files", func() error {
			_, err := bids.Create(filepath.Join(dir, "sub-01"), bids.Description{Name: "x"})
			return err
		}, "is not empty, and its dataset_description.json is missing"},
		{"entity", func() error {
			_, err := out.WriteImage(bids.Name{Subject: "a_b", Suffix: "bold"}, series(t, 1, 0), nil)
			return err
		}, `entity sub is "a_b"`},
		{"suffix", func() error { _, err := out.WriteImage(bids.Name{Subject: "a"}, series(t, 1, 0), nil); return err }, `Suffix is ""`},
		{"extension", func() error {
			_, err := out.WriteTable(bids.Name{Suffix: "x", Extension: "/../.tsv"}, one(), nil)
			return err
		}, `Extension is "/../.tsv"`},
		{"datatype", func() error {
			_, err := out.WriteTable(bids.Name{Subject: "1", Suffix: "x", Datatype: "../.."}, one(), nil)
			return err
		}, `Datatype is "../.."`},
		{"image as table", func() error {
			_, err := out.WriteTable(bids.Name{Suffix: "x", Extension: ".nii"}, one(), nil)
			return err
		}, `Extension is ".nii"; it must be .tsv`},
		{"table as image", func() error {
			_, err := out.WriteImage(bids.Name{Suffix: "x", Extension: ".tsv"}, series(t, 1, 0), nil)
			return err
		}, `Extension is ".tsv"; it must be .nii.gz or .nii`},
		{"no image", func() error { _, err := out.WriteImage(bids.Name{Suffix: "x"}, nil, nil); return err }, "the image is nil"},
		{"no folder", func() error { _, err := (&bids.Pipeline{}).WriteJSON(bids.Name{Suffix: "x"}, nil); return err }, "Create and Derive make one"},
		{"JSON", func() error {
			_, err := out.WriteJSON(bids.Name{Suffix: "x"}, map[string]any{"f": func() {}})
			return err
		}, "unsupported type"},
	} {
		if err := c.do(); err == nil || !strings.Contains(err.Error(), c.err) || !strings.HasPrefix(err.Error(), "bids: ") {
			t.Errorf("%s: %v, want %q", c.what, err, c.err)
		}
	}
}

func one() table.Table {
	return table.Table{Cols: []table.Col{{Name: "x", Num: []float64{1}}}}
}
