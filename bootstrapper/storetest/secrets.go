package storetest

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
)

var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"}

// nothingPrinted looks for keys in what fmt makes of the Store, and in its
// errors.
func nothingPrinted(b *bench) {
	b.replace(before(), "a State")
	b.printsNoKey("the Store", b.Store)

	ctx, cancel := context.WithCancel(b.Context())
	cancel()
	b.printsNoKey("an error of Replace", b.Store.Replace(ctx, after()))
	_, err := b.Store.Load(ctx)
	b.printsNoKey("an error of Load", err)

	if b.FailAt == nil {
		return
	}
	for n := 1; ; n++ {
		f := b.fresh()
		err, struck := f.strike(n, f.FailAt)
		if !struck {
			return
		}
		f.printsNoKey(fmt.Sprintf("the error of Replace when write operation %d had failed", n), err)
		f.printsNoKey("the Store after an error", f.Store)
	}
}

// printsNoKey prints v in every way. What it finds it does not show.
func (b *bench) printsNoKey(what string, v any) {
	b.Helper()
	for _, verb := range verbs {
		text := fmt.Sprintf(verb, v)
		for _, form := range forms() {
			if strings.Contains(text, form) {
				b.Errorf("%s shows a key when it is printed with %s: give the type a method Format, and leave values out of errors", what, verb)
				return
			}
		}
	}
}

// forms are the keys that the checks use, in every notation.
var forms = sync.OnceValue(func() (list []string) {
	for _, key := range keys() {
		list = append(list, formsOf(key)...)
	}
	return list
})

// formsOf are the notations in which octets come out of fmt and encoders.
func formsOf(key string) []string {
	return []string{
		key,
		hex.EncodeToString([]byte(key)),
		strings.ToUpper(hex.EncodeToString([]byte(key))),
		strings.Trim(fmt.Sprint([]byte(key)), "[]"),
		strings.Trim(strings.TrimPrefix(fmt.Sprintf("%#v", []byte(key)), "[]byte"), "{}"),
		strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(key)), "="),
	}
}
