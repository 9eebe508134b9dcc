package nifti_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

func ExampleRead() {
	folder, _ := os.MkdirTemp("", "nifti")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "bold.nii.gz")
	run, _, _ := dataset.DS003()
	if err := nifti.Write(path, run); err != nil {
		fmt.Println(err)
	}
	im, err := nifti.Read(path)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(im)
	fmt.Printf("%.1f at voxel (8, 8, 4) of the first volume\n", im.At(8, 8, 4, 0))
	// Output:
	// bold: 16 x 16 x 9 x 20 voxels of 12.5 x 12.5 x 16 mm, float32, TR 2 s; 1 warning: see Problems
	// 634.1 at voxel (8, 8, 4) of the first volume
}

func ExampleImage_World() {
	brain, _ := dataset.Colin27()
	right, anterior, superior := brain.World(90, 125, 71)
	fmt.Println(right, anterior, superior, brain.Space)
	// Output:
	// 0 0 0 MNI
}

func ExampleNew() {
	mm := [4][4]float64{{3, 0, 0, -3}, {0, 3, 0, -3}, {0, 0, 3, -3}, {0, 0, 0, 1}}
	ball := make([]float64, 27)
	for i := range ball {
		x, y, z := i%3-1, i/3%3-1, i/9-1
		if x*x+y*y+z*z <= 1 {
			ball[i] = 1
		}
	}
	mask, err := nifti.New([]int{3, 3, 3}, mm, ball)
	fmt.Println(mask, err)
	// Output:
	// 3 x 3 x 3 voxels of 3 x 3 x 3 mm, float64 <nil>
}

func ExamplePlaneFigure() {
	brain, _ := dataset.Colin27()
	f, err := nifti.PlaneFigure(brain, "sagittal", -30, 0, 30)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(f.Title)
	// Output:
	// Colin27, sagittal slices
}

func ExampleDecode() {
	_, err := nifti.Decode(strings.NewReader("not an image"), "none.nii")
	fmt.Println(err)
	// Output:
	// nifti: Decode: none.nii: is not NIfTI: it starts with "not " where the header's size stands, 348 (NIfTI-1) or 540 (NIfTI-2)
}

func ExampleWrite() {
	_, mask, _ := dataset.DS003()
	fmt.Println(nifti.Write("mask.png", mask))
	// Output:
	// nifti: Write: mask.png: ends in ".png"; it must end in .nii or .nii.gz, or .hdr or .img for a pair
}

func ExampleSameGrid() {
	run, mask, _ := dataset.DS003()
	brain, _ := dataset.Colin27()
	fmt.Println(nifti.SameGrid(run, mask))
	fmt.Println(nifti.SameGrid(run, brain))
	// Output:
	// <nil>
	// grids differ: 16 x 16 x 9 and 181 x 217 x 181 voxels
}

func ExampleSlicesFigure() {
	run, _, _ := dataset.DS003()
	fmt.Println(nifti.SlicesFigure(run).Title)
	// Output:
	// ds003_sub-01_mc, axial slices, mean of 20 volumes, TR 2 s
}

// Where the signal is at least 200 times its standard deviation in time, over
// the mean image.
func ExampleOverlayFigure() {
	run, _, _ := dataset.DS003()
	tsnr, _ := fmri.TSNR(run)
	f, err := nifti.OverlayFigure(run.Mean(), tsnr, 200)
	fmt.Println(f.Title, err)
	// Output:
	// ds003_sub-01_mc, tSNR ≥ 200 <nil>
}

// A run whose header says 2000 s between volumes is read, and told.
func ExampleCheck() {
	folder, err := os.MkdirTemp("", "check")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	run, err := nifti.New([]int{2, 2, 2, 3}, [4][4]float64{{3, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 3, 0}, {0, 0, 0, 1}}, make([]float64, 24))
	if err != nil {
		fmt.Println(err)
		return
	}
	run.TR = 2000 // ms, where s are wanted
	path := filepath.Join(folder, "run.nii.gz")
	if err := nifti.Write(path, run); err != nil {
		fmt.Println(err)
		return
	}
	problems, err := nifti.Check(path)
	for _, p := range problems {
		fmt.Println(p)
	}
	fmt.Println(err)
	// Output:
	// warning: pixdim[4]: gives 2000 s between volumes; the unit is probably ms
	// <nil>
}
