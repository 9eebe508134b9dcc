// Package nifti reads and writes brain images in the NIfTI-1 and NIfTI-2
// formats and draws them as slices.
//
//	run, err := nifti.Read("sub-01_task-rest_bold.nii.gz")
//	run.Shape                   // [64 64 33 200]: voxels along x, y, z; volumes
//	run.TR                      // 2 s
//	run.At(32, 30, 16, 0)       // the value of one voxel in the first volume
//	run.Series(32, 30, 16)      // its time course
//	run.Mean()                  // the mean image; a cell shows it as slices
//
// Voxel indexes start at 0 and x runs fastest. Affine takes them to mm, in the
// directions right, anterior, superior (RAS): see [Image.World].
package nifti

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// An Image is a grid of voxels in space, of one or several volumes.
type Image struct {
	// Shape is the number of voxels along x, y and z, then of volumes; as in
	// the file, so it can have one to seven entries.
	Shape []int
	// Affine takes voxel indexes (x, y, z, 1) to mm: right, anterior, superior.
	Affine [4][4]float64 `unit:"mm"`
	// TR is the time from one volume to the next, s; 0 when unknown or for a
	// single volume.
	TR float64 `unit:"s"`
	// Name is what the image is called in figures: its file, or what it holds.
	Name string
	// Label says what its values are, for the colour bar: "z", "tSNR"; ""
	// means "signal". Unit is their unit, when they have one.
	Label, Unit string
	// Space says what mm refer to: "scanner", "aligned", "Talairach", "MNI",
	// "template", or "" when the file does not say.
	Space string
	// Description is free text of the header, up to 79 characters.
	Description string

	// Intent says what the values are, for other programs.
	Intent Intent
	// Extensions are what other programs keep in the file.
	Extensions []Extension
	// Problems are those of the header that the image was read from; see
	// [Check].
	Problems neuro.Problems

	version      int // of the header it was read from; Write keeps 2
	code         int // datatype of the voxels, as in the header
	slope, inter float64
	raw          []byte // voxels, x fastest, little endian; nil when they are on disk
	disk         *disk
	from         *asRead // its header, when it was read
}

// An Intent says what the values of an image are: a t statistic (Code 3) with
// so many degrees of freedom (P[0]), F (4, P[0] and P[1]), z (5), a p value (22), an
// estimate (1001), labels (1002). 0 says nothing.
//
// Codes of nifti1.h.
type Intent struct {
	Code int
	P    [3]float64
	Name string // up to 15 characters
}

// New returns an image of values, x fastest, kept as float64: a map, a mask,
// a simulated run.
//
// shape has one to seven entries, the number of voxels along x, y, z, then of
// volumes; affine takes voxel indexes to mm. It is an error when the number of
// values is not the product of shape, or the affine is not finite. Values may
// be NaN (as outside of a brain).
func New(shape []int, affine [4][4]float64, values []float64) (*Image, error) {
	im, err := blank(shape, affine, len(values), 64)
	if err != nil {
		return nil, fmt.Errorf("nifti: New: %w", err)
	}
	for i, v := range values {
		binary.LittleEndian.PutUint64(im.raw[8*i:], math.Float64bits(v))
	}
	return im, nil
}

// NewFloat32 is [New] for values that are kept as float32, in half of the
// memory: runs that were smoothed or resampled.
func NewFloat32(shape []int, affine [4][4]float64, values []float32) (*Image, error) {
	im, err := blank(shape, affine, len(values), 16)
	if err != nil {
		return nil, fmt.Errorf("nifti: NewFloat32: %w", err)
	}
	for i, v := range values {
		binary.LittleEndian.PutUint32(im.raw[4*i:], math.Float32bits(v))
	}
	return im, nil
}

