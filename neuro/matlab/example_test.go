package matlab_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	"github.com/neurorepl/neurorepl/neuro/matlab"
)

// A struct, its fields by their paths, and a matrix of it as a recording.
func Example() {
	f, err := matlab.Decode(session())
	if err != nil {
		fmt.Println(err)
		return
	}
	name, err := f.Text("s.name")
	fmt.Println(name, err)
	fs, err := f.Number("s.fs")
	fmt.Println(fs, err)
	labels, err := f.Texts("arr.label")
	fmt.Println(labels, err)
	_, err = f.Number("s.nome")
	fmt.Println(err)

	rec, err := f.Recording("float32_1", fs)
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := rec.Read(0, 2/fs, "Ch2")
	fmt.Printf("%.3f %v\n", p.X[0], err)
	// Output:
	// s1 <nil>
	// 250 <nil>
	// [E0 E2 E1 E3] <nil>
	// matlab: Number: s.nome: there is no field "nome"; is "name" meant?
	// [0.577 -0.189] <nil>
}

// session returns a file that SciPy wrote, compressed.
func session() (*bytes.Reader, int64) {
	data, err := os.ReadFile("../../testdata/matlab/files.json")
	var all struct {
		Files map[string]struct{ File string }
	}
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		fmt.Println(err)
	}
	b, _ := base64.StdEncoding.DecodeString(all.Files["compressed"].File)
	return bytes.NewReader(b), int64(len(b))
}
