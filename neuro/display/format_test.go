package display

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"
)

type params struct {
	C         float64 `unit:"uF/cm2"`
	Threshold float64 `unit:"mV"`
	Name      string
	Spikes    []float64
	hidden    int
	Next      *params
}

type loop struct {
	Self  *loop
	Any   any
	List  []any
	Names map[string]any
}

type speaks struct{ A int }

func (s speaks) String() string { return fmt.Sprintf("<%d>", s.A) }

type pointerSpeaks struct{ A int }

func (s *pointerSpeaks) String() string { return fmt.Sprintf("<%d>", s.A) }

type lines struct{ A int }

func (lines) String() string { return "one\ntwo" }

type breaks struct{ A int }

func (breaks) String() string { panic("broken") }

type wrong struct{ code int }

func (w *wrong) Error() string { return fmt.Sprintf("code %d", w.code) }

type pointless struct{ a, b int }

func TestFormat(t *testing.T) {
	seven := 7
	toSeven := &seven
	self := &loop{}
	self.Self, self.Any, self.List, self.Names = self, self, []any{self}, map[string]any{"a": self}
	list := []any{nil}
	list[0] = list
	dict := map[string]any{}
	dict["me"] = dict
	type pointer *pointer
	var round pointer
	round = &round
	big := make(map[int]string)
	for i := range 100000 {
		big[i] = "x"
	}
	var nilParams *params
	var nilWrong *wrong
	var nilError error = nilWrong
	for _, c := range []struct {
		name string
		v    any
		want string
	}{
		{"nil", nil, "nil"},
		{"bool", true, "true"},
		{"int", -42, "-42"},
		{"uint8", uint8(255), "255"},
		{"float", 0.1, "0.1"},
		{"float in full", 1.0 / 3, "0.3333333333333333"},
		{"float32", float32(0.1), "0.1"},
		{"NaN", math.NaN(), "NaN"},
		{"Inf", math.Inf(-1), "-Inf"},
		{"complex", complex(1, -2), "(1-2i)"},
		{"string", "a\"b\n", `"a\"b\n"`},
		{"long string alone is whole", strings.Repeat("x", 500), `"` + strings.Repeat("x", 500) + `"`},
		{"duration", 1500 * time.Millisecond, "1.5s"},
		{"error", errors.New("no such file"), "no such file"},
		{"nil error in an interface", nilError, "nil"},
		{"function", math.Sqrt, "func(float64) float64"},
		{"nil function", (func())(nil), "nil"},
		{"channel", make(chan int), "chan int"},
		{"pointer to a number", toSeven, "&7"},
		{"pointer to a pointer", &toSeven, "&&7"},
		{"nil pointer", nilParams, "nil"},
		{"nil slice", []float64(nil), "nil"},
		{"empty slice", []int{}, "[]"},
		{"slice", []float64{1, 2.5, math.NaN(), 1.0 / 3}, "[1 2.5 NaN 0.333333]"},
		{"array", [3]int{1, 2, 3}, "[1 2 3]"},
		{"twelve", make([]int, 12), "[0 0 0 0 0 0 0 0 0 0 0 0]"},
		{"thirteen", []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, "[1 2 3 4 5 6 ... 8 9 10 11 12 13] (13 values)"},
		{"million", make([]float64, 1e6), "[0 0 0 0 0 0 ... 0 0 0 0 0 0] (1000000 values)"},
		{"strings", []string{"a", "b c"}, `["a" "b c"]`},
		{"long string within", []string{strings.Repeat("x", 500)}, `["` + strings.Repeat("x", 200) + `"... (500 bytes)]`},
		{"bytes", []byte{1, 2}, "[1 2]"},
		{"any", []any{1, "a", nil, 2.5, []int{1}}, `[1 "a" nil 2.5 [1]]`},
		{"map", map[string]int{"b": 2, "a": 1}, `map["a":1 "b":2]`},
		{"map of numbers ascends", map[int]float64{10: 0.5, 9: 1, -1: 2}, "map[-1:2 9:1 10:0.5]"},
		{"map of structs", map[[2]int]bool{{2, 1}: true, {1, 2}: false}, "map[[1 2]:false [2 1]:true]"},
		{"nil map", map[string]int(nil), "nil"},
		{"huge map", big, "map[int]string of 100000"},
		{"rows", [][]float64{{1, 2.5}, {-3, 100}}, "[][]float64 of 2 x 2\n  1  2.5\n -3  100"},
		{"ragged rows", [][]float64{{1}, {1, 2, 3}, {}}, "[][]float64 of 3 rows with 0 to 3 values\n[1]\n[1 2 3]\n[]"},
		{"no rows", [][]float64{}, "[]"},
		{"rows of nothing", [][]float64{{}, {}}, "[[] []]"},
		{"matrix", mat.NewDense(2, 2, []float64{1, 2, 3, 4.5}), "2 x 2 matrix\n  1    2\n  3  4.5"},
		{"vector", mat.NewVecDense(2, []float64{1, 2}), "2 x 1 matrix\n1\n2"},
		{"zero matrix", &mat.Dense{}, "0 x 0 matrix"},
		{"nil matrix", (*mat.Dense)(nil), "nil"},
		{"struct with units", params{C: 1, Threshold: -50, Name: "a", Spikes: []float64{1, 2}, hidden: 3},
			"display.params\n  C          1 uF/cm2\n  Threshold  -50 mV\n  Name       \"a\"\n  Spikes     [1 2]\n  Next       nil"},
		{"pointer to a struct", &speaks2{1}, "&display.speaks2\n  A  1"},
		{"struct in a struct", struct{ P speaks2 }{}, "struct { P display.speaks2 }\n  P  display.speaks2\n    A  0"},
		{"struct without a name within", []any{struct {
			A int `unit:"a long tag"`
		}{1}}, "[struct\n  A  1 a long tag]"},
		{"empty struct", struct{}{}, "struct{}"},
		{"only unexported fields", pointless{1, 2}, "display.pointless{...}"},
		{"a lock", &sync.Mutex{}, "&sync.Mutex{...}"},
		{"Stringer", speaks{3}, "<3>"},
		{"Stringers within", []any{speaks{3}, &speaks{4}, time.Second}, "[<3> <4> 1s]"},
		{"Stringer by pointer", &pointerSpeaks{5}, "<5>"},
		{"error within", struct{ Err error }{errors.New("lost")}, "struct { Err error }\n  Err  lost"},
		{"lines within are indented", struct{ L lines }{}, "struct { L display.lines }\n  L  one\n  two"},
		{"String panics", breaks{1}, "display.breaks (its text failed: broken)"},
		{"String panics within", []any{1, breaks{1}}, "[1 display.breaks (its text failed: broken)]"},
		{"reflect.Value", reflect.ValueOf(3), "<int Value>"},
		{"list of itself", list, "[[[[[...]]]]]"},
		{"map of itself", dict, `map["me":map["me":map["me":map["me":map["me":...]]]]]`},
		{"pointer to itself", round, "&&&&&..."},
	} {
		if got := Format(c.v); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	s := Format(self)
	if !strings.HasPrefix(s, "&display.loop\n  Self   &display.loop\n    Self   &display.loop") || !strings.Contains(s, "&display.loop{...}") || len(s) > 10000 {
		t.Errorf("struct that holds itself, %d bytes:\n%.500s", len(s), s)
	}
	if strings.Contains(s, "0x") {
		t.Error("an address is shown")
	}
}

type speaks2 struct{ A int }

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want string
	}{
		{0, "0"}, {math.Copysign(0, -1), "0"}, {1, "1"}, {-17, "-17"}, {1e6, "1000000"}, {123456789, "123456789"}, {999999999999999, "999999999999999"},
		{1e15, "1e+15"}, {-1e300, "-1e+300"}, {0.5, "0.5"}, {1.0 / 3, "0.333333"}, {123456.789, "123457"}, {1e-9, "1e-09"},
		{math.NaN(), "NaN"}, {math.Inf(1), "+Inf"}, {math.Inf(-1), "-Inf"}, {math.MaxFloat64, "1.79769e+308"}, {5e-324, "4.94066e-324"},
	} {
		if got := Number(c.x); got != c.want {
			t.Errorf("Number(%g) = %q, want %q", c.x, got, c.want)
		}
	}
}

