package nifti

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Sizes of the two headers; the first field of a file is its own header's
// size, which also tells the byte order.
const (
	size1 = 348
	size2 = 540
)

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

// header is what both versions of the header say, in plain numbers.
type header struct {
	version  int // 1 or 2
	order    binary.ByteOrder
	shape    []int
	datatype int
	offset   int64 // of the first voxel in the file or, in a pair, in the .img
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
	intent   string
}

// headerSize returns the size and the byte order that the first four bytes of
// a file promise, or 0 when it is not NIfTI.
func headerSize(b []byte) (int, binary.ByteOrder) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		switch order.Uint32(b) {
		case size1:
			return size1, order
		case size2:
			return size2, order
		}
	}
	return 0, nil
}

// parseHeader reads a header of exactly size1 or size2 bytes. The offsets are
// those of nifti1.h and nifti2.h.
func parseHeader(b []byte) (*header, error) {
	size, order := headerSize(b)
	h := &header{order: order}
	i16 := func(at int) int { return int(int16(order.Uint16(b[at:]))) }
	i32 := func(at int) int { return int(int32(order.Uint32(b[at:]))) }
	i64 := func(at int) int64 { return int64(order.Uint64(b[at:])) }
	f32 := func(at int) float64 { return float64(math.Float32frombits(order.Uint32(b[at:]))) }
	f64 := func(at int) float64 { return math.Float64frombits(order.Uint64(b[at:])) }

	var magic string
	var dim [8]int64
	var bitpix int
	switch {
	case size == size1 && len(b) >= size1:
		h.version = 1
		magic = string(b[344:348])
		for i := range dim {
			dim[i] = int64(i16(40 + 2*i))
			h.pixdim[i] = f32(76 + 4*i)
		}
		h.datatype, bitpix = i16(70), i16(72)
		v := f32(108)
		if !(v >= 0 && v < 1<<53) {
			return nil, fmt.Errorf("vox_offset is %g; it must be the byte where the voxels start, 352 or more", v)
		}
		h.offset = int64(v)
		h.slope, h.inter = f32(112), f32(116)
		h.units = int(b[123])
		h.descrip, h.intent = text(b[148:228]), text(b[328:344])
		h.qcode, h.scode = i16(252), i16(254)
		for i := range 3 {
			h.quatern[i], h.qoffset[i] = f32(256+4*i), f32(268+4*i)
			for j := range 4 {
				h.srow[i][j] = f32(280 + 16*i + 4*j)
			}
		}
	case size == size2 && len(b) >= size2:
		h.version = 2
		magic = string(b[4:8])
		for i := range dim {
			dim[i] = i64(16 + 8*i)
			h.pixdim[i] = f64(104 + 8*i)
		}
		h.datatype, bitpix = i16(12), i16(14)
		h.offset = i64(168)
		h.slope, h.inter = f64(176), f64(184)
		h.units = i32(500)
		h.descrip, h.intent = text(b[240:320]), text(b[508:524])
		h.qcode, h.scode = i32(344), i32(348)
		for i := range 3 {
			h.quatern[i], h.qoffset[i] = f64(352+8*i), f64(376+8*i)
			for j := range 4 {
				h.srow[i][j] = f64(400 + 32*i + 8*j)
			}
		}
	default:
		return nil, fmt.Errorf("header of %d bytes; NIfTI-1 has %d and NIfTI-2 %d", len(b), size1, size2)
	}

	switch magic[:3] {
	case "n+1", "n+2":
	case "ni1", "ni2":
		h.pair = true
	default:
		return nil, fmt.Errorf("magic is %q where NIfTI has \"n+1\", \"ni1\", \"n+2\" or \"ni2\" (an Analyze 7.5 header has none: convert it first)", magic)
	}
	if h.pair && h.offset < 0 || !h.pair && h.offset != 0 && h.offset < int64(size+4) {
		return nil, fmt.Errorf("vox_offset is %d; the voxels of a single file start at byte %d or later", h.offset, size+4)
	}
	if !h.pair && h.offset == 0 {
		h.offset = int64(size + 4)
	}
	if err := h.checkShape(dim); err != nil {
		return nil, err
	}
	return h, h.checkValues(bitpix)
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

func (h *header) checkValues(bitpix int) error {
	if t := datatypes[h.datatype]; bitpix != 0 && bitpix != 8*t.bytes {
		return fmt.Errorf("bitpix is %d; voxels of type %s have %d bits", bitpix, t.name, 8*t.bytes)
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
