package figure

import (
	"fmt"
	"strconv"
)

// palette are colours that readers with any kind of colour vision tell apart
// (Okabe and Ito 2008, Color Universal Design), in the order in which layers
// take them.
var palette = []string{"blue", "red", "green", "pink", "orange", "sky", "purple", "brown", "grey"}

var names = map[string]ink{
	"blue":   rgb(0x0072b2),
	"orange": rgb(0xe69f00),
	"green":  rgb(0x009e73),
	"red":    rgb(0xd55e00),
	"pink":   rgb(0xcc79a7),
	"sky":    rgb(0x56b4e9),
	"purple": rgb(0x6a51a3),
	"brown":  rgb(0x8c562b),
	"grey":   rgb(0x808080),
	"black":  rgb(0x000000),
	"white":  rgb(0xffffff),
}

func rgb(v uint32) ink { return ink{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 255} }

// parseColor returns the colour of a name or of "#rrggbb".
func parseColor(s string) (ink, error) {
	if c, ok := names[s]; ok {
		return c, nil
	}
	if len(s) == 7 && s[0] == '#' {
		if v, err := strconv.ParseUint(s[1:], 16, 32); err == nil {
			return rgb(uint32(v)), nil
		}
	}
	return ink{}, fmt.Errorf(`colour %q is not known; allowed are "#rrggbb", blue, orange, green, red, purple, brown, pink, sky, grey, black and white`, s)
}

// A colormap turns values into colours.
type colormap struct {
	lo, hi float64
	table  [256]ink
}

func newColormap(name string, lo, hi, alpha float64) *colormap {
	m := &colormap{lo: lo, hi: hi}
	at, back := mapOf(name)
	a := uint8(float64(opacity(alpha)*255) + 0.5)
	for i := range m.table {
		pos := float64(i*(len(at)-1)) / 255
		k := min(int(pos), len(at)-2)
		f := pos - float64(k)
		mix := func(p, q uint8) uint8 {
			return uint8(float64(p) + float64(f*(float64(q)-float64(p))) + 0.5)
		}
		c, d := at[k], at[k+1]
		j := i
		if back {
			j = 255 - i
		}
		m.table[j] = ink{R: mix(c.R, d.R), G: mix(c.G, d.G), B: mix(c.B, d.B), A: a}
	}
	return m
}

// color returns the colour of v; values beyond the ends take those of the
// ends, and what is not finite is transparent.
func (m *colormap) color(v float64) ink {
	if v-v != 0 {
		return ink{}
	}
	return m.table[m.index(v)]
}

func (m *colormap) index(v float64) int {
	switch {
	case v <= m.lo:
		return 0
	case v >= m.hi:
		return 255
	}
	return min(255, int(float64(share(v, m.lo, m.hi)*256)))
}

func opacity(alpha float64) float64 {
	if alpha == 0 {
		return 1
	}
	return alpha
}
