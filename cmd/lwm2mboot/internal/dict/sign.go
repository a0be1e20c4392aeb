package dict

import (
	"strings"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// asData is the advice for whatever computes.
const asData = "a configuration is data: write the value itself"

// refusedSigns have a meaning in Python and none in data. The longest first.
var refusedSigns = []string{"**", "<<", ">>", "==", "!=", "<=", ">=", ":=", "&", "|", "^", "~", "<", ">", "=", ";", "@", "!"}

// closing are the closing brackets by the opening ones.
var closing = map[string]string{"{": "}", "[": "]", "(": ")"}

// sign consumes punctuation or an operator, and counts what is open.
func (s *scanner) sign() error {
	for _, refused := range refusedSigns {
		if strings.HasPrefix(s.rest, refused) {
			return s.refuse("'%s' cannot stand here: %s", refused, asData)
		}
	}
	text := s.rest[:1]
	if strings.HasPrefix(s.rest, "//") {
		text = "//"
	}
	top := &s.levels[len(s.levels)-1]
	switch text {
	case "/":
		return s.refuse("'/' makes a fraction in Python, also of integers: write '//' or the value itself")
	case ".":
	case ",", ":":
		s.depth -= top.operators
		top.operators = 0
	case "+", "-", "*", "//", "%":
		top.operators++
		s.depth++
	case "{", "[", "(":
		s.levels = append(s.levels, level{open: token{at: s.at, text: text}})
		s.depth++
	case "}", "]", ")":
		if top.open.text == "" {
			return s.refuse("'%s' closes nothing", text)
		}
		if closing[top.open.text] != text {
			return s.refuse("'%s' cannot close the '%s' of %v", text, top.open.text, top.open.at)
		}
		s.depth -= 1 + top.operators
		s.levels = s.levels[:len(s.levels)-1]
	default:
		return s.refuse("a character that no dictionary has outside of a text")
	}
	if s.depth > MaxDepth {
		return config.Errorf(s.at, config.ErrLimit, "more than %d brackets and operators within each other", MaxDepth)
	}
	at := s.at
	s.add(at, sign, s.take(len(text)))
	return nil
}

// words are the names that data may have; after a dot there may be others.
var words = map[string]bool{"OID": true, "RID": true, "True": true, "False": true, "None": true, "bytes": true}

// otherWords are how JSON and YAML write what Python writes otherwise.
var otherWords = map[string]string{"true": "True", "false": "False", "yes": "True", "no": "False"}

// name consumes a name. Those of [words] pass, and those after a dot, which
// are looked up later; no other, so no keyword gets to the parser.
func (s *scanner) name() error {
	text := s.rest[:word(s.rest)]
	dotted := len(s.tokens) > 0 && s.tokens[len(s.tokens)-1].text == "." && s.tokens[len(s.tokens)-1].form == sign
	if !dotted && !words[text] {
		if python := otherWords[text]; python != "" {
			return s.refuse("Python writes %s", python)
		}
		return s.refuse("a name that has no meaning here: put a text in quotes; %s", asData)
	}
	at := s.at
	s.add(at, name, s.take(len(text)))
	return nil
}
