package session

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// saved is how a program starts that %save wrote.
const saved = "// Saved from a session of neurorepl."

// save answers %save.
func (s *Session) save(path string, res *Result) error {
	file, err := expanded(path)
	if err != nil {
		return err
	}
	if !strings.HasSuffix(file, ".go") {
		return fmt.Errorf("%s is not the name of a Go file; %%save NAME.go", path)
	}
	cells := s.log.cells
	if s.log.scope != s.scope {
		cells = nil
	}
	if len(s.log.parts) > 0 { // of this very cell
		cells = append(cells[:len(cells):len(cells)], loggedCell{parts: s.log.parts})
	}
	switch by, err := writtenBy(file); {
	case err != nil:
		return fmt.Errorf("%s: %w", path, cause(err))
	case !by:
		return fmt.Errorf("%s is there already and is not a saved session; delete it or choose another name", path)
	}
	text, notes, err := program(cells)
	if err != nil {
		return err
	}
	if err := replaceFile(file, text); err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	res.Notes = append(res.Notes, notes...)
	if strings.ContainsAny(path, " \t$&;()'`*?<>|") {
		path = strconv.Quote(path)
	}
	fmt.Fprintf(s.out, "saved: go run %s\n", path)
	return nil
}

// writtenBy tells whether a file may be written: there is none, or it is a
// program that was saved.
func writtenBy(file string) (bool, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	line, _ := bufio.NewReader(f).ReadString('\n')
	return strings.HasPrefix(line, saved), nil
}

// replaceFile writes a file whole or not at all.
func replaceFile(file, text string) error {
	f, err := os.CreateTemp(filepath.Dir(file), ".saving-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	if e := f.Chmod(0o644); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}
