package table

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

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
	kind, packed := ending(path)
	sep, ok := separators[kind]
	if !ok {
		return Table{}, fmt.Errorf("table: Read: %s ends in neither .csv nor .tsv (nor one of them and .gz); use Decode, which is told the separator", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return Table{}, fmt.Errorf("table: Read: %w", err)
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
			return Table{}, fmt.Errorf("table: Read: %s: not a gzip file: %w", path, err)
		}
		r = z
	}
	return decode("Read", r, sep, path, names)
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
// NaN; a number too large for a float64 becomes infinite. Any other column is text and keeps its values as they are. Blanks
// around a value do not count. Empty lines hold no row, except that in a file
// of one column one between others is a missing value. A column's name that
// was there before gets a number: "x", "x_2".
//
// With names the source has no row of names. A source without any row, a row
// with more or fewer values than the first, a stray quote, and a first row of
// numbers where names were expected are errors with the line.
//
// Source: RFC 4180; BIDS specification, tabular files.
func Decode(r io.Reader, sep rune, name string, names ...string) (Table, error) {
	return decode("Decode", r, sep, name, names)
}

// largest is how many bytes of text are read; a compressed file can hold more
// than memory.
const largest = 1 << 31

func decode(caller string, r io.Reader, sep rune, name string, names []string) (Table, error) {
	fail := func(line int, format string, args ...any) (Table, error) {
		where := name
		if line > 0 {
			where = fmt.Sprintf("%s:%d", name, line)
		}
		return Table{}, fmt.Errorf("table: %s: %s: %w", caller, where, fmt.Errorf(format, args...))
	}
	if sep == '"' || sep == '\n' || sep == '\r' || sep == 0xFFFD || sep == 0 {
		return fail(0, "separator %q cannot stand between values; take ',' or '\\t'", sep)
	}
	limited := &io.LimitedReader{R: r, N: largest}
	buffered := bufio.NewReader(limited)
	if mark, err := buffered.Peek(3); err == nil && string(mark) == "\uFEFF" {
		buffered.Discard(3)
	}
	c := csv.NewReader(buffered)
	c.Comma, c.FieldsPerRecord, c.ReuseRecord = sep, -1, true

	var columns [][]string
	var head []string
	for _, n := range names {
		head, columns = append(head, strings.TrimSpace(n)), append(columns, nil)
	}
	last := 0 // the line on which the last row ended
	for {
		record, err := c.Read()
		if err == io.EOF {
			break
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			return fail(syntax.Line, "column %d: %w; a value with quotes in it stands in quotes, with its own ones doubled", syntax.Column, syntax.Err)
		}
		if err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) {
				return fail(0, "the compressed file is cut short, after line %d of its text: %w", last, err)
			}
			return fail(0, "%w", err)
		}
		line, _ := c.FieldPos(0)
		if head == nil {
			head = make([]string, len(record))
			numbers := true
			for j, v := range record {
				head[j] = strings.TrimSpace(v)
				x, ok := parse(head[j])
				numbers = numbers && ok && !math.IsNaN(x)
			}
			if numbers {
				return fail(line, "the first row holds numbers (%s) where the names of the columns are expected; give the names as further arguments if the file has none", strings.Join(head, ", "))
			}
			columns = make([][]string, len(head))
		} else {
			if len(record) != len(head) {
				return fail(line, "%d values in a row, %d columns are expected (is the separator %q?)", len(record), len(head), sep)
			}
			for gap := line - last - 1; len(head) == 1 && gap > 0 && last > 0; gap-- {
				columns[0] = append(columns[0], "")
			}
			for j, v := range record {
				columns[j] = append(columns[j], strings.Clone(strings.TrimSpace(v)))
			}
		}
		last = line
		for _, v := range record {
			last += strings.Count(v, "\n")
		}
	}
	if limited.N == 0 {
		return fail(0, "more than %d bytes of text do not fit; read the file in parts with Decode", int64(largest))
	}
	if head == nil {
		return fail(0, "no rows; at least the names of the columns are needed")
	}
	t := Table{Cols: make([]Col, len(head))}
	unique := map[string]int{}
	for j, v := range head {
		col := Col{}
		col.Name, col.Unit = splitUnit(v)
		if col.Name == "" {
			col.Name = fmt.Sprintf("column %d", j+1)
		}
		for base, n := col.Name, 2; unique[col.Name] > 0; n++ {
			col.Name = fmt.Sprintf("%s_%d", base, n)
		}
		unique[col.Name]++
		col.Num, col.Text = values(columns[j])
		t.Cols[j] = col
	}
	return t, nil
}

