package terminal

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
)

func TestBeside(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 20))); err != nil {
		t.Fatal(err)
	}
	for pictures, drawn := range map[string]bool{Blocks: true, Kitty: true, Sixel: true, ITerm: true, Braille: false, Files: false} {
		dir := t.TempDir()
		var files, out bytes.Buffer
		s := Beside(display.NewFiles(dir, &files), &out, Abilities{Pictures: pictures, Colours: 1 << 24, Columns: 80, Rows: 24})
		for _, b := range []display.Bundle{display.Text("words"), display.PNG(picture.Bytes())} {
			if err := s.Display(b); err != nil {
				t.Fatalf("%s: %v", pictures, err)
			}
		}
		if _, err := os.Stat(filepath.Join(dir, "figure_01.png")); err != nil {
			t.Errorf("%s: %v", pictures, err)
		}
		if n := strings.Count(files.String(), "\n"); n != 2 {
			t.Errorf("%s: the sink printed %d lines, want 2: %q", pictures, n, files.String())
		}
		if (out.Len() > 0) != drawn {
			t.Errorf("%s: drew %d bytes, want a picture: %v", pictures, out.Len(), drawn)
		}
	}
}
