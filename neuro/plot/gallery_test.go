package plot

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

var update = flag.Bool("update", false, "keep the gallery's pictures as they are drawn now")

// Every figure of the gallery has names and units on its axes and colour bars,
// text that stays on the page and apart, and colours that readers with any
// vision, and in grey, tell apart; in both themes. The gallery's program is
// compiled with testdata/gallery/keep.go in the place of display.Show. With
// GALLERY set to a folder the figures are written there, to be looked at; they
// are held against the pictures in testdata/figure/gallery.
func TestGallery(t *testing.T) {
	if testing.Short() {
		t.Skip("draws all figures twice")
	}
	t.Run("gallery", func(t *testing.T) { checkGallery(t, "gallery", "", 30) })
	t.Run("gallery_codes", func(t *testing.T) { checkGallery(t, "gallery_codes", "codes_", 25) })
}

// checkGallery draws the figures of a program, whose pictures' names begin with
// prefix.
func checkGallery(t *testing.T, name, prefix string, least int) {
	root := golden.Root(t)
	src, err := os.ReadFile(filepath.Join(root, "notebooks", "scripts", name+".go"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(src), "//go:build ignore", "", 1)
	text = strings.Replace(text, "\t\"github.com/neurorepl/neurorepl/neuro/display\"\n", "", 1)
	shown := strings.Count(text, "display.Show(")
	text = strings.ReplaceAll(text, "display.Show(", "keep(")
	dir := t.TempDir()
	program := filepath.Join(dir, "main.go")
	if err := os.WriteFile(program, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	// The program stands within neuro/, whose internal packages it uses.
	place := filepath.Join(root, "neuro", "plot", "gallerycheck")
	overlay, _ := json.Marshal(map[string]map[string]string{"Replace": {
		filepath.Join(place, "main.go"): program,
		filepath.Join(place, "keep.go"): filepath.Join(root, "neuro", "plot", "testdata", "gallery", "keep.go"),
	}})
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", "-overlay", list, "./neuro/plot/gallerycheck")
	cmd.Dir = root
	pictures := t.TempDir()
	if kept := os.Getenv("GALLERY"); kept != "" {
		pictures = filepath.Join(kept, name)
		if err := os.MkdirAll(pictures, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd.Env = append(os.Environ(), "GALLERY="+pictures)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	figures := 0
	for _, line := range strings.Split(string(out), "\n") {
		if strings.HasPrefix(line, "figure ") {
			figures++
		}
		if strings.HasPrefix(line, "fault ") {
			t.Error(line)
		}
	}
	drawn, err := filepath.Glob(filepath.Join(pictures, "*.png"))
	if err != nil || len(drawn) != 2*figures {
		t.Errorf("%d pictures of %d figures in two themes (%v)", len(drawn), figures, err)
	}
	for _, path := range drawn {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		golden.Picture(t, golden.Path(t, "figure/gallery/"+prefix+filepath.Base(path)), data, *update)
	}
	if figures != shown || figures < least {
		t.Errorf("%d figures were checked of %d in the gallery", figures, shown)
	}
}
