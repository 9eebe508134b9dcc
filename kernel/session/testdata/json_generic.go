// JSON of generic types, anonymous structs, interfaces to be filled, numbers
// kept exactly, and a tagged union decoded by hand.
package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

type Result[T any] struct {
	Value T      `json:"value"`
	Err   string `json:"err,omitempty"`
}

type Page[T any] struct {
	Items []Result[T] `json:"items"`
	Next  *Page[T]    `json:"next,omitempty"`
}

func decode[T any](s string) (T, error) {
	var v T
	err := json.Unmarshal([]byte(s), &v)
	return v, err
}

func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

type Event interface{ Time() float64 }
type Spike struct{ T, Amp float64 }
type Stim struct {
	T    float64
	Kind string
}

func (s Spike) Time() float64 { return s.T }
func (s Stim) Time() float64  { return s.T }

func decodeEvent(raw json.RawMessage) (Event, error) {
	var head struct{ Type string }
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil, err
	}
	switch head.Type {
	case "spike":
		return decode[Spike](string(raw))
	case "stim":
		return decode[Stim](string(raw))
	}
	return nil, fmt.Errorf("unknown event %q", head.Type)
}

func main() {
	p := Page[float64]{Items: []Result[float64]{{1.5, ""}, {0, "bad"}}, Next: &Page[float64]{}}
	fmt.Println(encode(p))
	back, err := decode[Page[float64]](encode(p))
	fmt.Println(back.Items, back.Next.Next == nil, err)
	fmt.Println(decode[map[string][]int](`{"a":[1,2]}`))
	fmt.Println(decode[[]Result[Spike]](`[{"value":{"t":1,"AMP":2}}]`))
	fmt.Println(decode[int](`"x"`))
	raws, _ := decode[[]json.RawMessage](`[{"Type":"spike","T":1.5,"Amp":-60},{"Type":"stim","T":2,"Kind":"light"},{"Type":"?"}]`)
	for _, r := range raws {
		e, err := decodeEvent(r)
		fmt.Printf("%T %v %v\n", e, e, err)
	}
	var v any
	dec := json.NewDecoder(strings.NewReader(`{"big":12345678901234567890,"list":[1,2.50,null,true,"é"]}`))
	dec.UseNumber()
	fmt.Println(dec.Decode(&v), v)
	fmt.Println(encode(map[int]string{2: "b", 10: "c", -1: "a"}), encode(func() {}), encode(1i))
	fmt.Println(encode(struct {
		A any `json:"a"`
		B *struct{ C []string }
		D [2]bool
	}{A: 1.0, B: &struct{ C []string }{[]string{"x"}}}))
	e := Event(&Spike{1, 2})
	fmt.Println(encode([]Event{e, Stim{3, "s"}}), json.Valid([]byte(`{"a":}`)))
	tok := json.NewDecoder(strings.NewReader(`{"k":[1]}`))
	for {
		t, err := tok.Token()
		if err != nil {
			break
		}
		fmt.Printf("%T:%v ", t, t)
	}
	fmt.Println()
}
