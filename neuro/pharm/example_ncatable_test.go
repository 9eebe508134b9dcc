package pharm_test

import (
	"fmt"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/pharm"
	"github.com/neurorepl/neurorepl/neuro/table"
)

func ExampleNCATable() {
	text := "subject,time (h),conc (ng/mL),dose (µg)\n" +
		"S1,0,BLQ,500\nS1,1,40,500\nS1,2,30,500\nS1,4,,500\nS1,6,12,500\nS1,8,8,500\n" +
		"S2,0,BLQ,400\nS2,1,20,400\nS2,2,30,400\nS2,4,25,400\n"
	t, err := table.DecodeWith(strings.NewReader(text), "pk.csv", table.ReadOptions{Values: map[string]float64{"BLQ": 0}})
	if err != nil {
		fmt.Println(err)
		return
	}
	all, err := pharm.NCATable(t, pharm.NCAColumns{Time: "time", Concentration: "conc", Dose: "dose", By: []string{"subject"}}, pharm.NCAOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	few, _ := all.Select("subject", "CMax", "AUC", "HalfLife", "CL", "missing")
	fmt.Println(few)
	// Output:
	// non-compartmental analysis
	// subject  CMax (ng/mL)  AUC (ng/mL h)  HalfLife (h)  CL (L/h)  missing
	// S1                 40            159       3.12867   2.56266        1
	// S2                 30             90           n/a       n/a        0
}
