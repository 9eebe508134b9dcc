package stats

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// String describes the outcome in a line.
func (t *ClusterTest) String() string {
	found, least := 0, 1.0
	for _, c := range t.Clusters {
		if c.P <= 0.05 {
			found++
		}
		least = min(least, c.P)
	}
	how := "random"
	if t.Exact {
		how = "all"
	}
	what := fmt.Sprintf("%d clusters with %s > %.4g", len(t.Clusters), t.size(), t.Threshold)
	if len(t.Clusters) == 1 {
		what = fmt.Sprintf("1 cluster with %s > %.4g", t.size(), t.Threshold)
	}
	if t.By == "TFCE" {
		what = fmt.Sprintf("%d clusters by TFCE", len(t.Clusters))
	}
	return fmt.Sprintf("%s: %s, %d of them with p up to 0.05 (least %.3g); %d rearrangements (%s)", t.Name, what, found, least, t.N, how)
}

func (t *ClusterTest) size() string {
	if t.Statistic == "F" {
		return "F"
	}
	return "|t|"
}

// Table returns a row for each cluster: points, mass, p and the largest statistic.
func (t *ClusterTest) Table() table.Table {
	cols := []table.Col{{Name: "cluster"}, {Name: "points"}, {Name: "mass"}, {Name: "p"}, {Name: "largest " + t.Statistic}, {Name: "at point"}}
	for k, c := range t.Clusters {
		for j, v := range []float64{float64(k + 1), float64(len(c.Points)), c.Mass, c.P, t.Values[c.Peak], float64(c.Peak)} {
			cols[j].Num = append(cols[j].Num, v)
		}
	}
	return table.Table{Title: t.String(), Cols: cols}
}

// Show shows the table of clusters.
func (t *ClusterTest) Show() display.Bundle { return t.Table().Show() }
