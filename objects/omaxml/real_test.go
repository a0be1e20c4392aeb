package omaxml

import (
	"encoding/xml"
	"fmt"
	"html"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

func TestRealFilesAreTheBuiltInDefinitions(t *testing.T) {
	for name, text := range realFiles(t) {
		list, err := Parse(strings.NewReader(text), nil)
		require.NoError(t, err, name)
		require.Len(t, list, 1, name)
		built, exact := new(objects.Registry).Lookup(list[0].ID, list[0].Version)
		require.True(t, exact, name)
		require.Equal(t, *built, list[0], name)
	}
}

// The table of every published version, written as the registry writes it: for
// /1 1.2, /21 1.0 and /21 1.1 there is no file of OMA's here.
func TestTheTableAsXMLIsTheBuiltInDefinitions(t *testing.T) {
	seen := map[string]bool{}
	for name, lines := range tableLines(t) {
		list, err := Parse(strings.NewReader(tableXML(name, lines)), nil)
		require.NoError(t, err, name)
		require.Len(t, list, 1, name)
		built, exact := new(objects.Registry).Lookup(list[0].ID, list[0].Version)
		require.True(t, exact, name)
		require.Equal(t, *built, list[0], name)
		seen[objects.ObjectPath(built.ID).String()+" "+built.Version.String()] = true
	}
	for d := range new(objects.Registry).All() {
		require.True(t, seen[objects.ObjectPath(d.ID).String()+" "+d.Version.String()], "no table of %v %v", d.ID, d.Version)
	}
}

// tableLines are the lines of testdata/objects.tsv without object and version,
// by the name that OMA's file has: "21-1_0.xml".
func tableLines(t *testing.T) map[string][]string {
	table, err := os.ReadFile("../../testdata/objects.tsv")
	require.NoError(t, err)
	byVersion := map[string][]string{}
	for line := range strings.Lines(string(table)) {
		c := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3)
		if len(c) == 3 && !strings.HasPrefix(line, "#") {
			name := c[0] + "-" + strings.ReplaceAll(c[1], ".", "_") + ".xml"
			byVersion[name] = append(byVersion[name], c[2])
		}
	}
	require.Len(t, byVersion, 14)
	return byVersion
}

// tableXML is the file of one version, its lines being those of the table: id,
// name, operations, instances, mandatory, type, range, units.
func tableXML(name string, lines []string) string {
	id, version, _ := strings.Cut(strings.TrimSuffix(name, ".xml"), "-")
	var items, head strings.Builder
	for _, line := range lines {
		c := strings.Split(line, "\t")
		for i, text := range c {
			if c[i] = html.EscapeString(text); text == "-" && i > 0 {
				c[i] = ""
			}
		}
		if c[0] == "-" {
			fmt.Fprintf(&head, `<Name>%s</Name><Description1/><ObjectID>%s</ObjectID><ObjectURN>%s</ObjectURN>`+
				`<ObjectVersion>%s</ObjectVersion><MultipleInstances>%s</MultipleInstances><Mandatory>%s</Mandatory>`,
				c[1], id, c[7], strings.ReplaceAll(version, "_", "."), c[3], c[4])
			continue
		}
		fmt.Fprintf(&items, `<Item ID="%s"><Name>%s</Name><Operations>%s</Operations><MultipleInstances>%s</MultipleInstances>`+
			`<Mandatory>%s</Mandatory><Type>%s</Type><RangeEnumeration>%s</RangeEnumeration><Units>%s</Units><Description/></Item>`,
			c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7])
	}
	return `<LWM2M><Object ObjectType="MODefinition">` + head.String() + `<Resources>` + items.String() + `</Resources></Object></LWM2M>`
}

// What the columns of testdata/objects.tsv were taken from, read by another
// reader than ours.
func TestRealFilesHaveTheColumnsOfTheTable(t *testing.T) {
	byVersion := tableLines(t)
	for name, text := range realFiles(t) {
		var file struct {
			Object struct {
				Name, ObjectURN, MultipleInstances, Mandatory string
				Resources                                     struct {
					Item []struct {
						ID                                             string `xml:",attr"`
						Name, Operations, MultipleInstances, Mandatory string
						Type, RangeEnumeration, Units                  string
					}
				}
			}
		}
		require.NoError(t, xml.Unmarshal([]byte(strings.TrimPrefix(text, "\uFEFF")), &file), name)
		o := file.Object
		lines := []string{columns("-", o.Name, "", o.MultipleInstances, o.Mandatory, "", "", o.ObjectURN)}
		for _, r := range o.Resources.Item {
			lines = append(lines, columns(r.ID, r.Name, r.Operations, r.MultipleInstances, r.Mandatory, r.Type, r.RangeEnumeration, r.Units))
		}
		require.Equal(t, byVersion[name], lines, name)
	}
}

func columns(texts ...string) string {
	for i, text := range texts {
		if texts[i] = strings.TrimSpace(text); texts[i] == "" {
			texts[i] = "-"
		}
	}
	return strings.Join(texts, "\t")
}

func TestRealFilesKeepTheirLicence(t *testing.T) {
	for name, text := range realFiles(t) {
		require.Contains(t, text, "Redistribution and use in source and binary forms", name)
		require.Contains(t, text, "Open Mobile Alliance", name)
	}
}

// A file cut short has an error that says where the file ends.
func TestRealFilesCutShort(t *testing.T) {
	for name, text := range realFiles(t) {
		end := strings.LastIndex(text, "</LWM2M>") + len("</LWM2M>")
		step := end/200 + 1
		for at := 0; at < end; at += step {
			checkCut(t, name, text[:at])
		}
		checkCut(t, name, text[:end-1])
	}
}

func checkCut(t *testing.T, name, cut string) {
	list, err := Parse(strings.NewReader(cut), nil)
	require.Nil(t, list, "%s cut at %d", name, len(cut))
	var wrong *Error
	require.ErrorAs(t, err, &wrong, "%s cut at %d", name, len(cut))
	require.Equal(t, 1+strings.Count(cut, "\n"), wrong.Line, "%s cut at %d", name, len(cut))
}

// Every definition of the built-in tables, written by us and read again.
func TestTablesSurviveTheWayThroughXML(t *testing.T) {
	var want []objects.Definition
	for d := range new(objects.Registry).All() {
		want = append(want, *d)
	}
	got, err := Parse(strings.NewReader(xmlFile(want...)), nil)
	require.NoError(t, err)
	require.Equal(t, want, got)
}
