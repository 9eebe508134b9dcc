package nifti

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// errNoVoxels is about an Image that is nil or a literal.
var errNoVoxels = errors.New("the image has no voxels; images come from Read, Decode or New")

// EachSeries calls f with the time courses of voxels, n voxels at a time: first
// is the place in voxels of the first of them, series is [voxel][volume]. A
// voxel is given by its index into [Image.Volume]. Otherwise it is
// [Image.EachFrames].
func (im *Image) EachSeries(voxels []int, n int, f func(first int, series [][]float64) error) error {
	return named("EachSeries", im.eachSeries(voxels, n, f))
}

func (im *Image) eachSeries(voxels []int, n int, f func(first int, series [][]float64) error) error {
	if im == nil || im.code == 0 {
		return walkError{errNoVoxels}
	}
	type room struct {
		all    []float64
		series [][]float64
	}
	rooms := sync.Pool{New: func() any {
		return &room{make([]float64, max(n, 0)*im.Volumes()), make([][]float64, max(n, 0))}
	}}
	return im.eachFrames(voxels, n, func(first int, frames [][]float64) error {
		r := rooms.Get().(*room)
		defer rooms.Put(r)
		nt, m := len(frames), len(frames[0])
		for i := range m {
			r.series[i] = r.all[i*nt : (i+1)*nt : (i+1)*nt]
		}
		for t, frame := range frames {
			for i, v := range frame {
				r.series[i][t] = v
			}
		}
		return f(first, r.series[:m])
	})
}

// EachFrames calls f with the values of voxels in every volume, n voxels at a
// time: first is the place in voxels of the first of them, frames is
// [volume][voxel]. A voxel is given by its index into [Image.Volume].
//
// Calls come from several goroutines at once and in any order, and frames is
// used again after the call, which may change it: copy what is kept. An image
// that is on disk (see [ReadOptions]) is read in tiles that fit into memory:
// ascending voxels of an uncompressed file are read once. Of a compressed one an
// unpacked copy is made first.
//
// The error is that of f with the lowest first, or says what is wrong with the
// file: that it is gone, was changed since it was read, ends early or is
// damaged. A voxel outside of the image is an error.
func (im *Image) EachFrames(voxels []int, n int, f func(first int, frames [][]float64) error) error {
	return named("EachFrames", im.eachFrames(voxels, n, f))
}

// A walkError is one of a walk itself, which becomes that of the method that
// walks; those of the functions that are called stay as they are.
type walkError struct{ error }

func named(method string, err error) error {
	if w, ok := err.(walkError); ok {
		return fmt.Errorf("nifti: %s: %w", method, w.error)
	}
	return err
}

func (im *Image) eachFrames(voxels []int, n int, f func(first int, frames [][]float64) error) error {
	if im == nil || im.code == 0 {
		return walkError{errNoVoxels}
	}
	if n < 1 {
		return walkError{fmt.Errorf("n is %d; it must be 1 or more", n)}
	}
	grid := im.gridSize()
	for i, v := range voxels {
		if v < 0 || v >= grid {
			return walkError{fmt.Errorf("voxels[%d] is %d; it must be 0 to %d", i, v, grid-1)}
		}
	}
	if im.disk == nil {
		return im.batches(im.raw, grid, voxels, 0, n, f)
	}
	perVoxel := int64(im.Volumes() * datatypes[im.code].bytes)
	per := int(max(im.disk.tileBytes()/perVoxel/int64(n), 1)) * n
	if per < len(voxels) {
		if err := im.disk.unpack(grid*datatypes[im.code].bytes, im.Volumes()); err != nil {
			return walkError{err}
		}
	}
	at := make([]int, min(per, len(voxels)))
	for i := range at {
		at[i] = i
	}
	var tile []byte
	for lo := 0; lo < len(voxels); lo += per {
		part := voxels[lo:min(lo+per, len(voxels))]
		if tile == nil {
			tile = make([]byte, int64(len(part))*perVoxel)
		}
		tile = tile[:int64(len(part))*perVoxel]
		if err := im.fillTile(tile, part); err != nil {
			return walkError{err}
		}
		if err := im.batches(tile, len(part), at[:len(part)], lo, n, f); err != nil {
			return err
		}
	}
	return nil
}

// EachVolume calls f for one volume after the other, with its values as in
// [Image.Volume]. They are used again after the call: copy what is kept. Of an
// image that is on disk a few volumes are in memory at a time.
//
// The error is that of f, or says what is wrong with the file.
func (im *Image) EachVolume(f func(t int, values []float64) error) error {
	return named("EachVolume", im.eachVolume(f))
}

func (im *Image) eachVolume(f func(t int, values []float64) error) error {
	if im == nil || im.code == 0 {
		return walkError{errNoVoxels}
	}
	values := make([]float64, im.gridSize())
	return im.eachRaw(func(t int, raw []byte) error {
		im.fill(values, raw)
		return f(t, values)
	})
}

// eachRaw calls f for one volume after the other, with its stored numbers.
func (im *Image) eachRaw(f func(t int, raw []byte) error) error {
	size := im.gridSize() * datatypes[im.code].bytes
	if im.disk == nil {
		for t := range im.Volumes() {
			if err := f(t, im.raw[t*size:(t+1)*size]); err != nil {
				return err
			}
		}
		return nil
	}
	var own error
	err := im.disk.stream(size, im.Volumes(), func(t int, raw []byte) error {
		own = f(t, raw)
		return own
	})
	if err != nil && err != own {
		return walkError{err}
	}
	return err
}

// gridSize is the number of voxels of one volume.
func (im *Image) gridSize() int {
	nx, ny, nz := im.Grid()
	return nx * ny * nz
}