// splitUnit takes "rate (Hz)" apart.
func splitUnit(s string) (name, unit string) {
	if i := strings.LastIndex(s, " ("); i > 0 && strings.HasSuffix(s, ")") && !strings.ContainsAny(s[i+2:len(s)-1], "()") {
		return strings.TrimSpace(s[:i]), s[i+2 : len(s)-1]
	}
	return s, ""
}

// values returns text as numbers if all of it is numbers or missing.
func values(text []string) ([]float64, []string) {
	num := make([]float64, len(text))
	for i, v := range text {
		x, ok := parse(v)
		if !ok {
			return nil, text
		}
		num[i] = x
	}
	return num, nil
}

// parse reads a number; what stands for a missing one gives NaN.
func parse(v string) (float64, bool) {
	switch strings.ToLower(v) {
	case "", "n/a", "na", "nan":
		return math.NaN(), true
	}
	if strings.ContainsAny(v, "xX_pP") { // hexadecimal notation of Go
		return 0, false
	}
	x, err := strconv.ParseFloat(v, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	return x, true
}

// Write writes the table to a file: values between commas for a name that ends
// in .csv, between tabs for .tsv, compressed when .gz follows. The first row
// holds the names with their units, "rate (Hz)"; numbers are written with all
// their digits, a missing one as "n/a". Read gives the same table back, but for
// the title, blanks around text, and text that is all numbers.
//
// Another ending, columns of unequal length and a file that cannot be written
// are errors.
func (t Table) Write(path string) (err error) {
	kind, packed := ending(path)
	sep, ok := separators[kind]
	if !ok {
		return fmt.Errorf("table: Write: %s ends in neither .csv nor .tsv (nor one of them and .gz)", path)
	}
	if err := t.check("Write"); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("table: Write: %w", err)
	}
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = fmt.Errorf("table: Write: %w", e)
		}
	}()
	var w io.Writer = f
	if packed {
		z := gzip.NewWriter(f)
		defer func() {
			if e := z.Close(); err == nil && e != nil {
				err = fmt.Errorf("table: Write: %w", e)
			}
		}()
		w = z
	}
	if err := t.encode(w, sep); err != nil {
		return fmt.Errorf("table: Write: %s: %w", path, err)
	}
	return nil
}

func (t Table) encode(w io.Writer, sep rune) error {
	c := csv.NewWriter(w)
	c.Comma = sep
	row := make([]string, len(t.Cols))
	for j, col := range t.Cols {
		row[j] = col.head()
	}
	if err := c.Write(row); err != nil {
		return err
	}
	for i := 0; i < t.Rows(); i++ {
		for j, col := range t.Cols {
			switch {
			case col.Text != nil:
				row[j] = col.Text[i]
			case math.IsNaN(col.Num[i]):
				row[j] = "n/a"
			default:
				row[j] = strconv.FormatFloat(col.Num[i], 'g', -1, 64)
			}
		}
		if len(row) == 1 && row[0] == "" {
			// A lone empty value would be an empty line, which may be no row.
			c.Flush()
			if _, err := io.WriteString(w, "\"\"\n"); err != nil {
				return err
			}
			continue
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
