package notebook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/neurorepl/neurorepl/kernel/session"
)

// TestProvenance: an executed notebook says which files and seeds made its
// outputs, keeps its script's header, and has the same bytes every time.
func TestProvenance(t *testing.T) {
	data := filepath.Join(t.TempDir(), "rates.csv")
	if err := os.WriteFile(data, []byte("rate\n1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	execute := func() []byte {
		nb := New()
		nb.Metadata[metadataKey] = map[string]any{"header": "// A header."}
		nb.Add(Code, fmt.Sprintf("t, _ := table.Read(%q)\nnoise := stim.OU(0, 1, 5, 42)", data))
		err := Execute(context.Background(), nb, Options{Open: func(o session.Options) (Engine, error) { return session.New(o) }})
		if err != nil {
			t.Fatal(err)
		}
		if h := nb.header(); h != "// A header." {
			t.Errorf("the header became %q", h)
		}
		out, err := nb.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	a, b := execute(), execute()
	if !bytes.Equal(a, b) {
		t.Errorf("executed twice: %s\nand\n%s", a, b)
	}
	hash := fmt.Sprintf("%x", sha256.Sum256([]byte("rate\n1\n")))
	for _, want := range []string{`"provenance"`, `"rates.csv"`, `"stim.OU"`, hash} {
		if !bytes.Contains(a, []byte(want)) {
			t.Errorf("no %s in %s", want, a)
		}
	}
	if n := bytes.Count(a, []byte(filepath.Dir(data))); n != 1 {
		t.Errorf("the folder is named %d times, not only in the cell: %s", n, a)
	}
}
