//go:build !race

package simboot_test

const instrumentation = 0
