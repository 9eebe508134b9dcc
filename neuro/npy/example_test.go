package npy_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/neurorepl/neurorepl/neuro/npy"
)

// Rates of two cells go to a file that numpy.load reads, and come back.
func Example() {
	folder, err := os.MkdirTemp("", "npy")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "rates.npy")
	if err := npy.Write(path, npy.FromMatrix([][]float64{{4, 8, 15}, {16, 23, 42}})); err != nil {
		fmt.Println(err)
		return
	}
	rates, err := npy.Read(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rates)
	fmt.Println(rates.Matrix()[1], rates.At(0, 2))
	// Output:
	// 2 x 3, float64: 4 8 15 16 23 ... (4 to 42)
	// [16 23 42] 15
}

// Several arrays share a file, each with its name and the type it is stored as.
func ExampleWriteAll() {
	folder, err := os.MkdirTemp("", "npy")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "session.npz")
	clusters := npy.FromVector([]float64{3, 3, 7})
	clusters.Type = "int32"
	err = npy.WriteAll(path, map[string]*npy.Array{"times": npy.FromVector([]float64{0.5, 1.25, 2}), "clusters": clusters})
	if err != nil {
		fmt.Println(err)
		return
	}
	session, err := npy.ReadAll(path)
	fmt.Println(session["times"], err)
	fmt.Println(session["clusters"])
	// Output:
	// 3, float64: 0.5 1.25 2 <nil>
	// 3, int32: 3 3 7
}
