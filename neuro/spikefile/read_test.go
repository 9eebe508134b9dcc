package spikefile_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/spikefile"
)

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRead reads the same trains from files of NumPy, of pynapple and from rows of text.
func TestRead(t *testing.T) {
	o := load(t).Trains
	dir := unpack(t, o.Files)
	for _, c := range []struct {
		file string
		o    spikefile.Options
	}{
		{"each.npz", spikefile.Options{Unit: "s"}},
		{"group.npz", spikefile.Options{Unit: "s", Times: "t", Labels: "index"}},
		{"rows.csv", spikefile.Options{Times: "when", Labels: "cluster"}},
		{"rows.csv", spikefile.Options{Times: "when", Labels: "cluster", Unit: "s"}},
		{"times.npy", spikefile.Options{Unit: "s", LabelFile: filepath.Join(dir, "labels.npy")}},
	} {
		got, err := spikefile.Read(filepath.Join(dir, c.file), c.o)
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		last := 0.0
		for i, want := range o.Times {
			if name := strings.TrimPrefix(got.Names[i], "unit"); name != o.Names[i] {
				t.Errorf("%s: train %d is %q, want %q", c.file, i, name, o.Names[i])
			}
			if !slices.Equal(got.Raster.Trains[i], want) {
				t.Errorf("%s: train %d is %v, want %v", c.file, i, got.Raster.Trains[i], want)
			}
			last = math.Max(last, want[len(want)-1])
		}
		if got.Raster.T0 != 0 || got.Raster.T1 != last {
			t.Errorf("%s: the window is %g to %g, want 0 to %g", c.file, got.Raster.T0, got.Raster.T1, last)
		}
	}
}

// TestReadTables reads what people write by hand.
func TestReadTables(t *testing.T) {
	for _, c := range []struct {
		name, text string
		o          spikefile.Options
		names      string
		trains     []neuro.Spikes
	}{
		{"a.csv", "unit,time (ms)\nb10,1\nb2,1\nb10,2.5\nb9,\n", spikefile.Options{}, "[b2 b9 b10]", []neuro.Spikes{{1}, {}, {1, 2.5}}},
		{"a.tsv", "A (s)\tB (s)\n.1\t.2\n.3\tn/a\n", spikefile.Options{}, "[A B]", []neuro.Spikes{{100, 300}, {200}}},
		{"a.csv", "10\n20\n20\n", spikefile.Options{Unit: "samples", FS: 20, Columns: []string{"x"}}, "[x]", []neuro.Spikes{{500, 1000, 1000}}},
		{"a.csv", "x\n7000\n5000\n", spikefile.Options{Unit: "us", Sort: true}, "[x]", []neuro.Spikes{{5, 7}}},
		{"a.csv", "x\n-.5\n.5\n", spikefile.Options{Unit: "s", T0: -1000, T1: 1000}, "[x]", []neuro.Spikes{{-500, 500}}},
		{"a.csv", "unit,time\n-1,5\n10,4\n2,3\n", spikefile.Options{Unit: "ms"}, "[-1 2 10]", []neuro.Spikes{{5}, {3}, {4}}},
		{"a.csv", "time (s)\n", spikefile.Options{}, "[time]", []neuro.Spikes{{}}},
	} {
		got, err := spikefile.Read(write(t, c.name, c.text), c.o)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if fmt.Sprint(got.Names) != c.names || !slices.EqualFunc(got.Raster.Trains, c.trains, func(a, b neuro.Spikes) bool { return slices.Equal(a, b) }) {
			t.Errorf("%q: %v %v, want %s %v", c.text, got.Names, got.Raster.Trains, c.names, c.trains)
		}
	}
}

// TestReadRefuses holds what an error says.
func TestReadRefuses(t *testing.T) {
	ms := spikefile.Options{Unit: "ms"}
	for _, c := range []struct {
		name, text string
		o          spikefile.Options
		want       string
	}{
		{"a.csv", "x\n1\n2\n", spikefile.Options{}, "unit of times is not known"},
		{"a.csv", "x\n1\n2\n", spikefile.Options{Unit: "h"}, `Unit is "h"`},
		{"a.csv", "x\n1\n2\n", spikefile.Options{Unit: "samples"}, "FS is 0 Hz"},
		{"a.csv", "x (s)\n1\n2\n", ms, `says "s", and the option Unit "ms"`},
		{"a.csv", "x\n1\n3\n2\n", ms, "row 3"},
		{"a.csv", "x\n-1\n3\n", ms, "row 1"},
		{"a.csv", "x\n1\n\n3\n", ms, "row 2"},
		{"a.csv", "x\n1\n1e999\n", ms, "row 2"},
		{"a.csv", "x\n1\n12\n", spikefile.Options{Unit: "ms", T1: 10}, "row 2"},
		{"a.csv", "unit,time\n1,5\n2,1\n1,4\n", ms, `row 3 of train "1"`},
		{"a.csv", "unit,time\n1,5\n,7\n", ms, "row 2 has no unit"},
		{"a.csv", "unit,time\n1,5\n1,\n", ms, "row 2"},
		{"a.csv", "cluster,spike\n1,5\n2,7\n", ms, "looks like the units"},
		{"a.csv", "a,b\nx,5\ny,7\n", ms, "looks like the units"},
		{"a.csv", "a\nx\n", ms, `such as "x"`},
		{"a.csv", "a,b\nx,5\ny,7\n", spikefile.Options{Unit: "ms", Labels: "a"}, "both are needed"},
		{"a.csv", "a,b\nx,5\ny,7\n", spikefile.Options{Unit: "ms", Labels: "a", Times: "c"}, "c"},
		{"a.txt", "1\n", ms, "ends in none"},
		{"a.npy", "x", ms, "NumPy"},
		{"a.csv", "x\n1\n", spikefile.Options{Unit: "ms", T0: 5, T1: 1}, "window"},
		{"a.csv", "x\n1\n", spikefile.Options{Unit: "ms", LabelFile: "l.npy"}, "LabelFile"},
	} {
		if got, err := spikefile.Read(write(t, c.name, c.text), c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, error %v, want one with %q", c.text, got, err, c.want)
		}
	}
	if _, err := spikefile.Read("none.csv", ms); err == nil {
		t.Error("a file that is not there is read")
	}
}

