package spikefile_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/npy"
	"github.com/neurorepl/neurorepl/neuro/spikefile"
)

type oracle struct {
	Folders []struct {
		Files map[string][]byte
		Units []struct {
			ID, Channel int
			Label       string
			Channels    []int
			Mean        float64
			Waveform    []float64
			Times       []float64
			Position    [2]float64
		}
	}
	Trains struct {
		Files map[string][]byte
		Names []string
		Times [][]float64
	}
}

// unpack writes files into a folder of the test.
func unpack(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(t testing.TB) (o oracle) {
	t.Helper()
	golden.JSON(t, golden.Path(t, "spikefile/phy.json"), &o)
	return o
}

func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tol*(1+math.Abs(want[i]))) {
			t.Errorf("%s: value %d is %.17g, want %.17g", what, i, got[i], want[i])
			return
		}
	}
}

// TestReadPhy reads folders whose content NumPy computed: merged and split clusters,
// templates of all and of some channels, whitened and not, columns and rows.
func TestReadPhy(t *testing.T) {
	for k, f := range load(t).Folders {
		s, err := spikefile.ReadPhy(unpack(t, f.Files), spikefile.PhyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.IDs) != len(f.Units) || s.FS != 30000 {
			t.Fatalf("folder %d: %d units at %g Hz, want %d", k, len(s.IDs), s.FS, len(f.Units))
		}
		for i, w := range f.Units {
			u := s.Details[i]
			if s.IDs[i] != w.ID || s.Label[i] != w.Label || s.Channel[i] != w.Channel {
				t.Errorf("folder %d: unit %d %q on %d, want %d %q on %d", k, s.IDs[i], s.Label[i], s.Channel[i], w.ID, w.Label, w.Channel)
			}
			got, want := slices.Sorted(slices.Values(u.Channels)), slices.Sorted(slices.Values(w.Channels))
			if !slices.Equal(got, want) {
				t.Errorf("folder %d: unit %d has a template on %v, want %v", k, w.ID, got, want)
			}
			if s.Positions[w.Channel] != w.Position {
				t.Errorf("folder %d: unit %d is at %v, want %v", k, w.ID, s.Positions[w.Channel], w.Position)
			}
			near(t, "mean amplitude", []float64{u.Mean}, []float64{w.Mean}, 1e-12)
			near(t, "waveform", s.Waveform(w.ID), w.Waveform, 1e-12)
			train, err := s.Train(w.ID)
			if err != nil {
				t.Error(err)
			}
			near(t, "times", train, w.Times, 1e-15)
		}
	}
}

// TestReadPhyLess reads folders with less in them.
func TestReadPhyLess(t *testing.T) {
	files := load(t).Folders[0].Files
	only := map[string][]byte{"spike_times.npy": files["spike_times.npy"], "spike_clusters.npy": files["spike_clusters.npy"]}
	s, err := spikefile.ReadPhy(unpack(t, only), spikefile.PhyOptions{FS: 15000, T1: 10000})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := spikefile.ReadPhy(unpack(t, files), spikefile.PhyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.Trains[0][0], 2*whole.Trains[0][0]; math.Abs(got-want) > 1e-9 || s.T1 != 10000 {
		t.Errorf("the first spike is at %g ms, want %g; the end %g", got, want, s.T1)
	}
	if u := s.Details[0]; s.Label[0] != "" || s.Channel[0] != -1 || u.Template != nil || !math.IsNaN(u.Mean) {
		t.Errorf("a unit without tables is %+v", u)
	}
	good, err := whole.Of("good", "mua")
	if err != nil {
		t.Fatal(err)
	}
	if len(good.Details) != len(good.IDs) {
		t.Errorf("%d details of %d units", len(good.Details), len(good.IDs))
	}
	for i, l := range good.Label {
		if l != "good" && l != "mua" || len(good.Trains[i]) == 0 {
			t.Errorf("unit %d is labelled %q", good.IDs[i], l)
		}
	}
	if _, err := whole.Of("excellent"); err == nil || !strings.Contains(err.Error(), `"good"`) {
		t.Errorf("Of an unknown label: %v", err)
	}
	delete(only, "spike_clusters.npy")
	only["spike_templates.npy"] = files["spike_templates.npy"]
	only["params.py"] = files["params.py"]
	only["cluster_group.csv"] = []byte("cluster_id\tgroup\n5\tmua\n") // phy separates by tabs under either name
	if s, err = spikefile.ReadPhy(unpack(t, only), spikefile.PhyOptions{}); err != nil {
		t.Fatal(err)
	}
	if k := slices.Index(s.IDs, 5); len(s.IDs) != 8 || s.Label[k] != "mua" || s.Problems.Count("note") != 1 {
		t.Errorf("templates for units: %v, %v", s.Table(), s.Problems)
	}
}

// TestReadPhyRefuses holds the errors.
func TestReadPhyRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		a    *npy.Array
		text string
		want string
	}{
		{"params.py", nil, "sample_rate = 3 * 10000\n", "no plain number"},
		{"params.py", nil, "sample_rate = 0\n", "above 0"},
		{"params.py", nil, "rate = 30000\n", "no line sample_rate"},
		{"spike_times.npy", npy.FromVector([]float64{3, 2}), "", "spike_templates.npy has 200"},
		{"spike_clusters.npy", nil, "\x93NUMPY\x01\x00\x10", "cut off"},
		{"spike_templates.npy", &npy.Array{Shape: []int{2, 2}, Values: make([]float64, 4)}, "", "one dimension"},
	} {
		dir := unpack(t, load(t).Folders[0].Files)
		path := filepath.Join(dir, c.name)
		var err error
		if c.a != nil {
			err = npy.Write(path, c.a)
		} else {
			err = os.WriteFile(path, []byte(c.text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := spikefile.ReadPhy(dir, spikefile.PhyOptions{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	for _, c := range []struct {
		times, clusters []float64
		want            string
	}{
		{[]float64{5, 4}, []float64{1, 1}, "element 1 is 4 and the one before 5"},
		{[]float64{-1, 4}, []float64{1, 1}, "element 0 is -1"},
		{[]float64{math.NaN(), 4}, []float64{1, 1}, "element 0 is NaN"},
		{[]float64{1, 4}, []float64{1, 1.5}, "element 1 is 1.5"},
	} {
		dir := t.TempDir()
		for name, x := range map[string][]float64{"spike_times.npy": c.times, "spike_clusters.npy": c.clusters} {
			if err := npy.Write(filepath.Join(dir, name), npy.FromVector(x)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := spikefile.ReadPhy(dir, spikefile.PhyOptions{FS: 1000}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
	if _, err := spikefile.ReadPhy(filepath.Join(t.TempDir(), "none"), spikefile.PhyOptions{FS: 1}); err == nil {
		t.Error("a folder that is not there is read")
	}
}

// TestFigures draws what results show.
func TestFigures(t *testing.T) {
	o := load(t)
	s, err := spikefile.ReadPhy(unpack(t, o.Folders[0].Files), spikefile.PhyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Plot().Save(filepath.Join(t.TempDir(), "s.svg")); err != nil {
		t.Error(err)
	}
	trains := &spikefile.Trains{Raster: s.Raster(), Names: make([]string, len(s.IDs))}
	if err := trains.Plot().Save(filepath.Join(t.TempDir(), "t.svg")); err != nil {
		t.Error(err)
	}
}
