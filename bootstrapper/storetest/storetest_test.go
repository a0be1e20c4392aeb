package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

func TestMemStorePasses(t *testing.T) {
	Test(t, func(*testing.T) Fixture { return Fixture{Store: new(bootstrapper.MemStore)} })
}

func TestAStoreOnADiskPasses(t *testing.T) {
	Test(t, func(*testing.T) Fixture { return diskFixture(vices{})() })
}

func TestWhatIsNotCheckedIsSaid(t *testing.T) {
	failed, logs := failures(t, func() Fixture { return Fixture{Store: struct{ bootstrapper.Store }{new(bootstrapper.MemStore)}} })
	require.Empty(t, failed)
	require.Len(t, logs, 4) // no Turn, no reboot, no failures, no power cuts
}

func TestEveryWriteIsBroken(t *testing.T) {
	for _, cut := range []bool{false, true} {
		var at []int
		open := func() Fixture {
			f := diskFixture(vices{})()
			arm := f.FailAt
			if cut {
				arm = f.CutAt
			}
			note := func(n int) func() bool {
				if n > 0 {
					at = append(at, n)
				}
				return arm(n)
			}
			f.FailAt, f.CutAt = note, note
			return f
		}
		run := failingWrites
		if cut {
			run = powerCuts
		}
		run(newBench(t, open))
		require.Equal(t, []int{1, 2, 3, 4, 5}, at)
	}
}

func TestStatesAreAllDifferentAndTheSameEachTime(t *testing.T) {
	seen := map[string]*bootstrapper.State{}
	for name, s := range States() {
		for other, o := range seen {
			require.NotEmpty(t, difference(s, o), "%s and %s", name, other)
		}
		seen[name] = s
	}
	require.Len(t, seen, len(states))
	for name, s := range States() {
		require.Empty(t, difference(seen[name], s), name)
		require.True(t, s.Equal(s.Clone()), name)
	}
	for range States() {
		break
	}
}

func TestKeysAreOfBothStates(t *testing.T) {
	require.Len(t, keys(), 12)
	require.Contains(t, keys(), keyOf(10))
	require.Contains(t, keys(), keyOf(1020))
}
