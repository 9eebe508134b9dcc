package spikefile

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/npy"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/spikes"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// PhyOptions are what a folder of Kilosort may not tell.
type PhyOptions struct {
	FS float64 `unit:"Hz"` // samples a second; 0 takes sample_rate of params.py
	T1 float64 `unit:"ms"` // end of the recording; 0: that of the last spike
}

// ReadPhy reads a folder that Kilosort or phy wrote:
//
//   - spike_times.npy, samples, and spike_clusters.npy (spike_templates.npy before phy
//     has seen the folder): the trains of units, ms
//   - cluster_group.tsv, cluster_info.tsv, cluster_KSLabel.tsv (or .csv), in this order:
//     labels, the first that says one other than "unsorted"
//   - templates.npy with spike_templates.npy, amplitudes.npy and whitening_mat_inv.npy:
//     the template of a unit, the mean over its spikes of the template of each times its
//     amplitude, without the whitening
//   - channel_map.npy, channel_positions.npy: the numbers of channels in the recording,
//     and their places
//   - params.py: sample_rate. Its lines "name = value" are read and nothing is executed
//
// Only the first two are needed, and FS. The unit's channel is the one where its template
// has the largest range, peak to peak. What else is missing or does not fit is told in
// Problems, and is not used.
//
// Errors name file and element: times that are not ascending or negative, arrays of
// unequal lengths, clusters that are no whole numbers, no sampling rate.
//
// Source: the description of the folder in phy's documentation ("Sorting data format");
// checked against arrays of known content that NumPy 2.4.6 wrote.
func ReadPhy(dir string, o PhyOptions) (*Sorting, error) {
	fail := func(err error) (*Sorting, error) { return nil, fmt.Errorf("spikefile: ReadPhy: %s: %w", dir, err) }
	if info, err := os.Stat(dir); err != nil {
		return fail(errors.New("there is no such folder"))
	} else if !info.IsDir() {
		return fail(errors.New("is a file; the folder with spike_times.npy in it is needed"))
	}
	s, err := readPhy(os.DirFS(dir), func(name string) { provenance.File(filepath.Join(dir, name)) }, o)
	if err != nil {
		return fail(err)
	}
	s.Path = dir
	return s, nil
}

// readPhy reads the files of a folder, and tells used of each.
func readPhy(dir fs.FS, used func(name string), o PhyOptions) (*Sorting, error) {
	fail := func(err error) (*Sorting, error) { return nil, err }
	s := &Sorting{FS: o.FS}
	p := phy{dir, used, &s.Problems}
	if s.FS == 0 {
		params, err := p.params()
		if err != nil {
			return fail(fmt.Errorf("FS is not given, and params.py: %w", err))
		}
		if s.FS, err = params.number("sample_rate"); err != nil {
			return fail(fmt.Errorf("FS is not given, and params.py %w", err))
		}
	}
	if !(s.FS > 0) || math.IsInf(s.FS, 1) {
		return fail(fmt.Errorf("the sampling rate is %g Hz; above 0 is needed", s.FS))
	}
	times, err := p.vector("spike_times.npy")
	if err != nil {
		return fail(err)
	}
	templates, err := p.numbers("spike_templates.npy", len(times))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fail(err)
	}
	clusters, err := p.numbers("spike_clusters.npy", len(times))
	if errors.Is(err, os.ErrNotExist) && templates != nil {
		clusters, err = templates, nil
		s.Problems.Add("note", "spike_clusters.npy", "is not there; the templates of spike_templates.npy are taken for units")
	}
	if err != nil {
		return fail(err)
	}
	for i, v := range times {
		switch {
		case math.IsNaN(v) || v < 0:
			return fail(fmt.Errorf("spike_times.npy: element %d is %g; samples count from 0", i, v))
		case i > 0 && v < times[i-1]:
			return fail(fmt.Errorf("spike_times.npy: element %d is %g and the one before %g; they must ascend", i, v, times[i-1]))
		}
		times[i] = float64(v*1000) / s.FS
	}
	trains, ids, err := spikes.Split(times, clusters)
	if err != nil {
		return fail(err)
	}
	s.IDs, s.Trains, s.T0, s.T1 = ids, trains.Trains, trains.T0, trains.T1
	if o.T1 != 0 {
		if !(o.T1 >= s.T1) || math.IsInf(o.T1, 1) {
			return fail(fmt.Errorf("T1 is %g ms; the last spike is at %g ms", o.T1, s.T1))
		}
		s.T1 = o.T1
	}
	labels := p.labels()
	for _, id := range ids {
		s.Label, s.Channel, s.Details = append(s.Label, labels[id]), append(s.Channel, -1), append(s.Details, Detail{Mean: math.NaN()})
	}
	if err := p.describe(s, clusters, templates); err != nil {
		return fail(err)
	}
	s.Problems = s.Problems.Sorted()
	return s, nil
}

// A phy is a folder that is read, and what is wrong with it.
type phy struct {
	dir      fs.FS
	used     func(name string)
	problems *neuro.Problems
}

