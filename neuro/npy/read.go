package npy

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// Read returns the array in a .npy file: booleans, integers of 8 to 64 bits and
// floating-point numbers of 16 to 64, in either byte order, and in C or Fortran
// order (which is turned to C order).
//
// It is an error, naming the file, when it cannot be opened, is not NumPy's, is
// cut off, holds something else than numbers, or holds an integer beyond 2^53,
// which float64 cannot hold.
//
// Format: NumPy Enhancement Proposal 1, versions 1.0 to 3.0. Checked against
// NumPy 2.4.6.
func Read(path string) (*Array, error) {
	fail := func(err error) (*Array, error) { return nil, fmt.Errorf("npy: Read: %s: %w", path, err) }
	f, err := os.Open(path)
	if err != nil {
		return fail(files.Plain(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fail(files.Plain(err))
	}
	if info.IsDir() {
		return fail(errors.New("is a folder; a file is needed"))
	}
	provenance.File(path)
	task := display.Start("npy.Read "+filepath.Base(path), "bytes", int(info.Size()))
	defer task.End()
	a, err := decode(task.Reader(f))
	if err != nil {
		return fail(err)
	}
	return a, nil
}

// Decode reads an array from r, which holds the bytes of a .npy file. name
// stands for the file in errors. Otherwise it is [Read].
func Decode(r io.Reader, name string) (*Array, error) {
	a, err := decode(r)
	if err != nil {
		return nil, fmt.Errorf("npy: Decode: %s: %w", name, err)
	}
	return a, nil
}

// ReadAll returns the arrays in a .npz file by their names, as numpy.load does.
// Errors are those of [Read], naming the array too.
func ReadAll(path string) (map[string]*Array, error) {
	fail := func(err error) (map[string]*Array, error) {
		return nil, fmt.Errorf("npy: ReadAll: %s: %w", path, err)
	}
	z, err := zip.OpenReader(path)
	if errors.Is(err, zip.ErrFormat) {
		return fail(errors.New("is not an .npz file, which is a zip archive; Read reads .npy files"))
	}
	if err != nil {
		return fail(files.Plain(err))
	}
	defer z.Close()
	provenance.File(path)
	out := map[string]*Array{}
	task := display.Start("npy.ReadAll "+filepath.Base(path), "arrays", len(z.File))
	defer task.End()
	for _, entry := range z.File {
		if err := task.Err(); err != nil {
			return fail(err)
		}
		name, ok := strings.CutSuffix(entry.Name, ".npy")
		if !ok {
			return fail(fmt.Errorf("has %q in it, which is not an array", entry.Name))
		}
		if _, twice := out[name]; twice {
			return fail(fmt.Errorf("has two arrays called %q", name))
		}
		r, err := entry.Open()
		if err != nil {
			return fail(fmt.Errorf("array %q: %w", name, err))
		}
		a, err := decode(r)
		r.Close()
		if err != nil {
			return fail(fmt.Errorf("array %q %w", name, err))
		}
		out[name] = a
		task.Add(1)
	}
	return out, nil
}

// A layout is what a header tells of the numbers behind it.
type layout struct {
	kind
	order   binary.ByteOrder
	fortran bool
	shape   []int
	count   int
	at      int // bytes before the numbers
}

func readHeader(in io.Reader) (*layout, error) {
	head := make([]byte, 8)
	n, err := io.ReadFull(in, head)
	if n == 0 {
		return nil, errors.New("is empty; a .npy file starts with \"\\x93NUMPY\"")
	}
	if err != nil || string(head[:6]) != "\x93NUMPY" {
		hint := ""
		if n >= 2 && string(head[:2]) == "PK" {
			hint = "; it is a zip archive: ReadAll reads .npz files"
		}
		return nil, fmt.Errorf("is not a NumPy array: it starts with %q and not with \"\\x93NUMPY\"%s", head[:min(n, 6)], hint)
	}
	var size int
	l := &layout{}
	switch head[6] {
	case 1:
		var b [2]byte
		_, err = io.ReadFull(in, b[:])
		size, l.at = int(binary.LittleEndian.Uint16(b[:])), 10
	case 2, 3:
		var b [4]byte
		_, err = io.ReadFull(in, b[:])
		size, l.at = int(binary.LittleEndian.Uint32(b[:])), 12
	default:
		return nil, fmt.Errorf("has version %d.%d of the format; 1 to 3 are read", head[6], head[7])
	}
	if err != nil {
		return nil, cut(err, "its header")
	}
	if size > 1<<20 {
		return nil, fmt.Errorf("claims a header of %d bytes; those of numbers have some hundred", size)
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(in, text); err != nil {
		return nil, cut(err, "its header")
	}
	l.at += size
	var descr string
	if descr, l.fortran, l.shape, err = parseHeader(string(text)); err != nil {
		return nil, err
	}
	if l.kind, l.order, err = described(descr); err != nil {
		return nil, err
	}
	l.count = 1
	for _, d := range l.shape {
		if d > 0 && l.count > 1<<40/d {
			return nil, fmt.Errorf("claims the shape %v, more numbers than memory holds", l.shape)
		}
		l.count *= d
	}
	return l, nil
}

func decode(r io.Reader) (*Array, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	l, err := readHeader(in)
	if err != nil {
		return nil, err
	}
	k, shape, count := l.kind, l.shape, l.count
	a := &Array{Shape: shape, Type: k.name, Values: make([]float64, 0, min(count, 1<<16))}
	part := make([]byte, k.width<<13)
	for len(a.Values) < count {
		b := part[:min(len(part), (count-len(a.Values))*k.width)]
		if _, err := io.ReadFull(in, b); err != nil {
			return nil, cut(err, fmt.Sprintf("its %d numbers (%v %s)", count, shape, k.name))
		}
		for ; len(b) > 0; b = b[k.width:] {
			v, ok := k.number(b, l.order)
			if !ok {
				return nil, fmt.Errorf("holds an integer beyond 2^53 as number %d, which float64 does not hold exactly; subtract an offset before saving", len(a.Values))
			}
			a.Values = append(a.Values, v)
		}
	}
	if l.fortran {
		a.Values = turned(shape, a.Values)
	}
	return a, nil
}

func cut(err error, what string) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("is cut off within %s", what)
	}
	return fmt.Errorf("cannot be read within %s: %w", what, files.Plain(err))
}

// turned returns the values of an array whose first index runs fastest in the
// order in which its last does.
func turned(shape []int, values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		at := 0
		for _, d := range shape {
			at, i = at*d+i%d, i/d
		}
		out[at] = v
	}
	return out
}

