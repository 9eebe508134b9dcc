package nifti

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

// Write saves im at path, which ends in .nii, .nii.gz, or .hdr or .img for a
// pair of these two files: NIfTI-1, or NIfTI-2
// when it was read from such a file or a dimension exceeds 32767. Voxels keep the type in which they are
// stored (see [Image.Type]; [Image.As] changes it). A file appears whole or not
// at all. Compression takes all processors, and its bytes are the same for any
// number of them.
//
// The affine is written as sform, and as qform when it has no shear. Of an
// image that was read both forms with their codes stay as they were as long as
// Affine and Space do, and so do the unit and phase of time with TR, and other
// fields of the header; extensions are written byte for byte. Numbers are
// little endian.
//
// It is an error when path has another ending or cannot be written, or when
// im is nil, was not made by Read, Decode or New, or has an affine or TR that
// is not finite.
//
// Checked against nibabel 5.4.2, which reads back the same values, forms and
// extensions.
func Write(path string, im *Image) error {
	if err := writeFile(path, im); err != nil {
		return fmt.Errorf("nifti: Write: %s: %w", path, err)
	}
	return nil
}

func writeFile(path string, im *Image) error {
	lower := strings.ToLower(path)
	zip := strings.HasSuffix(lower, ".nii.gz")
	pair := strings.HasSuffix(lower, ".hdr") || strings.HasSuffix(lower, ".img")
	if !zip && !pair && !strings.HasSuffix(lower, ".nii") {
		return fmt.Errorf("ends in %q; it must end in .nii or .nii.gz, or .hdr or .img for a pair", filepath.Ext(path))
	}
	head, err := im.header(pair)
	if err != nil {
		return err
	}
	task := display.Start("nifti.Write "+filepath.Base(path), "volumes", im.Volumes())
	defer task.End()
	if pair {
		base := path[:len(path)-len(".hdr")]
		if err := files.Whole(base+".img", func(w io.Writer) error { return im.encode(w, nil, task) }); err != nil {
			return err
		}
		return files.Whole(base+".hdr", func(w io.Writer) error {
			_, err := w.Write(head)
			return err
		})
	}
	return files.Whole(path, func(w io.Writer) error {
		if !zip {
			return im.encode(w, head, task)
		}
		z := files.NewGzip(w)
		if err := im.encode(z, head, task); err != nil {
			return err
		}
		return z.Close()
	})
}

// encode writes the header and the voxels.
func (im *Image) encode(w io.Writer, head []byte, task *display.Counter) error {
	if _, err := w.Write(head); err != nil {
		return err
	}
	return im.eachRaw(func(_ int, raw []byte) error {
		for part := range slices.Chunk(raw, 1<<20) {
			if err := task.Err(); err != nil {
				return err
			}
			if _, err := w.Write(part); err != nil {
				return err
			}
		}
		task.Add(1)
		return nil
	})
}

// asRead is the header of a file and what was made of it.
type asRead struct {
	header header
	affine [4][4]float64
	space  string
	tr     float64
}

