// Package notebook reads, runs, converts and writes Jupyter notebooks without
// Jupyter.
//
//	nb, err := notebook.Read("tour.ipynb")
//	err = notebook.Execute(ctx, nb, notebook.Options{Open: open})
//	err = notebook.Write("tour.ipynb", nb)
//
// Files are of format 4 and are written as Jupyter writes them (sorted keys,
// one space of indentation, text as lists of lines), so that a notebook that
// is read and written again keeps its bytes, and everything in it that this
// package knows nothing about.
package notebook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The types of cells.
const (
	Code     = "code"
	Markdown = "markdown"
	Raw      = "raw"
)

// largest is the size in bytes of the largest notebook file that Read opens.
// Jupyter itself gives up on files a tenth of that.
const largest = 1 << 30

// A Notebook is a Jupyter notebook of format 4.
type Notebook struct {
	Cells    []*Cell
	Metadata map[string]any // kernelspec, language_info and whatever else tools store
	Minor    int            // minor version of format 4; cells have identifiers from 5 on

	rest map[string]any // other keys of the file
}

// A Cell is one cell of a notebook.
type Cell struct {
	ID             string // unique within a notebook of format 4.5 or later
	Type           string // Code, Markdown or Raw
	Source         string
	Metadata       map[string]any
	Outputs        []Output // of a code cell
	ExecutionCount int      // of a code cell; 0 while it has not run

	rest map[string]any // other keys, such as attachments
}

// An Output is one output of a code cell as the file has it, texts joined to
// strings: "output_type" is "stream", "display_data", "execute_result" or
// "error", and the other keys depend on it.
type Output map[string]any

// New returns an empty notebook for this kernel.
func New() *Notebook {
	return &Notebook{
		Minor: 5,
		Metadata: map[string]any{
			"kernelspec": map[string]any{"display_name": displayName, "language": "go", "name": kernelName},
		},
	}
}

// Add appends a cell with an identifier that follows from its content.
func (nb *Notebook) Add(cellType, source string) *Cell {
	c := &Cell{Type: cellType, Source: source, Metadata: map[string]any{}}
	nb.Cells = append(nb.Cells, c)
	nb.identify()
	return c
}

// identify gives every cell without an identifier one that is the same each
// time: a digest of its type and source, told apart from equal ones by number.
func (nb *Notebook) identify() {
	if nb.Minor < 5 {
		return
	}
	taken := map[string]bool{}
	for _, c := range nb.Cells {
		if c.ID != "" {
			taken[c.ID] = true
		}
	}
	for _, c := range nb.Cells {
		if c.ID != "" {
			continue
		}
		sum := sha256.Sum256([]byte(c.Type + "\x00" + c.Source))
		id := hex.EncodeToString(sum[:4])
		for n := 2; taken[id]; n++ {
			id = hex.EncodeToString(sum[:4]) + "-" + strconv.Itoa(n)
		}
		c.ID, taken[id] = id, true
	}
}

