package transport_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRedactedStep shows step by step what stays. Hex is written without
// blanks here.
func TestRedactedStep(t *testing.T) {
	const (
		selectODF  = "> 00A4000C025031\n< 9000\n"
		selectDODF = "> 00A4000C026430\n< 9000\n"
		selectDir  = "> 00A4000C022F00\n< 9000\n"
		selectARR  = "> 00A4000C026F06\n< 9000\n"
		selectBoot = "> 00A4000C026432\n< 9000\n"
		selectICC  = "> 00A4000C022FE2\n< 9000\n"
		read       = "> 00B0000000\n< "
		record     = "> 00B2010400\n< "
		namesDODF  = selectODF + read + "A706300404026430 9000\n"
	)
	for _, tt := range []struct{ name, before, answer, want string }{
		{"FCP", "", "> 00A4000402643200\n< 621B 82024121 83026432 A503C00140 8A0105 8B036F0604 80020200 8800 9000",
			"621B 82024121 83026432 A503585858 8A0105 8B036F0604 80020200 8800 9000"},
		{"FCP of an application", "", "> 00A4040402A00000\n< 621A 82027821 840CA000000063504B43532D3135 8A0105 C6039001 00 9000",
			"621A 82027821 840CA000000063504B43532D3135 8A0105 C6039001 00 9000"},
		{"PIN status", "", "> 00A4000402643200\n< 620C C60A 900180 950108 830101 58 9000", "620C C60A 900180 950108 830101 58 9000"},
		{"FCI with an FCP in it", "", "> 00A4000402643200\n< 6F0E 5003414243 6207 83026432 A50131 9000", "6F0E 5003585858 6207 83026432 A50158 9000"},
		{"expanded access rules", "", "> 00A4000402643200\n< 620D AB0B 800101 A406 830101 950108 9000", "620D AB0B 800101 A406 830101 950108 9000"},
		{"values longer than they can be", "", "> 00A4000402643200\n< 6212 8010 31323334353637383940414243444546 9000", "6212 8010 58585858585858585858585858585858 9000"},
		{"octets behind the template", "", "> 00A4000402643200\n< 6204 83026432 83023132 9000", "6204 83026432 58585858 9000"},
		{"no template", "", "> 00A4000402643200\n< 3132333435 9000", "5858585858 9000"},
		{"FCP by GET RESPONSE", "> 00A4000402643200\n< 6106\n", "> 00C0000006\n< 6204 83026432 9000", "6204 83026432 9000"},
		{"FCP in pieces", "> 00A4000402643200\n< 6106\n> 00C0000003\n< 6204836103\n", "> 00C0000003\n< 026432 9000", "026432 9000"},
		{"GET RESPONSE of another channel", "> 00A4000402643200\n< 6106\n", "> 01C0000006\n< 620483026432 9000", "585858585858 9000"},
		{"GET RESPONSE of nothing", "", "> 00C0000006\n< 620483026432 9000", "585858585858 9000"},
		{"AID by STATUS", "", "> 80F2000100\n< 840CA000000063504B43532D3135 9000", "840CA000000063504B43532D3135 9000"},
		{"STATUS of the wrong class", "", "> 00F2000100\n< 840CA000000063504B43532D3135 9000", "58585858585858585858585858 58 9000"},
		{"SELECT of a SIM", "", "> A0A40000026F07\n< 0000000A6F07040014000102 9000", "585858585858585858585858 9000"},
		{"SELECT secured", "", "> 04A40004026432\n< 620483026432 9000", "585858585858 9000"},
		{"channel's number", "", "> 0070000001\n< 03 9000", "03 9000"},
		{"channel's number, late", "> 0070000001\n! deadline\n", "~ 03 9000", "03 9000"},
		{"late answer first", "", "~ 3132339000", "585858 9000"},
		{"MANAGE CHANNEL that brings more", "", "> 0070000001\n< 0301 9000", "5858 9000"},
		{"any other command", "", "> 00CA000000\n< 31323334 9000", "58585858 9000"},
		{"an answer without SW", "", "> 0070000001\n< 33", "58"},
		{"an answer to no command", "", "> 313233\n< 31323334 9000", "58585858 9000"},
		{"an empty answer", "", "> 0070000001\n<", ""},

		{"ICCID", selectICC, read + "98882119374651028437 9000", "58585858585858585858 9000"},
		{"a file that nobody selected", "", read + "98882119374651028437 9000", "58585858585858585858 9000"},
		{"a file all FF", selectICC, read + "FFFFFFFFFF 9000", "FFFFFFFFFF 9000"},
		{"a file all 00", selectICC, read + "0000000000 9000", "0000000000 9000"},
		{"a file all alike", selectICC, read + "3131313131 9000", "5858585858 9000"},

		{"EF(DIR)", selectDir, record + "6116 4F0CA000000063504B43532D3135 500331323351017F FF 9000", "6116 4F0CA000000063504B43532D3135 500358585851017F FF 9000"},
		{"EF(DIR), template filled", selectDir, record + "610B 4F05A000000063 FFFF 7300 FFFF 9000", "610B 4F05A000000063 FFFF 7300 FFFF 9000"},
		{"EF(DIR), a name alone", selectDir, record + "4F05A000000063 9000", "4F05A000000063 9000"},
		{"EF(DIR), transparent", selectDir, read + "6107 4F05A000000063 61045002 3132 0000 9000", "6107 4F05A000000063 61045002 5858 0000 9000"},
		{"EF(DIR) by SFI", "", "> 00B201F400\n< 61074F05A000000063 9000", "61074F05A000000063 9000"},
		{"SFI 1E in an application", "> 00A4040C05A000000063\n< 9000\n", "> 00B201F400\n< 61074F05A000000063 9000", "585858585858585858 9000"},
		{"SFI 1E transparent", "", "> 00B09E0000\n< 61074F05A000000063 9000", "61074F05A000000063 9000"},

		{"ODF", selectODF, read + "A006 30040402 4404 A70D 300B 04026430 020120 80020100 FF 9000", "A006 58585858 5858 A70D 300B 04026430 020120 80020100 FF 9000"},
		{"ODF, two places in one entry", selectODF, read + "A70C 3004 04026430 3004 04023132 9000", "A70C 3004 04026430 3004 58585858 9000"},
		{"ODF, malformed", selectODF, read + "A7803132333435 9000", "A7803158585858 9000"},
		{"ODF, a path that is none", selectODF, read + "A716 3014 0412 313233343536373839303132333435363738 9000", "A716 3014 0412 585858585858585858585858585858585858 9000"},
		{"ODF, enveloped", selectODF, read + "A704 A102 3132 9000", "A704 A102 5858 9000"},
		{"ODF, cut", selectODF, read + "A706 3004 0402 64 9000", "A706 3004 0402 64 9000"},
		{"ODF, cut in a length", selectODF, read + "A7 9000", "A7 9000"},

		{"DODF", namesDODF + selectDODF, read + "A123 300A 0C0131 030206C0 040131 300A 0C0131 0605 67 2B 09 01 01 A109 3007 0601 2A 3002 0400 9000",
			"A123 300A 0C0158 030206C0 040158 300A 0C0158 0605 67 2B 09 01 01 A109 3007 0601 2A 3002 0400 9000"},
		{"DODF, opaqueDO", namesDODF + selectDODF, read + "3010 3000 3003 06012A A107 3005 0403 313233 9000", "3010 3000 3003 06012A A107 3005 0403 313233 9000"},
		{"DODF, direct value", namesDODF + selectDODF, read + "A119 3000 3000 A000 A111 300F 0604672B0901 A007 0405 3132333435 9000",
			"A119 3000 3000 A000 A111 300F 0604672B0901 A007 0405 5858333458 9000"},
		{"DODF, direct value of another", namesDODF + selectDODF, read + "A114 3000 3000 A10E 300C 06012A A007 0405 3132333435 9000",
			"A114 3000 3000 A10E 300C 06012A A007 0405 5858585858 9000"},
		{"DODF, direct value, bare", namesDODF + selectDODF, read + "A113 3000 3000 A10D 300B 0604672B0901 8003 000231 9000",
			"A113 3000 3000 A10D 300B 0604672B0901 8003 585858 9000"},
		{"DODF, other entries", namesDODF + selectDODF, read + "A203 040131 9000", "A203 585858 9000"},
		{"DODF that no ODF names", selectDODF, read + "A203 040131 9000", "5858585858 9000"},

		{"EF(ARR)", selectARR, record + "800101 A406830101950108 800102 9700 84023132 FF 9000", "800101 A406830101950108 800102 9700 84025858 FF 9000"},
		{"EF(ARR), nested", selectARR, record + "A00A A003830101 AF03830102 9000", "A00A A003830101 AF03830102 9000"},
		{"EF(ARR), nested too deep", selectARR, record + "A00B A009 A007 A005 A003 830101 9000", "A00B A009 A007 A005 A003 585858 9000"},
		{"EF(ARR) that an FCP names", "> 00A4000402643200\n< 6205 8B032F1104 9000\n> 00A4000C022F11\n< 9000\n", record + "9000 9000", "9000 9000"},
		{"record of another file", selectICC, record + "9000 9000", "5858 9000"},

		{"bootstrap file, no header", selectBoot, read + "313233 9000", "585858 9000"},
		{"bootstrap file, too large", selectBoot, read + "0001FFFE3132 9000", "5858FFFE5858 9000"},
		{"bootstrap file behind a SELECT that failed", selectBoot + "> 00A4000C022FE2\n< 6A82\n", read + "0001000A 0000 9000", "5858000A 5858 9000"},
		{"bootstrap file, erased", selectBoot, read + "FFFFFFFF3132 9000", "FFFFFFFFFFFF 9000"},
		{"bootstrap file, empty", selectBoot, read + "000012343132 9000", "00000000FFFF 9000"},
		{"bootstrap file, cut", selectBoot, read + "0001000A 000000 0005 9000", "5858000A 585858 5858 9000"},
		{"bootstrap file, in the second piece", selectBoot + read + "0001000B 0000 9000\n", "> 00B0000609\n< 00 0006 0800 03C10531 FF 9000", "00 0006 0800 03C10501 FF 9000"},
		{"Short Server ID", selectBoot, read + "0001000C 0001 00 0007 080004 C2003132 FF 9000", "0001000C 0001 00 0007 080004 C2003132 FF 9000"},
		{"Short Server ID that is too long", selectBoot, read + "0001000D 0001 00 0008 080005 C300313233 9000", "0001000D 0001 00 0008 080005 C300585858 9000"},
		{"a value of no bytes", selectBoot, read + "0001000A 0007 00 0005 080002 C005 9000", "0001000A 0007 00 0005 080002 C005 9000"},
		{"bootstrap file that nobody names", selectICC, read + "0001000B 0000 00 0006 080003 C10531 9000", "0001000B 0000 00 0006 080003 C10501 9000"},
		{"nor is one", selectICC, read + "0001000B 0000 00 0006 880003 C10531 9000", "58585858 5858 58 5858 585858 585858 9000"},
		{"wrapped content", selectBoot, "> 00B100000454028000 00\n< 5304FFFF0000 9000", "5304 58580000 9000"},
		{"wrapped content, all FF", selectBoot, "> 00B100000454028000 00\n< 5304FFFFFFFF 9000", "5304 FFFFFFFF 9000"},
		{"wrapped otherwise", selectBoot, "> 00B100000454028000 00\n< 5204FFFFFFFF 9000", "5858 58585858 9000"},
		{"wrapped, file by its FID", selectBoot, "> 00B164320454028000 00\n< 5304FFFFFFFF 9000", "5858 58585858 9000"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Split(strings.TrimSuffix(redact(t, tt.before+tt.answer+"\n"), "\n"), "\n")
			last := got[len(got)-1]
			for i := len(got) - 2; i >= 0 && strings.HasSuffix(got[i], `\`); i-- {
				last = strings.TrimSuffix(got[i], `\`) + last
			}
			require.Equal(t, strings.ReplaceAll(tt.want, " ", ""), strings.ReplaceAll(last[1:], " ", ""))
		})
	}
}

func TestRedactedCommandShowsNoData(t *testing.T) {
	for capdu, want := range map[string]string{
		"00A4040C05A000000063":          "00A4040C05A000000063",
		"00A4040C11" + x("31", 17):      "00A4040C11" + x("**", 17),
		"00A4080C047F506432":            "00A4080C047F506432",
		"00A4090C10" + x("31", 16):      "00A4090C10" + x("31", 16),
		"00A4090C12" + x("31", 18):      "00A4090C12" + x("**", 18),
		"00A4000C026432":                "00A4000C026432",
		"00A4000C03313233":              "00A4000C03******",
		"00A40304":                      "00A40304",
		"04A4000C026432":                "04A4000C02****",
		"84A4000C026432":                "84A4000C02****",
		"60A4000C026432":                "60A4000C02****",
		"A0A40000026F07":                "A0A40000026F07",
		"00B10000045402800000":          "00B10000045402800000",
		"00B10000045502800000":          "00B1000004********00",
		"00B1000006540431323334" + "00": "00B1000006************00",
		"00B10000055402800031":          "00B1000005**********",
		"00D6000002313200":              "00D6000002****00",
		"00D6000000000231320000":        "00D60000000002****0000",
		"00C000000231 32":               "00C0000002****",
		"00880081023132":                "0088008102****",
		"31323334353637":                x("**", 7),
		"313233":                        "******",
		"":                              "",
	} {
		got, _, _ := strings.Cut(redact(t, "> "+capdu+"\n< 9000\n"), "\n<")
		got = strings.NewReplacer("> ", "", ">", "", " ", "", "\\\n", "").Replace(got)
		require.Equal(t, want, got)
	}
	require.Contains(t, redact(t, "> 0070000001\n< 6102\n> 00C0000002 3132\n< 9000\n"), "> 00 C0 00 00 02 ** **\n", "data of a GET RESPONSE that goes on")
}

func x(s string, n int) string { return strings.Repeat(s, n) }

func TestRedactedFileReadTwiceThatChanged(t *testing.T) {
	const first, second = "0001000B 0000 00 0006 080003 C10531", "0001000B 0000 00 0006 080003 C10633"
	text := "> 00A4000C026432\n< 9000\n> 00B0000000\n< " + first + "9000\n> 00B0000000\n< " + second + "9000\n> 00B0000802\n< 0600 9000\n"
	got := strings.ReplaceAll(redact(t, text), " ", "")
	require.Contains(t, got, "03C10501")
	require.Contains(t, got, "03C10601")
}

func TestRedactDropsCommentsAndKeepsTimesAndErrors(t *testing.T) {
	require.Equal(t, "> 00 70 00 00 01\n! deadline\n@ 1s\n~ 01 90 00\n", redact(t, "# key: 31 32\n> 0070000001 # 31\n! deadline\n@ 1s\n~ 019000\n"))
}
