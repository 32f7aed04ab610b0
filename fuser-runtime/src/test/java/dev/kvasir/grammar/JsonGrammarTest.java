package dev.kvasir.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonGrammarTest {

    private static final String TICKET = """
            {'type': 'object', 'properties': {
               'tag': {'enum': ['bug', 'idea']},
               'severity': {'type': 'integer', 'minimum': 1, 'maximum': 5},
               'steps': {'type': 'array', 'items': {'type': 'string', 'minLength': 1}, 'minItems': 1, 'maxItems': 2}},
             'required': ['tag', 'steps']}""";

    @Test
    void anObjectHasItsMembersInTheSchemasOrderAndThoseThatAreOptionalPerhaps() {
        Language ticket = Language.of(TICKET);
        assertThat(ticket.has("{'tag':'bug','severity':3,'steps':['a']}")).isTrue();
        assertThat(ticket.has("{'tag': 'idea', 'steps': ['a', 'b']}")).isTrue();
        assertThat(ticket.has("{\n  'tag': 'idea',\n  'steps': [\n    'a'\n  ]\n}"))
                .isTrue();
        assertThat(ticket.has("{'steps':['a'],'tag':'bug'}")).isFalse();
        assertThat(ticket.has("{'tag':'bug'}")).isFalse();
        assertThat(ticket.has("{'tag':'bugs','steps':['a']}")).isFalse();
        assertThat(ticket.has("{'tag':'bug','severity':6,'steps':['a']}")).isFalse();
        assertThat(ticket.has("{'tag':'bug','steps':[]}")).isFalse();
        assertThat(ticket.has("{'tag':'bug','steps':['']}")).isFalse();
        assertThat(ticket.has("{'tag':'bug','steps':['a','b','c']}")).isFalse();
        assertThat(ticket.has("{'tag':'bug','steps':['a'],'more':1}")).isFalse();
    }

    @Test
    void whiteSpaceIsBounded() {
        Language ticket = Language.of(TICKET);
        assertThat(ticket.begins(" {")).isTrue();
        assertThat(ticket.begins("  {")).isFalse();
        assertThat(ticket.begins("{\n" + " ".repeat(20) + "'tag'")).isTrue();
        assertThat(ticket.begins("{\n" + " ".repeat(21))).isFalse();
        assertThat(ticket.begins("{\n\n")).isFalse();
        assertThat(ticket.has("{'tag':'bug','steps':['a']} ")).isFalse();
    }

    @Test
    void otherMembersComeLastAndAreNotCalledAsItsOwn() {
        Language open = Language.of(
                "{'type':'object','properties':{'name':{'type':'null'}},'additionalProperties':{'type':'boolean'}}");
        assertThat(open.has("{'name':null,'names':true,'nam':false,'':true}")).isTrue();
        assertThat(open.has("{'more':true}")).isTrue();
        assertThat(open.has("{'name':true}")).isFalse();
        assertThat(open.has("{'more':true,'name':null}")).isFalse();
        assertThat(open.begins("{'n\\\\u")).isFalse();
    }

    @Test
    void anyObjectIsAnyJsonUpToThirtyTwoLevels() {
        Language any = Language.ofAnyObject();
        assertThat(any.has("{'a':[1,-2.5e+10,true,null,{'b':'\\u00e9 \\n ü 日'}],'c':{}}"))
                .isTrue();
        assertThat(any.has("[1]")).isFalse();
        assertThat(any.has("{'a':01}")).isFalse();
        assertThat(any.has("{'a':'\\u0000'}")).isFalse();
        assertThat(any.has("{'a':'\\ud83d'}")).isFalse();
        assertThat(any.has("{'a':" + "[".repeat(31) + "]".repeat(31) + "}")).isTrue();
        assertThat(any.begins("{'a':" + "[".repeat(32))).isFalse();
    }

    @Test
    void aSchemaMayNameItself() {
        Language tree = Language.of("""
                {'$ref':'#/$defs/node','$defs':{'node':{'type':'object','properties':{
                  'value':{'type':'integer'},
                  'children':{'type':'array','items':{'$ref':'#/$defs/node'}},
                  'next':{'anyOf':[{'$ref':'#/$defs/node'},{'type':'null'}]}},'required':['value','next']}}}""");
        assertThat(tree.has("{'value':1,'next':{'value':2,'children':[{'value':3,'next':null}],'next':null}}"))
                .isTrue();
        assertThat(tree.has("{'value':1,'next':{}}")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {'type':'string','pattern':'^[A-Z]{2}-\\\\d{3}$'} ; 'AB-123' ; 'AB-12'
            {'type':'string','pattern':'b+'} ; 'abba' ; 'aca'
            {'type':'string','pattern':'^a|b$'} ; 'xb' ; 'xa'
            {'type':'string','pattern':'^.*$','maxLength':3} ; '日本é' ; 'abcd'
            {'type':'string','pattern':'^[^a]$'} ; '\\"' ; 'a'
            {'type':'string','pattern':'^(?:ab)*?$','minLength':3} ; 'abab' ; 'ab'
            {'type':'string','minLength':2,'maxLength':3} ; '\\n\\u00e9日' ; 'a'
            {'type':'integer','minimum':-3,'exclusiveMaximum':12} ; 11 ; 12
            {'type':'integer'} ; -40 ; 1.0
            {'type':'number','minimum':0,'maximum':1} ; 0.75 ; 1.01
            {'type':'number','exclusiveMinimum':-0.5} ; -0.49 ; -0.5
            {'type':'number'} ; 1e-7 ; .5
            {'type':['string','null'],'maxLength':1} ; null ; 'ab'
            {'const':{'a':[1,'b']}} ; {'a':[1,'b']} ; {'a':[1]}
            {'enum':['a',1,'abc'],'type':'string','minLength':2} ; 'abc' ; 'a'
            {'type':'array','prefixItems':[{'type':'integer'},{'type':'string'}]} ; [1, 'a'] ; [1, 'a', 2]
            {'type':'array','prefixItems':[{'type':'integer'}],'items':{'type':'null'}} ; [1, null, null] ; [null]
            {'type':'array','items':false} ; [] ; [1]
            {'oneOf':[{'type':'integer'},{'const':'x'}]} ; 'x' ; 'y'
            {'allOf':[{'type':'boolean'}],'title':'t','default':1} ; true ; 0
            {'minimum':3} ; 4 ; 2
            {'required':['x']} ; {'x':[]} ; {}
            """)
    void keywordsAreForced(String schema, String fitting, String other) {
        Language language = Language.of(schema);
        assertThat(language.has(fitting)).as(fitting).isTrue();
        assertThat(language.has(other)).as(other).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'type':'array','uniqueItems':true} | /uniqueItems | Keyword 'uniqueItems' cannot be forced on a reply. Check it in a later node.
            {'properties':{'a':{'multipleOf':2}}} | /properties/a/multipleOf | Keyword 'multipleOf' cannot be forced on a reply. List the values in an enum, or check them in a later node.
            {'typ':'string'} | /typ | Keyword 'typ' cannot be forced on a reply. Leave it out, or check it in a later node.
            {'type':'text'} | /type | 'type' is one or some of object, array, string, integer, number, boolean, null, not "text".
            {'type':'integer','minLength':1} | /minLength | 'minLength' asks nothing of type integer. Leave it out.
            {'anyOf':[{'type':'null'}],'type':'null'} | /type | 'type' beside 'anyOf' cannot be forced. Put it into the schemas that 'anyOf' names.
            {'allOf':[{},{}]} | /allOf | 'allOf' of several schemas cannot be forced. Write them as one.
            {'$ref':'other.json'} | /$ref | '$ref' must name a place in this schema, such as "#/$defs/place".
            {'$ref':'#/$defs/a'} | /$ref | '$ref' names #/$defs/a, which this schema does not have.
            {'type':'string','pattern':'(?=a)'} | /pattern | Pattern "(?=a)" cannot be forced: it uses '(?', which only groups as '(?:'.
            {'type':'string','pattern':'(a)\\\\1'} | /pattern | Pattern "(a)\\\\1" cannot be forced: it uses '\\1'.
            {'type':'string','pattern':'a$b'} | /pattern | Pattern "a$b" cannot be forced: it has an anchor that is not at one of its ends.
            {'type':'string','pattern':'((a{100}){100}){100}'} | /pattern | Pattern "((a{100}){100}){100}" cannot be forced: it is too large for an automaton; repeat less.
            {'type':'string','minLength':2,'maxLength':1} | /maxLength | 'maxLength' is less than 'minLength'.
            {'type':'string','pattern':'^ab$','maxLength':1} | /pattern | No string of the lengths allowed has pattern "^ab$".
            {'type':'integer','minimum':0.1,'maximum':0.9} | `` | No integer lies within its bounds.
            {'enum':[1,2],'type':'string'} | `` | No value of its enum or const fits the rest of it.
            {'properties':{'a':{}},'required':['b'],'additionalProperties':false} | /required | 'b' is required, but not among the properties.
            {'type':'array','minItems':-1} | /minItems | 'minItems' is a whole number, 0 or more.
            {'properties':{'a':{'$ref':'#'}},'required':['a']} | `` | No value fits it within 32 levels: what it requires can never be written, or has itself in it.
            {'$schema':'http://json-schema.org/draft-07/schema#'} | /$schema | The schema must be of 2020-12, not "http://json-schema.org/draft-07/schema#".
            """)
    void whatCannotBeForcedIsRefusedByName(String schema, String pointer, String sentence) {
        assertThat(faults(schema)).containsExactly(new SchemaFault(pointer, sentence));
    }

    @Test
    void allFaultsAreToldTogetherWithTheirPlaces() {
        assertThat(faults("{'properties':{'a/b':{'not':{}},'c':{'items':{'format':'date','contains':{}}}}}"))
                .containsExactly(
                        new SchemaFault(
                                "/properties/a~1b/not",
                                "Keyword 'not' cannot be forced on a reply. List what is allowed instead."),
                        new SchemaFault(
                                "/properties/c/items/contains",
                                "Keyword 'contains' cannot be forced on a reply. Leave it out, or check it in a later node."));
    }

    @Test
    void aFormatAndAlternativesThatOverlapAreRemarkedOn() {
        JsonGrammar grammar = JsonGrammar.of(Language.json("""
                {'properties':{
                  'at':{'type':'string','format':'date-time'},
                  'one':{'oneOf':[{'type':'integer'},{'type':['string','integer']}]},
                  'two':{'oneOf':[{'type':'integer'},{'type':'string'}]},
                  'three':{'oneOf':[{'properties':{'kind':{'const':'a'}},'required':['kind']},
                                    {'properties':{'kind':{'enum':['b','c']}},'required':['kind']}]}}}"""));
        assertThat(grammar.remarks())
                .containsExactly(
                        new SchemaFault(
                                "/properties/at/format",
                                "A format is only a note and not forced. Say it as a pattern."),
                        new SchemaFault(
                                "/properties/one/oneOf",
                                "'oneOf' is forced as 'anyOf': a reply that fits two of its schemas fails. Tell them apart by a const."));
    }

    @Test
    void aGrammarKnowsWhatItsValuesMayHold() {
        JsonGrammar grammar = JsonGrammar.of(Language.json(TICKET));
        assertThat(grammar.mayHold(List.of("tag"))).isTrue();
        assertThat(grammar.mayHold(List.of("steps", "1"))).isTrue();
        assertThat(grammar.mayHold(List.of("steps", "2"))).isFalse();
        assertThat(grammar.mayHold(List.of("tags"))).isFalse();
        assertThat(grammar.names(List.of())).containsExactly("tag", "severity", "steps");
    }

    private static List<SchemaFault> faults(String schema) {
        return catchThrowableOfType(SchemaRefusedException.class, () -> JsonGrammar.of(Language.json(schema)))
                .faults();
    }
}
