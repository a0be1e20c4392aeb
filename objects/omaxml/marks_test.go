package omaxml

import (
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/stretchr/testify/require"
)

// resourcesOf are those of an object with a Resource for each way to reach it.
func resourcesOf(t *testing.T, id objects.ObjectID, known *objects.Registry) []objects.ResourceDefinition {
	ops := []objects.Operations{0, objects.OpRead, objects.OpWrite, objects.OpRead | objects.OpWrite}
	d := objects.Definition{ID: id, Version: tlv.Version{Major: 1, Minor: 9}}
	for i, op := range ops {
		d.Resources = append(d.Resources, objects.ResourceDefinition{ID: objects.ResourceID(i), Operations: op, Type: objects.TypeString})
	}
	list, err := Parse(strings.NewReader(xmlFile(d)), known)
	require.NoError(t, err)
	return list[0].Resources
}

func secrets(list []objects.ResourceDefinition) (marks string) {
	for _, r := range list {
		marks += word(r.Secret, "S", word(r.AnyOctets, "A", "-"))
	}
	return marks
}

func TestUnknownResourcesThatNoServerReadsAreSecret(t *testing.T) {
	require.Equal(t, "S-S-", secrets(resourcesOf(t, 33000, nil)))
	require.Equal(t, "S-S-", secrets(resourcesOf(t, 33000, new(objects.Registry))))
}

func TestKnownResourcesKeepTheirMarks(t *testing.T) {
	require.Equal(t, "----", secrets(resourcesOf(t, objects.ObjectSecurity, nil)), "/0/x/0 to /0/x/3 are no keys")
	oscore := resourcesOf(t, objects.ObjectOSCORE, nil)
	require.Equal(t, "SAA-", secrets(oscore))
	require.True(t, oscore[0].AnyOctets)

	var reg objects.Registry
	require.NoError(t, reg.Register(objects.Definition{ID: 33000, Resources: []objects.ResourceDefinition{
		{ID: 0, Type: objects.TypeString},
		{ID: 1, Type: objects.TypeString, Secret: true},
	}}))
	require.NoError(t, reg.Register(objects.Definition{ID: 33000, Version: tlv.Version{Major: 2}, Resources: []objects.ResourceDefinition{
		{ID: 0, Type: objects.TypeInteger},
		{ID: 1, Type: objects.TypeString},
		{ID: 3, Type: objects.TypeOpaque, AnyOctets: true},
	}}))
	require.Equal(t, "-SSA", secrets(resourcesOf(t, 33000, &reg)), "of any version; 2 is unknown")
	require.Equal(t, "S-S-", secrets(resourcesOf(t, 33001, &reg)), "of another object")
}

func TestAnyOctetsIsOfOctetsAlone(t *testing.T) {
	d := objects.Definition{ID: objects.ObjectOSCORE, Version: tlv.Version{Major: 3}, Resources: []objects.ResourceDefinition{
		{ID: 0, Type: objects.TypeOpaque}, {ID: 1, Type: objects.TypeInteger},
	}}
	list, err := parse(xmlFile(d))
	require.NoError(t, err)
	require.True(t, list[0].Resources[0].AnyOctets)
	require.False(t, list[0].Resources[1].AnyOctets)
	require.NoError(t, new(objects.Registry).Register(list[0]))
}

// A key of an object that is known from XML alone does not print.
func TestSecretsFromXMLDoNotPrint(t *testing.T) {
	var reg objects.Registry
	text := strings.NewReplacer("<Operations>R<", "<Operations><", "<Type>Integer", "<Type>String").Replace(small)
	require.NoError(t, Register(&reg, strings.NewReader(text)))
	var tree objects.Tree
	_, err := tree.DecodeObject(tlv.Object{ID: 33000, Version: tlv.Version{Major: 2, Minor: 3}, Instances: []byte{
		0b00_0_00_100, 0, 0b11_0_00_010, 7, 'h', 'i',
	}}, &reg)
	require.NoError(t, err)
	require.Equal(t, "/33000/0{7=[2 bytes]}", tree.String())
}

func TestMarksAreTheCallersToChange(t *testing.T) {
	list, err := parse(small)
	require.NoError(t, err)
	list[0].Resources[0].Secret = true
	var reg objects.Registry
	require.NoError(t, reg.Register(list[0]))
	again, err := Parse(strings.NewReader(small), &reg)
	require.NoError(t, err)
	require.Equal(t, list, again, "and are found in the registry")
}
