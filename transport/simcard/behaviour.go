package simcard

// Behaviour is one way in which cards differ from the well-behaved UICC that
// [New] makes: something that cards in the field do. Each is an [Option] of its
// own, and they combine, but for those that exclude each other (New says so).
//
// A client is tested against all of them so:
//
//	for _, b := range simcard.Behaviours() {
//		card, err := simcard.New(simcard.BootstrapFile(file), b)
//		…
//	}
type Behaviour uint8

// How answers travel. Without any of these a command's answer comes at once,
// as behind a modem that runs GET RESPONSE itself.
const (
	// T0 is a card over T=0 whose transport hands over everything: the answer
	// to a command that sent data (case 4) is 61xx, 9Fxx in class A0, to be
	// fetched by GET RESPONSE on the same channel with nothing in between;
	// lengths other than the exact one are answered 6Cxx, except by READ
	// BINARY, which has behaviours of its own.
	T0 Behaviour = iota

	// GetResponseInterrupted6F00 answers 6F00, not 6985, to a GET RESPONSE that
	// came too late: another command was in between.
	GetResponseInterrupted6F00

	// GetResponseEmpty answers GET RESPONSE with 61xx again and no data, for
	// ever (seen behind a Quectel EC800G for answers that do not fit at once).
	// Includes T0.
	GetResponseEmpty

	// MoreData6310 announces data with the warning 6310 instead of 61xx, so
	// that the host has to ask GET RESPONSE for 256 bytes and is told the
	// number by 6Cxx. Includes T0.
	MoreData6310

	// ProactivePending answers 91xx wherever a card without a proactive
	// command to be fetched answers 9000.
	ProactivePending

	// No2G answers 6E00 to class A0, as a UICC without a SIM application does.
	No2G
)

// Logical channels.
const (
	// ManageChannel6C01 answers 6C01 to MANAGE CHANNEL open without Le.
	ManageChannel6C01 Behaviour = iota + No2G + 1

	// RefuseChosenChannel refuses to open a channel whose number the host
	// chooses: 6A86.
	RefuseChosenChannel

	// SharedFilePointer keeps one current file for all channels: a SELECT on
	// one, by the modem for itself, moves the others.
	SharedFilePointer
)

// READ BINARY of more than there is. Without any of these the card answers
// 9000 with what there is, and 6B00 at the end of the file and beyond.
const (
	// ReadPastEnd6C answers 6Cxx with the number of bytes left.
	ReadPastEnd6C Behaviour = iota + SharedFilePointer + 1

	// ReadPastEnd6282 answers what is left with 6282.
	ReadPastEnd6282

	// ReadAtEndEmpty answers 9000 without data at the end and beyond.
	ReadAtEndEmpty

	// ReadAtEnd6C00 answers 6C00 exactly at the end; when the command is
	// repeated with Le 00, as 6C00 asks for, 9000 without data.
	ReadAtEnd6C00

	// ReadOnlyAtZero is a broken card: 9000 without data at any offset above 0.
	ReadOnlyAtZero
)

// Forms of SELECT that cards refuse. No form works on every card; SELECT by
// FID after SELECT by AID worked on all that were tried.
const (
	// RefuseNoAnswer refuses P2 = 0C: 6A86.
	RefuseNoAnswer Behaviour = iota + ReadOnlyAtZero + 1

	// RefuseFCI refuses P2 = 00, for which ETSI TS 102 221 has no meaning: 6A86.
	RefuseFCI

	// RefuseFIDWithLe refuses P1 = 00 with a trailing Le: 6700.
	RefuseFIDWithLe

	// RefusePaths refuses P1 = 08 and 09 altogether: 6A86.
	RefusePaths

	// RefusePath7FFF refuses paths from the current ADF, 08 04 7FFF…: 6A82.
	RefusePath7FFF

	// RefusePath7F50 refuses paths from the MF into the PKCS#15 application,
	// 08 04 7F50…: 6A82.
	RefusePath7F50

	// RefusePathAfterEF refuses P1 = 09 once an EF is selected: 6A82.
	RefusePathAfterEF

	// RefuseAID refuses P1 = 04: 6A82, as modem firmware does that keeps the
	// PKCS#15 application to itself. The application is reached by its path.
	RefuseAID

	// RefusePartialAID refuses an AID that is not whole: 6A82.
	RefusePartialAID
)

// What SELECT answers.
const (
	// SelectAIDAnswersFCI answers SELECT by AID with an FCI (tag 6F) that holds
	// the name of the application, where an FCP (tag 62) was asked for.
	SelectAIDAnswersFCI Behaviour = iota + RefusePartialAID + 1

	// SelectAIDAnswersNothing answers SELECT by AID with nothing but 9000.
	SelectAIDAnswersNothing

	// FCPNested puts, ahead of the real elements of an EF's FCP, proprietary
	// information (A5) with elements of the same tags 80, 82 and 83 in it.
	FCPNested

	// FCPTotalSizeOnly tells the size of an EF in tag 81 only, with 18 octets
	// of the card's own counted in.
	FCPTotalSizeOnly

	// FCPSizeTooSmall tells a size of 16 for every transparent EF.
	FCPSizeTooSmall

	// FCPSizeTooLarge tells a size of FFFF for every transparent EF.
	FCPSizeTooLarge

	// FCPNotShareable has descriptors without the shareable bit: 01 21.
	FCPNotShareable

	// FCPWithoutRule has no reference to EF(ARR), tag 8B: what a file asks for
	// is to be guessed from the PINs of its application, tag C6.
	FCPWithoutRule

	// FCPWithoutPINs has no PIN status template, tag C6.
	FCPWithoutPINs

	// FCPRulePairs refers to EF(ARR) for two security environments: 00 by the
	// record of the MF, and 01, the one that is set, by that of the file.
	FCPRulePairs

	// FCPRuleExpanded holds the access rule itself, tag AB, not a reference.
	FCPRuleExpanded
)

// VERIFY without data, by which a host asks for the tries left.
const (
	// VerifyEmptyRefused refuses it: 6700. The tries left cannot be told.
	VerifyEmptyRefused Behaviour = iota + FCPRuleExpanded + 1

	// VerifyEmptyOfFive refuses it without a fifth octet, 00: 6700.
	VerifyEmptyOfFive

	// VerifyWithoutCount answers 6300, of which the tries left cannot be told,
	// to it and to a wrong PIN.
	VerifyWithoutCount

	behaviours // how many there are
)

// Behaviours lists all of them.
func Behaviours() []Behaviour {
	all := make([]Behaviour, behaviours)
	for i := range all {
		all[i] = Behaviour(i)
	}
	return all
}

func (b Behaviour) apply(s *setup) error {
	if b >= behaviours {
		return badValue("behaviour", uint8(b))
	}
	s.behaviour.add(b)
	if b == GetResponseEmpty || b == MoreData6310 {
		s.behaviour.add(T0)
	}
	return nil
}

// behaviourClashes are the groups of which a card can have but one.
var behaviourClashes = [][]Behaviour{
	{GetResponseEmpty, MoreData6310},
	{ReadPastEnd6C, ReadPastEnd6282},
	{ReadAtEndEmpty, ReadAtEnd6C00, ReadOnlyAtZero},
	{SelectAIDAnswersFCI, SelectAIDAnswersNothing},
	{FCPTotalSizeOnly, FCPSizeTooSmall, FCPSizeTooLarge},
	{FCPWithoutRule, FCPRulePairs, FCPRuleExpanded},
	{VerifyEmptyRefused, VerifyEmptyOfFive},
}
