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
