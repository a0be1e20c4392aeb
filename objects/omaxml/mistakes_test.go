package omaxml

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/stretchr/testify/require"
)

// Lines of small: 4 Name, 5 ObjectID, 6 URN, 7 version, 8 and 9 words, 10
// Resources, 11 Item, 12 to 19 its leaves, 20 to 23 the ends.
func TestMistakesHaveAPlace(t *testing.T) {
	const object, item = "LWM2M/Object", "LWM2M/Object/Resources/Item"
	tests := []struct {
		name, old, new string
		line           int
		element        string
	}{
		{"no Object", small[strings.Index(small, "<Object "):strings.Index(small, "</LWM2M>")], "", 4, ""},
		{"two roots", "</LWM2M>", "</LWM2M><LWM2M/>", 23, "LWM2M"},
		{"text before the root", "<LWM2M>", "x<LWM2M>", 2, ""},
		{"text behind the root", "</LWM2M>", "</LWM2M>x", 24, ""},
		{"text between elements", "<Resources>", "<Resources>x", 11, "LWM2M/Object/Resources"},
		{"document type", "<LWM2M>", "<!DOCTYPE LWM2M>\n<LWM2M>", 2, ""},
		{"document type inside", "<b>", "<!ENTITY x>", 19, item},
		{"an entity", "Meter", "&lol;", 4, "LWM2M/Object/Name"},
		{"not UTF-8", "Meter", "M\xFCter", 4, "LWM2M/Object/Name"},
		{"a NUL", "Meter", "M\x00ter", 4, "LWM2M/Object/Name"},
		{"end of another element", "</Resources>", "</Items>", 21, "LWM2M/Object/Resources"},
		{"an element in a text", "Meter", "Me<i>ter</i>", 4, "LWM2M/Object/Name"},

		{"no ObjectType", ` ObjectType="MODefinition"`, "", 3, object},
		{"another ObjectType", "MODefinition", "DODefinition", 3, object},
		{"no Name", "<Name>Meter</Name>", "", 22, object},
		{"Name twice", "<Name>Meter</Name>", "<Name>Meter</Name><Name/>", 4, object + "/Name"},
		{"no ObjectID", "<ObjectID>33000</ObjectID>", "", 22, object},
		{"empty ObjectID", "<ObjectID>33000", "<ObjectID>", 5, object + "/ObjectID"},
		{"ObjectID negative", "<ObjectID>33000", "<ObjectID>-1", 5, object + "/ObjectID"},
		{"ObjectID reserved", "<ObjectID>33000", "<ObjectID>65535", 5, object + "/ObjectID"},
		{"ObjectID of 65 bits", "<ObjectID>33000", "<ObjectID>18446744073709551616", 5, object + "/ObjectID"},
		{"version 0", "2.3<", "0.3<", 7, object + "/ObjectVersion"},
		{"version without minor", "2.3<", "2<", 7, object + "/ObjectVersion"},
		{"version of three parts", "2.3<", "2.3.1<", 7, object + "/ObjectVersion"},
		{"version too high", "2.3<", "256.1<", 7, object + "/ObjectVersion"},
		{"minor version too high", "2.3<", "2.256<", 7, object + "/ObjectVersion"},
		{"version in the URN", "33000</ObjectURN>\n<ObjectVersion>2.3</ObjectVersion>", "33000:x</ObjectURN>", 6, object + "/ObjectURN"},
		{"URN of another object", "33000</ObjectURN>\n<ObjectVersion>2.3</ObjectVersion>", "33001:1.0</ObjectURN>", 6, object + "/ObjectURN"},
		{"object neither multiple nor single", "<MultipleInstances>Multiple", "<MultipleInstances>Yes", 8, object + "/MultipleInstances"},
		{"no MultipleInstances", "<MultipleInstances>Multiple</MultipleInstances>", "", 22, object},
		{"object neither mandatory nor optional", "<Mandatory>Optional", "<Mandatory>optional", 9, object + "/Mandatory"},
		{"no Resources", small[strings.Index(small, "<Resources>"):strings.Index(small, "</Object>")], "", 10, object},
		{"Resources twice", "</Resources>", "</Resources><Resources/>", 21, object + "/Resources"},
		{"the first mistake is told", "<ObjectID>33000</ObjectID>\n", "<ObjectID>x</ObjectID><Mandatory>x</Mandatory>", 8, object + "/Mandatory"},

		{"no ID", ` ID="7"`, "", 11, item},
		{"two IDs", `ID="7"`, `ID="7" ID="8"`, 11, item},
		{"ID too high", `ID="7"`, `ID="65536"`, 11, item},
		{"ID with a space", `ID="7"`, `ID=" 7"`, 11, item},
		{"ID twice", "</Item>", `</Item><Item ID="7">`, 20, item},
		{"no Item Name", "<Name>Reading</Name>", "", 20, item},
		{"no Operations", "<Operations>R</Operations>", "", 20, item},
		{"read and execute", "<Operations>R", "<Operations>RE", 13, item + "/Operations"},
		{"Resource neither multiple nor single", "<MultipleInstances>Single", "<MultipleInstances>", 14, item + "/MultipleInstances"},
		{"Resource neither mandatory nor optional", "<Mandatory>Mandatory", "<Mandatory>Yes", 15, item + "/Mandatory"},
		{"no Type", "<Type>Integer</Type>", "", 20, item},
		{"empty Type", "<Type>Integer", "<Type>", 16, item + "/Type"},
		{"unknown Type", "<Type>Integer", "<Type>integer", 16, item + "/Type"},
		{"type none", "<Type>Integer", "<Type>none", 16, item + "/Type"},
		{"range upside down", "1..9", "9..1", 17, item + "/RangeEnumeration"},
		{"Units twice", "<Units>kWh</Units>", "<Units>kWh</Units><Units>kWh</Units>", 18, item + "/Units"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			list, err := parse(change(t, test.old, test.new))
			require.Nil(t, list)
			var wrong *Error
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, test.element, wrong.Element, "%v", err)
			require.Equal(t, test.line, wrong.Line, "%v", err)
			require.Positive(t, wrong.Column)
			require.Contains(t, err.Error(), fmt.Sprintf("omaxml: line %d, column %d: ", wrong.Line, wrong.Column)+test.element)
		})
	}
}

