// Package mgh reads and writes the volumes of FreeSurfer, .mgh and .mgz, as
// brain images.
//
//	brain, err := mgh.Read("bert/mri/brain.mgz")   // a cell shows its slices
//	labels, err := mgh.Read("bert/mri/aparc+aseg.mgz")
//	err = nifti.Write("brain.nii.gz", brain)       // for programs without FreeSurfer
//
// Functions of images take them as they take those of package nifti.
package mgh

import (
	"bufio"
	"encoding/binary"
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
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// A header is the start of a file, big endian; voxels follow at byte 284.
type header struct {
	Version  int32
	Dims     [3]int32
	Frames   int32
	Type     int32
	DOF      int32
	Good     int16         // whether what follows is set
	Size     [3]float32    // of voxels, mm
	Cosines  [3][3]float32 // of each voxel axis: right, anterior, superior
	Centre   [3]float32    // where the middle of the grid is, mm
	Reserved [194]byte
}

const headerSize = 284

// types are the kinds of numbers in a file: their codes, names and bytes.
var types = []struct {
	code  int32
	name  string
	width int
}{{0, "uint8", 1}, {1, "int32", 4}, {3, "float32", 4}, {4, "int16", 2}, {10, "uint16", 2}}

// maxValues bounds what a header may claim, in voxels of all frames.
const maxValues = 1 << 31

// Read returns the image in a .mgh or .mgz file: bytes, integers of 16 and 32
// bits or float32, with any number of frames, and the affine to mm that
// FreeSurfer calls scanner RAS. TR, which stands behind the voxels in ms, is
// taken to s.
//
// Where the header says that its place in space is not set, voxels are 1 mm
// cubes that run to the left, to inferior and to anterior about the origin, as
// FreeSurfer has it; nibabel turns the second and third axis round.
//
// It is an error, naming the file, when it cannot be opened, is not of this
// format, ends early or is damaged, or holds another type of voxels.
//
// Format: https://surfer.nmr.mgh.harvard.edu/fswiki/FsTutorial/MghFormat.
// Checked against nibabel 5.4.2.
func Read(path string) (*nifti.Image, error) {
	fail := func(err error) (*nifti.Image, error) { return nil, fmt.Errorf("mgh: Read: %s: %w", path, err) }
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
	task := display.Start("mgh.Read "+filepath.Base(path), "bytes", int(info.Size()))
	defer task.End()
	im, err := decode(task.Reader(f))
	if err != nil {
		return fail(err)
	}
	im.Name = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return im, nil
}

// Decode reads an image from r, which holds the bytes of a .mgh or .mgz file.
// name stands for the file in errors and figures. Otherwise it is [Read].
func Decode(r io.Reader, name string) (*nifti.Image, error) {
	im, err := decode(r)
	if err != nil {
		return nil, fmt.Errorf("mgh: Decode: %s: %w", name, err)
	}
	im.Name = strings.TrimSuffix(name, filepath.Ext(name))
	return im, nil
}

func decode(r io.Reader) (*nifti.Image, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	var in io.Reader = buffered
	zipped := false
	if start, _ := buffered.Peek(2); len(start) == 2 && start[0] == 0x1f && start[1] == 0x8b {
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("gzip header is damaged: %w", err)
		}
		in, zipped = z, true
	}
	fill := func(b []byte, what string) error {
		switch _, err := io.ReadFull(in, b); {
		case err == nil:
			return nil
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return fmt.Errorf("ends within %s", what)
		case zipped:
			return fmt.Errorf("gzip stream is damaged within %s: %w", what, err)
		default:
			return files.Plain(err)
		}
	}
	b := make([]byte, headerSize)
	if err := fill(b, "the header of 284 bytes"); err != nil {
		return nil, err
	}
	var h header
	if _, err := binary.Decode(b, binary.BigEndian, &h); err != nil {
		return nil, err
	}
	if h.Version != 1 {
		return nil, fmt.Errorf("is not FreeSurfer's: it starts with %d where the version stands, 1", h.Version)
	}
	kind := -1
	for k, t := range types {
		if t.code == h.Type {
			kind = k
		}
	}
	if kind < 0 {
		return nil, fmt.Errorf("holds voxels of type %d; 0 (uint8), 1 (int32), 3 (float32), 4 (int16) and 10 (uint16) are read", h.Type)
	}
	count, dims := 1, []int{int(h.Dims[0]), int(h.Dims[1]), int(h.Dims[2]), int(h.Frames)}
	for _, d := range dims {
		if d < 1 || d > maxValues/count {
			return nil, fmt.Errorf("claims the shape %v; every dimension is 1 or more, and all together 2^31 at most", dims)
		}
		count *= d
	}
	affine, err := h.affine()
	if err != nil {
		return nil, err
	}
	if dims[3] == 1 {
		dims = dims[:3]
	}
	im, err := voxels(fill, kind, count, dims, affine)
	if err != nil {
		return nil, err
	}
	// What follows is optional: TR (ms), flip angle, TE, TI and more.
	var tail [4]byte
	if _, err := io.ReadFull(in, tail[:]); err == nil {
		if tr := math.Float32frombits(binary.BigEndian.Uint32(tail[:])); tr > 0 && tr < 1e9 && len(dims) == 4 {
			im.TR = float64(tr) / 1000
		}
	}
	if zipped {
		if _, err := io.Copy(io.Discard, in); err != nil {
			return nil, fmt.Errorf("gzip stream is cut off or damaged after the voxels: %w", err)
		}
	}
	if h.Good > 0 {
		im.Space = "scanner"
	}
	return im, nil
}

