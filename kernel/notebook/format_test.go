package notebook

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const samples = "../../testdata/notebook"

// What Jupyter's own library wrote is written again byte for byte.
func TestSameBytesAsJupyter(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(samples, "*.ipynb"))
	if err != nil || len(files) < 3 {
		t.Fatalf("found %d notebooks (%v)", len(files), err)
	}
	for _, f := range files {
		want, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		nb, err := Read(f)
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		got, err := nb.Encode()
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		if !bytes.Equal(got, want) {
			a, b := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
			for i := range min(len(a), len(b)) {
				if a[i] != b[i] {
					t.Errorf("%s:%d:\n%q\nwant\n%q", f, i+1, a[i], b[i])
					break
				}
			}
			if len(a) != len(b) {
				t.Errorf("%s: %d lines, want %d", f, len(a), len(b))
			}
		}
	}
}

// Keys that nobody knows survive.
func TestUnknownKeys(t *testing.T) {
	const src = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "future": {
    "x": 1.50
   },
   "id": "a",
   "metadata": {},
   "outputs": [
    {
     "data": {
      "text/plain": [
       "1"
      ]
     },
     "extra": [
      1e5
     ],
     "metadata": {},
     "output_type": "display_data"
    }
   ],
   "source": []
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 9,
 "unheard_of": true
}
`
	nb, err := Parse([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	got, err := nb.Encode()
	if err != nil || string(got) != src {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestRefused(t *testing.T) {
	for src, want := range map[string]string{
		``:                                     "not JSON",
		`x`:                                    "not JSON",
		`[]`:                                   "not an object",
		`{}`:                                   "no nbformat",
		`{"nbformat": 3}`:                      "nbformat 3; only 4",
		`{"nbformat": "4"}`:                    "no nbformat",
		`{"nbformat": 4}`:                      "nbformat_minor",
		`{"nbformat": 4, "nbformat_minor": 5}`: "no cells",
		`{"nbformat": 4, "nbformat_minor": 5, "cells": {}}`:                                           "cells is not a list",
		`{"nbformat": 4, "nbformat_minor": 5, "cells": [1]}`:                                          "cell 1: it is not an object",
		`{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "x"}]}`:                         `cell 1: its type is "x"`,
		`{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "code", "source": [1]}]}`:       "cell 1: its source",
		`{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "code", "outputs": [[]]}]}`:     "cell 1: output 1",
		`{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "markdown", "outputs": [{}]}]}`: "only code cells may",
		`{"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": 1}`:                            "metadata is not an object",
		`{"nbformat": 4, "nbformat_minor": 5, "cells": []} {}`:                                        "follows the notebook",
		`{"nbformat": 4, "nbformat_minor": 5, "cells": [`:                                             "not JSON",
	} {
		_, err := Parse([]byte(src))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", src, err, want)
		}
	}
	_, err := Read(filepath.Join(t.TempDir(), "none.ipynb"))
	if err == nil || !strings.Contains(err.Error(), "none.ipynb") {
		t.Errorf("a missing file: %v", err)
	}
}

// Identifiers follow from the cells: the same ones each time, and all differ.
func TestIdentifiers(t *testing.T) {
	build := func() *Notebook {
		nb := New()
		for _, s := range []string{"x", "x", "y", "x"} {
			nb.Add(Code, s)
		}
		return nb
	}
	a, b := build(), build()
	seen := map[string]bool{}
	for i := range a.Cells {
		if a.Cells[i].ID != b.Cells[i].ID || a.Cells[i].ID == "" || seen[a.Cells[i].ID] {
			t.Errorf("cell %d: %q and %q", i+1, a.Cells[i].ID, b.Cells[i].ID)
		}
		seen[a.Cells[i].ID] = true
	}
}

// A failed write leaves the old file and nothing else.
func TestWriteWholeOrNot(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.ipynb")
	if err := Write(path, New()); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	os.Chmod(path, 0o600)
	bad := New()
	bad.Metadata["x"] = func() {}
	if err := Write(path, bad); err == nil {
		t.Error("a function was written as JSON")
	}
	after, _ := os.ReadFile(path)
	if !bytes.Equal(before, after) {
		t.Error("the failed write changed the file")
	}
	link := filepath.Join(dir, "link.ipynb")
	if err := os.Symlink(path, link); err == nil {
		nb := New()
		nb.Add(Code, "1")
		if err := Write(link, nb); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("the link became %v (%v)", info.Mode(), err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode became %v (%v)", info.Mode(), err)
	}
	list, _ := os.ReadDir(dir)
	if len(list) > 2 {
		t.Errorf("left behind: %v", list)
	}
}

func TestSplitIsPythons(t *testing.T) {
	for src, want := range map[string]string{
		"":             "[]",
		"a":            "[a]",
		"a\n":          "[a\n]",
		"a\r\nb\rc":    "[a\r\n b\r c]",
		"\n\n":         "[\n \n]",
		"a\u2028b\x1c": "[a\u2028 b\x1c]",
	} {
		if got := fmt.Sprint(split(src)); got != want {
			t.Errorf("%q: %q, want %q", src, got, want)
		}
	}
}

// Whatever is read can be written and read again, and then stays the same.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join(samples, "*.ipynb"))
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		nb, err := Parse(data)
		if err != nil {
			return
		}
		once, err := nb.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(once)
		if err != nil {
			t.Fatalf("%v\n%s", err, once)
		}
		twice, err := again.Encode()
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%v\n%s\n%s", err, once, twice)
		}
		nb.HTML("t")
		if script, err := nb.Script(); err == nil {
			if _, err := FromScript(script); err != nil {
				t.Fatalf("%v\n%s", err, script)
			}
		}
	})
}
