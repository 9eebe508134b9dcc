package fmri

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/maxstat"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// ClusterOptions say which voxels make clusters and what is told of them.
type ClusterOptions struct {
	Threshold float64 // voxels beyond it; 0 means 3.1
	OneSided  bool    // only values above 0; otherwise clusters of both signs
	MinVoxels int     // smaller clusters are left out; 0 leaves out none
	Distance  float64 `unit:"mm"` // peaks of a cluster are farther apart than this, mm; 0 means 8
	Peaks     int     // how many peaks of a cluster are told at most; 0 means 4
	Connect   int     // how many neighbours a voxel has: 6 (default), 18 or 26
	// Labels is an image of whole numbers, an atlas in the space of the map,
	// and LabelNames says what they are called. Without it peaks in MNI space
	// have the name of the nearest region, see [NearestRegion].
	Labels     *nifti.Image
	LabelNames map[int]string
}

// A Peak is a local maximum of a cluster.
type Peak struct {
	X, Y, Z float64 `unit:"mm"` // right, anterior, superior
	Value   float64
	Name    string  // of the place
	P       float64 // corrected for all voxels; NaN where that was not computed
	PTFCE   float64 // the same of its TFCE
	voxel   int
}

// A Cluster is voxels that touch and are beyond a threshold.
type Cluster struct {
	Voxels []int   // indexes into nifti's Volume, ascending
	Volume float64 `unit:"mm³"`
	Mass   float64 // sum of what values exceed the threshold by
	Peaks  []Peak  // the highest first
	// Probabilities corrected for all clusters of the brain, of its size and its
	// mass; NaN where they were not computed.
	PSize, PMass float64
}

// A ClusterTable is the clusters of a map, the one with the highest peak first,
// those below 0 after those above it.
type ClusterTable struct {
	Name      string // of the map
	Statistic string // "z", "t" or "F"
	Threshold float64
	Method    string // what corrected the probabilities; ""
	Clusters  []Cluster
}

// Clusters returns the clusters of a statistical map: voxels beyond the
// threshold that touch, with the places of their peaks. NaN takes no part.
//
// A peak is a voxel with no higher one among its 26 neighbours in the cluster;
// of peaks that are not farther apart than Distance the highest is kept. Of
// equal neighbours that are all highest, the one nearest to their middle is
// the peak.
//
// It is an error when im is not one volume, an option is not allowed, or Labels
// does not hold whole numbers.
//
// Checked against nilearn 0.14.1's get_clusters_table.
func Clusters(im *nifti.Image, o ClusterOptions) (*ClusterTable, error) {
	fail := func(err error) (*ClusterTable, error) { return nil, fmt.Errorf("fmri: Clusters: %w", err) }
	l, _, values, err := mapLattice(im, nil, o.Connect)
	if err != nil {
		return fail(err)
	}
	t, err := l.table(values, im, o)
	if err != nil {
		return fail(err)
	}
	t.Name, t.Statistic = im.Name, im.Label
	return t, nil
}

// Clusters returns the clusters of the z map, see [Clusters].
func (m *Map) Clusters(o ClusterOptions) (*ClusterTable, error) { return Clusters(m.Image("z"), o) }

func (o *ClusterOptions) check() error {
	if o.Threshold == 0 {
		o.Threshold = 3.1
	}
	if o.Distance == 0 {
		o.Distance = 8
	}
	if o.Peaks == 0 {
		o.Peaks = 4
	}
	if !(o.Threshold > 0) || !(o.Distance > 0) || o.Peaks < 0 || o.MinVoxels < 0 {
		return fmt.Errorf("Threshold is %g, Distance %g mm, Peaks %d and MinVoxels %d; none may be below 0", o.Threshold, o.Distance, o.Peaks, o.MinVoxels)
	}
	return nil
}

