package table_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/table"
)

const events = "onset\tduration\ttrial_type\tresponse_time\n" +
	"0\t1.5\tface\t0.62\n" +
	"4\t1.5\thouse\t0.81\n" +
	"8\t1.5\tface\tn/a\n" +
	"12\t1.5\tface\t0.58\n"

func ExampleDecode() {
	t, err := table.Decode(strings.NewReader(events), '\t', "events.tsv")
	fmt.Println(err)
	fmt.Println(t)
	// Output:
	// <nil>
	// onset  duration  trial_type  response_time
	//     0       1.5  face                 0.62
	//     4       1.5  house                0.81
	//     8       1.5  face                  n/a
	//    12       1.5  face                 0.58
}

func ExampleRead() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "dose.csv")
	os.WriteFile(path, []byte("dose (mg),effect\n0.5,13.2\n1,22.7\n2,26.1\n"), 0o644)

	t, err := table.Read(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	dose, err := t.Col("dose")
	fmt.Println(dose.Num, dose.Unit, err)
	_, err = t.Col("efect")
	fmt.Println(err)
	// Output:
	// [0.5 1 2] mg <nil>
	// table: Col: no column "efect"; did you mean "effect", "dose"?
}

// Mean response time per condition, without the trial that had no response.
func ExampleTable_GroupMean() {
	t, _ := table.Decode(strings.NewReader(events), '\t', "events.tsv")
	t, _ = t.Complete("response_time")
	t, _ = t.Select("trial_type", "response_time")
	mean, err := t.GroupMean("trial_type")
	fmt.Println(err)
	fmt.Println(mean)
	// Output:
	// <nil>
	// trial_type  n  response_time
	// face        2            0.6
	// house       1           0.81
}

func ExampleTable_Where() {
	t, _ := table.Decode(strings.NewReader(events), '\t', "events.tsv")
	faces, err := t.Where("trial_type", "face")
	onset, _ := faces.Col("onset")
	fmt.Println(onset.Num, err)
	// Output: [0 8 12] <nil>
}

func ExampleTable_Filter() {
	t, _ := table.Decode(strings.NewReader(events), '\t', "events.tsv")
	onset, _ := t.Col("onset")
	late, err := t.Filter(func(i int) bool { return onset.Num[i] >= 8 })
	fmt.Println(late.Rows(), err)
	// Output: 2 <nil>
}

func ExampleTable_Write() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	t := table.Table{Cols: []table.Col{
		{Name: "subject", Text: []string{"sub-01", "sub-02"}},
		{Name: "threshold", Unit: "dB", Num: []float64{12.5, 14.1}},
	}}
	path := filepath.Join(dir, "thresholds.tsv.gz")
	fmt.Println(t.Write(path))
	again, err := table.Read(path)
	fmt.Println(again.Names(), again.Rows(), err)
	// Output:
	// <nil>
	// [subject threshold] 2 <nil>
}

// Mean response times of each subject and condition; the trial without a response is counted.
func ExampleTable_Summarise() {
	t, _ := table.Decode(strings.NewReader(events), '\t', "events.tsv")
	s, err := t.Summarise([]string{"trial_type"}, table.Mean("response_time"), table.SE("response_time"))
	fmt.Println(err)
	fmt.Println(s)
	// Output:
	// <nil>
	// trial_type  n  response_time_missing  response_time_mean  response_time_se
	// face        3                      1                 0.6              0.02
	// house       1                      0                0.81               n/a
}

// Ages of subjects beside their trials.
func ExampleTable_Join() {
	trials := table.Table{Cols: []table.Col{
		{Name: "subject", Text: []string{"s1", "s1", "s2", "s3"}},
		{Name: "rt", Unit: "s", Num: []float64{0.41, 0.52, 0.47, 0.60}},
	}}
	people := table.Table{Cols: []table.Col{
		{Name: "subject", Text: []string{"s1", "s2", "s4"}},
		{Name: "age", Num: []float64{31, 27, 44}},
	}}
	both, met, err := trials.Join(people, table.JoinOptions{On: []string{"subject"}})
	fmt.Println(both)
	fmt.Println(met, err)
	// Output:
	// subject  rt (s)  age
	// s1         0.41   31
	// s1         0.52   31
	// s2         0.47   27
	// s3          0.6  n/a
	// 3 pairs; 1 rows of the left table and 1 of the right without a partner <nil>
}