// header returns the header of im with its extensions, up to the voxels.
func (im *Image) header(pair bool) ([]byte, error) {
	if im == nil {
		return nil, fmt.Errorf("the image is nil")
	}
	t, ok := datatypes[im.code]
	n := t.bytes
	for _, d := range im.Shape {
		n *= d
	}
	have := len(im.raw)
	if im.disk != nil {
		have = im.disk.bytes
	}
	if !ok || len(im.Shape) < 1 || len(im.Shape) > 7 || n != have {
		return nil, fmt.Errorf("shape %v does not fit the %d bytes of voxels of type %q; images come from Read, Decode or New", im.Shape, have, t.name)
	}
	if err := checkAffine(im.Affine); err != nil {
		return nil, err
	}
	if math.IsNaN(im.TR) || math.IsInf(im.TR, 0) || im.TR < 0 {
		return nil, fmt.Errorf("TR is %g s; it must be finite and 0 (unknown) or more", im.TR)
	}
	var h header
	var before []int // its shape
	if im.from != nil {
		h = im.from.header
		before = h.shape
	}
	h.shape, h.datatype, h.slope, h.inter, h.descrip, h.intent = im.Shape, im.code, im.slope, im.inter, im.Description, im.Intent
	if im.from == nil || im.Affine != im.from.affine || im.Space != im.from.space {
		h.placed(im)
	}
	if im.from == nil || im.TR != im.from.tr || len(before) < 4 {
		h.units = h.units&0x07 | 8
		h.pixdim[4], h.toffset = im.TR, 0
		h.slices, h.sliceCode, h.duration = [2]int64{}, 0, 0
	}
	if len(before) < 3 || len(im.Shape) < 3 || !slices.Equal(before[:3], im.Shape[:3]) {
		h.slices, h.sliceCode, h.duration = [2]int64{}, 0, 0
	}
	for i := 1; i < 8 && len(before) != len(im.Shape); i++ {
		switch {
		case i > len(im.Shape) && i > 3:
			h.pixdim[i] = 0
		case i > 4 && i > len(before):
			h.pixdim[i] = 1
		}
	}
	large := im.version == 2
	for _, d := range im.Shape {
		large = large || d > math.MaxInt16
	}
	after, err := extensionBytes(im.Extensions)
	if err != nil {
		return nil, err
	}
	var b []byte
	if large {
		b = h.bytes2(8*t.bytes, len(after), pair)
	} else {
		b = h.bytes1(8*t.bytes, len(after), pair)
	}
	return append(b, after...), nil
}

// placed sets the sform, and the qform where it can say the same, to the affine
// of im.
func (h *header) placed(im *Image) {
	size, qfac, q, exact := quaternion(im.Affine)
	h.pixdim[0] = qfac
	copy(h.pixdim[1:4], size[:])
	h.units = h.units&0x38 | 2
	h.scode = 2 // "aligned": the affine means something, and the file says no more
	for i, s := range spaces {
		if s != "" && s == im.Space {
			h.scode = i
		}
	}
	h.qcode, h.quatern = h.scode, q
	if !exact {
		h.qcode, h.quatern = 0, [3]float64{}
	}
	for i := range 3 {
		h.srow[i] = im.Affine[i]
		h.qoffset[i] = im.Affine[i][3]
	}
}

var le = binary.LittleEndian

// bytes1 returns the header as NIfTI-1, before so many bytes of extensions.
func (h *header) bytes1(bitpix, extensions int, pair bool) []byte {
	b := make([]byte, size1)
	p16 := func(at, v int) { le.PutUint16(b[at:], uint16(v)) }
	pf := func(at int, v float64) { le.PutUint32(b[at:], math.Float32bits(float32(v))) }
	le.PutUint32(b, size1)
	b[38], b[39] = 'r', h.info
	p16(40, len(h.shape))
	for i := range 7 {
		d := 1
		if i < len(h.shape) {
			d = h.shape[i]
		}
		p16(42+2*i, d)
	}
	p16(68, h.intent.Code)
	p16(70, h.datatype)
	p16(72, bitpix)
	p16(74, int(h.slices[0]))
	for i, v := range h.pixdim {
		pf(76+4*i, v)
	}
	pf(112, h.slope)
	pf(116, h.inter)
	p16(120, int(h.slices[1]))
	b[122], b[123] = byte(h.sliceCode), byte(h.units)
	pf(124, h.display[0])
	pf(128, h.display[1])
	pf(132, h.duration)
	pf(136, h.toffset)
	copy(b[148:227], h.descrip)
	copy(b[228:252], h.aux)
	p16(252, h.qcode)
	p16(254, h.scode)
	for i := range 3 {
		pf(56+4*i, h.intent.P[i])
		pf(256+4*i, h.quatern[i])
		pf(268+4*i, h.qoffset[i])
		for j := range 4 {
			pf(280+16*i+4*j, h.srow[i][j])
		}
	}
	copy(b[328:344], h.intent.Name)
	if pair {
		copy(b[344:], "ni1\x00")
	} else {
		copy(b[344:], "n+1\x00")
		pf(108, float64(size1+extensions))
	}
	return b
}

