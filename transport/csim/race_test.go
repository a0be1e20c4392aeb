//go:build race

package csim_test

// randomCommands is fewer where each costs ten times as much.
const randomCommands = 10_000
