package neuro_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/neurorepl/neurorepl/"

// TestLayers keeps the house's layers: the library knows nothing of the
// kernel, and
// values show themselves without knowing who looks.
func TestLayers(t *testing.T) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Doc", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	forbidden := []struct{ from, to, why string }{
		{"neuro", "kernel", "the library serves every front end and knows none"},
		{"neuro", "symbols", "the tables are made from the library"},
		{"neuro", "cmd", "a command is not a library"},
		{"neuro", "github.com/tetratelabs/wazero", "compiled programs use the library without the engine"},
		{"neuro/display", "neuro/", "display is the lowest room"},
		{"symbols", "kernel", "tables know no front end"},
		{"kernel", "cmd", "every room is usable without the command"},
		{"kernel/session", "kernel/jupyter", "a session does not know who looks"},
		{"kernel/session", "kernel/terminal", "a session does not know who looks"},
		{"", "github.com/janpfeifer/gonb", "GoNB is spoken to, not linked"},
	}
	within := func(path, room string) bool {
		if room == "" {
			return strings.HasPrefix(path, strings.TrimSuffix(module, "/"))
		}
		if !strings.Contains(strings.SplitN(room, "/", 2)[0], ".") {
			room = module + room
		}
		return path == room || strings.HasPrefix(path, strings.TrimSuffix(room, "/")+"/")
	}
	seen := 0
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath, Doc string
			Imports         []string
		}
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen++
		if p.Doc == "" {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
		for _, imp := range p.Imports {
			for _, f := range forbidden {
				if within(p.ImportPath, f.from) && within(imp, f.to) {
					t.Errorf("%s imports %s: %s", p.ImportPath, imp, f.why)
				}
			}
		}
	}
	if seen < 5 {
		t.Fatalf("go list gave %d packages", seen)
	}
}