// Read reads a notebook file. The error names the file and, where there is
// one, the cell.
func Read(path string) (*Notebook, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > largest {
		return nil, fmt.Errorf("notebook: Read: %s has %d bytes, at most %d are allowed", path, info.Size(), largest)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	nb, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return nb, nil
}

// Parse reads a notebook from the content of its file.
func Parse(data []byte) (*Notebook, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber() // numbers keep their digits
	var root any
	if err := dec.Decode(&root); err != nil {
		return nil, fmt.Errorf("notebook: not a notebook, because not JSON: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("notebook: something follows the notebook's JSON at byte %d", dec.InputOffset())
	}
	top, ok := root.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("notebook: not a notebook, because its JSON is not an object")
	}
	return fromJSON(top)
}

func fromJSON(top map[string]any) (*Notebook, error) {
	format, ok := integer(top["nbformat"])
	if !ok {
		return nil, fmt.Errorf("notebook: not a notebook: it has no nbformat")
	}
	if format != 4 {
		return nil, fmt.Errorf("notebook: nbformat %d; only 4 is read: open the notebook in Jupyter and save it", format)
	}
	nb := &Notebook{rest: map[string]any{}, Metadata: map[string]any{}}
	if nb.Minor, ok = integer(top["nbformat_minor"]); !ok || nb.Minor < 0 {
		return nil, fmt.Errorf("notebook: nbformat_minor is %v; a whole number from 0 is needed", top["nbformat_minor"])
	}
	var cells []any
	for key, v := range top {
		switch key {
		case "nbformat", "nbformat_minor":
		case "metadata":
			if nb.Metadata, ok = v.(map[string]any); !ok {
				return nil, fmt.Errorf("notebook: metadata is not an object")
			}
		case "cells":
			if cells, ok = v.([]any); !ok {
				return nil, fmt.Errorf("notebook: cells is not a list")
			}
		default:
			nb.rest[key] = v
		}
	}
	if _, ok := top["cells"]; !ok {
		return nil, fmt.Errorf("notebook: it has no cells")
	}
	for _, transient := range []string{"orig_nbformat", "orig_nbformat_minor", "signature"} {
		delete(nb.Metadata, transient)
	}
	for i, v := range cells {
		c, err := cellFromJSON(v)
		if err != nil {
			return nil, fmt.Errorf("notebook: cell %d: %w", i+1, err)
		}
		nb.Cells = append(nb.Cells, c)
	}
	return nb, nil
}

func cellFromJSON(v any) (*Cell, error) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("it is not an object")
	}
	c := &Cell{rest: map[string]any{}, Metadata: map[string]any{}}
	for key, v := range m {
		ok := true
		switch key {
		case "id":
			c.ID, ok = v.(string)
		case "cell_type":
			c.Type, ok = v.(string)
		case "source":
			c.Source, ok = joined(v)
		case "metadata":
			if c.Metadata, ok = v.(map[string]any); ok {
				delete(c.Metadata, "trusted")
			}
		case "execution_count":
			if v != nil {
				c.ExecutionCount, ok = integer(v)
			}
		case "outputs":
			var list []any
			if list, ok = v.([]any); ok {
				for i, o := range list {
					out, isObject := o.(map[string]any)
					if !isObject {
						return nil, fmt.Errorf("output %d is not an object", i+1)
					}
					joinOutput(out)
					c.Outputs = append(c.Outputs, out)
				}
			}
		case "attachments":
			if files, isObject := v.(map[string]any); isObject {
				for _, f := range files {
					joinBundle(f)
				}
			}
			c.rest[key] = v
		default:
			c.rest[key] = v
		}
		if !ok {
			return nil, fmt.Errorf("its %s has the wrong type of value", key)
		}
	}
	switch c.Type {
	case Code:
	case Markdown, Raw:
		if len(c.Outputs) > 0 || c.ExecutionCount != 0 {
			return nil, fmt.Errorf("a %s cell has outputs; only code cells may", c.Type)
		}
	default:
		return nil, fmt.Errorf("its type is %q; allowed are code, markdown and raw", c.Type)
	}
	return c, nil
}

// Write writes a notebook to a file, whole or not at all: the content goes to
// a temporary file beside it, which then takes its name.
func Write(path string, nb *Notebook) error {
	data, err := nb.Encode()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return replace(path, data)
}

// replace writes a file under another name first and renames it. A link stays
// a link: the file that it leads to is replaced.
func replace(path string, data []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	mode := os.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() { // a pipe or a device such as /dev/stdout
			return os.WriteFile(path, data, mode)
		}
		mode = info.Mode().Perm()
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Chmod(mode)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}

// Encode returns the notebook as the content of a file, as Jupyter writes it.
func (nb *Notebook) Encode() ([]byte, error) {
	nb.identify()
	top := map[string]any{"nbformat": 4, "nbformat_minor": nb.Minor, "metadata": orEmpty(nb.Metadata)}
	for k, v := range nb.rest {
		top[k] = v
	}
	cells := make([]any, len(nb.Cells))
	for i, c := range nb.Cells {
		m := map[string]any{"cell_type": c.Type, "metadata": orEmpty(c.Metadata), "source": split(c.Source)}
		for k, v := range c.rest {
			m[k] = v
		}
		if files, ok := c.rest["attachments"].(map[string]any); ok {
			parts := map[string]any{}
			for name, f := range files {
				parts[name] = splitBundle(f)
			}
			m["attachments"] = parts
		}
		if c.ID != "" {
			m["id"] = c.ID
		}
		if c.Type == Code {
			m["execution_count"] = nil
			if c.ExecutionCount != 0 {
				m["execution_count"] = c.ExecutionCount
			}
			outputs := make([]any, len(c.Outputs))
			for j, o := range c.Outputs {
				outputs[j] = splitOutput(o)
			}
			m["outputs"] = outputs
		}
		cells[i] = m
	}
	top["cells"] = cells
	var e encoder
	if err := e.value(top, 0); err != nil {
		return nil, err
	}
	e.buf = append(e.buf, '\n')
	return e.buf, nil
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func integer(v any) (int, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(n.String())
	return i, err == nil
}

// joined returns a text that a file has as one string or as a list of them.
func joined(v any) (string, bool) {
	switch t := v.(type) {
	case string:
		return t, true
	case []any:
		var b strings.Builder
		for _, part := range t {
			s, ok := part.(string)
			if !ok {
				return "", false
			}
			b.WriteString(s)
		}
		return b.String(), true
	}
	return "", false
}
