package npy

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

// Write saves an array as a .npy file that numpy.load reads, in C order and
// little endian, its numbers as Type says. The file appears whole or not at all.
//
// It is an error when path does not end in .npy or cannot be written, the shape
// does not fit the number of values, or Type is not known or cannot hold a
// value.
func Write(path string, a *Array) error {
	err := whole(path, ".npy", func(w io.Writer) error { return encode(w, a) })
	if err != nil {
		return fmt.Errorf("npy: Write: %s: %w", path, err)
	}
	return nil
}

// WriteAll saves arrays by their names as a .npz file, as numpy.savez does. The
// same arrays give the same bytes. Errors are those of [Write], naming the
// array too.
func WriteAll(path string, arrays map[string]*Array) error {
	err := whole(path, ".npz", func(w io.Writer) error {
		z := zip.NewWriter(w)
		for _, name := range slices.Sorted(maps.Keys(arrays)) {
			if name == "" {
				return errors.New("an array has no name")
			}
			entry, err := z.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: zip.Deflate})
			if err != nil {
				return files.Plain(err)
			}
			if err := encode(entry, arrays[name]); err != nil {
				return fmt.Errorf("array %q: %w", name, err)
			}
		}
		return z.Close()
	})
	if err != nil {
		return fmt.Errorf("npy: WriteAll: %s: %w", path, err)
	}
	return nil
}

// whole writes a file of this ending.
func whole(path, ext string, f func(io.Writer) error) error {
	if !strings.EqualFold(filepath.Ext(path), ext) {
		return fmt.Errorf("ends in %q; it must end in %s", filepath.Ext(path), ext)
	}
	return files.Whole(path, f)
}

func encode(w io.Writer, a *Array) error {
	if a == nil {
		return errors.New("the array is nil")
	}
	k, err := named(a.Type)
	if err != nil {
		return err
	}
	count := 1
	for _, d := range a.Shape {
		if d < 0 {
			return fmt.Errorf("Shape is %v; no dimension is negative", a.Shape)
		}
		count *= d
	}
	if count != len(a.Values) {
		return fmt.Errorf("Shape is %v for %d values; their product must be that number", a.Shape, len(a.Values))
	}
	if err := head(w, k, false, a.Shape); err != nil {
		return err
	}
	const part = 8192
	b := make([]byte, part*k.width)
	for from := 0; from < count; from += part {
		values := a.Values[from:min(count, from+part)]
		for i, v := range values {
			if err := k.put(b[i*k.width:], v); err != nil {
				return fmt.Errorf("Values[%d]: %w", from+i, err)
			}
		}
		if _, err := w.Write(b[:len(values)*k.width]); err != nil {
			return files.Plain(err)
		}
	}
	return nil
}

// head writes what is before the numbers.
func head(w io.Writer, k kind, fortran bool, shape []int) error {
	dims := ""
	for i, d := range shape {
		if dims += fmt.Sprint(d); i == 0 || i+1 < len(shape) {
			dims += ","
		}
		if i+1 < len(shape) {
			dims += " "
		}
	}
	order, turned := "<", "False"
	if k.width == 1 {
		order = "|"
	}
	if fortran {
		turned = "True"
	}
	text := fmt.Sprintf("{'descr': '%s%c%d', 'fortran_order': %s, 'shape': (%s), }", order, k.letter, k.width, turned, dims)
	// Numbers start at a multiple of 64 bytes; the header ends with a new line.
	text += strings.Repeat(" ", 63-(10+len(text))%64) + "\n"
	if len(text) > 1<<16-1 {
		return fmt.Errorf("Shape has %d dimensions; NumPy has at most 64", len(shape))
	}
	b := append([]byte("\x93NUMPY\x01\x00"), byte(len(text)), byte(len(text)>>8))
	_, err := w.Write(append(b, text...))
	return files.Plain(err)
}
