package flat

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// TextOptions say what a file of text does not tell. The zero value finds all of it.
type TextOptions struct {
	FS        float64 `unit:"Hz"` // samples a second; 0 takes what times or a comment tell
	Time      string  // the column of times; "" finds one that is called so, "-" is none
	Unit      string  // of columns whose header has none, such as "uV"
	Delimiter string  // between columns: ",", ";", tab, or a blank for any blanks; "" finds it
}

// ReadText reads a file of text: a column for each channel, a line for each time. A first
// line that is not of numbers has the names, with units in brackets: "Fz (uV)". A column
// that is called time (in s, or in the unit of its header) gives the sampling rate, and
// gaps where a step is longer than one and a half; a sampling rate in a comment, as in
// "%Sample Rate = 250 Hz" of OpenBCI, counts as well. Empty fields, NaN and n/a are NaN.
// Columns between tabs, commas, semicolons or blanks are read, with decimal commas between
// semicolons, tabs or blanks. A column of words is left out, which a problem tells.
//
// The file is gone through once for its length and its times; numbers are read when they
// are asked for.
//
// Errors: no sampling rate and no times, times that go back, a line of another number of
// columns, and, from Read of the recording, a field that is not a number.
func ReadText(path string, o TextOptions) (*eeg.Recording, error) {
	kept, f, err := files.Keep(path)
	if err != nil {
		return nil, fmt.Errorf("flat: ReadText: %s: %w", path, err)
	}
	defer f.Close()
	provenance.File(path)
	rec, err := decodeText(f, kept.Size, path, kept.Open, o)
	if errors.Is(err, display.ErrInterrupted) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("flat: ReadText: %s: %w", path, err)
	}
	return rec, nil
}

// DecodeText reads a file of size bytes that r has, as ReadText does.
func DecodeText(r io.ReaderAt, size int64, o TextOptions) (*eeg.Recording, error) {
	rec, err := decodeText(r, size, "", func() (io.ReaderAt, func(), error) { return r, func() {}, nil }, o)
	if err != nil {
		return nil, fmt.Errorf("flat: DecodeText: %w", err)
	}
	return rec, nil
}

// A text is how the numbers of a file are found. It is the source of the recording.
type text struct {
	layout
	size    int64
	columns []int   // of the channels
	marks   []int64 // where every so many lines begin
	open    func() (io.ReaderAt, func(), error)
}

const (
	every    = 1024    // lines between marks
	mostLine = 1 << 22 // bytes of a line
	headSize = 1 << 17 // bytes that are looked at to find how the file is written
)

var (
	rate    = regexp.MustCompile(`(?i)(?:sampl(?:e|ing)[ _]*(?:rate|freq(?:uency)?)|\bfs|\bsfreq|\bsrate)[ \t]*(?:\(hz\))?[ \t]*[=:,]?[ \t]*([0-9.]+)`)
	timed   = regexp.MustCompile(`(?i)^(time|times|t|timestamps?|time[ _]?stamps?|sec|secs|seconds?|msec|ms|time_?(s|sec|ms|us))$`)
	bracket = regexp.MustCompile(`^(.*?)[ \t_]*[(\[]([^()\[\]]*)[)\]]$`)
)

func decodeText(r io.ReaderAt, size int64, path string, open func() (io.ReaderAt, func(), error), o TextOptions) (*eeg.Recording, error) {
	head, err := start(r, headSize)
	if err != nil {
		return nil, err
	}
	rec := eeg.Recording{Path: path, Format: "text"}
	t := &text{size: size, open: open}
	h, err := readHead(head, int64(len(head)) == size, o)
	if err != nil {
		return nil, err
	}
	t.layout = h.layout
	if o.FS < 0 || math.IsNaN(o.FS) || math.IsInf(o.FS, 0) {
		return nil, fmt.Errorf("FS is %g Hz; above 0 is needed, or 0 to find it", o.FS)
	}
	clock, err := h.clock(o)
	if err != nil {
		return nil, err
	}
	times := &times{decimals: -1, scale: 1}
	if clock >= 0 {
		times.scale = h.scale(clock)
	}
	n, err := t.scan(r, h.at, filepath.Base(path), clock, times)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, errors.New("has no lines of numbers")
	}
	fs := o.FS
	rec.Segments, fs, err = times.segments(n, fs, h.fs, &rec)
	if err != nil {
		return nil, err
	}
	for c := range h.width {
		if c == clock {
			continue
		}
		if h.words[c] != "" {
			rec.Problems.Add("note", h.names[c], "has words, such as %q; the column is left out", h.words[c])
			continue
		}
		ch := eeg.Channel{Name: h.names[c], Unit: eeg.UnitOf(h.units[c]), FS: fs}
		if ch.Unit == "" {
			ch.Unit = eeg.UnitOf(o.Unit)
		}
		ch.Kind = eeg.KindOf(ch.Name, ch.Unit)
		rec.Channels, t.columns = append(rec.Channels, ch), append(t.columns, c)
	}
	if len(rec.Channels) == 0 {
		return nil, errors.New("has no column of numbers beside times")
	}
	if n < len(rec.Channels) && n < 100 {
		rec.Problems.Add("note", "", "there are %d columns of %d lines; if lines are channels, turn the file", len(rec.Channels), n)
	}
	return eeg.From(rec, t)
}

