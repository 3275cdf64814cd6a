/** Rich text as it was written. The server keeps only what is harmless; what it once kept is cleaned again. */
import DOMPurify from "dompurify";

const TAGS = ["p", "br", "b", "strong", "i", "em", "u", "s", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "code", "pre", "a", "hr", "sub", "sup", "table", "thead", "tbody", "tr", "th", "td"];

export const clean = (html: string): string => DOMPurify.sanitize(html, { ALLOWED_TAGS: TAGS, ALLOWED_ATTR: ["href"], ALLOWED_URI_REGEXP: /^(https?|mailto):/i });

export default function SafeHtml({ html }: { html: string }) {
  return <div className="q-rich" dangerouslySetInnerHTML={{ __html: clean(html) }} />;
}
