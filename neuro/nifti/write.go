package nifti

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

// Write saves im at path, which ends in .nii or .nii.gz: NIfTI-1, or NIfTI-2
// when it was read from such a file or a dimension exceeds 32767. Voxels keep the type in which they are
// stored (see [Image.Type]; [Image.As] changes it), and the affine is written
// as sform, and as qform when it has no shear. The file appears whole or not
// at all.
//
// It is an error when path has another ending or cannot be written, or when
// im is nil, was not made by Read, Decode or New, or has an affine or TR that
// is not finite.
//
// Checked against nibabel 5.4.2, which reads back the same values.
func Write(path string, im *Image) error {
	if err := writeFile(path, im); err != nil {
		return fmt.Errorf("nifti: Write: %s: %w", path, err)
	}
	return nil
}

func writeFile(path string, im *Image) error {
	lower := strings.ToLower(path)
	zip := strings.HasSuffix(lower, ".nii.gz")
	if !zip && !strings.HasSuffix(lower, ".nii") {
		return fmt.Errorf("ends in %q; it must end in .nii or .nii.gz", filepath.Ext(path))
	}
	head, err := im.header()
	if err != nil {
		return err
	}
	task := display.Start("nifti.Write "+filepath.Base(path), "volumes", im.Volumes())
	defer task.End()
	return files.Whole(path, func(w io.Writer) error {
		if !zip {
			return im.encode(w, head, task)
		}
		z := gzip.NewWriter(w)
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

// header returns the header of im and the four bytes that say "no extension".
func (im *Image) header() ([]byte, error) {
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
	size, qfac, q, exact := quaternion(im.Affine)
	pixdim := [8]float64{qfac, size[0], size[1], size[2], im.TR, 1, 1, 1}
	for i := len(im.Shape) + 1; i < 8; i++ {
		if i > 3 {
			pixdim[i] = 0
		}
	}
	space := 2 // "aligned": the affine means something, and the file says no more
	for i, s := range spaces {
		if s != "" && s == im.Space {
			space = i
		}
	}
	qcode := space
	if !exact {
		qcode, q = 0, [3]float64{}
	}
	h := header{shape: im.Shape, datatype: im.code, pixdim: pixdim, slope: im.slope, inter: im.inter,
		units: 2 | 8, scode: space, qcode: qcode, quatern: q, descrip: im.Description}
	for i := range 3 {
		h.srow[i] = im.Affine[i]
		h.qoffset[i] = im.Affine[i][3]
	}
	large := im.version == 2
	for _, d := range im.Shape {
		large = large || d > math.MaxInt16
	}
	if large {
		return h.bytes2(8 * t.bytes), nil
	}
	return h.bytes1(8 * t.bytes), nil
}

var le = binary.LittleEndian

func (h *header) bytes1(bitpix int) []byte {
	b := make([]byte, size1+4)
	p16 := func(at, v int) { le.PutUint16(b[at:], uint16(v)) }
	pf := func(at int, v float64) { le.PutUint32(b[at:], math.Float32bits(float32(v))) }
	le.PutUint32(b, size1)
	b[38] = 'r'
	p16(40, len(h.shape))
	for i := range 7 {
		d := 1
		if i < len(h.shape) {
			d = h.shape[i]
		}
		p16(42+2*i, d)
	}
	p16(70, h.datatype)
	p16(72, bitpix)
	for i, v := range h.pixdim {
		pf(76+4*i, v)
	}
	pf(108, size1+4)
	pf(112, h.slope)
	pf(116, h.inter)
	b[123] = byte(h.units)
	copy(b[148:227], h.descrip)
	p16(252, h.qcode)
	p16(254, h.scode)
	for i := range 3 {
		pf(256+4*i, h.quatern[i])
		pf(268+4*i, h.qoffset[i])
		for j := range 4 {
			pf(280+16*i+4*j, h.srow[i][j])
		}
	}
	copy(b[344:], "n+1\x00")
	return b
}

func (h *header) bytes2(bitpix int) []byte {
	b := make([]byte, size2+4)
	p64 := func(at, v int) { le.PutUint64(b[at:], uint64(v)) }
	pf := func(at int, v float64) { le.PutUint64(b[at:], math.Float64bits(v)) }
	le.PutUint32(b, size2)
	copy(b[4:], "n+2\x00\r\n\x1a\n")
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
	p64(168, size2+4)
	pf(176, h.slope)
	pf(184, h.inter)
	copy(b[240:319], h.descrip)
	le.PutUint32(b[344:], uint32(h.qcode))
	le.PutUint32(b[348:], uint32(h.scode))
	for i := range 3 {
		pf(352+8*i, h.quatern[i])
		pf(376+8*i, h.qoffset[i])
		for j := range 4 {
			pf(400+32*i+8*j, h.srow[i][j])
		}
	}
	le.PutUint32(b[500:], uint32(h.units))
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
