//go:build unix && !linux

package serialport

// Other systems do not tell one process about another's files.

func holder(string) int  { return 0 }
func locker(string) int  { return 0 }
func program(int) string { return "" }
