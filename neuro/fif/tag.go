package fif

import (
	"encoding/binary"
	"errors"
	"fmt"
	"html"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

// Types of the contents of tags.
const (
	typeByte          = 1
	typeShort         = 2
	typeInt           = 3
	typeFloat         = 4
	typeDouble        = 5
	typeJulian        = 6
	typeUshort        = 7
	typeUint          = 8
	typeString        = 10
	typePack16        = 16
	typeComplexFloat  = 20
	typeComplexDouble = 21
	typeID            = 31
	typeMatrix        = 1 << 30
	sparse            = 0x300000 // bits of the two forms of sparse matrices
)

// widths are how many bytes a number of a type takes.
var widths = map[int32]int{
	typeByte: 1, typeShort: 2, typeInt: 4, typeFloat: 4, typeDouble: 8, typeJulian: 4, typeUshort: 2, typeUint: 4, typePack16: 2,
}

// A tag is one item of a file.
type tag struct {
	kind, form int32 // form is the type of its content
	size       int64
	pos        int64 // of its content
}

// A node is a block of tags, with the blocks in it.
type node struct {
	block    int32
	tags     []tag
	children []*node
}

// find returns the blocks of a kind, this one and those below it, in the order of the file.
func (n *node) find(block int32) []*node {
	var found []*node
	if n.block == block {
		found = append(found, n)
	}
	for _, c := range n.children {
		found = append(found, c.find(block)...)
	}
	return found
}

// tag returns the first tag of a kind.
func (n *node) tag(kind int32) (tag, bool) {
	for _, t := range n.tags {
		if t.kind == kind {
			return t, true
		}
	}
	return tag{}, false
}

// A content is the bytes of a file, unpacked.
type content struct {
	r     io.ReaderAt
	size  int64
	taken int64 // bytes of tags that were read
	p     neuro.Problems

	window []byte // bytes that were read last on the way through the tags, from byte start on
	start  int64
}

// Blocks may lie so deep in each other, of which files have about six, and a file may have
// so many tags, of which an hour has some thousand.
const (
	mostDeep = 64
	mostTags = 1 << 21
)

// tree reads the tags of a file and how they lie in blocks.
func (c *content) tree() (*node, error) {
	head, next, err := c.header(0)
	if err != nil || head.kind != tagFileID || head.form != typeID || head.size != 20 {
		return nil, errors.New("is not a FIFF file: it does not begin with the tag of a file's identity")
	}
	tags, err := c.directory(next)
	if err != nil {
		return nil, err
	}
	root := &node{}
	stack := []*node{root}
	for _, t := range tags {
		at := stack[len(stack)-1]
		switch t.kind {
		case tagBlockStart:
			kind, err := c.int(t)
			if err != nil {
				return nil, fmt.Errorf("a block begins at byte %d: %w", t.pos, err)
			}
			if len(stack) > mostDeep {
				return nil, fmt.Errorf("blocks lie more than %d deep in each other at byte %d", mostDeep, t.pos)
			}
			child := &node{block: int32(kind)}
			at.children = append(at.children, child)
			stack = append(stack, child)
		case tagBlockEnd:
			if len(stack) == 1 {
				c.p.Add("warning", "block", "at byte %d a block ends that did not begin", t.pos)
				continue
			}
			stack = stack[:len(stack)-1]
		default:
			at.tags = append(at.tags, t)
		}
	}
	if len(stack) > 1 {
		c.p.Add("warning", "block", "%d blocks do not end; the file is probably cut off", len(stack)-1)
	}
	return root, nil
}

// directory returns all tags: those of the directory that the file has at its end, or,
// where it has none or a broken one, those that are met on the way through the file.
func (c *content) directory(next int64) ([]tag, error) {
	if t, _, err := c.header(next); err == nil && t.kind == tagDirPointer {
		if at, err := c.int(t); err == nil && at > 0 {
			tags, err := c.listed(int64(at))
			if err == nil {
				return tags, nil
			}
			c.p.Add("warning", "directory", "%v; the file is gone through instead", err)
		}
	}
	return c.walked()
}

// listed reads the directory at a byte.
func (c *content) listed(at int64) ([]tag, error) {
	t, _, err := c.header(at)
	if err != nil {
		return nil, err
	}
	if t.kind != tagDirectory || t.size%16 != 0 || t.size == 0 {
		return nil, fmt.Errorf("at byte %d is tag %d with %d bytes instead of a directory", at, t.kind, t.size)
	}
	b, err := c.bytes(t)
	if err != nil {
		return nil, err
	}
	if len(b)/16 > mostTags {
		return nil, fmt.Errorf("lists %d tags; up to %d are read", len(b)/16, mostTags)
	}
	tags := make([]tag, 0, len(b)/16)
	for ; len(b) > 0; b = b[16:] {
		t, _ := parse(b)
		t.pos = int64(int32(binary.BigEndian.Uint32(b[12:])))
		if t.kind == -1 {
			break // the end of the list
		}
		if t.pos < 0 || t.size < 0 || t.size > c.size || t.pos > c.size-16-t.size {
			return nil, fmt.Errorf("lists a tag of kind %d with %d bytes at byte %d; the file has %d", t.kind, t.size, t.pos, c.size)
		}
		t.pos += 16
		tags = append(tags, t)
	}
	if len(tags) == 0 || tags[0].kind != tagFileID {
		return nil, errors.New("does not list the first tag of the file")
	}
	return tags, nil
}

// walked follows the tags from the first to the last.
func (c *content) walked() ([]tag, error) {
	var tags []tag
	back := map[int64]bool{} // where the way led back to; a second time is a circle
	for at := int64(0); ; {
		t, next, err := c.header(at)
		if err != nil {
			if at < c.size || len(tags) == 0 {
				c.p.Add("warning", "tags", "the file is cut off at byte %d", c.size)
			}
			return tags, nil
		}
		if t.size < 0 {
			c.p.Add("warning", "tags", "tag %d at byte %d has %d bytes; what follows is not read", t.kind, at, t.size)
			return tags, nil
		}
		if t.size > c.size-t.pos {
			if t.kind == tagDataBuffer { // what is there of it is read
				c.p.Add("warning", "tags", "the file is cut off at byte %d, in a buffer of samples", c.size)
				t.size = c.size - t.pos
				return append(tags, t), nil
			}
			c.p.Add("warning", "tags", "tag %d at byte %d has %d bytes, which go past the end of the file; it is left out", t.kind, at, t.size)
			return tags, nil
		}
		if tags = append(tags, t); len(tags) > mostTags {
			return nil, fmt.Errorf("has more than %d tags", mostTags)
		}
		switch {
		case next < 0:
			return tags, nil
		case next <= at:
			if back[next] {
				return nil, fmt.Errorf("its tags lead in a circle: the one at byte %d leads back to byte %d again", at, next)
			}
			back[next] = true
		}
		at = next
	}
}

// header reads the head of the tag at a byte, and where the next one is; -1 for the end.
func (c *content) header(at int64) (tag, int64, error) {
	if at < c.start || at+16 > c.start+int64(len(c.window)) {
		if c.window == nil {
			c.window = make([]byte, 4096)
		}
		c.window, c.start = c.window[:min(int64(cap(c.window)), max(16, c.size-at))], at
		if err := files.ReadAt(c.r, c.window, at); err != nil {
			c.window = c.window[:0]
			return tag{}, 0, err
		}
	}
	t, next := parse(c.window[at-c.start:])
	t.pos = at + 16
	switch {
	case next == 0:
		next = t.pos + t.size
	case next < 0:
		next = -1
	}
	return t, next, nil
}

func parse(b []byte) (t tag, next int64) {
	at := func(i int) int32 { return int32(binary.BigEndian.Uint32(b[i:])) }
	return tag{kind: at(0), form: at(4), size: int64(at(8))}, int64(at(12))
}

// bytes reads the content of a tag. All that is read of a file is a few times its size at
// most: more means that tags lie on each other, so that a small file would fill memory.
func (c *content) bytes(t tag) ([]byte, error) {
	if t.size < 0 || t.size > c.size-t.pos {
		return nil, fmt.Errorf("tag %d has %d bytes; %d are left in the file", t.kind, t.size, max(0, c.size-t.pos))
	}
	if c.taken += t.size; c.taken > 4*c.size+1<<20 {
		return nil, errors.New("its tags lie on each other")
	}
	b := make([]byte, t.size)
	return b, files.ReadAt(c.r, b, t.pos)
}

// floats reads the numbers of a tag.
func (c *content) floats(t tag) ([]float64, error) {
	w := widths[t.form]
	if w == 0 {
		return nil, fmt.Errorf("tag %d has type %d; numbers are needed", t.kind, t.form)
	}
	b, err := c.bytes(t)
	if err != nil {
		return nil, err
	}
	x := make([]float64, len(b)/w)
	values(x, b, t.form, w, 1)
	return x, nil
}

// values turns the bytes of numbers, so many bytes apart, into numbers times a factor.
func values(dst []float64, b []byte, form int32, apart int, factor float64) {
	big := binary.BigEndian
	switch form {
	case typeByte:
		for i := range dst {
			dst[i] = float64(float64(b[i*apart]) * factor)
		}
	case typeShort, typePack16:
		for i := range dst {
			dst[i] = float64(float64(int16(big.Uint16(b[i*apart:]))) * factor)
		}
	case typeUshort:
		for i := range dst {
			dst[i] = float64(float64(big.Uint16(b[i*apart:])) * factor)
		}
	case typeInt, typeJulian:
		for i := range dst {
			dst[i] = float64(float64(int32(big.Uint32(b[i*apart:]))) * factor)
		}
	case typeUint:
		for i := range dst {
			dst[i] = float64(float64(big.Uint32(b[i*apart:])) * factor)
		}
	case typeFloat:
		for i := range dst {
			dst[i] = float64(float64(math.Float32frombits(big.Uint32(b[i*apart:]))) * factor)
		}
	case typeDouble:
		for i := range dst {
			dst[i] = float64(math.Float64frombits(big.Uint64(b[i*apart:])) * factor)
		}
	}
}

// float reads a tag that is one number.
func (c *content) float(t tag) (float64, error) {
	if t.size > 8 {
		return 0, fmt.Errorf("tag %d has %d bytes; one number is needed", t.kind, t.size)
	}
	x, err := c.floats(t)
	if err != nil {
		return 0, err
	}
	if len(x) != 1 {
		return 0, fmt.Errorf("tag %d has %d numbers; one is needed", t.kind, len(x))
	}
	return x[0], nil
}

// int reads a tag that is one whole number.
func (c *content) int(t tag) (int, error) {
	x, err := c.float(t)
	if err == nil && (x != math.Trunc(x) || math.Abs(x) > 1<<53) {
		err = fmt.Errorf("tag %d is %g; a whole number is needed", t.kind, x)
	}
	return int(x), err
}

// text reads a tag that is a text, in Latin-1 with other characters as HTML has them.
func (c *content) text(t tag) (string, error) {
	if t.form != typeString && t.form != typeByte {
		return "", fmt.Errorf("tag %d has type %d; a text is needed", t.kind, t.form)
	}
	b, err := c.bytes(t)
	s := latin(b)
	if strings.Contains(s, "&#") {
		s = html.UnescapeString(s)
	}
	return s, err
}

// latin returns a text that is UTF-8 or Latin-1.
func latin(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

// names reads a list of names between colons.
func (c *content) names(t tag) ([]string, error) {
	s, err := c.text(t)
	if err != nil || s == "" {
		return nil, err
	}
	list := strings.Split(s, ":")
	for i := range list {
		list[i] = strings.ReplaceAll(list[i], "{COLON}", ":")
	}
	return list, nil
}

// form returns the type and the sizes of a matrix, the slowest first.
func (c *content) shape(t tag) (form int32, dims []int, err error) {
	form = t.form & 0xffff
	switch {
	case t.form&typeMatrix == 0 || t.form&^(typeMatrix|sparse|0xffff) != 0:
		return 0, nil, fmt.Errorf("tag %d has type %d; a matrix is needed", t.kind, t.form)
	case t.form&sparse != 0:
		return 0, nil, fmt.Errorf("tag %d is a sparse matrix, which is not read; full ones are", t.kind)
	case form == typeComplexFloat || form == typeComplexDouble:
		return 0, nil, fmt.Errorf("tag %d is a matrix of complex numbers, which is not read; real ones are", t.kind)
	case widths[form] == 0:
		return 0, nil, fmt.Errorf("tag %d is a matrix of type %d, which is not read", t.kind, form)
	}
	last := func(k int64) (int, error) {
		if t.size < 4*(k+1) {
			return 0, fmt.Errorf("tag %d is a matrix of %d bytes without its sizes", t.kind, t.size)
		}
		return c.int(tag{t.kind, typeInt, 4, t.pos + t.size - 4*(k+1)})
	}
	n, err := last(0)
	if err != nil {
		return 0, nil, err
	}
	if n < 1 || n > 3 {
		return 0, nil, fmt.Errorf("tag %d is a matrix of %d dimensions; 1 to 3 are read", t.kind, n)
	}
	all := t.size/int64(widths[form]) + 1
	most := all
	for k := n; k > 0; k-- {
		d, err := last(int64(k))
		if err != nil {
			return 0, nil, err
		}
		if d < 0 || int64(d) > all {
			return 0, nil, fmt.Errorf("tag %d is a matrix whose side is %d in %d bytes", t.kind, d, t.size)
		}
		if d > 0 {
			most /= int64(d)
		}
		dims = append(dims, d)
	}
	// The sizes are stored from the fastest to the slowest; last counts from the end.
	for i, j := 0, len(dims)-1; i < j; i, j = i+1, j-1 {
		dims[i], dims[j] = dims[j], dims[i]
	}
	if most < 1 {
		return 0, nil, fmt.Errorf("tag %d is a matrix of %v numbers in %d bytes", t.kind, dims, t.size)
	}
	return form, dims, nil
}

// matrix reads a matrix of two dimensions.
func (c *content) matrix(t tag) ([][]float64, error) {
	form, dims, err := c.shape(t)
	if err != nil {
		return nil, err
	}
	if len(dims) != 2 {
		return nil, fmt.Errorf("tag %d is a matrix of %d dimensions; 2 are needed", t.kind, len(dims))
	}
	w := widths[form]
	size := int64(dims[0]) * int64(dims[1]) * int64(w)
	if size > t.size {
		return nil, fmt.Errorf("tag %d is a matrix of %d x %d numbers in %d bytes", t.kind, dims[0], dims[1], t.size)
	}
	b, err := c.bytes(tag{t.kind, form, size, t.pos})
	if err != nil {
		return nil, err
	}
	m := make([][]float64, dims[0])
	for i := range m {
		m[i] = make([]float64, dims[1])
		values(m[i], b[i*dims[1]*w:], form, w, 1)
	}
	return m, nil
}
