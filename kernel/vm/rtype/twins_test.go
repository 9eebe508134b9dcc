package rtype

//lint:file-ignore U1000 the types are looked at, not used

// The types of this file exist twice in the tests: as the compiler made them,
// and as Of makes them from the text of this file.

import (
	"errors"
	"fmt"
	"go/types"
	"io"
	"iter"
	"sync"
	"time"
)

type (
	Celsius float64
	Small   uint8
	Text    string
	Bytes   []byte
	Yes     bool
	Cplx    complex64
	Word    uintptr

	Point  struct{ X, Y float64 }
	Person struct {
		Name    string `json:"name"`
		Age     int    `json:"age,omitempty"`
		private map[string]int
		Next    *Person
		Born    time.Time
	}
	Padded struct {
		A byte
		B int64
		C byte
	}
	Blank struct {
		A int
		_ int
		B string
	}
	EndZero struct {
		A int32
		Z struct{}
	}
	Word1  struct{ p *int }
	Nested struct {
		P  Point
		A  [3]Padded
		Q  struct{ X, y *Nested }
		F  func(Nested, ...*Nested) (Nested, error)
		M  map[Key]Nested
		C  chan Nested
		S  []Nested
		AP *[4]Nested
		I  interface {
			Nest(Nested) Nested
			hidden() Key
		}
		any
	}
	Key struct {
		m *map[Key]Key
		f float64
		s string
		i any
		e error
		d [2]interface{ Error() string }
	}
	List    []List
	Tree    map[string]Tree
	Func    func(Func) Func
	Chan    chan Chan
	Ptr     *Ptr
	RecvRec <-chan *RecvRec
	Arr     [3]*Arr
	ArrS    [2]Text
	ArrP    [1]*int
	Empty   struct{}
	Huge    struct {
		p [40000]*int
		q int
	}
	Loop1 struct{ two *Loop2 }
	Loop2 struct{ ones [2]Loop1 }

	Shape interface {
		Area() float64
		Name() string
	}
	Any    interface{}
	Closed interface {
		Shape
		closed(Closed) []Closed
		Walk(func(Closed) bool) Closed
	}

	Base struct{ ID int }
	Mid  struct {
		*Base
		Label string
	}
	Top struct {
		Mid
		error
		sync.Mutex
		Celsius
	}
	Boxed struct{ fmt.Stringer }
	Wrap  struct {
		n int
		types.Object
	}

	Pair[A, B any] struct {
		First  A
		Second B
	}
	Stack[T any] struct{ items []T }
	Node[T any]  struct {
		Value       T
		Left, Right *Node[T]
	}
	Num[T ~int | ~float64] []T

	MyErr  struct{ Code int }
	PtrErr struct{ Code int }
	ByAge  []Person
)

func (c Celsius) String() string  { return fmt.Sprintf("%.1f degrees", float64(c)) }
func (c *Celsius) Add(d Celsius)  { *c += d }
func (c Celsius) hidden() Celsius { return c }
func (s Small) String() string    { return "small" }
func (t Text) GoString() string   { return "Text!" }
func (p Point) Add(q Point) Point { return Point{p.X + q.X, p.Y + q.Y} }
func (p Point) String() string    { return fmt.Sprintf("(%g, %g)", p.X, p.Y) }
func (p *Point) Scale(f float64)  { p.X *= f; p.Y *= f }
func (p Point) Many(a int, s string, f float64, x any, rest ...Point) (Point, string, error) {
	for _, r := range rest {
		p = p.Add(r)
	}
	return p, fmt.Sprint(a, s, f, x), errors.New("e")
}
func (w Word1) Get() int            { return *w.p }
func (a ArrP) Get() int             { return *a[0] }
func (f Func) Apply() string        { return "applied" }
func (l List) Len() int             { return len(l) }
func (t Tree) Size() int            { return len(t) }
func (c Chan) Cap() int             { return cap(c) }
func (Empty) Error() string         { return "empty" }
func (b *Base) SetID(id int)        { b.ID = id }
func (b Base) GetID() int           { return b.ID }
func (n Nested) Nest(Nested) Nested { return n }
func (n Nested) hidden() (k Key)    { return }
func (h *Huge) Last() *int          { return h.p[len(h.p)-1] }
func (l *Loop2) Twice() Loop1       { return l.ones[0] }

func (p Pair[A, B]) Swap() Pair[B, A]         { return Pair[B, A]{p.Second, p.First} }
func (s *Stack[T]) Push(x T)                  { s.items = append(s.items, x) }
func (s Stack[T]) All() iter.Seq[T]           { return func(yield func(T) bool) {} }
func (n *Node[T]) Insert(x T) *Node[T]        { return n }
func (n Num[T]) Sum() (s T)                   { return }
func (e MyErr) Error() string                 { return fmt.Sprint("my error ", e.Code) }
func (e *PtrErr) Error() string               { return fmt.Sprint("pointer error ", e.Code) }
func (e *PtrErr) Is(target error) bool        { return target == io.EOF }
func (b ByAge) Len() int                      { return len(b) }
func (b ByAge) Less(i, j int) bool            { return b[i].Age < b[j].Age }
func (b ByAge) Swap(i, j int)                 { b[i], b[j] = b[j], b[i] }
func (b Bytes) MarshalText() ([]byte, error)  { return append([]byte("bytes:"), b...), nil }
func (b *Bytes) UnmarshalText(s []byte) error { *b = append(Bytes(nil), s...); return nil }

// all has every type of the file and many that are made of them.
type all struct {
	a0 Celsius
	a1 *Celsius
	a2 **Celsius
	a3 []Small
	a4 map[Text]Bytes
	a5 Yes
	a6 Cplx
	a7 Word
	b0 Point
	b1 *Person
	b2 Padded
	b3 Blank
	b4 EndZero
	b5 Word1
	b6 Nested
	b7 Key
	b8 List
	b9 Tree
	c0 Func
	c1 Chan
	c2 Ptr
	c3 RecvRec
	c4 Arr
	c5 ArrS
	c6 ArrP
	c7 Empty
	c8 Huge
	c9 *Loop1
	d0 Loop2
	d1 Shape
	d2 Any
	d3 Closed
	d5 Base
	d6 *Mid
	d7 Top
	d8 Boxed
	e0 Pair[int, string]
	e1 *Pair[Celsius, []map[string]*Point]
	e2 Pair[struct {
		A int
		b Text
	}, interface{ Foo(Text) }]
	e3 Stack[Stack[time.Duration]]
	e4 Node[func(int, ...Text) (error, any)]
	e5 Num[Celsius]
	e6 Pair[<-chan int, chan<- [3]Pair[any, error]]
	f0 MyErr
	f1 *PtrErr
	f2 ByAge
	f3 Bytes
	g0 struct{ Point }
	g1 struct {
		*Base
		Celsius `tag:"x"`
		n       int
	}
	g2 *struct {
		Shape
		_ int
	}
	g3 struct{ _, A int }
	g4 interface{ Foo(Text) Celsius }
	g5 interface {
		Foo(Text) Celsius
		bar(interface{ Foo(Text) Celsius })
	}
	g6 func(interface{ Foo(Text) Celsius }) <-chan struct{ Point }
	g7 iter.Seq2[Text, Point]
	g8 iter.Seq[string]
	g9 struct{ sync.Mutex }
	h0 struct{ error }
	h1 map[[2]Key]chan<- func()
	h2 chan (<-chan int)
	h3 struct {
		A int `json:"a"`
		B string
	}
	h4 interface{ io.Reader }
	h5 [0]Point
	h6 [5]struct{ a, b byte }
}