type showsItself struct{}

func (showsItself) Show() Bundle { return HTML("<b>me</b>") }

type showFails struct{ A int }

func (*showFails) Show() Bundle { panic("no data") }

func TestOf(t *testing.T) {
	if b := Of(showsItself{}); b.Data[TypeHTML] != "<b>me</b>" {
		t.Errorf("Shower: %v", b)
	}
	if b := Of(&showsItself{}); b.Data[TypeHTML] != "<b>me</b>" {
		t.Errorf("pointer to a Shower: %v", b)
	}
	if b := Of((*showsItself)(nil)); b.Text() != "nil" {
		t.Errorf("nil Shower: %v", b)
	}
	if b := Of(HTML("x")); b.Data[TypeHTML] != "x" {
		t.Errorf("bundle: %v", b)
	}
	if b := Of(&showFails{}); b.Text() != "*display.showFails (its Show method failed: no data)" {
		t.Errorf("failing Show: %q", b.Text())
	}
	im := image.NewRGBA(image.Rect(0, 0, 3, 2))
	im.Set(1, 1, color.White)
	if data, ok := Of(im).Data[TypePNG].([]byte); !ok || !strings.HasPrefix(string(data), "\x89PNG") {
		t.Error("an image is not shown as PNG")
	}
	if b := Of((*image.RGBA)(nil)); b.Text() != "nil" {
		t.Errorf("nil image: %q", b.Text())
	}
	if b := Of(image.NewRGBA(image.Rectangle{})); !strings.HasPrefix(b.Text(), "&image.RGBA") {
		t.Errorf("image without pixels: %q", b.Text())
	}
	if b := Of(2.5); b.Text() != "2.5" || len(b.Data) != 1 {
		t.Errorf("number: %v", b)
	}
}
