package nifti

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

// Check reads a file whole and tells what is wrong with it, the worst first:
// what [Read] refuses; what it reads by a guess, such as a TR without a unit or
// a sform and qform that disagree; and what is odd, such as a bitpix that is
// not that of the datatype. Read keeps those of the header in
// [Image.Problems].
//
// It is an error when the file cannot be opened.
//
// Held against the header checks of nibabel 5.4.2 (levels 40 and above are
// errors here, 20 to 35 warnings, 10 notes), which knows those of sizeof_hdr,
// datatype, bitpix, pixdim, magic, vox_offset and the codes of both forms. A
// bitpix or voxel size that is wrong is no obstacle to either.
func Check(path string) (neuro.Problems, error) {
	path = headerPath(path)
	f, err := os.Open(path)
	if err == nil {
		defer f.Close()
		var info os.FileInfo
		if info, err = f.Stat(); err == nil && info.IsDir() {
			err = errors.New("is a folder; a file is needed")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("nifti: Check: %s: %w", path, files.Plain(err))
	}
	task := display.Start("nifti.Check "+filepath.Base(path), "bytes", 0)
	defer task.End()
	p, err := check(task.Reader(f), path)
	if err != nil {
		return nil, fmt.Errorf("nifti: Check: %s: %w", path, err)
	}
	return p.Sorted(), nil
}

// check returns the problems of a file; the error is an interruption.
func check(r io.Reader, path string) (p neuro.Problems, err error) {
	fail := func(err error) (neuro.Problems, error) {
		if errors.Is(err, display.ErrInterrupted) {
			return nil, err
		}
		p.Add("error", "", "%v", err)
		return p, nil
	}
	in, err := open(r)
	if err != nil {
		return fail(err)
	}
	lower := strings.ToLower(path)
	if in.gzip != strings.HasSuffix(lower, ".gz") {
		state := "is not compressed"
		if in.gzip {
			state = "is compressed"
		}
		p.Add("warning", "", "%s, which its name does not say; other programs may refuse it", state)
	}
	b, err := readHeaderBytes(in)
	if err != nil {
		return fail(err)
	}
	h, err := decodeHeader(b)
	if err != nil {
		return fail(err)
	}
	p = append(p, h.problems()...)
	if err := h.usable(); err != nil {
		return p, nil // told
	}
	if err := in.readExtensions(h); err != nil {
		return fail(err)
	}
	if h.extensionProblem != "" {
		p.Add("warning", "extension", "%s", h.extensionProblem)
	}
	if h.pair {
		img, err := pairOf(path)
		if err != nil {
			return fail(err)
		}
		defer img.Close()
		if in, err = open(img); err != nil {
			return fail(err)
		}
	}
	nan, inf, err := in.count(h)
	if err != nil {
		return fail(err)
	}
	if nan > 0 {
		p.Add("note", "", "%d of %d voxels are NaN", nan, h.bytes()/int64(datatypes[h.datatype].bytes))
	}
	if inf > 0 {
		p.Add("warning", "", "%d of %d voxels are infinite", inf, h.bytes()/int64(datatypes[h.datatype].bytes))
	}
	if n, err := io.Copy(io.Discard, in.Reader); err != nil {
		if in.gzip && strings.Contains(err.Error(), "invalid header") { // gzip's, of what follows a whole stream
			p.Add("note", "", "bytes that are no gzip follow the compressed stream")
			return p, nil
		}
		return fail(in.broken(err))
	} else if n > 0 {
		p.Add("warning", "", "%d bytes follow the voxels that the header promises; dim or datatype may be wrong", n)
	}
	return p, nil
}

// count reads all voxels and counts those that are not finite.
func (s *source) count(h *header) (nan, inf int64, err error) {
	if err := s.skipTo(h); err != nil {
		return 0, 0, err
	}
	left, what := h.bytes(), h.promise()
	for b := make([]byte, min(left, 1<<16)); left > 0; left -= int64(len(b)) {
		b = b[:min(left, int64(len(b)))]
		if err := s.fill(b, what); err != nil {
			return 0, 0, err
		}
		switch h.datatype {
		case 16:
			for i := 0; i < len(b); i += 4 {
				if bits := h.order.Uint32(b[i:]) &^ (1 << 31); bits > 0x7f800000 {
					nan++
				} else if bits == 0x7f800000 {
					inf++
				}
			}
		case 64:
			for i := 0; i < len(b); i += 8 {
				if bits := h.order.Uint64(b[i:]) &^ (1 << 63); bits > 0x7ff0000000000000 {
					nan++
				} else if bits == 0x7ff0000000000000 {
					inf++
				}
			}
		}
	}
	return nan, inf, nil
}

// problems returns what is wrong with a header by itself. It leaves it as it
// is.
func (h *header) problems() neuro.Problems {
	var p neuro.Problems
	use := *h
	use.shape = nil
	if err := use.usable(); err != nil {
		p.Add("error", "", "%v", err)
		return p
	}
	if h.odd {
		p.Add("warning", "sizeof_hdr", "is not %d; the magic %q tells the version", h.size(), h.magic[:3])
	}
	if h.version == 2 && h.eol == "\x00\x00\x00\x00" {
		p.Add("warning", "magic", "ends in zeros, where %q would tell whether a transfer as text has changed the file", eol)
	}
	if t := datatypes[h.datatype]; h.bitpix != 8*t.bytes {
		p.Add("note", "bitpix", "is %d; voxels of type %s have %d bits, which are read", h.bitpix, t.name, 8*t.bytes)
	}
	if use.offset%16 != 0 {
		p.Add("warning", "vox_offset", "is %d; SPM needs a multiple of 16", use.offset)
	}
	if math.IsNaN(h.slope) || math.IsInf(h.slope, 0) {
		p.Add("note", "scl_slope", "is %g, which is taken as no scaling", h.slope)
	}
	use.spaceProblems(&p)
	use.timeProblems(&p)
	return p
}

// spaceProblems tells where voxels lie by a guess.
func (h *header) spaceProblems(p *neuro.Problems) {
	a, _, err := h.affine()
	if err != nil {
		p.Add("error", "", "%v", err)
		return
	}
	for i := 1; i <= min(3, len(h.shape)); i++ {
		if d := h.pixdim[i]; !(d > 0) || math.IsInf(d, 0) {
			p.Add("warning", fmt.Sprintf("pixdim[%d]", i), "is %g; the size of a voxel is above 0", d)
		}
	}
	if q := h.pixdim[0]; q != 1 && q != -1 && h.qcode != 0 {
		p.Add("warning", "pixdim[0]", "is %g; it must be 1 or -1 beside a qform, and is taken as 1", q)
	}
	for _, c := range []struct {
		field string
		code  int
	}{{"qform_code", h.qcode}, {"sform_code", h.scode}} {
		if c.code < 0 || c.code >= len(spaces) {
			p.Add("warning", c.field, "is %d; known are 0 to %d", c.code, len(spaces)-1)
		}
	}
	if h.qcode == 0 && h.scode == 0 {
		p.Add("warning", "sform_code", "is 0, and qform_code too: where voxels lie is not known; x is taken to run to the left, and the centre to be 0")
	}
	if h.scode != 0 && h.qcode != 0 {
		q, err := h.qform()
		if err != nil {
			p.Add("warning", "qform_code", "is %d, and the %v; the sform is used", h.qcode, err)
		} else if d := h.apart(&q); d > 0 {
			p.Add("warning", "qform_code", "the qform and the sform place a corner of the image %.3g mm apart; the sform is used", d)
		}
	}
	if h.scode != 0 {
		size, _, _, _ := quaternion(a)
		scale := h.mm()
		for i := range min(3, len(h.shape)) {
			if d := float64(h.pixdim[i+1] * scale); d > 0 && math.Abs(size[i]-d) > float64(0.01*d) {
				p.Add("warning", fmt.Sprintf("pixdim[%d]", i+1), "gives voxels of %.4g mm and the sform of %.4g mm; the sform is used", d, size[i])
			}
		}
	}
	if _, ok := inverse(a); !ok {
		p.Add("warning", "", "the affine has no inverse: voxels lie in a plane or a line")
	}
	switch u := h.units & 0x07; u {
	case 0:
		p.Add("note", "xyzt_units", "names no unit of length; mm are taken")
	case 1, 2, 3:
	default:
		p.Add("warning", "xyzt_units", "has the unit of length %d, which is not in the standard; mm are taken", u)
	}
}

// mm is what a length in the header's unit has in mm.
func (h *header) mm() float64 {
	switch h.units & 0x07 {
	case 1:
		return 1e3
	case 3:
		return 1e-3
	}
	return 1
}

// apart returns by how many mm the sform and a qform differ at the corner where
// they differ most, 0 within a hundredth of a voxel.
func (h *header) apart(q *[4][4]float64) float64 {
	var s [4][4]float64
	copy(s[:], h.srow[:])
	s[3][3] = 1
	size, _, _, _ := quaternion(s)
	least, most := math.Inf(1), 0.0
	for _, v := range size {
		least = math.Min(least, v)
	}
	var n [3]int
	for i := range n {
		if i < len(h.shape) {
			n[i] = h.shape[i] - 1
		}
	}
	for corner := range 8 {
		x, y, z := float64(corner&1*n[0]), float64(corner>>1&1*n[1]), float64(corner>>2&1*n[2])
		a, b := apply(&s, x, y, z), apply(q, x, y, z)
		d := 0.0
		for i := range a {
			d += float64((a[i] - b[i]) * (a[i] - b[i]))
		}
		most = math.Max(most, math.Sqrt(d))
	}
	if most <= 0.01*least {
		return 0
	}
	return most * h.mm()
}

// timeProblems tells where the time between volumes is a guess.
func (h *header) timeProblems(p *neuro.Problems) {
	tr, err := h.tr()
	if err != nil {
		p.Add("error", "", "%v", err)
		return
	}
	if len(h.shape) < 4 || h.shape[3] < 2 {
		return
	}
	unit := h.units & 0x38
	switch {
	case unit == 32 || unit == 40 || unit == 48:
		p.Add("note", "xyzt_units", "says that the fourth dimension is not time; TR is 0")
	case tr == 0:
		p.Add("warning", "pixdim[4]", "is 0: the time between volumes is not known")
	case unit == 0 && tr > 100:
		p.Add("warning", "xyzt_units", "names no unit of time; pixdim[4] is %g, which is taken as s and is probably in ms", h.pixdim[4])
	case unit == 0:
		p.Add("warning", "xyzt_units", "names no unit of time; pixdim[4] is %g, which is taken as s", h.pixdim[4])
	case unit != 8 && unit != 16 && unit != 24:
		p.Add("warning", "xyzt_units", "has the unit of time %d, which is not in the standard; s are taken", unit)
	case tr > 100:
		p.Add("warning", "pixdim[4]", "gives %g s between volumes; the unit is probably ms", tr)
	case tr < 0.02:
		p.Add("warning", "pixdim[4]", "gives %g s between volumes; the unit is probably s", tr)
	}
}
