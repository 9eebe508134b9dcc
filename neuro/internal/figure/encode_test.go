package figure

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"pgregory.net/rapid"
)

// A page comes out of the standard library's decoder as it was drawn: for
// strips of one row, many strips, and rows that repeat.
func TestEncodePNG(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 40).Draw(t, "w"), rapid.SampledFrom([]int{1, 2, 3, strip - 1, strip, strip + 1, 3 * strip}).Draw(t, "h")
		im := image.NewRGBA(image.Rect(0, 0, w, h))
		some := rapid.SliceOfN(rapid.Byte(), 1, 50).Draw(t, "bytes")
		same := rapid.IntRange(1, 5).Draw(t, "rows that repeat")
		for y := range h {
			for x := range w {
				for c := range 3 {
					im.Pix[y*im.Stride+4*x+c] = some[(y/same*7+x*3+c)%len(some)]
				}
				im.Pix[y*im.Stride+4*x+3] = 255
			}
		}
		got, err := png.Decode(bytes.NewReader(encodePNG(im, 7559)))
		if err != nil {
			t.Fatal(err)
		}
		if off := colorsOff(im, got); off != 0 {
			t.Fatalf("%d x %d pixels differ by up to %d", w, h, off)
		}
	})
}

// colorsOff is the largest difference of two pictures in any colour of a pixel.
func colorsOff(a, b image.Image) int {
	off := 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p, q := color.RGBAModel.Convert(a.At(x, y)).(color.RGBA), color.RGBAModel.Convert(b.At(x, y)).(color.RGBA)
			for _, d := range []int{int(p.R) - int(q.R), int(p.G) - int(q.G), int(p.B) - int(q.B), int(p.A) - int(q.A)} {
				off = max(off, d, -d)
			}
		}
	}
	return off
}

// A page with up to 256 colours has a palette and is exact, one of more has a
// palette where that is within the allowances, and is exact otherwise. Its paper
// is exact always.
func TestPalette(t *testing.T) {
	const side = 200
	for _, c := range []struct {
		name    string
		at      func(x, y int) color.RGBA // of a square in the middle of the page
		palette bool
		off     int
	}{
		{"256 greys", func(x, y int) color.RGBA { return color.RGBA{uint8(x), uint8(x), uint8(x), 255} }, true, 0},
		{"edges of every shade of three inks", func(x, y int) color.RGBA {
			g := uint8(2 * x)
			return [3]color.RGBA{{g, 114, 178, 255}, {213, g, 0, 255}, {g, g, g, 255}}[y%3]
		}, true, 4},
		{"areas of 200 reds by 10 blues", func(x, y int) color.RGBA { return color.RGBA{uint8(x), 0, uint8(y / 20 * 20), 255} }, false, 0},
		{"noise", func(x, y int) color.RGBA {
			v := uint32(x*side+y) * 0x9e3779b1
			return color.RGBA{uint8(v >> 24), uint8(v >> 16), uint8(v >> 8), 255}
		}, false, 0},
	} {
		im := image.NewRGBA(image.Rect(0, 0, 3*side, 3*side))
		for y := range 3 * side {
			for x := range 3 * side {
				ink := color.RGBA{255, 255, 255, 255}
				if in := image.Pt(x-side, y-side); in.In(image.Rect(0, 0, side, side)) {
					ink = c.at(in.X, in.Y)
				}
				im.SetRGBA(x, y, ink)
			}
		}
		got, err := png.Decode(bytes.NewReader(encodePNG(im, 7559)))
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := got.(*image.Paletted); ok != c.palette {
			t.Errorf("%s: a palette is %v, want %v", c.name, ok, c.palette)
		}
		if off := colorsOff(im, got); off > c.off {
			t.Errorf("%s: colours are off by up to %d, want %d at most", c.name, off, c.off)
		}
		if r, g, b, _ := got.At(0, 0).RGBA(); r&g&b != 0xffff {
			t.Errorf("%s: the paper is %v", c.name, got.At(0, 0))
		}
	}
}

// A heat map has no seams: whatever the sizes of cells, and where they do not
// fall on whole pixels, every pixel of it has a colour of the map.
func TestNoSeams(t *testing.T) {
	for _, n := range []int{3, 37, 300} {
		z := make([][]float64, n)
		for i := range z {
			z[i] = make([]float64, n+7)
			for k := range z[i] {
				z[i][k] = float64(i + k)
			}
		}
		f := one(Layer{Kind: Image, Z: z, Map: "magma"})
		p := lay(f)
		v := p.views[0]
		known := map[[3]uint8]bool{}
		for _, c := range v.bar.shades.table {
			known[[3]uint8{c.R, c.G, c.B}] = true
		}
		r := newRaster(p.w, p.h, screenDPI, p.theme.paper)
		p.paint(r)
		q := r.rect(v.plot.grow(-1.5)) // within the frame
		for y := q.Min.Y; y < q.Max.Y; y++ {
			for x := q.Min.X; x < q.Max.X; x++ {
				if c := r.im.RGBAAt(x, y); !known[[3]uint8{c.R, c.G, c.B}] {
					t.Fatalf("%d rows: pixel %d, %d has colour %v", n, x, y, c)
				}
			}
		}
	}
}
