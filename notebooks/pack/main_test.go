package main

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"reflect"
	"testing"

	"github.com/neurorepl/neurorepl/kernel/notebook"
	"github.com/neurorepl/neurorepl/notebooks"
)

// What the program carries are the notebooks as they are.
func TestGalleryIsCurrent(t *testing.T) {
	want, err := pack("../gallery.ipynb", "../gallery_codes.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../gallery.ipynb.gz")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("gallery.ipynb.gz is not of the gallery's notebooks: go generate ./notebooks")
	}
}

// Names, lines and pixels are those of the notebooks, and pictures smaller.
func TestPicturesStay(t *testing.T) {
	data, err := notebooks.Gallery()
	if err != nil {
		t.Fatal(err)
	}
	packed, err := notebook.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	var want []notebook.Picture
	for _, path := range []string{"../gallery.ipynb", "../gallery_codes.ipynb"} {
		nb, err := notebook.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, nb.Pictures()...)
	}
	got := packed.Pictures()
	if len(got) != len(want) {
		t.Fatalf("%d pictures of %d", len(got), len(want))
	}
	for i, p := range got {
		w := want[i]
		if p.Name != w.Name || p.Source != w.Source || p.Text != w.Text || p.Section != w.Section || p.Alt != w.Alt {
			t.Errorf("%s: not as in the notebook", w.Name)
		}
		if len(p.PNG) > len(w.PNG) {
			t.Errorf("%s: %d bytes became %d", w.Name, len(w.PNG), len(p.PNG))
		}
		if !reflect.DeepEqual(decoded(t, p.PNG), decoded(t, w.PNG)) {
			t.Errorf("%s: other pixels", w.Name)
		}
	}
}

func decoded(t *testing.T, data []byte) image.Image {
	im, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return im
}

func TestDamagedPicture(t *testing.T) {
	for _, data := range [][]byte{nil, []byte("\x89PNG"), []byte("\x89PNG\r\n\x1a\n\x00\x00\xff\xffIDAT________")} {
		if out, err := smaller(data); err == nil && len(out) > len(data) {
			t.Errorf("%q became %q", data, out)
		}
	}
}
