package terminal

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg"
	_ "image/png"
	"strings"
)

// mostPixels is the size of the largest picture that is decoded: 100 million
// pixels take 400 MB.
const mostPixels = 100 << 20

// render returns the characters that draw a PNG or JPEG picture on the
// terminal, ending at the start of a new line, and the number of rows that
// they take. width is the width in CSS pixels at which the picture is meant to
// be seen; 0 means its own.
func render(data []byte, width float64, a Abilities) (text string, rows int, err error) {
	conf, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return "", 0, fmt.Errorf("terminal: a picture that cannot be read: %w", err)
	}
	if conf.Width <= 0 || conf.Height <= 0 || conf.Width > mostPixels/conf.Height {
		return "", 0, fmt.Errorf("terminal: a picture of %d x %d pixels; at most %d pixels are drawn", conf.Width, conf.Height, mostPixels)
	}
	if width <= 0 {
		width = float64(conf.Width)
	}
	columns, rows := fit(conf.Width, conf.Height, width, a)
	switch {
	case a.Pictures == Kitty && format == "png":
		return kitty(data, columns, rows), rows, nil
	case a.Pictures == ITerm:
		return iterm(data, columns, rows), rows, nil
	}
	im, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return "", 0, fmt.Errorf("terminal: a picture that cannot be read: %w", err)
	}
	src := flat(im)
	switch a.Pictures {
	case Sixel, Kitty:
		cw, ch := a.cell()
		return sixel(shrink(src, columns*cw, rows*ch)) + "\n", rows, nil
	case Blocks:
		gain := 1.0
		if drawing(src) { // lines fade when they shrink; images keep their contrast
			gain = 2
		}
		return blocks(sharpen(shrink(src, 2*columns, 2*rows), gain), a.Colours), rows, nil
	}
	return braille(src, columns, rows), rows, nil
}

// cell returns the size of a character cell in pixels, a common one when the
// terminal does not tell.
func (a Abilities) cell() (w, h int) {
	if a.CellW > 0 && a.CellH > 0 {
		return a.CellW, a.CellH
	}
	return 9, 18
}

// fit returns the size in character cells at which a picture of w x h pixels,
// meant to be seen at the given width in CSS pixels, fits the window.
// Characters are coarse, so pictures drawn with them take the whole width.
func fit(w, h int, width float64, a Abilities) (columns, rows int) {
	cw, ch := a.cell()
	switch a.Pictures {
	case Blocks, Braille:
		columns, cw, ch = min(a.Columns-1, 120), 1, 2
	default:
		css := float64(cw)
		if cw > 12 { // a display with more than one pixel per CSS pixel
			css /= 2
		}
		columns = int(width/css + 0.5)
	}
	columns = max(min(columns, a.Columns-1), 1)
	height := func(c int) int { return max((c*cw*h+w*ch/2)/(w*ch), 1) }
	rows = height(columns)
	if most := max(a.Rows-3, 4); rows > most {
		columns = max(columns*most/rows, 1)
		rows = min(height(columns), most)
	}
	return columns, rows
}

// kitty transmits a PNG as it is, in chunks, and shows it in a box of cells.
// q=2 asks the terminal not to answer, for an answer would look like typing.
func kitty(png []byte, columns, rows int) string {
	const chunk = 4096
	data := base64.StdEncoding.EncodeToString(png)
	var b strings.Builder
	for first := true; first || data != ""; first = false {
		n := min(chunk, len(data))
		more := 0
		if n < len(data) {
			more = 1
		}
		if first {
			fmt.Fprintf(&b, "\x1b_Ga=T,f=100,q=2,c=%d,r=%d,m=%d;", columns, rows, more)
		} else {
			fmt.Fprintf(&b, "\x1b_Gm=%d;", more)
		}
		b.WriteString(data[:n] + "\x1b\\")
		data = data[n:]
	}
	return b.String() + "\n"
}

// iterm sends the file as it is.
func iterm(file []byte, columns, rows int) string {
	return fmt.Sprintf("\x1b]1337;File=inline=1;size=%d;width=%d;height=%d;preserveAspectRatio=1:%s\a\n",
		len(file), columns, rows, base64.StdEncoding.EncodeToString(file))
}

// flat returns a picture as opaque colours, on white where it is transparent.
func flat(im image.Image) *image.RGBA {
	b := im.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	for i := range out.Pix {
		out.Pix[i] = 0xff
	}
	draw.Draw(out, out.Bounds(), im, b.Min, draw.Over)
	return out
}

// shrink scales a picture to w x h by the mean over the area of each new
// pixel; where it grows, pixels repeat.
func shrink(im *image.RGBA, w, h int) *image.RGBA {
	sw, sh := im.Rect.Dx(), im.Rect.Dy()
	if sw == w && sh == h {
		return im
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		y0 := y * sh / h
		y1 := max((y+1)*sh/h, y0+1)
		for x := range w {
			x0 := x * sw / w
			x1 := max((x+1)*sw/w, x0+1)
			var r, g, b int
			for yy := y0; yy < y1; yy++ {
				row := im.Pix[yy*im.Stride+4*x0 : yy*im.Stride+4*x1]
				for i := 0; i < len(row); i += 4 {
					r, g, b = r+int(row[i]), g+int(row[i+1]), b+int(row[i+2])
				}
			}
			n := (y1 - y0) * (x1 - x0)
			p := out.Pix[y*out.Stride+4*x:]
			p[0], p[1], p[2], p[3] = uint8((r+n/2)/n), uint8((g+n/2)/n), uint8((b+n/2)/n), 0xff
		}
	}
	return out
}

// drawing tells whether most of a picture is background, as in a plot.
func drawing(im *image.RGBA) bool {
	back := background(im)
	n := 0
	for i := 0; i < len(im.Pix); i += 4 {
		if im.Pix[i] == back[0] && im.Pix[i+1] == back[1] && im.Pix[i+2] == back[2] {
			n++
		}
	}
	return 8*n > len(im.Pix) // more than half of the pixels
}

// sharpen moves every colour away from the background, which is taken from the
// corners.
func sharpen(im *image.RGBA, gain float64) *image.RGBA {
	back := background(im)
	for i := 0; i < len(im.Pix); i += 4 {
		for c := range 3 {
			v := float64(back[c]) + gain*(float64(im.Pix[i+c])-float64(back[c]))
			im.Pix[i+c] = uint8(min(max(v, 0), 255))
		}
	}
	return im
}

// background returns the colour that most corners share.
func background(im *image.RGBA) [3]uint8 {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	count := map[[3]uint8]int{}
	var best [3]uint8
	for _, at := range [][2]int{{0, 0}, {w - 1, 0}, {0, h - 1}, {w - 1, h - 1}} {
		p := im.Pix[at[1]*im.Stride+4*at[0]:]
		c := [3]uint8{p[0], p[1], p[2]}
		if count[c]++; count[c] > count[best] {
			best = c
		}
	}
	return best
}
