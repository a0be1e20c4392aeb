package bootstrapper

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// The file that the tests on a crashDisk work with.
const crashName = "state"

// numbered is a small State that differs from others.
func numbered(n uint16) *State {
	s := new(State)
	s.Put(Server, objects.ObjectServer, objects.NewInstance(n, objects.Single(0, objects.String("key of before"))))
	return s
}

// written is the file that holds a State.
func written(t testing.TB, s *State) []byte {
	t.Helper()
	b, err := AppendState(nil, s)
	require.NoError(t, err)
	return b
}

// powerTest cuts the power wherever it can be cut.
type powerTest struct {
	wrap   func(disk) disk // the writer that is tested, made wrong on purpose, or nil
	points int             // disks tried
	tried  map[string]bool // of them, those that need not be tried again
	again  map[string]bool // those that a next life began on
}

func newPowerTest(wrap func(disk) disk) *powerTest {
	return &powerTest{wrap: wrap, tried: map[string]bool{}, again: map[string]bool{}}
}

func (p *powerTest) open(d disk) (*FileStore, error) {
	if p.wrap != nil {
		d = p.wrap(d)
	}
	return openFileStore(d, crashName)
}

// life opens the store, loads, and replaces by each of next, until power fails.
// It returns the States that may be found afterwards, when those of before may
// have been found at its start.
func (p *powerTest) life(d *crashDisk, before, next []*State) (after []*State, err error) {
	f, err := p.open(d)
	if err != nil {
		return before, unlessPower(err)
	}
	now, err := f.Load(context.Background())
	if err != nil {
		return before, unlessPower(err)
	}
	if !slices.ContainsFunc(before, now.Equal) {
		return nil, fmt.Errorf("loaded %v", now.Tree())
	}
	for _, s := range next {
		if err := f.Replace(context.Background(), s); err != nil {
			return []*State{now, s}, unlessPower(err)
		}
		now = s
	}
	return []*State{now}, nil
}

func unlessPower(err error) error {
	if strings.Contains(err.Error(), errPower.Error()) {
		return nil
	}
	return err
}

// cut plays a life on base again and again, and cuts the power a step later
// each time. On every disk that can be left it then wants one of the States
// that may be there. again is how many more cuts there are to be in the next
// life; a process that is killed without a power cut has one, too.
func (p *powerTest) cut(base *crashDisk, before, next []*State, again int) error {
	killed := map[int]bool{}
	for power := 0; ; power++ {
		d := base.clone()
		d.power = power
		after, err := p.life(d, before, next)
		if err != nil {
			return fmt.Errorf("power for %d steps: %w", power, err)
		}
		for left := range d.disks() {
			p.points++
			err := p.recovers(left.clone(), after)
			if kind := kindOf(left); err == nil && again > 0 && !p.again[kind] {
				p.again[kind] = true
				err = p.cut(left, after, []*State{numbered(90)}, again-1)
			}
			if err != nil {
				return fmt.Errorf("power for %d steps: %w", power, err)
			}
		}
		if again > 0 && !killed[d.ops] {
			killed[d.ops] = true
			if err := p.cut(d, after, []*State{numbered(91)}, again-1); err != nil {
				return fmt.Errorf("killed after %d steps: %w", power, err)
			}
		}
		if d.power > 0 { // there was more than enough
			return nil
		}
	}
}

// kindOf tells disks apart that a second life can go differently on.
func kindOf(d *crashDisk) string {
	next := "none"
	if f := d.seen[crashName+nextSuffix]; f != nil {
		next = fmt.Sprint(len(f.seen) > 0)
	}
	f := d.seen[crashName]
	if f == nil {
		f = new(crashFile)
	}
	return fmt.Sprintf("%s %s %d", f.seen, next, len(d.names()))
}

// recovers opens what is left, wants one of the States there, and that it stays
// whatever becomes of the power; then that a Replace works and no file but the
// store's own is left.
func (p *powerTest) recovers(d *crashDisk, want []*State) error {
	key := d.String()
	for _, s := range want {
		b, _ := AppendState(nil, s)
		key += string(b)
	}
	if p.tried[key] {
		return nil
	}
	p.tried[key] = true
	after, err := p.life(d, want, nil)
	if err != nil {
		return err
	}
	if err := p.holds(d, after[0]); err != nil {
		return fmt.Errorf("after a Load: %w", err)
	}
	d.close()
	if after, err = p.life(d, after, []*State{numbered(99)}); err != nil {
		return err
	}
	if names := d.names(); !slices.Equal(names, []string{crashName, crashName + lockSuffix}) {
		return fmt.Errorf("left behind: %v", names)
	}
	if err := p.holds(d, after[0]); err != nil {
		return fmt.Errorf("after a Replace: %w", err)
	}
	return nil
}

