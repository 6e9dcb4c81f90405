import { type ReactNode, useEffect } from "react";
import "./page.css";

interface PageProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly before?: ReactNode;
  readonly beside?: ReactNode;
  readonly action?: ReactNode;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** One screen: title, one sentence of what it is for, at most one primary action, content. */
export function Page({ title, about, before, beside, action, wide = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Unavoce`;
  }, [title]);
  return (
    <main id="content" className={wide ? "page page-wide" : "page"} tabIndex={-1}>
      {before}
      <header className="page-head">
        <div className="page-words">
          <h1>
            {title}
            {beside}
          </h1>
          {about && <p>{about}</p>}
        </div>
        {action && <div className="page-action">{action}</div>}
      </header>
      {children}
    </main>
  );
}

/** A titled part of a screen; `tools` stand at the right of the title. */
export function Section({ title, note, tools, children }: { title: string; note?: ReactNode; tools?: ReactNode; children: ReactNode }) {
  return (
    <section className="section" aria-label={title}>
      <header className="section-head">
        <h2>{title}</h2>
        {note && <span className="section-note">{note}</span>}
        {tools && <div className="section-tools">{tools}</div>}
      </header>
      {children}
    </section>
  );
}