// table finds the clusters of values at the voxels of a lattice, which lie in
// space as those of like do.
func (l *lattice) table(values []float64, like *nifti.Image, o ClusterOptions) (*ClusterTable, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	name, err := o.namer(like)
	if err != nil {
		return nil, err
	}
	near, err := newLattice(l.grid, l.voxels, 26)
	if err != nil {
		return nil, err
	}
	dx, dy, dz := like.VoxelSize()
	t := &ClusterTable{Threshold: o.Threshold}
	list := maxstat.Beyond(values, o.Threshold, !o.OneSided)
	for i := range list {
		list[i].Value = maxstat.Less(list[i].Value, o.Threshold)
	}
	maxstat.NewFinder(l.Graph).Clusters(list, func(members []int32, mass float64) {
		if len(members) < o.MinVoxels {
			return
		}
		c := Cluster{Mass: mass, Volume: float64(len(members)) * dx * dy * dz, PSize: math.NaN(), PMass: math.NaN()}
		sorted := maxstat.Ascending(members)
		for _, i := range sorted {
			c.Voxels = append(c.Voxels, l.voxels[i])
		}
		for _, i := range near.peaks(sorted, values) {
			x, y, z := l.place(l.voxels[i])
			p := Peak{Value: values[i], P: math.NaN(), PTFCE: math.NaN(), voxel: int(i)}
			p.X, p.Y, p.Z = like.World(float64(x), float64(y), float64(z))
			apart := true
			for _, q := range c.Peaks {
				if math.Sqrt(float64((p.X-q.X)*(p.X-q.X))+float64((p.Y-q.Y)*(p.Y-q.Y))+float64((p.Z-q.Z)*(p.Z-q.Z))) <= o.Distance {
					apart = false
				}
			}
			if apart {
				c.Peaks = append(c.Peaks, p)
			}
		}
		c.Peaks = c.Peaks[:min(len(c.Peaks), o.Peaks)]
		for k := range c.Peaks {
			p := &c.Peaks[k]
			p.Name = name(l.voxels[p.voxel], p.X, p.Y, p.Z)
		}
		t.Clusters = append(t.Clusters, c)
	})
	slices.SortStableFunc(t.Clusters, func(a, b Cluster) int {
		va, vb := a.Peaks[0].Value, b.Peaks[0].Value
		switch {
		case va > 0 && vb < 0:
			return -1
		case va < 0 && vb > 0:
			return 1
		case math.Abs(va) > math.Abs(vb):
			return -1
		case math.Abs(va) < math.Abs(vb):
			return 1
		}
		return 0
	})
	return t, nil
}

// peaks returns the members of a cluster that no neighbour exceeds, the highest
// first.
func (l *lattice) peaks(members []int32, values []float64) []int32 {
	within := make(map[int32]bool, len(members))
	for _, i := range members {
		within[i] = true
	}
	top := map[int32]bool{}
	for _, i := range members {
		highest := true
		for _, n := range l.Neighbours(i) {
			if n >= 0 && within[n] && math.Abs(values[n]) > math.Abs(values[i]) {
				highest = false
				break
			}
		}
		if highest {
			top[i] = true
		}
	}
	// Equal neighbours make a plateau, of which the middle counts.
	var peaks []int32
	for _, i := range members {
		if !top[i] {
			continue
		}
		delete(top, i)
		plateau := []int32{i}
		for at := 0; at < len(plateau); at++ {
			for _, n := range l.Neighbours(plateau[at]) {
				if n >= 0 && top[n] {
					delete(top, n)
					plateau = append(plateau, n)
				}
			}
		}
		peaks = append(peaks, l.middle(plateau))
	}
	slices.SortStableFunc(peaks, func(a, b int32) int {
		switch va, vb := math.Abs(values[a]), math.Abs(values[b]); {
		case va > vb:
			return -1
		case va < vb:
			return 1
		}
		return int(a) - int(b)
	})
	return peaks
}

// middle returns the member nearest to the mean place of all.
func (l *lattice) middle(members []int32) int32 {
	if len(members) == 1 {
		return members[0]
	}
	var mean [3]float64
	for _, i := range members {
		x, y, z := l.place(l.voxels[i])
		mean[0] += float64(x) / float64(len(members))
		mean[1] += float64(y) / float64(len(members))
		mean[2] += float64(z) / float64(len(members))
	}
	best, least := members[0], math.Inf(1)
	for _, i := range members {
		x, y, z := l.place(l.voxels[i])
		a, b, c := float64(x)-mean[0], float64(y)-mean[1], float64(z)-mean[2]
		if d := float64(a*a) + float64(b*b) + float64(c*c); d < least {
			best, least = i, d
		}
	}
	return best
}

