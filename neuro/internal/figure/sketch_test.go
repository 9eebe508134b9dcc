package figure

import (
	"strings"
	"testing"
)

// No sketch is wider than it may be, and text that a figure has is in it.
func TestSketch(t *testing.T) {
	all := samples()
	for _, name := range sampleNames() {
		if name == "cloud" || name == "noise" || name == "spectrogram" {
			continue // slow, and nothing that the others lack
		}
		for _, columns := range []int{20, 40, 80, 117} {
			text := all[name].sketch(columns, false)
			for _, line := range strings.Split(text, "\n") {
				if n := width(line); n > columns {
					t.Errorf("%s at %d columns: a line of %d: %q", name, columns, n, line)
				}
			}
			if strings.Contains(text, "\x1b") {
				t.Errorf("%s: escape sequences without colours", name)
			}
		}
		if text := all[name].sketch(80, true); !strings.Contains(text, "\x1b[38;5;") && name != "empty" {
			t.Errorf("%s has no colours", name)
		}
	}
	text := all["twin"].sketch(60, false)
	for _, want := range []string{"Vm (mV)", "Istim (nA)", "time (ms)", "┤", "├10", "└┬", "── Vm", "spike"} {
		if !strings.Contains(text, want) {
			t.Errorf("the sketch lacks %q:\n%s", want, text)
		}
	}
}

// Dots stand where the values are: a line from corner to corner, and the steps
// of an image in place.
func TestSketchPlaces(t *testing.T) {
	line := one(Layer{Kind: Line, X: []float64{0, 1, 2}, Y: []float64{0, 1, 2}})
	rows := strings.Split(line.sketch(40, false), "\n")
	first, last := strings.TrimRight(rows[1], " "), rows[15]
	if i, j := strings.IndexFunc(last, dotted), strings.LastIndexFunc(first, dotted); i < 0 || j < 0 || width(last[:i]) > 8 || width(first[:j]) < 35 {
		t.Errorf("a rising line is drawn\n%s", strings.Join(rows, "\n"))
	}
	image := one(Layer{Kind: Image, Z: [][]float64{{0, 0}, {0, 1}}, Map: "grey"})
	rows = strings.Split(image.sketch(40, false), "\n")
	if n := strings.Count(rows[2], "⣿"); n < 10 || n > 20 || strings.Contains(rows[14], "⣿") {
		t.Errorf("a bright cell at the upper right is drawn\n%s", strings.Join(rows, "\n"))
	}
}

func dotted(r rune) bool { return r > 0x2800 && r <= 0x28ff }
