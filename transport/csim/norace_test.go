//go:build !race

package csim_test

// randomCommands is how many commands of AT+CSIM the randomised test sends.
const randomCommands = 100_000
