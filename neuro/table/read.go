package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// ReadOptions say how a text holds a table. The zero value is that of [Read].
type ReadOptions struct {
	// Sep stands between values. 0 follows the ending of the file, ',' for .csv and a tab for .tsv;
	// with a Decimal comma ';' for .csv.
	Sep rune
	// Names of the columns, for a text without a row of names.
	Names []string
	// Decimal is ',' where numbers are written 1,5; 0 is '.'. With a comma "1.5" is a word.
	Decimal rune
	// Missing are further spellings of a missing value, as they stand, such as "-999" or ".". Among
	// words they become "".
	Missing []string
	// Values are words that stand for numbers, such as "BLQ": 0 for a concentration below the limit of
	// quantification. In a column that holds other words too they stay words.
	Values map[string]float64
	// Text names columns that are text although all they hold are numbers, such as "007".
	Text []string
	// Comment begins lines that hold no row; 0 for none.
	Comment rune
	// Skip is how many lines stand before the table.
	Skip int

	size int // of the text in bytes, as far as it is known
}

// ReadWith is [Read] with options. A name in Text that no column has is an error too.
func ReadWith(path string, o ReadOptions) (Table, error) { return read("ReadWith", path, o) }

// DecodeWith is [Decode] with options; the zero Sep is ',', or ';' with a Decimal comma.
func DecodeWith(r io.Reader, name string, o ReadOptions) (Table, error) {
	if o.Sep == 0 {
		o.Sep = ','
		if o.Decimal == ',' {
			o.Sep = ';'
		}
	}
	return decode("DecodeWith", r, name, o, nil)
}

// Read reads a table from a text file: values between commas for a name that
// ends in .csv, between tabs for .tsv, either of them compressed for .csv.gz
// and .tsv.gz.
//
// Without names, the first row holds the names of the columns; "time (s)" is
// read as name "time" with unit "s". With names, as for the physiological
// recordings of BIDS, the file has no such row. Rows, quotes, numbers and
// missing values are those of Decode.
//
// A file that cannot be read, that is cut short, or that Decode refuses is an
// error with the file's name and line.
func Read(path string, names ...string) (Table, error) {
	return read("Read", path, ReadOptions{Names: names})
}

