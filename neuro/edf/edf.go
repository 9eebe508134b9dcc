// Package edf reads and writes recordings in the European Data Format and its relatives:
// EDF, EDF+ without and with gaps, BDF and BDF+ of 24 bits.
//
//	rec, err := edf.Read("night.edf")
//	p, err := rec.Read(0, 30, "EEG Fpz-Cz") // the first 30 s, in uV
//	rec.Annotations                         // of EDF+: onset, duration, text
//	rec.Problems                            // what is odd about the file
//	err = edf.Write("short.edf", rec, edf.WriteOptions{})
//
// Files that are a little odd are read, and the problem is told; Check looks through a
// whole file.
package edf

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// Read reads the header and the annotations of a file; samples stay in it until they are
// asked for. A sample d of a signal is the value
//
//	x = d g + (pmin - dmin g),  g = (pmax - pmin) / (dmax - dmin)
//
// in the unit of its channel, pmin to dmax being the physical and digital limits of the
// header. Signals of different rates keep their own. The channel Status of BDF has its
// codes, which eeg.Recording.Triggers reads. Times count from the first sample; of an
// EDF+D file the segments tell where there are samples.
//
// Errors: a file that is not EDF or BDF, is cut off before its first record, or has a
// header without a number of signals, of samples, or a duration. Everything else that is
// wrong is among the Problems of the recording.
//
// Source: Kemp et al. 1992, Electroencephalogr. Clin. Neurophysiol. 82:391; Kemp and Olivan
// 2003, Clin. Neurophysiol. 114:1755. Checked against MNE 1.13.2.
func Read(path string) (*eeg.Recording, error) {
	kept, f, err := files.Keep(path)
	if err != nil {
		return nil, fmt.Errorf("edf: Read: %s: %w", path, err)
	}
	defer f.Close()
	provenance.File(path)
	rec, err := decode(f, kept.Size, path, kept.Open)
	if errors.Is(err, display.ErrInterrupted) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("edf: Read: %s: %w", path, err)
	}
	return rec, nil
}

// Decode reads a file of size bytes that r has, as Read does.
func Decode(r io.ReaderAt, size int64) (*eeg.Recording, error) {
	rec, err := decode(r, size, "", func() (io.ReaderAt, func(), error) { return r, func() {}, nil })
	if err != nil {
		return nil, fmt.Errorf("edf: Decode: %w", err)
	}
	return rec, nil
}

func decode(r io.ReaderAt, size int64, path string, open func() (io.ReaderAt, func(), error)) (*eeg.Recording, error) {
	h, err := readHeader(r, size)
	if err != nil {
		return nil, err
	}
	rec := eeg.Recording{Path: path, Format: h.format, Start: h.start, Subject: h.subject, Session: h.session}
	if err := h.timeline(r, &rec, filepath.Base(path)); err != nil {
		return nil, err
	}
	s := &source{h: h, open: open}
	for k, f := range h.signals {
		if f.annotations {
			continue
		}
		if f.n == 0 {
			h.p.Add("warning", "samples in a record", "of signal %d (%s) is 0; it is left out", k+1, f.label)
			continue
		}
		c := eeg.Channel{Name: f.label, Unit: f.unit, FS: float64(f.n) / h.dur, Filter: f.filter, Sensor: f.sensor, Kind: eeg.KindOf(f.label, f.unit)}
		if f.pmin != f.pmax {
			c.Lo, c.Hi, c.Step = min(f.pmin, f.pmax), max(f.pmin, f.pmax), max(f.gain, -f.gain)
		}
		rec.Channels = append(rec.Channels, c)
		s.signals = append(s.signals, k)
	}
	rec.Problems = h.p
	return eeg.From(rec, s)
}
