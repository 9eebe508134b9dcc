//go:build ignore

// This program draws the kernel's icon: an action potential on a dark tile. It
// writes logo-svg.svg and, from the same points, logo-32x32.png and
// logo-64x64.png. Run it by `go generate`.
package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log"
	"math"
	"os"
	"strings"
)

// The picture, in units of a tile of 64 by 64.
var (
	tile  = color.NRGBA{0x12, 0x26, 0x3a, 0xff}
	trace = color.NRGBA{0x4f, 0xd1, 0xc5, 0xff}
	rest  = color.NRGBA{0x4a, 0x63, 0x7d, 0xff} // the resting potential
)

const (
	corner = 12.0
	stroke = 2.4 // half the width of the trace
	level  = 43.0
)

// potential returns the points of the trace: rest, upstroke, repolarisation
// below rest, and the way back.
func potential() [][2]float64 {
	var p [][2]float64
	for x := 7.0; x <= 57; x += 0.5 {
		t := x - 28
		y := 30*math.Exp(-t*t/(2*2.6*2.6)) - 9*math.Exp(-(t-9)*(t-9)/(2*4.5*4.5)) + 4/(1+math.Exp(-(t+6)))*math.Exp(-math.Max(0, t)/4)
		p = append(p, [2]float64{x, math.Round((level-y)*100) / 100})
	}
	return p
}

func main() {
	log.SetFlags(0)
	dir := "logo"
	points := potential()

	var path strings.Builder
	for i, p := range points {
		cmd := " "
		if i == 0 {
			cmd = "M"
		}
		fmt.Fprintf(&path, "%s%g,%g", cmd, p[0], p[1])
	}
	hex := func(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
	svg := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">
<title>neurorepl</title>
<rect width="64" height="64" rx="%g" fill="%s"/>
<path d="M7,%g 57,%g" stroke="%s" stroke-width="1.6" stroke-dasharray="3 3" fill="none"/>
<path d="%s" stroke="%s" stroke-width="%g" stroke-linecap="round" stroke-linejoin="round" fill="none"/>
</svg>
`, corner, hex(tile), level, level, hex(rest), path.String(), hex(trace), 2*stroke)
	save(dir+"/logo-svg.svg", []byte(svg))
	for _, n := range []int{32, 64} {
		var b bytes.Buffer
		if err := png.Encode(&b, draw(n, points)); err != nil {
			log.Fatal(err)
		}
		save(fmt.Sprintf("%s/logo-%dx%d.png", dir, n, n), b.Bytes())
	}
}

func save(path string, data []byte) {
	if err := os.WriteFile(path, data, 0o644); err != nil {
		log.Fatal(err)
	}
}

// draw renders the picture at n by n pixels, each the mean of 8 by 8 samples.
func draw(n int, points [][2]float64) image.Image {
	const fine = 8
	im := image.NewNRGBA(image.Rect(0, 0, n, n))
	scale := 64 / float64(n*fine)
	for py := range n {
		for px := range n {
			var r, g, b, a int
			for s := range fine * fine {
				x := (float64(px*fine+s%fine) + 0.5) * scale
				y := (float64(py*fine+s/fine) + 0.5) * scale
				c := at(x, y, points)
				if c.A > 0 {
					r, g, b, a = r+int(c.R), g+int(c.G), b+int(c.B), a+1
				}
			}
			if a > 0 {
				im.SetNRGBA(px, py, color.NRGBA{uint8(r / a), uint8(g / a), uint8(b / a), uint8(255 * a / (fine * fine))})
			}
		}
	}
	return im
}

func at(x, y float64, points [][2]float64) color.NRGBA {
	// distance to the rounded square
	dx := math.Max(math.Max(corner-x, x-(64-corner)), 0)
	dy := math.Max(math.Max(corner-y, y-(64-corner)), 0)
	if dx*dx+dy*dy > corner*corner {
		return color.NRGBA{}
	}
	for i := 1; i < len(points); i++ {
		if distance(x, y, points[i-1], points[i]) <= stroke {
			return trace
		}
	}
	if math.Abs(y-level) <= 0.8 && x >= 7 && x <= 57 && math.Mod(x-7, 6) < 3 {
		return rest
	}
	return tile
}

// distance returns how far (x, y) is from the segment from a to b.
func distance(x, y float64, a, b [2]float64) float64 {
	vx, vy := b[0]-a[0], b[1]-a[1]
	t := ((x-a[0])*vx + (y-a[1])*vy) / (vx*vx + vy*vy)
	t = math.Min(1, math.Max(0, t))
	return math.Hypot(x-a[0]-t*vx, y-a[1]-t*vy)
}
