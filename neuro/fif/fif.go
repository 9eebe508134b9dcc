// Package fif reads FIFF files, the format of Elekta, MEGIN and MNE: recordings (.fif,
// .fif.gz, also in several files), epochs, averages, events, annotations, projectors and
// noise covariances.
//
//	rec, err := fif.Read("sub-01_task-rest_meg.fif")
//	rec.Names("magnetometer")             // channels by kind and coil
//	p, err := rec.Read(0, 10, "MEG 0111") // ten seconds, in T
//
//	sets, err := fif.ReadEvoked("sub-01-ave.fif")
//	left, err := sets.Named("left")
//	f, err := left.Topomaps(0.1)          // the map of the field after 100 ms
//
// Samples of a recording stay in their file until they are asked for. Units are those of
// the file: T, T/m and V. Places are in mm, x to the right, y to the front, z up, in the
// frame of the head where the file tells how it lay in the device.
package fif

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
)

// Read reads the header of a recording and where its samples are. A stored number d of a
// channel is the value d r c in its unit, r being the range and c the calibration of the
// channel. Buffers that were skipped are gaps. Where a file tells that the recording goes
// on in another, that one is read too.
//
// Channels have their kinds, coils, places and units; those that are marked as bad are
// Bad. Onsets of annotations count from the first sample, whose own number is FirstSample.
//
// Samples of 16 and 32 bits and floating-point numbers of 32 and 64 are read. Errors: a
// file that is not FIFF or holds no recording, complex samples, a recording without a
// number of channels or a rate. Everything else that is wrong is among the Problems of the
// recording.
//
// Source: Elekta Neuromag, Functional Image File Format, revision 1.3, 2011. Checked
// against MNE 1.13.2.
func Read(path string) (*eeg.Recording, error) {
	rec, err := readAll(path)
	if errors.Is(err, display.ErrInterrupted) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("fif: Read: %s: %w", path, err)
	}
	return rec, nil
}

// Decode reads a recording of a file of size bytes that r has, as Read does; the file may
// be compressed. What goes on in another file is left out.
func Decode(r io.ReaderAt, size int64) (*eeg.Recording, error) {
	f, err := newFile(r, size, "a recording", at(r))
	var rec *eeg.Recording
	if err == nil {
		rec, _, err = f.recording("")
	}
	if err != nil {
		return nil, fmt.Errorf("fif: Decode: %w", err)
	}
	return rec, nil
}

// mostParts is how many files one recording may lie in.
const mostParts = 1000

// readAll reads a recording, with the files that follow.
func readAll(path string) (*eeg.Recording, error) {
	var rec *eeg.Recording
	var all *source
	seen := map[string]bool{}
	for next := path; next != ""; {
		part, s, follow, err := readPart(next)
		if err != nil {
			if rec == nil {
				return nil, err
			}
			return nil, fmt.Errorf("it goes on in %s: %w", filepath.Base(next), err)
		}
		seen[filepath.Clean(next)] = true
		if rec == nil {
			rec, all = part, s
		} else if err := all.join(rec, part, s); err != nil {
			return nil, fmt.Errorf("it goes on in %s: %w", filepath.Base(next), err)
		}
		next = ""
		switch {
		case follow == "":
		case len(seen) >= mostParts || seen[filepath.Clean(follow)]:
			return nil, fmt.Errorf("its files lead in a circle: %s leads to %s", filepath.Base(next), filepath.Base(follow))
		default:
			if _, err := os.Stat(follow); err != nil {
				rec.Problems.Add("warning", "next file", "is %s, which is not there; the recording ends too early", filepath.Base(follow))
				break
			}
			next = follow
		}
	}
	rec.Path = path
	return eeg.From(*rec, all)
}

// readPart reads one file of a recording and tells the next.
func readPart(path string) (rec *eeg.Recording, s *source, follow string, err error) {
	f, done, err := openFile(path)
	if err != nil {
		return nil, nil, "", err
	}
	defer done()
	rec, s, err = f.raw()
	if err != nil {
		return nil, nil, "", err
	}
	return rec, s, f.follows(path), nil
}

// recording reads what one file holds of a recording.
func (f *file) recording(path string) (*eeg.Recording, *source, error) {
	rec, s, err := f.raw()
	if err != nil {
		return nil, nil, err
	}
	rec.Path = path
	rec, err = eeg.From(*rec, s)
	return rec, s, err
}

// follows returns the path of the file in which the recording goes on; "" for none.
func (f *file) follows(path string) string {
	for _, n := range f.root.find(blockReference) {
		var name string
		number, role := -1, 2
		for _, t := range n.tags {
			var err error
			switch t.kind {
			case tagRefRole:
				role, err = f.int(t)
			case tagRefName:
				name, err = f.text(t)
			case tagRefNumber:
				number, err = f.int(t)
			}
			if err != nil {
				f.p.Add("warning", "next file", "%v", err)
			}
		}
		if role != 2 {
			continue
		}
		if name != "" {
			if i := strings.LastIndexAny(name, `/\`); i >= 0 {
				name = name[i+1:]
			}
			return filepath.Join(filepath.Dir(path), name)
		}
		if number > 0 { // the name is made of this one's: x.fif, x-1.fif, x-2.fif
			base, ext := filepath.Base(path), ""
			if i := strings.Index(base, "."); i >= 0 {
				base, ext = base[:i], base[i:]
			}
			if i := strings.LastIndex(base, "-"); i >= 0 && i+1 < len(base) && strings.Trim(base[i+1:], "0123456789") == "" {
				base = base[:i]
			}
			return filepath.Join(filepath.Dir(path), fmt.Sprintf("%s-%d%s", base, number, ext))
		}
	}
	return ""
}
