package figure

import "testing"

// The first five colours of the palette stay apart for readers with normal
// vision and with full protanopia, deuteranopia and tritanopia.
func TestColorVision(t *testing.T) {
	for name, m := range readers {
		for i := range 5 {
			for j := range i {
				if d := difference(names[palette[i]], names[palette[j]], m); d < 8 {
					t.Errorf("%s: %s and %s differ by %.1f", name, palette[i], palette[j], d)
				}
			}
		}
	}
}

// Sequential maps grow lighter all the way, so that they can be read in grey.
func TestMapsInGrey(t *testing.T) {
	for _, name := range []string{"viridis", "magma", "inferno", "plasma", "cividis", "batlow", "grey"} {
		m := newColormap(name, 0, 1, 0)
		for i := 8; i < 256; i += 8 {
			if a, b := seen(m.table[i-8], readers["normal"])[0], seen(m.table[i], readers["normal"])[0]; b <= a {
				t.Errorf("%s: lightness falls from %.1f to %.1f at %d", name, a, b, i)
			}
		}
	}
}
