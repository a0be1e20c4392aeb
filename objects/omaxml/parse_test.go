package omaxml

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/stretchr/testify/require"
)

// small is a file without mistakes: one line for each element.
const small = `<?xml version="1.0" encoding="UTF-8"?>
<LWM2M>
<Object ObjectType="MODefinition">
<Name>Meter</Name>
<ObjectID>33000</ObjectID>
<ObjectURN>urn:oma:lwm2m:x:33000</ObjectURN>
<ObjectVersion>2.3</ObjectVersion>
<MultipleInstances>Multiple</MultipleInstances>
<Mandatory>Optional</Mandatory>
<Resources>
<Item ID="7">
<Name>Reading</Name>
<Operations>R</Operations>
<MultipleInstances>Single</MultipleInstances>
<Mandatory>Mandatory</Mandatory>
<Type>Integer</Type>
<RangeEnumeration>1..9</RangeEnumeration>
<Units>kWh</Units>
<Description>Since the last <b>reset</b>.</Description>
</Item>
</Resources>
</Object>
</LWM2M>
`

var smallDefinition = objects.Definition{
	ID: 33000, Version: tlv.Version{Major: 2, Minor: 3}, Name: "Meter", Multiple: true,
	Resources: []objects.ResourceDefinition{{
		ID: 7, Name: "Reading", Operations: objects.OpRead, Mandatory: true,
		Type: objects.TypeInteger, Range: objects.Range{Min: 1, Max: 9}, Units: "kWh",
	}},
}

func parse(text string) ([]objects.Definition, error) { return Parse(strings.NewReader(text), nil) }

// change is small with one text replaced, which must be there.
func change(t *testing.T, old, new string) string {
	require.Equal(t, 1, strings.Count(small, old), old)
	return strings.Replace(small, old, new, 1)
}

func TestParse(t *testing.T) {
	got, err := parse(small)
	require.NoError(t, err)
	require.Equal(t, []objects.Definition{smallDefinition}, got)
}

func TestParseTakesTheSameFor(t *testing.T) {
	for name, text := range map[string]string{
		"byte order mark":             "\uFEFF" + small,
		"encoding in small letters":   change(t, "UTF-8", "utf-8"),
		"no declaration":              strings.TrimPrefix(small, `<?xml version="1.0" encoding="UTF-8"?>`),
		"spaces around texts":         change(t, "<ObjectID>33000</ObjectID>", "<ObjectID>\r\n\t33000 </ObjectID>"),
		"CDATA":                       change(t, "<Name>Meter", "<Name><![CDATA[Meter]]>"),
		"comment within a text":       change(t, "<Name>Meter", "<Name>Me<!-- asure -->ter"),
		"entities":                    change(t, "<Name>Meter", "<Name>M&#101;ter"),
		"unknown elements":            change(t, "<Resources>", "<LWM2MVersion>1.1</LWM2MVersion><New><Name>x</Name><Item/></New><Resources><Item2/>"),
		"no description":              change(t, "<Description>Since the last <b>reset</b>.</Description>", ""),
		"unknown attributes":          change(t, `<Item ID="7">`, `<Item x="1" ID="7" x="1">`),
		"a comment behind":            small + "<!-- end -->\n",
		"version of the URN":          change(t, "33000</ObjectURN>\n<ObjectVersion>2.3</ObjectVersion>", "33000:2.3</ObjectURN>"),
		"empty version, that of URN":  change(t, "33000</ObjectURN>\n<ObjectVersion>2.3", "33000:2.3</ObjectURN>\n<ObjectVersion>"),
		"ObjectVersion before URN":    change(t, "33000</ObjectURN>", "33000:9.9</ObjectURN>"),
		"a URN of something else":     change(t, "urn:oma:lwm2m:x:33000", "urn:example:meter"),
		"description nested up to 32": change(t, "<b>reset</b>", strings.Repeat("<b>", 27)+strings.Repeat("</b>", 27)),
		"name spaces":                 change(t, "<LWM2M>", `<LWM2M xmlns:xsi="http://example" xsi:noNamespaceSchemaLocation="LWM2M.xsd">`),
		"elements in another order":   reordered(t),
	} {
		got, err := parse(text)
		require.NoError(t, err, name)
		require.Equal(t, []objects.Definition{smallDefinition}, got, name)
	}
}

// reordered has the name of the Object behind its Resources.
func reordered(t *testing.T) string {
	text := change(t, "<Name>Meter</Name>\n", "")
	return strings.Replace(text, "</Resources>", "</Resources><Name>Meter</Name>", 1)
}

func TestVersionIs10WithoutOne(t *testing.T) {
	for name, text := range map[string]string{
		"URN without one": change(t, "<ObjectVersion>2.3</ObjectVersion>\n", ""),
		"no URN either":   change(t, "<ObjectURN>urn:oma:lwm2m:x:33000</ObjectURN>\n<ObjectVersion>2.3</ObjectVersion>\n", ""),
	} {
		got, err := parse(text)
		require.NoError(t, err, name)
		require.Equal(t, tlv.Version{Major: 1}, got[0].Version, name)
	}
}

