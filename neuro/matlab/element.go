package matlab

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zlib"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/internal/samples"
)

// Types of elements.
const (
	typeMatrix     = 14
	typeCompressed = 15
	typeUTF8       = 16
	typeUTF16      = 17
	typeUTF32      = 18
)

// numbers are the types of elements that hold numbers.
var numbers = map[uint32]samples.Type{
	1: samples.Int8, 2: samples.Uint8, 3: samples.Int16, 4: samples.Uint16, 5: samples.Int32, 6: samples.Uint32,
	7: samples.Float32, 9: samples.Float64, 12: samples.Int64, 13: samples.Uint64,
}

// A decoder reads the elements of one variable.
type decoder struct {
	r      io.Reader
	order  binary.ByteOrder
	pos    int64 // bytes read
	level4 bool
	locate bool // find where numbers are instead of reading them
	found  []*found
}

// A found is where the numbers of a matrix are.
type found struct {
	class   string
	shape   []int
	typ     samples.Type
	at      int64 // from the beginning of the decoder's bytes
	complex bool
}

// An element is what a tag announces.
type element struct {
	typ  uint32
	n    int64
	data []byte // of small ones, which have it in the tag
	end  int64  // position behind it, without padding
}

// read fills b.
func (d *decoder) read(b []byte) error {
	n, err := io.ReadFull(d.r, b)
	d.pos += int64(n)
	return d.ended(err)
}

func (d *decoder) ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("is cut off after %d bytes", d.pos)
	}
	if err != nil && !errors.Is(err, display.ErrInterrupted) {
		return fmt.Errorf("cannot be read after %d bytes: %w", d.pos, files.Plain(err))
	}
	return err
}

// skipTo passes over what is before a position.
func (d *decoder) skipTo(pos int64) error {
	if pos < d.pos {
		return fmt.Errorf("has an element that reaches beyond the one that it is in")
	}
	n, err := io.CopyN(io.Discard, d.r, pos-d.pos)
	d.pos += n
	return d.ended(err)
}

// next reads a tag.
func (d *decoder) next() (element, error) {
	var b [8]byte
	if err := d.read(b[:]); err != nil {
		return element{}, err
	}
	word := d.order.Uint32(b[:])
	if n := word >> 16; n != 0 {
		if n > 4 {
			return element{}, fmt.Errorf("is broken: byte %d tells of %d bytes within a tag, which has room for 4", d.pos-8, n)
		}
		return element{typ: word & 0xffff, n: int64(n), data: bytes.Clone(b[4 : 4+n]), end: d.pos}, nil
	}
	e := element{typ: word, n: int64(d.order.Uint32(b[4:]))}
	e.end = d.pos + e.n
	return e, nil
}

// pad passes over what fills an element up to a multiple of 8 bytes. The last one of a
// file may lack it.
func (d *decoder) pad(e element) {
	if e.data == nil && e.n%8 != 0 {
		n, _ := io.CopyN(io.Discard, d.r, 8-e.n%8)
		d.pos += n
	}
}

// bytes reads what is in a short element.
func (d *decoder) bytes(e element, most int64) ([]byte, error) {
	if e.n > most {
		return nil, fmt.Errorf("is broken: an element before byte %d has %d bytes; up to %d are expected there", d.pos, e.n, most)
	}
	if e.data != nil {
		return e.data, nil
	}
	b, err := d.grow(e.n)
	d.pad(e)
	return b, err
}

// grow reads n bytes, taking memory as they come.
func (d *decoder) grow(n int64) ([]byte, error) {
	var b bytes.Buffer
	m, err := io.CopyN(&b, d.r, n)
	d.pos += m
	return b.Bytes(), d.ended(err)
}

// exact is the largest size of whole numbers that float64 holds all of.
const exact = 1 << 53

// most is how many numbers a value may have.
const most = 1 << 28

// mostSparse is how many elements a sparse matrix may have when it is filled up.
const mostSparse = 1 << 26

// values reads n numbers of a type.
func (d *decoder) values(r io.Reader, t samples.Type, n int) ([]float64, error) {
	if n > most {
		return nil, fmt.Errorf("has %d numbers; up to %d are read at once, and Recording reads more in pieces", n, most)
	}
	width := t.Width()
	out := make([]float64, 0, min(n, 1<<16))
	part := make([]byte, min(n, 1<<13)*width)
	for len(out) < n {
		k := min(n-len(out), 1<<13)
		b := part[:k*width]
		m, err := io.ReadFull(r, b)
		d.pos += int64(m)
		if err != nil {
			return nil, d.ended(err)
		}
		from := len(out)
		if cap(out)-from < k {
			grown := make([]float64, from, min(n, 2*cap(out)+k))
			copy(grown, out)
			out = grown
		}
		out = out[:from+k]
		samples.Numbers(out[from:], b, t, d.order)
		if t == samples.Int64 || t == samples.Uint64 {
			for i, v := range out[from:] {
				if v > exact || v < -exact || v == exact && d.order.Uint64(b[i*8:]) != exact {
					return nil, fmt.Errorf("has an integer beyond 2^53 as number %d, which float64 does not hold exactly; subtract an offset before saving", from+i+1)
				}
			}
		}
	}
	return out, nil
}

