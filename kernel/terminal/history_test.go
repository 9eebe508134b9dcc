package terminal

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "history.jsonl")
	h, err := openHistory(path)
	if err != nil || h.Len() != 0 {
		t.Fatalf("a new history has %d entries (%v)", h.Len(), err)
	}
	for _, s := range []string{"x := 1", "x := 1", "", "  \n", "for {\n\tµ()\n}\n", "\"quoted\\\" \x1b\""} {
		if _, err := h.Write(s); err != nil {
			t.Fatal(err)
		}
	}
	again, err := openHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"x := 1", "for {\n\tµ()\n}", "\"quoted\\\" \x1b\""}
	if got := fmt.Sprintf("%q", again.cells); got != fmt.Sprintf("%q", want) {
		t.Errorf("read %s, want %q", got, want)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("others may read the history: %v (%v)", info.Mode(), err)
	}
	for _, i := range []int{-1, 3} {
		if _, err := again.GetLine(i); err == nil {
			t.Errorf("entry %d exists", i)
		}
	}
}

// A write that a crash cut short, and lines that are no entries, lose
// themselves and nothing else.
func TestHistoryAfterCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.jsonl")
	os.WriteFile(path, []byte("{\"t\":1,\"s\":\"first\"}\nnonsense\n\x00\x00\n{\"t\":1,\"s\":\"cut sho"), 0o600)
	h, err := openHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Write("next"); err != nil {
		t.Fatal(err)
	}
	again, err := openHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(again.cells, "|"); got != "first|next" {
		t.Errorf("read %q", got)
	}
}

func TestHistoryIsCutBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.jsonl")
	var b strings.Builder
	for i := range 2*mostHistory + 5 {
		fmt.Fprintf(&b, "{\"t\":1,\"s\":\"cell %d\"}\n", i)
	}
	os.WriteFile(path, []byte(b.String()), 0o600)
	h, err := openHistory(path)
	if err != nil || h.Len() != mostHistory {
		t.Fatalf("%d entries (%v)", h.Len(), err)
	}
	again, err := openHistory(path)
	last, _ := again.GetLine(again.Len() - 1)
	data, _ := os.ReadFile(path)
	if err != nil || again.Len() != mostHistory || last != fmt.Sprintf("cell %d", 2*mostHistory+4) || strings.Count(string(data), "\n") != mostHistory {
		t.Errorf("%d entries in %d lines, last %q (%v)", again.Len(), strings.Count(string(data), "\n"), last, err)
	}
}

func TestHistoryWithoutFile(t *testing.T) {
	h, err := openHistory("")
	if err != nil {
		t.Fatal(err)
	}
	h.Write("a")
	if h.Len() != 1 {
		t.Error("not remembered")
	}
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o600)
	h, err = openHistory(filepath.Join(file, "history.jsonl")) // a file is no folder
	if err == nil {
		t.Error("no error")
	}
	if _, err := h.Write("b"); err != nil || h.Len() != 1 {
		t.Errorf("the session does not go on in memory: %v", err)
	}
}
