package recording_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/recording"
)

// write writes a file into a folder of the test and returns its path.
func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// folder makes an empty folder of a name and returns its path.
func folder(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// cnt returns a file of Neuroscan.
func cnt(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile(golden.Path(t, "vendors/cnt.json"))
	var all []struct{ File []byte }
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all[0].File
}

// TestOpen finds the reader of files by their first bytes, whatever they are called.
func TestOpen(t *testing.T) {
	short, err := os.ReadFile(golden.Path(t, "fif/short_raw.fif"))
	if err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(golden.Path(t, "fif/int_raw.fif.gz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		path, want string
	}{
		{golden.Path(t, "fif/short_raw.fif"), "FIF: 9 channels"},
		{golden.Path(t, "fif/int_raw.fif.gz"), "FIF: 9 channels"},
		{write(t, "renamed.dat", short), "FIF: 9 channels"},
		{write(t, "renamed", packed), "FIF: 9 channels"},
		{write(t, "s1.cnt", cnt(t)), "CNT: 3 channels"},
		{write(t, "s1", cnt(t)), "CNT: 3 channels"},
		{write(t, "lfp.csv", []byte("time (s),CA1 (mV)\n0,1\n0.001,2\n0.002,3\n")), "1 channel"},
	} {
		rec, err := recording.Open(test.path)
		if err != nil || !strings.Contains(rec.String(), test.want) {
			t.Errorf("%s: %v, %v; want %s", filepath.Base(test.path), rec, err, test.want)
			continue
		}
		if _, err := rec.Read(0, rec.Dur()); err != nil {
			t.Errorf("%s: %v", test.path, err)
		}
	}
}

// TestCollection opens every recording of the collection, and the files of each by all
// their names.
func TestCollection(t *testing.T) {
	root := golden.Shared(t, "data")
	for name, want := range map[string]string{
		"fetched/mne-python/brainvision/test.vhdr":                                   "BrainVision",
		"fetched/mne-python/brainvision/test.eeg":                                    "BrainVision",
		"fetched/mne-python/brainvision/test.vmrk":                                   "BrainVision",
		"fetched/mne-python/brainvision/test_bin_raw.fif":                            "FIF",
		"fetched/mne-python/brainvision/test_old_layout_latin1_software_filter.vhdr": "BrainVision",
		"fetched/mne-python/edf/test.bdf":                                            "BDF",
		"fetched/mne-python/edf/test.edf":                                            "EDF",
		"fetched/mne-python/edf/test_bdf_stim_channel.bdf":                           "BDF",
		"fetched/mne-python/edf/test_edf_stim_channel.edf":                           "EDF",
		"fetched/mne-python/edf/test_uneven_samp.edf":                                "EDF",
		"fetched/mne-python/fif/test_ctf_comp_raw.fif":                               "FIF",
		"packaged/pyedflib/test_generator.bdf":                                       "BDF",
		"packaged/pyedflib/test_generator_datarec_generator_2.bdf":                   "BDF",
		"packaged/pyedflib/test_subsecond.edf":                                       "EDF",
		"packaged/pyedflib/test_utf8.edf":                                            "EDF",
		"fetched/NDR/example_2.ns2":                                                  "Blackrock 2.1",
		"fetched/mne-python/kit/test.sqd":                                            "KIT",
		"fetched/mne-python/bti/test_pdf_linux":                                      "BTi",
		"fetched/mne-python/egi/test_egi.raw":                                        "EGI",
		"fetched/mne-python/nicolet/test_nicolet_raw.data":                           "Nicolet",
		"fetched/mne-python/nicolet/test_nicolet_raw.head":                           "Nicolet",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if strings.HasSuffix(name, "test.sqd") { // by its first bytes
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			path = write(t, "run1", b)
		}
		rec, err := recording.Open(path)
		if err != nil || !strings.Contains(rec.Format, want) {
			t.Errorf("%s: %v, %v; want %s", name, rec, err, want)
		}
	}
}

// TestOther says what reads a file that is no recording.
func TestOther(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write([]byte("hello"))
	w.Close()
	dir := t.TempDir()
	for _, test := range []struct {
		path, want string
	}{
		{golden.Path(t, "fif/made-ave.fif"), "ReadEvoked reads"},
		{golden.Path(t, "fif/made-eve.fif"), "ReadEvents reads"},
		{write(t, "x.npy", []byte("\x93NUMPY\x01\x00")), "npy.ReadRecording"},
		{write(t, "x.npz", []byte("PK\x03\x04")), "npy.ReadAll"},
		{write(t, "x.mat", []byte("MATLAB 5.0 MAT-file")), "matlab.Read reads it"},
		{write(t, "x.abf", []byte("ABF2")), "abf.Read"},
		{write(t, "x.nii.gz", z.Bytes()), "nifti.Read"},
		{write(t, "x.eve", []byte("1 0 3\n")), "fif.ReadEvents"},
		{write(t, "x.nwb", []byte("\x89HDF\r\n\x1a\n")), "HDF5"},
		{write(t, "x.raw", []byte{1, 2, 3}), "flat.ReadBinary"},
		{write(t, "x.cnt", []byte("RIFF....CNT 12345")), "of ANT Neuro"},
		{write(t, "x.e", []byte{1, 2, 3}), "export it as EDF"},
		{write(t, "x.nev", []byte("NEURALEV")), "spikefile.ReadNEV"},
		{filepath.Dir(write(t, "spike_times.npy", nil)), "spikefile.ReadPhy"},
		{filepath.Dir(write(t, "F.npy", nil)), "calcium.ReadSuite2p"},
		{folder(t, "x.mff"), "simple binary"},
		{folder(t, "x.ds"), "convert it to FIF"},
		{write(t, "x.gz", z.Bytes()), "of no format that is known: it begins with 68 65 6c 6c 6f"},
		{write(t, "x.edf", []byte("nothing")), "edf: Read"},
		{write(t, "empty", nil), "it is empty"},
		{write(t, "broken.gz", []byte{0x1f, 0x8b, 1}), "its compression"},
		{dir, "it is a folder"},
		{filepath.Join(dir, "none.edf"), "no such file"},
	} {
		if _, err := recording.Open(test.path); err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.path) {
			t.Errorf("%s: %v, want %s", filepath.Base(test.path), err, test.want)
		}
	}
	// Every function that is named is there: the packages are imported by formats.go, and
	// Formats lists as many as there are.
	f := recording.Formats()
	if len(f.Cols[0].Text) < 7 || len(f.Cols[2].Text) != len(f.Cols[0].Text) {
		t.Errorf("%v", f)
	}
}

// Any recording opens by one call.
func ExampleOpen() {
	rec, err := recording.Open("../../testdata/fif/short_raw.fif")
	if err != nil {
		panic(err)
	}
	fmt.Println(rec.Format, rec.Names("EEG"))
	// Output: FIF [Fz a long name of an electrode]
}

// The formats that Open knows.
func ExampleFormats() {
	f := recording.Formats()
	for k, name := range f.Cols[0].Text[:3] {
		fmt.Printf("%s: %s, %s\n", name, f.Cols[1].Text[k], f.Cols[2].Text[k])
	}
	// Output:
	// FIF: .fif .fif.gz, fif.Read
	// BrainVision: .vhdr .vmrk .eeg, brainvision.Read
	// EDF, EDF+: .edf, edf.Read
}

// TestMatlab opens data of EEGLAB and of FieldTrip, which are files of MATLAB both.
func TestMatlab(t *testing.T) {
	var all struct {
		Eeglab    []struct{ Set, Fdt string }
		Fieldtrip []struct{ File string }
	}
	golden.JSON(t, golden.Path(t, "matlab/files.json"), &all)
	of := func(s string) []byte {
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	n := 0
	for _, w := range all.Fieldtrip {
		rec, err := recording.Open(write(t, "data.mat", of(w.File)))
		if err != nil || rec.Format != "FieldTrip" {
			t.Errorf("%v, %v", rec, err)
		}
		n++
	}
	for _, w := range all.Eeglab {
		if w.Fdt != "" {
			continue
		}
		rec, err := recording.Open(write(t, "data.set", of(w.Set)))
		if err != nil || !strings.HasPrefix(rec.Format, "EEGLAB") {
			t.Errorf("%v, %v", rec, err)
		}
		n++
	}
	if n < 2 {
		t.Errorf("%d files", n)
	}
}