// numbers reads the numbers of an element: as many as the shape has.
func (d *decoder) numbers(e element, n int) ([]float64, error) {
	t, ok := numbers[e.typ]
	if !ok {
		return nil, fmt.Errorf("is broken: numbers are of type %d before byte %d; 1 to 7, 9, 12 and 13 are", e.typ, d.pos)
	}
	if int64(n)*int64(t.Width()) != e.n {
		return nil, fmt.Errorf("is broken: %d numbers have %d bytes, %d each", n, e.n, t.Width())
	}
	if e.data != nil {
		at := d.pos
		x, err := d.values(bytes.NewReader(e.data), t, n)
		d.pos = at
		return x, err
	}
	x, err := d.values(d.r, t, n)
	if err == nil {
		d.pad(e)
	}
	return x, err
}

// enter begins to read a variable, whose bytes r has.
func (v *Variable) enter(r io.Reader) (*decoder, element, error) {
	d := &decoder{r: r, order: binary.LittleEndian, level4: v.level4}
	if v.big {
		d.order = binary.BigEndian
	}
	if v.level4 {
		return d, element{}, nil
	}
	e, err := d.next()
	if err == nil && v.compressed {
		var z io.Reader
		if z, err = zlib.NewReader(r); err != nil {
			return nil, e, fmt.Errorf("is broken: its compressed bytes are not of zlib: %w", err)
		}
		d.r, d.pos = z, 0
		e, err = d.next()
	}
	if err == nil && e.typ != typeMatrix {
		err = fmt.Errorf("is broken: it begins with an element of type %d; %d is a matrix", e.typ, typeMatrix)
	}
	return d, e, err
}

// list finds the variables of a file.
func (f *File) list(r io.ReaderAt) error {
	var head [128]byte
	n, err := r.ReadAt(head[:], 0)
	if err != nil && err != io.EOF {
		return files.Plain(err)
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if string(head[126:]) == "MI" {
		order = binary.BigEndian
	}
	text := string(bytes.TrimRight(head[:116], " \x00"))
	switch {
	case n == 0:
		return errors.New("is empty")
	case bytes.HasPrefix(head[:], []byte("\x89HDF\r\n\x1a\n")), bytes.HasPrefix(head[:], []byte("MATLAB 7.3")),
		n == 128 && (string(head[126:]) == "IM" || string(head[126:]) == "MI") && order.Uint16(head[124:]) == 0x0200:
		return errors.New("is of level 7.3, which is HDF5 and not read here; in MATLAB, load it and save it with save(name, '-v7')")
	case n == 128 && (string(head[126:]) == "IM" || string(head[126:]) == "MI"):
		if v := order.Uint16(head[124:]); v != 0x0100 {
			return fmt.Errorf("has the version %#x; level 5 has 0x100", v)
		}
		f.Header = text
		return f.level5(r, order)
	case n >= 20 && (head[0] == 0 || head[1] == 0 || head[2] == 0 || head[3] == 0):
		f.Header = "level 4"
		return f.level4(r)
	}
	return fmt.Errorf("is not a MAT-file: it begins with %q", head[:min(n, 16)])
}

func (f *File) level5(r io.ReaderAt, order binary.ByteOrder) error {
	for at := int64(128); at < f.size; {
		var b [8]byte
		if err := files.ReadAt(r, b[:], at); err != nil {
			return err
		}
		typ, n := order.Uint32(b[:]), int64(order.Uint32(b[4:]))
		if typ != typeMatrix && typ != typeCompressed {
			return fmt.Errorf("is broken: an element of type %d at byte %d; variables are of %d and %d", typ, at, typeMatrix, typeCompressed)
		}
		v := Variable{at: at, end: at + 8 + n, compressed: typ == typeCompressed, big: order == binary.BigEndian}
		d, e, err := v.enter(bufio.NewReaderSize(io.NewSectionReader(r, at, min(v.end, f.size)-at), 1<<10))
		var h *header
		if err == nil {
			h, err = d.header(e)
		}
		if err != nil {
			return fmt.Errorf("the variable at byte %d %w", at, err)
		}
		if v.end > f.size {
			return fmt.Errorf("is cut off: variable %q needs %d bytes, and %d are there", h.name, v.end-at, f.size-at)
		}
		v.Name, v.Class, v.Shape = h.name, h.class, h.shape
		if v.Name != "" { // what objects keep for themselves has no name
			f.add(v)
		}
		at = v.end
	}
	return nil
}

// add adds a variable; of two with a name the last one counts, as in MATLAB.
func (f *File) add(v Variable) {
	for k := range f.Variables {
		if f.Variables[k].Name == v.Name {
			f.Variables = append(f.Variables[:k], f.Variables[k+1:]...)
			break
		}
	}
	f.Variables = append(f.Variables, v)
}
