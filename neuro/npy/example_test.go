package npy_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/neurorepl/neurorepl/neuro/eeg"
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

// A recording goes to NumPy in pieces, and comes back with its rate.
func ExampleWriteRecording() {
	folder, err := os.MkdirTemp("", "npy")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	alpha, beta := make([]float64, 500), make([]float64, 500)
	for i := range alpha {
		alpha[i], beta[i] = 10*math.Sin(2*math.Pi*10*float64(i)/250), 4*math.Sin(2*math.Pi*20*float64(i)/250)
	}
	rec, err := eeg.New([]eeg.Channel{{Name: "O1", Unit: "uV", FS: 250}, {Name: "C3", Unit: "uV", FS: 250}}, [][]float64{alpha, beta})
	if err != nil {
		fmt.Println(err)
		return
	}
	path := filepath.Join(folder, "rest.npy")
	fmt.Println(npy.WriteRecording(path, rec, "float32"))
	a, err := npy.Read(path)
	fmt.Println(a.Shape, a.Type, err)
	back, err := npy.ReadRecording(path, 250)
	fmt.Println(back.Dur(), back.Names(), err)
	// Output:
	// <nil>
	// [2 500] float32 <nil>
	// 2 [Ch1 Ch2] <nil>
}