// A textHead is what the first lines tell.
type textHead struct {
	layout
	names, units []string
	words        []string // of columns that are not of numbers, one
	numbers      [][]float64
	at           int64   // of the first line of numbers
	fs           float64 // that a comment tells
}

func readHead(head []byte, whole bool, o TextOptions) (*textHead, error) {
	h := &textHead{}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return nil, errors.New("is text in UTF-16; save it as UTF-8")
	}
	if bytes.IndexByte(head[:min(len(head), 1<<12)], 0) >= 0 {
		return nil, errors.New("is not text: it has bytes of 0")
	}
	pos := 0
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		pos = 3
	}
	next := func() (line []byte, ok bool) {
		for pos < len(head) {
			n := bytes.IndexByte(head[pos:], '\n')
			if n < 0 {
				if !whole {
					return nil, false
				}
				n = len(head) - pos
			}
			line, h.at = bytes.TrimSpace(head[pos:pos+n]), int64(pos)
			pos = min(pos+n+1, len(head))
			if len(line) > 0 {
				return bytes.TrimRight(head[h.at:h.at+int64(n)], "\r"), true
			}
		}
		return nil, false
	}
	line, ok := next()
	for ok && (line[0] == '#' || line[0] == '%') {
		if m := rate.FindSubmatch(line); m != nil && h.fs == 0 {
			if x, err := strconv.ParseFloat(strings.TrimRight(string(m[1]), "."), 64); err == nil && x > 0 && x < 1e9 {
				h.fs = x
			}
		}
		if rest := bytes.TrimLeft(line, "#% "); len(rest) > 0 { // perhaps the names, as NumPy's savetxt writes them
			h.names = []string{string(rest)}
		}
		line, ok = next()
	}
	if !ok {
		return nil, errors.New("has no line of numbers at its beginning")
	}
	first := string(line)
	if err := h.separate(line, o.Delimiter); err != nil {
		return nil, err
	}
	fields := h.split(line)
	named := false
	for _, f := range fields {
		if _, ok := h.number(f); !ok {
			named = true
		}
	}
	if named {
		h.names = h.title(first)
		if line, ok = next(); !ok {
			return nil, errors.New("has names of columns and no numbers")
		}
		fields = h.split(line)
	} else if len(h.names) == 1 {
		h.names = h.title(h.names[0])
	}
	from := h.at
	if n := len(fields); n > 1 && len(h.names) == n-1 && len(bytes.TrimSpace(fields[n-1])) == 0 {
		fields = fields[:n-1] // a delimiter at the end of each line
	}
	h.width = len(fields)
	if h.width > mostChannels+1 {
		return nil, fmt.Errorf("has %d columns; up to %d are read", h.width, mostChannels+1)
	}
	if len(h.names) != h.width {
		if named {
			return nil, fmt.Errorf("has %d names of columns and %d fields in the next line", len(h.names), h.width)
		}
		h.names = nil
		for c := range h.width {
			h.names = append(h.names, fmt.Sprintf("Ch%d", c+1))
		}
	}
	h.units = make([]string, h.width)
	for c, name := range h.names {
		if m := bracket.FindStringSubmatch(name); m != nil && m[1] != "" {
			h.names[c], h.units[c] = m[1], m[2]
		}
	}
	h.words = make([]string, h.width)
	for k := 0; ok && k < 200; k++ {
		row := make([]float64, h.width)
		for c, f := range h.split(line) {
			if c >= h.width {
				break
			}
			var fine bool
			if row[c], fine = h.number(f); !fine && h.words[c] == "" {
				h.words[c] = string(f[:min(len(f), 30)])
			}
		}
		h.numbers = append(h.numbers, row)
		line, ok = next()
	}
	h.at = from
	return h, nil
}

// separate finds what is between columns.
func (h *textHead) separate(line []byte, asked string) error {
	switch asked {
	case ",", ";", "\t", " ":
		h.delim = asked[0]
	case "":
		h.delim = ' '
		for _, d := range []byte{'\t', ';', ','} {
			if bytes.IndexByte(line, d) >= 0 {
				h.delim = d
				break
			}
		}
	default:
		return fmt.Errorf("Delimiter is %q; a comma, a semicolon, a tab or a blank are allowed", asked)
	}
	h.comma = h.delim != ','
	return nil
}

