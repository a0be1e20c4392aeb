//go:build race

package simboot_test

// instrumentation is what the race detector adds to the memory of a bootstrap.
const instrumentation = 64 << 10