// blank returns an image whose values, of a datatype, are still to be set.
func blank(shape []int, affine [4][4]float64, values, code int) (*Image, error) {
	if len(shape) < 1 || len(shape) > 7 {
		return nil, fmt.Errorf("shape %v has %d entries; an image has 1 to 7 dimensions", shape, len(shape))
	}
	n, width := 1, datatypes[code].bytes
	for i, d := range shape {
		if d < 1 || d > maxBytes/width/n {
			return nil, fmt.Errorf("shape[%d] is %d; every dimension is 1 or more, and all together take at most 16 GiB", i, d)
		}
		n *= d
	}
	if values != n {
		return nil, fmt.Errorf("%d values for shape %v; there must be %d", values, shape, n)
	}
	if err := checkAffine(affine); err != nil {
		return nil, err
	}
	return &Image{Shape: append([]int(nil), shape...), Affine: affine, code: code, slope: 1, raw: make([]byte, width*n)}, nil
}

func checkAffine(a [4][4]float64) error {
	for i, row := range a {
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("affine[%d][%d] is %g; all its elements are finite", i, j, v)
			}
		}
	}
	if a[3] != [4]float64{0, 0, 0, 1} {
		return fmt.Errorf("the last row of the affine is %v; it must be [0 0 0 1]", a[3])
	}
	return nil
}

// Type returns how voxels are stored: "int16", "float32" and so on. Values
// are those numbers times a slope plus an intercept.
func (im *Image) Type() string { return datatypes[im.code].name }

// Scaled tells whether values are the stored numbers times a slope plus an
// intercept, rather than those numbers themselves.
func (im *Image) Scaled() bool { return im.slope != 1 || im.inter != 0 }

// Grid returns the number of voxels along x, y and z; 1 for a dimension that
// the image does not have.
func (im *Image) Grid() (nx, ny, nz int) {
	d := [3]int{1, 1, 1}
	copy(d[:], im.Shape)
	return d[0], d[1], d[2]
}

// Volumes returns the number of volumes: the product of the dimensions after
// the third.
func (im *Image) Volumes() int {
	n := 1
	for _, d := range im.Shape[min(3, len(im.Shape)):] {
		n *= d
	}
	return n
}

// At returns the value of voxel (x, y, z) in volume t, scaled as the header
// says. It panics when an index is outside of the image. A fifth and later
// dimensions count on in t, the fourth running fastest.
func (im *Image) At(x, y, z, t int) float64 {
	nx, ny, nz := im.Grid()
	if uint(x) >= uint(nx) || uint(y) >= uint(ny) || uint(z) >= uint(nz) || uint(t) >= uint(im.Volumes()) {
		im.outside("At", x, y, z, t)
	}
	return im.value(((t*nz+z)*ny+y)*nx + x)
}

func (im *Image) outside(method string, x, y, z, t int) {
	nx, ny, nz := im.Grid()
	for _, c := range []struct {
		name string
		i, n int
	}{{"x", x, nx}, {"y", y, ny}, {"z", z, nz}, {"t", t, im.Volumes()}} {
		if c.i < 0 || c.i >= c.n {
			panic(fmt.Sprintf("nifti: %s: %s is %d; it must be 0 to %d", method, c.name, c.i, c.n-1))
		}
	}
}

// value returns voxel i of the whole image.
func (im *Image) value(i int) float64 {
	var v [1]float64
	im.read(v[:], i)
	return v[0]
}

// onDisk calls f with the stored numbers of volume t of an image on disk, and
// panics when they cannot be read.
func (im *Image) onDisk(method string, t int, f func(raw []byte)) {
	d := im.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	raw, err := d.rawVolume(t, im.gridSize()*datatypes[im.code].bytes)
	if err != nil {
		panic(fmt.Sprintf("nifti: %s: %v", method, err))
	}
	f(raw)
}

