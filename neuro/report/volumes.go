package report

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// mostUnder is how many voxels of a background the page holds; a larger one is
// averaged over blocks.
const mostUnder = 500_000

// mostMaps is how many bytes of maps the page holds: each map keeps as many of
// its quantities as its share allows, and maps beyond it are drawn but not in the
// viewer.
const mostMaps = 2_200_000

// volumes are what the viewer of a page shows: a background and maps over it.
type volumes struct {
	Under *underlay `json:"under"`
	Masks []mask    `json:"masks"`
	Maps  []overlay `json:"maps"`

	expected int // maps that are to come
	bytes    int
}

// An underlay is a grey image: a byte for each voxel, x fastest.
type underlay struct {
	Shape  [3]int        `json:"shape"`
	Affine [4][4]float64 `json:"affine"`
	Name   string        `json:"name"`
	Lo     float64       `json:"lo"` // the value of byte 0
	Hi     float64       `json:"hi"` // and of byte 255
	Data   string        `json:"data"`
}

// A mask says at which voxels of its grid maps have values: a bit for each,
// lowest first.
type mask struct {
	Shape  [3]int        `json:"shape"`
	Affine [4][4]float64 `json:"affine"`
	Bits   string        `json:"bits"`

	voxels []int
}

// An overlay is a map at the voxels of a mask: 16-bit numbers in steps of Step,
// -32768 for NaN.
type overlay struct {
	Name      string     `json:"name"`
	Mask      int        `json:"mask"`
	Threshold float64    `json:"threshold"`
	Said      string     `json:"said"` // what the threshold is
	Most      float64    `json:"most"` // largest size
	Values    []quantity `json:"values"`
}

type quantity struct {
	Label  string  `json:"label"`
	Step   float64 `json:"step"`
	Digits int     `json:"digits"` // after the point
	Data   string  `json:"data"`
}

// under sets the background: bg within what is not empty of it, averaged over
// blocks of voxels where it is large.
func (v *volumes) under(bg *nifti.Image) error {
	im, err := nifti.MeanOf(bg)
	if err != nil {
		return err
	}
	nx, ny, nz := im.Grid()
	values := im.Volume(0)
	lo, hi := window(values)
	level := lo + float64(0.02*(hi-lo))
	n := [3]int{nx, ny, nz}
	from, to := n, [3]int{}
	for i, x := range values {
		if !(x > level) {
			continue
		}
		at := [3]int{i % nx, i / nx % ny, i / (nx * ny)}
		for a := range 3 {
			from[a], to[a] = min(from[a], at[a]), max(to[a], at[a]+1)
		}
	}
	for a := range 3 {
		if from[a] >= to[a] {
			from[a], to[a] = 0, n[a]
		}
	}
	block := 1
	size := func(a int) int { return (to[a] - from[a] + block - 1) / block }
	for size(0)*size(1)*size(2) > mostUnder {
		block++
	}
	u := &underlay{Shape: [3]int{size(0), size(1), size(2)}, Affine: im.Affine, Name: im.Name, Lo: lo, Hi: hi}
	if u.Name == "" {
		u.Name = "background"
	}
	// Block i covers voxels from + block i on; its centre lies (block-1)/2 further.
	for row := range 3 {
		shift := im.Affine[row][3]
		for a := range 3 {
			shift += float64(im.Affine[row][a] * (float64(from[a]) + float64(float64(block-1)/2)))
			u.Affine[row][a] = im.Affine[row][a] * float64(block)
		}
		u.Affine[row][3] = shift
	}
	bytes := make([]byte, u.Shape[0]*u.Shape[1]*u.Shape[2])
	for i := range bytes {
		at := [3]int{i % u.Shape[0], i / u.Shape[0] % u.Shape[1], i / (u.Shape[0] * u.Shape[1])}
		sum, count := 0.0, 0
		for z := from[2] + at[2]*block; z < min(to[2], from[2]+(at[2]+1)*block); z++ {
			for y := from[1] + at[1]*block; y < min(to[1], from[1]+(at[1]+1)*block); y++ {
				for x := from[0] + at[0]*block; x < min(to[0], from[0]+(at[0]+1)*block); x++ {
					if w := values[(z*ny+y)*nx+x]; w-w == 0 {
						sum, count = sum+w, count+1
					}
				}
			}
		}
		if count > 0 && hi > lo {
			bytes[i] = byte(math.Round(255 * math.Min(1, math.Max(0, (sum/float64(count)-lo)/(hi-lo)))))
		}
	}
	u.Data = base64.StdEncoding.EncodeToString(bytes)
	v.Under = u
	return nil
}

