// encoding/csv, xml, gob, binary, hex and base64 with interpreted types.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/csv"
	"encoding/gob"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
)

type Header struct {
	Magic   [4]byte
	Version uint16
	N       int32
	Scale   float32
	Dims    [3]int16
}

type Person struct {
	XMLName xml.Name `xml:"person"`
	ID      int      `xml:"id,attr"`
	Name    string   `xml:"name"`
	Tags    []string `xml:"tags>tag"`
	Note    *string  `xml:"note,omitempty"`
}

type Tree struct {
	Val   float64
	Kids  []*Tree
	Attrs map[string]int
}

type Shape interface{ Area() float64 }
type Square struct{ Side float64 }

func (s Square) Area() float64 { return s.Side * s.Side }

type secret struct{ n int }

func (s secret) GobEncode() ([]byte, error) { return []byte{byte(s.n + 1)}, nil }
func (s *secret) GobDecode(b []byte) error  { s.n = int(b[0]) - 1; return nil }

func main() {
	h := Header{[4]byte{'N', 'R', 'N', '1'}, 2, -5, 1.5, [3]int16{64, 64, 30}}
	var buf bytes.Buffer
	err := binary.Write(&buf, binary.LittleEndian, h)
	fmt.Println(hex.EncodeToString(buf.Bytes()), err, binary.Size(h))
	var back Header
	fmt.Println(binary.Read(&buf, binary.LittleEndian, &back), back == h)
	b, err := xml.MarshalIndent(Person{ID: 3, Name: "A & B", Tags: []string{"x", "y"}}, "", " ")
	fmt.Println(string(b), err)
	var p Person
	fmt.Println(xml.Unmarshal([]byte(`<person id="7"><name>N</name><tags><tag>q</tag></tags><note>hm</note></person>`), &p), p.ID, p.Name, p.Tags, *p.Note)
	gob.RegisterName("square", Square{})
	buf.Reset()
	enc := gob.NewEncoder(&buf)
	var s Shape = Square{3}
	fmt.Println(enc.Encode(Tree{1, []*Tree{{2, nil, nil}, {Val: 3}}, map[string]int{"a": 1}}), enc.Encode(&s), enc.Encode(secret{41}))
	var t Tree
	var s2 Shape
	var sec secret
	dec := gob.NewDecoder(&buf)
	fmt.Println(dec.Decode(&t), dec.Decode(&s2), dec.Decode(&sec))
	fmt.Println(t.Val, len(t.Kids), t.Kids[1].Val, t.Attrs, s2.Area(), sec)
	r := csv.NewReader(strings.NewReader("name,rate\n\"a, b\",1.5\nc,\"2\"\n"))
	rows, err := r.ReadAll()
	fmt.Printf("%q %v\n", rows, err)
	_, err = csv.NewReader(strings.NewReader("a,b\nc\n")).ReadAll()
	var pe *csv.ParseError
	fmt.Println(err, errors.As(err, &pe), pe.Line)
	var out strings.Builder
	w := csv.NewWriter(&out)
	w.WriteAll([][]string{{"x", "say \"hi\""}, {"1,2", ""}})
	fmt.Print(out.String())
	e := base64.StdEncoding.EncodeToString([]byte("spike\xff"))
	d, err := base64.URLEncoding.DecodeString("c3Bpa2X_")
	fmt.Println(e, d, err, binary.BigEndian.Uint32([]byte{1, 2, 3, 4}), binary.AppendUvarint(nil, 300))
	_, err = hex.DecodeString("0g")
	fmt.Println(err)
	fmt.Println(hex.Dump([]byte("neuron"))[:30])
}
