package terminal

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/rivo/uniseg"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// mostHeld is how many bytes printed between cells are kept for later.
const mostHeld = 1 << 20

// screen is the terminal as the session's streams and sink see it. While the
// user edits a line, what goroutines of earlier cells print is held back and
// appears before the next cell's output, so that it cannot tear the line.
type screen struct {
	mu    sync.Mutex
	out   io.Writer
	able  Abilities
	dir   string // where pictures are saved; made when the first one comes
	saved int    // pictures saved so far

	editing bool
	held    []byte
	lost    bool

	rows   int    // rows printed by the running cell up to the cursor
	column int    // of the cursor
	last   string // display ID of what was shown last, while nothing follows it
	since  int    // rows before that display
	clear  bool   // clear when the next output comes
	bar    int    // characters of the bar below the cursor's line; 0 for none
}

// resize takes the window's size for what comes next.
func (s *screen) resize(columns, rows int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if columns > 0 && rows > 0 {
		s.able.Columns, s.able.Rows = columns, rows
	}
}

// begin starts a cell's output, first with what was held back.
func (s *screen) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.editing = false
	s.rows, s.column, s.last, s.clear = 0, 0, "", false
	if len(s.held) > 0 {
		s.write(s.held)
		if s.lost {
			s.write([]byte("\n[more was printed between the cells; it is lost]\n"))
		}
		s.held, s.lost = nil, false
	}
}

// end leaves the cursor at the start of a line.
func (s *screen) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unbar()
	if s.column > 0 {
		s.write([]byte("\n"))
	}
	s.editing = true
}

// Write prints.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.editing {
		room := mostHeld - len(s.held)
		s.lost = s.lost || len(p) > room
		s.held = append(s.held, p[:min(len(p), max(room, 0))]...)
		return len(p), nil
	}
	s.last = ""
	s.pending()
	return s.write(p)
}

// write prints and keeps count of where the cursor is.
func (s *screen) write(p []byte) (int, error) {
	s.unbar()
	n, err := s.out.Write(p)
	text := string(p)
	for text != "" {
		line, rest, more := strings.Cut(text, "\n")
		if i := strings.LastIndexByte(line, '\r'); i >= 0 {
			s.column, line = 0, line[i+1:]
		}
		if line != "" {
			s.column += width(line)
			if over := s.column - 1; over >= s.able.Columns {
				s.rows += over / s.able.Columns
				s.column = over%s.able.Columns + 1
			}
		}
		if more {
			s.rows++
			s.column = 0
		}
		text = rest
	}
	return n, err
}

// width returns the columns that a text takes, without escape sequences.
func width(s string) int {
	if strings.IndexByte(s, 0x1b) < 0 {
		if len(s) > 4096 { // far wider than any window; near enough
			return len(s)
		}
		return uniseg.StringWidth(strings.ReplaceAll(s, "\t", "        "))
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != 0x1b {
			b.WriteByte(s[i])
			continue
		}
		switch {
		case i+1 < len(s) && s[i+1] == '[': // to the final letter
			for i += 2; i < len(s) && (s[i] < 0x40 || s[i] > 0x7e); i++ {
			}
		case i+1 < len(s) && strings.IndexByte("]_P", s[i+1]) >= 0: // to the bell or ESC \
			for i += 2; i < len(s) && s[i] != '\a' && s[i] != '\\'; i++ {
			}
		default:
			i++
		}
	}
	return uniseg.StringWidth(b.String())
}

// Display shows a bundle: its picture if the terminal can, else its text.
func (s *screen) Display(b display.Bundle) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.editing {
		s.held = append(s.held, b.Text()+"\n"...)
		return nil
	}
	s.pending()
	return s.show(b)
}

// Update draws over the display of the same ID when that is the last thing on
// the screen, and below it otherwise: what has scrolled away stays.
func (s *screen) Update(b display.Bundle) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.editing {
		return nil
	}
	s.pending()
	if b.ID != "" && s.last == b.ID {
		s.erase(s.since)
	}
	return s.show(b)
}

// Clear erases what the running cell has shown, as far as it is still there.
func (s *screen) Clear(wait bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.editing {
		return nil
	}
	if wait {
		s.clear = true
		return nil
	}
	s.erase(0)
	return nil
}