// TestWrite writes trains to each kind of file and reads them.
func TestWrite(t *testing.T) {
	t0 := &spikefile.Trains{Raster: neuro.Raster{Trains: []neuro.Spikes{{0, 1.25, 1.25, 1. / 3}, {}, {7}}, T1: 10}, Names: []string{"a", "b c", "d\"e"}}
	t0.Raster.Trains[0] = neuro.Spikes{0, 1. / 3, 1.25, 1.25}
	for _, name := range []string{"t.npz", "t.csv", "t.tsv.gz"} {
		for _, unit := range []string{"ms", "s", "us"} {
			path := filepath.Join(t.TempDir(), name)
			o := spikefile.Options{Unit: unit, T1: 10}
			if err := spikefile.Write(path, t0, o); err != nil {
				t.Fatal(err)
			}
			got, err := spikefile.Read(path, o)
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprintf("%q", got.Names) != fmt.Sprintf("%q", t0.Names) || got.Raster.T1 != 10 {
				t.Errorf("%s: names %q until %g", name, got.Names, got.Raster.T1)
			}
			for i, s := range t0.Raster.Trains {
				near(t, name+" "+unit, got.Raster.Trains[i], s, 4e-16)
				if unit == "ms" && !slices.Equal(got.Raster.Trains[i], s) {
					t.Errorf("%s: train %d is %v, want %v", name, i, got.Raster.Trains[i], s)
				}
			}
		}
	}
	one := &spikefile.Trains{Raster: neuro.Raster{Trains: []neuro.Spikes{{1, 2}}}, Names: []string{"x"}}
	for _, c := range []struct {
		name string
		t    *spikefile.Trains
		unit string
		want string
	}{
		{"t.npy", t0, "ms", "one train"},
		{"t.npy", one, "", "unit of times"},
		{"t.dat", one, "ms", ".csv"},
		{"t.csv", nil, "ms", "nil"},
		{"t.csv", &spikefile.Trains{Raster: neuro.Raster{Trains: []neuro.Spikes{{2, 1}}}, Names: []string{"x"}}, "ms", "spike 1"},
		{"t.csv", &spikefile.Trains{Raster: neuro.Raster{Trains: []neuro.Spikes{{2}, {1}}}, Names: []string{"x", "x"}}, "ms", "differ"},
		{"t.csv", &spikefile.Trains{Raster: neuro.Raster{Trains: []neuro.Spikes{{2}, {1}}}, Names: []string{"x"}}, "ms", "as many"},
	} {
		if err := spikefile.Write(filepath.Join(t.TempDir(), c.name), c.t, spikefile.Options{Unit: c.unit}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	path := filepath.Join(t.TempDir(), "t.npy")
	if err := spikefile.Write(path, one, spikefile.Options{Unit: "samples", FS: 30000}); err != nil {
		t.Fatal(err)
	}
	if got, err := spikefile.Read(path, spikefile.Options{Unit: "samples", FS: 30000}); err != nil || !slices.Equal(got.Raster.Trains[0], one.Raster.Trains[0]) {
		t.Errorf("samples: %v, %v", got, err)
	}
}

// TestReadRecorded reads the spikes of a real session: 124,905 of 289 clusters that fired.
func TestReadRecorded(t *testing.T) {
	path := golden.Shared(t, "data/fetched/ibl/ephys_test.npz")
	if _, err := os.Stat(path); err != nil {
		t.Skip("the session is not there")
	}
	got, err := spikefile.Read(path, spikefile.Options{Unit: "s", Times: "spike_times", Labels: "spike_clusters"})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range got.Raster.Trains {
		n += len(s)
	}
	if n != 124905 || len(got.Names) != 289 || got.Names[0] != "0" {
		t.Errorf("%d spikes of %d trains, the first %q; want 124905 of 289", n, len(got.Names), got.Names[0])
	}
}

func Example() {
	dir, err := os.MkdirTemp("", "trains")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "session.csv")
	if err := os.WriteFile(path, []byte("unit,time (s)\nA1,0.0125\nB7,0.02\nA1,0.0401\nA1,0.088\n"), 0o644); err != nil {
		panic(err)
	}
	t, err := spikefile.Read(path, spikefile.Options{T1: 100})
	if err != nil {
		panic(err)
	}
	fmt.Println(t.Table())
	// Output:
	// 2 trains, 0 to 100 ms
	// train  spikes  rate (Hz)  first (ms)  last (ms)
	// A1          3         30        12.5         88
	// B7          1         10          20         20
}
