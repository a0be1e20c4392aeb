package config

// objectName is a name of an Object. The names are those that configurations
// of the known generator use, so that they can be read as they are; where it
// has none, or where the specification's is plainer, there are several. The
// first of an ID is the one written. Beside them a name of the registry of
// definitions is always understood, see [Names].
type objectName struct {
	id   uint16
	name string
}

var objectNames = []objectName{
	{0, "Security"},
	{1, "Server"},
	{2, "AccessControl"},
	{3, "Device"},
	{4, "ConnectivityMonitoring"},
	{5, "FirmwareUpdate"},
	{6, "Location"},
	{7, "ConnectivityStatistics"},
	{10, "CellularConnectivity"},
	{11, "ApnConnectionProfile"},
	{16, "Portfolio"},
	{19, "BinaryAppDataContainer"},
	{20, "EventLog"},
	{21, "OSCORE"},
	{21, "Oscore"},
}

// resourceNames are names of Resources, by Object ID; the place in the list is
// the Resource ID, and an empty one has no name here.
var resourceNames = map[uint16][]string{
	0: {
		"ServerURI", "Bootstrap", "Mode", "PKOrIdentity", "ServerPKOrIdentity", "SecretKey",
		"SMSSecurityMode", "SMSBindingKeyParameters", "SMSBindingSecretKeys", "ServerSMSNumber",
		"ShortServerID", "ClientHoldOffTime", "BootstrapTimeout",
	},
	1: {
		"ShortServerID", "Lifetime", "DefaultMinPeriod", "DefaultMaxPeriod", "Disable", "DisableTimeout",
		"NotificationStoring", "Binding", "RegistrationUpdateTrigger",
	},
	2: {"TargetOID", "TargetIID", "ACL", "Owner"},
	3: {
		"Manufacturer", "ModelNumber", "SerialNumber", "FirmwareVersion", "Reboot", "FactoryReset",
		"AvailablePowerSources", "PowerSourceVoltage", "PowerSourceCurrent", "BatteryLevel", "MemoryFree",
		"ErrorCode", "ResetErrorCode", "CurrentTime", "UTCOffset", "Timezone", "SupportedBindingAndModes",
		"DeviceType", "HardwareVersion", "SoftwareVersion", "BatteryStatus", "MemoryTotal", "ExtDevInfo",
	},
	4: {
		"NetworkBearer", "AvailableNetworkBearer", "RadioSignalStrength", "LinkQuality", "IPAddresses",
		"RouterIPAddresses", "LinkUtilization", "APN", "CellID", "SMNC", "SMCC",
	},
	5: {
		"Package", "PackageURI", "Update", "State", "", "UpdateResult", "PackageName", "PackageVersion",
		"FirmwareUpdateProtocolSupport", "FirmwareUpdateDeliveryMethod",
	},
	6: {"Latitude", "Longitude", "Altitude", "Uncertainty", "Velocity", "Timestamp"},
	7: {
		"SMSTxCounter", "SMSRxCounter", "TxData", "RxData", "MaxMessageSize", "AverageMessageSize", "Start",
		"Stop", "CollectionPeriod",
	},
	10: {
		"SMSCAddress", "DisableRadioPeriod", "ModuleActivationCode", "VendorSpecificExtensions", "PSMTimer",
		"ActiveTimer", "ServingPLMNRateControl", "eDRXParamtersForIuMode", "eDRXParamtersForWBS1Mode",
		"eDRXParametersForNBS1Mode", "eDRXParametersForAGbMode", "ActivatedProfileNames",
	},
	11: {
		"ProfileName", "APN", "AutoSelectAPNByDevice", "EnableStatus", "AuthenticationType", "UserName", "Secret",
		"ReconnectSchedule", "Validity", "ConnectionEstablishmentTime", "ConnectionEstablishmentResult",
		"ConnectionEstablishmentRejectCause", "ConnectionEndTime", "TotalBytesSent", "TotalBytesReceived",
		"IPAddress", "PrefixLength", "SubnetMask", "Gateway", "PrimaryDNSAddress", "SecondaryDNSAddress", "QCI",
		"VendorSpecificExtensions", "TotalPacketsSent", "PDNType", "APNRateControl",
	},
	16: {"Identity", "GetAuthData", "AuthData", "AuthStatus"},
	19: {"Data", "DataPriority", "DataCreationTime", "DataDescription", "DataFormat", "AppId"},
	21: {
		"MasterSecret", "SenderId", "RecipientId", "AeadAlgorithm", "HmacAlgorithm", "MasterSalt", "IdContext",
	},
}
