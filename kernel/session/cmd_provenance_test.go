package session

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// TestProvenance: what cells read and which seeds they gave is in the record
// of their session and of no other; %reset starts it anew.
func TestProvenance(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "rates.csv")
	if err := os.WriteFile(data, []byte("rate\n1\n2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	other, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	run := func(s *Session, text string) Result {
		t.Helper()
		r := s.Run(context.Background(), Cell{Text: text})
		if r.Err != nil {
			t.Fatalf("%s: %v", text, r.Err)
		}
		return r
	}
	cell := fmt.Sprintf("t, err := table.Read(%q)\nnoise := stim.OU(0, 1, 5, 42)", data)
	run(s, cell)
	run(other, "stim.OU(0, 1, 5, 7)")

	text := run(s, "%provenance").Values[0].Bundle.Text()
	hash := fmt.Sprintf("%x", sha256.Sum256([]byte("rate\n1\n2\n")))
	for _, want := range []string{"rates.csv  9 bytes  sha256 " + hash, "42 in stim.OU", fmt.Sprintf("%x", sha256.Sum256([]byte(cell)))[:16]} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "7 in stim.OU") {
		t.Errorf("another session's seed is in\n%s", text)
	}

	file := filepath.Join(dir, "run.json")
	run(s, "%provenance "+file)
	saved, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r provenance.Record
	if err := json.Unmarshal(saved, &r); err != nil || len(r.Inputs) != 1 || r.Inputs[0].SHA256 != hash || len(r.Cells) != 2 || r.Started.IsZero() {
		t.Errorf("%v: %s", err, saved)
	}
	// In Go it is the same record.
	if text := run(s, "provenance.Now()").Values[0].Bundle.Text(); !strings.Contains(text, hash) {
		t.Errorf("provenance.Now() shows\n%s", text)
	}
	run(s, "%reset")
	if r := s.Provenance(); len(r.Inputs) != 0 || len(r.Seeds) != 0 {
		t.Errorf("after %%reset: %+v", r)
	}
}
