package recording

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/brainvision"
	"github.com/neurorepl/neurorepl/neuro/edf"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/fif"
	"github.com/neurorepl/neurorepl/neuro/flat"
	"github.com/neurorepl/neurorepl/neuro/matlab"
	"github.com/neurorepl/neurorepl/neuro/vendors"
)

// A format is one that Open knows.
type format struct {
	name, endings, function string
	is                      func(f *file) bool
	read                    func(path string) (*eeg.Recording, error)
}

// formats are tried in their order: those whose first bytes are sure come first.
var formats = []format{
	{"FIF", ".fif .fif.gz", "fif.Read", func(f *file) bool { return f.begins("\x00\x00\x00\x64\x00\x00\x00\x1f") }, fif.Read},
	{"BrainVision", ".vhdr .vmrk .eeg", "brainvision.Read", isBrainVision, brainvision.Read},
	{"EDF, EDF+", ".edf", "edf.Read", func(f *file) bool { return f.begins("0       ") && len(f.head) >= 256 || f.has(".edf") }, edf.Read},
	{"BDF, BDF+", ".bdf", "edf.Read", func(f *file) bool { return f.begins("\xffBIOSEMI") || f.has(".bdf") }, edf.Read},
	{"EEGLAB", ".set .fdt", "matlab.ReadEEGLAB", isEEGLAB, readEEGLAB},
	{"FieldTrip", ".mat", "matlab.ReadFieldTrip", isFieldTrip, matlab.ReadFieldTrip},
	{"WAV", ".wav", "flat.ReadWAV", func(f *file) bool {
		return len(f.head) >= 12 && (f.begins("RIFF") || f.begins("RF64")) && string(f.head[8:12]) == "WAVE"
	}, flat.ReadWAV},
	{"KIT, Yokogawa, Ricoh", ".sqd .con", "vendors.ReadKIT", isKIT, vendors.ReadKIT},
	{"4D Neuroimaging, BTi", "c,rfDC with config", "vendors.ReadBTi", isBTi, vendors.ReadBTi},
	{"EGI simple binary", ".raw", "vendors.ReadEGI", isEGI, vendors.ReadEGI},
	{"Neuroscan", ".cnt", "vendors.ReadCNT", func(f *file) bool { return f.has(".cnt") || f.begins("Version 3.") }, vendors.ReadCNT},
	{"Nicolet", ".data .head", "vendors.ReadNicolet", func(f *file) bool { return f.has(".data") && f.beside(".head") || f.has(".head") && f.beside(".data") }, vendors.ReadNicolet},
	{"Blackrock", ".ns1 to .ns6", "vendors.ReadNSx", func(f *file) bool { return f.begins("NEURALSG") || f.begins("NEURALCD") || f.begins("BRSMPGRP") }, vendors.ReadNSx},
	{"text", ".csv .tsv .txt", "flat.ReadText", isText, func(path string) (*eeg.Recording, error) { return flat.ReadText(path, flat.TextOptions{}) }},
}

func isBrainVision(f *file) bool {
	if f.has(".vhdr", ".vmrk") {
		return true
	}
	if text := bytes.TrimPrefix(f.head, []byte("\xef\xbb\xbf")); bytes.HasPrefix(text, []byte("Brain Vision")) || bytes.HasPrefix(text, []byte("BrainVision")) {
		return true
	}
	return f.has(".eeg", ".dat") && f.beside(".vhdr")
}

func isEEGLAB(f *file) bool { return f.has(".set") || f.has(".fdt") && f.beside(".set") }

// isFieldTrip reports whether a file of MATLAB has a struct of trials with labels and times.
func isFieldTrip(f *file) bool {
	if !f.begins("MATLAB ") || f.has(".set") {
		return false
	}
	m, err := matlab.Read(f.path)
	if err != nil {
		return false
	}
	for _, v := range m.Variables {
		if v.Class != "struct" {
			continue
		}
		if _, err := m.Texts(v.Name + ".label"); err != nil {
			continue
		}
		if t, err := m.Get(v.Name + ".time"); err == nil && t.Class == "cell" {
			return true
		}
	}
	return false
}

