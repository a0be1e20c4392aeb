// Loaded prints how many bytes of an ELF file are loaded: code, constants and
// data, without the padding to pages of 64 KB between them, by which the file
// grows in steps.
package main

import (
	"debug/elf"
	"fmt"
	"log"
	"os"
)

func main() {
	f, err := elf.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	var bytes uint64
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD {
			bytes += p.Filesz
		}
	}
	fmt.Println(bytes)
}
