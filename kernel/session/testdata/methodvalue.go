// Method values keep the receiver that they were made with, promoted ones too.
package main

import "fmt"

type Base struct{ ID int }

func (b Base) Describe() string { return fmt.Sprint(b.ID) }

type Cell struct{ Base }

func main() {
	c := Cell{Base{1}}
	m := c.Describe
	b := Base{5}
	n := b.Describe
	c.ID, b.ID = 99, 99
	fmt.Println(m(), n())
}