// parseHeader reads the Python dictionary of a header: {'descr': '<f8',
// 'fortran_order': False, 'shape': (3, 4), }.
func parseHeader(text string) (descr string, fortran bool, shape []int, err error) {
	text = strings.TrimSpace(text)
	bad := func(what string) error {
		return fmt.Errorf("has a header that is not NumPy's (%s): %.80q", what, text)
	}
	rest, open := strings.CutPrefix(text, "{")
	rest, ok := strings.CutSuffix(rest, "}")
	if !open || !ok {
		return "", false, nil, bad("it is not a dictionary")
	}
	seen := map[string]bool{}
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		key, after, ok := quoted(rest)
		if !ok {
			return "", false, nil, bad("a key is missing")
		}
		after = strings.TrimSpace(after)
		if after, ok = strings.CutPrefix(after, ":"); !ok {
			return "", false, nil, bad("a colon is missing")
		}
		after = strings.TrimSpace(after)
		if seen[key] {
			return "", false, nil, bad("a key comes twice")
		}
		seen[key] = true
		switch key {
		case "descr":
			if strings.HasPrefix(after, "[") {
				return "", false, nil, errors.New("holds records with named fields; save each field as an array of its own")
			}
			if descr, rest, ok = quoted(after); !ok {
				return "", false, nil, bad("descr is not a text")
			}
		case "fortran_order":
			if rest, fortran = strings.CutPrefix(after, "True"); !fortran {
				if rest, ok = strings.CutPrefix(after, "False"); !ok {
					return "", false, nil, bad("fortran_order is not True or False")
				}
			}
		case "shape":
			inner, ok := strings.CutPrefix(after, "(")
			if inner, rest, _ = strings.Cut(inner, ")"); !ok {
				return "", false, nil, bad("shape is not a tuple")
			}
			shape = []int{}
			for _, d := range strings.Split(inner, ",") {
				if d = strings.TrimSuffix(strings.TrimSpace(d), "L"); d == "" {
					continue
				}
				n, err := strconv.Atoi(d)
				if err != nil || n < 0 {
					return "", false, nil, bad("shape is not of whole numbers")
				}
				shape = append(shape, n)
			}
			if len(shape) > 64 {
				return "", false, nil, bad("NumPy has at most 64 dimensions")
			}
		default:
			return "", false, nil, bad("unknown key " + key)
		}
		rest, _ = strings.CutPrefix(strings.TrimSpace(rest), ",")
	}
	if !seen["descr"] || !seen["fortran_order"] || !seen["shape"] {
		return "", false, nil, bad("descr, fortran_order or shape is missing")
	}
	return descr, fortran, shape, nil
}

// quoted returns the text in quotes at the start of s, and what follows.
func quoted(s string) (text, rest string, ok bool) {
	if s == "" || s[0] != '\'' && s[0] != '"' {
		return "", s, false
	}
	return strings.Cut(s[1:], s[:1])
}
