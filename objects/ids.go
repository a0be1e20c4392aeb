package objects

// ObjectID is an Object ID: 0 to 65534.
type ObjectID uint16

// ResourceID is a Resource ID.
type ResourceID uint16

// MaxID is reserved: no Object and no Object Instance has it. In
// [AccessControlObjectInstanceID] it stands for any instance, in
// [AccessControlOwner] for the Bootstrap-Server.
const MaxID = 65535

// Short Server IDs (/0/x/10, /1/x/0) are from MinShortServerID to
// MaxShortServerID.
const (
	MinShortServerID = 1
	MaxShortServerID = 65534
)

// The objects whose definitions are built in.
const (
	ObjectSecurity      ObjectID = 0
	ObjectServer        ObjectID = 1
	ObjectAccessControl ObjectID = 2
	ObjectDevice        ObjectID = 3
	ObjectOSCORE        ObjectID = 21
)

// enabler reports whether the object is one that the LwM2M enabler itself
// defines: its version 00 in a file is that of the client's enabler (Appendix
// G, version of an object).
func (id ObjectID) enabler() bool { return id <= 7 || id == ObjectOSCORE }

// The names below are the registry's behind the object's, without "LwM2M", and
// in /2 and /21 without the object's name again.

// Resources of /0, LwM2M Security (Core 1.2 E.1).
const (
	SecurityServerURI                                ResourceID = 0
	SecurityBootstrapServer                          ResourceID = 1
	SecuritySecurityMode                             ResourceID = 2
	SecurityPublicKeyOrIdentity                      ResourceID = 3
	SecurityServerPublicKey                          ResourceID = 4
	SecuritySecretKey                                ResourceID = 5
	SecuritySMSSecurityMode                          ResourceID = 6
	SecuritySMSBindingKeyParameters                  ResourceID = 7
	SecuritySMSBindingSecretKeys                     ResourceID = 8
	SecurityServerSMSNumber                          ResourceID = 9
	SecurityShortServerID                            ResourceID = 10
	SecurityClientHoldOffTime                        ResourceID = 11
	SecurityBootstrapServerAccountTimeout            ResourceID = 12
	SecurityMatchingType                             ResourceID = 13
	SecuritySNI                                      ResourceID = 14
	SecurityCertificateUsage                         ResourceID = 15
	SecurityDTLSTLSCiphersuite                       ResourceID = 16
	SecurityOSCORESecurityMode                       ResourceID = 17
	SecurityGroupsToUseByClient                      ResourceID = 18
	SecuritySignatureAlgorithmsSupportedByServer     ResourceID = 19
	SecuritySignatureAlgorithmsToUseByClient         ResourceID = 20
	SecuritySignatureAlgorithmCertsSupportedByServer ResourceID = 21
	SecurityTLS13FeaturesToUseByClient               ResourceID = 22
	SecurityTLSExtensionsSupportedByServer           ResourceID = 23
	SecurityTLSExtensionsToUseByClient               ResourceID = 24
	SecuritySecondaryServerURI                       ResourceID = 25
	SecurityMQTTServer                               ResourceID = 26
	SecurityCOSESecurity                             ResourceID = 27
	SecurityRDSDestinationPort                       ResourceID = 28
	SecurityRDSSourcePort                            ResourceID = 29
	SecurityRDSApplicationID                         ResourceID = 30
)

// Resources of /1, LwM2M Server (Core 1.2 E.2).
const (
	ServerShortServerID                            ResourceID = 0
	ServerLifetime                                 ResourceID = 1
	ServerDefaultMinimumPeriod                     ResourceID = 2
	ServerDefaultMaximumPeriod                     ResourceID = 3
	ServerDisable                                  ResourceID = 4
	ServerDisableTimeout                           ResourceID = 5
	ServerNotificationStoringWhenDisabledOrOffline ResourceID = 6
	ServerBinding                                  ResourceID = 7
	ServerRegistrationUpdateTrigger                ResourceID = 8
	ServerBootstrapRequestTrigger                  ResourceID = 9
	ServerAPNLink                                  ResourceID = 10
	ServerTLSDTLSAlertCode                         ResourceID = 11
	ServerLastBootstrapped                         ResourceID = 12
	ServerRegistrationPriorityOrder                ResourceID = 13
	ServerInitialRegistrationDelayTimer            ResourceID = 14
	ServerRegistrationFailureBlock                 ResourceID = 15
	ServerBootstrapOnRegistrationFailure           ResourceID = 16
	ServerCommunicationRetryCount                  ResourceID = 17
	ServerCommunicationRetryTimer                  ResourceID = 18
	ServerCommunicationSequenceDelayTimer          ResourceID = 19
	ServerCommunicationSequenceRetryCount          ResourceID = 20
	ServerTrigger                                  ResourceID = 21
	ServerPreferredTransport                       ResourceID = 22
	ServerMuteSend                                 ResourceID = 23
	ServerAlternateAPNLinks                        ResourceID = 24
	ServerSupportedServerVersions                  ResourceID = 25
	ServerDefaultNotificationMode                  ResourceID = 26
	ServerProfileIDHashAlgorithm                   ResourceID = 27
)

// Resources of /2, LwM2M Access Control (Core 1.2 E.3).
const (
	AccessControlObjectID         ResourceID = 0
	AccessControlObjectInstanceID ResourceID = 1
	AccessControlACL              ResourceID = 2
	AccessControlOwner            ResourceID = 3 // "Access Control Owner"
)

// Resources of /3, Device (Core 1.2 E.4).
const (
	DeviceManufacturer             ResourceID = 0
	DeviceModelNumber              ResourceID = 1
	DeviceSerialNumber             ResourceID = 2
	DeviceFirmwareVersion          ResourceID = 3
	DeviceReboot                   ResourceID = 4
	DeviceFactoryReset             ResourceID = 5
	DeviceAvailablePowerSources    ResourceID = 6
	DevicePowerSourceVoltage       ResourceID = 7
	DevicePowerSourceCurrent       ResourceID = 8
	DeviceBatteryLevel             ResourceID = 9
	DeviceMemoryFree               ResourceID = 10
	DeviceErrorCode                ResourceID = 11
	DeviceResetErrorCode           ResourceID = 12
	DeviceCurrentTime              ResourceID = 13
	DeviceUTCOffset                ResourceID = 14
	DeviceTimezone                 ResourceID = 15
	DeviceSupportedBindingAndModes ResourceID = 16
	DeviceDeviceType               ResourceID = 17
	DeviceHardwareVersion          ResourceID = 18
	DeviceSoftwareVersion          ResourceID = 19
	DeviceBatteryStatus            ResourceID = 20
	DeviceMemoryTotal              ResourceID = 21
	DeviceExtDevInfo               ResourceID = 22
)

// Resources of /21, LwM2M OSCORE (Core 1.2 E.9).
const (
	OSCOREMasterSecret  ResourceID = 0
	OSCORESenderID      ResourceID = 1
	OSCORERecipientID   ResourceID = 2
	OSCOREAEADAlgorithm ResourceID = 3
	OSCOREHMACAlgorithm ResourceID = 4
	OSCOREMasterSalt    ResourceID = 5
	OSCOREIDContext     ResourceID = 6
)
