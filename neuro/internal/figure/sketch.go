package figure

import (
	"fmt"
	"math"
	"strings"
)

// sketch draws a figure in characters, at most columns wide: marks as dots of
// Braille, eight to a character, with axes, numbers, labels and legends as
// text. With colours dots have those of their layers, and cells of images their
// own, as escape sequences of terminals with 256 colours.
func (f *Figure) sketch(columns int, colours bool) string {
	columns = max(20, columns)
	panels := f.Panels
	if len(panels) == 0 {
		panels = []Panel{{}}
	}
	cols := f.columns()
	for cols > 1 && columns/cols < 30 {
		cols-- // panels need room for numbers
	}
	each := (columns - 2*(cols-1)) / cols
	rows := 15
	if n := (len(panels) + cols - 1) / cols; n > 1 {
		rows = max(5, min(12, 36/n))
	}
	var out strings.Builder
	for _, line := range lines(f.Title, columns) {
		out.WriteString(centred(line, columns) + "\n")
	}
	for from := 0; from < len(panels); from += cols {
		var beside []*sheet
		for i := from; i < min(len(panels), from+cols); i++ {
			beside = append(beside, sketchPanel(&panels[i], f.theme(), each, rows, colours))
		}
		height := 0
		for _, s := range beside {
			height = max(height, len(s.cells))
		}
		for y := range height {
			line := ""
			for k, s := range beside {
				if k > 0 {
					line += "  "
				}
				line += s.line(y, k < len(beside)-1)
			}
			out.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	return strings.TrimRight(out.String(), "\n")
}

// A cell is one character of a sheet with its colours, 0 for none.
type cell struct {
	r        rune
	fg, bg   uint8
	has, two bool // a colour of the character; and one behind it
}

// A sheet is a block of text.
type sheet struct {
	w     int
	cells [][]cell
}

func (s *sheet) row(y int) []cell {
	for len(s.cells) <= y {
		line := make([]cell, s.w)
		for i := range line {
			line[i].r = ' '
		}
		s.cells = append(s.cells, line)
	}
	return s.cells[y]
}

// put writes text from column x on, as far as there is room.
func (s *sheet) put(x, y int, text string) {
	line := s.row(y)
	for _, r := range text {
		if x >= 0 && x < len(line) {
			line[x].r = r
		}
		x++
	}
}

// line returns row y, padded to the sheet's width if another follows it.
func (s *sheet) line(y int, pad bool) string {
	var b strings.Builder
	if y >= len(s.cells) {
		return strings.Repeat(" ", s.w)
	}
	line := s.cells[y]
	end := len(line)
	for !pad && end > 0 && (line[end-1].r == ' ' || line[end-1].r == 0x2800) && !line[end-1].two {
		end--
	}
	var now cell
	for _, c := range line[:end] {
		if c.has != now.has || c.two != now.two || c.has && c.fg != now.fg || c.two && c.bg != now.bg {
			if now.has || now.two {
				b.WriteString("\x1b[0m")
			}
			if c.has {
				fmt.Fprintf(&b, "\x1b[38;5;%dm", c.fg)
			}
			if c.two {
				fmt.Fprintf(&b, "\x1b[48;5;%dm", c.bg)
			}
			now = c
		}
		if c.r == 0x2800 {
			c.r = ' '
		}
		b.WriteRune(c.r)
	}
	if now.has || now.two {
		b.WriteString("\x1b[0m")
	}
	return b.String()
}

func width(s string) int { return len([]rune(s)) }

func centred(s string, w int) string { return strings.Repeat(" ", max(0, (w-width(s))/2)) + s }

// lines breaks text to a width in characters.
func lines(s string, w int) []string {
	var out []string
	for _, line := range strings.Split(plainText(s), "\n") {
		cur := ""
		for _, word := range strings.Fields(line) {
			switch {
			case cur == "":
				cur = word
			case width(cur)+1+width(word) <= w:
				cur += " " + word
			default:
				out, cur = append(out, cur), word
			}
		}
		if cur != "" {
			out = append(out, cur)
		}
	}
	return out
}

// dotSize is the font size at which a digit is as wide as two dots, a
// character.
const dotSize = 2 / 0.556

// sketchPanel draws one panel on a sheet.
func sketchPanel(p *Panel, th theme, columns, rows int, colours bool) *sheet {
	v := newView(p, nothing(), nothing(), th)
	s := &sheet{w: columns}
	if v.weight() < 1 {
		rows = 2 // a raster of one row
	}
	// The numbers on y need room that depends on them.
	left, right := 0, 0
	for range 2 {
		wide := max(4, columns-left-right-1)
		if v.Square {
			rows = max(4, min(24, int(math.Round(float64(float64(wide)*v.ratio()/2)))))
			wide = max(4, min(wide, int(math.Round(float64(2*float64(rows))/v.ratio()))))
		}
		v.plot = box{0, 0, float64(2 * wide), float64(4 * rows)}
		v.tie()
		rx := ruler{length: v.plot.w(), size: dotSize}
		ry := ruler{length: v.plot.h() * 1.6, size: dotSize, upright: true, whole: v.onlyTicks()}
		v.xMarks, v.yMarks, v.xUnit, v.yUnit = marks{}, marks{}, 1, 1
		if !v.blank() && !v.Bare {
			v.xMarks, v.xUnit = rx.suited(&v.X, &v.x)
			v.yMarks, v.yUnit = ry.suited(&v.Y, &v.y)
			v.xMarks, v.yMarks = rx.spaced(v.xMarks, &v.x), ry.spaced(v.yMarks, &v.y)
			if v.twin != nil {
				v.twin.marks, v.twin.unit = ry.suited(&v.Right, &v.twin.y)
			}
		}
		left, right = longest(v.yMarks.labels)+1, 0
		if v.twin != nil {
			right = longest(v.twin.marks.labels) + 1
		}
		left = min(left, columns/2)
	}
	y := 0
	for _, line := range lines(v.Title, columns) {
		s.put(0, y, centred(line, columns))
		y++
	}
	if v.omitted != "" {
		for _, line := range lines(v.omitted, columns) {
			s.put(max(0, columns-width(line)), y, line)
			y++
		}
	}
	y = s.head(v, y, columns)
	wide := int(v.plot.w()) / 2
	d := newDots(wide, rows, th.paper)
	for i := range v.Layers {
		l := &v.Layers[i]
		if l.Kind == Image {
			d.image(v, l, colours)
			continue
		}
		v.draw(d, l, v.colors[i])
	}
	if v.blank() {
		d.text(v.plot.middle(), "no data", 0, 0.5, false, th.text)
	}
	s.plot(d, left+1, y, colours)
	s.axes(v, left, y, wide, rows, colours)
	if n := len(v.Insets); n > 0 {
		s.put(0, len(s.cells), fmt.Sprintf("(without %d inset)", n))
	}
	return s
}

// onlyTicks tells that rows are counted.
func (v *view) onlyTicks() bool {
	for i := range v.Layers {
		if v.Layers[i].Kind != Ticks && v.Layers[i].drawable() {
			return false
		}
	}
	return len(v.Layers) > 0
}

func longest(s []string) int {
	n := 0
	for _, t := range s {
		n = max(n, width(plainText(t)))
	}
	return n
}

// head writes the labels of the vertical axes above them and returns the next
// row.
func (s *sheet) head(v *view, y, columns int) int {
	left, right := plainText(v.labelOf(v.Y, &v.y, v.yUnit)), ""
	if v.yMarks.note != "" {
		left = strings.TrimSpace(left + "  " + plainText(v.yMarks.note))
	}
	if v.twin != nil {
		right = plainText(v.labelOf(v.Right, &v.twin.y, v.twin.unit))
	}
	if v.Bare || left == "" && right == "" {
		return y
	}
	if right != "" && width(left)+width(right)+2 > columns {
		s.put(0, y, left)
		s.put(max(0, columns-width(right)), y+1, right)
		return y + 2
	}
	for _, line := range lines(left, columns) {
		s.put(0, y, line)
		y++
	}
	if left == "" {
		y++
	}
	if right != "" {
		s.put(columns-width(right), y-1, right)
	}
	return y
}

// plot copies the dots.
func (s *sheet) plot(d *dots, x, y int, colours bool) {
	for j := range d.rows {
		line := s.row(y + j)
		for i := range d.cols {
			if x+i >= len(line) {
				break
			}
			c := d.cell[j*d.cols+i]
			if c.r == 0 {
				c.r = rune(0x2800 + int(d.bits[j*d.cols+i]))
			}
			if !colours {
				c.has, c.two = false, false
			}
			line[x+i] = c
		}
	}
}

// axes draws the axes around a plot, and below it the label of x, what colours
// mean, and the legend.
func (s *sheet) axes(v *view, left, y, wide, rows int, colours bool) {
	if v.Bare {
		return
	}
	for j := range rows {
		s.put(left, y+j, "│")
		if v.twin != nil {
			s.put(left+1+wide, y+j, "│")
		}
	}
	s.put(left, y+rows, "└"+strings.Repeat("─", wide))
	for i, at := range v.yMarks.at {
		j := min(rows-1, max(0, int(v.y.place(at)/4)))
		if text := plainText(v.yMarks.labels[i]); text != "" && !v.Y.Hide {
			s.put(left-width(text), y+j, text)
			s.put(left, y+j, "┤")
		}
	}
	if v.twin != nil {
		s.put(left+1+wide, y+rows, "┘")
		for i, at := range v.twin.marks.at {
			j := min(rows-1, max(0, int(v.twin.y.place(at)/4)))
			s.put(left+1+wide, y+j, "├"+plainText(v.twin.marks.labels[i]))
		}
	}
	y += rows + 1
	end := -1
	for i, at := range v.xMarks.at {
		x := left + 1 + min(wide-1, max(0, int(v.x.place(at)/2)))
		text := plainText(v.xMarks.labels[i])
		if text == "" || v.X.Hide {
			continue
		}
		s.put(x, y-1, "┬")
		from := max(0, min(s.w-width(text), x-width(text)/2))
		if from > end {
			s.put(from, y, text)
			end = from + width(text)
		}
	}
	if end >= 0 {
		y++
	}
	under := strings.TrimSpace(plainText(v.labelOf(v.X, &v.x, v.xUnit)) + "  " + plainText(v.xMarks.note))
	for _, line := range lines(under, s.w) {
		s.put(max(0, min(s.w-width(line), left+1+(wide-width(line))/2)), y, line)
		y++
	}
	if b := v.bar; b != nil {
		text := fmt.Sprintf("colours: %s to %s", number(b.shades.lo), number(b.shades.hi))
		if t := plainText(label(b.axis)); t != "" {
			text = t + ", " + text
		}
		for _, line := range lines(text, s.w) {
			s.put(0, y, line)
			y++
		}
	}
	s.names(v, left, y, colours)
}

// names writes the legend, in lines.
func (s *sheet) names(v *view, left, y int, colours bool) {
	n := 0
	for _, l := range v.Layers {
		if l.Name != "" {
			n++
		}
	}
	if v.Legend == "off" || n == 0 || n == 1 && v.Legend == "" {
		return
	}
	x := left + 1
	for i, l := range v.Layers {
		if l.Name == "" {
			continue
		}
		text := plainText(l.Name)
		if x > left+1 && x+width(text)+5 > s.w {
			x, y = left+1, y+1
		}
		sign := "──"
		switch l.Kind {
		case Points:
			sign = "• "
		case Bars, Area, VSpan, HSpan, Box, Violin, Image:
			sign = "▒▒"
		case Ticks, VLine, Errors:
			sign = "│ "
		}
		s.put(x, y, sign+" "+text)
		if row := s.row(y); colours && x+1 < len(row) {
			for k := range 2 {
				row[x+k].fg, row[x+k].has = colour256(v.colors[i]), true
			}
		}
		x += width(text) + 5
	}
}
