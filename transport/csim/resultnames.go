package csim

import "github.com/lwm2mboot/lwm2mboot/apdu"

// resultName is the name of a code, another that modems send for it, and the
// error that it stands for, if any.
type resultName struct {
	text  string
	alias string
	err   error
}

// cmeCodes are the codes of +CME ERROR that a command about the SIM can meet
// (TS 27.007 9.2.1). The aliases were seen on u-blox, Sierra and Quectel
// modems.
var cmeCodes = map[int]resultName{
	0:   {text: "phone failure"},
	1:   {text: "no connection to phone"},
	2:   {text: "phone-adaptor link reserved"},
	3:   {text: "operation not allowed", err: apdu.ErrRefused},
	4:   {text: "operation not supported", err: apdu.ErrRefused},
	5:   {text: "PH-SIM PIN required"},
	10:  {text: "SIM not inserted", alias: "(U)SIM not inserted", err: apdu.ErrNoCard},
	11:  {text: "SIM PIN required", alias: "(U)SIM PIN required", err: apdu.ErrCardPIN},
	12:  {text: "SIM PUK required", alias: "(U)SIM PUK required", err: apdu.ErrCardLocked},
	13:  {text: "SIM failure", alias: "(U)SIM failure", err: apdu.ErrCardFault},
	14:  {text: "SIM busy", alias: "(U)SIM busy", err: apdu.ErrCardBusy},
	15:  {text: "SIM wrong", alias: "(U)SIM wrong", err: apdu.ErrCardFault},
	16:  {text: "incorrect password"},
	17:  {text: "SIM PIN2 required"},
	18:  {text: "SIM PUK2 required"},
	20:  {text: "memory full"},
	21:  {text: "invalid index"},
	22:  {text: "not found"},
	23:  {text: "memory failure"},
	24:  {text: "text string too long"},
	25:  {text: "invalid characters in text string"},
	30:  {text: "no network service"},
	31:  {text: "network timeout"},
	32:  {text: "network not allowed - emergency calls only"},
	50:  {text: "incorrect parameters", alias: "parameters error", err: apdu.ErrRefused},
	51:  {text: "command implemented but currently disabled", err: apdu.ErrRefused},
	52:  {text: "command aborted by user"},
	55:  {text: "operation not allowed because of MT functionality restrictions", err: apdu.ErrRefused},
	100: {text: "unknown", alias: "unknown error"},
}

// cmsCodes are those of +CMS ERROR (TS 27.005 3.2.5).
var cmsCodes = map[int]resultName{
	300: {text: "ME failure"},
	302: {text: "operation not allowed", err: apdu.ErrRefused},
	303: {text: "operation not supported", err: apdu.ErrRefused},
	304: {text: "invalid PDU mode parameter", err: apdu.ErrRefused},
	305: {text: "invalid text mode parameter", err: apdu.ErrRefused},
	310: {text: "(U)SIM not inserted", alias: "SIM not inserted", err: apdu.ErrNoCard},
	311: {text: "(U)SIM PIN required", alias: "SIM PIN required", err: apdu.ErrCardPIN},
	312: {text: "PH-(U)SIM PIN required", alias: "PH-SIM PIN required"},
	313: {text: "(U)SIM failure", alias: "SIM failure", err: apdu.ErrCardFault},
	314: {text: "(U)SIM busy", alias: "SIM busy", err: apdu.ErrCardBusy},
	315: {text: "(U)SIM wrong", alias: "SIM wrong", err: apdu.ErrCardFault},
	316: {text: "(U)SIM PUK required", alias: "SIM PUK required", err: apdu.ErrCardLocked},
	500: {text: "unknown error", alias: "unknown"},
}
