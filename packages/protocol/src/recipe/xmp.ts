/** Our own namespace, and the name of the only member in it. */
const NAMESPACE = 'urn:rendercast:recipe:1';
const MEMBER = 'rendercast:recipe';

/** An XMP packet that holds our JSON. ISO 16684-1. */
export function writeXmp(json: string, extendedId?: string): string {
  const extended =
    extendedId === undefined
      ? ''
      : ` xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="${extendedId}"`;
  const member = json === '' ? '' : `<${MEMBER}>${escape(json)}</${MEMBER}>`;
  return (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    `<rdf:Description rdf:about="" xmlns:rendercast="${NAMESPACE}"${extended}>${member}</rdf:Description>` +
    '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
  );
}

/** Our JSON out of an XMP packet, as {@link writeXmp} wrote it or a tool that tidied it up (a member or an attribute). */
export function readXmp(xmp: string): string | null {
  if (!xmp.includes(NAMESPACE)) return null;
  const between = (before: string, after: string): string | null => {
    const from = xmp.indexOf(before);
    const to = from < 0 ? -1 : xmp.indexOf(after, from + before.length);
    return to < 0 ? null : unescape(xmp.slice(from + before.length, to));
  };
  return between(`<${MEMBER}>`, `</${MEMBER}>`) ?? between(`${MEMBER}="`, '"') ?? between(`${MEMBER}='`, "'");
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unescape(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{2,4}));/g,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
