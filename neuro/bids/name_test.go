package bids_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurorepl/neurorepl/neuro/bids"
)

func TestParseName(t *testing.T) {
	for _, c := range []struct {
		file string
		want bids.Name
		err  string
	}{
		{"sub-01_T1w.nii", bids.Name{Subject: "01", Suffix: "T1w", Extension: ".nii"}, ""},
		{"/data/sub-01/ses-2/func/sub-01_ses-2_task-rest_acq-mb_dir-AP_run-02_echo-3_part-mag_bold.nii.gz", bids.Name{Subject: "01", Session: "2", Task: "rest",
			Acquisition: "mb", Direction: "AP", Run: "02", Echo: "3", Part: "mag", Suffix: "bold", Extension: ".nii.gz", Datatype: "func"}, ""},
		{"sub-01_task-x_hemi-L_space-fsaverage5_bold.func.gii", bids.Name{Subject: "01", Task: "x", Hemisphere: "L", Space: "fsaverage5", Suffix: "bold", Extension: ".func.gii"}, ""},
		{"sub-01_contrast-aMinusB_stat-z_statmap.nii.gz", bids.Name{Subject: "01", Other: map[string]string{"contrast": "aMinusB", "stat": "z"}, Suffix: "statmap", Extension: ".nii.gz"}, ""},
		{"task-rest_bold.json", bids.Name{Task: "rest", Suffix: "bold", Extension: ".json"}, ""},
		{"bold.json", bids.Name{Suffix: "bold", Extension: ".json"}, ""},
		{"sub-01_space-MNIInfant+2_bold", bids.Name{Subject: "01", Space: "MNIInfant+2", Suffix: "bold"}, ""},
		{"sub-01_task_bold.nii", bids.Name{}, `sub-01_task_bold.nii: holds "task" where an entity stands`},
		{"sub-01_task-re-st_bold.nii", bids.Name{}, `holds "task-re-st"`},
		{"sub-01_sub-02_bold.nii", bids.Name{}, `has the entity "sub" twice`},
		{"sub-01_task-rest.nii", bids.Name{}, `ends in "task-rest" where a suffix stands`},
		{"sub-_bold.nii", bids.Name{}, `holds "sub-"`},
		{"sub-01__bold.nii", bids.Name{}, `holds ""`},
		{"sub-01_.nii", bids.Name{}, `ends in ""`},
		{"", bids.Name{}, `ends in ""`},
	} {
		got, err := bids.ParseName(c.file)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) || !strings.HasPrefix(err.Error(), "bids: ParseName: ") {
				t.Errorf("%s: error %v, want %q", c.file, err, c.err)
			}
			continue
		}
		if d := cmp.Diff(c.want, got); err != nil || d != "" {
			t.Errorf("%s: %v\n%s", c.file, err, d)
		}
		if base := c.file[strings.LastIndexByte(c.file, '/')+1:]; got.String() != base {
			t.Errorf("%s is written as %s", base, got)
		}
	}
	// Entities come in the order of BIDS, unknown ones before desc.
	n, err := bids.ParseName("desc-b_zzz-1_space-T1w_task-x_aaa-2_sub-1_bold.nii")
	if want := "sub-1_task-x_space-T1w_aaa-2_zzz-1_desc-b_bold.nii"; err != nil || n.String() != want {
		t.Errorf("%s %v, want %s", n, err, want)
	}
}

// Whatever is read as a name is written as one that is read the same.
func FuzzParseName(f *testing.F) {
	for _, s := range []string{"sub-01_task-rest_run-2_bold.nii.gz", "desc-b_zzz-1_space-T1w_task-x_aaa-2_sub-1_bold.nii", "a/func/sub-01_stat-t_statmap.nii", "x-_y", "bold.json"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := bids.ParseName(s)
		if err != nil {
			return
		}
		again, err := bids.ParseName(n.Datatype + "/" + n.String())
		if err != nil || !cmp.Equal(n, again) {
			t.Errorf("%q: %+v, then %+v, %v", s, n, again, err)
		}
	})
}