// Volume returns the values of volume t, x fastest: voxel (x, y, z) is element
// (z*ny + y)*nx + x. It panics when t is outside of the image.
func (im *Image) Volume(t int) []float64 {
	if t < 0 || t >= im.Volumes() {
		im.outside("Volume", 0, 0, 0, t)
	}
	n := im.gridSize()
	out := make([]float64, n)
	if im.code == 0 {
		panic("nifti: Volume: " + errNoVoxels.Error()) // here, and not where nobody can recover
	}
	if im.disk != nil {
		im.onDisk("Volume", t, func(raw []byte) { im.fill(out, raw) })
	} else {
		im.fill(out, im.raw[t*n*datatypes[im.code].bytes:])
	}
	return out
}

// read decodes len(values) voxels of one volume, from voxel first of the whole
// image on.
func (im *Image) read(values []float64, first int) {
	width := datatypes[im.code].bytes
	if im.disk == nil {
		im.scaled(values, im.raw[first*width:])
		return
	}
	n := im.gridSize()
	im.onDisk("At", first/n, func(raw []byte) { im.scaled(values, raw[first%n*width:]) })
}

// fill is scaled on all processors.
func (im *Image) fill(values []float64, raw []byte) {
	const block = 1 << 20 // voxels decoded at the same time as others
	width := datatypes[im.code].bytes
	linalg.Parallel((len(values)+block-1)/block, func(b int) {
		part := values[b*block : min(len(values), (b+1)*block)]
		im.scaled(part, raw[b*block*width:])
	})
}

// Series returns the values of voxel (x, y, z) in all volumes: its time
// course, one value every TR. It panics when an index is outside of the image.
func (im *Image) Series(x, y, z int) []float64 {
	nx, ny, nz := im.Grid()
	if uint(x) >= uint(nx) || uint(y) >= uint(ny) || uint(z) >= uint(nz) {
		im.outside("Series", x, y, z, 0)
	}
	return im.seriesOf("Series", []int{(z*ny+y)*nx + x})[0]
}

// SeriesOf returns the time courses of voxels, [voxel][volume]. A voxel is
// given by its index into [Image.Volume]; it panics when one is outside.
func (im *Image) SeriesOf(voxels []int) [][]float64 {
	n := im.gridSize()
	for i, v := range voxels {
		if v < 0 || v >= n {
			panic(fmt.Sprintf("nifti: SeriesOf: voxels[%d] is %d; it must be 0 to %d", i, v, n-1))
		}
	}
	return im.seriesOf("SeriesOf", voxels)
}

func (im *Image) seriesOf(method string, voxels []int) [][]float64 {
	nt := im.Volumes()
	all := make([]float64, len(voxels)*nt)
	out := make([][]float64, len(voxels))
	for i := range out {
		out[i] = all[i*nt : (i+1)*nt : (i+1)*nt]
	}
	if err := im.eachSeries(voxels, 64, func(first int, series [][]float64) error {
		for i, s := range series {
			copy(out[first+i], s)
		}
		return nil
	}); err != nil {
		panic(named(method, err).Error())
	}
	return out
}

// Mean returns the image of the mean over volumes. It panics when an image on
// disk cannot be read any more, of which [MeanOf] returns an error.
func (im *Image) Mean() *Image {
	out, err := MeanOf(im)
	if err != nil && !errors.Is(err, display.ErrInterrupted) { // then nobody sees what comes of it
		panic(err.Error())
	}
	return out
}

// MeanOf returns the image of the mean over volumes, or an error when im has
// no voxels or its file cannot be read any more.
func MeanOf(im *Image) (*Image, error) {
	if im == nil || im.code == 0 {
		return nil, fmt.Errorf("nifti: MeanOf: %w", errNoVoxels)
	}
	nx, ny, nz := im.Grid()
	sum := make([]float64, nx*ny*nz)
	nt := im.Volumes()
	task := display.Start("nifti.MeanOf", "volumes", nt)
	defer task.End()
	err := im.addVolumes(sum, task)
	for i := range sum {
		sum[i] /= float64(nt)
	}
	out, newErr := New([]int{nx, ny, nz}, im.Affine, sum)
	if newErr != nil {
		return nil, newErr
	}
	out.Name, out.Label, out.Unit, out.Space = im.Name, im.Label, im.Unit, im.Space
	if nt > 1 {
		out.Name = label("mean of", im.Name)
	}
	return out, named("MeanOf", err)
}

