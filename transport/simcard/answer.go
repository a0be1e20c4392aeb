package simcard

import "github.com/lwm2mboot/lwm2mboot/apdu"

// pendingAnswer is what GET RESPONSE of a class would bring.
type pendingAnswer struct {
	class class
	data  []byte
	sw    apdu.SW // of the last piece
}

const (
	swMoreData   apdu.SW = 0x6100
	swMoreData2G apdu.SW = 0x9F00
	swWrongLe    apdu.SW = 0x6C00
	sw6310       apdu.SW = 0x6310
)

// wrongLe is 6Cxx: n bytes could be had.
func wrongLe(n int) answer { return bare(swWrongLe | apdu.SW(byte(n))) }

// direct answers a command that sent no data (case 2) with data that must be
// asked for whole: up to Ne, or with T0 exactly Ne.
func (r *request) direct(data []byte) answer {
	n := len(data)
	if r.cmd.Ne != 0 && r.cmd.Ne < n || r.cmd.Ne != n && r.behaviour.has(T0) && r.inside == nil {
		return wrongLe(n)
	}
	return answer{data: data, sw: apdu.SWOK}
}

// fetched answers a command that sent data (case 4): at once, the way it looks
// behind a modem that runs GET RESPONSE itself, or with T0 by 61xx. At once, no
// more than Ne bytes are returned, or all when the command had no Le: the modem
// does not look at it.
func (r *request) fetched(data []byte) answer {
	if r.inside != nil { // it is the wrapped answer that is fetched
		return answer{data: data, sw: apdu.SWOK}
	}
	n := 0 // bytes that go out now
	if !r.behaviour.has(T0) {
		n = len(data)
		if r.cmd.Ne != 0 {
			n = min(n, r.cmd.Ne)
		}
	}
	return r.keep(answer{data, apdu.SWOK}, n)
}

// keep answers the first n bytes of a and announces the rest, which GET
// RESPONSE of the interindustry class brings.
func (r *request) keep(a answer, n int) answer {
	rest := a.data[n:]
	if len(rest) == 0 {
		return a
	}
	r.pending = &pendingAnswer{class: class{channel: r.class.channel, is2G: r.class.is2G}, data: rest, sw: a.sw}
	return answer{data: a.data[:n], sw: r.moreData(len(rest))}
}

// moreData announces n bytes, 1 to 256.
func (r *request) moreData(n int) apdu.SW {
	switch {
	case r.class.is2G:
		return swMoreData2G | apdu.SW(byte(n))
	case r.behaviour.has(MoreData6310):
		return sw6310
	}
	return swMoreData | apdu.SW(byte(n))
}

// getResponse brings what waits. It asks for no more than there is; less
// leaves the rest waiting.
func (r *request) getResponse() answer {
	w := r.waiting
	switch {
	case r.cmd.P1 != 0 || r.cmd.P2 != 0:
		return bare(apdu.SWWrongP1P2)
	case w == nil || w.class != r.class:
		if r.behaviour.has(GetResponseInterrupted6F00) {
			return bare(apdu.SWNoDiagnosis)
		}
		return bare(apdu.SWConditions)
	}
	r.pending = w // still there, unless it is answered below
	ne := r.cmd.Ne
	if ne == 0 {
		ne = apdu.MaxShortNe // P3 is 00 over T=0 all the same
	}
	switch {
	case r.behaviour.has(GetResponseEmpty):
		return bare(r.moreData(len(w.data)))
	case ne > len(w.data):
		return wrongLe(len(w.data))
	}
	r.pending = nil
	return r.keep(answer{w.data, w.sw}, ne)
}
