package figure

import (
	"bytes"
	"flag"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

var update = flag.Bool("update", false, "keep the pictures as they are drawn now, in testdata/figure")

// Every kind of layer looks as in the pictures kept, in both themes, and its
// SVG is the same each time.
func TestPictures(t *testing.T) {
	if testing.Short() {
		t.Skip("draws all samples twice")
	}
	drawn := map[Kind]bool{}
	for _, name := range sampleNames() {
		f := *samples()[name]
		for _, p := range f.Panels {
			for _, l := range p.Layers {
				drawn[l.Kind] = true
			}
		}
		own := f.Theme
		for _, theme := range []string{"light", "dark"} {
			if f.Theme = theme; strings.HasPrefix(own, "paper") && theme == "light" {
				f.Theme = own
			}
			golden.Picture(t, golden.Path(t, "figure/"+name+"_"+theme+".png"), f.Show().Data[display.TypePNG].([]byte), *update)
			if theme == "light" && !bytes.Equal(lay(&f).svg(), lay(&f).svg()) {
				t.Errorf("%s: the SVG differs from one drawing to the next", name)
			}
		}
	}
	for _, k := range kinds {
		if !drawn[k] {
			t.Errorf("no sample has a layer of kind %s", k)
		}
	}
}
