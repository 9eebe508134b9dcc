package bids

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// program is how this library calls itself in GeneratedBy.
const program = "neurorepl"

// Derive makes the folder dir/derivatives/name for results, with a
// dataset_description.json that says which program made them and from what. A
// folder that this library has made before is used again; files of the same
// name are replaced.
//
//	out, err := study.Derive("glm")
//	n := run.Name                                 // of the run, with its space
//	n.Desc, n.Suffix = "", "statmap"
//	n.Other = map[string]string{"contrast": "facesMinusHouses", "stat": "z"}
//	path, err := out.WriteImage(n, contrast.Image("z"), nil)
//
// It is an error when the folder holds anything else, or cannot be made.
func (d *Dataset) Derive(name string) (*Pipeline, error) {
	if name == "" || filepath.Base(name) != name || name[0] == '.' {
		return nil, fmt.Errorf("bids: Derive: name is %q; it must be that of a folder, such as glm", name)
	}
	source := map[string]any{"URL": "../.."}
	p, err := create(filepath.Join(d.Dir, "derivatives", name), Description{Name: name + " of " + d.Name, DatasetType: "derivative", SourceDatasets: []any{source}})
	if err != nil {
		return nil, fmt.Errorf("bids: Derive: %s: %w", name, err)
	}
	return p, nil
}

// Create makes the folder of a new dataset with its dataset_description.json:
// of recordings or simulated data, or of derivatives that lie elsewhere than
// [Dataset.Derive] puts them, when DatasetType is "derivative". Name must be
// given; BIDSVersion is "1.10.0", and GeneratedBy this library for
// derivatives, unless they are given.
//
// A dataset of the same name is used again. It is an error when the folder
// holds anything else, or cannot be made.
func Create(dir string, o Description) (*Pipeline, error) {
	p, err := create(dir, o)
	if err != nil {
		return nil, fmt.Errorf("bids: Create: %s: %w", dir, err)
	}
	return p, nil
}

