package figure

import "fmt"

// A theme is the look of what is not data.
type theme struct {
	paper ink // the page
	text  ink // axes and text
	faint ink // reference lines, notes
	dim   bool
	font  float64 // size of numbers, in points
	width float64 // of the page in cm, 0 chooses
}

var themes = map[string]theme{
	"light":      {paper: rgb(0xffffff), text: rgb(0x262626), faint: rgb(0x8c8c8c), font: small},
	"dark":       {paper: rgb(0x16181c), text: rgb(0xdcdcdc), faint: rgb(0x8c8c8c), font: small, dim: true},
	"paper":      {paper: rgb(0xffffff), text: rgb(0x000000), faint: rgb(0x707070), font: 7, width: 8.9},
	"paper wide": {paper: rgb(0xffffff), text: rgb(0x000000), faint: rgb(0x707070), font: 7, width: 18.3},
}

// theme returns the theme of a figure that was checked.
func (f *Figure) theme() theme {
	name := f.Theme
	if name == "" {
		name = "light"
	}
	t := themes[name]
	t.font = or(f.FontSize, t.font)
	return t
}

func (f *Figure) checkTheme() error {
	if _, ok := themes[f.Theme]; !ok && f.Theme != "" {
		return fmt.Errorf(`Theme %q is not known; allowed are "light", "dark", "paper" and "paper wide"`, f.Theme)
	}
	if !(f.FontSize == 0 || f.FontSize >= 4 && f.FontSize <= 40) {
		return fmt.Errorf("FontSize %g pt is not allowed; it is 4 to 40 pt, or 0 for the default", f.FontSize)
	}
	return nil
}

// shade returns the colour that stands for a name or "#rrggbb": on a dark page
// black and white change places and the palette is lighter.
func (t theme) shade(s string) ink {
	c, _ := parseColor(s) // checked before
	if _, named := names[s]; !named || !t.dim {
		return c
	}
	switch s {
	case "black":
		return t.text
	case "white":
		return t.paper
	}
	lift := func(v uint8) uint8 { return uint8(int(v) + (255-int(v))*35/100) }
	return ink{R: lift(c.R), G: lift(c.G), B: lift(c.B), A: 255}
}
