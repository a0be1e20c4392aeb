package objects

import (
	"time"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// What holds when a Resource of /1 is absent (Core 1.2 E.2 and table
// 6.2.1.1-1).
const (
	DefaultNotificationStoring         = true
	DefaultBinding                     = "U"
	DefaultDisableTimeout      Seconds = 86400
	DefaultBootstrapOnFailure          = true
	DefaultRetryCount          int64   = 5
	DefaultRetryTimer          Seconds = 60
	DefaultSequenceDelay       Seconds = 86400
	DefaultSequenceRetryCount  int64   = 1
)

// Server is a view of an Object Instance of /1, LwM2M Server. The number of
// the Resource stands behind each field. The zero value of a field stands for
// an absent Resource; only ShortServerID and Lifetime are always written. The
// Resources that can only be executed, 4, 8 and 9, have no field.
type Server struct {
	ShortServerID uint16  // 0: 1 to 65534
	Lifetime      Seconds // 1: of the registration

	DefaultMinPeriod    Optional[Seconds] // 2: pmin; absent 0
	DefaultMaxPeriod    Optional[Seconds] // 3: pmax; absent: no limit
	DisableTimeout      Optional[Seconds] // 5: [DefaultDisableTimeout]
	NotificationStoring Optional[bool]    // 6: while disabled or offline; [DefaultNotificationStoring]
	Binding             string            // 7: see [ParseBinding]; [DefaultBinding]

	APNLink          Optional[tlv.Objlnk] // 10: an instance of /11
	AlertCode        Optional[uint8]      // 11: of the last TLS or DTLS alert
	LastBootstrapped Optional[time.Time]  // 12

	PriorityOrder            Optional[int64]   // 13
	InitialRegistrationDelay Optional[Seconds] // 14
	RegistrationFailureBlock Optional[bool]    // 15: absent false
	BootstrapOnFailure       Optional[bool]    // 16: [DefaultBootstrapOnFailure]
	RetryCount               Optional[int64]   // 17: [DefaultRetryCount]
	RetryTimer               Optional[Seconds] // 18: [DefaultRetryTimer]
	SequenceDelay            Optional[Seconds] // 19: [DefaultSequenceDelay]
	SequenceRetryCount       Optional[int64]   // 20: [DefaultSequenceRetryCount]

	Trigger            Optional[bool]  // 21: SMS Registration Update Trigger; absent false
	PreferredTransport string          // 22: one letter of Binding
	MuteSend           Optional[bool]  // 23: absent false
	AlternateAPNLinks  []tlv.Objlnk    // 24: instances of /11
	SupportedVersions  []string        // 25: of LwM2M, as "1.1"
	NotificationMode   Optional[uint8] // 26: 0 NonConfirmable, 1 Confirmable; absent 0
	ProfileIDHash      Optional[uint8] // 27
}

// Server reads an instance of /1. A Resource of the wrong type, or a number
// that its field cannot hold, is [ErrType]; what else is wrong is for
// [Tree.Validate] to say. Resources it has no field for are left out.
func (in Instance) Server() (Server, error) {
	var s Server
	f := fields{object: ObjectServer, in: in}
	s.fields(&f)
	return s, f.err()
}

// Instance is the instance of /1 that holds what s says.
func (s Server) Instance(id uint16) Instance {
	f := fields{object: ObjectServer, in: NewInstance(id), writing: true}
	s.fields(&f)
	return f.in
}

func (s *Server) fields(f *fields) {
	required(f, ServerShortServerID, &s.ShortServerID, asInteger[uint16]())
	required(f, ServerLifetime, &s.Lifetime, asInteger[Seconds]())
	maybe(f, ServerDefaultMinimumPeriod, &s.DefaultMinPeriod, asInteger[Seconds]())
	maybe(f, ServerDefaultMaximumPeriod, &s.DefaultMaxPeriod, asInteger[Seconds]())
	maybe(f, ServerDisableTimeout, &s.DisableTimeout, asInteger[Seconds]())
	maybe(f, ServerNotificationStoringWhenDisabledOrOffline, &s.NotificationStoring, asBoolean)
	given(f, ServerBinding, &s.Binding, asText)
	maybe(f, ServerAPNLink, &s.APNLink, asObjlnk)
	maybe(f, ServerTLSDTLSAlertCode, &s.AlertCode, asUnsigned[uint8]())
	maybe(f, ServerLastBootstrapped, &s.LastBootstrapped, asTime)
	maybe(f, ServerRegistrationPriorityOrder, &s.PriorityOrder, asUnsigned[int64]())
	maybe(f, ServerInitialRegistrationDelayTimer, &s.InitialRegistrationDelay, asUnsigned[Seconds]())
	maybe(f, ServerRegistrationFailureBlock, &s.RegistrationFailureBlock, asBoolean)
	maybe(f, ServerBootstrapOnRegistrationFailure, &s.BootstrapOnFailure, asBoolean)
	maybe(f, ServerCommunicationRetryCount, &s.RetryCount, asUnsigned[int64]())
	maybe(f, ServerCommunicationRetryTimer, &s.RetryTimer, asUnsigned[Seconds]())
	maybe(f, ServerCommunicationSequenceDelayTimer, &s.SequenceDelay, asUnsigned[Seconds]())
	maybe(f, ServerCommunicationSequenceRetryCount, &s.SequenceRetryCount, asUnsigned[int64]())
	maybe(f, ServerTrigger, &s.Trigger, asBoolean)
	given(f, ServerPreferredTransport, &s.PreferredTransport, asText)
	maybe(f, ServerMuteSend, &s.MuteSend, asBoolean)
	list(f, ServerAlternateAPNLinks, &s.AlternateAPNLinks, asObjlnk)
	list(f, ServerSupportedServerVersions, &s.SupportedVersions, asText)
	maybe(f, ServerDefaultNotificationMode, &s.NotificationMode, asInteger[uint8]())
	maybe(f, ServerProfileIDHashAlgorithm, &s.ProfileIDHash, asUnsigned[uint8]())
}
