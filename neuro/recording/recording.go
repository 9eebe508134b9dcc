// Package recording opens recordings of EEG, MEG and field potentials of any format that
// the library reads, and of other files says what reads them.
//
//	rec, err := recording.Open("s01.vhdr") // or .edf, .bdf, .fif, .set, .csv, .wav ...
//	recording.Formats()                     // what there is
//
// The packages of the formats have what is special about each: options, averages,
// projectors, writers.
package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A file is what is known of one before a reader is chosen.
type file struct {
	path string
	name string // in small letters
	head []byte // its first bytes, unpacked
	dir  bool
}

// has reports whether the name ends in one of some ways.
func (f *file) has(endings ...string) bool {
	for _, e := range endings {
		if strings.HasSuffix(f.name, e) {
			return true
		}
	}
	return false
}

// begins reports whether the file begins with a text.
func (f *file) begins(text string) bool { return bytes.HasPrefix(f.head, []byte(text)) }

// beside reports whether a file lies beside with another ending.
func (f *file) beside(ending string) bool {
	_, err := os.Stat(strings.TrimSuffix(f.path, filepath.Ext(f.path)) + ending)
	return err == nil
}

// holds reports whether it is a folder with a file of some name in it.
func (f *file) holds(name string) bool {
	_, err := os.Stat(filepath.Join(f.path, name))
	return f.dir && err == nil
}

// Open opens a recording: its format is found by the first bytes of the file, and by its
// name where they do not tell. What the reader of the format says is in its package, which
// Formats lists; samples stay in the file until they are asked for.
//
// Errors are those of the reader, and a file of no format that holds recordings: it says
// which function reads it, if there is one.
func Open(path string) (*eeg.Recording, error) {
	f, err := look(path)
	if err != nil {
		return nil, fmt.Errorf("recording: Open: %s: %w", path, err)
	}
	for _, k := range formats {
		if k.is(f) {
			return k.read(path)
		}
	}
	for _, k := range others {
		if k.is(f) {
			return nil, fmt.Errorf("recording: Open: %s: is %s", path, k.text)
		}
	}
	what := fmt.Sprintf("it begins with % x", f.head[:min(len(f.head), 8)])
	switch {
	case f.dir:
		what = "it is a folder"
	case len(f.head) == 0:
		what = "it is empty"
	}
	return nil, fmt.Errorf("recording: Open: %s: is of no format that is known: %s; Formats lists those that are", path, what)
}

// headBytes is how much of a file tells its format.
const headBytes = 512

// look reads the beginning of a file.
func look(path string) (*file, error) {
	f := &file{path: path, name: strings.ToLower(filepath.Base(path))}
	if info, err := os.Stat(path); err != nil {
		return nil, files.Plain(err)
	} else if info.IsDir() {
		f.dir = true
		return f, nil
	}
	r, err := os.Open(path)
	if err != nil {
		return nil, files.Plain(err)
	}
	defer r.Close()
	f.head = make([]byte, headBytes)
	n, err := io.ReadFull(r, f.head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, files.Plain(err)
	}
	f.head = f.head[:n]
	if f.begins("\x1f\x8b") {
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return nil, files.Plain(err)
		}
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("its compression: %w", err)
		}
		f.head = make([]byte, headBytes)
		n, _ := io.ReadFull(z, f.head) // what is broken behind is for the reader to tell
		f.head = f.head[:n]
	}
	return f, nil
}

// Formats returns the formats that Open knows, their endings, and the functions that read
// them.
func Formats() table.Table {
	cols := []table.Col{{Name: "format"}, {Name: "files"}, {Name: "function"}}
	for _, k := range formats {
		cols[0].Text, cols[1].Text, cols[2].Text = append(cols[0].Text, k.name), append(cols[1].Text, k.endings), append(cols[2].Text, k.function)
	}
	return table.Table{Title: "recordings that Open knows", Cols: cols}
}
