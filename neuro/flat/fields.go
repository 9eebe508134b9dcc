package flat

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// A layout is how lines become fields.
type layout struct {
	delim byte // ' ' is any blanks
	comma bool // decimals
	width int  // columns
}

// split returns the fields of a line.
func (l *layout) split(line []byte) [][]byte { return l.into(nil, line) }

// into appends the fields of a line to a list.
func (l *layout) into(out [][]byte, line []byte) [][]byte {
	if l.delim == ' ' {
		return append(out, bytes.Fields(line)...)
	}
	for {
		n := bytes.IndexByte(line, l.delim)
		if n < 0 {
			return append(out, line)
		}
		out, line = append(out, line[:n]), line[n+1:]
	}
}

// tens are the powers of ten that float64 holds exactly.
var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// short reads a number of up to 15 digits without an exponent, as strconv does: the digits
// and the power of ten are exact, so that their quotient is the nearest float64.
func short(f []byte) (float64, bool) {
	minus := len(f) > 0 && f[0] == '-'
	if minus {
		f = f[1:]
	}
	if len(f) == 0 || len(f) > 16 {
		return 0, false
	}
	digits, point, n := 0, -1, 0
	for i, c := range f {
		switch {
		case c >= '0' && c <= '9':
			digits, n = 10*digits+int(c-'0'), n+1
		case c == '.' && point < 0:
			point = i
		default:
			return 0, false
		}
	}
	if n == 0 || n > 15 {
		return 0, false
	}
	v := float64(digits)
	if point >= 0 {
		v /= tens[len(f)-1-point]
	}
	if minus {
		v = -v
	}
	return v, true
}

// number reads a field; one that is missing is NaN.
func (l *layout) number(f []byte) (float64, bool) {
	if v, ok := short(f); ok {
		return v, true
	}
	f = bytes.TrimSpace(f)
	if len(f) > 1 && f[0] == '"' && f[len(f)-1] == '"' {
		f = bytes.TrimSpace(f[1 : len(f)-1])
	}
	if len(f) == 0 {
		return math.NaN(), true
	}
	s := string(f)
	if v, err := strconv.ParseFloat(s, 64); err == nil {
		return v, !strings.ContainsAny(s, "xX_")
	}
	if l.comma && strings.Count(s, ",") == 1 {
		if v, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64); err == nil {
			return v, true
		}
	}
	switch strings.ToLower(s) {
	case "n/a", "na", "null", "none", "-nan", "-":
		return math.NaN(), true
	}
	return 0, false
}

// lines reads lines one after the other.
type lines struct {
	r    *bufio.Reader
	pos  int64
	long []byte
}

// next returns the next line that is not empty, and where it begins.
func (l *lines) next() (line []byte, at int64, err error) {
	for {
		at = l.pos
		line, err = l.r.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			l.long = l.long[:0]
			for err == bufio.ErrBufferFull {
				if l.long = append(l.long, line...); len(l.long) > mostLine {
					return nil, 0, fmt.Errorf("has a line of more than %d bytes at byte %d", mostLine, at)
				}
				line, err = l.r.ReadSlice('\n')
			}
			l.long = append(l.long, line...)
			line = l.long
		}
		l.pos += int64(len(line))
		if err != nil && (err != io.EOF || len(line) == 0) {
			return nil, 0, err
		}
		if line = bytes.TrimRight(line, "\r\n"); len(bytes.TrimSpace(line)) > 0 {
			return line, at, nil
		}
	}
}
