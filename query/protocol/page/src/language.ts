// SPARQL 1.1 and 1.2 for the editor: its words, and a tokenizer for colours.
import { HighlightStyle, LanguageSupport, StreamLanguage, syntaxHighlighting, type StringStream } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const list = (words: string): string[] => words.trim().split(/\s+/);

export const keywords = list(`SELECT CONSTRUCT DESCRIBE ASK WHERE FROM NAMED FILTER OPTIONAL UNION MINUS GRAPH SERVICE SILENT BIND
  VALUES UNDEF EXISTS NOT IN AS DISTINCT REDUCED GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET PREFIX BASE VERSION LATERAL
  INSERT DELETE DATA WITH USING LOAD INTO CLEAR DROP CREATE ADD MOVE COPY TO ALL DEFAULT SEPARATOR TRUE FALSE`);

export const functions = list(`COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG LANGDIR LANGMATCHES HASLANG HASLANGDIR DATATYPE
  BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER
  YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRLANGDIR STRDT
  SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC REGEX SUBSTR REPLACE TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE`);

const keywordSet = new Set(keywords);
const functionSet = new Set(functions);

interface State { quote: string; depth: number }

function token(stream: StringStream, state: State): string | null {
  if (state.quote) return string(stream, state);
  if (stream.eatSpace()) return null;
  if (stream.match(/^#.*/)) return "comment";
  if (stream.match(/^[?$][\p{L}\d_][\p{L}\d_\u00b7]*/u)) return "variableName";
  if (stream.match(/^(<<\(|\)>>|<<|>>|\{\||\|\})/)) return "angleBracket"; // triple terms, reified triples, annotations
  if (stream.match(/^<[^<>"{}|^`\\\s]*>/)) return "url";
  const open = stream.match(/^("""|'''|"|')/) as RegExpMatchArray | null;
  if (open) {
    state.quote = open[0];
    return string(stream, state);
  }
  if (stream.match(/^@[A-Za-z]+(-[A-Za-z\d]+)*(--(ltr|rtl))?/)) return "meta";
  if (stream.match(/^\^\^/)) return "operator";
  if (stream.match(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?(?![\p{L}_])/u)) return "number";
  if (stream.match(/^_:[\p{L}\d_][\p{L}\d_.-]*/u)) return "atom";
  const name = stream.match(/^([\p{L}][\p{L}\d_.-]*)?:/u) as RegExpMatchArray | null;
  if (name) {
    stream.match(/^([\p{L}\d_:%\\-]|\.(?=[\p{L}\d_:-]))*/u);
    return "propertyName";
  }
  const word = stream.match(/^[\p{L}_][\p{L}\d_]*/u) as RegExpMatchArray | null;
  if (word) {
    const w = word[0].toUpperCase();
    if (word[0] === "a") return "keyword";
    return functionSet.has(w) ? "builtin" : keywordSet.has(w) ? "keyword" : "invalid";
  }
  const bracket = stream.match(/^[{}()[\].,;]/) as RegExpMatchArray | null;
  if (bracket) {
    if ("{(".includes(bracket[0])) state.depth++;
    if ("})".includes(bracket[0])) state.depth--;
    return "bracket";
  }
  stream.next();
  return "operator";
}

function string(stream: StringStream, state: State): string {
  while (!stream.eol()) {
    if (stream.match(state.quote)) {
      state.quote = "";
      return "string";
    }
    if (stream.next() === "\\") stream.next();
  }
  if (state.quote.length === 1) state.quote = ""; // a short string ends with its line
  return "string";
}

const style = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--keyword)", fontWeight: "600" },
  { tag: tags.standard(tags.variableName), color: "var(--function)" },
  { tag: tags.variableName, color: "var(--variable)" },
  { tag: tags.propertyName, color: "var(--name)" },
  { tag: tags.url, color: "var(--name)" },
  { tag: tags.string, color: "var(--string)" },
  { tag: tags.number, color: "var(--number)" },
  { tag: tags.comment, color: "var(--dim)", fontStyle: "italic" },
  { tag: tags.meta, color: "var(--function)" },
  { tag: tags.angleBracket, color: "var(--keyword)" },
  { tag: tags.atom, color: "var(--name)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const language = StreamLanguage.define<State>({
  name: "sparql",
  startState: () => ({ quote: "", depth: 0 }),
  token,
  languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "[", "{", '"'] } },
  indent: (state, after, { unit }) => unit * Math.max(0, state.depth - (/^\s*[})]/.test(after) ? 1 : 0)),
});

export function sparql(): LanguageSupport {
  return new LanguageSupport(language, [syntaxHighlighting(style)]);
}
