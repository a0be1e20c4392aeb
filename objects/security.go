package objects

import (
	"strconv"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// SecurityMode is how a connection to a Server is secured (/0/x/2).
type SecurityMode uint8

// The modes, and the Resources that hold their credentials: 3 is our identity
// or public key, 4 the Server's public key, 5 our key.
const (
	ModePSK         SecurityMode = 0 // pre-shared key: 3, 5
	ModeRPK         SecurityMode = 1 // raw public key: 3, 4, 5
	ModeCertificate SecurityMode = 2 // X.509: 3, 4, 5
	ModeNoSec       SecurityMode = 3
	ModeEST         SecurityMode = 4 // X.509, the certificate enrolled over EST
)

// String names the mode.
func (m SecurityMode) String() string {
	names := [...]string{"PSK", "RPK", "Certificate", "NoSec", "EST"}
	if int(m) < len(names) {
		return names[m]
	}
	return "mode " + strconv.Itoa(int(m))
}

// What holds when a Resource of /0 is absent (Core 1.2 E.1).
const (
	DefaultClientHoldOff    Seconds = 0
	DefaultBootstrapTimeout Seconds = 0 // 0: the account is kept for ever
	DefaultMatchingType     uint8   = 0 // exact match
	DefaultCertificateUsage uint8   = 3 // domain-issued certificate
)

// Security is a view of an Object Instance of /0, LwM2M Security. The number
// of the Resource stands behind each field. The zero value of a field stands
// for an absent Resource; only BootstrapServer and Mode are always written. A
// slice that is empty and not nil is a Resource without octets, or values.
type Security struct {
	URI             string       // 0, see [ParseURI]
	BootstrapServer bool         // 1
	Mode            SecurityMode // 2

	Identity        []byte // 3: PSK identity, raw public key or certificate (DER)
	ServerPublicKey []byte // 4: public key or certificate; see CertificateUsage
	SecretKey       Secret // 5: PSK, or private key (DER)

	SMSMode          Optional[uint8] // 6
	SMSKeyParameters []byte          // 7: KIc, KID, SPI, TAR; 6 octets
	SMSSecretKeys    Secret          // 8: 16, 32 or 48 octets
	SMSNumber        string          // 9: MSISDN of the Server

	ShortServerID    uint16            // 10: 1 to 65534; absent for the Bootstrap-Server
	ClientHoldOff    Optional[Seconds] // 11: wait before a Bootstrap-Request; [DefaultClientHoldOff]
	BootstrapTimeout Optional[Seconds] // 12: the Bootstrap-Server account goes that long after a bootstrap; [DefaultBootstrapTimeout]

	MatchingType     Optional[uint8]      // 13: of ServerPublicKey: 0 exact, 1 SHA-256, 2 SHA-384, 3 SHA-512; [DefaultMatchingType]
	SNI              string               // 14: server name to indicate; absent: the host of URI
	CertificateUsage Optional[uint8]      // 15: 0 CA constraint, 1 service certificate constraint, 2 trust anchor, 3 domain-issued; [DefaultCertificateUsage]
	Ciphersuites     []uint16             // 16: IANA numbers; absent: the client's choice
	OSCORE           Optional[tlv.Objlnk] // 17: the instance of /21 to use

	Groups               []uint16         // 18: TLS supported groups, IANA numbers, as 19 to 21
	ServerSignatures     []uint16         // 19: signature algorithms that the Server supports
	ClientSignatures     []uint16         // 20: signature algorithms to use
	ServerSignatureCerts []uint16         // 21: of certificates, that the Server supports
	TLS13Features        Optional[uint16] // 22: bits
	ServerTLSExtensions  Optional[uint16] // 23: bits
	ClientTLSExtensions  Optional[uint16] // 24: bits

	SecondaryURIs      []string             // 25
	MQTTServer         Optional[tlv.Objlnk] // 26: the instance of /24
	COSE               []tlv.Objlnk         // 27: instances of /23
	RDSDestinationPort Optional[uint8]      // 28: 0 to 15
	RDSSourcePort      Optional[uint8]      // 29: 0 to 15
	RDSApplicationID   string               // 30
}

// Security reads an instance of /0. A Resource of the wrong type, or a number
// that its field cannot hold, is [ErrType]; what else is wrong is for
// [Tree.Validate] to say. Resources it has no field for are left out.
func (in Instance) Security() (Security, error) {
	var s Security
	f := fields{object: ObjectSecurity, in: in}
	s.fields(&f)
	return s, f.err()
}

// Instance is the instance of /0 that holds what s says.
func (s Security) Instance(id uint16) Instance {
	f := fields{object: ObjectSecurity, in: NewInstance(id), writing: true}
	s.fields(&f)
	return f.in
}

func (s *Security) fields(f *fields) {
	given(f, SecurityServerURI, &s.URI, asText)
	required(f, SecurityBootstrapServer, &s.BootstrapServer, asBoolean)
	required(f, SecuritySecurityMode, &s.Mode, asInteger[SecurityMode]())
	octetsGiven(f, SecurityPublicKeyOrIdentity, &s.Identity)
	octetsGiven(f, SecurityServerPublicKey, &s.ServerPublicKey)
	secretGiven(f, SecuritySecretKey, &s.SecretKey)
	maybe(f, SecuritySMSSecurityMode, &s.SMSMode, asInteger[uint8]())
	octetsGiven(f, SecuritySMSBindingKeyParameters, &s.SMSKeyParameters)
	secretGiven(f, SecuritySMSBindingSecretKeys, &s.SMSSecretKeys)
	given(f, SecurityServerSMSNumber, &s.SMSNumber, asText)
	given(f, SecurityShortServerID, &s.ShortServerID, asInteger[uint16]())
	maybe(f, SecurityClientHoldOffTime, &s.ClientHoldOff, asInteger[Seconds]())
	maybe(f, SecurityBootstrapServerAccountTimeout, &s.BootstrapTimeout, asInteger[Seconds]())
	maybe(f, SecurityMatchingType, &s.MatchingType, asUnsigned[uint8]())
	given(f, SecuritySNI, &s.SNI, asText)
	maybe(f, SecurityCertificateUsage, &s.CertificateUsage, asUnsigned[uint8]())
	list(f, SecurityDTLSTLSCiphersuite, &s.Ciphersuites, asUnsigned[uint16]())
	maybe(f, SecurityOSCORESecurityMode, &s.OSCORE, asObjlnk)
	list(f, SecurityGroupsToUseByClient, &s.Groups, asUnsigned[uint16]())
	list(f, SecuritySignatureAlgorithmsSupportedByServer, &s.ServerSignatures, asUnsigned[uint16]())
	list(f, SecuritySignatureAlgorithmsToUseByClient, &s.ClientSignatures, asUnsigned[uint16]())
	list(f, SecuritySignatureAlgorithmCertsSupportedByServer, &s.ServerSignatureCerts, asUnsigned[uint16]())
	maybe(f, SecurityTLS13FeaturesToUseByClient, &s.TLS13Features, asUnsigned[uint16]())
	maybe(f, SecurityTLSExtensionsSupportedByServer, &s.ServerTLSExtensions, asUnsigned[uint16]())
	maybe(f, SecurityTLSExtensionsToUseByClient, &s.ClientTLSExtensions, asUnsigned[uint16]())
	list(f, SecuritySecondaryServerURI, &s.SecondaryURIs, asText)
	maybe(f, SecurityMQTTServer, &s.MQTTServer, asObjlnk)
	list(f, SecurityCOSESecurity, &s.COSE, asObjlnk)
	maybe(f, SecurityRDSDestinationPort, &s.RDSDestinationPort, asInteger[uint8]())
	maybe(f, SecurityRDSSourcePort, &s.RDSSourcePort, asInteger[uint8]())
	given(f, SecurityRDSApplicationID, &s.RDSApplicationID, asText)
}