// title splits the names of columns.
func (h *textHead) title(line string) []string {
	if h.delim == ' ' {
		return strings.Fields(line)
	}
	c := csv.NewReader(strings.NewReader(line))
	c.Comma, c.LazyQuotes, c.TrimLeadingSpace = rune(h.delim), true, h.delim != '\t'
	names, err := c.Read()
	if err != nil {
		names = strings.Split(line, string(h.delim))
	}
	for k := range names {
		if names[k] = strings.TrimSpace(names[k]); names[k] == "" {
			names[k] = fmt.Sprintf("Ch%d", k+1)
		}
	}
	return names
}

// clock returns the column of times, -1 for none.
func (h *textHead) clock(o TextOptions) (int, error) {
	if o.Time == "-" {
		return -1, nil
	}
	for c, name := range h.names {
		if o.Time != "" && name == o.Time || o.Time == "" && timed.MatchString(name) && h.words[c] == "" {
			if h.words[c] != "" {
				return 0, fmt.Errorf("column %q has words, such as %q; times are numbers", name, h.words[c])
			}
			return c, nil
		}
	}
	if o.Time != "" {
		return 0, fmt.Errorf("there is no column %q for times; there are %s", o.Time, strings.Join(h.names[:min(len(h.names), 12)], ", "))
	}
	if o.FS == 0 && h.fs == 0 && h.width > 1 && len(h.numbers) > 2 && h.words[0] == "" { // a first column that goes up in equal steps
		step := h.numbers[1][0] - h.numbers[0][0]
		for k := 1; k < len(h.numbers); k++ {
			if d := h.numbers[k][0] - h.numbers[k-1][0]; !(step > 0) || math.Abs(d-step) > 0.26*step || step == 1 {
				return -1, nil
			}
		}
		return 0, nil
	}
	return -1, nil
}

// scale returns how many s the unit of a column is.
func (h *textHead) scale(c int) float64 {
	u := strings.ToLower(h.units[c])
	if u == "" {
		u = strings.ToLower(h.names[c])
		u = strings.TrimPrefix(strings.TrimPrefix(u, "time"), "_")
	}
	switch u {
	case "ms", "msec", "milliseconds":
		return 1e-3
	case "us", "µs", "μs", "usec", "microseconds":
		return 1e-6
	case "min", "minutes":
		return 60
	}
	return 1
}

// scan goes through the lines, counts them and takes their times.
func (t *text) scan(r io.ReaderAt, at int64, name string, clock int, times *times) (n int, err error) {
	task := display.Start("flat.ReadText "+name, "bytes", int(t.size-at))
	defer task.End()
	l := lines{r: bufio.NewReaderSize(task.Reader(io.NewSectionReader(r, at, t.size-at)), 1<<16), pos: at}
	var f [][]byte
	for {
		line, at, err := l.next()
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return 0, err
		}
		if n%every == 0 {
			t.marks = append(t.marks, at)
		}
		n++
		if clock < 0 {
			continue
		}
		f = t.into(f[:0], line)
		if clock >= len(f) {
			return 0, fmt.Errorf("line of numbers %d has %d columns and lacks its time", n, len(f))
		}
		v, ok := t.number(f[clock])
		if !ok || math.IsNaN(v) || math.IsInf(v, 0) {
			return 0, fmt.Errorf("line of numbers %d has the time %q; a number is needed", n, f[clock])
		}
		if err := times.add(n-1, v, f[clock]); err != nil {
			return 0, err
		}
	}
}

// Fill reads samples, see [eeg.Source].
func (t *text) Fill(dst [][]float64, from []int, channels []int) error {
	r, done, err := t.open()
	if err != nil {
		return err
	}
	defer done()
	first, last := math.MaxInt, 0
	want := make([][]int, t.width)
	for k, c := range channels {
		if len(dst[k]) > 0 {
			first, last = min(first, from[k]), max(last, from[k]+len(dst[k]))
			want[t.columns[c]] = append(want[t.columns[c]], k)
		}
	}
	if first >= last {
		return nil
	}
	at := t.marks[first/every]
	l := lines{r: bufio.NewReaderSize(io.NewSectionReader(r, at, t.size-at), 1<<16), pos: at}
	var fields [][]byte
	for i := first / every * every; i < last; i++ {
		line, _, err := l.next()
		if err == io.EOF {
			return fmt.Errorf("the file is cut off after %d lines of numbers", i)
		}
		if err != nil {
			return err
		}
		if i < first {
			continue
		}
		fields = t.into(fields[:0], line)
		if len(fields) == t.width+1 && len(bytes.TrimSpace(fields[t.width])) == 0 {
			fields = fields[:t.width]
		}
		if len(fields) != t.width {
			return fmt.Errorf("line of numbers %d has %d columns; the first has %d", i+1, len(fields), t.width)
		}
		for c, f := range fields {
			if want[c] == nil {
				continue
			}
			v, ok := t.number(f)
			if !ok {
				return fmt.Errorf("line of numbers %d has %q in column %d; a number is needed", i+1, f[:min(len(f), 30)], c+1)
			}
			for _, k := range want[c] {
				if j := i - from[k]; j >= 0 && j < len(dst[k]) {
					dst[k][j] = v
				}
			}
		}
	}
	return nil
}
