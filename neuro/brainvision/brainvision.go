// Package brainvision reads recordings of BrainVision: a header (.vhdr), markers (.vmrk)
// and samples (.eeg), which stay in their file until they are asked for.
//
//	rec, err := brainvision.Read("s01.vhdr")
//	p, err := rec.Read(0, 10, "Cz") // ten seconds, in uV
//	rec.Annotations                 // markers: Kind Stimulus, Text S  1
package brainvision

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// mostText is how large a header or a file of markers may be.
const mostText = 1 << 28

// Read reads the header and the markers of a recording; samples stay in their file. A
// sample d of a channel is the value d r in its unit, r being the resolution of the
// header. Markers are annotations: their type is the Kind, their description the Text,
// and a size of s samples a duration of s/FS. A marker New Segment at the first sample is
// the Start of the recording; later ones are kept, and a note tells that the recorder
// paused there, which the samples do not show.
//
// Samples of 16 and 32 bits and floating-point numbers of 32 are read, multiplexed and
// vectorized, of the layouts 1.0 and 2.0, in UTF-8 or Latin-1. Samples written as text
// (DataFormat=ASCII) are refused.
//
// Errors: a header that is not of BrainVision, or without a number of channels, an
// interval or a format; samples that are not there. Everything else that is wrong is
// among the Problems of the recording.
//
// Source: BrainVision Core Data Format 1.0, Brain Products 2019. Checked against MNE
// 1.13.2.
func Read(path string) (*eeg.Recording, error) {
	fail := func(err error) (*eeg.Recording, error) {
		return nil, fmt.Errorf("brainvision: Read: %s: %w", path, err)
	}
	head := path
	if e := strings.ToLower(filepath.Ext(path)); e == ".eeg" || e == ".vmrk" || e == ".dat" {
		head = strings.TrimSuffix(path, filepath.Ext(path)) + ".vhdr"
	}
	text, err := readText(head)
	if err != nil {
		return fail(err)
	}
	h, err := readHeader(text)
	if err != nil {
		return fail(err)
	}
	provenance.File(head)
	data, err := h.beside(head, "DataFile", h.dataFile, ".eeg")
	if err != nil {
		return fail(err)
	}
	var marks []byte
	if h.markerFile != "" {
		file, err := h.beside(head, "MarkerFile", h.markerFile, ".vmrk")
		if err == nil {
			marks, err = readText(file)
		}
		if err != nil {
			h.p.Add("warning", "MarkerFile", "%v; there are no markers", err)
		}
	}
	kept, f, err := files.Keep(data)
	if err != nil {
		return fail(fmt.Errorf("its samples: %w", err))
	}
	f.Close()
	provenance.File(data)
	rec, err := h.recording(marks, kept.Size, kept.Open)
	if err != nil {
		return fail(err)
	}
	rec.Path = head
	return rec, nil
}

// Decode reads a recording of the texts of its header and its markers, which may be nil,
// and of size bytes of samples that data has, as Read does.
func Decode(header, markers []byte, data io.ReaderAt, size int64) (*eeg.Recording, error) {
	h, err := readHeader(header)
	var rec *eeg.Recording
	if err == nil {
		rec, err = h.recording(markers, size, func() (io.ReaderAt, func(), error) { return data, func() {}, nil })
	}
	if err != nil {
		return nil, fmt.Errorf("brainvision: Decode: %w", err)
	}
	return rec, nil
}

func readText(path string) ([]byte, error) {
	kept, f, err := files.Keep(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	defer f.Close()
	if kept.Size > mostText {
		return nil, fmt.Errorf("%s: has %d bytes; a text of up to %d is read", filepath.Base(path), kept.Size, mostText)
	}
	return io.ReadAll(io.LimitReader(f, mostText))
}

// beside returns the path of a file that the header names, which lies beside it. Where
// files were renamed by hand, it is the one that is called as the header.
func (h *header) beside(head, key, name, ext string) (string, error) {
	dir, base := filepath.Dir(head), strings.TrimSuffix(filepath.Base(head), filepath.Ext(head))
	name = strings.ReplaceAll(name, "$b", base)
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		h.p.Add("note", key, "is %q, with a folder; the file is looked for beside the header", name)
		name = name[i+1:]
	}
	if name != "" {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	other := filepath.Join(dir, base+ext)
	if _, err := os.Stat(other); err == nil {
		h.p.Add("warning", key, "is %q, which is not there; %s is taken", name, base+ext)
		return other, nil
	}
	return "", errors.New("the header names " + key + " " + fmt.Sprintf("%q", name) + ", which is not beside it")
}
