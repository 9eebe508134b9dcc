package fif

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/klauspost/compress/gzip"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// A packed file is unpacked into memory up to inMemory bytes, and into a file without a
// name beyond; not beyond mostUnpacked, which is where the format's own places end.
const (
	inMemory     = 1 << 24
	mostUnpacked = 1<<31 - 1
)

// opener opens the bytes of a file, and returns what closes them.
type opener func() (io.ReaderAt, func(), error)

// at returns an opener of bytes that stay open.
func at(r io.ReaderAt) opener {
	return func() (io.ReaderAt, func(), error) { return r, func() {}, nil }
}

// A file is the tree of a file and how its bytes are opened again.
type file struct {
	content
	root *node
	open opener
}

// openFile reads the tree of the file at a path. done closes the file.
func openFile(path string) (f *file, done func(), err error) {
	kept, disk, err := files.Keep(path)
	if err != nil {
		return nil, nil, err
	}
	provenance.File(path)
	f, err = newFile(disk, kept.Size, path, kept.Open)
	if err != nil {
		disk.Close()
		return nil, nil, err
	}
	return f, func() { disk.Close() }, nil
}

// newFile reads the tree of size bytes of r.
func newFile(r io.ReaderAt, size int64, name string, open opener) (*file, error) {
	var magic [2]byte
	if n, _ := r.ReadAt(magic[:], 0); n == 2 && magic == [2]byte{0x1f, 0x8b} {
		var err error
		if r, size, err = unpack(r, size, name); err != nil {
			return nil, err
		}
		open = at(r)
	}
	f := &file{content: content{r: r, size: size}, open: open}
	var err error
	if f.root, err = f.tree(); err != nil {
		return nil, err
	}
	return f, nil
}

// unpack decompresses a file.
func unpack(r io.ReaderAt, size int64, name string) (io.ReaderAt, int64, error) {
	task := display.Start("fif: unpacking "+name, "bytes", int(size))
	defer task.End()
	z, err := gzip.NewReader(bufio.NewReaderSize(task.Reader(io.NewSectionReader(r, 0, size)), 1<<16))
	if err != nil {
		return nil, 0, fmt.Errorf("its compression: %w", err)
	}
	var head [4]byte
	if _, err := io.ReadFull(z, head[:]); err != nil || head != [4]byte{0, 0, 0, tagFileID} {
		if errors.Is(err, display.ErrInterrupted) {
			return nil, 0, err
		}
		return nil, 0, errors.New("is not a FIFF file: what is compressed does not begin with the tag of a file's identity")
	}
	all := io.MultiReader(bytes.NewReader(head[:]), z)
	var b bytes.Buffer
	n, err := io.CopyN(&b, all, inMemory)
	if err == io.EOF {
		return bytes.NewReader(b.Bytes()), n, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("its compression: %w", err)
	}
	f, err := os.CreateTemp("", "neurorepl-*.fif")
	if err != nil {
		return nil, 0, fmt.Errorf("there is no room to unpack it: %w", files.Plain(err))
	}
	// Where the system lets it, the name goes at once and the bytes with the process.
	named := os.Remove(f.Name()) != nil
	drop := func() {
		f.Close()
		if named {
			os.Remove(f.Name())
		}
	}
	u := &unpacked{f}
	_, err = f.Write(b.Bytes())
	if err == nil {
		n, err = io.CopyN(f, all, mostUnpacked-inMemory)
		n += inMemory
	}
	switch {
	case err == nil:
		err = fmt.Errorf("it has more than %d bytes when it is unpacked; a FIFF file has no places beyond", int64(mostUnpacked))
	case err == io.EOF:
		err = nil
	case !errors.Is(err, display.ErrInterrupted):
		err = fmt.Errorf("its compression: %w", files.Plain(err))
	}
	if err != nil {
		drop()
		return nil, 0, err
	}
	if named {
		runtime.AddCleanup(u, func(f *os.File) {
			f.Close()
			os.Remove(f.Name())
		}, f)
	}
	return u, n, nil
}

// unpacked is the copy of a file; without its name the bytes go with it.
type unpacked struct{ *os.File }
