package pharm

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/table"
)

const concentrations = "subject,form,time (h),conc (ng/mL),dose (µg)\n" +
	"S1,A,0,BLQ,500\nS1,A,1,40,500\nS1,A,2,30,500\nS1,A,4,,500\nS1,A,6,12,500\nS1,A,8,8,500\n" +
	"S1,B,0,BLQ,500\nS1,B,1,20,500\nS1,B,2,30,500\nS1,B,4,25,500\n" +
	"S2,A,0,BLQ,400\nS2,A,1,BLQ,400\nS2,A,2,BLQ,400\n" +
	"S2,B,0,1,400\nS2,B,1,2,300\n"

func TestNCATable(t *testing.T) {
	tab, err := table.DecodeWith(strings.NewReader(concentrations), "pk.csv", table.ReadOptions{Values: map[string]float64{"BLQ": 0}})
	if err != nil {
		t.Fatal(err)
	}
	c := NCAColumns{Time: "time", Concentration: "conc", Dose: "dose", By: []string{"subject", "form"}}
	got, err := NCATable(tab, c, NCAOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := NCA([]float64{0, 1, 2, 6, 8}, []float64{0, 40, 30, 12, 8}, 500, NCAOptions{})
	if err != nil {
		t.Fatal(err)
	}
	col := func(name string) table.Col {
		t.Helper()
		v, err := got.Col(name)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if got.Rows() != 4 || fmt.Sprint(col("subject").Text, col("form").Text, col("missing").Num) != "[S1 S1 S2 S2] [A B A B] [1 0 0 0]" {
		t.Errorf("%v", got)
	}
	cl := col("CL")
	if cl.Unit != "L/h" || cl.Num[0] != want.CL || col("AUCInf").Num[0] != want.AUCInf || col("HalfLife").Unit != "h" {
		t.Errorf("%v; want %v", got, want)
	}
	if auc := col("AUC").Num; auc[1] != 90 || !math.IsNaN(cl.Num[1]) || !math.IsNaN(auc[2]) || !math.IsNaN(auc[3]) {
		t.Errorf("%v", got)
	}
	for k, note := range []string{"", "the terminal slope needs 3", "all 3 concentrations are 0", "dose is 400 and 300 in one curve"} {
		if n := col("note").Text[k]; (n == "") != (note == "") || !strings.Contains(n, note) {
			t.Errorf("row %d has the note %q; want %q", k, n, note)
		}
	}
	words, _ := table.DecodeWith(strings.NewReader(concentrations), "pk.csv", table.ReadOptions{})
	for _, bad := range []struct {
		t    table.Table
		c    NCAColumns
		want string
	}{
		{words, c, `column "conc" holds words, "BLQ" in row 1`},
		{tab, NCAColumns{Time: "time", Concentration: "conc", Dose: "amount", By: c.By}, `no column "amount"`},
		{tab, NCAColumns{Time: "time", Concentration: "conc", Dose: "dose"}, "no column to split by"},
	} {
		if _, err := NCATable(bad.t, bad.c, NCAOptions{}); err == nil || !strings.Contains(err.Error(), bad.want) || !strings.HasPrefix(err.Error(), "pharm: NCATable: ") {
			t.Errorf("%v; want it to say %q", err, bad.want)
		}
	}
}
