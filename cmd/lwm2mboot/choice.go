package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// choice is a flag with one of several words.
type choice struct {
	value string
	of    []string
}

// register adds the flag, and completes it. The first word is the standard.
func (c *choice) register(cmd *cobra.Command, name, help string, of ...string) {
	cmd.Flags().Var(c.among(of...), name, help)
	c.complete(cmd, name)
}

// among sets the words; the first one is the standard.
func (c *choice) among(of ...string) *choice {
	c.value, c.of = of[0], of
	return c
}

func (c *choice) complete(cmd *cobra.Command, name string) {
	cmd.RegisterFlagCompletionFunc(name, words(c.of))
}

// String implements pflag.Value.
func (c *choice) String() string { return c.value }

// Set implements pflag.Value.
func (c *choice) Set(s string) error {
	if !slices.Contains(c.of, s) {
		return fmt.Errorf("not one of %s", strings.Join(c.of, ", "))
	}
	c.value = s
	return nil
}

// Type implements pflag.Value: what the help shows.
func (c *choice) Type() string { return strings.Join(c.of, "|") }

// words completes a flag by fixed words.
func words(of []string) cobra.CompletionFunc {
	return cobra.FixedCompletions(of, cobra.ShellCompDirectiveNoFileComp)
}
