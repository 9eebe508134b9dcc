package terminal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// mostHistory is how many entries a session remembers; the file is cut back to
// that when it has grown to twice as many.
const mostHistory = 10000

// history is the list of cells typed so far, in memory and in a file to which
// each cell is appended by one write, so that several sessions can share it
// and a crash loses at most the cell being written.
type history struct {
	path  string // empty: in memory only
	cells []string
	// shown gives the form in which an entry is put on the line again.
	shown func(string) string
	// typed gives the text that an accepted line stands for.
	typed func(string) string
}

type entry struct {
	Time int64  `json:"t"` // Unix seconds
	Text string `json:"s"`
}

// historyPath returns where the history is kept: NEUROREPL_HISTORY when that
// is set, else a file in the user's folder for the state of programs. It is
// empty, for no file, when there is no such folder.
func historyPath() string {
	if p, ok := os.LookupEnv("NEUROREPL_HISTORY"); ok {
		return p
	}
	dir := os.Getenv("XDG_STATE_HOME")
	if dir == "" && (runtime.GOOS == "windows" || runtime.GOOS == "darwin") {
		dir, _ = os.UserConfigDir()
	} else if dir == "" {
		if home, err := os.UserHomeDir(); err == nil {
			dir = filepath.Join(home, ".local", "state")
		}
	}
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, "neurorepl", "history.jsonl")
}

// openHistory reads the history in a file. Lines that are broken are passed
// over; a file that is not there is an empty history.
func openHistory(path string) (*history, error) {
	same := func(s string) string { return s }
	h := &history{path: path, shown: same, typed: same}
	if path == "" {
		return h, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		h.path = ""
		return h, err
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		h.path = ""
		return h, err
	}
	defer f.Close()
	lines, whole := 0, true
	r := bufio.NewReader(f)
	for {
		line, err := r.ReadBytes('\n')
		if len(line) > 0 {
			lines++
			whole = bytes.HasSuffix(line, []byte("\n"))
			var e entry
			if json.Unmarshal(line, &e) == nil && e.Text != "" {
				h.cells = append(h.cells, e.Text)
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			h.path = ""
			return h, err
		}
	}
	if n := len(h.cells); n > mostHistory {
		h.cells = append([]string(nil), h.cells[n-mostHistory:]...)
	}
	if lines > 2*mostHistory {
		return h, h.rewrite()
	}
	if !whole { // the last write was cut short: what follows must not join it
		return h, appendTo(path, []byte("\n"))
	}
	return h, nil
}

func (h *history) rewrite() error {
	var b bytes.Buffer
	for _, c := range h.cells {
		b.Write(encodeEntry(c))
	}
	tmp, err := os.CreateTemp(filepath.Dir(h.path), ".history.*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(b.Bytes())
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), h.path)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}

func encodeEntry(text string) []byte {
	line, _ := json.Marshal(entry{time.Now().Unix(), text}) // strings always encode
	return append(line, '\n')
}

func appendTo(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// Write appends an accepted line; the line editor calls it.
func (h *history) Write(line string) (int, error) {
	text := strings.TrimRight(h.typed(line), " \t\n")
	if text == "" || len(h.cells) > 0 && h.cells[len(h.cells)-1] == text {
		return len(h.cells), nil
	}
	h.cells = append(h.cells, text)
	if h.path == "" {
		return len(h.cells), nil
	}
	return len(h.cells), appendTo(h.path, encodeEntry(text))
}

// GetLine returns an entry in the form in which it is put on the line.
func (h *history) GetLine(i int) (string, error) {
	if i < 0 || i >= len(h.cells) {
		return "", errors.New("no such entry")
	}
	return h.shown(h.cells[i]), nil
}

// Len returns the number of entries.
func (h *history) Len() int { return len(h.cells) }

// Dump returns all entries.
func (h *history) Dump() any { return h.cells }
