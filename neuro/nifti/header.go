package nifti

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
)

// Sizes of the two headers; the first field of a file is its own header's
// size, which also tells the byte order.
const (
	size1 = 348
	size2 = 540
)

// eol are the last bytes of the magic of NIfTI-2.
const eol = "\r\n\x1a\n"

// datatypes are the voxel types that are read and written, by their code in
// the header.
var datatypes = map[int]struct {
	name  string
	bytes int
}{
	2:    {"uint8", 1},
	4:    {"int16", 2},
	8:    {"int32", 4},
	16:   {"float32", 4},
	64:   {"float64", 8},
	256:  {"int8", 1},
	512:  {"uint16", 2},
	768:  {"uint32", 4},
	1024: {"int64", 8},
	1280: {"uint64", 8},
}

// refused names the other voxel types of the standard for error messages.
var refused = map[int]string{
	0: "unknown", 1: "1-bit", 32: "complex64", 128: "RGB", 1536: "float128",
	1792: "complex128", 2048: "complex256", 2304: "RGBA",
}

// spaces are what the codes of sform and qform say that mm coordinates mean.
var spaces = [...]string{"", "scanner", "aligned", "Talairach", "MNI", "template"}

// header is what both versions of the header say, in plain numbers. What is
// not used is kept for [Write].
type header struct {
	version  int // 1 or 2
	order    binary.ByteOrder
	magic    string
	eol      string // of version 2: what a transfer as text would change
	odd      bool   // sizeof_hdr is neither of the two sizes
	dim      [8]int64
	shape    []int
	datatype int
	bitpix   int
	vox      float64 // vox_offset as it stands
	offset   int64   // of the first voxel in the file or, in a pair, in the .img
	pair     bool
	pixdim   [8]float64
	slope    float64
	inter    float64
	units    int
	qcode    int
	scode    int
	quatern  [3]float64
	qoffset  [3]float64
	srow     [3][4]float64
	descrip  string
	intent   Intent

	info             byte // dim_info: along which axes phase, frequency and slices are
	slices           [2]int64
	sliceCode        int
	duration         float64 // of a slice
	display          [2]float64
	toffset          float64
	aux              string
	extensions       []Extension
	extensionProblem string
	found            neuro.Problems
}

// headerSize returns the size and the byte order of the header that a file
// starts with, or 0 when it is not NIfTI. The size stands in its first four
// bytes; where it is wrong, the magic text and the number of dimensions tell,
// as in nibabel.
func headerSize(b []byte) (int, binary.ByteOrder) {
	orders := []binary.ByteOrder{binary.LittleEndian, binary.BigEndian}
	for _, order := range orders {
		switch order.Uint32(b) {
		case size1:
			return size1, order
		case size2:
			return size2, order
		}
	}
	for _, order := range orders {
		if len(b) < size1 {
			break
		}
		if m := string(b[344:347]); m == "n+1" || m == "ni1" {
			if n := order.Uint16(b[40:]); n >= 1 && n <= 7 {
				return size1, order
			}
		}
		if m := string(b[4:7]); m == "n+2" || m == "ni2" {
			if n := order.Uint64(b[16:]); n >= 1 && n <= 7 {
				return size2, order
			}
		}
	}
	return 0, nil
}

// decodeHeader reads a header of size1 or size2 bytes as it stands. The offsets
// are those of nifti1.h and nifti2.h.
func decodeHeader(b []byte) (*header, error) {
	size, order := headerSize(b)
	h := &header{order: order}
	i16 := func(at int) int { return int(int16(order.Uint16(b[at:]))) }
	i32 := func(at int) int { return int(int32(order.Uint32(b[at:]))) }
	i64 := func(at int) int64 { return int64(order.Uint64(b[at:])) }
	f32 := func(at int) float64 { return float64(math.Float32frombits(order.Uint32(b[at:]))) }
	f64 := func(at int) float64 { return math.Float64frombits(order.Uint64(b[at:])) }
	switch {
	case size == size1 && len(b) >= size1:
		h.version = 1
		h.odd = order.Uint32(b) != size1
		h.magic = string(b[344:348])
		h.info = b[39]
		for i := range h.dim {
			h.dim[i] = int64(i16(40 + 2*i))
			h.pixdim[i] = f32(76 + 4*i)
		}
		h.intent = Intent{Code: i16(68), Name: text(b[328:344])}
		h.datatype, h.bitpix = i16(70), i16(72)
		h.slices, h.sliceCode, h.duration = [2]int64{int64(i16(74)), int64(i16(120))}, int(b[122]), f32(132)
		h.vox = f32(108)
		h.slope, h.inter = f32(112), f32(116)
		h.units = int(b[123])
		h.display, h.toffset = [2]float64{f32(124), f32(128)}, f32(136)
		h.descrip, h.aux = text(b[148:228]), text(b[228:252])
		h.qcode, h.scode = i16(252), i16(254)
		for i := range 3 {
			h.intent.P[i] = f32(56 + 4*i)
			h.quatern[i], h.qoffset[i] = f32(256+4*i), f32(268+4*i)
			for j := range 4 {
				h.srow[i][j] = f32(280 + 16*i + 4*j)
			}
		}
	case size == size2 && len(b) >= size2:
		h.version = 2
		h.odd = order.Uint32(b) != size2
		h.magic, h.eol = string(b[4:8]), string(b[8:12])
		h.info = b[524]
		for i := range h.dim {
			h.dim[i] = i64(16 + 8*i)
			h.pixdim[i] = f64(104 + 8*i)
		}
		h.intent = Intent{Code: i32(504), Name: text(b[508:524])}
		h.datatype, h.bitpix = i16(12), i16(14)
		h.slices, h.sliceCode, h.duration = [2]int64{i64(224), i64(232)}, i32(496), f64(208)
		h.vox = float64(i64(168))
		h.slope, h.inter = f64(176), f64(184)
		h.units = i32(500)
		h.display, h.toffset = [2]float64{f64(192), f64(200)}, f64(216)
		h.descrip, h.aux = text(b[240:320]), text(b[320:344])
		h.qcode, h.scode = i32(344), i32(348)
		for i := range 3 {
			h.intent.P[i] = f64(80 + 8*i)
			h.quatern[i], h.qoffset[i] = f64(352+8*i), f64(376+8*i)
			for j := range 4 {
				h.srow[i][j] = f64(400 + 32*i + 8*j)
			}
		}
	default:
		return nil, fmt.Errorf("header of %d bytes; NIfTI-1 has %d and NIfTI-2 %d", len(b), size1, size2)
	}
	h.pair = h.magic[:2] == "ni"
	return h, nil
}

