package network

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// recordedStates are probes of each kind.
func recordedStates(cells int) []Probe {
	return []Probe{
		{Population: "E", Variables: []string{"v", "II", "ge"}, Cells: Range(0, cells)},
		{Population: "E", Variables: []string{"gi"}, Every: 0.7},
		{Population: "E", Variables: []string{"v", "ge*(0*mV - v)"}, Mean: true, Every: 3},
	}
}

// TestStateFile reads back what a run writes, as the same run keeps it in memory.
func TestStateFile(t *testing.T) {
	for _, cells := range []int{1, 5, 97} {
		for _, threads := range []int{1, 3} {
			for _, flush := range []time.Duration{0, time.Second} {
				run := func(o RecordOptions) *Result {
					s, err := fieldNetwork(t, 130, threads).Build()
					if err != nil {
						t.Fatal(err)
					}
					if _, err := s.Run(3.3, RecordOptions{}); err != nil {
						t.Fatal(err)
					}
					o.States = recordedStates(cells)
					o.LFP = []LFP{{Population: "E", Proxy: "currents", AMPA: "IE"}}
					r, err := s.Run(40, o)
					if err != nil {
						t.Fatal(err)
					}
					return r
				}
				flushEvery = flush
				defer func() { flushEvery = time.Second }()
				path := filepath.Join(t.TempDir(), "states")
				want, kept := run(RecordOptions{}), run(RecordOptions{StatesFile: path, File: path + ".spikes"})
				if kept.Traces != nil || !reflect.DeepEqual(kept.LFP, want.LFP) {
					t.Errorf("a run that writes its states kept %d traces, and another LFP", len(kept.Traces))
				}
				got, err := ReadStates(path)
				if err != nil {
					t.Fatal(err)
				}
				if len(want.Traces[0][0].Y) != 400 || !reflect.DeepEqual(got, want.Traces) {
					t.Errorf("%d cells, %d threads, each %v: other samples are read than were recorded", cells, threads, flush)
				}
				got, err = ReadStatesWindow(path, 10, 20)
				if err != nil {
					t.Fatal(err)
				}
				for i := range got {
					for c := range got[i] {
						x, y := got[i][c], window(want.Traces[i][c], 10, 20)
						if math.Abs(x.T0-y.T0) > 1e-9 || !slices.Equal(x.Y, y.Y) || len(x.Y) == 0 {
							t.Errorf("%d cells: the window of probe %d has %d samples from %g ms, want %d from %g", cells, i, len(x.Y), x.T0, len(y.Y), y.T0)
						}
					}
				}
			}
		}
	}
}

// TestStateFileErrors asks for files that cannot be written or read.
func TestStateFileErrors(t *testing.T) {
	s, err := fieldNetwork(t, 10, 1).Build()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "states")
	if _, err := s.Run(1, RecordOptions{StatesFile: path}); err == nil || !strings.Contains(err.Error(), "States is empty") {
		t.Errorf("a file of nothing: %v", err)
	}
	o := RecordOptions{StatesFile: path, States: recordedStates(3)}
	if _, err := s.Run(1, o); err != nil {
		t.Fatal(err)
	}
	spikes := path + ".spikes"
	o.File = spikes
	if _, err := s.Run(1, o); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Errorf("a file that is there is written over: %v", err)
	}
	if _, err := os.Stat(spikes); err == nil {
		t.Error("a run that did not begin left a file of spikes")
	}
	if _, err := ReadStatesWindow(path, 3, 3); err == nil || !strings.Contains(err.Error(), "from 3 to 3 ms") {
		t.Errorf("an empty window: %v", err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := bytes.Cut(data[len(stateMagic):], []byte("\n"))
	for _, c := range []struct {
		data []byte
		want string
	}{
		{nil, "no file of states"}, {data[:9], "no file of states"}, {data[:40], "damaged beginning"},
		{bytes.Replace(data, head, []byte(`{"Dt":0.1}`), 1), "0 probes"},
		{bytes.Replace(data, []byte(`"Every":1`), []byte(`"Every":0`), 1), "each 0 steps"},
		{bytes.Replace(data, head, append(slices.Clone(head), "\n\x09\x00\x00\x00\x01\x00\x00\x00"...), 1), "of probe 9"},
	} {
		if err := os.WriteFile(path, c.data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadStates(path); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%.60q: %v, want %q", c.data, err, c.want)
		}
	}
}

// TestKilled kills a program in the middle of a run that writes files, and reads what it had
// said to be complete: what the same run keeps in memory until then.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("NETWORK_TEST_KILLED"); dir != "" {
		flushEvery = 20 * time.Millisecond
		time.AfterFunc(time.Minute, func() { os.Exit(1) }) // where nobody kills it
		s, err := fieldNetwork(t, 500, 2).Build()
		if err != nil {
			t.Fatal(err)
		}
		s.Run(1e9, RecordOptions{File: filepath.Join(dir, "spikes"), StatesFile: filepath.Join(dir, "states"), States: recordedStates(9)})
		return
	}
	dir := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	child.Env = append(os.Environ(), "NETWORK_TEST_KILLED="+dir)
	if err := child.Start(); err != nil {
		t.Skip(err)
	}
	long := func(name string) bool {
		f, err := os.Stat(filepath.Join(dir, name))
		return err == nil && f.Size() > 100_000
	}
	whole := func() bool { // samples count once the block that holds them is whole
		states, err := ReadStates(filepath.Join(dir, "states"))
		return err == nil && len(states[0][0].Y) > 0
	}
	for begin := time.Now(); !long("states") || !long("spikes") || !whole(); time.Sleep(5 * time.Millisecond) {
		if time.Since(begin) > time.Minute {
			child.Process.Kill()
			t.Fatal("the program wrote nothing in a minute")
		}
	}
	child.Process.Kill()
	child.Wait()
	spikes, err := ReadSpikes(filepath.Join(dir, "spikes"))
	if err != nil {
		t.Fatal(err)
	}
	states, err := ReadStates(filepath.Join(dir, "states"))
	if err != nil {
		t.Fatal(err)
	}
	ms := max(spikes.T1, states[0][0].At(len(states[0][0].Y)))
	s, err := fieldNetwork(t, 500, 1).Build()
	if err != nil {
		t.Fatal(err)
	}
	want, err := s.Run(ms, RecordOptions{States: recordedStates(9)})
	if err != nil {
		t.Fatal(err)
	}
	first, err := want.Window(0, spikes.T1)
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := spikes.Spikes(""); n == 0 || spikes.Hash() != first.Hash() {
		t.Errorf("%d spikes until %g ms are not those of the run", n, spikes.T1)
	}
	for i := range states {
		for c := range states[i] {
			x, y := states[i][c].Y, want.Traces[i][c].Y
			if len(x) == 0 || len(x) > len(y) || !slices.Equal(x, y[:len(x)]) {
				t.Errorf("%d samples of probe %d, cell %d are not those of the run", len(x), i, c)
			}
		}
	}
}

