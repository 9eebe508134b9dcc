package nifti

import (
	"bufio"
	"io"
	"os"
	"runtime"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// unpack makes a copy of a compressed file's voxels, which can be read from any
// place, once a walk would have to decompress all of it several times. Where
// there is no room for it, the file stays as it is and is gone through again
// and again. The error is one of the file that is read.
func (d *disk) unpack(size, volumes int) error {
	d.unpacking.Lock()
	defer d.unpacking.Unlock()
	if !d.gzip || d.plain.Load() != nil || d.noRoom {
		return nil
	}
	f, err := os.CreateTemp("", "neurorepl-*.voxels")
	if err != nil {
		d.noRoom = true
		return nil
	}
	// Where the system lets it, the name goes at once and the bytes with the
	// process, however it ends.
	named := os.Remove(f.Name()) != nil
	drop := func() {
		f.Close()
		if named {
			os.Remove(f.Name())
		}
	}
	var full error
	w := bufio.NewWriterSize(f, 1<<20)
	err = d.stream(size, volumes, func(_ int, raw []byte) error {
		_, full = w.Write(raw)
		return full
	})
	if err == nil {
		full = w.Flush()
		err = full
	}
	switch {
	case full != nil:
		drop()
		d.noRoom = true
		return nil
	case err != nil:
		drop()
		return err
	}
	d.plain.Store(f)
	if named {
		runtime.AddCleanup(d, func(f *os.File) {
			f.Close()
			os.Remove(f.Name())
		}, f)
	}
	return nil
}

// places are voxels that can be read from any place.
type places struct {
	*os.File
	offset int64 // of the first
	big    bool  // big endian
	end    func()
}

// voxels returns the voxels of a file, or of the unpacked copy of one.
func (d *disk) voxels() (places, error) {
	if f := d.plain.Load(); f != nil {
		return places{f, 0, false, func() {}}, nil
	}
	f, err := d.open()
	if err != nil {
		return places{}, err
	}
	return places{f, d.offset, d.big, func() { f.Close() }}, nil
}

// packed reports whether voxels can be read in order only.
func (d *disk) packed() bool { return d.gzip && d.plain.Load() == nil }

// copied returns the unpacked voxels as a stream, nil when there are none.
func (d *disk) copied(task *display.Counter) *source {
	f := d.plain.Load()
	if f == nil {
		return nil
	}
	return &source{Reader: bufio.NewReaderSize(task.Reader(io.NewSectionReader(f, 0, int64(d.bytes))), 1<<16)}
}