// readEEGLAB reads a data set by any of its two files.
func readEEGLAB(path string) (*eeg.Recording, error) {
	if strings.HasSuffix(strings.ToLower(path), ".fdt") {
		path = path[:len(path)-4] + ".set"
	}
	return matlab.ReadEEGLAB(path)
}

// isBTi reports whether a file is called as 4D's files of samples are, with the config that
// tells what they are.
func isBTi(f *file) bool {
	if f.dir {
		return false
	}
	dir, name := filepath.Dir(f.path), filepath.Base(f.path)
	there := func(name string) bool {
		_, err := os.Stat(filepath.Join(dir, name))
		return err == nil
	}
	return strings.Contains(name, "pdf") && there(strings.Replace(name, "pdf", "config", 1)) || strings.Contains(name, ",rf") && there("config")
}

// isKIT reports whether a file begins with KIT's directory, whose first entry is itself, or
// is called so.
func isKIT(f *file) bool {
	return f.has(".sqd", ".con") || f.begins("\x00\x00\x00\x00\x10\x00\x00\x00") && len(f.head) >= 160
}

// isEGI reports whether a file of samples begins as EGI's do: a version of 2 to 7, a year
// and a month.
func isEGI(f *file) bool {
	if !f.has(".raw") || len(f.head) < 8 {
		return false
	}
	version, year, month := binary.BigEndian.Uint32(f.head), binary.BigEndian.Uint16(f.head[4:]), binary.BigEndian.Uint16(f.head[6:])
	return version >= 2 && version <= 7 && year < 3000 && month <= 12
}

// isText reports whether a file called as one is text.
func isText(f *file) bool {
	if !f.has(".csv", ".tsv", ".txt") || len(f.head) == 0 || f.begins("\x1f\x8b") {
		return false
	}
	return !bytes.ContainsRune(f.head, 0)
}

// others are files that hold no recording, or do not tell enough of it: what they are, and
// what reads them.
var others = []struct {
	is   func(f *file) bool
	text string
}{
	{func(f *file) bool { return f.begins("\x93NUMPY") }, "an array of NumPy, which does not tell its sampling rate: npy.ReadRecording takes both"},
	{func(f *file) bool { return f.begins("PK\x03\x04") && f.has(".npz") }, "several arrays of NumPy: npy.ReadAll reads them"},
	{func(f *file) bool { return f.begins("MATLAB ") || f.has(".mat") }, "a file of MATLAB, which does not tell which matrix is a recording: matlab.Read reads it, and its Recording takes a matrix and a rate"},
	{func(f *file) bool { return f.begins("ABF ") || f.begins("ABF2") }, "a recording of pClamp: abf.Read reads it"},
	{func(f *file) bool { return f.begins("NEURALEV") || f.begins("BREVENTS") }, "spikes and events of Blackrock, without signals: spikefile.ReadNEV reads it"},
	{func(f *file) bool { return f.has(".nii", ".nii.gz", ".hdr", ".img") }, "an image: nifti.Read reads it"},
	{func(f *file) bool { return f.has(".eve", ".lst") }, "a list of events: fif.ReadEvents reads it"},
	{func(f *file) bool { return f.begins("\x89HDF\r\n\x1a\n") }, "an HDF5 file (NWB, SNIRF or MATLAB 7.3), which is not read"},
	{func(f *file) bool { return f.holds("spike_times.npy") }, "a folder of Kilosort or phy: spikefile.ReadPhy reads its units"},
	{func(f *file) bool { return f.holds("F.npy") }, "a folder of suite2p: calcium.ReadSuite2p reads its traces"},
	{func(f *file) bool { return f.dir && f.has(".mff") }, "MFF of EGI, a folder of other files, which is not read; export it from NetStation as simple binary (.raw) or EDF"},
	{func(f *file) bool { return f.dir && f.has(".ds") }, "a data set of CTF, which is not read; convert it to FIF"},
	{func(f *file) bool { return f.has(".e") && !f.dir }, "a recording of NicoletOne, which is not read; export it as EDF"},
	{func(f *file) bool { return f.has(".dat", ".bin", ".raw", ".lfp") && !f.dir }, "samples without a header: flat.ReadBinary takes their number of channels, type and rate"},
}
