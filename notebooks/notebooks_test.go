package notebooks

import (
	"bytes"
	"os"
	"testing"
)

// What the program carries is the notebook as it is.
func TestGalleryIsCurrent(t *testing.T) {
	want, err := os.ReadFile("gallery.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Gallery()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("gallery.ipynb.gz is not of gallery.ipynb: go generate ./notebooks")
	}
}