func TestEveryWordOfTheSchema(t *testing.T) {
	for i, text := range typeNames[1:] {
		require.Equal(t, text, objects.Type(i+1).String())
		got, err := parse(change(t, "<Type>Integer", "<Type>"+text))
		require.NoError(t, err)
		require.Equal(t, objects.Type(i+1), got[0].Resources[0].Type)
	}
	for text, want := range map[string]objects.Operations{
		"": 0, "R": objects.OpRead, "W": objects.OpWrite, "RW": objects.OpRead | objects.OpWrite, "E": objects.OpExecute,
	} {
		got, err := parse(change(t, "<Operations>R", "<Operations>"+text))
		require.NoError(t, err)
		require.Equal(t, want, got[0].Resources[0].Operations)
	}
	got, err := parse(strings.NewReplacer(
		"<MultipleInstances>Multiple", "<MultipleInstances>Single", "<MultipleInstances>Single", "<MultipleInstances>Multiple",
		"<Mandatory>Mandatory", "<Mandatory>Optional", "<Mandatory>Optional", "<Mandatory>Mandatory").Replace(small))
	require.NoError(t, err)
	require.False(t, got[0].Multiple)
	require.True(t, got[0].Mandatory)
	require.True(t, got[0].Resources[0].Multiple)
	require.False(t, got[0].Resources[0].Mandatory)
}

func TestExecutableHasNoType(t *testing.T) {
	for _, typ := range []string{"", "Integer"} {
		got, err := parse(strings.NewReplacer("<Operations>R", "<Operations>E", "<Type>Integer", "<Type>"+typ).Replace(small))
		require.NoError(t, err)
		require.Equal(t, objects.TypeNone, got[0].Resources[0].Type)
		require.Equal(t, objects.Range{}, got[0].Resources[0].Range)
		require.False(t, got[0].Resources[0].Secret)
	}
}

func TestNamesAreOfOneLine(t *testing.T) {
	got, err := parse(change(t, "<Name>Meter", "<Name>\n Gas\r\nand  water\u0085meter\t"))
	require.NoError(t, err)
	require.Equal(t, "Gas and  water meter", got[0].Name)
}

func TestResourcesAreSorted(t *testing.T) {
	item := small[strings.Index(small, "<Item"):strings.Index(small, "</Resources>")]
	var items strings.Builder
	for _, id := range []int{65535, 3, 0, 12} {
		items.WriteString(strings.Replace(item, `"7"`, fmt.Sprintf("%q", fmt.Sprint(id)), 1))
	}
	got, err := parse(change(t, item, item+items.String()))
	require.NoError(t, err)
	var ids []objects.ResourceID
	for _, r := range got[0].Resources {
		ids = append(ids, r.ID)
	}
	require.Equal(t, []objects.ResourceID{0, 3, 7, 12, 65535}, ids)
}

func TestSeveralObjectsKeepTheirOrder(t *testing.T) {
	object := small[strings.Index(small, "<Object "):strings.Index(small, "</LWM2M>")]
	other := strings.Replace(object, "2.3", "1.0", 1)
	third := strings.Replace(object, ">33000<", ">5<", 1)
	got, err := parse(change(t, "</LWM2M>", other+third+"</LWM2M>"))
	require.NoError(t, err)
	require.Len(t, got, 3)
	require.Equal(t, "2.3", got[0].Version.String())
	require.Equal(t, "1.0", got[1].Version.String())
	require.Equal(t, objects.ObjectID(5), got[2].ID)

	_, err = parse(change(t, "</LWM2M>", other+object+"</LWM2M>"))
	require.ErrorIs(t, err, objects.ErrTwice)
}

func TestReaderErrorComesThrough(t *testing.T) {
	broken := errors.New("disk gone")
	for at := range len(small) {
		_, err := Parse(io.MultiReader(strings.NewReader(small[:at]), iotest.ErrReader(broken)), nil)
		require.ErrorIs(t, err, broken, "at %d", at)
	}
	got, err := Parse(iotest.OneByteReader(strings.NewReader("\uFEFF"+small)), nil)
	require.NoError(t, err)
	require.Len(t, got, 1)
}

func TestRegister(t *testing.T) {
	var reg objects.Registry
	require.NoError(t, Register(&reg, strings.NewReader(small)))
	d, exact := reg.Lookup(33000, tlv.Version{Major: 2, Minor: 3})
	require.True(t, exact)
	require.Equal(t, smallDefinition, *d)

	f, err := os.Open("testdata/oma/3-1_1.xml")
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, reg.Register(objects.Definition{ID: 3, Version: tlv.Version{Major: 1, Minor: 1}, Name: "mine"}))
	require.NoError(t, Register(&reg, f))
	d, _ = reg.Lookup(3, tlv.Version{Major: 1, Minor: 1})
	want, _ := new(objects.Registry).Lookup(3, tlv.Version{Major: 1, Minor: 1})
	require.Equal(t, want, d, "replaced")
}

func TestRegisterChangesNothingAfterAnError(t *testing.T) {
	var reg objects.Registry
	object := small[strings.Index(small, "<Object "):strings.Index(small, "</LWM2M>")]
	err := Register(&reg, strings.NewReader(change(t, "</LWM2M>", object+"</LWM2M>")))
	require.ErrorIs(t, err, objects.ErrTwice)
	d, _ := reg.Lookup(33000, tlv.Version{Major: 2})
	require.Nil(t, d)
}
