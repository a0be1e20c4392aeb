package simcard

import (
	"bytes"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Access is the condition to be met before a file is read or updated: nothing
// ([Always], the zero value), a PIN or key by its reference, or [Never]. A
// reference for which the card has no PIN (see [PIN]) is never met, one whose
// PIN is disabled always. It is a [Condition].
type Access byte

// Access conditions; the references are those of ETSI TS 102 221 table 9.3.
const (
	Always       Access = 0x00
	PIN1         Access = 0x01 // the first application PIN
	ADM1         Access = 0x0A // the issuer's key
	UniversalPIN Access = 0x11
	PIN2         Access = 0x81 // the first local PIN
	Never        Access = 0xFF
)

// EF(ARR), where access rules stand, and how (ETSI TS 102 221 9.2; ISO/IEC
// 7816-4:2013 table 34).
const (
	fidARRMF  apdu.FID = 0x2F06 // below the MF
	fidARRADF apdu.FID = 0x6F06 // below an ADF

	tagAccessMode ber.Tag = 0x80
	tagAlways     ber.Tag = 0x90
	tagNever      ber.Tag = 0x97
	tagNeedsKey   ber.Tag = 0xA4
	tagAnyOf      ber.Tag = 0xA0
	tagAllOf      ber.Tag = 0xAF
	tagKeyRef     ber.Tag = 0x83
	tagUsage      ber.Tag = 0x95

	modeRead   = 0b0000_0001
	modeUpdate = 0b0000_0010
	usagePIN   = 0b0000_1000 // user authentication, knowledge based

	maxRule = 128 // octets: an FCP that holds one (FCPRuleExpanded) has 256 at most
)

// appendRule appends one record's worth of rules:
//
//	80 01 01 <condition to read> 80 01 02 <condition to update>
func appendRule(dst []byte, read, update Condition) []byte {
	dst = ber.Append(dst, tagAccessMode, []byte{modeRead})
	dst = read.appendTo(dst)
	dst = ber.Append(dst, tagAccessMode, []byte{modeUpdate})
	return update.appendTo(dst)
}

// makeRules gives every file below mf the number of a rule, and puts EF(ARR)
// with all the rules under the MF and each ADF that has none of its own.
func makeRules(mf *node) error {
	var made []*node
	arrUnder := func(df *node, fid apdu.FID) {
		if df.child(fid) == nil {
			ef := &node{File: RecordEF(fid), parent: df}
			df.children = append(df.children, ef)
			made = append(made, ef)
		}
	}
	arrUnder(mf, fidARRMF)
	for _, app := range applications(mf) {
		arrUnder(app, fidARRADF)
	}
	var r rules
	if err := r.number(mf); err != nil {
		return err
	}
	padRecords(r.records)
	for _, ef := range made {
		ef.Records = cloneRecords(r.records)
	}
	return nil
}

// rules collects the different access rules.
type rules struct {
	records [][]byte
	numbers map[string]byte // a rule's octets: record number
}

// number gives n and all below it their rule.
func (r *rules) number(n *node) error {
	n.rule = appendRule(nil, n.readCondition(), n.updateCondition())
	if len(n.rule) > maxRule {
		return fmt.Errorf("%w: access rule of %d octets", ErrBadFile, len(n.rule))
	}
	rule := string(n.rule)
	if r.numbers[rule] == 0 {
		if len(r.records) == maxRecords {
			return fmt.Errorf("%w: more than %d different access rules", ErrBadFile, maxRecords)
		}
		if r.numbers == nil {
			r.numbers = map[string]byte{}
		}
		r.records = append(r.records, []byte(rule))
		r.numbers[rule] = byte(len(r.records))
	}
	n.ruleNumber = r.numbers[rule]
	for _, child := range n.children {
		if err := r.number(child); err != nil {
			return err
		}
	}
	return nil
}

// padRecords makes all records as long as the longest, with FF.
func padRecords(records [][]byte) {
	longest := 0
	for _, r := range records {
		longest = max(longest, len(r))
	}
	for i, r := range records {
		records[i] = append(r, bytes.Repeat([]byte{0xFF}, longest-len(r))...)
	}
}

// arrOf is the FID of the EF(ARR) that n's rules are in.
func arrOf(n *node) apdu.FID {
	if n.application() != nil && n.AID == "" {
		return fidARRADF
	}
	return fidARRMF
}
