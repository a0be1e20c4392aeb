package simcard

// quirks are the names and the doings of the constants.
var quirks = [...]struct {
	name  string
	setUp func(m *Modem)
}{
	LowerCaseAnswers: {"LowerCaseAnswers", shaped(func(s *answerShape) { s.lower = true })},
	NoBlankAnswers:   {"NoBlankAnswers", shaped(func(s *answerShape) { s.colon = ":" })},
	BlankAnswers:     {"BlankAnswers", shaped(func(s *answerShape) { s.colon, s.afterComma = ":  ", " " })},
	UnquotedAnswers:  {"UnquotedAnswers", shaped(func(s *answerShape) { s.quote = "" })},
	BareAnswers:      {"BareAnswers", shaped(func(s *answerShape) { s.bare = true })},
	ZerosBeforeSW:    {"ZerosBeforeSW", shaped(func(s *answerShape) { s.zeros = true })},
	LengthTooLarge:   {"LengthTooLarge", shaped(func(s *answerShape) { s.tooLarge = true })},
	SessionInAnswers: {"SessionInAnswers", shaped(func(s *answerShape) { s.session = true })},
	CRAlone:          {"CRAlone", always(crAlone)},
	LeadingNULs:      {"LeadingNULs", always(Inject(0, "\x00\x00\x00"))},
	EchoStays:        {"EchoStays", echoStays},

	UpperCaseOnly:       {"UpperCaseOnly", refuses(Failed, inLowerCase)},
	QuotesRequired:      {"QuotesRequired", refuses(Failed, unquoted)},
	FiveOctetsAtLeast:   {"FiveOctetsAtLeast", refusesAPDU(Failed, isHeaderAlone)},
	LengthFrom10:        {"LengthFrom10", refusesAPDU(CME(CMENotAllowed), isHeaderAlone)},
	RefusesInstructions: {"RefusesInstructions", refusesAPDU(CME(CMENotAllowed), isRefusedInstruction)},
	RefusesLeInCase4:    {"RefusesLeInCase4", refusesAPDU(CME(CMENotAllowed), hasLeBehindData)},
	RefusesPKCS15:       {"RefusesPKCS15", refuses(CME(CMENotSupported), namesPKCS15)},
	RefusesThenOK:       {"RefusesThenOK", refusesThenOK},
	TextErrors:          {"TextErrors", func(m *Modem) { m.alwaysText = true }},

	NoCSIM:           {"NoCSIM", refuses(Failed, named("+CSIM"))},
	NoCCHO:           {"NoCCHO", refuses(Failed, named("+CCHO", "+CGLA", "+CCHC"))},
	NoCRSM:           {"NoCRSM", refuses(CME(CMENotAllowed), named("+CRSM"))},
	NoCCHC:           {"NoCCHC", refuses("+CME ERROR: Parameters error", named("+CCHC"))},
	TestFormsFail:    {"TestFormsFail", refuses(Failed, isTestForm)},
	TestFormsHang:    {"TestFormsHang", refuses(Silence, isTestForm)},
	BareSession:      {"BareSession", bareSession},
	SessionHandle:    {"SessionHandle", sessionHandle},
	CGLAFailsAtTimes: {"CGLAFailsAtTimes", cglaFailsAtTimes},

	NoChannels:     {"NoChannels", refuses(Failed, needsChannel)},
	ChannelsDead:   {"ChannelsDead", refuses(Failed, onDeadChannel)},
	UsesChannel1:   {"UsesChannel1", usesChannel1},
	SelectAIDFails: {"SelectAIDFails", selectAIDFails},

	HandsOver61xx:     {"HandsOver61xx", func(m *Modem) { m.raw61 = true }},
	HandsOver6Cxx:     {"HandsOver6Cxx", func(m *Modem) { m.raw6C = true }},
	LongAnswerEndless: {"LongAnswerEndless", longAnswerEndless},
	SelectsOwnFile:    {"SelectsOwnFile", selectsOwnFile},
	ReplaysSelects:    {"ReplaysSelects", replaysSelects},

	CRSMUnquoted:   {"CRSMUnquoted", shaped(func(s *answerShape) { s.crsmUnquoted = true })},
	CRSMEmptyField: {"CRSMEmptyField", shaped(func(s *answerShape) { s.crsmEmpty = true })},
	CRSMFailsFirst: {"CRSMFailsFirst", crsmFailsFirst},
	CRSMSwapsICCID: {"CRSMSwapsICCID", crsmSwapsICCID},
	CRSMShortNames: {"CRSMShortNames", refuses(CME(CMEIncorrectParams), hasLongNames)},
	CRSMReboots:    {"CRSMReboots", crsmReboots},

	NoProfile:       {"NoProfile", refuses(CME(CMESIMFailure), isForCardOrCPIN)},
	BusyAtFirst:     {"BusyAtFirst", busyAtFirst},
	NotReadyAtFirst: {"NotReadyAtFirst", notReadyAtFirst},
	StartsAtCFUN0:   {"StartsAtCFUN0", func(m *Modem) { m.cfun = cfunOff }},
	NeedsECSIMSLEEP: {"NeedsECSIMSLEEP", needsECSIMSLEEP},

	UnsolicitedBetween: {"UnsolicitedBetween", always(ahead(`+QIND: "csq",20,99`, "+CPIN: READY", "^boot.rom,0x0,v1"))},
	UnsolicitedInside:  {"UnsolicitedInside", filtersInTheMiddle(insideLine)},
	Garbage:            {"Garbage", always(aheadOfAnswer("\xF0\x80~\x12x\xFF\r\n"))},
	HalfLine:           {"HalfLine", filtersInTheMiddle(halfLine)},
	AnswerLost:         {"AnswerLost", filtersInTheMiddle(Drop(Line, Final))},
	AnswerLate:         {"AnswerLate", filtersInTheMiddle(Delay(answerLateTime))},
	EmptyAnswerHangs:   {"EmptyAnswerHangs", emptyAnswerHangs},
	SecondReader:       {"SecondReader", secondReader},
	SecondProgram:      {"SecondProgram", filtersInTheMiddle(aheadOfAnswer("\r\n+CSIM: 4,\"63C3\"\r\n\r\nOK\r\n"))},
	Sleeps:             {"Sleeps", sleeps},

	CardPulled:        {"CardPulled", cardGoes(0)},
	CardBlinks:        {"CardBlinks", cardGoes(blinkTime)},
	CardResets:        {"CardResets", inTheMiddle(cardResets)},
	RefusesUntilReset: {"RefusesUntilReset", refusesUntilReset},
	FakeRemoval:       {"FakeRemoval", fakeRemoval},
	Reboots:           {"Reboots", inTheMiddle(reboots)},
}
