package figure

import (
	"image"
	"image/color"
)

// A point is a place on the page in points (1/72 inch) from its top left
// corner, y downwards.
type point struct{ x, y float64 }

// A box is a rectangle on the page: left, top, right, bottom.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) w() float64 { return b.x1 - b.x0 }
func (b box) h() float64 { return b.y1 - b.y0 }

func (b box) middle() point {
	return point{b.x0 + float64(0.5*(b.x1-b.x0)), b.y0 + float64(0.5*(b.y1-b.y0))}
}

func (b box) grow(d float64) box { return box{b.x0 - d, b.y0 - d, b.x1 + d, b.y1 + d} }

func (b box) has(p point) bool { return p.x >= b.x0 && p.x <= b.x1 && p.y >= b.y0 && p.y <= b.y1 }

func (b box) overlaps(c box) bool {
	return b.x0 < c.x1 && c.x0 < b.x1 && b.y0 < c.y1 && c.y0 < b.y1
}

// A path is a set of polygons when it is filled and of polylines when it is
// stroked.
type path [][]point

type ink = color.NRGBA

// A canvas is a page of one file format. Drawing is exact in points; a page of
// pixels additionally lets straight rules and pictures fall on whole pixels.
type canvas interface {
	// fine is the length, in points, below which detail is not seen: a pixel,
	// or the resolution that vector formats are simplified to.
	fine() float64
	// snap moves a coordinate to the nearest pixel border.
	snap(v float64) float64
	// clip confines what follows to b until unclip.
	clip(b box)
	unclip()
	fill(p path, c ink)
	// stroke draws lines with round joins and flat ends.
	stroke(p path, width float64, dash bool, c ink)
	// rules draws horizontal or vertical lines, sharp on pixels.
	rules(from, to []point, width float64, c ink)
	// dots draws discs.
	dots(at []point, size float64, c ink)
	// text writes s with its baseline at p, align 0 starting there, 0.5
	// centred, 1 ending there; up turns it to read from bottom to top.
	text(p point, s string, size, align float64, up bool, c ink)
	// picture draws im over b, pixel by pixel without smoothing.
	picture(b box, im *image.NRGBA)
	// pixels tells that the page is made of pixels.
	pixels() bool
}

// manyDots is the number of markers above which a vector file holds them as a
// picture: below it stays small and can be edited, above it would take seconds
// to open.
const manyDots = 20000
