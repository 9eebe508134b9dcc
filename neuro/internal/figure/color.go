package figure

import (
	"fmt"
	"math"
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

// Colour maps as colours at equal steps; between them they are linear. Viridis
// and magma are those of S. van der Walt and N. Smith (2015, CC0), within 3 of
// 255 levels; diverging runs from blue over white to red with equal lightness
// on both sides.
var maps = map[string][]ink{
	"viridis":   steps("440154 470d60 48186a 482374 472d7b 453681 424086 3f4989 3b528b 375a8d 33638d 2f6a8e 2c728e 297a8e 26818e 23898e 21908c 1f988b 1f9f88 21a685 28ae80 31b57b 3ebc74 4cc26c 5dc963 6ece58 82d34c 96d83f abdc32 c0df24 d5e21a eae51a fde725"),
	"magma":     steps("000004 030311 0a0822 130d33 1d1146 28115a 36106a 430f76 50127c 5d177f 691c81 762181 822681 8f2a81 9c2e7f a9327d b63779 c33b75 cf4170 db486a e65163 ee5c5e f5695c f9785d fb8761 fd9668 fea571 feb47b fec387 fed194 fde0a2 fceeb0 fcfdbf"),
	"grey":      steps("000000 ffffff"),
	"diverging": steps("0b3a70 1f5fa8 4a8bc8 8bb8e0 c6dcee f7f7f7 f6d0bd ea9d80 d3664f b0312f 76101f"),
	"hot":       steps("0b0000 560000 a00000 eb0000 ff3600 ff8100 ffcb00 ffff22 ffff91 ffffff"),
}

func steps(s string) []ink {
	var out []ink
	for len(s) >= 6 {
		c, _ := parseColor("#" + s[:6])
		out = append(out, c)
		s = s[min(7, len(s)):]
	}
	return out
}

// A colormap turns values into colours.
type colormap struct {
	lo, hi float64
	table  [256]ink
}

func newColormap(name string, lo, hi, alpha float64) *colormap {
	if name == "" {
		name = "viridis"
	}
	m := &colormap{lo: lo, hi: hi}
	at := maps[name]
	a := uint8(float64(opacity(alpha)*255) + 0.5)
	for i := range m.table {
		pos := float64(i*(len(at)-1)) / 255
		k := min(int(pos), len(at)-2)
		f := pos - float64(k)
		mix := func(p, q uint8) uint8 {
			return uint8(float64(p) + float64(f*(float64(q)-float64(p))) + 0.5)
		}
		c, d := at[k], at[k+1]
		m.table[i] = ink{R: mix(c.R, d.R), G: mix(c.G, d.G), B: mix(c.B, d.B), A: a}
	}
	return m
}

// color returns the colour of v; values beyond the ends take those of the
// ends, and NaN is transparent.
func (m *colormap) color(v float64) ink {
	if math.IsNaN(v) {
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
	return int(math.Min(255, float64(share(v, m.lo, m.hi)*256)))
}

func opacity(alpha float64) float64 {
	if alpha == 0 {
		return 1
	}
	return alpha
}