// namer returns what tells the name of a place.
func (o *ClusterOptions) namer(like *nifti.Image) (func(voxel int, x, y, z float64) string, error) {
	if o.Labels == nil {
		if like.Space != "MNI" {
			return func(int, float64, float64, float64) string { return "" }, nil
		}
		return func(_ int, x, y, z float64) string { return placeName(x, y, z) }, nil
	}
	if o.Labels.Type() == "" || o.Labels.Volumes() != 1 {
		return nil, fmt.Errorf("Labels must be one volume of whole numbers")
	}
	nx, ny, nz := o.Labels.Grid()
	labels := o.Labels.Volume(0)
	for _, v := range labels {
		if v != math.Floor(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("Labels holds %g; an image of labels holds whole numbers", v)
		}
	}
	return func(_ int, x, y, z float64) string {
		i, j, k := o.Labels.Voxel(x, y, z)
		a, b, c := int(math.Round(i)), int(math.Round(j)), int(math.Round(k))
		if a < 0 || b < 0 || c < 0 || a >= nx || b >= ny || c >= nz {
			return "outside of the labels"
		}
		label := int(labels[(c*ny+b)*nx+a])
		if name, ok := o.LabelNames[label]; ok {
			return name
		}
		if label == 0 {
			return "no label"
		}
		return fmt.Sprintf("label %d", label)
	}, nil
}

// Table returns a row for each peak: the cluster's number, its size and
// probabilities with its highest peak, and the other peaks below it.
func (t *ClusterTable) Table() table.Table {
	out := table.Table{Title: t.title()}
	cols := []table.Col{{Name: "cluster"}, {Name: "voxels"}, {Name: "volume", Unit: "mm³"}, {Name: "p size"}, {Name: "p mass"},
		{Name: t.Statistic}, {Name: "p peak"}, {Name: "p TFCE"}, {Name: "x", Unit: "mm"}, {Name: "y", Unit: "mm"}, {Name: "z", Unit: "mm"}, {Name: "place"}}
	named := false
	for k, c := range t.Clusters {
		for i, p := range c.Peaks {
			row := []float64{float64(k + 1), float64(len(c.Voxels)), c.Volume, c.PSize, c.PMass}
			if i > 0 {
				row = []float64{float64(k + 1), math.NaN(), math.NaN(), math.NaN(), math.NaN()}
			}
			row = append(row, p.Value, p.P, p.PTFCE, p.X, p.Y, p.Z)
			for j, v := range row {
				cols[j].Num = append(cols[j].Num, v)
			}
			cols[11].Text = append(cols[11].Text, p.Name)
			named = named || p.Name != ""
		}
	}
	for j, c := range cols {
		if c.Text == nil && !slices.ContainsFunc(c.Num, func(v float64) bool { return v == v }) || c.Text != nil && !named {
			continue // nothing was computed
		}
		out.Cols = append(out.Cols, cols[j])
	}
	if len(out.Cols) == 0 {
		out.Cols = cols[:1]
	}
	return out
}

func (t *ClusterTable) title() string {
	what := t.Statistic
	if what == "" {
		what = "value"
	}
	s := fmt.Sprintf("%d clusters with |%s| > %.4g", len(t.Clusters), what, t.Threshold)
	if len(t.Clusters) == 1 {
		s = fmt.Sprintf("1 cluster with |%s| > %.4g", what, t.Threshold)
	}
	if t.Threshold == 0 {
		s = fmt.Sprintf("%d clusters of significant voxels", len(t.Clusters))
	}
	if t.Name != "" {
		s = t.Name + ": " + s
	}
	if t.Method != "" {
		s += "; " + t.Method
	}
	return s
}

// Show shows the rows of [ClusterTable.Table].
func (t ClusterTable) Show() display.Bundle { return t.Table().Show() }
