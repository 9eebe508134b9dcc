package spikefile

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

type nevFile struct {
	Files map[string][]byte
	Units []struct {
		ID        int
		Times     []float64
		Waveforms [][]float64
		Mean      []float64
	}
	Events []struct {
		Kind, Label string
		Time        float64
	}
}

func nevFiles(t testing.TB) map[string]nevFile {
	t.Helper()
	var all map[string]nevFile
	golden.JSON(t, golden.Path(t, "spikefile/blackrock.json"), &all)
	for k, v := range all {
		if v.Files["x.nev"] == nil {
			delete(all, k)
		}
	}
	return all
}

func equal(a, b []float64, tol float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= tol*(1+math.Abs(y)) })
}

// TestReadNEV reads what neo reads: spikes, waveforms and inputs of each version.
func TestReadNEV(t *testing.T) {
	all := nevFiles(t)
	if len(all) != 4 {
		t.Fatalf("%d files", len(all))
	}
	kinds := map[string]string{"digital_input_port": "digital", "serial_input_port": "serial", "comments": "comment"}
	for version, want := range all {
		b := want.Files["x.nev"]
		n, err := decodeNEV(bytes.NewReader(b), int64(len(b)), NEVOptions{Waveforms: true})
		if err != nil {
			t.Fatalf("%s: %v", version, err)
		}
		if len(n.IDs) != len(want.Units) || n.FS != 30000 || n.Comment != "a comment" || n.Start.String() != "2021-03-16 13:45:07.25 +0000 UTC" {
			t.Fatalf("%s: %d units, %g Hz, %q, %v", version, len(n.IDs), n.FS, n.Comment, n.Start)
		}
		for i, w := range want.Units {
			u, channel := n.Details[i], n.Channel[i]
			if n.IDs[i] != w.ID || channel != w.ID/1000 || version != "2.1" && u.Name != fmt.Sprintf("elec%d", channel) {
				t.Errorf("%s: unit %d of electrode %d %q, want %d", version, n.IDs[i], channel, u.Name, w.ID)
			}
			if !equal(n.Trains[i], w.Times, 1e-12) {
				t.Errorf("%s: unit %d at %v, want %v", version, w.ID, n.Trains[i], w.Times)
			}
			for k, x := range w.Waveforms {
				if !equal(u.Waveforms[k], x, 1e-12) {
					t.Errorf("%s: waveform %d of unit %d is %v, want %v", version, k, w.ID, u.Waveforms[k], x)
				}
			}
			if !equal(n.Waveform(w.ID), w.Mean, 1e-12) {
				t.Errorf("%s: mean waveform of unit %d is %v, want %v", version, w.ID, n.Waveform(w.ID), w.Mean)
			}
		}
		var got, events []string
		for _, e := range n.Events {
			if e.Kind == "comment" && version == "2.2" { // which neo does not look for
				continue
			}
			label := fmt.Sprint(e.Value)
			if e.Kind == "comment" {
				label = e.Text
			}
			got = append(got, fmt.Sprintf("%s %.6f %s", e.Kind, e.Time, label))
		}
		for _, e := range want.Events {
			events = append(events, fmt.Sprintf("%s %.6f %s", kinds[e.Kind], e.Time, e.Label))
		}
		sort.Strings(got)
		sort.Strings(events)
		if !slices.Equal(got, events) {
			t.Errorf("%s: events\n%s\nwant\n%s", version, strings.Join(got, "\n"), strings.Join(events, "\n"))
		}
	}
}

// TestReadNEVRecorded reads a recorded file: 14,210 spikes of 324 trains, whose times and
// waveforms have the sums that neo gives.
func TestReadNEVRecorded(t *testing.T) {
	path := golden.Shared(t, "data/fetched/NDR/example_1.nev")
	if _, err := os.Stat(path); err != nil {
		t.Skip("the recording is not there")
	}
	n, err := ReadNEV(path, NEVOptions{Waveforms: true})
	if err != nil {
		t.Fatal(err)
	}
	spikes, times, waves := 0, 0.0, 0.0
	for i, s := range n.Trains {
		spikes += len(s)
		for k, ms := range s {
			times += ms
			for _, v := range n.Details[i].Waveforms[k] {
				waves += math.Abs(v)
			}
		}
	}
	if spikes != 14210 || len(n.IDs) != 324 || math.Abs(times-28692062.6) > 1e-5 || waves != 17966689 {
		t.Errorf("%d spikes of %d units, their times %.9g ms and waveforms %.9g uV in all; want 14210 of 324, 28692062.6 and 17966689", spikes, len(n.IDs), times, waves)
	}
}

// TestNEVBroken changes headers and packets.
func TestNEVBroken(t *testing.T) {
	file := nevFiles(t)["2.3"].Files["x.nev"]
	packet := int(file[16])
	for _, c := range []struct {
		name string
		f    func(b []byte) []byte
		err  string // "": it is read with a warning
		want string
	}{
		{"cut header", func(b []byte) []byte { return b[:100] }, "cut off", ""},
		{"other", func(b []byte) []byte { b[0] = 'X'; return b }, "begins with", ""},
		{"clock", func(b []byte) []byte { copy(b[20:], []byte{0, 0, 0, 0}); return b }, "0 Hz", ""},
		{"packet", func(b []byte) []byte { copy(b[16:], []byte{4, 0, 0, 0}); return b }, "packets of 4 bytes", ""},
		{"many headers", func(b []byte) []byte { copy(b[332:], []byte{255, 255, 255, 127}); return b }, "extended headers", ""},
		{"odd end", func(b []byte) []byte { return b[:len(b)-3] }, "", fmt.Sprintf("%d bytes follow", packet-3)},
		{"set back", func(b []byte) []byte { copy(b[len(b)-packet:], []byte{0, 0, 0, 0}); return b }, "", "set back"},
		{"unknown electrode", func(b []byte) []byte { b[336+8] = 200; return b }, "", "without a header"},
	} {
		b := c.f(bytes.Clone(file))
		n, err := decodeNEV(bytes.NewReader(b), int64(len(b)), NEVOptions{Waveforms: true})
		switch {
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.err)
		case c.err == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.err == "" && !strings.Contains(n.Problems.String(), c.want):
			t.Errorf("%s: problems %v, want one with %q", c.name, n.Problems, c.want)
		}
	}
}

func FuzzNEV(f *testing.F) {
	for _, k := range nevFiles(f) {
		f.Add(k.Files["x.nev"])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := decodeNEV(bytes.NewReader(b), int64(len(b)), NEVOptions{Waveforms: true})
		if err != nil {
			return
		}
		for i, s := range n.Trains {
			if !slices.IsSorted(s) {
				t.Fatalf("train %d is not in order: %v", i, s)
			}
		}
		n.EventTable()
	})
}
