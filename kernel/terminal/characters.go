package terminal

import (
	"fmt"
	"image"
	"strings"
)

// quadrants are the block characters by which of their quarters have the
// foreground colour: bit 0 upper left, 1 upper right, 2 lower left, 3 lower
// right.
var quadrants = [16]rune{' ', '▘', '▝', '▀', '▖', '▌', '▞', '▛', '▗', '▚', '▐', '▜', '▄', '▙', '▟', '█'}

// blocks draws four pixels per character, in the two colours that come nearest
// to them.
func blocks(im *image.RGBA, colours int) string {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	var b strings.Builder
	for y := 0; y+1 < h; y += 2 {
		var fg, bg string
		for x := 0; x+1 < w; x += 2 {
			shape, f, g := twoColours([4][3]int{pixel(im, x, y), pixel(im, x+1, y), pixel(im, x, y+1), pixel(im, x+1, y+1)})
			if code := colour(g, colours); code != bg {
				b.WriteString("\x1b[48;" + code + "m")
				bg = code
			}
			if code := colour(f, colours); shape != 0 && code != fg {
				b.WriteString("\x1b[38;" + code + "m")
				fg = code
			}
			b.WriteRune(quadrants[shape])
		}
		b.WriteString("\x1b[0m\n")
	}
	return b.String()
}

func pixel(im *image.RGBA, x, y int) [3]int {
	p := im.Pix[y*im.Stride+4*x:]
	return [3]int{int(p[0]), int(p[1]), int(p[2])}
}

// twoColours returns the quarters of a character that get the foreground
// colour, and both colours, with the least squared error.
func twoColours(p [4][3]int) (shape int, fg, bg [3]int) {
	best := -1
	for s := range 8 { // the other eight shapes exchange the colours
		var mean [2][3]int
		var n [2]int
		for i := range 4 {
			n[s>>i&1]++
			for c := range 3 {
				mean[s>>i&1][c] += p[i][c]
			}
		}
		for k := range 2 {
			for c := range 3 {
				mean[k][c] /= max(n[k], 1)
			}
		}
		e := 0
		for i := range 4 {
			for c := range 3 {
				d := p[i][c] - mean[s>>i&1][c]
				e += d * d
			}
		}
		if best < 0 || e < best {
			best, shape, fg, bg = e, s, mean[1], mean[0]
		}
	}
	return shape, fg, bg
}

// colour returns the code of a colour without the digits that say
// foreground or background.
func colour(c [3]int, colours int) string {
	if colours > 256 {
		return fmt.Sprintf("2;%d;%d;%d", c[0], c[1], c[2])
	}
	return fmt.Sprintf("5;%d", palette256(c[0], c[1], c[2]))
}

// palette256 returns the nearest of the 240 fixed colours of 256-colour
// terminals: a 6 x 6 x 6 cube with levels 0, 95, 135 ... 255 and 24 greys
// 8, 18 ... 238.
func palette256(r, g, b int) int {
	level := func(v int) (index, value int) {
		if v < 48 {
			return 0, 0
		}
		i := min(max((v-35)/40, 1), 5)
		return i, 55 + 40*i
	}
	ri, rv := level(r)
	gi, gv := level(g)
	bi, bv := level(b)
	grey := min(max(((r+g+b)/3-3)/10, 0), 23)
	v := 8 + 10*grey
	distance := func(x, y, z int) int { return (r-x)*(r-x) + (g-y)*(g-y) + (b-z)*(b-z) }
	if distance(v, v, v) < distance(rv, gv, bv) {
		return 232 + grey
	}
	return 16 + 36*ri + 6*gi + bi
}

// braille draws eight dots per character where the picture differs from its
// background, keeping the strongest difference of each dot's area so that thin
// lines survive.
func braille(im *image.RGBA, columns, rows int) string {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	dw, dh := 2*columns, 4*rows
	back := background(im)
	ink := make([]bool, dw*dh)
	for y := range dh {
		y0 := y * h / dh
		y1 := max((y+1)*h/dh, y0+1)
		for x := range dw {
			x0 := x * w / dw
			x1 := max((x+1)*w/dw, x0+1)
			var strongest, sum int
			for yy := y0; yy < y1; yy++ {
				for xx := x0; xx < x1; xx++ {
					p := im.Pix[yy*im.Stride+4*xx:]
					d := 0
					for c := range 3 {
						d = max(d, abs(int(p[c])-int(back[c])))
					}
					strongest, sum = max(strongest, d), sum+d
				}
			}
			// Strong, and not only the soft edge of a neighbour.
			ink[y*dw+x] = strongest > 80 && 8*sum > 80*(y1-y0)*(x1-x0)
		}
	}
	// The dots of a Braille character, by row and column within it.
	bits := [4][2]rune{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}
	var b strings.Builder
	for y := range rows {
		line := make([]rune, columns)
		for x := range columns {
			line[x] = 0x2800
			for i := range 4 {
				for j := range 2 {
					if ink[(4*y+i)*dw+2*x+j] {
						line[x] |= bits[i][j]
					}
				}
			}
		}
		b.WriteString(strings.TrimRight(string(line), "\u2800") + "\n")
	}
	return b.String()
}

func abs(v int) int { return max(v, -v) }