// holds wants that whatever a power cut leaves now holds s.
func (p *powerTest) holds(d *crashDisk, s *State) error {
	for left := range d.disks() {
		p.points++
		if _, err := p.life(left, []*State{s}, nil); err != nil {
			return err
		}
	}
	return nil
}

// powerScenarios are lives: what is on the disk, and what comes.
func powerScenarios(t testing.TB) map[string]func(p *powerTest) error {
	old := numbered(1)
	oldFile := written(t, old)
	return map[string]func(p *powerTest) error{
		"the first write": func(p *powerTest) error {
			return p.cut(newCrashDisk(), []*State{new(State)}, []*State{numbered(2)}, 1)
		},
		"one written over": func(p *powerTest) error {
			d := newCrashDisk()
			d.put(crashName, oldFile)
			return p.cut(d, []*State{old}, []*State{numbered(2)}, 1)
		},
		"several": func(p *powerTest) error {
			d := newCrashDisk()
			d.put(crashName, oldFile)
			d.put(crashName+lockSuffix, nil)
			return p.cut(d, []*State{old}, []*State{numbered(2), new(State), numbered(3), numbered(4)}, 1)
		},
		"after a crash that left a whole temporary file": func(p *powerTest) error {
			d := newCrashDisk()
			d.put(crashName, oldFile)
			d.put(crashName+lockSuffix, nil)
			d.put(crashName+nextSuffix, written(t, numbered(2)))
			return p.cut(d, []*State{old}, []*State{numbered(3)}, 1)
		},
	}
}

func TestFileStoreSurvivesAPowerCutAnywhere(t *testing.T) {
	// So that the test cannot become hollow unnoticed.
	least := map[string]int{
		"the first write": 30_000, "one written over": 30_000, "several": 80_000,
		"after a crash that left a whole temporary file": 30_000,
	}
	for name, scenario := range powerScenarios(t) {
		t.Run(name, func(t *testing.T) {
			p := newPowerTest(nil)
			require.NoError(t, scenario(p))
			t.Logf("%d disks after a power cut, %d different ones recovered from", p.points, len(p.tried))
			require.Greater(t, p.points, least[name])
		})
	}
}

// Writers that are wrong, each in its way.
type (
	withoutFileSync struct{ disk }
	fileWithoutSync struct{ diskFile }
	withoutDirSync  struct{ disk }
	withoutOpenSync struct {
		disk
		opened bool
	}
	withoutRemoval struct{ disk }
	inPlace        struct{ *crashDisk }
)

func (w withoutFileSync) create(name string) (diskFile, error) {
	f, err := w.disk.create(name)
	return fileWithoutSync{f}, err
}

func (fileWithoutSync) Sync() error { return nil }

func (withoutDirSync) sync() error { return nil }

func (w *withoutOpenSync) sync() error {
	if !w.opened {
		w.opened = true
		return nil
	}
	return w.disk.sync()
}

func (withoutRemoval) remove(string) error { return nil }

func (w inPlace) rename(string, string) error { return nil }

func (w inPlace) create(string) (diskFile, error) {
	f := w.seen[crashName]
	if f == nil {
		return w.crashDisk.create(crashName)
	}
	f.seen = nil
	return &crashHandle{w.crashDisk, f}, nil
}

func TestThePowerTestCatchesWrongWriters(t *testing.T) {
	wrong := map[string]func(disk) disk{
		"no sync of the file":          func(d disk) disk { return withoutFileSync{d} },
		"no sync of the directory":     func(d disk) disk { return withoutDirSync{d} },
		"no sync at the start":         func(d disk) disk { return &withoutOpenSync{disk: d} },
		"what was left is not removed": func(d disk) disk { return withoutRemoval{d} },
		"written in place":             func(d disk) disk { return inPlace{d.(*crashDisk)} },
	}
	for name, wrap := range wrong {
		t.Run(name, func(t *testing.T) {
			for _, scenario := range []string{"the first write", "one written over"} {
				require.Error(t, powerScenarios(t)[scenario](newPowerTest(wrap)), scenario)
			}
		})
	}
}
