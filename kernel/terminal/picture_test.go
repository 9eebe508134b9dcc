package terminal

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// figure is a picture like a plot: a blue line on white with a black frame.
func figure(w, h int) *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 255, 255, 255}
			switch {
			case x == 0 || y == h-1:
				c = color.RGBA{0, 0, 0, 255}
			case (x+y)%w == w/2:
				c = color.RGBA{0, 114, 178, 255}
			}
			im.SetRGBA(x, y, c)
		}
	}
	return im
}

func encoded(t testing.TB, im image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The PNG arrives whole, in chunks of the size that the protocol allows.
func TestKitty(t *testing.T) {
	data := make([]byte, 10000)
	for i := range data {
		data[i] = byte(i * i)
	}
	for _, n := range []int{0, 1, 3071, 3072, 3073, 10000} {
		text := kitty(data[:n], 40, 12)
		parts := regexp.MustCompile("\x1b_G([^;]*);([^\x1b]*)\x1b\\\\").FindAllStringSubmatch(text, -1)
		var got string
		for i, p := range parts {
			if len(p[2]) > 4096 {
				t.Errorf("%d bytes: a chunk of %d characters", n, len(p[2]))
			}
			if more := strings.HasSuffix(p[1], "m=1"); more != (i < len(parts)-1) {
				t.Errorf("%d bytes: chunk %d of %d says %s", n, i+1, len(parts), p[1])
			}
			got += p[2]
		}
		if !strings.Contains(parts[0][1], "q=2") || !strings.Contains(parts[0][1], "c=40,r=12") {
			t.Errorf("head %q", parts[0][1])
		}
		if b, err := base64.StdEncoding.DecodeString(got); err != nil || !bytes.Equal(b, data[:n]) {
			t.Errorf("%d bytes: came out different (%v)", n, err)
		}
	}
}

// unsixel decodes sixels as a terminal does.
func unsixel(t *testing.T, s string) *image.RGBA {
	t.Helper()
	head := regexp.MustCompile("^\x1bP[0-9;]*q\"1;1;(\\d+);(\\d+)").FindStringSubmatch(s)
	if head == nil {
		t.Fatalf("no sixels: %.40q", s)
	}
	w, _ := strconv.Atoi(head[1])
	h, _ := strconv.Atoi(head[2])
	im := image.NewRGBA(image.Rect(0, 0, w, h))
	palette := map[int]color.RGBA{}
	body := strings.TrimSuffix(s[len(head[0]):], "\x1b\\")
	token := regexp.MustCompile(`^(?:#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|([?-~])|([$-]))`)
	num := func(s string) int { n, _ := strconv.Atoi(s); return n }
	x, y := 0, 0
	var pen color.RGBA
	for body != "" {
		m := token.FindStringSubmatch(body)
		if m == nil {
			t.Fatalf("not a sixel: %.20q", body)
		}
		body = body[len(m[0]):]
		switch {
		case m[1] != "":
			palette[num(m[1])] = color.RGBA{uint8(num(m[2]) * 255 / 100), uint8(num(m[3]) * 255 / 100), uint8(num(m[4]) * 255 / 100), 255}
		case m[5] != "":
			pen = palette[num(m[5])]
		case m[9] == "$":
			x = 0
		case m[9] == "-":
			x, y = 0, y+6
		default:
			n, c := 1, m[8]
			if m[6] != "" {
				n, c = num(m[6]), m[7]
			}
			for ; n > 0; n-- {
				for i := range 6 {
					if (c[0]-'?')>>i&1 == 1 {
						im.SetRGBA(x, y+i, pen)
					}
				}
				x++
			}
		}
	}
	return im
}

func TestSixel(t *testing.T) {
	gradient := image.NewRGBA(image.Rect(0, 0, 300, 100)) // more colours than the palette has
	for y := range 100 {
		for x := range 300 {
			gradient.SetRGBA(x, y, color.RGBA{uint8(x * 255 / 299), uint8(y * 255 / 99), uint8(255 - x*255/299), 255})
		}
	}
	for _, test := range []struct {
		name string
		im   *image.RGBA
		most int // difference per channel
	}{
		{"figure", figure(61, 37), 3}, // percent have 2.55 steps
		{"one pixel", figure(1, 1), 3},
		{"gradient", gradient, 24},
	} {
		text := sixel(test.im)
		got := unsixel(t, text)
		if n := len(regexp.MustCompile(`#\d+;2;`).FindAllString(text, -1)); n > 256 {
			t.Errorf("%s: %d colours", test.name, n)
		}
		worst := 0
		for i := range test.im.Pix {
			worst = max(worst, abs(int(test.im.Pix[i])-int(got.Pix[i])))
		}
		if worst > test.most {
			t.Errorf("%s: a channel is off by %d of 255", test.name, worst)
		}
	}
}

// Every way to draw keeps within the window and ends at the start of a line.
func TestRenderFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 400).Draw(t, "w"), rapid.IntRange(1, 400).Draw(t, "h")
		a := Abilities{
			Pictures: rapid.SampledFrom([]string{Kitty, ITerm, Sixel, Blocks, Braille}).Draw(t, "way"),
			Colours:  rapid.SampledFrom([]int{0, 16, 256, 1 << 24}).Draw(t, "colours"),
			Columns:  rapid.IntRange(1, 200).Draw(t, "columns"),
			Rows:     rapid.IntRange(1, 80).Draw(t, "rows"),
		}
		var b bytes.Buffer
		png.Encode(&b, figure(w, h))
		text, rows, err := render(b.Bytes(), rapid.Float64Range(0, 3000).Draw(t, "css"), a)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(text, "\n") {
			t.Fatalf("ends with %q", text[max(len(text)-10, 0):])
		}
		if rows < 1 || rows > max(a.Rows-3, 4) {
			t.Fatalf("%d rows in a window of %d", rows, a.Rows)
		}
		if a.Pictures == Blocks || a.Pictures == Braille {
			lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
			if len(lines) != rows {
				t.Fatalf("%d lines, said %d rows", len(lines), rows)
			}
			for _, l := range lines {
				if n := width(l); n > a.Columns {
					t.Fatalf("a line of %d columns in a window of %d", n, a.Columns)
				}
			}
		}
	})
}

