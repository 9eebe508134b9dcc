// Package bids finds its way in folders that are ordered as BIDS, the Brain
// Imaging Data Structure, says: what was recorded of whom, which events,
// confounds, mask and parameters belong to a run, and what is wrong.
//
//	study, err := bids.Open("ds000114")
//	study                                       // a table of what is in it
//	study.Problems()                            // what is wrong, errors first
//	runs, err := study.Runs(bids.Query{Task: "faces", Space: "MNI152NLin2009cAsym"})
//
// From a run to a design are four lines:
//
//	bold, err := runs[0].Image()                // TR by the sidecar
//	events, err := runs[0].Events()
//	motion, err := runs[0].Confounds("trans_?", "rot_?")
//	design, err := fmri.NewDesign(bold.Volumes(), bold.TR, events,
//		fmri.DesignOptions{Confounds: motion.X, ConfoundNames: motion.Names})
//
// [Run.Denoise] takes confounds in groups, and says which volumes to leave out.
//
// Results go to a folder of derivatives of their own: see [Create].
//
// It is not a validator of every rule of BIDS: it knows names, sidecars, images
// and tables as an analysis of functional runs needs them, and lists the files
// of all other kinds. Checked against BIDS 1.10, the folders of bids-examples
// and nilearn 0.14.1's get_bids_files, first_level_from_bids and load_confounds.
package bids

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Dataset is a folder in the order of BIDS, with its derivatives.
type Dataset struct {
	Dir         string
	Name        string // of dataset_description.json, else the folder's
	Version     string // of BIDS, as it says there
	Files       Files  // of the dataset, then of its derivatives, by path
	Derivatives []Pipeline
	// Derived tells that the dataset itself holds derivatives, as its
	// description says.
	Derived bool

	odd    []oddity          // what is no file of BIDS
	listed map[string]string // folders that were read, with their pipeline
	json   map[string]parsed
}

// A Pipeline is a folder of derivatives, or the dataset itself.
type Pipeline struct {
	Name        string // of its folder
	Dir         string
	Description Description
	Problem     string // why the description cannot be read; "" when it can
}

// A Description is the content of dataset_description.json.
type Description struct {
	Name           string
	BIDSVersion    string
	DatasetType    string      `json:",omitempty"` // raw or derivative
	License        string      `json:",omitempty"`
	Authors        []string    `json:",omitempty"`
	GeneratedBy    []Generator `json:",omitempty"` // of derivatives
	SourceDatasets any         `json:",omitempty"` // a list of what it was made from
}

// A Generator is a program that made derivatives.
type Generator struct {
	Name        string
	Version     string `json:",omitempty"`
	Description string `json:",omitempty"`
	CodeURL     string `json:",omitempty"`
}

// An oddity is a file or folder whose name BIDS does not allow.
type oddity struct {
	path, pipeline, why string
	order               bool // of entities, and nothing else
}

// Open reads which files a folder has. dir is that of a dataset, or of
// derivatives alone. Derivatives are looked for in dir/derivatives, in a folder
// each or in that folder itself, and in the folders given by more, such as one
// that fMRIPrep wrote elsewhere.
//
// Images and tables are read when they are asked for. It is an error when a
// folder cannot be read or holds no subject (sub-01), which says what is
// missing; anything else that is wrong is told by [Dataset.Problems].
//
// BIDS 1.10, https://bids-specification.readthedocs.io.
func Open(dir string, more ...string) (*Dataset, error) {
	d, err := open(dir, more)
	if err != nil {
		return nil, fmt.Errorf("bids: Open: %s: %w", dir, err)
	}
	return d, nil
}

func open(dir string, more []string) (*Dataset, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, files.Plain(err)
	}
	if !info.IsDir() {
		return nil, errors.New("is a file; the folder of a dataset is needed")
	}
	d := &Dataset{Dir: dir, listed: map[string]string{}, json: map[string]parsed{}}
	task := display.Start("bids.Open "+filepath.Base(dir), "folders", 0)
	defer task.End()
	if err := d.scan(dir, "", task); err != nil {
		return nil, err
	}
	for _, p := range derivatives(dir) {
		if err := d.derive(p, task); err != nil {
			return nil, err
		}
	}
	for _, p := range more {
		if err := d.derive(p, task); err != nil {
			return nil, fmt.Errorf("derivatives %s: %w", p, err)
		}
	}
	if len(d.Subjects()) == 0 && len(d.values(func(n *Name) string { return n.Template })) == 0 {
		if len(d.odd) > 0 {
			return nil, fmt.Errorf("holds no subject that can be read; %s %s", d.odd[0].path, d.odd[0].why)
		}
		return nil, errors.New("holds no folder of a subject, such as sub-01 with a folder func in it; give the folder in which they lie")
	}
	description, problem := describe(dir)
	if problem == "" || description.Name != "" {
		d.Name, d.Version = strings.Join(strings.Fields(description.Name), " "), description.BIDSVersion
		d.Derived = description.DatasetType == "derivative" || description.DatasetType == "" && len(description.GeneratedBy) > 0
	}
	if d.Name == "" {
		if abs, err := filepath.Abs(dir); err == nil {
			d.Name = filepath.Base(abs)
		}
	}
	return d, nil
}

// derivatives returns the folders below dir/derivatives, or that folder itself
// when it holds subjects.
func derivatives(dir string) []string {
	root := filepath.Join(dir, "derivatives")
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		switch {
		case strings.HasPrefix(e.Name(), "sub-") || e.Name() == "dataset_description.json":
			return []string{root}
		case isFolder(filepath.Join(root, e.Name())) && !strings.HasPrefix(e.Name(), "."):
			out = append(out, filepath.Join(root, e.Name()))
		}
	}
	return out
}

