interface MailBodyProps {
  readonly html: string | null | undefined;
  readonly text: string | null | undefined;
  readonly title: string;
}

// Looking at a mail here must not count as opening it: nothing outside the frame is loaded.
const ALONE = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`;
const LOOK = "<style>body{margin:16px;font:14px/20px system-ui,sans-serif;color:#17201c;background:#fff;overflow-wrap:anywhere}</style>";

/** The document shown in the frame: the mail, without scripts and without what it would fetch. */
export function framed(html: string): string {
  return `<!doctype html><html><head>${ALONE}<base target="_blank">${LOOK}</head><body>${html}</body></html>`;
}

/** A mail's body: HTML in a frame of its own, or plain text. */
export function MailBody({ html, text, title }: MailBodyProps) {
  if (!html) return <p className="mail-text">{text}</p>;
  return <iframe className="mail-body" title={title} sandbox="allow-popups" srcDoc={framed(html)} />;
}
