package scp03

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
)

// ErrKeyFile tells of a text that [ParseKeyFile] does not take.
var ErrKeyFile = errors.New("not a file of keys")

// MaxKeyFile is the most octets of a text that [ParseKeyFile] takes.
const MaxKeyFile = 4096

// ParseKeyFile reads the keys of one card, or the master keys of many, from a
// text. Each line has a name and a value in hex; # begins a remark:
//
//	version 30                                # of the keys on the card; left out: any
//	enc     000102030405060708090A0B0C0D0E0F
//	mac     101112131415161718191A1B1C1D1E1F
//	dek     202122232425262728292A2B2C2D2E2F  # may be missing
//
//	master  404142434445464748494A4B4C4D4E4F  # in place of these: one key for all
//	diversified                               # from them, by the card's data: see Diversify
//
// master implies diversified. The caller sees to it that nobody else can read
// the file, and clears text. The error is [ErrKeyFile], with the line, and shows
// nothing of what stands there.
func ParseKeyFile(text []byte) (KeySource, error) {
	f := keyFile{values: make(map[string][]byte)}
	defer f.wipe()
	if len(text) > MaxKeyFile {
		return nil, fmt.Errorf("scp03: %w: more than %d octets", ErrKeyFile, MaxKeyFile)
	}
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if err := f.line(line); err != nil {
			return nil, fmt.Errorf("scp03: line %d: %w: %w", number, ErrKeyFile, err)
		}
	}
	keys, err := f.keys()
	if err != nil {
		return nil, fmt.Errorf("scp03: %w: %w", ErrKeyFile, err)
	}
	defer keys.Wipe()
	if f.diversified {
		return DiversifiedKeys(keys), nil
	}
	return FixedKeys(keys), nil
}

// keyFile is what a text said.
type keyFile struct {
	version     byte
	values      map[string][]byte // by the names of keys
	diversified bool
	told        bool // a version
}

func (f *keyFile) line(line []byte) error {
	line, _, _ = bytes.Cut(line, []byte("#"))
	fields := bytes.Fields(line)
	if len(fields) == 0 {
		return nil
	}
	name, value := string(fields[0]), bytes.Join(fields[1:], nil)
	defer clear(value)
	switch name {
	case "diversified":
		if len(value) > 0 || f.diversified {
			return errors.New("diversified stands alone, once")
		}
		f.diversified = true
	case "version":
		n, err := strconv.ParseUint(string(value), 16, 8)
		if err != nil || f.told {
			return errors.New("version is two hex digits, once")
		}
		f.version, f.told = byte(n), true
	case "enc", "mac", "dek", "master":
		key := make([]byte, hex.DecodedLen(len(value)))
		if _, err := hex.Decode(key, value); err != nil || len(key) == 0 || f.values[name] != nil {
			clear(key)
			return fmt.Errorf("%s is a key in hex, once", name)
		}
		f.values[name] = key
	default:
		return errors.New("a line begins with version, enc, mac, dek, master or diversified")
	}
	return nil
}

// keys are those of the text.
func (f *keyFile) keys() (Keys, error) {
	v := f.values
	if master := v["master"]; master != nil {
		if len(v) > 1 {
			return Keys{}, errors.New("master stands in place of enc, mac and dek")
		}
		f.diversified = true
		return NewKeys(f.version, master, master, master)
	}
	if v["enc"] == nil || v["mac"] == nil {
		return Keys{}, errors.New("enc and mac, or master, are needed")
	}
	return NewKeys(f.version, v["enc"], v["mac"], v["dek"])
}

func (f *keyFile) wipe() {
	for _, key := range f.values {
		clear(key)
	}
}