// parseHeader reads a header and refuses one with which no voxel can be read.
func parseHeader(b []byte) (*header, error) {
	h, err := decodeHeader(b)
	if err != nil {
		return nil, err
	}
	h.found = h.problems()
	return h, h.usable()
}

// usable returns the first error of a header, and prepares what reading needs.
func (h *header) usable() error {
	if m := h.magic[:3]; m != "n+1" && m != "ni1" && m != "n+2" && m != "ni2" {
		return fmt.Errorf("magic is %q where NIfTI has \"n+1\", \"ni1\", \"n+2\" or \"ni2\" (an Analyze 7.5 header has none: convert it first)", h.magic)
	}
	if h.version == 2 && h.eol != eol && h.eol != "\x00\x00\x00\x00" {
		return fmt.Errorf("magic ends in %q where %q stands: a transfer as text has changed the file", h.eol, eol)
	}
	size := int64(h.size())
	if !(h.vox >= 0 && h.vox < 1<<53) {
		return fmt.Errorf("vox_offset is %g; it must be the byte where the voxels start, %d or more", h.vox, size+4)
	}
	h.offset = int64(h.vox)
	if !h.pair && h.offset != 0 && h.offset < size+4 {
		return fmt.Errorf("vox_offset is %d; the voxels of a single file start at byte %d or later", h.offset, size+4)
	}
	if !h.pair && h.offset == 0 {
		h.offset = size + 4
	}
	if err := h.checkShape(h.dim); err != nil {
		return err
	}
	// As in nibabel: a slope that is 0 or not finite means "no scaling".
	if h.slope == 0 || math.IsNaN(h.slope) || math.IsInf(h.slope, 0) {
		h.slope, h.inter = 1, 0
	}
	if math.IsNaN(h.inter) || math.IsInf(h.inter, 0) {
		return fmt.Errorf("scl_inter is %g beside scl_slope %g; it must be finite", h.inter, h.slope)
	}
	return nil
}

// size returns how many bytes the header takes.
func (h *header) size() int {
	if h.version == 2 {
		return size2
	}
	return size1
}

// text returns the characters before the first zero byte.
func text(b []byte) string {
	for i, c := range b {
		if c == 0 {
			b = b[:i]
			break
		}
	}
	return string(b)
}

// maxBytes bounds the voxels that one image may hold in memory, 16 GiB, and
// maxClaim those that a header may claim, 1 TiB: it is a few bytes that can
// claim anything.
const (
	maxBytes = 1 << 34
	maxClaim = 1 << 40
)

func (h *header) checkShape(dim [8]int64) error {
	if dim[0] < 1 || dim[0] > 7 {
		return fmt.Errorf("dim[0] is %d; an image has 1 to 7 dimensions", dim[0])
	}
	t, ok := datatypes[h.datatype]
	if !ok {
		name := refused[h.datatype]
		if name == "" {
			name = "not in the standard"
		}
		return fmt.Errorf("datatype is %d (%s); allowed are uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32 and float64", h.datatype, name)
	}
	n := int64(t.bytes)
	for i := 1; i <= int(dim[0]); i++ {
		if dim[i] < 1 {
			return fmt.Errorf("dim[%d] is %d; every dimension is 1 or more", i, dim[i])
		}
		if dim[i] > maxClaim/n {
			return fmt.Errorf("dimensions %v of %s take more than 1 TiB, which is the limit of one image", dim[1:dim[0]+1], t.name)
		}
		n *= dim[i]
		h.shape = append(h.shape, int(dim[i]))
	}
	return nil
}

// bytes returns the size of all voxels.
func (h *header) bytes() int64 {
	n := int64(datatypes[h.datatype].bytes)
	for _, d := range h.shape {
		n *= int64(d)
	}
	return n
}

// tr returns the time between volumes in s: pixdim[4] in the unit that the
// header names, s when it names none; 0 for an image without a fourth
// dimension or one whose fourth dimension is not time (Hz, ppm, rad/s).
func (h *header) tr() (float64, error) {
	if len(h.shape) < 4 {
		return 0, nil
	}
	tr := h.pixdim[4]
	if math.IsNaN(tr) || math.IsInf(tr, 0) || tr < 0 {
		return 0, fmt.Errorf("pixdim[4] is %g; the time between volumes is finite and 0 (unknown) or more", tr)
	}
	switch h.units & 0x38 {
	case 16:
		return tr / 1e3, nil
	case 24:
		return tr / 1e6, nil
	case 32, 40, 48:
		return 0, nil
	}
	return tr, nil
}
