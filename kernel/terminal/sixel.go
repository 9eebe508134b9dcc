package terminal

import (
	"fmt"
	"image"
	"sort"
	"strings"
)

// sixel encodes a picture as DEC sixels: a palette of at most 256 colours,
// then bands six pixels high, in each band one run-length encoded line per
// colour that occurs in it.
func sixel(im *image.RGBA) string {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	palette, index := quantise(im)
	var b strings.Builder
	// 0;1: pixels without a colour keep what is there; 1;1: square pixels.
	fmt.Fprintf(&b, "\x1bP0;1q\"1;1;%d;%d", w, h)
	for i, c := range palette {
		percent := func(v uint8) int { return (int(v)*100 + 127) / 255 }
		fmt.Fprintf(&b, "#%d;2;%d;%d;%d", i, percent(c[0]), percent(c[1]), percent(c[2]))
	}
	column := make([]uint8, w)
	for top := 0; top < h; top += 6 {
		used := make([]bool, len(palette))
		for y := top; y < min(top+6, h); y++ {
			for x := range w {
				used[index[y*w+x]] = true
			}
		}
		first := true
		for c, is := range used {
			if !is {
				continue
			}
			for x := range w {
				var bits uint8
				for i := 0; i < 6 && top+i < h; i++ {
					if int(index[(top+i)*w+x]) == c {
						bits |= 1 << i
					}
				}
				column[x] = '?' + bits
			}
			if !first {
				b.WriteByte('$') // back to the left edge of the band
			}
			first = false
			fmt.Fprintf(&b, "#%d", c)
			runs(&b, column)
		}
		b.WriteByte('-') // to the next band
	}
	b.WriteString("\x1b\\")
	return b.String()
}

// runs writes characters with repetitions counted; empty ones at the end are
// left out.
func runs(b *strings.Builder, s []uint8) {
	for len(s) > 0 && s[len(s)-1] == '?' {
		s = s[:len(s)-1]
	}
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] == s[i] {
			j++
		}
		if j-i > 3 {
			fmt.Fprintf(b, "!%d%c", j-i, s[i])
		} else {
			b.Write(s[i:j])
		}
		i = j
	}
}

// quantise chooses at most 256 colours by median cut over colours of five bits
// per channel and returns them with the palette index of each pixel.
func quantise(im *image.RGBA) (palette [][3]uint8, index []uint8) {
	type bin struct {
		key   int // five bits each of red, green and blue
		count int
		sum   [3]int
	}
	w, h := im.Rect.Dx(), im.Rect.Dy()
	bins := make([]*bin, 1<<15)
	var all []*bin
	keys := make([]uint16, w*h)
	for y := range h {
		for x := range w {
			p := im.Pix[y*im.Stride+4*x:]
			k := int(p[0]>>3)<<10 | int(p[1]>>3)<<5 | int(p[2]>>3)
			if bins[k] == nil {
				bins[k] = &bin{key: k}
				all = append(all, bins[k])
			}
			n := bins[k]
			n.count++
			for c := range 3 {
				n.sum[c] += int(p[c])
			}
			keys[y*w+x] = uint16(k)
		}
	}
	channel := func(n *bin, c int) int { return n.key >> (10 - 5*c) & 31 }
	widest := func(box []*bin) (c, width int) {
		for i := range 3 {
			lo, hi := 32, -1
			for _, n := range box {
				lo, hi = min(lo, channel(n, i)), max(hi, channel(n, i))
			}
			if hi-lo > width {
				c, width = i, hi-lo
			}
		}
		return c, width
	}
	sort.Slice(all, func(i, j int) bool { return all[i].key < all[j].key })
	boxes := [][]*bin{all}
	for len(boxes) < 256 {
		// Split the box that is worst: wide, and with many pixels.
		best, bestScore, bestChannel := -1, 0, 0
		for i, box := range boxes {
			c, width := widest(box)
			pixels := 0
			for _, n := range box {
				pixels += n.count
			}
			if score := width * (1 + pixels); width > 0 && score > bestScore {
				best, bestScore, bestChannel = i, score, c
			}
		}
		if best < 0 {
			break
		}
		box := boxes[best]
		sort.SliceStable(box, func(i, j int) bool { return channel(box[i], bestChannel) < channel(box[j], bestChannel) })
		total, half := 0, 0
		for _, n := range box {
			total += n.count
		}
		cut := 1
		for i, n := range box[:len(box)-1] {
			half += n.count
			if cut = i + 1; 2*half >= total {
				break
			}
		}
		boxes[best] = box[:cut]
		boxes = append(boxes, box[cut:])
	}
	which := make([]uint8, 1<<15)
	for i, box := range boxes {
		var sum [3]int
		count := 0
		for _, n := range box {
			count += n.count
			for c := range 3 {
				sum[c] += n.sum[c]
			}
			which[n.key] = uint8(i)
		}
		var mean [3]uint8
		for c := range 3 {
			mean[c] = uint8(sum[c] / max(count, 1))
		}
		palette = append(palette, mean)
	}
	index = make([]uint8, w*h)
	for i, k := range keys {
		index[i] = which[k]
	}
	return palette, index
}