func ExampleTable_Wider() {
	long := table.Table{Cols: []table.Col{
		{Name: "subject", Text: []string{"s1", "s1", "s2"}},
		{Name: "condition", Text: []string{"congruent", "incongruent", "congruent"}},
		{Name: "rt", Unit: "s", Num: []float64{0.41, 0.52, 0.47}},
	}}
	wide, err := long.Wider("condition", "rt")
	fmt.Println(wide, err)
	again, err := wide.Longer("condition", "rt", "congruent", "incongruent")
	fmt.Println(again.Rows(), "rows", err)
	// Output:
	// subject  congruent (s)  incongruent (s)
	// s1                0.41             0.52
	// s2                0.47              n/a <nil>
	// 4 rows <nil>
}

func ExampleTable_Sort() {
	t, _ := table.Decode(strings.NewReader(events), '\t', "events.tsv")
	t, err := t.Sort("trial_type", "-response_time")
	fmt.Println(t, err)
	// Output:
	// onset  duration  trial_type  response_time
	//     0       1.5  face                 0.62
	//    12       1.5  face                 0.58
	//     8       1.5  face                  n/a
	//     4       1.5  house                0.81 <nil>
}

func ExampleDecodeWith() {
	german := "Dosis (mg);Wirkung\n0,5;13,2\n1;-999\n"
	t, err := table.DecodeWith(strings.NewReader(german), "dosis.csv", table.ReadOptions{Decimal: ',', Missing: []string{"-999"}})
	fmt.Println(t, err)
	// Output:
	// Dosis (mg)  Wirkung
	//        0.5     13.2
	//          1      n/a <nil>
}

// Any result becomes a table, and a file.
func ExampleSave() {
	type spectrum struct {
		F []float64 `unit:"Hz"`
		P []float64
	}
	s := &spectrum{F: []float64{0, 1, 2}, P: []float64{0.5, 0.25, 0.125}}
	t, err := table.Of(s)
	fmt.Println(t, err)

	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"s.csv", "s.json", "s.npz"} {
		if err := table.Save(filepath.Join(dir, name), s); err != nil {
			fmt.Println(err)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "s.json"))
	fmt.Print(string(data), err)
	// Output:
	// table_test.spectrum
	// F (Hz)      P
	//      0    0.5
	//      1   0.25
	//      2  0.125 <nil>
	// {
	//  "F": [0, 1, 2],
	//  "P": [0.5, 0.25, 0.125]
	// }
	// <nil>
}

func ExampleTable_Split() {
	t, _ := table.Decode(strings.NewReader(events), '\t', "events.tsv")
	parts, err := t.Split("trial_type")
	for _, p := range parts {
		rt, _ := p.Col("response_time")
		fmt.Println(p.Title, rt.Num, err)
	}
	// Output:
	// face [0.62 NaN 0.58] <nil>
	// house [0.81] <nil>
}

func ExampleTable_Distinct() {
	t := table.Table{Cols: []table.Col{{Name: "trial", Num: []float64{1, 2, 2, 3}}, {Name: "rt", Unit: "s", Num: []float64{0.41, 0.52, 0.52, 0.47}}}}
	t, twice, err := t.Distinct("trial")
	fmt.Println(t.Rows(), "trials,", twice, "left out", err)
	// Output: 3 trials, 1 left out <nil>
}

func ExampleTable_Recode() {
	t := table.Table{Cols: []table.Col{{Name: "response", Text: []string{"space", "None", "space"}}}}
	t, err := t.Recode("response", map[string]float64{"space": 1, "None": 0})
	fmt.Println(t.Cols[0].Num, err)
	_, err = t.Recode("response", map[string]float64{"1": 1})
	fmt.Println(err)
	// Output:
	// [1 0 1] <nil>
	// table: Recode: row 1 of column "response" is "0", which has no number; given are "1"
}

func ExampleCol_Bools() {
	correct := table.Col{Name: "correct", Num: []float64{1, 0, 1}}
	fmt.Println(correct.Bools())
	// Output: [true false true] <nil>
}

func ExampleTable_Samples() {
	text := "subject,time (h),c (ng/mL)\nS1,0,BLQ\nS1,1,40\nS1,4,21\nS2,0,BLQ\nS2,1,55\nS2,4,n/a\n"
	t, err := table.DecodeWith(strings.NewReader(text), "pk.csv", table.ReadOptions{Values: map[string]float64{"BLQ": 0}})
	if err != nil {
		fmt.Println(err)
		return
	}
	subjects, c, err := t.Samples("c", "subject")
	fmt.Println(subjects, c, err)
	// Output: [S1 S2] [[0 40 21] [0 55 NaN]] <nil>
}
