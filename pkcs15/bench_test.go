package pkcs15_test

import (
	"context"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// BenchmarkFind walks a card with two DODFs of three objects.
func BenchmarkFind(b *testing.B) {
	dodf := join(oidDO(b, accessRules, pathTo("4300")), oidDO(b, "06 03 2A0304", pathTo("4301")), oidDO(b, lwm2mID, pathTo("6432")), make([]byte, 100))
	r := memory{odf: odf(b, "4401", "4402"), dodf: dodf}
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range pkcs15.Find(b.Context(), r) {
			if n++; err != nil {
				b.Fatal(err)
			}
		}
		if n != 2 {
			b.Fatal(n)
		}
	}
}

func BenchmarkParseDODF(b *testing.B) {
	dodf := join(oidDO(b, accessRules, pathTo("4300")), oidDO(b, "06 03 2A0304", pathTo("4301")), oidDO(b, lwm2mID, pathTo("6432")))
	b.ReportAllocs()
	b.SetBytes(int64(len(dodf)))
	for b.Loop() {
		for _, err := range pkcs15.ParseDODF(dodf) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// memory is a FileReader that costs nothing.
type memory struct{ odf, dodf []byte }

func (m memory) ReadFile(_ context.Context, ref apdu.FileRef, need apdu.Need) ([]byte, error) {
	content := m.dodf
	if ref.Path[0] == pkcs15.FIDODF {
		content = m.odf
	}
	_, err := need(content)
	return content, err
}
