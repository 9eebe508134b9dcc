package matlab_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/matlab"
)

// TestReadNeighbours reads FieldTrip's templates.
func TestReadNeighbours(t *testing.T) {
	n, err := matlab.ReadNeighbours(golden.Shared(t, "data/packaged/mne/neighbors/biosemi64_neighb.mat"), []string{"Fp1", "AF7", "AFz", "O1", "fpz"})
	if err != nil || fmt.Sprint(n.Of(0), n.Of(3), n.Of(4)) != "[1 2 4] [] [0 2]" {
		t.Errorf("%v %v", n, err)
	}
	n, err = matlab.ReadNeighbours(golden.Shared(t, "data/packaged/mne/neighbors/neuromag306mag_neighb.mat"), []string{"MEG 0111", "MEG 0121", "MEG 2641"})
	if err != nil || fmt.Sprint(n.Of(0), n.Of(2)) != "[1] []" {
		t.Errorf("%v %v", n, err)
	}
	for _, c := range []struct {
		file  string
		names []string
		text  string
	}{{"elec1020", []string{"Fp1", "nose"}, `no channel "nose"`}, {"elec1020", []string{"Fp1", "FP1"}, `both "FP1"`}, {"none", nil, os.ErrNotExist.Error()}} {
		_, err := matlab.ReadNeighbours(golden.Shared(t, "data/packaged/mne/neighbors")+"/"+c.file+"_neighb.mat", c.names)
		if err == nil || !strings.Contains(err.Error(), c.text) && c.file != "none" {
			t.Errorf("%v; want %q", err, c.text)
		}
	}
}
