// Package dataset holds small real recordings that come with the program, so
// that a first analysis needs no download.
//
//	dataset.List()                          // what there is, with sources and licences
//	rec, err := dataset.Grasshopper(1)      // spikes of a receptor and the sound it heard
//	run, mask, err := dataset.DS003()       // a BOLD run and its brain mask
//	er, err := dataset.EventRelated()       // a region's BOLD over 3,360 volumes, with events
//
// Every function returns a fresh copy. The licences of the data are in
// [License]; cite the papers that [List] names.
package dataset

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

//go:embed data/*
var files embed.FS

//go:embed licenses/*
var licenses embed.FS

// A Source says where a data set comes from.
type Source struct {
	Name     string // the function that returns it
	What     string // what it is
	From     string // package or publication from which it was taken
	Licence  string // name of its licence; License has the text
	Citation string // what to cite
	Bytes    int    `unit:"B"` // size in the program, B

	files    []string
	licences []string
}

var sources = []Source{
	{Name: "Grasshopper", What: "receptor of a grasshopper's ear: spikes and sound envelope, two recordings of 10 s", From: "nitime 0.12.1",
		Licence: "BSD-3-Clause", Citation: "Rokem et al. (2006), J Neurophysiol 95:2541",
		files: []string{"grasshopper_"}, licences: []string{"nitime.txt"}},
	{Name: "EventRelated", What: "BOLD of one region, 3,360 volumes at 2 s, six kinds of events", From: "nitime 0.12.1",
		Licence: "BSD-3-Clause", Citation: "Rokem et al. (2009), Proc SciPy: nitime",
		files: []string{"event_related_fmri"}, licences: []string{"nitime.txt"}},
	{Name: "Resting", What: "resting BOLD of 28 regions, white matter, ventricles and brain, 250 volumes at 1.89 s", From: "nitime 0.12.1",
		Licence: "BSD-3-Clause", Citation: "Rokem et al. (2009), Proc SciPy: nitime",
		files: []string{"fmri_timeseries"}, licences: []string{"nitime.txt"}},
	{Name: "DS003", What: "motion-corrected BOLD run of rhyme judgement, 16 x 16 x 9 voxels, 20 volumes at 2 s, and its brain mask", From: "nipype 1.11.0 (OpenfMRI ds003)",
		Licence: "Apache-2.0", Citation: "Xue and Poldrack (2007), J Cogn Neurosci 19:1643",
		files: []string{"ds003"}, licences: []string{"nipype.txt", "Apache-2.0.txt"}},
	{Name: "HeadMotion", What: "head motion over 365 volumes (FSL mcflirt) and FSL's framewise displacement", From: "nipype 1.11.0",
		Licence: "Apache-2.0", Citation: "Gorgolewski et al. (2011), Front Neuroinform 5:13: nipype",
		files: []string{"fsl_"}, licences: []string{"nipype.txt", "Apache-2.0.txt"}},
	{Name: "Colin27", What: "brain of one person, T1, 27 scans averaged, MNI space, 1 mm, skull removed", From: "Debian mricron-data 1.2.20211006+dfsg-4",
		Licence: "BSD-3-Clause", Citation: "Holmes et al. (1998), J Comput Assist Tomogr 22:324",
		files: []string{"ch2bet"}, licences: []string{"mricron.txt"}},
	{Name: "Sleepstudy", What: "reaction times of 18 people over 10 days of too little sleep", From: "published table",
		Licence: "facts, no licence needed", Citation: "Belenky et al. (2003), J Sleep Res 12:1",
		files: []string{"sleepstudy"}},
	{Name: "Theophylline", What: "theophylline in the blood of 12 people over 25 h after a dose by mouth", From: "published table",
		Licence: "facts, no licence needed", Citation: "Boeckmann, Sheiner and Beal (1994), NONMEM Users Guide V",
		files: []string{"theophylline"}},
	{Name: "Puromycin", What: "rate of an enzyme against the concentration of its substrate, with and without puromycin", From: "published table",
		Licence: "facts, no licence needed", Citation: "Treloar (1974); Bates and Watts (1988)",
		files: []string{"puromycin"}},
	{Name: "ToothGrowth", What: "growth of tooth cells of 60 guinea pigs against the dose of vitamin C", From: "published table",
		Licence: "facts, no licence needed", Citation: "Crampton (1947), J Nutr 33:491",
		files: []string{"toothgrowth"}},
}

// Sources returns where each data set comes from.
func Sources() []Source {
	out := make([]Source, len(sources))
	copy(out, sources)
	for i := range out {
		for _, name := range names() {
			for _, prefix := range out[i].files {
				if strings.HasPrefix(name, prefix) {
					data, _ := files.ReadFile("data/" + name)
					out[i].Bytes += len(data)
				}
			}
		}
	}
	return out
}

// List returns a table of the data sets: what each is, its source, licence,
// size and what to cite.
func List() table.Table {
	var name, what, from, licence, cite []string
	var size []float64
	for _, s := range Sources() {
		name, what, from = append(name, s.Name), append(what, s.What), append(from, s.From)
		licence, cite = append(licence, s.Licence), append(cite, s.Citation)
		size = append(size, float64((s.Bytes+1023)/1024))
	}
	return table.Table{Title: "Data sets that come with the program", Cols: []table.Col{
		{Name: "dataset", Text: name}, {Name: "what", Text: what}, {Name: "source", Text: from},
		{Name: "licence", Text: licence}, {Name: "size", Unit: "kB", Num: size}, {Name: "cite", Text: cite},
	}}
}

// License returns the text of the licence of a data set, by the name that
// [List] gives it; "" for published numbers, which have none. An unknown name
// is an error.
func License(name string) (string, error) {
	var known []string
	for _, s := range sources {
		if strings.EqualFold(s.Name, name) {
			var parts []string
			for _, f := range s.licences {
				text, err := licenses.ReadFile("licenses/" + f)
				if err != nil {
					return "", fmt.Errorf("dataset: License: %w", err)
				}
				parts = append(parts, string(text))
			}
			return strings.Join(parts, "\n"), nil
		}
		known = append(known, s.Name)
	}
	return "", fmt.Errorf("dataset: License: %q is not a data set; there are %s", name, strings.Join(known, ", "))
}

func names() []string {
	entries, _ := files.ReadDir("data")
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	sort.Strings(out)
	return out
}

// open returns a reader of a file of data/, decompressed.
func open(name string) (io.Reader, error) {
	data, err := files.ReadFile("data/" + name + ".gz")
	if err != nil {
		return nil, err
	}
	return gzip.NewReader(bytes.NewReader(data))
}

// content returns a file of data/ decompressed.
func content(name string) ([]byte, error) {
	z, err := open(name)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// image returns an image of data/.
func image(name string) (*nifti.Image, error) {
	data, err := files.ReadFile("data/" + name)
	if err != nil {
		return nil, err
	}
	return nifti.Decode(bytes.NewReader(data), name)
}

// columns returns the columns of a CSV file by name.
func columns(name string) (map[string][]string, []string, error) {
	data, err := content(name)
	if err != nil {
		return nil, nil, err
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return nil, nil, err
	}
	out := map[string][]string{}
	for _, row := range rows[1:] {
		for j, word := range row {
			out[rows[0][j]] = append(out[rows[0][j]], word)
		}
	}
	return out, rows[0], nil
}

func numbers(words []string) ([]float64, error) {
	out := make([]float64, len(words))
	for i, w := range words {
		v, err := strconv.ParseFloat(w, 64)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}
