// Labels and goto: out of and back into loops, break out of a switch, a select
// and a block; a label may have the name of a variable.
package main

import "fmt"

func classify(vs []int) (out string) {
	i := 0
next:
	if i == len(vs) {
		return
	}
	v := vs[i]
	i++
	if v < 0 {
		goto negative
	}
	out += "+"
	goto next
negative:
	out += "-"
	goto next
}

func state(input string) string {
	pos := 0
	var trace string
start:
	trace += "S"
	if pos >= len(input) {
		goto end
	}
	switch input[pos] {
	case 'a':
		pos++
		goto inA
	default:
		pos++
		goto start
	}
inA:
	trace += "A"
	for pos < len(input) {
		if input[pos] == 'b' {
			pos++
			goto start
		}
		pos++
	}
end:
	return trace + "E"
}

func main() {
	fmt.Println(classify([]int{1, -2, 3, -4}))
	fmt.Println(state("aab"), state("xay"), state(""))
	i := 0
i:
	for ; i < 5; i++ {
		switch {
		case i == 1:
			continue i
		case i == 3:
			break i
		}
		fmt.Print(i, " ")
	}
	fmt.Println("at", i)
block:
	switch {
	default:
		fmt.Println("in the block")
		if i == 3 {
			break block
		}
		fmt.Println("never")
	}
sw:
	switch i {
	case 3:
		for {
			break sw
		}
	default:
	}
	n := 0
loop:
	for {
		select {
		default:
			if n++; n > 2 {
				break loop
			}
		}
	}
	fmt.Println("n", n)
	var fs []func() int
	k := 0
again:
	{
		v := k * k
		fs = append(fs, func() int { return v })
	}
	if k++; k < 3 {
		goto again
	}
	fmt.Println(fs[0](), fs[1](), fs[2]())
}
