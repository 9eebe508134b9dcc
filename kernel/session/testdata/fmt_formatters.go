// fmt.Formatter and GoStringer methods of interpreted types, also nested, with
// flags, width and precision; and fmt.Append forms, Fprint to own writers.
package main

import (
	"fmt"
	"io"
	"strings"
)

type Volt float64

func (v Volt) Format(s fmt.State, verb rune) {
	switch verb {
	case 'v', 's':
		if s.Flag('+') {
			io.WriteString(s, "volt:")
		}
		fallthrough
	case 'm':
		p, ok := s.Precision()
		if !ok {
			p = 1
		}
		text := fmt.Sprintf("%.*fmV", p, float64(v)*1000)
		if w, ok := s.Width(); ok && len(text) < w {
			pad := strings.Repeat(".", w-len(text))
			if s.Flag('-') {
				text += pad
			} else {
				text = pad + text
			}
		}
		io.WriteString(s, text)
	default:
		fmt.Fprintf(s, "%%!%c(volt=%g)", verb, float64(v))
	}
}

type Code struct {
	hi, lo int
	note   string
}

func (c Code) GoString() string { return fmt.Sprintf("NewCode(%d, %d)", c.hi, c.lo) }
func (c Code) String() string   { return fmt.Sprintf("%d.%d", c.hi, c.lo) }

type Reading struct {
	V Volt
	C Code
	L []Volt
}

type shout struct{ w io.Writer }

func (s shout) Write(p []byte) (int, error) {
	n, err := s.w.Write([]byte(strings.ToUpper(string(p))))
	return n, err
}

func main() {
	v := Volt(-0.0653)
	fmt.Printf("%v|%+v|%.3v|%12v|%-12s|%m|%d\n", v, v, v, v, v, v, v)
	fmt.Println(v, []Volt{1, 2}, map[string]Volt{"a": .001})
	c := Code{1, 2, "n"}
	p := fmt.Printf
	p("%v %s %#v %+v %d\n", c, c, c, c, c)
	r := Reading{v, c, []Volt{0.5}}
	fmt.Printf("%v\n%+v\n%#v\n", r, r, []Code{c})
	fmt.Printf("%#v %v\n", map[string]Code{"k": c}, &c)
	var b strings.Builder
	fmt.Fprintf(shout{&b}, "shouted %v and %s\n", c, "text")
	fmt.Fprintln(shout{shout{&b}}, "twice", v)
	fmt.Print(b.String())
	buf := fmt.Appendf(nil, "%03d", 7)
	buf = fmt.Append(buf, " ", c, 1, 2)
	buf = fmt.Appendln(buf, "end")
	fmt.Printf("%q\n", buf)
	var x, y int
	var s string
	n, err := fmt.Sscanf("12-ab:0x1f", "%d-%2s:%v", &x, &s, &y)
	fmt.Println(n, err, x, s, y)
	n, err = fmt.Sscan("3 4.5", &x, &y)
	fmt.Println(n, err, x)
	fmt.Fprint(io.Discard, v)
	fmt.Printf("%[1]*[2]v|%v\n", 14, v, fmt.FormatString(nil2{}, 'q'))
}

type nil2 struct{}

func (nil2) Write(b []byte) (int, error) { return len(b), nil }
func (nil2) Width() (int, bool)          { return 5, true }
func (nil2) Precision() (int, bool)      { return 2, true }
func (nil2) Flag(c int) bool             { return c == '-' }
