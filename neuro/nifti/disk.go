package nifti

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// A disk is where the voxels of an image are that stayed in their file.
type disk struct {
	path   string
	offset int64 // of the first voxel, in the decompressed content
	bytes  int   // of all voxels
	width  int   // of one
	big    bool  // big endian
	gzip   bool
	memory int64

	// What the file was when it was read: voxels of another one would be
	// taken for these.
	size     int64
	modified time.Time

	unpacking sync.Mutex
	plain     atomic.Pointer[os.File] // an unpacked copy of the voxels, little endian
	noRoom    bool                    // for one

	mu     sync.Mutex
	volume int    // that last is of, -1: none
	last   []byte // the volume that was asked for last
	at     *source
	file   *os.File // of at
	next   int      // the volume that at reads next
}

// tileBytes is what the voxels of one tile may take. The rest is for the
// volumes that are read ahead, for what is computed from the tile, and for the
// tile of the walk before, which the garbage collector may not have seen yet.
func (d *disk) tileBytes() int64 { return max(d.memory/8*3, 1) }

// open opens the file after looking whether it is still the one that was read.
func (d *disk) open() (*os.File, error) {
	f, err := os.Open(d.path)
	if err != nil {
		return nil, fmt.Errorf("%s: its voxels stayed in the file, which cannot be opened any more: %w", d.path, files.Plain(err))
	}
	info, err := f.Stat()
	if err == nil && (info.Size() != d.size || !info.ModTime().Equal(d.modified)) {
		err = fmt.Errorf("has changed since it was read, from %d bytes of %s to %d of %s; read it again",
			d.size, d.modified.Format(time.DateTime), info.Size(), info.ModTime().Format(time.DateTime))
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", d.path, err)
	}
	return f, nil
}

// start opens the file as a stream at its first voxel.
func (d *disk) start(task *display.Counter) (*source, *os.File, error) {
	f, err := d.open()
	if err != nil {
		return nil, nil, err
	}
	s, err := open(task.Reader(f))
	if err == nil {
		_, err = io.CopyN(io.Discard, s.Reader, d.offset)
	}
	if err != nil {
		f.Close()
		return nil, nil, fmt.Errorf("%s: %w", d.path, err)
	}
	s.at = d.offset
	return s, f, nil
}

// read fills raw with the next voxels of s, those of volume t.
func (d *disk) read(s *source, raw []byte, t int) error {
	if err := s.fill(raw, fmt.Sprintf("the voxels of volume %d", t)); err != nil {
		return fmt.Errorf("%s: %w", d.path, err)
	}
	if d.big {
		swap(raw, d.width)
	}
	return nil
}

// readCopy is read of the unpacked copy.
func (d *disk) readCopy(s *source, raw []byte, t int) error {
	if err := s.fill(raw, fmt.Sprintf("the voxels of volume %d", t)); err != nil {
		return fmt.Errorf("unpacked copy of %s: %w", d.path, err)
	}
	return nil
}

// stream calls f with the stored numbers of n volumes of size bytes, in order.
// The next ones are read and decompressed meanwhile.
func (d *disk) stream(size, n int, f func(t int, raw []byte) error) error {
	task := display.Start("nifti: reading "+d.path, "bytes", int(d.size))
	defer task.End()
	s := d.copied(task)
	read := d.read
	if s != nil {
		read = d.readCopy
	} else {
		var file *os.File
		var err error
		if s, file, err = d.start(task); err != nil {
			return err
		}
		defer file.Close()
	}
	type volume struct {
		raw []byte
		err error
	}
	const ahead = 3
	full, free, stop := make(chan volume, ahead), make(chan []byte, ahead), make(chan struct{})
	for range ahead {
		free <- make([]byte, size)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for t := range n {
			var v volume
			select {
			case v.raw = <-free:
			case <-stop:
				return
			}
			v.err = read(s, v.raw, t)
			if v.err == nil && t == n-1 {
				if v.err = s.rest(); v.err != nil {
					v.err = fmt.Errorf("%s: %w", d.path, v.err)
				}
			}
			full <- v
			if v.err != nil {
				return
			}
		}
	}()
	defer func() {
		close(stop)
		<-ended
	}()
	for t := range n {
		v := <-full
		if v.err != nil {
			return v.err
		}
		if err := f(t, v.raw); err != nil {
			return err
		}
		free <- v.raw
	}
	return nil
}

// rawVolume returns the stored numbers of volume t, size bytes, until the next
// call. Of a compressed file it reads on from the volume before, and starts
// anew for an earlier one. The lock is held.
func (d *disk) rawVolume(t, size int) ([]byte, error) {
	if d.last != nil && d.volume == t {
		return d.last, nil
	}
	if d.last == nil {
		d.last = make([]byte, size)
	}
	d.volume = -1
	if !d.packed() {
		v, err := d.voxels()
		if err != nil {
			return nil, err
		}
		defer v.end()
		if err := d.readAt(v, d.last, int64(t)*int64(size)); err != nil {
			return nil, err
		}
		d.volume = t
		return d.last, nil
	}
	if d.at == nil || t < d.next {
		d.close()
		s, f, err := d.start(nil)
		if err != nil {
			return nil, err
		}
		d.at, d.file, d.next = s, f, 0
	}
	for ; d.next <= t; d.next++ {
		if err := d.read(d.at, d.last, d.next); err != nil {
			d.close()
			return nil, err
		}
	}
	d.volume = t
	return d.last, nil
}

func (d *disk) close() {
	if d.file != nil {
		d.file.Close()
	}
	d.at, d.file, d.next = nil, nil, 0
}

// readAt fills raw with what is from byte at of the voxels.
func (d *disk) readAt(v places, raw []byte, at int64) error {
	n, err := v.ReadAt(raw, v.offset+at)
	if n < len(raw) {
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("ends after %d bytes, within the voxels", v.offset+at+int64(n))
		}
		return fmt.Errorf("%s: %w", d.path, files.Plain(err))
	}
	if v.big {
		swap(raw, d.width)
	}
	return nil
}

// fillTile reads the series of voxels, as volumes of as many numbers.
func (im *Image) fillTile(tile []byte, voxels []int) error {
	d, width, nt := im.disk, datatypes[im.code].bytes, im.Volumes()
	size := im.gridSize() * width
	row := len(voxels) * width
	if d.packed() {
		return d.stream(size, nt, func(t int, raw []byte) error {
			gather(tile[t*row:(t+1)*row], raw, voxels, width)
			return nil
		})
	}
	at, err := d.voxels()
	if err != nil {
		return err
	}
	defer at.end()
	// Of each volume what lies between the first and the last voxel.
	lo, hi := voxels[0], voxels[0]
	for _, v := range voxels {
		lo, hi = min(lo, v), max(hi, v)
	}
	from := make([]int, len(voxels))
	for i, v := range voxels {
		from[i] = v - lo
	}
	task := display.Start("nifti: reading "+d.path, "volumes", nt)
	defer task.End()
	const together = 16 // volumes, read by one goroutine
	failed := make([]error, (nt+together-1)/together)
	linalg.Parallel(len(failed), func(b int) {
		raw := make([]byte, (hi-lo+1)*width)
		for t := b * together; t < min(nt, (b+1)*together); t++ {
			if failed[b] = task.Err(); failed[b] != nil {
				return
			}
			if failed[b] = d.readAt(at, raw, int64(t)*int64(size)+int64(lo*width)); failed[b] != nil {
				return
			}
			gather(tile[t*row:(t+1)*row], raw, from, width)
			task.Add(1)
		}
	})
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}