func (s *screen) pending() {
	if s.clear {
		s.clear = false
		s.erase(0)
	}
}

// erase removes everything below a row of the cell's output.
func (s *screen) erase(row int) {
	s.unbar()
	up := s.rows - row
	if s.able.Colours == 0 && s.able.Pictures == Files || up >= s.able.Rows {
		return // no terminal, or its beginning has scrolled away
	}
	if up > 0 {
		fmt.Fprintf(s.out, "\x1b[%dA", up)
	}
	io.WriteString(s.out, "\r\x1b[J")
	s.rows, s.column, s.last = row, 0, ""
}

// show prints a bundle from the start of a line on.
func (s *screen) show(b display.Bundle) error {
	s.unbar()
	if s.column > 0 {
		s.write([]byte("\n"))
	}
	start := s.rows
	if err := s.draw(b); err != nil {
		return err
	}
	s.last, s.since = b.ID, start
	return nil
}

func (s *screen) draw(b display.Bundle) error {
	mime, data := picture(b)
	if data == nil {
		text := strings.TrimRight(b.Text(), "\n")
		_, err := s.write([]byte(text + "\n"))
		return err
	}
	caption := strings.TrimSpace(b.Text())
	if strings.HasPrefix(caption, "[") {
		caption = ""
	}
	characters := s.able.Pictures == Blocks || s.able.Pictures == Braille
	if b.Sketch != nil && characters {
		text := b.Sketch(max(20, s.able.Columns), s.able.Colours >= 256) + "\n"
		if _, err := io.WriteString(s.out, text); err != nil {
			return err
		}
		s.rows += strings.Count(text, "\n")
	} else if mime != display.TypeSVG && s.able.Pictures != Files {
		chars, rows, err := render(data, meant(b, mime), s.able)
		if err == nil {
			if _, err := io.WriteString(s.out, chars); err != nil {
				return err
			}
			s.rows += rows
			if !characters {
				return nil
			}
		} else {
			s.write([]byte(err.Error() + "\n"))
		}
	}
	// What is drawn in characters cannot be read to the last digit: name the
	// file that can.
	line := caption
	path, err := s.save(mime, data)
	if err == nil {
		line = strings.TrimSpace(line + "  " + s.link(path))
	} else {
		line = strings.TrimSpace(line + "  (not saved: " + err.Error() + ")")
	}
	_, err = s.write([]byte(s.dim(line) + "\n"))
	return err
}

// picture returns the picture that a bundle holds.
func picture(b display.Bundle) (mime string, data []byte) {
	for _, mime := range []string{display.TypePNG, display.TypeJPEG, display.TypeSVG} {
		switch d := b.Data[mime].(type) {
		case []byte:
			return mime, d
		case string:
			return mime, []byte(d)
		}
	}
	return "", nil
}

// meant returns the width in CSS pixels that a picture's metadata asks for.
func meant(b display.Bundle, mime string) float64 {
	switch m := b.Metadata[mime].(type) {
	case map[string]any:
		switch w := m["width"].(type) {
		case int:
			return float64(w)
		case float64:
			return w
		}
	case map[string]int:
		return float64(m["width"])
	case map[string]float64:
		return m["width"]
	}
	return 0
}

// save writes a picture to the session's folder of pictures.
func (s *screen) save(mime string, data []byte) (string, error) {
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "neurorepl-")
		if err != nil {
			return "", err
		}
		s.dir = dir
	}
	ext := map[string]string{display.TypePNG: ".png", display.TypeJPEG: ".jpg", display.TypeSVG: ".svg"}[mime]
	s.saved++
	path := filepath.Join(s.dir, fmt.Sprintf("figure_%02d%s", s.saved, ext))
	return path, os.WriteFile(path, data, 0o644)
}

// link writes a file name that modern terminals open by a click.
func (s *screen) link(path string) string {
	if s.able.Colours < 256 {
		return path
	}
	return "\x1b]8;;file://" + filepath.ToSlash(path) + "\x1b\\" + path + "\x1b]8;;\x1b\\"
}

func (s *screen) dim(text string) string {
	if s.able.Colours == 0 || text == "" {
		return text
	}
	return "\x1b[2m" + text + "\x1b[22m"
}

func (s *screen) paint(code, text string) string {
	if s.able.Colours == 0 || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
