package table

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	errBare  = errors.New(`bare " in a value without quotes`)
	errQuote = errors.New(`extraneous or missing " in a value with quotes`)
)

// A scanner takes text apart into rows of values.
type scanner struct {
	data    []byte
	sep     []byte
	comment []byte // begins a line that holds no row; nil for none
	at      int
	line    int // of the byte at
	begun   int // the line on which the last row began
	fields  [][]byte
	scratch []byte // unquoted values of the row
	column  int    // of an error, in bytes from 1
}

func newScanner(data []byte, sep, comment rune) *scanner {
	s := &scanner{data: data, sep: utf8.AppendRune(nil, sep), line: 1}
	if comment != 0 {
		s.comment = utf8.AppendRune(nil, comment)
	}
	return s
}

// next reads a row; false at the end of the text. The values are good until the next row.
func (s *scanner) next() (bool, error) {
	for { // lines without a row
		rest := s.data[s.at:]
		switch {
		case len(rest) == 0:
			return false, nil
		case rest[0] == '\n':
			s.at++
		case rest[0] == '\r' && len(rest) == 1:
			s.at++
			continue
		case rest[0] == '\r' && rest[1] == '\n':
			s.at += 2
		case s.comment != nil && bytes.HasPrefix(rest, s.comment):
			end := bytes.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest) - 1
			}
			s.at += end + 1
		default:
			s.begun = s.line
			return true, s.row()
		}
		s.line++
	}
}

func (s *scanner) row() error {
	s.fields, s.scratch = s.fields[:0], s.scratch[:0]
	data, sep := s.data, s.sep[0]
	start := s.at // of the line, for columns of errors
	for {
		if s.at < len(data) && data[s.at] == '"' {
			ended, err := s.quoted(&start)
			if ended || err != nil {
				return err
			}
			continue
		}
		from, i := s.at, s.at
		quote := -1
		for ; i < len(data); i++ {
			c := data[i]
			if c == sep && (len(s.sep) == 1 || bytes.HasPrefix(data[i:], s.sep)) || c == '\n' {
				break
			}
			if c == '"' && quote < 0 {
				quote = i
			}
		}
		if quote >= 0 {
			s.column = quote - start + 1
			return errBare
		}
		switch {
		case i == len(data):
			s.at = i
			if i > from && data[i-1] == '\r' {
				i--
			}
			s.fields = append(s.fields, data[from:i])
			return nil
		case data[i] == '\n' && (sep != '\n'):
			s.at = i + 1
			s.line++
			if i > from && data[i-1] == '\r' {
				i--
			}
			s.fields = append(s.fields, data[from:i])
			return nil
		}
		s.fields = append(s.fields, data[from:i])
		s.at = i + len(s.sep)
	}
}

// quoted reads a value in quotes, and whether the row ends behind it.
func (s *scanner) quoted(start *int) (ended bool, err error) {
	data := s.data
	from := len(s.scratch)
	s.at++
	for {
		i := bytes.IndexByte(data[s.at:], '"')
		if i < 0 {
			s.column = len(data) - *start + 1
			return false, errQuote
		}
		part := data[s.at : s.at+i]
		if n := bytes.Count(part, []byte{'\n'}); n > 0 {
			s.line += n
			*start = s.at + bytes.LastIndexByte(part, '\n') + 1
			part = bytes.ReplaceAll(part, []byte("\r\n"), []byte{'\n'})
		}
		s.scratch = append(s.scratch, part...)
		s.at += i + 1
		rest := data[s.at:]
		switch {
		case len(rest) > 0 && rest[0] == '"':
			s.scratch = append(s.scratch, '"')
			s.at++
			continue
		case bytes.HasPrefix(rest, s.sep):
			s.at += len(s.sep)
		case len(rest) == 0, len(rest) == 1 && rest[0] == '\r':
			s.at, ended = len(data), true
		case rest[0] == '\n':
			s.at, ended = s.at+1, true
			s.line++
		case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
			s.at, ended = s.at+2, true
			s.line++
		default:
			s.column = s.at - *start
			return false, errQuote
		}
		// The buffer may have moved since earlier values were cut from it: they keep the old one.
		s.fields = append(s.fields, s.scratch[from:len(s.scratch):len(s.scratch)])
		return ended, nil
	}
}

// A columnReader collects the values of a column.
type columnReader struct {
	words  bool // text, as it stands
	failed bool // was read as numbers and holds a word
	num    []float64
	text   []string
	seen   map[string]string // words that came before share their bytes
	near   [64]string        // of them those that came last
}

// sharedWords is how many words of a column are looked up among those before.
const sharedWords = 4096

func (c *columnReader) add(v []byte, n *numbers) {
	v = trim(v)
	if !c.words {
		if c.failed {
			return
		}
		x, ok := n.parse(v)
		if ok {
			c.num = append(c.num, x)
			return
		}
		if len(c.num) > 0 {
			c.failed, c.num = true, nil
			return
		}
		c.words = true
	}
	if n.isMissing(v) {
		c.text = append(c.text, "")
		return
	}
	if len(v) == 0 {
		c.text = append(c.text, "")
		return
	}
	near := &c.near[(len(v)+int(v[0])+7*int(v[len(v)-1])+31*int(v[len(v)/2]))%len(c.near)]
	if string(v) == *near {
		c.text = append(c.text, *near)
		return
	}
	w, ok := c.seen[string(v)]
	if !ok {
		w = string(v)
		if c.seen == nil {
			c.seen = map[string]string{}
		}
		if len(c.seen) < sharedWords {
			c.seen[w] = w
		}
	}
	*near = w
	c.text = append(c.text, w)
}

// grow makes room for so many values.
func (c *columnReader) grow(rows int) {
	if c.words {
		c.text = slices.Grow(c.text, rows)
	} else {
		c.num = slices.Grow(c.num, rows)
	}
}

// trim takes blanks away.
func trim(v []byte) []byte {
	if n := len(v); n > 0 && (v[0] <= ' ' || v[0] >= utf8.RuneSelf || v[n-1] <= ' ' || v[n-1] >= utf8.RuneSelf) {
		return bytes.TrimSpace(v)
	}
	return v
}

// uniqueNames takes heads apart into names and units; a name that was there before gets a number.
func uniqueNames(head []string) (names, units []string) {
	names, units = make([]string, len(head)), make([]string, len(head))
	unique := map[string]bool{}
	for j, v := range head {
		name, unit := splitUnit(v)
		if name == "" {
			name = fmt.Sprintf("column %d", j+1)
		}
		base := name
		for n := 2; unique[name]; n++ {
			name = fmt.Sprintf("%s_%d", base, n)
		}
		unique[name] = true
		names[j], units[j] = name, unit
	}
	return names, units
}

// splitUnit takes "rate (Hz)" apart.
func splitUnit(s string) (name, unit string) {
	if i := strings.LastIndex(s, " ("); i > 0 && strings.HasSuffix(s, ")") && !strings.ContainsAny(s[i+2:len(s)-1], "()") {
		return strings.TrimSpace(s[:i]), s[i+2 : len(s)-1]
	}
	return s, ""
}
