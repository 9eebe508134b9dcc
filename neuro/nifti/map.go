package nifti

import (
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// MapVolumes returns an image of as many volumes as im, on a grid of its own and
// kept as float32, whose volume t f makes of that of im: smoothed, resampled,
// moved.
//
// grid is the number of voxels along x, y and z; affine takes them to mm. f is
// called for several volumes at once and in any order, with the values in of im and
// room for those of the new one, both as in [Image.Volume] and used again after the
// call; out is not cleared, and f may change in. TR, Label, Unit and Space are those of im.
//
// It is an error when im has no voxels, the new image takes more than 16 GiB, the
// affine is not finite, or the file of an image on disk cannot be read any more.
func MapVolumes(im *Image, grid [3]int, affine [4][4]float64, f func(t int, in, out []float64)) (*Image, error) {
	out, err := mapVolumes(im, grid, affine, f)
	if err != nil {
		return nil, fmt.Errorf("nifti: MapVolumes: %w", err)
	}
	return out, nil
}

func mapVolumes(im *Image, grid [3]int, affine [4][4]float64, f func(t int, in, out []float64)) (*Image, error) {
	if im == nil || im.code == 0 {
		return nil, errNoVoxels
	}
	shape := slices.Clone(grid[:])
	if len(im.Shape) > 3 {
		shape = append(shape, im.Shape[3:]...)
	}
	n, nt := grid[0]*grid[1]*grid[2], im.Volumes()
	to, err := blank(shape, affine, n*nt, 16)
	if err != nil {
		return nil, err
	}
	to.TR, to.Name, to.Label, to.Unit, to.Space = im.TR, im.Name, im.Label, im.Unit, im.Space
	task := display.Start("nifti.MapVolumes", "volumes", nt)
	defer task.End()
	type room struct{ in, out []float64 }
	newRoom := func() room { return room{make([]float64, im.gridSize()), make([]float64, n)} }
	one := func(t int, r room) {
		f(t, r.in, r.out)
		vec.PutFloat32Block(to.raw[4*n*t:4*n*(t+1)], r.out)
		task.Add(1)
	}
	workers := min(runtime.GOMAXPROCS(0), nt)
	if im.disk == nil {
		size := im.gridSize() * datatypes[im.code].bytes
		linalg.Parallel(workers, func(w int) {
			r := newRoom()
			for t := w; t < nt && task.Err() == nil; t += workers {
				im.scaled(r.in, im.raw[t*size:(t+1)*size])
				one(t, r)
			}
		})
		return to, task.Err()
	}
	free := make(chan room, workers)
	for range workers {
		free <- newRoom()
	}
	var work sync.WaitGroup
	err = im.eachRaw(func(t int, raw []byte) error {
		if err := task.Err(); err != nil {
			return err
		}
		r := <-free
		im.scaled(r.in, raw)
		work.Go(func() {
			one(t, r)
			free <- r
		})
		return nil
	})
	work.Wait()
	return to, err
}
