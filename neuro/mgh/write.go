package mgh

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// Write saves im at path, which ends in .mgh or .mgz, so that FreeSurfer reads
// it. Voxels keep the type in which they are stored where the format has it
// (uint8, int16, uint16, int32, float32) and without a slope, which it has not;
// otherwise they are float32. The file appears whole or not at all.
//
// It is an error when path has another ending or cannot be written, or when im
// has no voxels, more than four dimensions, or an affine that is not finite or
// in which an axis has no length.
//
// Checked against nibabel 5.4.2, which reads back the same values.
func Write(path string, im *nifti.Image) error {
	if err := write(path, im); err != nil {
		return fmt.Errorf("mgh: Write: %s: %w", path, err)
	}
	return nil
}

func write(path string, im *nifti.Image) error {
	ext := strings.ToLower(filepath.Ext(path))
	if ext != ".mgh" && ext != ".mgz" {
		return fmt.Errorf("ends in %q; it must end in .mgh or .mgz", filepath.Ext(path))
	}
	h, width, err := headerOf(im)
	if err != nil {
		return err
	}
	return files.Whole(path, func(w io.Writer) error {
		if ext == ".mgh" {
			return encode(w, h, width, im)
		}
		z := files.NewGzip(w)
		if err := encode(z, h, width, im); err != nil {
			return err
		}
		return z.Close()
	})
}

func encode(w io.Writer, h *header, width int, im *nifti.Image) error {
	if err := binary.Write(w, binary.BigEndian, h); err != nil {
		return err
	}
	var b []byte
	if err := im.EachVolume(func(_ int, values []float64) error {
		b = b[:0]
		for _, v := range values {
			switch {
			case h.Type == 3:
				b = binary.BigEndian.AppendUint32(b, math.Float32bits(float32(v)))
			case width == 4:
				b = binary.BigEndian.AppendUint32(b, uint32(int32(v)))
			case width == 2:
				b = binary.BigEndian.AppendUint16(b, uint16(int32(v)))
			default:
				b = append(b, byte(v))
			}
		}
		_, err := w.Write(b)
		return err
	}); err != nil {
		return err
	}
	// TR in ms, then flip angle, TE, TI and field of view, which are not known.
	return binary.Write(w, binary.BigEndian, [5]float32{float32(im.TR * 1000)})
}

// headerOf returns the header of an image and the bytes of its voxels.
func headerOf(im *nifti.Image) (h *header, width int, err error) {
	if im == nil || im.Type() == "" {
		return nil, 0, errors.New("the image has no voxels; images come from Read, nifti.Read or nifti.New")
	}
	if len(im.Shape) > 4 {
		return nil, 0, fmt.Errorf("the image has the shape %v; this format has three dimensions and frames", im.Shape)
	}
	h = &header{Version: 1, Frames: int32(im.Volumes()), Type: 3, Good: 1}
	width = 4
	for _, t := range types {
		if t.name == im.Type() && !im.Scaled() {
			h.Type, width = t.code, t.width
		}
	}
	nx, ny, nz := im.Grid()
	h.Dims = [3]int32{int32(nx), int32(ny), int32(nz)}
	var size [3]float64
	size[0], size[1], size[2] = im.VoxelSize()
	for j := range 3 {
		if !(size[j] > 0) || math.IsInf(size[j], 0) {
			return nil, 0, fmt.Errorf("the affine %v gives voxel axis %d no length", im.Affine, j)
		}
		h.Size[j] = float32(size[j])
	}
	for i := range 3 {
		centre := im.Affine[i][3]
		for j := range 3 {
			h.Cosines[j][i] = float32(im.Affine[i][j] / size[j])
			centre += float64(im.Affine[i][j] * float64(h.Dims[j]) / 2)
		}
		h.Centre[i] = float32(centre)
	}
	return h, width, nil
}
