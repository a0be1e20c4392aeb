// Package omaxml reads the definitions of objects from XML files as OMA
// publishes them (schema LWM2M.xsd of LwM2M 1.0, LWM2M-v1_1.xsd of 1.1 and
// later), so that an [objects.Registry] knows objects beyond those built in.
//
//	<LWM2M>                                               objects.Definition
//	  <Object ObjectType="MODefinition">
//	    <Name>                                            Name
//	    <ObjectID>            3303                        ID
//	    <ObjectURN>           urn:oma:lwm2m:ext:3303:1.1  Version, without ObjectVersion
//	    <ObjectVersion>       1.1                         Version; without both 1.0
//	    <MultipleInstances>   Multiple, Single            Multiple
//	    <Mandatory>           Mandatory, Optional         Mandatory
//	    <Resources>
//	      <Item ID="5700">                                ResourceDefinition, ID
//	        <Name>                                        Name
//	        <Operations>      R, W, RW, E or nothing      Operations
//	        <MultipleInstances>, <Mandatory>              Multiple, Mandatory
//	        <Type>            String, Integer, …          Type
//	        <RangeEnumeration>  1..65534                  Range
//	        <Units>           Cel                         Units
//
// A file may hold several Objects. Descriptions, the version of the enabler
// and elements that the schema does not know are passed over.
//
// # Secrets
//
// The schema has no word for a key. Marks come from what is known already: a
// Resource of an object in the registry is Secret, or AnyOctets, when a
// version there says so. Any other Resource that no Server may read (its
// Operations without R and E: reached by the Bootstrap interface alone, or
// written blindly) is taken for Secret. What a Server may read is not secret,
// whatever its name; an Opaque prints its length alone in any case (see
// [objects.Value.String]). Who knows better changes the marks that [Parse]
// returned before he registers them.
//
// # Ranges
//
// RangeEnumeration is text for people. What is read, in the notations of the
// registry's files: 1..65534, 1-65534, 0..255 bytes, 6 bytes, lists like
// 16,32,48 and 16-32-48, and 16-bit, which starts at 0. A list without equal
// steps gives the range around it. Any other text sets no limit, and so does a
// number beyond 63 bits; a range upside down is an error. Only Integer,
// Unsigned Integer (the number), String and Opaque (the length in bytes) have
// limits. A list or a lone number that is not followed by "bytes" may name the
// very values of a String, and sets no limit there.
//
// # Hostile files
//
// A file is not trusted: its size ([MaxSize]), the depth of its elements
// ([MaxDepth]) and the Resources of an Object ([objects.MaxResources]) are
// bounded. UTF-8 is the one encoding, with or without a byte order mark.
// Document type declarations are refused, so there are no entities but those
// of XML itself. An [Error] says line, column and element.
package omaxml