// bytes2 is bytes1 as NIfTI-2.
func (h *header) bytes2(bitpix, extensions int, pair bool) []byte {
	b := make([]byte, size2)
	p32 := func(at, v int) { le.PutUint32(b[at:], uint32(v)) }
	p64 := func(at, v int) { le.PutUint64(b[at:], uint64(v)) }
	pf := func(at int, v float64) { le.PutUint64(b[at:], math.Float64bits(v)) }
	le.PutUint32(b, size2)
	le.PutUint16(b[12:], uint16(h.datatype))
	le.PutUint16(b[14:], uint16(bitpix))
	p64(16, len(h.shape))
	for i := range 7 {
		d := 1
		if i < len(h.shape) {
			d = h.shape[i]
		}
		p64(24+8*i, d)
	}
	for i, v := range h.pixdim {
		pf(104+8*i, v)
	}
	pf(176, h.slope)
	pf(184, h.inter)
	pf(192, h.display[0])
	pf(200, h.display[1])
	pf(208, h.duration)
	pf(216, h.toffset)
	p64(224, int(h.slices[0]))
	p64(232, int(h.slices[1]))
	copy(b[240:319], h.descrip)
	copy(b[320:344], h.aux)
	p32(344, h.qcode)
	p32(348, h.scode)
	for i := range 3 {
		pf(80+8*i, h.intent.P[i])
		pf(352+8*i, h.quatern[i])
		pf(376+8*i, h.qoffset[i])
		for j := range 4 {
			pf(400+32*i+8*j, h.srow[i][j])
		}
	}
	p32(496, h.sliceCode)
	p32(500, h.units)
	p32(504, h.intent.Code)
	copy(b[508:524], h.intent.Name)
	b[524] = h.info
	if pair {
		copy(b[4:], "ni2\x00"+eol)
	} else {
		copy(b[4:], "n+2\x00"+eol)
		p64(168, size2+extensions)
	}
	return b
}

// As returns a copy of im with its values stored as another type: "uint8",
// "int16", "float32" and so on. Integers are rounded to nearest; it is an error
// when a value does not fit, NaN in an integer type included, or when the type
// is not known.
func (im *Image) As(kind string) (*Image, error) {
	code := 0
	for c, t := range datatypes {
		if t.name == kind {
			code = c
		}
	}
	if code == 0 {
		return nil, fmt.Errorf("nifti: As: type %q; allowed are uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32 and float64", kind)
	}
	if im == nil || im.code == 0 {
		return nil, fmt.Errorf("nifti: As: %w", errNoVoxels)
	}
	out := *im
	out.Shape = append([]int(nil), im.Shape...)
	out.code, out.slope, out.inter, out.disk = code, 1, 0, nil
	width, grid := datatypes[code].bytes, im.gridSize()
	if int64(grid) > maxBytes/int64(width*im.Volumes()) {
		return nil, fmt.Errorf("nifti: As: shape %v of %s takes more than 16 GiB, which is the limit in memory", im.Shape, kind)
	}
	out.raw = make([]byte, grid*im.Volumes()*width)
	lo, hi := limits(code)
	err := im.eachVolume(func(t int, values []float64) error {
		raw := out.raw[t*grid*width:]
		for i, v := range values {
			if lo != hi {
				if v = math.RoundToEven(v); !(v >= lo && v < hi) {
					return walkError{fmt.Errorf("value %g does not fit %s, which holds %g to %g", values[i], kind, lo, hi-1)}
				}
			}
			var bits uint64
			switch {
			case code == 16:
				bits = uint64(math.Float32bits(float32(v)))
			case code == 64:
				bits = math.Float64bits(v)
			case lo < 0:
				bits = uint64(int64(v))
			default:
				bits = uint64(v)
			}
			for k := range width {
				raw[i*width+k] = byte(bits >> (8 * k))
			}
		}
		return nil
	})
	if err != nil {
		return nil, named("As", err)
	}
	return &out, nil
}

// limits returns the range [lo, hi) of an integer type; equal for others.
func limits(code int) (lo, hi float64) {
	width := 8 * datatypes[code].bytes
	switch code {
	case 16, 64:
		return 0, 0
	case 2, 512, 768, 1280:
		return 0, math.Ldexp(1, width)
	}
	return -math.Ldexp(1, width-1), math.Ldexp(1, width-1)
}
