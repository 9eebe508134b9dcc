// An interpreted image.Image and color.Color given to compiled code: drawn,
// encoded as PNG and read back, with the pixels checked.
package main

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
)

type heat float64

func (h heat) RGBA() (r, g, b, a uint32) {
	v := uint32(math.Round(float64(h) * 0xffff))
	return v, 0, 0xffff - v, 0xffff
}

type field struct {
	w, h int
	f    func(x, y float64) float64
	seen int
}

func (f *field) ColorModel() color.Model {
	return color.ModelFunc(func(c color.Color) color.Color {
		r, _, _, _ := c.RGBA()
		return heat(float64(r) / 0xffff)
	})
}
func (f *field) Bounds() image.Rectangle { return image.Rect(0, 0, f.w, f.h) }
func (f *field) At(x, y int) color.Color {
	f.seen++
	v := f.f(float64(x)/float64(f.w-1), float64(y)/float64(f.h-1))
	return heat(min(1, max(0, v)))
}

type shifted struct {
	image.Image
	d image.Point
}

func (s shifted) At(x, y int) color.Color { return s.Image.At(x+s.d.X, y+s.d.Y) }

func main() {
	f := &field{w: 16, h: 8, f: func(x, y float64) float64 { return x * y }}
	dst := image.NewRGBA(f.Bounds())
	draw.Draw(dst, dst.Bounds(), f, image.Point{}, draw.Src)
	fmt.Println(f.seen >= 128, dst.RGBAAt(0, 0), dst.RGBAAt(15, 7), dst.RGBAAt(8, 4))
	fmt.Printf("%08x\n", crc32.ChecksumIEEE(dst.Pix))
	draw.Draw(dst, image.Rect(2, 2, 6, 6), image.NewUniform(heat(0.5)), image.Point{}, draw.Over)
	fmt.Println(dst.RGBAAt(3, 3), dst.RGBAAt(6, 6) == dst.RGBAAt(3, 3))
	var buf bytes.Buffer
	if err := png.Encode(&buf, shifted{f, image.Pt(1, 1)}); err != nil {
		fmt.Println(err)
	}
	back, format, err := image.Decode(&buf)
	fmt.Println(format, err, back.Bounds(), back.ColorModel() == color.RGBAModel || back.ColorModel() == color.NRGBAModel)
	r, g, b, a := back.At(14, 6).RGBA()
	fmt.Println(r>>8, g>>8, b>>8, a>>8)
	fmt.Println(color.GrayModel.Convert(heat(0.25)), f.ColorModel().Convert(color.White))
	pal := color.Palette{heat(0), heat(0.5), heat(1)}
	fmt.Println(pal.Index(heat(0.6)), pal.Convert(heat(0.9)))
	p := image.NewPaletted(image.Rect(0, 0, 4, 1), pal)
	draw.FloydSteinberg.Draw(p, p.Bounds(), &field{w: 4, h: 2, f: func(x, _ float64) float64 { return x }}, image.Point{})
	fmt.Println(p.Pix)
	sub := dst.SubImage(image.Rect(4, 4, 8, 6)).(*image.RGBA)
	fmt.Println(sub.Bounds(), sub.Bounds().In(dst.Rect), sub.Stride == dst.Stride, image.Pt(3, 4).Add(image.Pt(1, 1)).Eq(image.Pt(4, 5)))
}
