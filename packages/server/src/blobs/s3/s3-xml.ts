/**
 * The little XML that S3 speaks: flat records of texts. What is read are keys (which hold no markup), ids, stamps and
 * codes, so a scan for tags is enough.
 */

/** Texts between all tags of a name that do not hold a tag of the same name. */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(
    ([, text = '']) => text,
  );
}

/** Text of the first tag of a name; null when there is none. */
export function element(xml: string, name: string): string | null {
  const found = elements(xml, name)[0];
  return found === undefined ? null : unescapeXml(found);
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|(amp|lt|gt|quot|apos));/gi, (whole, decimal, hex, named) => {
    if (typeof named === 'string') return ENTITIES[named.toLowerCase()] ?? whole;
    const point = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : '';
  });
}

/** Makes a text safe between tags. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
