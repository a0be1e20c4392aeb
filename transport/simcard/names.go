package simcard

import "fmt"

var behaviourNames = [...]string{
	T0:                         "T0",
	GetResponseInterrupted6F00: "GetResponseInterrupted6F00",
	GetResponseEmpty:           "GetResponseEmpty",
	MoreData6310:               "MoreData6310",
	ProactivePending:           "ProactivePending",
	No2G:                       "No2G",
	ManageChannel6C01:          "ManageChannel6C01",
	RefuseChosenChannel:        "RefuseChosenChannel",
	SharedFilePointer:          "SharedFilePointer",
	ReadPastEnd6C:              "ReadPastEnd6C",
	ReadPastEnd6282:            "ReadPastEnd6282",
	ReadAtEndEmpty:             "ReadAtEndEmpty",
	ReadAtEnd6C00:              "ReadAtEnd6C00",
	ReadOnlyAtZero:             "ReadOnlyAtZero",
	RefuseNoAnswer:             "RefuseNoAnswer",
	RefuseFCI:                  "RefuseFCI",
	RefuseFIDWithLe:            "RefuseFIDWithLe",
	RefusePaths:                "RefusePaths",
	RefusePath7FFF:             "RefusePath7FFF",
	RefusePath7F50:             "RefusePath7F50",
	RefusePathAfterEF:          "RefusePathAfterEF",
	RefuseAID:                  "RefuseAID",
	RefusePartialAID:           "RefusePartialAID",
	SelectAIDAnswersFCI:        "SelectAIDAnswersFCI",
	SelectAIDAnswersNothing:    "SelectAIDAnswersNothing",
	FCPNested:                  "FCPNested",
	FCPTotalSizeOnly:           "FCPTotalSizeOnly",
	FCPSizeTooSmall:            "FCPSizeTooSmall",
	FCPSizeTooLarge:            "FCPSizeTooLarge",
	FCPNotShareable:            "FCPNotShareable",
	FCPWithoutRule:             "FCPWithoutRule",
	FCPWithoutPINs:             "FCPWithoutPINs",
	FCPRulePairs:               "FCPRulePairs",
	FCPRuleExpanded:            "FCPRuleExpanded",
	VerifyEmptyRefused:         "VerifyEmptyRefused",
	VerifyEmptyOfFive:          "VerifyEmptyOfFive",
	VerifyWithoutCount:         "VerifyWithoutCount",
}

// String is the name of the constant.
func (b Behaviour) String() string {
	if int(b) < len(behaviourNames) {
		return behaviourNames[b]
	}
	return fmt.Sprintf("Behaviour(%d)", uint8(b))
}

var layoutNames = [...]string{
	AbsolutePaths:    "AbsolutePaths",
	ApplicationPaths: "ApplicationPaths",
	OpaqueObject:     "OpaqueObject",
	ApplicationOID:   "ApplicationOID",
	DirectContent:    "DirectContent",
	ObjectsInPlace:   "ObjectsInPlace",
	OIDWrappedTwice:  "OIDWrappedTwice",
	IndexAndLength:   "IndexAndLength",
	LongLengths:      "LongLengths",
	AccessRulesFirst: "AccessRulesFirst",
	AccessRulesOnly:  "AccessRulesOnly",
	TwoDirectories:   "TwoDirectories",
	FirstFileErased:  "FirstFileErased",
	DirectoryErased:  "DirectoryErased",
	AIDAppended:      "AIDAppended",
	DirFilled:        "DirFilled",
	DirWithoutPath:   "DirWithoutPath",
	DirWithoutPKCS15: "DirWithoutPKCS15",
	DirAIDZeroPadded: "DirAIDZeroPadded",
	DirTransparent:   "DirTransparent",
}

// String is the name of the constant.
func (l Layout) String() string {
	if int(l) < len(layoutNames) {
		return layoutNames[l]
	}
	return fmt.Sprintf("Layout(%d)", uint8(l))
}

// badValue is the error for a number that stands for nothing.
func badValue(kind string, v uint8) error {
	return fmt.Errorf("%w: %s %d is not known", ErrBadOption, kind, v)
}