// open opens a file; one that is not there is os.ErrNotExist.
func (p phy) open(name string) (fs.File, error) {
	f, err := p.dir.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", name, os.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, files.Plain(err))
	}
	p.used(name)
	return f, nil
}

// array reads an array.
func (p phy) array(name string) (*npy.Array, error) {
	f, err := p.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size := 0
	if info, err := f.Stat(); err == nil {
		size = int(info.Size())
	}
	task := display.Start("spikefile.ReadPhy "+name, "bytes", size)
	defer task.End()
	return npy.Decode(task.Reader(f), name)
}

func (p phy) vector(name string) ([]float64, error) {
	a, err := p.array(name)
	if err != nil {
		return nil, err
	}
	return vector(name, a)
}

// numbers reads whole numbers, one for each spike.
func (p phy) numbers(name string, n int) ([]int, error) {
	x, err := p.vector(name)
	if err != nil {
		return nil, err
	}
	if len(x) != n {
		return nil, fmt.Errorf("%s has %d numbers, and spike_times.npy %d; as many are needed", name, len(x), n)
	}
	return whole(name+": element", x)
}

// labels returns what the tables say of clusters, the first table first.
func (p phy) labels() map[int]string {
	out := map[int]string{}
	for _, file := range []struct{ name, column string }{
		{"cluster_group", "group"}, {"cluster_groups", "group"}, {"cluster_info", "group"}, {"cluster_info", "KSLabel"}, {"cluster_KSLabel", "KSLabel"},
	} {
		for _, ending := range []string{".tsv", ".csv"} {
			t, err := p.table(file.name + ending)
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err != nil {
				p.problems.Add("warning", file.name+ending, "is not used: %v", err)
				continue
			}
			id, err := t.Col("cluster_id")
			if err != nil {
				id, err = t.Col("id")
			}
			column, errColumn := t.Col(file.column)
			if err != nil || errColumn != nil || id.Num == nil || column.Text == nil {
				if file.name != "cluster_info" {
					p.problems.Add("warning", file.name+ending, "is not used: it has no columns cluster_id and %s", file.column)
				}
				continue
			}
			for i, v := range id.Num {
				k := int(v)
				if label := column.Text[i]; float64(k) == v && label != "" && label != "n/a" && (out[k] == "" || out[k] == "unsorted") {
					out[k] = label
				}
			}
		}
	}
	return out
}

// table reads a table of clusters: phy separates values by tabs in .csv too.
func (p phy) table(name string) (table.Table, error) {
	f, err := p.open(name)
	if err != nil {
		return table.Table{}, err
	}
	defer f.Close()
	r := bufio.NewReader(f)
	first, _ := r.Peek(256)
	head, _, _ := strings.Cut(string(first), "\n")
	sep := ','
	if strings.Contains(head, "\t") {
		sep = '\t'
	}
	return table.Decode(r, sep, name)
}

// describe fills in amplitudes, channels and templates of units.
func (p phy) describe(s *Sorting, clusters, templates []int) error {
	amplitudes, err := p.vector("amplitudes.npy")
	if err == nil && len(amplitudes) != len(clusters) {
		err = fmt.Errorf("amplitudes.npy has %d numbers for %d spikes", len(amplitudes), len(clusters))
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		p.problems.Add("warning", "amplitudes.npy", "is not used: %v", err)
	}
	if err != nil {
		amplitudes = nil
	}
	place := map[int]int{}
	for i, id := range s.IDs {
		place[id] = i
	}
	if amplitudes != nil {
		sum := make([]float64, len(s.IDs))
		for i, a := range amplitudes {
			sum[place[clusters[i]]] += a
		}
		for i := range s.Details {
			s.Details[i].Mean = sum[i] / float64(len(s.Trains[i]))
		}
	}
	a, err := p.array("templates.npy")
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	switch {
	case err != nil:
	case len(a.Shape) != 3 || len(a.Values) == 0:
		err = fmt.Errorf("has the shape %v; templates x samples x channels are needed", a.Shape)
	case templates == nil:
		err = errors.New("spike_templates.npy, which says the template of each spike, is not there")
	}
	if err != nil {
		p.problems.Add("warning", "templates.npy", "is not used: %v", err)
		return nil
	}
	t := mixed{a: a, samples: a.Shape[1], channels: a.Shape[2]}
	if err := p.layout(&t, s); err != nil {
		p.problems.Add("warning", "templates.npy", "is not used: %v", err)
		return nil
	}
	// The weight of each template in each unit: the sum of the amplitudes of its spikes.
	weight := make([]map[int]float64, len(s.IDs))
	for i, k := range templates {
		if k < 0 || k >= a.Shape[0] {
			return fmt.Errorf("spike_templates.npy: element %d is %d; templates.npy has %d", i, k, a.Shape[0])
		}
		u := place[clusters[i]]
		if weight[u] == nil {
			weight[u] = map[int]float64{}
		}
		w := 1.0
		if amplitudes != nil {
			w = amplitudes[i]
		}
		weight[u][k] += w
	}
	task := display.Start("spikefile.ReadPhy templates", "units", len(s.Details))
	defer task.End()
	linalg.Parallel(len(s.Details), func(u int) {
		if task.Err() == nil {
			s.Channel[u] = t.fill(&s.Details[u], weight[u], len(s.Trains[u]))
			task.Add(1)
		}
	})
	if err := task.Err(); err != nil {
		return err
	}
	return nil
}

