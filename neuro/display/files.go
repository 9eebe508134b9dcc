package display

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// Files is the sink of a script: pictures become numbered files in a folder,
// everything else becomes text. The same script writes the same text and files
// under `neurorepl run` and `go run`.
type Files struct {
	// Dir is the folder for pictures, made when the first one comes.
	Dir string
	// Out receives the text of what is shown, and a line for each picture that
	// names its file.
	Out io.Writer

	mu    sync.Mutex
	count int
	names map[string]string // display ID to the file it was written to
}

// NewFiles returns a sink that writes pictures below dir and text to out.
func NewFiles(dir string, out io.Writer) *Files { return &Files{Dir: dir, Out: out} }

// pictures are the types that Files saves, the preferred one first.
var pictures = []struct{ mime, ext string }{
	{TypePNG, ".png"}, {TypeSVG, ".svg"}, {TypeJPEG, ".jpg"}, {TypePDF, ".pdf"},
}

// Display writes a picture to the next numbered file, or text to Out.
func (f *Files) Display(b Bundle) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range pictures {
		data, ok := b.Data[p.mime]
		if !ok {
			continue
		}
		f.count++
		name := fmt.Sprintf("figure_%02d%s", f.count, p.ext)
		return f.write(b, name, data)
	}
	_, err := fmt.Fprintln(f.Out, b.Text())
	return err
}

// Update writes a picture over the file of the same ID; text is written again.
func (f *Files) Update(b Bundle) error {
	f.mu.Lock()
	name, ok := f.names[b.ID]
	if ok {
		defer f.mu.Unlock()
		for _, p := range pictures {
			if data, has := b.Data[p.mime]; has && strings.HasSuffix(name, p.ext) {
				return os.WriteFile(filepath.Join(f.Dir, name), content(data), 0o644)
			}
		}
		_, err := fmt.Fprintln(f.Out, b.Text())
		return err
	}
	f.mu.Unlock()
	return f.Display(b)
}

// Clear does nothing: what a script has written stays.
func (f *Files) Clear(bool) error { return nil }

func (f *Files) write(b Bundle, name string, data any) error {
	if err := os.MkdirAll(f.Dir, 0o755); err != nil {
		return fmt.Errorf("no folder for figures: %w", err)
	}
	path := filepath.Join(f.Dir, name)
	if err := os.WriteFile(path, content(data), 0o644); err != nil {
		return err
	}
	if b.ID != "" {
		if f.names == nil {
			f.names = map[string]string{}
		}
		f.names[b.ID] = name
	}
	line := b.Text()
	if line != "" && !strings.HasPrefix(line, "[") {
		line = "[" + line + "]"
	}
	_, err := fmt.Fprintf(f.Out, "%s %s\n", filepath.ToSlash(filepath.Join(filepath.Base(f.Dir), name)), line)
	return err
}

func content(data any) []byte {
	switch d := data.(type) {
	case []byte:
		return d
	case string:
		return []byte(d)
	}
	return nil
}

// FiguresDir returns the folder for the figures of a script: beside it, named
// after it, without ".go": "dir/tour.go" gives "dir/tour_figures".
func FiguresDir(script string) string { return strings.TrimSuffix(script, ".go") + "_figures" }

// fromSurroundings chooses the sink of a program that runs outside the front
// ends: GoNB's pipes when they are there, else files beside the main program's
// source, or in the working directory when the source is not known.
func fromSurroundings() Sink {
	if s, err := openGoNB(); err == nil {
		return s
	} else if !errors.Is(err, errNoGoNB) {
		fmt.Fprintf(os.Stderr, "display: %v; figures go to files\n", err)
	}
	dir := "figures"
	if main := mainFile(); main != "" {
		dir = FiguresDir(main)
	}
	return NewFiles(dir, os.Stdout)
}

// mainFile returns the source file of function main.main, which is on the
// stack when Show is called from the main goroutine, or "".
func mainFile() string {
	pcs := make([]uintptr, 256)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if f.Function == "main.main" || strings.HasPrefix(f.Function, "main.") {
			if _, err := os.Stat(f.File); err == nil {
				return f.File
			}
		}
		if !more {
			return ""
		}
	}
}