// affine returns the matrix from voxel indexes to mm.
func (h *header) affine() (a [4][4]float64, err error) {
	if h.Good <= 0 {
		h.Size = [3]float32{1, 1, 1}
		h.Cosines = [3][3]float32{{-1, 0, 0}, {0, 0, -1}, {0, 1, 0}}
		h.Centre = [3]float32{}
	}
	a[3][3] = 1
	for i := range 3 {
		a[i][3] = float64(h.Centre[i])
		for j := range 3 {
			a[i][j] = float64(float64(h.Cosines[j][i]) * float64(h.Size[j]))
			a[i][3] -= float64(a[i][j] * float64(h.Dims[j]) / 2)
			if !(math.Abs(a[i][j]) < math.MaxFloat32) {
				return a, fmt.Errorf("says that voxels are %v mm along %v; these must be finite", h.Size, h.Cosines)
			}
		}
		if !(math.Abs(a[i][3]) < math.MaxFloat32) {
			return a, fmt.Errorf("says that its middle is at %v mm; it must be finite", h.Centre)
		}
	}
	return a, nil
}

// voxels reads count numbers. Memory grows with what the stream really holds.
func voxels(fill func([]byte, string) error, kind, count int, dims []int, affine [4][4]float64) (*nifti.Image, error) {
	t := types[kind]
	what := fmt.Sprintf("the voxels (%v %s) that the header promises", dims, t.name)
	part := make([]byte, t.width<<16)
	next := func(done int) ([]byte, error) {
		b := part[:min(len(part), (count-done)*t.width)]
		return b, fill(b, what)
	}
	be := binary.BigEndian
	if t.name == "float32" {
		values := make([]float32, 0, min(count, 1<<20))
		for len(values) < count {
			b, err := next(len(values))
			if err != nil {
				return nil, err
			}
			for ; len(b) > 0; b = b[4:] {
				values = append(values, math.Float32frombits(be.Uint32(b)))
			}
		}
		return nifti.NewFloat32(dims, affine, values)
	}
	values := make([]float64, 0, min(count, 1<<20))
	for len(values) < count {
		b, err := next(len(values))
		if err != nil {
			return nil, err
		}
		for ; len(b) > 0; b = b[t.width:] {
			v := 0.0
			switch t.name {
			case "uint8":
				v = float64(b[0])
			case "int16":
				v = float64(int16(be.Uint16(b)))
			case "uint16":
				v = float64(be.Uint16(b))
			case "int32":
				v = float64(int32(be.Uint32(b)))
			}
			values = append(values, v)
		}
	}
	im, err := nifti.New(dims, affine, values)
	if err != nil {
		return nil, err
	}
	return im.As(t.name)
}
