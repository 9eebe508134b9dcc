package session

import (
	"context"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"
)

// largest is how long a file may be that is run as a cell.
const largest = 16 << 20

// load answers %load: the file's text runs as a cell of its own, with the
// file's name in positions. Front ends differ in whether they could offer it
// for editing first; that it runs is the same in all.
func (s *Session) load(ctx context.Context, path string, res *Result) error {
	file, err := expanded(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", path, cause(err))
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a file", path)
	case info.Size() > largest:
		return fmt.Errorf("%s has %d MB, more than a cell may have (%d MB)", path, info.Size()>>20, largest>>20)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	if !utf8.Valid(data) {
		return fmt.Errorf("%s is not text", path)
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	if strings.HasPrefix(text, "#!") {
		text = "//" + text[2:]
	}
	s.logged(ctx, path, text, res)
	return nil
}
