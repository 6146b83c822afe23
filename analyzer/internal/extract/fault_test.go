package extract

import (
	"regexp"
	"testing"
)

func TestFault(t *testing.T) {
	defer func() {
		want := regexp.MustCompile(`^runtime error: index out of range \[1\] with length 0 \(fault_test\.go:\d+\)$`)
		if got := Fault(recover()); !want.MatchString(got) {
			t.Errorf("%q", got)
		}
	}()
	var none []int
	none[len(none)+1]++
}
