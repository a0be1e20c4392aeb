package objects

import "github.com/lwm2mboot/lwm2mboot/tlv"

// securityTable: /0, LwM2M Security (Core 1.0, 1.1 and 1.2, E.1).
var securityTable = table{
	object:   Definition{ID: ObjectSecurity, Name: "LWM2M Security", Multiple: true, Mandatory: true},
	versions: []tlv.Version{v10, v11, v12},
	rows: []row{
		{v10, SecurityServerURI, "LWM2M  Server URI", bsOnly, mand, TypeString, Range{Max: 255}, ""},
		{v10, SecurityBootstrapServer, "Bootstrap-Server", bsOnly, mand, TypeBoolean, noLimit, ""},
		{v10, SecuritySecurityMode, "Security Mode", bsOnly, mand, TypeInteger, Range{Max: 4}, ""},
		{v10, SecurityPublicKeyOrIdentity, "Public Key or Identity", bsOnly, mand, TypeOpaque, noLimit, ""},
		{v10, SecurityServerPublicKey, "Server Public Key", bsOnly, mand, TypeOpaque, noLimit, ""},
		{v10, SecuritySecretKey, "Secret Key", bsOnly, mand | secret, TypeOpaque, noLimit, ""},
		{v10, SecuritySMSSecurityMode, "SMS Security Mode", bsOnly, opt, TypeInteger, Range{Max: 255}, ""},
		{v10, SecuritySMSBindingKeyParameters, "SMS Binding Key Parameters", bsOnly, opt, TypeOpaque, Range{Min: 6, Max: 6}, ""},
		{v10, SecuritySMSBindingSecretKeys, "SMS Binding Secret Key(s)", bsOnly, secret, TypeOpaque, Range{Min: 16, Max: 48, Step: 16}, ""},
		{v10, SecurityServerSMSNumber, "LwM2M Server SMS Number", bsOnly, opt, TypeString, noLimit, ""},
		{v10, SecurityShortServerID, "Short Server ID", bsOnly, opt, TypeInteger, ssid, ""},
		{v10, SecurityClientHoldOffTime, "Client Hold Off Time", bsOnly, opt, TypeInteger, noLimit, "s"},
		{v10, SecurityBootstrapServerAccountTimeout, "Bootstrap-Server Account Timeout", bsOnly, opt, TypeInteger, noLimit, "s"},
		{v11, SecurityMatchingType, "Matching Type", bsOnly, opt, TypeUnsigned, Range{Max: 3}, "s"},
		{v12, SecurityMatchingType, "Matching Type", bsOnly, opt, TypeUnsigned, Range{Max: 3}, ""},
		{v11, SecuritySNI, "SNI", bsOnly, opt, TypeString, noLimit, ""},
		{v11, SecurityCertificateUsage, "Certificate Usage", bsOnly, opt, TypeUnsigned, Range{Max: 3}, "s"},
		{v12, SecurityCertificateUsage, "Certificate Usage", bsOnly, opt, TypeUnsigned, Range{Max: 3}, ""},
		{v11, SecurityDTLSTLSCiphersuite, "DTLS/TLS Ciphersuite", bsOnly, multi, TypeUnsigned, noLimit, ""},
		{v11, SecurityOSCORESecurityMode, "OSCORE Security Mode", bsOnly, opt, TypeObjlnk, noLimit, ""},
		{v12, SecurityGroupsToUseByClient, "Groups To Use by Client", bsOnly, multi, TypeUnsigned, bits16, ""},
		{v12, SecuritySignatureAlgorithmsSupportedByServer, "Signature Algorithms Supported by Server", bsOnly, multi, TypeUnsigned, bits16, ""},
		{v12, SecuritySignatureAlgorithmsToUseByClient, "Signature Algorithms To Use by Client", bsOnly, multi, TypeUnsigned, bits16, ""},
		{v12, SecuritySignatureAlgorithmCertsSupportedByServer, "Signature Algorithm Certs Supported by Server", bsOnly, multi, TypeUnsigned, bits16, ""},
		{v12, SecurityTLS13FeaturesToUseByClient, "TLS 1.3 Features To Use by Client", bsOnly, opt, TypeUnsigned, bits16, ""},
		{v12, SecurityTLSExtensionsSupportedByServer, "TLS Extensions Supported by Server", bsOnly, opt, TypeUnsigned, bits16, ""},
		{v12, SecurityTLSExtensionsToUseByClient, "TLS Extensions To Use by Client", bsOnly, opt, TypeUnsigned, bits16, ""},
		{v12, SecuritySecondaryServerURI, "Secondary LwM2M Server URI", bsOnly, multi, TypeString, Range{Max: 255}, ""},
		{v12, SecurityMQTTServer, "MQTT Server", bsOnly, opt, TypeObjlnk, noLimit, ""},
		{v12, SecurityCOSESecurity, "LwM2M COSE Security", bsOnly, multi, TypeObjlnk, noLimit, ""},
		{v12, SecurityRDSDestinationPort, "RDS Destination Port", bsOnly, opt, TypeInteger, Range{Max: 15}, ""},
		{v12, SecurityRDSSourcePort, "RDS Source Port", bsOnly, opt, TypeInteger, Range{Max: 15}, ""},
		{v12, SecurityRDSApplicationID, "RDS Application ID", bsOnly, opt, TypeString, noLimit, ""},
	},
}
