package jupyter

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

const (
	keepHistory = 10000   // cells that a kernel remembers; the file is cut back to them when it has twice as many
	keepOutput  = 4 << 10 // bytes of a cell's value that are kept
)

// An entry is one cell that ran, or the start of a session if Count is 0.
type entry struct {
	Session int    `json:"session"`
	Count   int    `json:"count,omitempty"`
	Input   string `json:"input,omitempty"`
	Output  string `json:"output,omitempty"` // its value as text, empty when it had none
}

// A history is what ran in this session and in those before it, oldest first.
// It is kept in a file of one JSON object a line, to which kernels that run
// side by side append; each has a session number of its own.
type history struct {
	path    string // empty: not kept
	once    sync.Once
	mu      sync.Mutex
	entries []entry
	session int // number of this session, from 1
}

// openHistory returns a history kept in a file; reading it is left to a
// goroutine, for the kernel is to answer at once.
func openHistory(path string) *history {
	h := &history{path: path}
	go h.once.Do(h.load)
	return h
}

// historyPath returns where cells are kept: NEUROREPL_NOTEBOOK_HISTORY when it
// is set (empty: nowhere), else a file in the user's folder for the state of
// programs.
func historyPath() string {
	if p, ok := os.LookupEnv("NEUROREPL_NOTEBOOK_HISTORY"); ok {
		return p
	}
	dir := os.Getenv("XDG_STATE_HOME")
	if dir == "" {
		if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
			dir, _ = os.UserConfigDir()
		} else if home, err := os.UserHomeDir(); err == nil {
			dir = filepath.Join(home, ".local", "state")
		}
	}
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, "neurorepl", "notebook-history.jsonl")
}

// load reads the file and enters this session. A file that cannot be read is
// left alone: the history is that of this session then.
func (h *history) load() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.session = 1
	if h.path == "" {
		return
	}
	data, err := os.ReadFile(h.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		h.path = ""
		return
	}
	lines := 0
	for line := range bytes.Lines(data) {
		lines++
		var e entry
		if json.Unmarshal(line, &e) != nil || e.Session < 1 {
			continue
		}
		h.session = max(h.session, e.Session+1)
		if e.Count > 0 {
			h.entries = append(h.entries, e)
		}
	}
	h.entries = tail(h.entries, new(keepHistory))
	if lines > 2*keepHistory {
		h.rewrite()
	} else if n := len(data); n > 0 && data[n-1] != '\n' { // a write that was cut short
		h.write([]byte("\n"))
	}
	h.append(entry{Session: h.session})
}

// rewrite cuts the file back to what is remembered.
func (h *history) rewrite() {
	f, err := os.CreateTemp(filepath.Dir(h.path), ".notebook-history.*")
	if err != nil {
		return
	}
	w := bufio.NewWriter(f)
	for _, e := range h.entries {
		line, _ := encode(e)
		w.Write(append(line, '\n'))
	}
	err = w.Flush()
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), h.path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
}

func (h *history) append(e entry) error {
	line, err := encode(e)
	if err != nil {
		return err
	}
	return h.write(append(line, '\n'))
}

// write appends by one call, so that lines of several kernels do not mix.
func (h *history) write(data []byte) error {
	if h.path == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(h.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// add remembers a cell of this session. The first error of the file ends the
// keeping.
func (h *history) add(e entry) error {
	h.once.Do(h.load)
	h.mu.Lock()
	defer h.mu.Unlock()
	e.Session = h.session
	if len(e.Output) > keepOutput {
		e.Output = e.Output[:keepOutput-unfinished([]byte(e.Output[:keepOutput]))] + " ..."
	}
	if len(h.entries) == keepHistory {
		h.entries = append(h.entries[:0], h.entries[1:]...)
	}
	h.entries = append(h.entries, e)
	if err := h.append(e); err != nil {
		h.path = ""
		return fmt.Errorf("jupyter: the history is not kept any more: %w", err)
	}
	return nil
}

// A historyRequest is the content of a history_request.
type historyRequest struct {
	Output  bool   `json:"output"`
	Access  string `json:"hist_access_type"` // "range", "tail", "search"
	Session int    `json:"session"`          // 0 is this one, -1 the one before
	Start   int    `json:"start"`
	Stop    *int   `json:"stop"`
	N       *int   `json:"n"`
	Pattern string `json:"pattern"`
	Unique  bool   `json:"unique"`
}

// find returns the entries a request asks for as Jupyter lists them: session,
// cell number, and input or the pair of input and output.
func (h *history) find(q historyRequest) [][3]any {
	h.once.Do(h.load)
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []entry
	switch q.Access {
	case "range":
		session := q.Session
		if session <= 0 {
			session += h.session
		}
		for _, e := range h.entries {
			if e.Session == session && e.Count >= q.Start && (q.Stop == nil || e.Count < *q.Stop) {
				found = append(found, e)
			}
		}
	case "search":
		pattern := []rune(q.Pattern)
		last := map[string]int{}
		for i, e := range h.entries {
			last[e.Input] = i
		}
		for i, e := range h.entries {
			if match(pattern, []rune(e.Input)) && (!q.Unique || last[e.Input] == i) {
				found = append(found, e)
			}
		}
		found = tail(found, q.N)
	default: // "tail"
		found = tail(h.entries, q.N)
	}
	list := make([][3]any, 0, len(found))
	for _, e := range found {
		row := [3]any{e.Session, e.Count, e.Input}
		if q.Output {
			var out any
			if e.Output != "" {
				out = e.Output
			}
			row[2] = [2]any{e.Input, out}
		}
		list = append(list, row)
	}
	return list
}

func tail(e []entry, n *int) []entry {
	if n == nil || *n < 0 || *n >= len(e) {
		return e
	}
	return e[len(e)-*n:]
}
