package table

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// structured writes the table as a structured array of NumPy.
func (t Table) structured(w io.Writer) error {
	widths := make([]int, len(t.Cols))
	var fields []string
	for j, c := range t.Cols {
		descr := "<f8"
		if c.Text != nil {
			widths[j] = letters(c.Text)
			descr = fmt.Sprintf("<U%d", widths[j])
		}
		fields = append(fields, fmt.Sprintf("(%s, '%s')", pythonString(c.head()), descr))
	}
	if len(fields) == 0 {
		return errors.New("the table has no columns")
	}
	b := bufio.NewWriterSize(w, 1<<16)
	if err := arrayHead(b, "["+strings.Join(fields, ", ")+"]", []int{t.Rows()}); err != nil {
		return err
	}
	var row []byte
	for i := range t.Rows() {
		row = row[:0]
		for j := range t.Cols {
			c := &t.Cols[j]
			if c.Text == nil {
				row = binary.LittleEndian.AppendUint64(row, math.Float64bits(c.Num[i]))
			} else {
				row = appendUnicode(row, c.Text[i], widths[j])
			}
		}
		if _, err := b.Write(row); err != nil {
			return err
		}
	}
	return b.Flush()
}

// writeArrays writes arrays as a .npz file.
func writeArrays(w io.Writer, arrays []leaf) error {
	if len(arrays) == 0 {
		return errors.New("there is nothing to write")
	}
	z := zip.NewWriter(w)
	for _, a := range arrays {
		entry, err := z.CreateHeader(&zip.FileHeader{Name: strings.ReplaceAll(a.head(), "/", "_") + ".npy", Method: zip.Deflate})
		if err != nil {
			return err
		}
		if err := a.npy(entry); err != nil {
			return err
		}
	}
	return z.Close()
}

// npy writes an array as a .npy file.
func (a leaf) npy(w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<16)
	shape := a.shape()
	var part []byte
	if a.text != nil {
		width := letters(a.text)
		if err := arrayHead(b, fmt.Sprintf("'<U%d'", width), shape); err != nil {
			return err
		}
		for _, v := range a.text {
			part = appendUnicode(part[:0], v, width)
			if _, err := b.Write(part); err != nil {
				return err
			}
		}
		return b.Flush()
	}
	descr := "'<f8'"
	switch a.kind {
	case whole:
		descr = "'<i8'"
	case truth:
		descr = "'|b1'"
	}
	if err := arrayHead(b, descr, shape); err != nil {
		return err
	}
	for _, v := range a.num {
		switch a.kind {
		case whole:
			part = binary.LittleEndian.AppendUint64(part[:0], uint64(int64(v)))
		case truth:
			part = append(part[:0], byte(v))
		default:
			part = binary.LittleEndian.AppendUint64(part[:0], math.Float64bits(v))
		}
		if _, err := b.Write(part); err != nil {
			return err
		}
	}
	return b.Flush()
}

// arrayHead writes what is before the values of a .npy file of version 1, or 3 where a name needs
// UTF-8 and 2 where the head is long (NumPy Enhancement Proposal 1).
func arrayHead(w io.Writer, descr string, shape []int) error {
	dims := ""
	for i, d := range shape {
		if dims += fmt.Sprint(d); i == 0 || i+1 < len(shape) {
			dims += ","
		}
	}
	text := fmt.Sprintf("{'descr': %s, 'fortran_order': False, 'shape': (%s), }", descr, dims)
	version, before := byte(1), 10
	switch {
	case len(text) > 1<<16-128:
		version, before = 2, 12
	}
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			version, before = 3, 12
			break
		}
	}
	text += strings.Repeat(" ", 63-(before+len(text))%64) + "\n"
	b := append([]byte("\x93NUMPY"), version, 0, byte(len(text)), byte(len(text)>>8))
	if version > 1 {
		b = append(b, byte(len(text)>>16), byte(len(text)>>24))
	}
	_, err := w.Write(append(b, text...))
	return err
}

// letters returns the length of the longest word in code points, at least 1.
func letters(text []string) int {
	n := 1
	for _, v := range text {
		n = max(n, utf8.RuneCountInString(v))
	}
	return n
}

// appendUnicode writes a word as code points of four bytes, filled with zeros.
func appendUnicode(b []byte, v string, width int) []byte {
	n := 0
	for _, r := range v {
		b = binary.LittleEndian.AppendUint32(b, uint32(r))
		n++
	}
	return append(b, make([]byte, 4*(width-n))...)
}

// pythonString writes a string as Python has it.
func pythonString(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range s {
		switch {
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 127:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('\'')
	return b.String()
}
