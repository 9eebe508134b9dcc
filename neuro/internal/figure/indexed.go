package figure

import (
	"cmp"
	"image"
	"slices"
)

// Most pages have few colours but for the edges of what is drawn on them: 256 of
// them and one byte for each pixel make a file of half the size, in half the time.

const (
	// mostColors is how many a page may have for an attempt to do with 256.
	mostColors = 1 << 13
	// rare is the share of the pixels below which a colour counts as one of edges.
	rare = 1.0 / 20_000
)

// allowances are how far colours may be off where 256 do not suffice for all, of
// 255 and in any of red, green and blue, from one try to the next: those of edges,
// and others. Less than the last is not seen on an edge, nor in an area.
var allowances = []struct{ edge, area int }{{0, 0}, {4, 0}, {8, 2}, {12, 3}}

// A colorTable counts colours, and then tells the number of each.
type colorTable struct {
	keys   []uint32 // the colour and opaque, or 0 where nothing is
	counts []uint32
	number []uint8
	used   int
}

func newColorTable() *colorTable {
	const n = 4 * mostColors
	return &colorTable{keys: make([]uint32, n), counts: make([]uint32, n), number: make([]uint8, n)}
}

// slot returns where a colour stands, or is to stand.
func (t *colorTable) slot(key uint32) int {
	mask := uint32(len(t.keys) - 1)
	at := key * 0x9e3779b1 >> 15 & mask
	for t.keys[at] != key && t.keys[at] != 0 {
		at = (at + 1) & mask
	}
	return int(at)
}

// pixel returns the colour of a pixel as a number that is not 0.
func pixel(pix []byte) uint32 {
	_ = pix[2]
	return uint32(pix[0])<<16 | uint32(pix[1])<<8 | uint32(pix[2]) | 0xff<<24
}

// count counts the colours of a picture; it reports false when there are too many.
func (t *colorTable) count(im *image.RGBA, w, h int) bool {
	for y := range h {
		row := im.Pix[y*im.Stride:][:4*w]
		for len(row) > 0 {
			k, n := pixel(row), uint32(1)
			for row = row[4:]; len(row) > 0 && pixel(row) == k; row = row[4:] {
				n++
			}
			at := t.slot(k)
			if t.keys[at] == 0 {
				if t.used == mostColors {
					return false
				}
				t.used++
				t.keys[at] = k
			}
			t.counts[at] += n
		}
	}
	return true
}

// palette chooses 256 colours at most for the picture of so many pixels and
// numbers those that were counted. The most frequent come first and are kept as
// they are; without a palette within the allowances it reports false.
func (t *colorTable) palette(pixels int) ([]uint32, bool) {
	order := make([]int, 0, t.used)
	for at, k := range t.keys {
		if k != 0 {
			order = append(order, at)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(t.counts[b], t.counts[a]), cmp.Compare(t.keys[a], t.keys[b]))
	})
	edge := uint32(rare * float64(pixels))
	for i, off := range allowances {
		if i == 0 && len(order) > 256 {
			continue
		}
		if colors := t.within(order, edge, off.edge, off.area); colors != nil {
			return colors, true
		}
	}
	return nil, false
}

// within returns the colours of a palette in which those of edge pixels at most are
// off by offEdge at most, and others by offArea, or nil when 256 do not do.
func (t *colorTable) within(order []int, edge uint32, offEdge, offArea int) []uint32 {
	colors := make([]uint32, 0, 256)
	for _, at := range order {
		k, off := t.keys[at], offArea
		if t.counts[at] <= edge {
			off = offEdge
		}
		best, far := 0, off+1
		if off > 0 {
			for i, c := range colors {
				if d := offBy(k, c); d < far {
					best, far = i, d
				}
			}
		}
		if far > off {
			if len(colors) == 256 {
				return nil
			}
			best, colors = len(colors), append(colors, k)
		}
		t.number[at] = uint8(best)
	}
	return colors
}

// offBy returns the largest difference of two colours in red, green or blue.
func offBy(a, b uint32) int {
	d := 0
	for shift := 0; shift < 24; shift += 8 {
		e := int(a>>shift&0xff) - int(b>>shift&0xff)
		d = max(d, e, -e)
	}
	return d
}

// indexed returns rows from to to of the picture as the numbers of their colours,
// each behind the number of PNG's filter that leaves them as they are.
func (t *colorTable) indexed(im *image.RGBA, w, from, to int) []byte {
	out := make([]byte, (to-from)*(1+w))
	last, number := uint32(0), uint8(0)
	for y := from; y < to; y++ {
		line := out[(y-from)*(1+w)+1:][:w]
		row := im.Pix[y*im.Stride:][:4*w]
		for x := range line {
			if k := pixel(row[4*x : 4*x+4]); k != last {
				last, number = k, t.number[t.slot(k)]
			}
			line[x] = number
		}
	}
	return out
}