// addVolumes adds all volumes to sum, the voxels of each from the first volume on.
func (im *Image) addVolumes(sum []float64, task *display.Counter) error {
	const piece = 2048 // voxels whose sums stay in the fastest cache
	width, nt := datatypes[im.code].bytes, im.Volumes()
	add := func(sum, values []float64, raw []byte) {
		im.scaled(values, raw)
		vec.AddBlock(sum, sum, values)
	}
	if im.disk != nil {
		values := make([]float64, min(piece, len(sum)))
		return im.eachRaw(func(t int, raw []byte) error {
			for lo := 0; lo < len(sum); lo += piece {
				part := sum[lo:min(len(sum), lo+piece)]
				add(part, values[:len(part)], raw[lo*width:])
			}
			task.Add(1)
			return task.Err()
		})
	}
	pieces := (len(sum) + piece - 1) / piece
	linalg.Parallel(pieces, func(k int) {
		if task.Err() != nil {
			return
		}
		part := sum[k*piece : min(len(sum), (k+1)*piece)]
		values := make([]float64, len(part))
		for t := range nt {
			add(part, values, im.raw[(t*len(sum)+k*piece)*width:])
		}
		task.Add((k+1)*nt/pieces - k*nt/pieces)
	})
	return task.Err()
}

func label(what, name string) string {
	if name == "" {
		return what + " volumes"
	}
	return what + " " + name
}

// World returns where in space voxel (x, y, z) is, mm to the right, to the
// front and up. Indexes may lie between voxels.
func (im *Image) World(x, y, z float64) (right, anterior, superior float64) {
	p := apply(&im.Affine, x, y, z)
	return p[0], p[1], p[2]
}

// Voxel returns the voxel index at a place in space, mm: the inverse of
// [Image.World]. It is not rounded and can lie outside of the grid; it is NaN
// when the affine cannot be inverted.
func (im *Image) Voxel(right, anterior, superior float64) (x, y, z float64) {
	inv, ok := inverse(im.Affine)
	if !ok {
		return math.NaN(), math.NaN(), math.NaN()
	}
	p := apply(&inv, right, anterior, superior)
	return p[0], p[1], p[2]
}

// VoxelSize returns the distance between neighbouring voxels along x, y and z,
// mm.
func (im *Image) VoxelSize() (dx, dy, dz float64) {
	s, _, _, _ := quaternion(im.Affine)
	return s[0], s[1], s[2]
}

// SameGrid returns an error that says where a and b differ unless their voxels
// lie at the same places: equal numbers along x, y, z and affines that agree
// at the corners of the grid to a hundredth of a voxel.
func SameGrid(a, b *Image) error {
	ax, ay, az := a.Grid()
	bx, by, bz := b.Grid()
	if ax != bx || ay != by || az != bz {
		return fmt.Errorf("grids differ: %d x %d x %d and %d x %d x %d voxels", ax, ay, az, bx, by, bz)
	}
	dx, dy, dz := a.VoxelSize()
	allowed := 0.01 * math.Min(dx, math.Min(dy, dz))
	for corner := range 8 {
		x, y, z := float64(corner&1*(ax-1)), float64(corner>>1&1*(ay-1)), float64(corner>>2&1*(az-1))
		p, q := apply(&a.Affine, x, y, z), apply(&b.Affine, x, y, z)
		for i := range 3 {
			if !(math.Abs(p[i]-q[i]) <= allowed) {
				return fmt.Errorf("affines differ: voxel (%g, %g, %g) is at (%.4g, %.4g, %.4g) mm in one and (%.4g, %.4g, %.4g) mm in the other; resample one of them", x, y, z, p[0], p[1], p[2], q[0], q[1], q[2])
			}
		}
	}
	return nil
}