func TestAnotherRootHoldsNothing(t *testing.T) {
	for _, text := range []string{"", "\uFEFF", "<!-- -->", "<LWM2M/>", strings.ReplaceAll(small, "LWM2M>", "lwm2m>")} {
		_, err := parse(text)
		var wrong *Error
		require.ErrorAs(t, err, &wrong, text)
		require.Equal(t, 1+strings.Count(text, "\n"), wrong.Line)
	}
}

func TestErrorsToTestFor(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want error
	}{
		"an element twice":     {change(t, "</ObjectID>", "</ObjectID><ObjectID>1</ObjectID>"), objects.ErrTwice},
		"an Item twice":        {change(t, "</Item>", `</Item><Item ID="7"/>`), objects.ErrTwice},
		"roots":                {small + "<LWM2M/>", objects.ErrTwice},
		"Latin-1":              {change(t, "UTF-8", "ISO-8859-1"), ErrEncoding},
		"ASCII by name":        {change(t, "UTF-8", "US-ASCII"), ErrEncoding},
		"a long encoding":      {change(t, "UTF-8", strings.Repeat("x", 5000)), ErrEncoding},
		"a description nested": {change(t, "<b>reset</b>", strings.Repeat("<b>", 28)+strings.Repeat("</b>", 28)), objects.ErrLimit},
		"an unknown root":      {strings.Repeat("<a>", MaxDepth+1), objects.ErrLimit},
	} {
		_, err := parse(test.text)
		require.ErrorIs(t, err, test.want, name)
		require.Less(t, len(err.Error()), 200, name)
	}
}

func TestEncodingsOtherThanUTF8(t *testing.T) {
	for _, mark := range []string{"\xFE\xFF\x00<\x00L", "\xFF\xFE<\x00L\x00", "\xFB\xEE\x28"} {
		_, err := parse(mark)
		require.Error(t, err)
	}
}

func TestLimitOfResources(t *testing.T) {
	with := func(n int) string {
		d := smallDefinition
		d.Resources = nil
		for i := range n {
			d.Resources = append(d.Resources, objects.ResourceDefinition{ID: objects.ResourceID(i), Type: objects.TypeTime})
		}
		return xmlFile(d)
	}
	list, err := parse(with(objects.MaxResources))
	require.NoError(t, err)
	require.Len(t, list[0].Resources, objects.MaxResources)
	_, err = parse(with(objects.MaxResources + 1))
	require.ErrorIs(t, err, objects.ErrLimit)
}

func TestLimitOfSize(t *testing.T) {
	full := small + strings.Repeat(" ", MaxSize-len(small))
	_, err := parse(full)
	require.NoError(t, err)
	_, err = parse(full + " ")
	require.ErrorIs(t, err, objects.ErrLimit)
	var wrong *Error
	require.ErrorAs(t, err, &wrong)

	list, err := Parse(endless{}, nil)
	require.ErrorIs(t, err, objects.ErrLimit)
	require.Nil(t, list)
}

// endless is a file that never ends.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

func TestErrorTextIsOneShortLine(t *testing.T) {
	long := strings.Repeat("é\n", 10000)
	name := strings.Repeat("n", 10000)
	for what, text := range map[string]string{
		"a word":              change(t, "<Type>Integer", "<Type>"+long),
		"a number":            change(t, "<ObjectID>33000", "<ObjectID>"+long),
		"an ID":               change(t, `ID="7"`, `ID="`+long+`"`),
		"a version":           change(t, "2.3<", long+"<"),
		"an end tag":          change(t, "</Item>", "</"+name+">"),
		"a space of names":    change(t, "<Name>Meter", `<x:Name xmlns:x="`+long+`">Meter`),
		"an entity":           change(t, "Meter", "&"+name+";"),
		"a version of XML":    change(t, `version="1.0"`, `version="`+long+`"`),
		"a range upside down": change(t, "1..9", "9"+strings.Repeat(" ", 10000)+"..1"),
	} {
		_, err := parse(text)
		require.Error(t, err, what)
		require.Less(t, len(err.Error()), 600, what)
		require.NotContains(t, err.Error(), "\n", what)
	}
	_, err := Parse(iotest.ErrReader(errors.New(long)), nil)
	require.Less(t, len(err.Error()), 1000)
	require.NotContains(t, err.Error(), "\n")
}
