// Package files is what writers and readers of files share: a file that appears
// whole or not at all, bytes that are all there or a clear error, and errors
// without the path that their caller names.
package files

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Plain drops the path from an error of the file system, which the caller names
// anyway.
func Plain(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// ReadAt fills b from byte at of r on. A file that ends before is an error that says
// where.
func ReadAt(r io.ReaderAt, b []byte, at int64) error {
	n, err := r.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == io.EOF {
		return fmt.Errorf("the file is cut off at byte %d", at+int64(n))
	}
	return err
}

// Whole writes what f writes to a file beside path and gives it that name when
// all is there. After an error nothing is left. Errors of the file system are
// plain.
func Whole(path string, f func(w io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return Plain(err)
	}
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(file.Name())
		}
	}()
	w := bufio.NewWriterSize(file, 1<<16)
	if err = f(w); err != nil {
		return Plain(err)
	}
	if err = w.Flush(); err != nil {
		return Plain(err)
	}
	if err = file.Chmod(0o644); err != nil {
		return Plain(err)
	}
	if err = file.Close(); err != nil {
		return Plain(err)
	}
	return Plain(os.Rename(file.Name(), path))
}