// FuzzStates reads damaged files.
func FuzzStates(f *testing.F) {
	head := `{"Dt":0.1,"First":5,"Probes":[{"Population":"E","Variable":"v","Unit":"mV","Cells":[0,3],"Every":1},{"Population":"E","Variable":"g","Mean":true,"Every":7}]}` + "\n"
	file := []byte(stateMagic + head)
	record := func(probe uint32, y ...float64) {
		file = binary.LittleEndian.AppendUint32(file, probe)
		file = binary.LittleEndian.AppendUint32(file, uint32(len(y)/(2-int(probe))))
		for _, x := range y {
			file = binary.LittleEndian.AppendUint64(file, math.Float64bits(x))
		}
	}
	record(0, 1, 2, 3, 4, 5, 6)
	record(1, 7, 8)
	file = append(file, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0)
	record(0, 9, 10)
	f.Add(file)
	f.Add([]byte(stateMagic))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := decodeStates(bytes.NewReader(data), math.Inf(-1), math.Inf(1))
		if err != nil {
			return
		}
		numbers := 0
		for _, list := range got {
			for _, x := range list {
				numbers += len(x.Y)
			}
		}
		if 8*numbers > len(data) {
			t.Errorf("%d numbers of %d bytes", numbers, len(data))
		}
		// A window has what the whole has.
		part, err := decodeStates(bytes.NewReader(data), 0.6, 1.3)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			for c, x := range got[i] {
				if y := part[i][c]; len(y.Y) > len(x.Y) {
					t.Errorf("the window has %d of %d samples", len(y.Y), len(x.Y))
				}
			}
		}
	})
}

// FuzzSpikes reads damaged files.
func FuzzSpikes(f *testing.F) {
	file := []byte(spikeMagic + `{"Dt":0.1,"First":5,"Populations":[{"Name":"E","N":9},{"Name":"in","N":3,"Source":true}]}` + "\n")
	for _, x := range [][3]uint32{{5, 0, 8}, {5, 1, 2}, {7, 0, 0}, {9, done, 0}, {10, 0, 1}} {
		file = binary.LittleEndian.AppendUint64(file, uint64(x[0]))
		file = binary.LittleEndian.AppendUint32(file, x[1])
		file = binary.LittleEndian.AppendUint32(file, x[2])
	}
	f.Add(file)
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := decodeSpikes(data, 1<<20)
		if err != nil {
			return
		}
		n := 0
		for i := range r.pops {
			n += r.pops[i].count
			if len(r.pops[i].ends) != len(r.pops[0].ends) {
				t.Errorf("populations have %d and %d steps", len(r.pops[i].ends), len(r.pops[0].ends))
			}
			for _, c := range r.pops[i].cells {
				if int(c) >= r.pops[i].n {
					t.Errorf("cell %d of %d", c, r.pops[i].n)
				}
			}
		}
		if 16*n > len(data) {
			t.Errorf("%d spikes of %d bytes", n, len(data))
		}
	})
}
