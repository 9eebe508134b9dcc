// Interpreted MarshalJSON, UnmarshalJSON, MarshalText methods are used by
// encoding/json wherever the values stand: fields, slices, map keys, pointers.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

type State int

var states = []string{"rest", "move", "sleep"}

func (s State) MarshalText() ([]byte, error) {
	if int(s) >= len(states) {
		return nil, fmt.Errorf("no state %d", int(s))
	}
	return []byte(states[s]), nil
}

func (s *State) UnmarshalText(b []byte) error {
	for i, n := range states {
		if n == string(b) {
			*s = State(i)
			return nil
		}
	}
	return errors.New("unknown state " + string(b))
}

type Vec struct{ X, Y float64 }

func (v Vec) MarshalJSON() ([]byte, error) { return json.Marshal([]float64{v.X, v.Y}) }
func (v *Vec) UnmarshalJSON(b []byte) error {
	var a [2]float64
	err := json.Unmarshal(b, &a)
	v.X, v.Y = a[0], a[1]
	return err
}

type Ptr struct{ n int }

func (p *Ptr) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, `"ptr%d"`, p.n), nil }

type Shape interface{ Kind() string }
type Circle struct{ R float64 }

func (Circle) Kind() string { return "circle" }

type Doc struct {
	Now    State
	Path   []Vec
	Time   map[State]float64
	At     map[string]*Vec
	P      *Ptr
	V      Ptr
	Shapes []Shape
}

func main() {
	d := Doc{1, []Vec{{1, 2}, {3, 4}}, map[State]float64{2: .5, 0: 1}, map[string]*Vec{"o": {}, "n": nil}, &Ptr{3}, Ptr{4}, []Shape{Circle{2}, &Circle{3}}}
	b, err := json.Marshal(d)
	fmt.Println(string(b), err)
	b, err = json.Marshal(&d)
	fmt.Println(string(b), err)
	var back struct {
		Now  State
		Path []Vec
		Time map[State]float64
		At   map[string]*Vec
	}
	fmt.Println(json.Unmarshal(b, &back), back.Now, back.Path, back.Time, *back.At["o"], back.At["n"])
	fmt.Println(json.Unmarshal([]byte(`{"Now":"dance"}`), &back))
	_, err = json.Marshal(map[string]any{"s": State(9)})
	var me *json.MarshalerError
	fmt.Println(err, errors.As(err, &me))
	dec := json.NewDecoder(strings.NewReader(`[1,2] [3,4] {"x":1}`))
	for {
		var v Vec
		if err := dec.Decode(&v); err != nil {
			fmt.Println(err)
			break
		}
		fmt.Println(v)
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetIndent(">", "  ")
	fmt.Println(enc.Encode([]any{Vec{5, 6}, State(0), map[State]Vec{1: {7, 8}}}), buf.String())
	dec = json.NewDecoder(strings.NewReader(`{"Now":"rest","Extra":1}`))
	dec.DisallowUnknownFields()
	fmt.Println(dec.Decode(&back))
}
