// Interfaces of one's own and of packages, type switches, errors with types.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
)

type Shape interface {
	Area() float64
	Name() string
}

type Square struct{ Side float64 }
type Circle struct{ R float64 }

func (s Square) Area() float64  { return s.Side * s.Side }
func (s Square) Name() string   { return "square" }
func (c *Circle) Area() float64 { return 3 * c.R * c.R }
func (c *Circle) Name() string  { return "circle" }

type Temp float64

func (t Temp) String() string { return fmt.Sprintf("%.1f °C", float64(t)) }

type NotFound struct{ Key string }

func (e *NotFound) Error() string { return "no " + e.Key }

func find(key string) error {
	if key == "x" {
		return nil
	}
	return fmt.Errorf("find: %w", &NotFound{key})
}

type upper struct{ r io.Reader }

func (u upper) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	copy(p, []byte(strings.ToUpper(string(p[:n]))))
	return n, err
}

type byArea []Shape

func (b byArea) Len() int           { return len(b) }
func (b byArea) Less(i, j int) bool { return b[i].Area() < b[j].Area() }
func (b byArea) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

func kind(v any) string {
	switch x := v.(type) {
	case nil:
		return "nil"
	case int, int64:
		return fmt.Sprint("integer ", x)
	case string:
		return "string " + x
	case []float64:
		return fmt.Sprint("slice of ", len(x))
	case error:
		return "error " + x.Error()
	case Shape:
		return "shape " + x.Name()
	}
	return "other"
}

func main() {
	shapes := []Shape{Square{3}, &Circle{1}, Square{1}}
	sort.Sort(byArea(shapes))
	for _, s := range shapes {
		fmt.Println(s.Name(), s.Area())
	}
	fmt.Println(Temp(21.55))
	fmt.Printf("%v %s\n", Temp(3), Temp(4))
	err := find("y")
	var nf *NotFound
	fmt.Println(err, errors.As(err, &nf), find("x") == nil)
	b, _ := io.ReadAll(upper{strings.NewReader("shout")})
	fmt.Println(string(b))
	for _, v := range []any{nil, 3, int64(4), "s", []float64{1, 2}, errors.New("e"), Square{2}, 2.5} {
		fmt.Println(kind(v))
	}
	if s, ok := shapes[0].(Square); ok {
		fmt.Println("a square of", s.Side)
	}
	var w io.Writer = os.Stdout
	fmt.Fprintf(w, "%5.2f|%-5s|%05d|%x|%q|%t\n", 3.14159, "ab", 42, 255, "q", true)
}
