package figure

import (
	"bytes"
	"image"
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
		if p, ok := got.(*image.RGBA); !ok || !bytes.Equal(p.Pix, im.Pix) {
			t.Fatalf("%d x %d pixels differ", w, h)
		}
	})
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
