package nifti

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// Read returns the image in the file at path: .nii or .nii.gz, or either file
// of a .hdr and .img pair; NIfTI-1 or NIfTI-2; either byte order. Voxels are
// integers or floating-point numbers of 8 to 64 bits and stay in memory as
// they are stored; [Image.At] scales them.
//
// The affine is the sform, else the qform, else the voxel sizes about the
// image's centre, as nibabel chooses. TR is taken to s by the unit that the
// header names, and mm by its unit of length.
//
// It is an error, naming the file, when it cannot be opened, is not NIfTI,
// ends early or is damaged (also at the end of a gzip stream), holds voxels of
// another type (complex, RGB), or claims more than 1 TiB of voxels.
//
// Of a file with more than 1 GiB of voxels only the header is read, and voxels
// when they are asked for: see [ReadOptions].
//
// Format: https://nifti.nimh.nih.gov; checked against nibabel 5.4.2.
func Read(path string) (*Image, error) { return read("Read", path, NewReadOptions()) }

// ReadOptions say how much of a file is held in memory.
//
// An image whose voxels take more stays on disk, and is analysed all the same:
// [Image.EachSeries] and [Image.EachVolume], and with them all of package fmri,
// hold as much of it as Memory says. A compressed one is unpacked once, when
// voxels are first asked for in tiles, to a file in the folder for temporary files ([os.TempDir],
// which TMPDIR sets), which goes with the image or the program; where there is
// no room for it, it is decompressed again for each tile. The file must not change meanwhile. When
// it does, or is gone, they return an error; methods without one, such as
// [Image.At] and [Image.Volume], panic with its text. Single voxels of a
// compressed image on disk are slow, as all before them is decompressed.
type ReadOptions struct {
	Memory int64 `unit:"B"` // of voxels at a time; 0: 1 GiB
}

// NewReadOptions returns 1 GiB of memory.
func NewReadOptions() ReadOptions { return ReadOptions{Memory: 1 << 30} }

// ReadWith is [Read] with a limit of its own for what is held in memory. A
// negative limit is an error.
func ReadWith(path string, o ReadOptions) (*Image, error) { return read("ReadWith", path, o) }

func read(call, path string, o ReadOptions) (*Image, error) {
	if o.Memory == 0 {
		o = NewReadOptions()
	}
	if o.Memory < 0 {
		return nil, fmt.Errorf("nifti: %s: Memory is %d bytes; it must be positive, or 0 for 1 GiB", call, o.Memory)
	}
	im, err := readFile(path, o.Memory)
	if err != nil {
		return nil, fmt.Errorf("nifti: %s: %s: %w", call, path, err)
	}
	im.Name = trimExt(filepath.Base(path))
	return im, nil
}

// Decode reads an image from r, which holds the bytes of a .nii or .nii.gz
// file. name stands for the file in errors and in figures. Otherwise it is
// [Read].
func Decode(r io.Reader, name string) (*Image, error) {
	im, err := decode(r, nil, math.MaxInt64, nil)
	if err != nil {
		return nil, fmt.Errorf("nifti: Decode: %s: %w", name, err)
	}
	im.Name = trimExt(name)
	return im, nil
}

func trimExt(name string) string {
	lower := strings.ToLower(name)
	for _, ext := range []string{".gz", ".nii", ".hdr", ".img"} {
		if strings.HasSuffix(lower, ext) {
			name, lower = name[:len(name)-len(ext)], lower[:len(lower)-len(ext)]
		}
	}
	return name
}

func readFile(path string, memory int64) (*Image, error) {
	path = headerPath(path)
	f, err := os.Open(path)
	if err != nil {
		return nil, files.Plain(err)
	}
	defer f.Close()
	size := 0
	if info, err := f.Stat(); err == nil {
		if info.IsDir() {
			return nil, errors.New("is a folder; a file is needed")
		}
		size = int(info.Size())
	}
	provenance.File(path)
	task := display.Start("nifti.Read "+filepath.Base(path), "bytes", size)
	defer task.End()
	return decode(task.Reader(f), f, memory, func() (*os.File, error) { return pairOf(path) })
}

// pairOf opens the .img file that belongs to a header.
func pairOf(path string) (*os.File, error) {
	for _, ext := range []string{".img", ".IMG", ".img.gz"} {
		base := strings.TrimSuffix(path, ".gz")
		name := base[:len(base)-len(filepath.Ext(base))] + ext
		img, err := os.Open(name)
		if err == nil {
			provenance.File(name)
			return img, nil
		}
	}
	return nil, errors.New("is the header of a pair; the .img file beside it is missing")
}