func TestRenderRefuses(t *testing.T) {
	huge := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x10\x00\x00\x00\x10\x00\x00\x08\x06\x00\x00\x00")
	huge = append(huge, crcOf(huge[12:])...)
	for name, data := range map[string][]byte{"empty": nil, "text": []byte("no picture"), "cut short": encoded(t, figure(30, 30))[:60], "huge": huge} {
		if _, _, err := render(data, 0, Abilities{Pictures: Blocks, Colours: 256, Columns: 80, Rows: 24}); err == nil {
			t.Errorf("%s: no error", name)
		} else if name == "huge" && !strings.Contains(err.Error(), "at most") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func crcOf(chunk []byte) []byte {
	c := ^uint32(0)
	for _, b := range chunk {
		c ^= uint32(b)
		for range 8 {
			if c&1 == 1 {
				c = c>>1 ^ 0xedb88320
			} else {
				c >>= 1
			}
		}
	}
	c = ^c
	return []byte{byte(c >> 24), byte(c >> 16), byte(c >> 8), byte(c)}
}

// A line one pixel wide in a picture that shrinks tenfold is still there.
func TestThinLinesSurvive(t *testing.T) {
	im := image.NewRGBA(image.Rect(0, 0, 800, 400))
	for i := range im.Pix {
		im.Pix[i] = 255
	}
	for y := range 400 {
		im.SetRGBA(401, y, color.RGBA{0, 0, 0, 255})
	}
	lines := strings.Split(braille(im, 40, 10), "\n")
	for i, l := range lines[:10] {
		if !strings.ContainsFunc(l, func(r rune) bool { return r > 0x2800 && r <= 0x28ff }) {
			t.Errorf("row %d has no dot", i)
		}
	}
}

func TestTwoColours(t *testing.T) {
	white, black := [3]int{255, 255, 255}, [3]int{}
	for s := range 16 {
		var p [4][3]int
		for i := range 4 {
			p[i] = black
			if s>>i&1 == 1 {
				p[i] = white
			}
		}
		shape, fg, bg := twoColours(p)
		for i := range 4 {
			c := bg
			if shape>>i&1 == 1 {
				c = fg
			}
			if c != p[i] {
				t.Errorf("pattern %d: quarter %d is %v, want %v", s, i, c, p[i])
			}
		}
	}
}

func TestPalette256(t *testing.T) {
	for c, want := range map[[3]int]int{{0, 0, 0}: 16, {255, 255, 255}: 231, {255, 0, 0}: 196, {8, 8, 8}: 232, {238, 238, 238}: 255, {95, 135, 175}: 67} {
		if got := palette256(c[0], c[1], c[2]); got != want {
			t.Errorf("%v: %d, want %d", c, got, want)
		}
	}
}

func TestEnvironment(t *testing.T) {
	for _, test := range []struct {
		env      string
		pictures string
		colours  int
	}{
		{"TERM=xterm-kitty", Kitty, 1 << 24},
		{"TERM=xterm-ghostty", Kitty, 1 << 24},
		{"TERM=xterm-256color TERM_PROGRAM=iTerm.app COLORTERM=truecolor", ITerm, 1 << 24},
		{"TERM=xterm-256color TERM_PROGRAM=WezTerm COLORTERM=truecolor", ITerm, 1 << 24},
		{"TERM=foot", Sixel, 256},
		{"TERM=xterm-256color KONSOLE_VERSION=230800 COLORTERM=truecolor", Kitty, 1 << 24},
		{"TERM=xterm-256color", "", 256},
		{"TERM=xterm", "", 16},
		{"TERM=dumb", Files, 0},
		{"", "", 0},
		{"TERM=xterm-kitty NO_COLOR=1", Kitty, 0},
		{"TERM=tmux-256color TMUX=/tmp/x KITTY_WINDOW_ID=1", "", 256},
		{"TERM=screen-256color KITTY_WINDOW_ID=1", "", 256},
		{"TERM=xterm-256color NEUROREPL_PICTURES=braille", Braille, 256},
		{"TERM=xterm-256color NEUROREPL_PICTURES=nonsense", "", 256},
	} {
		env := map[string]string{}
		for _, f := range strings.Fields(test.env) {
			k, v, _ := strings.Cut(f, "=")
			env[k] = v
		}
		a := fromEnvironment(func(k string) string { return env[k] })
		if a.Pictures != test.pictures || a.Colours != test.colours {
			t.Errorf("%s: %q and %d colours, want %q and %d", test.env, a.Pictures, a.Colours, test.pictures, test.colours)
		}
	}
}

func TestHear(t *testing.T) {
	for reply, want := range map[string]string{
		"\x1b[?62;4;22c":              "sixel 0x0",
		"\x1b[6;18;9t\x1b[?64;1;2;4c": "sixel 9x18",
		"\x1b[?4c":                    "blocks 0x0", // a VT132, not sixels
		"\x1b[?1;2c":                  "blocks 0x0",
		"\x1b[6;0;0t\x1b[?62;22c":     "blocks 0x0",
		"":                            "blocks 0x0",
	} {
		a := Abilities{Pictures: Blocks}
		a.hear(reply)
		if got := fmt.Sprintf("%s %dx%d", a.Pictures, a.CellW, a.CellH); got != want {
			t.Errorf("%q: %s, want %s", reply, got, want)
		}
	}
}