// A mixed has templates and how they are stored.
type mixed struct {
	a                 *npy.Array
	samples, channels int
	of                [][]int     // the channels of each template, where they are stored so; nil: all
	all               int         // channels in all
	unwhiten          [][]float64 // nil: as they are
	numbers           []int       // of the channels in the recording
}

// layout reads what tells the channels of templates.
func (p phy) layout(t *mixed, s *Sorting) error {
	t.all = t.channels
	numbers, err := p.vector("channel_map.npy")
	if err == nil {
		t.numbers, err = whole("channel_map.npy: element", numbers)
		t.all = len(t.numbers)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, name := range []string{"templates_ind.npy", "template_ind.npy"} {
		ind, err := p.array(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if len(ind.Shape) != 2 || ind.Shape[0] != t.a.Shape[0] || ind.Shape[1] != t.channels {
			return fmt.Errorf("%s has the shape %v; %d x %d are needed", name, ind.Shape, t.a.Shape[0], t.channels)
		}
		for _, row := range ind.Matrix() {
			of, err := whole(name+": element", row)
			if err != nil {
				return err
			}
			t.of = append(t.of, of)
		}
		break
	}
	if t.of == nil && t.numbers != nil && t.all != t.channels {
		return fmt.Errorf("templates have %d channels and channel_map.npy %d", t.channels, t.all)
	}
	if t.numbers == nil {
		for _, of := range t.of {
			for _, c := range of {
				if c < 1<<16 {
					t.all = max(t.all, c+1)
				}
			}
		}
		for c := range t.all {
			t.numbers = append(t.numbers, c)
		}
	}
	if a, err := p.array("channel_positions.npy"); err == nil && len(a.Shape) == 2 && a.Shape[0] == t.all && a.Shape[1] == 2 {
		s.Positions = map[int][2]float64{}
		for c, row := range a.Matrix() {
			s.Positions[t.numbers[c]] = [2]float64{row[0], row[1]}
		}
	} else if !errors.Is(err, os.ErrNotExist) {
		p.problems.Add("warning", "channel_positions.npy", "is not used: %d rows of x and y are needed", t.all)
	}
	a, err := p.array("whitening_mat_inv.npy")
	switch {
	case errors.Is(err, os.ErrNotExist):
		p.problems.Add("note", "whitening_mat_inv.npy", "is not there; templates are as they are in templates.npy")
	case err != nil || len(a.Shape) != 2 || a.Shape[0] != t.all || a.Shape[1] != t.all:
		p.problems.Add("warning", "whitening_mat_inv.npy", "is not used: %d x %d numbers are needed", t.all, t.all)
	default:
		t.unwhiten = a.Matrix()
	}
	return nil
}

// fill makes the template of a unit of n spikes, the templates times their weights, and
// returns the channel where it is largest.
func (t *mixed) fill(u *Detail, weight map[int]float64, n int) int {
	var which []int
	for k := range weight {
		which = append(which, k)
	}
	slices.Sort(which)
	sum := make([][]float64, t.all) // nil where no template has the channel
	for _, k := range which {
		w := weight[k] / float64(n)
		for j := range t.channels {
			c := j
			if t.of != nil {
				if c = t.of[k][j]; c < 0 || c >= t.all {
					continue
				}
			}
			if sum[c] == nil {
				sum[c] = make([]float64, t.samples)
			}
			for i := range t.samples {
				sum[c][i] += float64(w * t.a.Values[(k*t.samples+i)*t.channels+j])
			}
		}
	}
	// template . inverse of the whitening, over the channels that the template has. Sorters
	// leave most channels of a template at 0.
	out := sum
	if t.unwhiten != nil {
		out = make([][]float64, t.all)
		silent := make([]bool, t.all)
		for d, x := range sum {
			silent[d] = !slices.ContainsFunc(x, func(v float64) bool { return v != 0 })
		}
		for c := range out {
			if sum[c] == nil {
				continue
			}
			out[c] = make([]float64, t.samples)
			for d, x := range sum {
				f := t.unwhiten[d][c]
				if silent[d] || f == 0 {
					continue
				}
				for i, v := range x {
					out[c][i] += float64(v * f)
				}
			}
		}
	}
	best, channel := -1.0, -1
	for c, x := range out {
		if len(x) == 0 {
			continue
		}
		u.Template, u.Channels = append(u.Template, x), append(u.Channels, t.numbers[c])
		if r := slices.Max(x) - slices.Min(x); r > best {
			best, channel = r, t.numbers[c]
		}
	}
	return channel
}