// headerPath returns the .hdr file that belongs to an .img file.
func headerPath(path string) string {
	base := strings.TrimSuffix(path, ".gz")
	ext := filepath.Ext(base)
	if !strings.EqualFold(ext, ".img") {
		return path
	}
	for _, h := range []string{".hdr", ".HDR", ".hdr.gz"} {
		if p := strings.TrimSuffix(base, ext) + h; exists(p) {
			return p
		}
	}
	return path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// decode reads a header and its voxels from r; voxels that take more than
// memory stay in f, the file of r. pair opens the .img file where there is one.
func decode(r io.Reader, f *os.File, memory int64, pair func() (*os.File, error)) (*Image, error) {
	in, err := open(r)
	if err != nil {
		return nil, err
	}
	in.sizeOf(f)
	h, err := readHeader(in)
	if err != nil {
		return nil, err
	}
	im, err := h.image()
	if err != nil {
		return nil, err
	}
	if h.pair {
		if pair == nil {
			return nil, errors.New("is the header of a .hdr and .img pair; read it with Read from its folder")
		}
		if f, err = pair(); err != nil {
			return nil, err
		}
		defer f.Close()
		if in, err = open(f); err != nil {
			return nil, err
		}
		in.sizeOf(f)
	}
	if h.bytes() > memory {
		im.disk, err = h.leave(f, in.gzip, memory)
	} else {
		im.raw, err = in.voxels(h)
	}
	if err != nil {
		return nil, err
	}
	return im, nil
}

// leave returns where the voxels are that stay in f.
func (h *header) leave(f *os.File, gzip bool, memory int64) (*disk, error) {
	path, err := filepath.Abs(f.Name()) // the working folder may change
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, files.Plain(err)
	}
	if !gzip && info.Size() < h.offset+h.bytes() {
		return nil, fmt.Errorf("ends after %d bytes, within %s", info.Size(), h.promise())
	}
	return &disk{path: path, offset: h.offset, bytes: int(h.bytes()), width: datatypes[h.datatype].bytes, big: h.big(), gzip: gzip,
		memory: memory, size: info.Size(), modified: info.ModTime(), volume: -1}, nil
}

func (h *header) big() bool { return h.order.String() == "BigEndian" }

// promise says which voxels the header promises.
func (h *header) promise() string {
	return fmt.Sprintf("the %d bytes of voxels (%v %s from byte %d) that the header promises", h.bytes(), h.shape, datatypes[h.datatype].name, h.offset)
}

func (h *header) image() (*Image, error) {
	im := &Image{Shape: h.shape, Description: h.descrip, Intent: h.intent, Extensions: h.extensions, version: h.version, code: h.datatype, slope: h.slope, inter: h.inter}
	im.Problems = h.found
	if h.extensionProblem != "" {
		im.Problems.Add("warning", "extension", "%s", h.extensionProblem)
	}
	im.Problems = im.Problems.Sorted()
	var err error
	if im.Affine, im.Space, err = h.affine(); err != nil {
		return nil, err
	}
	if im.TR, err = h.tr(); err != nil {
		return nil, err
	}
	im.from = &asRead{*h, im.Affine, im.Space, im.TR}
	return im, nil
}

// A source is the decompressed stream of a file and how far it has been read.
type source struct {
	io.Reader
	gzip bool
	at   int64
	size int64 // of the file, 0: unknown
}

// open looks at the first bytes of r, not at the name of the file, to tell
// whether it is compressed.
func open(r io.Reader) (*source, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	head, err := b.Peek(2)
	if len(head) == 0 && (err == io.EOF || err == nil) {
		return nil, errors.New("is empty; a NIfTI file starts with a header of 348 or 540 bytes")
	}
	if len(head) == 0 {
		return nil, files.Plain(err)
	}
	if len(head) < 2 || head[0] != 0x1f || head[1] != 0x8b {
		return &source{Reader: b}, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, fmt.Errorf("gzip header is damaged: %w", err)
	}
	return &source{Reader: z, gzip: true}, nil
}

// fill reads len(b) bytes or says what is missing.
func (s *source) fill(b []byte, what string) error {
	n, err := io.ReadFull(s.Reader, b)
	s.at += int64(n)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, display.ErrInterrupted):
		return err
	case s.gzip && errors.Is(err, io.ErrUnexpectedEOF) && s.cut():
		return fmt.Errorf("gzip stream is cut off after %d bytes of content, within %s", s.at, what)
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return fmt.Errorf("ends after %d bytes, within %s", s.at, what)
	case s.gzip:
		return fmt.Errorf("gzip stream is damaged after %d bytes of content, within %s: %w", s.at, what, err)
	}
	return files.Plain(err)
}