func isFolder(path string) bool {
	info, err := os.Stat(path) // follows links
	return err == nil && info.IsDir()
}

// derive adds a folder of derivatives.
func (d *Dataset) derive(dir string, task *display.Counter) error {
	p := Pipeline{Name: filepath.Base(dir), Dir: dir}
	for _, other := range d.Derivatives {
		if other.Name == p.Name {
			return fmt.Errorf("there are two pipelines named %s: %s and %s; rename one of the folders", p.Name, other.Dir, dir)
		}
	}
	p.Description, p.Problem = describe(dir)
	d.Derivatives = append(d.Derivatives, p)
	return d.scan(dir, p.Name, task)
}

// describe reads dataset_description.json.
func describe(dir string) (out Description, problem string) {
	data, err := os.ReadFile(filepath.Join(dir, "dataset_description.json"))
	if errors.Is(err, os.ErrNotExist) {
		return out, "is missing; it gives at least Name and BIDSVersion"
	}
	if err == nil {
		err = json.Unmarshal(clean(data), &out)
	}
	if err != nil {
		return out, fmt.Sprintf("cannot be read: %v", files.Plain(err))
	}
	return out, ""
}

// clean drops the mark that some editors put at the start of a text.
func clean(data []byte) []byte {
	if len(data) >= 3 && data[0] == 0xEF && data[1] == 0xBB && data[2] == 0xBF {
		return data[3:]
	}
	return data
}

// deepest is how many folders lie in each other at most; links can go round.
const deepest = 8

// scan lists the files of a dataset or pipeline: those of its subjects, and
// those beside them that belong to several subjects.
func (d *Dataset) scan(dir, pipeline string, task *display.Counter) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return files.Plain(err)
	}
	d.listed[dir] = pipeline
	for _, e := range entries {
		name, path := e.Name(), filepath.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(name, "."):
		case (strings.HasPrefix(name, "sub-") || strings.HasPrefix(name, "tpl-") || strings.HasPrefix(name, "ses-") && pipeline == "") && isFolder(path):
			if err := d.walk(path, pipeline, 1, task); err != nil {
				return err
			}
		case forAll(name) && !isFolder(path):
			d.add(path, pipeline)
		}
	}
	return nil
}

// forAll reports whether a file beside the folders of subjects may apply to
// their recordings: task-rest_bold.json, bold.json.
func forAll(name string) bool {
	stem, ext, _ := strings.Cut(name, ".")
	if ext != "json" && ext != "tsv" && ext != "bval" && ext != "bvec" {
		return false
	}
	first, _, several := strings.Cut(stem, "_")
	key, _, _ := strings.Cut(first, "-")
	return several && place(key) >= 0 || ext == "json" && slices.Contains([]string{"bold", "events", "T1w", "dwi", "physio", "eeg", "meg", "beh"}, stem)
}

func (d *Dataset) walk(dir, pipeline string, depth int, task *display.Counter) error {
	if err := task.Err(); err != nil {
		return err
	}
	task.Add(1)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, files.Plain(err))
	}
	d.listed[dir] = pipeline
	for _, e := range entries {
		name, path := e.Name(), filepath.Join(dir, e.Name())
		if strings.HasPrefix(name, ".") {
			continue
		}
		folder := e.IsDir() || e.Type()&os.ModeSymlink != 0 && isFolder(path)
		switch {
		case folder && strings.Contains(name, "."): // of MEG and microscopy, one recording
			d.add(path, pipeline)
		case folder && depth < deepest:
			if err := d.walk(path, pipeline, depth+1, task); err != nil {
				return err
			}
		case !folder:
			d.add(path, pipeline)
		}
	}
	return nil
}

func (d *Dataset) add(path, pipeline string) {
	n, inverted, err := parseName(filepath.ToSlash(path))
	if err != nil {
		d.odd = append(d.odd, oddity{path: path, pipeline: pipeline, why: err.Error()})
		return
	}
	if inverted != "" {
		d.odd = append(d.odd, oddity{path: path, pipeline: pipeline, why: inverted, order: true})
	}
	n.Pipeline = pipeline
	d.Files = append(d.Files, File{n, path})
}

// Subjects returns the labels of all subjects, sorted; numbers by their size.
func (d *Dataset) Subjects() []string { return d.values(func(n *Name) string { return n.Subject }) }

// Sessions returns the labels of all sessions; none when there is but one
// without a name.
func (d *Dataset) Sessions() []string { return d.values(func(n *Name) string { return n.Session }) }

// Tasks returns the labels of all tasks.
func (d *Dataset) Tasks() []string { return d.values(func(n *Name) string { return n.Task }) }

// Spaces returns the spaces that derivatives are in.
func (d *Dataset) Spaces() []string { return d.values(func(n *Name) string { return n.Space }) }

// Participants reads participants.tsv: a row for each subject, with the column
// participant_id (sub-01) and whatever else is known, such as age and group. It
// is an error when there is no such file or it is no table of rows that are
// equally long.
func (d *Dataset) Participants() (table.Table, error) {
	t, err := table.Read(filepath.Join(d.Dir, "participants.tsv"))
	if err != nil {
		return table.Table{}, fmt.Errorf("bids: Participants: %w", err)
	}
	t.Title = "Participants of " + d.Name
	return t, nil
}
