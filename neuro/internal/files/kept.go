package files

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// A Kept is a file whose contents are read later, piece by piece: it is told when it
// changed in between.
type Kept struct {
	Path     string
	Size     int64
	modified time.Time
}

// Keep opens a file and remembers what it is. A folder is an error; errors of the file
// system are plain.
func Keep(path string) (*Kept, *os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, Plain(err)
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = errors.New("is a folder; a file is needed")
	}
	if err != nil {
		f.Close()
		return nil, nil, Plain(err)
	}
	return &Kept{path, info.Size(), info.ModTime()}, f, nil
}

// Open opens the file again, after looking whether it is still the same, and returns what
// closes it.
func (k *Kept) Open() (io.ReaderAt, func(), error) {
	now, f, err := Keep(k.Path)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: its samples stayed in the file, which cannot be opened any more: %w", k.Path, err)
	}
	if now.Size != k.Size || !now.modified.Equal(k.modified) {
		f.Close()
		return nil, nil, fmt.Errorf("%s: has changed since it was read; read it again", k.Path)
	}
	return f, func() { f.Close() }, nil
}
