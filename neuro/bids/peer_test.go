package bids_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/bids"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

type peer struct {
	Files   [][2]any
	Texts   []string
	Queries []struct {
		Pipeline        string
		File_tag        string
		File_type       string
		Sub_label       string
		Modality_folder string
		Filters         [][2]string
		Found           []string
	}
	Names []struct {
		Name, Suffix, Extension string
		Entities                map[string]string
	}
	Models []struct {
		Task, Space     string
		Subjects        []string
		TR              float64
		Images          [][]string
		Events          [][]int
		Confounds       []int
		Confound_names  []string
		Confound_values [][]float64
	}
}

// folder makes nilearn's folder again.
func folder(t *testing.T) (string, peer) {
	t.Helper()
	var p peer
	golden.JSON(t, golden.Path(t, "bids/bids.json"), &p)
	dir := t.TempDir()
	for _, f := range p.Files {
		write(t, filepath.Join(dir, f[0].(string)), p.Texts[int(f[1].(float64))])
	}
	return dir, p
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func entity(n *bids.Name, key, value string) {
	switch key {
	case "task":
		n.Task = value
	case "run":
		n.Run = value
	case "ses":
		n.Session = value
	case "space":
		n.Space = value
	case "desc":
		n.Desc = value
	case "sub":
		n.Subject = value
	default:
		if n.Other == nil {
			n.Other = map[string]string{}
		}
		n.Other[key] = value
	}
}

// The same files are found as by nilearn's get_bids_files.
func TestFindAsNilearn(t *testing.T) {
	dir, p := folder(t)
	d, err := bids.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Queries {
		n := bids.Name{Subject: c.Sub_label, Suffix: c.File_tag, Extension: c.File_type, Datatype: c.Modality_folder, Pipeline: c.Pipeline}
		if n.Pipeline == "" {
			n.Pipeline = bids.Absent
		}
		for _, f := range c.Filters {
			value := f[1]
			if value == "" {
				value = bids.Absent
			}
			entity(&n, f[0], value)
		}
		found, err := d.Find(bids.Query(n))
		var got []string
		for _, f := range found {
			rel, _ := filepath.Rel(dir, f.Path)
			got = append(got, filepath.ToSlash(rel))
		}
		slices.Sort(got)
		if !slices.Equal(got, c.Found) || (err != nil) != (len(c.Found) == 0) {
			t.Errorf("%+v: found %d, %v; nilearn finds %d\n%v\n%v", n, len(got), err, len(c.Found), got, c.Found)
		}
	}
	for _, c := range p.Names {
		n, err := bids.ParseName(c.Name)
		if err != nil || n.Suffix != c.Suffix || n.Extension != "."+c.Extension {
			t.Errorf("%s: %+v %v", c.Name, n, err)
		}
		for key, value := range c.Entities {
			// A query for the value finds it and one for another does not.
			for ask, want := range map[string]bool{value: true, value + "x": false} {
				var q bids.Name
				entity(&q, key, ask)
				one := bids.Dataset{Files: bids.Files{{Name: n}}}
				if _, err := one.Find(bids.Query(q)); (err == nil) != want {
					t.Errorf("%s: %s %q found: %v", c.Name, key, ask, err == nil)
				}
			}
		}
	}
}

// The same images, events and confounds as nilearn's first_level_from_bids.
func TestRunsAsNilearn(t *testing.T) {
	dir, p := folder(t)
	d, err := bids.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(d.Subjects(), " ") + "; " + strings.Join(d.Sessions(), " ") + "; " + strings.Join(d.Tasks(), " ") + "; " + strings.Join(d.Spaces(), " "); got != "01 02; 01 02; localizer main; MNI T1w fsaverage5" {
		t.Error(got)
	}
	for _, m := range p.Models {
		for i, subject := range m.Subjects {
			runs, err := d.Runs(bids.Query{Subject: subject, Task: m.Task, Space: m.Space})
			if err != nil {
				t.Fatal(err)
			}
			var images []string
			for j, r := range runs {
				rel, _ := filepath.Rel(dir, r.BOLD)
				images = append(images, filepath.ToSlash(rel))
				events, err := r.Events()
				if err != nil || len(events) != m.Events[i][j] {
					t.Errorf("%s: %d events, %v; nilearn has %d", rel, len(events), err, m.Events[i][j])
				}
				c, err := r.Confounds()
				if err != nil || !slices.Equal(c.Names, m.Confound_names) || !slices.EqualFunc(c.X, m.Confound_values, slices.Equal) {
					t.Errorf("%s: confounds %+v %v\n%v", rel, c, err, m.Confound_values)
				}
				if r.TR != m.TR || !strings.Contains(r.MaskPath, "space-"+m.Space+"_desc-brain_mask") {
					t.Errorf("%s: TR %g s, mask %s", rel, r.TR, r.MaskPath)
				}
			}
			if !slices.Equal(images, m.Images[i]) {
				t.Errorf("images %v\n%v", images, m.Images[i])
			}
		}
	}
}

// Confounds of two versions of fMRIPrep, with n/a in the first row.
func TestRealConfounds(t *testing.T) {
	for _, name := range []string{"test-v21_desc-confounds_timeseries.tsv", "test_desc-confounds_regressors.tsv"} {
		r := bids.Run{ConfoundsPath: golden.Shared(t, "data/packaged/nilearn/"+name)}
		c, err := r.Confounds("trans_?", "rot_?", "framewise_displacement", "trans_x_derivative1")
		if err != nil {
			t.Fatal(err)
		}
		if len(c.X) != 30 || strings.Join(c.Names, " ") != "trans_x trans_y trans_z rot_x rot_y rot_z framewise_displacement trans_x_derivative1" {
			t.Errorf("%s: %d rows of %v", name, len(c.X), c.Names)
		}
		if c.X[0][6] != 0 || c.X[0][7] != 0 || c.X[1][7] != c.X[1][0]-c.X[0][0] && c.X[1][6] == 0 {
			t.Errorf("%s: first rows %v %v", name, c.X[0], c.X[1])
		}
		if _, err := r.Confounds("tran_x"); err == nil || !strings.Contains(err.Error(), `no column is "tran_x"; nearest are trans_x`) {
			t.Error(err)
		}
	}
}
