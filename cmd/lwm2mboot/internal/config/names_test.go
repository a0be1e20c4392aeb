package config

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// TestNamesOfTheKnownGenerator: those that its configurations use in OID and
// RID, spelled as there.
func TestNamesOfTheKnownGenerator(t *testing.T) {
	objectIDs := ObjectIDs()
	for name, id := range map[string]uint16{
		"Security": 0, "Server": 1, "AccessControl": 2, "Device": 3, "ConnectivityMonitoring": 4, "FirmwareUpdate": 5,
		"Location": 6, "ConnectivityStatistics": 7, "CellularConnectivity": 10, "ApnConnectionProfile": 11,
		"Portfolio": 16, "BinaryAppDataContainer": 19, "EventLog": 20, "Oscore": 21,
	} {
		require.Contains(t, objectIDs, name)
		require.Equal(t, id, objectIDs[name], name)
	}
	for object, names := range map[uint16]map[string]uint16{
		0: {"ServerURI": 0, "Bootstrap": 1, "Mode": 2, "PKOrIdentity": 3, "ServerPKOrIdentity": 4, "SecretKey": 5,
			"SMSSecurityMode": 6, "SMSBindingKeyParameters": 7, "SMSBindingSecretKeys": 8, "ServerSMSNumber": 9,
			"ShortServerID": 10, "ClientHoldOffTime": 11, "BootstrapTimeout": 12},
		1: {"ShortServerID": 0, "Lifetime": 1, "DefaultMinPeriod": 2, "DefaultMaxPeriod": 3, "Disable": 4,
			"DisableTimeout": 5, "NotificationStoring": 6, "Binding": 7, "RegistrationUpdateTrigger": 8},
		2:  {"TargetOID": 0, "TargetIID": 1, "ACL": 2, "Owner": 3},
		3:  {"Manufacturer": 0, "SupportedBindingAndModes": 16, "ExtDevInfo": 22},
		5:  {"State": 3, "UpdateResult": 5},
		11: {"APN": 1, "APNRateControl": 25},
		21: {"MasterSecret": 0, "SenderId": 1, "RecipientId": 2, "AeadAlgorithm": 3, "HmacAlgorithm": 4, "MasterSalt": 5, "IdContext": 6},
	} {
		ids := ResourceIDs(object)
		for name, id := range names {
			require.Contains(t, ids, name)
			require.Equal(t, id, ids[name], "%d %s", object, name)
		}
		require.NotContains(t, ids, "")
	}
	require.Nil(t, ResourceIDs(4711))
}

// TestNamesAgreeWithTheDefinitions: every definition is found by its own name,
// and the names that are written lead back to the number.
func TestNamesAgreeWithTheDefinitions(t *testing.T) {
	names := NewNames(nil)
	for d := range new(objects.Registry).All() {
		id, ok := names.Object(d.Name)
		require.True(t, ok, d.Name)
		require.Equal(t, uint16(d.ID), id)
		for _, r := range d.Resources {
			id, ok := names.Resource(uint16(d.ID), r.Name)
			require.True(t, ok, "%s %s", d.Name, r.Name)
			require.Equal(t, uint16(r.ID), id, "%s %s", d.Name, r.Name)
		}
	}
	for name, id := range names.ObjectIDs() {
		require.NotContains(t, name, " ")
		back, ok := names.Object(names.ObjectName(id))
		require.True(t, ok)
		require.Equal(t, id, back)
		for name, resource := range names.ResourceIDs(id) {
			require.Regexp(t, `^[A-Za-z][A-Za-z0-9]*$`, name)
			back, ok := names.Resource(id, names.ResourceName(id, resource))
			require.True(t, ok)
			require.Equal(t, resource, back)
		}
	}
}

func TestNamesOfTheSpecification(t *testing.T) {
	security := ResourceIDs(0)
	for name, id := range map[string]uint16{
		"BootstrapServer": 1, "SecurityMode": 2, "PublicKeyOrIdentity": 3, "ServerPublicKey": 4, "SMSBindingSecretKeys": 8,
		"BootstrapServerAccountTimeout": 12, "SNI": 14, "DTLSTLSCiphersuite": 16, "TLS13FeaturesToUseByClient": 22,
		"LwM2MCOSESecurity": 27, "COSESecurity": 27, "LWM2MServerURI": 0,
	} {
		require.Contains(t, security, name)
		require.Equal(t, id, security[name], name)
	}
	require.Equal(t, uint16(2), ResourceIDs(1)["DefaultMinimumPeriod"])
	require.Equal(t, uint16(6), ResourceIDs(1)["NotificationStoringWhenDisabledOrOffline"])
	require.Equal(t, uint16(0), ResourceIDs(21)["OSCOREMasterSecret"])
	require.Equal(t, uint16(0), ResourceIDs(2)["ObjectID"])
}

func TestNamesAreWrittenOneWay(t *testing.T) {
	names := NewNames(nil)
	for id, want := range map[uint16]string{0: "Security", 1: "Server", 2: "AccessControl", 21: "OSCORE", 4711: "4711"} {
		require.Equal(t, want, names.ObjectName(id))
	}
	for id, want := range map[uint16]string{1: "Bootstrap", 3: "PKOrIdentity", 13: "MatchingType", 27: "COSESecurity", 99: "99"} {
		require.Equal(t, want, names.ResourceName(0, id))
	}
	require.Equal(t, "5", names.ResourceName(4711, 5))
	path := objects.ResourceInstancePath(0, 1, 16, 3)
	for depth, want := range []string{"Security/1/DTLSTLSCiphersuite/3", "Security/1/DTLSTLSCiphersuite", "Security/1", "Security", ""} {
		require.Equal(t, want, names.Path(path), strconv.Itoa(depth))
		path = path.Parent()
	}
}

func TestNamesHandedOutAreTheCallers(t *testing.T) {
	clear(ObjectIDs())
	clear(ResourceIDs(0))
	require.NotEmpty(t, ObjectIDs())
	require.NotEmpty(t, ResourceIDs(0))
}

func TestNameOfADefinitionTakesNoOther(t *testing.T) {
	reg := new(objects.Registry)
	for _, d := range []objects.Definition{
		{ID: 4711, Name: "Security"}, {ID: 4712, Name: "3D Printer"}, {ID: 4713, Name: "™"},
		{ID: 4714, Name: "Thing", Version: tlv.Version{Major: 2}, Resources: []objects.ResourceDefinition{
			{ID: 0, Name: "a b", Type: objects.TypeString}, {ID: 1, Name: "A-B", Type: objects.TypeString}}},
	} {
		require.NoError(t, reg.Register(d))
	}
	names := NewNames(reg)
	id, _ := names.Object("Security")
	require.Zero(t, id)
	require.Equal(t, "4711", names.ObjectName(4711))
	require.Equal(t, "4712", names.ObjectName(4712), "a name that begins with a digit would be a number")
	require.Equal(t, "4713", names.ObjectName(4713))
	require.Equal(t, map[string]uint16{"AB": 0}, names.ResourceIDs(4714))
	require.Equal(t, "1", names.ResourceName(4714, 1))
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "abc", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abd", 1}, {"abc", "bc", 1},
		{"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"ab", "ba", 2}} {
		require.Equal(t, tt.want, Distance(tt.a, tt.b), "%s %s", tt.a, tt.b)
		require.Equal(t, tt.want, Distance(tt.b, tt.a), "%s %s", tt.b, tt.a)
	}
}