// window returns the values that black and white stand for: the least, and the
// 99.5th percentile of what is above it.
func window(values []float64) (lo, hi float64) {
	lo = math.Inf(1)
	for _, v := range values {
		if v-v == 0 {
			lo = math.Min(lo, v)
		}
	}
	var above []float64
	for _, v := range values {
		if v > lo && v-v == 0 {
			above = append(above, v)
		}
	}
	if len(above) == 0 {
		if math.IsInf(lo, 0) {
			lo = 0
		}
		return lo, lo
	}
	slices.Sort(above)
	return lo, above[int(math.Round(0.995*float64(len(above)-1)))]
}

// add gives the viewer a map of several quantities at the same voxels, the first
// of which is drawn, and returns its number, or -1 where the page has no room. Of
// a large map later quantities are left out.
func (v *volumes) add(name string, threshold float64, said string, ims ...*nifti.Image) int {
	nx, ny, nz := ims[0].Grid()
	first := ims[0].Volume(0)
	var voxels []int
	for i, x := range first {
		if x == x {
			voxels = append(voxels, i)
		}
	}
	for len(ims) > 1 && 2*len(voxels)*len(ims) > (mostMaps-v.bytes)/max(1, v.expected) {
		ims = ims[:len(ims)-1]
	}
	v.expected--
	size := 2 * len(voxels) * len(ims)
	at := slices.IndexFunc(v.Masks, func(m mask) bool {
		return m.Shape == [3]int{nx, ny, nz} && m.Affine == ims[0].Affine && slices.Equal(m.voxels, voxels)
	})
	if at < 0 {
		size += len(first) / 8
	}
	if len(voxels) == 0 || v.bytes+size > mostMaps {
		return -1
	}
	v.bytes += size
	if at < 0 {
		bits := make([]byte, (len(first)+7)/8)
		for _, i := range voxels {
			bits[i/8] |= 1 << (i % 8)
		}
		at = len(v.Masks)
		v.Masks = append(v.Masks, mask{Shape: [3]int{nx, ny, nz}, Affine: ims[0].Affine, Bits: base64.StdEncoding.EncodeToString(bits), voxels: voxels})
	}
	o := overlay{Name: name, Mask: at, Threshold: threshold, Said: said}
	for k, im := range ims {
		values := make([]float64, len(voxels))
		volume, most := im.Volume(0), 0.0
		for i, voxel := range voxels {
			values[i] = volume[voxel]
			if w := math.Abs(values[i]); !math.IsInf(w, 0) && w > most {
				most = w
			}
		}
		q := quantity{Label: im.Label, Digits: 4}
		for q.Digits > -300 && most*math.Pow(10, float64(q.Digits)) > 32767 {
			q.Digits--
		}
		for most > 0 && q.Digits < 300 && most*math.Pow(10, float64(q.Digits+1)) <= 3276 {
			q.Digits++
		}
		q.Step = math.Pow(10, float64(-q.Digits))
		data := make([]byte, 2*len(values))
		for i, w := range values {
			n := int16(math.MinInt16)
			if w == w {
				// Infinite values are the largest that there are.
				n = int16(math.Round(math.Min(32767, math.Max(-32767, w*math.Pow(10, float64(q.Digits))))))
			}
			binary.LittleEndian.PutUint16(data[2*i:], uint16(n))
		}
		q.Data = base64.StdEncoding.EncodeToString(data)
		o.Values = append(o.Values, q)
		if k == 0 {
			o.Most = most
		}
	}
	v.Maps = append(v.Maps, o)
	return len(v.Maps) - 1
}

// json returns the volumes for the page's script; nil when there is no map. "<"
// is written as an escape, so that no name ends the script.
func (v *volumes) json() []byte {
	if len(v.Maps) == 0 || v.Under == nil {
		return nil
	}
	out, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("report: volumes: %v", err)) // numbers are finite
	}
	return out
}