// cut reports whether the stream itself ends early, rather than whole but
// short of what the header promises.
func (s *source) cut() bool {
	_, err := s.Reader.Read(make([]byte, 1))
	return !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// readHeaderBytes reads the bytes of a header.
func readHeaderBytes(s *source) ([]byte, error) {
	b := make([]byte, size2)
	if err := s.fill(b[:4], "the header"); err != nil {
		return nil, err
	}
	size, _ := headerSize(b[:4])
	if size == 0 { // the magic may tell more, if there is as much
		n, err := io.ReadFull(s.Reader, b[4:size1])
		s.at += int64(n)
		if err == nil {
			size, _ = headerSize(b[:size1])
		}
	}
	if size == 0 {
		return nil, fmt.Errorf("is not NIfTI: it starts with %q where the header's size stands, 348 (NIfTI-1) or 540 (NIfTI-2)", b[:4])
	}
	if err := s.fill(b[s.at:size], fmt.Sprintf("the header of %d bytes", size)); err != nil {
		return nil, err
	}
	return b[:size], nil
}

func readHeader(s *source) (*header, error) {
	b, err := readHeaderBytes(s)
	if err != nil {
		return nil, err
	}
	h, err := parseHeader(b)
	if err != nil {
		return nil, err
	}
	return h, s.readExtensions(h)
}

// readExtensions reads what lies between the header and the voxels, or in a
// pair up to the end of the header's file.
func (s *source) readExtensions(h *header) error {
	flag := make([]byte, 4)
	if h.pair {
		n, err := io.ReadFull(s.Reader, flag)
		s.at += int64(n)
		if err != nil || flag[0] == 0 {
			return nil // most headers of pairs end here
		}
	} else if err := s.fill(flag, h.promise()); err != nil {
		return err
	}
	if flag[0] == 0 {
		return nil
	}
	want := h.offset - s.at
	if h.pair {
		want = extensionLimit
	}
	if want > extensionLimit {
		h.extensionProblem = fmt.Sprintf("%d bytes lie between the header and the voxels; at most 256 MiB are read as extensions", want)
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(s.Reader, want))
	s.at += int64(len(b))
	if err != nil {
		return s.broken(err)
	}
	if int64(len(b)) < want && !h.pair {
		return fmt.Errorf("ends after %d bytes, within %s", s.at, h.promise())
	}
	h.extensions, h.extensionProblem = parseExtensions(b, h.order)
	return nil
}

// broken says how a compressed stream ends where it should not.
func (s *source) broken(err error) error {
	switch {
	case errors.Is(err, display.ErrInterrupted):
		return err
	case s.gzip:
		return fmt.Errorf("gzip stream is cut off or damaged after %d bytes of content: %w", s.at, err)
	}
	return files.Plain(err)
}

// skipTo goes on to the first voxel.
func (s *source) skipTo(h *header) error {
	for skip := h.offset - s.at; skip > 0; {
		b := make([]byte, min(skip, 1<<16))
		if err := s.fill(b, h.promise()); err != nil {
			return err
		}
		skip -= int64(len(b))
	}
	return nil
}

// voxels reads the voxels and turns them to little endian. Memory grows with
// what the stream really holds, not with what the header claims, and the
// stream is read to its end so that its checksum is verified.
func (s *source) voxels(h *header) ([]byte, error) {
	want, what := h.bytes(), h.promise()
	if err := s.skipTo(h); err != nil {
		return nil, err
	}
	const piece = 1 << 24 // after so many bytes an interrupt is seen
	room := min(want, piece)
	if s.size*s.most() >= h.offset+want {
		room = want
	}
	raw := make([]byte, 0, room)
	for int64(len(raw)) < want {
		if len(raw) == cap(raw) {
			bigger := make([]byte, len(raw), min(want, 2*int64(cap(raw))))
			copy(bigger, raw)
			raw = bigger
		}
		part := raw[len(raw):min(cap(raw), len(raw)+piece)]
		if err := s.fill(part, what); err != nil {
			return nil, err
		}
		raw = raw[:len(raw)+len(part)]
	}
	if err := s.rest(); err != nil {
		return nil, err
	}
	if h.big() {
		swap(raw, datatypes[h.datatype].bytes)
	}
	return raw, nil
}

// sizeOf notes how large the file of a stream is.
func (s *source) sizeOf(f *os.File) {
	if f == nil {
		return
	}
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		s.size = info.Size()
	}
}

// most is how many bytes of content a byte of the file can hold.
func (s *source) most() int64 {
	if s.gzip {
		return 1032 // of DEFLATE
	}
	return 1
}

// rest reads a compressed stream to its end, where the checksum is. Padding
// after a whole stream, which some tools leave, is not an error.
func (s *source) rest() error {
	if !s.gzip {
		return nil
	}
	if _, err := io.Copy(io.Discard, s.Reader); err != nil && !errors.Is(err, gzip.ErrHeader) {
		return fmt.Errorf("gzip stream is cut off or damaged after the voxels: %w", err)
	}
	return nil
}

func swap(b []byte, width int) {
	if width == 1 {
		return
	}
	for at := 0; at+width <= len(b); at += width {
		for i, j := at, at+width-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
	}
}