func create(dir string, o Description) (*Pipeline, error) {
	if o.Name == "" {
		return nil, errors.New("Name of the description is empty; it must say what the data are")
	}
	if o.BIDSVersion == "" {
		o.BIDSVersion = "1.10.0"
	}
	switch o.DatasetType {
	case "":
		o.DatasetType = "raw"
	case "raw", "derivative":
	default:
		return nil, fmt.Errorf("DatasetType is %q; it must be raw or derivative", o.DatasetType)
	}
	if o.DatasetType == "derivative" && len(o.GeneratedBy) == 0 {
		o.GeneratedBy = []Generator{{Name: program, Version: provenance.Now().Version, CodeURL: "https://github.com/neurorepl/neurorepl"}}
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		have, problem := describe(dir)
		if problem != "" {
			return nil, fmt.Errorf("the folder is not empty, and its dataset_description.json %s; choose another", problem)
		}
		same := have.Name == o.Name && len(have.GeneratedBy) == len(o.GeneratedBy)
		for i := range have.GeneratedBy {
			same = same && have.GeneratedBy[i].Name == o.GeneratedBy[i].Name
		}
		if !same {
			return nil, fmt.Errorf("the folder holds %q, which is another dataset; choose another folder", have.Name)
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, files.Plain(err)
	}
	if err := writeJSON(filepath.Join(dir, "dataset_description.json"), o); err != nil {
		return nil, err
	}
	return &Pipeline{Name: filepath.Base(dir), Dir: dir, Description: o}, nil
}

func writeJSON(path string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return files.Whole(path, func(w io.Writer) error {
		_, err := w.Write(append(data, '\n'))
		return err
	})
}

// place makes the folder that a file lies in and returns its path. Files
// without a subject lie beside the folders of subjects and apply to all.
func (p *Pipeline) place(n Name, extension string) (string, Name, error) {
	if p == nil || p.Dir == "" {
		return "", n, errors.New("the folder is not known; Create and Derive make one")
	}
	if n.Extension == "" {
		n.Extension = extension
	}
	switch {
	case n.Datatype != "":
	case n.Task != "":
		n.Datatype = "func"
	case n.Suffix == "T1w" || n.Suffix == "T2w":
		n.Datatype = "anat"
	}
	if err := n.check(); err != nil {
		return "", n, err
	}
	folder := p.Dir
	if n.Subject != "" {
		folder = filepath.Join(folder, filepath.FromSlash(n.folder()))
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return "", n, files.Plain(err)
	}
	return filepath.Join(folder, n.String()), n, nil
}

// beside writes the sidecar of a file, unless there is nothing to say.
func beside(path string, n Name, meta map[string]any) error {
	if len(meta) == 0 {
		return nil
	}
	return writeJSON(path[:len(path)-len(n.Extension)]+".json", meta)
}

// WriteImage writes an image under a name of BIDS, .nii.gz unless Extension
// says .nii, in the folder that Datatype names ("func" of a task and "anat" of
// T1w and T2w where it is empty), and beside it a JSON file with meta, to which RepetitionTime is
// added for an image of several volumes, and TaskName for one of a task,
// unless meta has them. It returns the path.
//
// It is an error when the name is none of BIDS or the image cannot be written.
func (p *Pipeline) WriteImage(n Name, im *nifti.Image, meta map[string]any) (string, error) {
	path, n, err := p.place(n, ".nii.gz")
	if err != nil {
		return "", fmt.Errorf("bids: WriteImage: %w", err)
	}
	if n.Extension != ".nii.gz" && n.Extension != ".nii" {
		return "", fmt.Errorf("bids: WriteImage: Extension is %q; it must be .nii.gz or .nii", n.Extension)
	}
	if err := nifti.Write(path, im); err != nil {
		return "", fmt.Errorf("bids: WriteImage: %w", err)
	}
	all := map[string]any{}
	if im.Volumes() > 1 && im.TR > 0 {
		all["RepetitionTime"] = im.TR
		if n.Task != "" {
			all["TaskName"] = n.Task
		}
	}
	maps.Copy(all, meta)
	if err := beside(path, n, all); err != nil {
		return "", fmt.Errorf("bids: WriteImage: sidecar: %w", err)
	}
	return path, nil
}

// WriteTable writes a table under a name of BIDS as .tsv, and beside it a JSON
// file with meta and the units of columns, which BIDS wants there and not in
// the first line. It returns the path. Such as participants.tsv are
// Name{Suffix: "participants"}.
//
// It is an error when the name is none of BIDS, columns are of unequal length,
// or the file cannot be written.
func (p *Pipeline) WriteTable(n Name, t table.Table, meta map[string]any) (string, error) {
	path, err := p.writeTable(n, t, meta)
	if err != nil {
		return "", fmt.Errorf("bids: WriteTable: %w", err)
	}
	return path, nil
}

func (p *Pipeline) writeTable(n Name, t table.Table, meta map[string]any) (string, error) {
	path, n, err := p.place(n, ".tsv")
	if err != nil {
		return "", err
	}
	if n.Extension != ".tsv" {
		return "", fmt.Errorf("Extension is %q; it must be .tsv", n.Extension)
	}
	plain := table.Table{Cols: slices.Clone(t.Cols)}
	all := map[string]any{}
	for i, c := range plain.Cols {
		if c.Unit != "" {
			all[c.Name] = map[string]any{"Units": c.Unit}
			plain.Cols[i].Unit = ""
		}
	}
	if err := plain.Write(path); err != nil {
		return "", err
	}
	maps.Copy(all, meta)
	if err := beside(path, n, all); err != nil {
		return "", fmt.Errorf("sidecar: %w", err)
	}
	return path, nil
}

// WriteEvents writes the events of a run: onset, duration and trial_type, then
// modulation where there are weights, and the columns of Other. Otherwise it is
// [Pipeline.WriteTable].
func (p *Pipeline) WriteEvents(n Name, events []fmri.Event, meta map[string]any) (string, error) {
	if n.Suffix == "" {
		n.Suffix = "events"
	}
	onset, duration, kind := table.Col{Name: "onset", Unit: "s", Num: []float64{}}, table.Col{Name: "duration", Unit: "s", Num: []float64{}}, table.Col{Name: "trial_type", Text: []string{}}
	modulation, weighted := table.Col{Name: "modulation"}, false
	others := map[string]bool{}
	for i, e := range events {
		if math.IsNaN(e.Onset) || math.IsInf(e.Onset, 0) || e.Duration < 0 || math.IsInf(e.Duration, 0) {
			return "", fmt.Errorf("bids: WriteEvents: events[%d] has onset %g s and duration %g s; they must be finite, and durations 0 or more", i, e.Onset, e.Duration)
		}
		word, weight := e.Type, e.Weight
		if word == "" {
			word = "trial"
		}
		if weight == 0 {
			weight = 1
		}
		if e.Off {
			weight = 0
		}
		onset.Num, duration.Num, kind.Text, modulation.Num = append(onset.Num, e.Onset), append(duration.Num, e.Duration), append(kind.Text, word), append(modulation.Num, weight)
		weighted = weighted || weight != 1
		for k := range e.Other {
			others[k] = true
		}
	}
	t := table.Table{Cols: []table.Col{onset, duration, kind}}
	if weighted {
		t.Cols = append(t.Cols, modulation)
	}
	for _, name := range sortedKeys(others) {
		c := table.Col{Name: name, Text: make([]string, len(events))}
		for i, e := range events {
			if c.Text[i] = e.Other[name]; c.Text[i] == "" {
				c.Text[i] = "n/a"
			}
		}
		t.Cols = append(t.Cols, c)
	}
	path, err := p.writeTable(n, t, meta)
	if err != nil {
		return "", fmt.Errorf("bids: WriteEvents: %w", err)
	}
	return path, nil
}

// WriteJSON writes what is true of all recordings whose names have these
// entities, such as Name{Task: "faces", Suffix: "bold"} beside the folders of
// subjects. It returns the path.
func (p *Pipeline) WriteJSON(n Name, meta map[string]any) (string, error) {
	path, n, err := p.place(n, ".json")
	if err == nil && n.Extension != ".json" {
		err = fmt.Errorf("Extension is %q; it must be .json", n.Extension)
	}
	if err == nil {
		err = writeJSON(path, meta)
	}
	if err != nil {
		return "", fmt.Errorf("bids: WriteJSON: %w", err)
	}
	return path, nil
}
