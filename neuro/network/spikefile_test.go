package network

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSpikeFile reads back what a run writes, as the same run keeps it in memory, also
// where the file was cut off in the middle of a record.
func TestSpikeFile(t *testing.T) {
	build := func() *Simulation {
		s, err := brunel(t, 0.02).Build()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	path := filepath.Join(t.TempDir(), "spikes")
	want, err := build().Run(60, RecordOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s := build()
	kept, err := s.Run(60, RecordOptions{File: path})
	if err != nil {
		t.Fatal(err)
	}
	n, _ := want.Spikes("")
	if m, _ := kept.Spikes(""); m != n || n == 0 {
		t.Errorf("%d spikes were counted, want %d and more than 0", m, n)
	}
	if _, err := kept.Raster(""); err == nil {
		t.Error("a run that writes a file kept the spikes")
	}
	got, err := ReadSpikes(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.Hash() != want.Hash() || got.T0 != want.T0 || got.T1 != want.T1 {
		t.Errorf("from the file: %x from %g to %g ms, want %x from %g to %g ms", got.Hash(), got.T0, got.T1, want.Hash(), want.T0, want.T1)
	}
	if _, err := s.Run(1, RecordOptions{File: path}); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Errorf("a file that is there is written over: %v", err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(data, data[len(data)-25:]...), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadSpikes(path); err != nil || got.Hash() != want.Hash() {
		t.Errorf("with the beginning of records after the last complete step: %v", err)
	}
	if err := os.WriteFile(path, data[:9], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadSpikes(path); err == nil {
		t.Error("nine bytes are read as a file of spikes")
	}
}