// batches calls f for n of the voxels at a time. raw holds volumes of size
// stored numbers each, of which those of the voxels are numbers at.
func (im *Image) batches(raw []byte, size int, at []int, first, n int, f func(first int, frames [][]float64) error) error {
	count := (len(at) + n - 1) / n
	failed := make([]error, count)
	var worst atomic.Int64 // the lowest batch that failed: those above it are not needed
	worst.Store(math.MaxInt64)
	workers := min(count, runtime.GOMAXPROCS(0))
	nt, width := im.Volumes(), datatypes[im.code].bytes
	linalg.Parallel(workers, func(w int) {
		all := make([]float64, n*nt)
		frames := make([][]float64, nt)
		p := picker{im: im, stored: make([]byte, n*width)}
		for b := w; b < count && int64(b) < worst.Load(); b += workers {
			part := at[b*n : min(len(at), (b+1)*n)]
			p.choose(part)
			for t := range frames {
				frames[t] = all[t*len(part) : (t+1)*len(part) : (t+1)*len(part)]
				if t+ahead < nt {
					p.prefetch(raw[(t+ahead)*size*width:])
				}
				p.pick(frames[t], raw[t*size*width:(t+1)*size*width])
			}
			if failed[b] = f(first+b*n, frames); failed[b] != nil {
				for low := worst.Load(); int64(b) < low && !worst.CompareAndSwap(low, int64(b)); low = worst.Load() {
				}
			}
		}
	})
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

// ahead is how many volumes before it is read memory is asked for.
const ahead = 4

// A picker takes the same voxels out of one volume after the other.
type picker struct {
	im     *Image
	at     []int
	runs   []span // of voxels that are on end; nil when they are too short
	stored []byte // room for the numbers of all voxels
}

// A span is voxels from one on.
type span struct{ first, n int }

// choose sets the voxels. Most of a mask are in runs on end, which need no copy.
func (p *picker) choose(at []int) {
	p.at, p.runs = at, p.runs[:0]
	for lo, hi := 0, 0; lo < len(at); lo = hi {
		for hi = lo + 1; hi < len(at) && at[hi] == at[hi-1]+1; hi++ {
		}
		p.runs = append(p.runs, span{at[lo], hi - lo})
	}
	if len(at) < 8*len(p.runs) && len(p.runs) > 1 {
		p.runs = p.runs[:0]
	}
}

func (p *picker) prefetch(from []byte) {
	width := datatypes[p.im.code].bytes
	for _, r := range p.runs {
		vec.Prefetch(from[r.first*width : (r.first+r.n)*width])
	}
}

// pick fills values with the scaled numbers of a volume.
func (p *picker) pick(values []float64, from []byte) {
	width := datatypes[p.im.code].bytes
	if len(p.runs) == 0 {
		gather(p.stored, from, p.at, width)
		p.im.scaled(values, p.stored)
		return
	}
	for _, r := range p.runs {
		p.im.scaled(values[:r.n], from[r.first*width:])
		values = values[r.n:]
	}
}

// gather copies the numbers at of from, each of width bytes, one after the
// other.
func gather(to, from []byte, at []int, width int) {
	switch width {
	case 1:
		for i, a := range at {
			to[i] = from[a]
		}
	case 2:
		for i, a := range at {
			le.PutUint16(to[2*i:], le.Uint16(from[2*a:]))
		}
	case 4:
		for i, a := range at {
			le.PutUint32(to[4*i:], le.Uint32(from[4*a:]))
		}
	default:
		for i, a := range at {
			le.PutUint64(to[8*i:], le.Uint64(from[8*a:]))
		}
	}
}

// scaled fills values with the stored numbers raw, as many, times the slope
// plus the intercept.
func (im *Image) scaled(values []float64, raw []byte) {
	a, b := im.slope, im.inter
	if !im.Scaled() {
		a, b = 1, math.Copysign(0, -1) // which changes nothing, not even the sign of 0
	}
	switch im.code {
	case 2:
		vec.Uint8Block(values, raw, a, b)
		return
	case 4:
		vec.Int16Block(values, raw, a, b)
		return
	case 16:
		vec.Float32Block(values, raw, a, b)
		return
	case 512:
		vec.Uint16Block(values, raw, a, b)
		return
	}
	const piece = 1024 // numbers that stay in the fastest cache
	width := datatypes[im.code].bytes
	for len(values) > 0 {
		part := values[:min(piece, len(values))]
		im.decoded(part, raw[:len(part)*width])
		if im.Scaled() {
			vec.MulConstBlock(part, part, im.slope)
			vec.AddConstBlock(part, part, im.inter)
		}
		values, raw = values[len(part):], raw[len(part)*width:]
	}
}

// decoded fills values with the stored numbers raw, as many, of the types that
// scaled leaves.
func (im *Image) decoded(values []float64, raw []byte) {
	switch im.code {
	case 256:
		for i, v := range raw[:len(values)] {
			values[i] = float64(int8(v))
		}
	case 8:
		for i := range values {
			values[i] = float64(int32(le.Uint32(raw[4*i:])))
		}
	case 768:
		for i := range values {
			values[i] = float64(le.Uint32(raw[4*i:]))
		}
	case 64:
		for i := range values {
			values[i] = math.Float64frombits(le.Uint64(raw[8*i:]))
		}
	case 1024:
		for i := range values {
			values[i] = float64(int64(le.Uint64(raw[8*i:])))
		}
	case 1280:
		for i := range values {
			values[i] = float64(le.Uint64(raw[8*i:]))
		}
	default:
		panic("nifti: " + errNoVoxels.Error())
	}
}
