package omaxml

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// realFiles are OMA's files, by name.
func realFiles(t testing.TB) map[string]string {
	paths, err := filepath.Glob("testdata/oma/*.xml")
	require.NoError(t, err)
	require.Len(t, paths, 11)
	files := map[string]string{}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		files[filepath.Base(path)] = string(b)
	}
	return files
}

// xmlFile is a file with the definitions, as the registry writes one.
func xmlFile(list ...objects.Definition) string {
	var b strings.Builder
	leaf := func(name, text string) {
		fmt.Fprintf(&b, "<%s>", name)
		xml.EscapeText(&b, []byte(text))
		fmt.Fprintf(&b, "</%s>\n", name)
	}
	b.WriteString("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<LWM2M>\n")
	for _, d := range list {
		b.WriteString("<Object ObjectType=\"MODefinition\">\n")
		leaf("Name", d.Name)
		leaf("ObjectID", fmt.Sprint(d.ID))
		leaf("ObjectURN", fmt.Sprintf("urn:oma:lwm2m:oma:%d:%v", d.ID, d.Version))
		leaf("MultipleInstances", word(d.Multiple, "Multiple", "Single"))
		leaf("Mandatory", word(d.Mandatory, "Mandatory", "Optional"))
		b.WriteString("<Resources>\n")
		for _, r := range d.Resources {
			fmt.Fprintf(&b, "<Item ID=\"%d\">\n", r.ID)
			leaf("Name", r.Name)
			leaf("Operations", r.Operations.String())
			leaf("MultipleInstances", word(r.Multiple, "Multiple", "Single"))
			leaf("Mandatory", word(r.Mandatory, "Mandatory", "Optional"))
			leaf("Type", word(r.Type == objects.TypeNone, "", r.Type.String()))
			leaf("RangeEnumeration", rangeText(r.Range))
			leaf("Units", r.Units)
			b.WriteString("</Item>\n")
		}
		b.WriteString("</Resources>\n</Object>\n")
	}
	b.WriteString("</LWM2M>\n")
	return b.String()
}

func word(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

func rangeText(r objects.Range) string {
	if r == (objects.Range{}) {
		return ""
	}
	if r.Step == 0 {
		return fmt.Sprintf("%d..%d", r.Min, r.Max)
	}
	var list []string
	for n := r.Min; ; n += r.Step {
		list = append(list, fmt.Sprint(n))
		if n == r.Max {
			return strings.Join(list, ",") + " bytes"
		}
	}
}
