package figure

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// TestStamped: a figure carries a record only when that was asked for, in every
// format, the same at every time, and is otherwise the same.
func TestStamped(t *testing.T) {
	before := provenance.Use(provenance.New(nil))
	defer provenance.Use(before)
	dir := t.TempDir()
	f := &Figure{Panels: []Panel{{Layers: []Layer{{Kind: Line, X: []float64{0, 1}, Y: []float64{0, 1}}}}}}
	draw := func(ext string) []byte {
		t.Helper()
		path := filepath.Join(dir, "f"+ext)
		if err := f.Save(path); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, ext := range []string{".png", ".svg", ".pdf"} {
		plain := draw(ext)
		provenance.Random("test", 4711) // which a plain figure does not tell
		if again := draw(ext); !bytes.Equal(plain, again) || bytes.Contains(plain, []byte("4711")) {
			t.Errorf("%s: a plain figure depends on seeds", ext)
		}
		provenance.Figures(true)
		a, b := draw(ext), draw(ext)
		provenance.Figures(false)
		seed := []byte("4711")
		if ext == ".pdf" {
			seed = []byte("\x004\x007\x001\x001") // UTF-16
		}
		if !bytes.Equal(a, b) || !bytes.Contains(a, seed) {
			t.Errorf("%s: stamped %d and %d bytes, plain %d; with the seed: %t", ext, len(a), len(b), len(plain), bytes.Contains(a, seed))
		}
		if again := draw(ext); !bytes.Equal(plain, again) {
			t.Errorf("%s: the figure does not come back as it was", ext)
		}
	}
	provenance.Figures(true)
	defer provenance.Figures(false)
	if data := f.Show().Data[display.TypePNG].([]byte); !bytes.Contains(data, []byte("4711")) {
		t.Error("a figure that is shown carries no record")
	}
}
