package objects

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAccountOfTheGoodFile(t *testing.T) {
	tree := goodTree(t)
	accounts := tree.Accounts()
	require.Len(t, accounts, 1)
	a := accounts[0]
	require.EqualValues(t, 1, a.SecurityInstance)
	require.EqualValues(t, 1, a.ServerInstance)
	require.Equal(t, "coaps://eu.iot.avsystem.cloud:5684", a.Security.URI)
	require.EqualValues(t, 86400, a.Server.Lifetime)
	require.Nil(t, a.OSCORE)
	_, ok := tree.BootstrapServer()
	require.False(t, ok)
}

func TestAccountsPairByShortServerID(t *testing.T) {
	var tree Tree
	security := func(instance, id uint16, edit func(*Security)) {
		s := Security{URI: fmt.Sprintf("coap://s%d", instance), Mode: ModeNoSec, ShortServerID: id}
		if edit != nil {
			edit(&s)
		}
		tree.Put(ObjectSecurity, s.Instance(instance))
	}
	security(10, 300, nil)
	security(1, 200, func(s *Security) { s.OSCORE = Some(link(21, 4)) })
	security(2, 300, func(s *Security) { s.URI = "coap+tcp://s2" })
	security(3, 999, nil) // has no Server
	security(4, 5, func(s *Security) { s.BootstrapServer, s.OSCORE = true, Some(link(21, 5)) })
	security(5, 6, func(s *Security) { s.BootstrapServer = true })
	security(6, 301, func(s *Security) { s.OSCORE = Some(link(20, 4)) })
	security(7, 302, func(s *Security) { s.OSCORE = Some(link(21, 6)) })
	security(8, 303, func(s *Security) { s.OSCORE = Some(link(21, 7)) })
	for _, instance := range []uint16{0, 11} { // cannot be read
		tree.Put(ObjectSecurity, NewInstance(instance, Single(SecurityShortServerID, Integer(300)), Single(SecurityServerURI, Integer(1))))
	}
	server := func(instance, id uint16) {
		tree.Put(ObjectServer, Server{ShortServerID: id, Lifetime: Seconds(instance)}.Instance(instance))
	}
	server(10, 300)
	server(11, 200)
	server(12, 300) // the same once more: the first counts
	server(13, 777) // has no Security
	server(14, 5)   // the Bootstrap-Server has none
	server(15, 301)
	server(16, 302)
	server(17, 303)
	tree.Put(ObjectServer, NewInstance(9, Single(ServerShortServerID, Integer(300)), Single(ServerLifetime, String("x"))))
	tree.Put(ObjectOSCORE, OSCORE{SenderID: []byte("four")}.Instance(4))
	tree.Put(ObjectOSCORE, OSCORE{SenderID: []byte("five")}.Instance(5))
	tree.Put(ObjectOSCORE, NewInstance(7, Single(OSCORESenderID, Integer(1))))

	var got []string
	for _, a := range tree.Accounts() {
		line := fmt.Sprintf("%d: /0/%d %s /1/%d %d", a.Security.ShortServerID, a.SecurityInstance, a.Security.URI, a.ServerInstance, a.Server.Lifetime)
		if a.OSCORE != nil {
			line += " " + string(a.OSCORE.SenderID)
		}
		got = append(got, line)
	}
	require.Equal(t, []string{
		"200: /0/1 coap://s1 /1/11 11 four",
		"300: /0/2 coap+tcp://s2 /1/10 10",
		"300: /0/10 coap://s10 /1/10 10",
		"301: /0/6 coap://s6 /1/15 15",
		"302: /0/7 coap://s7 /1/16 16",
		"303: /0/8 coap://s8 /1/17 17",
	}, got)

	bootstrap, ok := tree.BootstrapServer()
	require.True(t, ok)
	require.EqualValues(t, 4, bootstrap.SecurityInstance)
	require.Nil(t, bootstrap.Server)
	require.Equal(t, "five", string(bootstrap.OSCORE.SenderID))
}