func read(caller, path string, o ReadOptions) (Table, error) {
	kind, packed := ending(path)
	sep, ok := separators[kind]
	if !ok {
		return Table{}, fmt.Errorf("table: "+caller+": %s ends in neither .csv nor .tsv (nor one of them and .gz); use Decode, which is told the separator", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return Table{}, fmt.Errorf("table: "+caller+": %w", err)
	}
	defer f.Close()
	size := 0
	if info, err := f.Stat(); err == nil {
		size = int(info.Size())
	}
	provenance.File(path)
	task := display.Start("table.Read "+filepath.Base(path), "bytes", size)
	defer task.End()
	var r io.Reader = bufio.NewReader(task.Reader(f))
	if packed {
		z, err := gzip.NewReader(r)
		if err != nil {
			return Table{}, fmt.Errorf("table: "+caller+": %s: not a gzip file: %w", path, err)
		}
		r, size = z, 0
	}
	o.size = size
	if o.Sep == 0 {
		if o.Sep = sep; o.Decimal == ',' && sep == ',' {
			o.Sep = ';'
		}
	}
	return decode(caller, r, path, o, task.Err)
}

var separators = map[string]rune{".csv": ',', ".tsv": '\t'}

// ending returns the ending of a file's name and whether .gz follows it.
func ending(path string) (kind string, packed bool) {
	kind = strings.ToLower(filepath.Ext(path))
	if kind == ".gz" {
		return strings.ToLower(filepath.Ext(strings.TrimSuffix(path, path[len(path)-3:]))), true
	}
	return kind, false
}

// Decode reads a table from r, with values between sep. name stands for the
// source in errors.
//
// Values may stand in double quotes, which may hold sep and line ends. A
// column is numeric when all its values are numbers or missing; missing are
// "n/a" (as in BIDS), "NA", "NaN" in any case, and nothing at all, and become
// NaN, and so do "null", "none", "<NA>" and "#N/A"; a number too large for a float64
// becomes infinite; a whole number of so many digits that a float64 does not hold it, such
// as a long identifier, counts as a word. Any other column is text and keeps its values as
// they are. Blanks around a value do not count. Empty lines hold no row, except that in a file
// of one column one between others is a missing value. A column's name that
// was there before gets a number: "x", "x_2".
//
// With names the source has no row of names. A source without any row, a row
// with more or fewer values than the first, a stray quote, and a first row of
// numbers where names were expected are errors with the line. [DecodeWith] knows decimal commas,
// other spellings of missing values, comments and lines to skip.
//
// Source: RFC 4180; BIDS specification, tabular files.
func Decode(r io.Reader, sep rune, name string, names ...string) (Table, error) {
	if sep == 0 {
		sep = 0xFFFD // no separator
	}
	return decode("Decode", r, name, ReadOptions{Sep: sep, Names: names}, nil)
}

// largest is how many bytes of text are read, and one; a compressed file can hold more
// than memory.
const largest = 1 << 31

func decode(caller string, r io.Reader, name string, o ReadOptions, stop func() error) (Table, error) {
	fail := func(line int, format string, args ...any) (Table, error) {
		where := name
		if line > 0 {
			where = fmt.Sprintf("%s:%d", name, line)
		}
		return Table{}, fmt.Errorf("table: %s: %s: %w", caller, where, fmt.Errorf(format, args...))
	}
	switch {
	case o.Sep == '"' || o.Sep == '\n' || o.Sep == '\r' || o.Sep == 0xFFFD || o.Sep == 0:
		return fail(0, "separator %q cannot stand between values; take ',' or '\\t'", o.Sep)
	case o.Decimal != 0 && o.Decimal != '.' && o.Decimal != ',':
		return fail(0, "Decimal is %q; it must be '.' or ','", o.Decimal)
	case o.Decimal == o.Sep:
		return fail(0, "Decimal and Sep are both %q; take another separator", o.Sep)
	case o.Skip < 0:
		return fail(0, "Skip is %d lines; it must be 0 or more", o.Skip)
	}
	var buffer bytes.Buffer
	buffer.Grow(o.size + bytes.MinRead)
	_, err := buffer.ReadFrom(&io.LimitedReader{R: r, N: largest})
	data := buffer.Bytes()
	if len(data) == largest {
		return fail(0, "more than %d bytes of text do not fit; read the file in parts with Decode", int64(largest)-1)
	}
	if err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return fail(0, "the compressed file is cut short, after line %d of its text: %w", bytes.Count(data, []byte{'\n'}), err)
		}
		return fail(0, "%w", err)
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	skipped := 0
	for ; skipped < o.Skip; skipped++ {
		end := bytes.IndexByte(data, '\n')
		if end < 0 {
			return fail(0, "%d lines are skipped, and there are no more than %d", o.Skip, skipped+1)
		}
		data = data[end+1:]
	}
	n := &numbers{decimal: '.'}
	if o.Decimal == ',' {
		n.decimal = ','
	}
	for _, m := range o.Missing {
		if n.missing == nil {
			n.missing = map[string]bool{}
		}
		n.missing[strings.TrimSpace(m)] = true
	}
	var finite bool
	if n.values, finite = valuesOf(o.Values); !finite {
		return fail(0, "Values are %v; they must be finite, and Missing is for words that stand for no value", o.Values)
	}
	var names, units []string
	var words []bool
	for {
		s := newScanner(data, o.Sep, o.Comment)
		s.line += skipped
		if len(o.Names) > 0 {
			head := make([]string, len(o.Names))
			for j, h := range o.Names {
				head[j] = strings.TrimSpace(h)
			}
			names, units = uniqueNames(head)
		} else {
			ok, err := s.next()
			if err != nil {
				return fail(s.line, "column %d: %w; a value with quotes in it stands in quotes, with its own ones doubled", s.column, err)
			}
			if !ok {
				return fail(0, "no rows; at least the names of the columns are needed")
			}
			head, all := make([]string, len(s.fields)), true
			for j, v := range s.fields {
				v = trim(v)
				head[j] = string(v)
				x, ok := n.parse(v)
				all = all && ok && !math.IsNaN(x)
			}
			if all {
				return fail(s.begun, "the first row holds numbers (%s) where the names of the columns are expected; give the names as further arguments if the file has none", strings.Join(head, ", "))
			}
			names, units = uniqueNames(head)
		}
		if words == nil {
			words = make([]bool, len(names))
			for _, w := range o.Text {
				j := slices.Index(names, w)
				if j < 0 {
					return fail(0, "no column %q, which Text names; there are %s", w, quoted(names))
				}
				words[j] = true
			}
		}
		cols := make([]columnReader, len(names))
		for j := range cols {
			cols[j].words = words[j]
		}
		again, err := readRows(s, n, cols, len(o.Names) == 0, stop)
		if err != nil {
			if e := (*rowError)(nil); errors.As(err, &e) {
				return fail(e.line, "%s", e.text)
			}
			return fail(0, "%w", err)
		}
		if !again {
			t := Table{Cols: make([]Col, len(names))}
			for j, c := range cols {
				t.Cols[j] = Col{Name: names[j], Unit: units[j], Num: c.num, Text: c.text}
				if !c.words && c.num == nil {
					t.Cols[j].Num = []float64{}
				}
				if c.words && c.text == nil {
					t.Cols[j].Text = []string{}
				}
			}
			return t, nil
		}
		for j, c := range cols { // a column of numbers turned out to hold words
			words[j] = words[j] || c.failed || c.words
		}
	}
}

type rowError struct {
	line int
	text string
}

func (e *rowError) Error() string { return e.text }

// soon is the row until which the text is read again at once when a column of numbers turns out to
// hold words; later the other columns are looked at first.
const soon = 5000

// readRows fills columns; again says that some that were read as numbers hold words.
func readRows(s *scanner, n *numbers, cols []columnReader, headed bool, stop func() error) (again bool, err error) {
	for rows, last := 0, s.line; ; rows++ {
		if rows == 1000 { // room for all, when they are as long as these
			for j := range cols {
				cols[j].grow(int(1.05 * float64(len(s.data)-s.at) / float64(s.at) * float64(rows)))
			}
		}
		if rows%65536 == 0 && stop != nil {
			if err := stop(); err != nil {
				return false, err
			}
		}
		ok, err := s.next()
		if err != nil {
			return false, &rowError{s.line, fmt.Sprintf("column %d: %v; a value with quotes in it stands in quotes, with its own ones doubled", s.column, err)}
		}
		if !ok {
			return again, nil
		}
		if len(s.fields) != len(cols) {
			return false, &rowError{s.begun, fmt.Sprintf("%d values in a row, %d columns are expected (is the separator %q?)", len(s.fields), len(cols), s.sep)}
		}
		if len(cols) == 1 && s.comment == nil && (headed || rows > 0) {
			for gap := s.begun - last; gap > 0; gap-- {
				cols[0].add(nil, n)
			}
		}
		last = s.line
		for j := range cols {
			c := &cols[j]
			c.add(s.fields[j], n)
			if c.failed {
				if again = true; rows < soon {
					return true, nil
				}
			}
		}
	}
}
