package golden

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Pictures are kept at a quarter of their size: what moves still shows and no
// line is lost, in a twentieth of the bytes.
const shrink = 4

// Picture holds a picture in PNG against the one kept at path. A pixel differs
// when a colour of it is off by more than 24 of 255, which the eye sees, and one
// pixel in a thousand may: a number on an axis that changes is more. With update
// the picture is kept in its place.
func Picture(t testing.TB, path string, data []byte, update bool) {
	t.Helper()
	im, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Errorf("%s: %v", filepath.Base(path), err)
		return
	}
	got := smaller(im)
	if update {
		var out bytes.Buffer
		enc := png.Encoder{CompressionLevel: png.BestCompression}
		if err := errors.Join(enc.Encode(&out, got), os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, out.Bytes(), 0o644)); err != nil {
			t.Fatal(err)
		}
		return
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is not kept yet: run with -update and look at it", path)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want, err := png.Decode(file)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if got.Bounds() != want.Bounds() {
		t.Errorf("%s: the picture is of %v, the one kept of %v; run with -update and look at it", path, got.Bounds().Max, want.Bounds().Max)
		return
	}
	if n, all := differing(got, want), got.Bounds().Dx()*got.Bounds().Dy(); 1000*n > all {
		t.Errorf("%s: %d of %d pixels differ from the picture kept; run with -update and look at it", path, n, all)
	}
}

// smaller returns the means of shrink by shrink pixels.
func smaller(im image.Image) *image.NRGBA {
	b := im.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx()/shrink, b.Dy()/shrink))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			var sum [3]uint32
			for k := range shrink * shrink {
				r, g, b, _ := im.At(b.Min.X+shrink*x+k%shrink, b.Min.Y+shrink*y+k/shrink).RGBA()
				sum[0], sum[1], sum[2] = sum[0]+r>>8, sum[1]+g>>8, sum[2]+b>>8
			}
			const n = shrink * shrink
			out.SetNRGBA(x, y, color.NRGBA{R: uint8(sum[0] / n), G: uint8(sum[1] / n), B: uint8(sum[2] / n), A: 255})
		}
	}
	return out
}

// differing counts the pixels in which two pictures of one size differ.
func differing(a, b image.Image) int {
	n := 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p, q, r, _ := a.At(x, y).RGBA()
			u, v, w, _ := b.At(x, y).RGBA()
			far := 0
			for _, d := range []int{int(p>>8) - int(u>>8), int(q>>8) - int(v>>8), int(r>>8) - int(w>>8)} {
				far = max(far, d, -d)
			}
			if far > 24 {
				n++
			}
		}
	}
	return n
}
