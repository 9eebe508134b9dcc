package table

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

// Write writes the table to a file, in the way of its ending:
//
//	.csv, .tsv    values between commas or tabs, the first row holding the names with
//	              their units, "rate (Hz)"; compressed when .gz follows
//	.json         an array of records, a line for each row
//	.npy          a structured array of NumPy, a field for each column
//	.npz          an array of NumPy for each column
//
// Numbers have all their digits. A missing number is "n/a" in text, null in
// JSON and NaN in NumPy; infinite ones are "Infinity" and "-Infinity" in JSON, which knows
// none. Read gives the same table back from .csv and .tsv, but for the title, blanks around
// text, and text that is all numbers. The file appears whole or not at all.
//
// Another ending, columns of unequal length, two columns of one name for JSON and NumPy, and a
// file that cannot be written are errors.
func (t Table) Write(path string) error {
	if err := t.check("Write"); err != nil {
		return err
	}
	kind, packed := ending(path)
	var encode func(w io.Writer) error
	switch sep, text := separators[kind]; {
	case text:
		encode = func(w io.Writer) error { return t.encode(w, sep) }
	case packed:
	case kind == ".json":
		encode = t.records
	case kind == ".npy":
		encode = t.structured
	case kind == ".npz":
		encode = func(w io.Writer) error { return writeArrays(w, t.leaves()) }
	}
	if encode == nil {
		return fmt.Errorf("table: Write: %s ends in neither .csv nor .tsv (nor one of them and .gz), .json, .npy or .npz", path)
	}
	if kind[1] == 'j' || kind[1] == 'n' {
		if err := t.distinct(); err != nil {
			return fmt.Errorf("table: Write: %w", err)
		}
	}
	return save("Write", path, packed, encode)
}

func save(call, path string, packed bool, encode func(w io.Writer) error) error {
	err := files.Whole(path, func(w io.Writer) error {
		if !packed {
			return encode(w)
		}
		z := files.NewGzip(w)
		if err := encode(z); err != nil {
			return err
		}
		return z.Close()
	})
	if err != nil {
		return fmt.Errorf("table: %s: %s: %w", call, path, err)
	}
	return nil
}

// distinct returns an error for two columns of one name.
func (t Table) distinct() error {
	seen := map[string]bool{}
	for _, c := range t.Cols {
		if seen[c.head()] {
			return fmt.Errorf("two columns are called %q; this kind of file knows columns by their names, see Rename", c.head())
		}
		seen[c.head()] = true
	}
	return nil
}

func (t Table) encode(w io.Writer, sep rune) error {
	b := bufio.NewWriterSize(w, 1<<16)
	mark := string(sep)
	var line []byte
	for j, c := range t.Cols {
		if j > 0 {
			line = append(line, mark...)
		}
		line = appendWord(line, c.head(), mark, len(t.Cols) == 1)
	}
	line = append(line, '\n')
	if _, err := b.Write(line); err != nil {
		return err
	}
	for i := range t.Rows() {
		line = line[:0]
		for j := range t.Cols {
			c := &t.Cols[j]
			if j > 0 {
				line = append(line, mark...)
			}
			switch {
			case c.Text != nil:
				line = appendWord(line, c.Text[i], mark, len(t.Cols) == 1)
			case math.IsNaN(c.Num[i]):
				line = append(line, "n/a"...)
			default:
				line = appendNumber(line, c.Num[i])
			}
		}
		line = append(line, '\n')
		if _, err := b.Write(line); err != nil {
			return err
		}
	}
	return b.Flush()
}

// appendWord writes a value, in quotes where it must. A lone empty value would be an empty line,
// which may be no row.
func appendWord(b []byte, v, sep string, alone bool) []byte {
	if v == "" {
		if alone {
			b = append(b, `""`...)
		}
		return b
	}
	first, _ := utf8.DecodeRuneInString(v)
	if !strings.Contains(v, sep) && !strings.ContainsAny(v, "\"\r\n") && !unicode.IsSpace(first) {
		return append(b, v...)
	}
	b = append(b, '"')
	for {
		i := strings.IndexByte(v, '"')
		if i < 0 {
			return append(append(b, v...), '"')
		}
		b = append(append(b, v[:i]...), `""`...)
		v = v[i+1:]
	}
}

// records writes the rows as JSON.
func (t Table) records(w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<16)
	heads := make([][]byte, len(t.Cols))
	for j, c := range t.Cols {
		heads[j] = append(appendString(nil, c.head()), ':', ' ')
	}
	var line []byte
	b.WriteString("[")
	for i := range t.Rows() {
		line = append(line[:0], "\n{"...)
		if i > 0 {
			line = append(line[:0], ",\n{"...)
		}
		for j := range t.Cols {
			c := &t.Cols[j]
			if j > 0 {
				line = append(line, ", "...)
			}
			line = append(line, heads[j]...)
			if c.Text != nil {
				line = appendString(line, c.Text[i])
			} else {
				line = appendJSON(line, c.Num[i])
			}
		}
		line = append(line, '}')
		if _, err := b.Write(line); err != nil {
			return err
		}
	}
	b.WriteString("\n]\n")
	return b.Flush()
}

// appendJSON writes a number as JSON has it.
func appendJSON(b []byte, x float64) []byte {
	switch {
	case math.IsNaN(x):
		return append(b, "null"...)
	case math.IsInf(x, 1):
		return append(b, `"Infinity"`...)
	case math.IsInf(x, -1):
		return append(b, `"-Infinity"`...)
	}
	return appendNumber(b, x)
}

// appendString writes a string as JSON has it; bytes that are no UTF-8 become U+FFFD.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < ' ':
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
