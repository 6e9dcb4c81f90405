import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Section } from "../../ui/page.tsx";

/** The households and other groups she belongs to, and with whom. */
export function Groups({ id }: { id: string }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const groups = useQuery({
    queryKey: ["groups", id],
    queryFn: ({ signal }) => valueOf(client.GET("/api/customers/{customer}/groups", { params: { path: { customer: id } }, signal })),
  });
  const items = groups.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Section title={t("why.groups")}>
      <ul className="plain-list">
        {items.map((group) => (
          <li key={group.id} style={{ display: "block" }}>
            <strong>{group.name}</strong>{" "}
            <span className="mute small">
              {t("why.members", { count: group.size })} · {t("why.since", { day: format.day(group.since) })}
            </span>
            <div>
              {group.members.filter((member) => member.id !== id).map((member) => (
                <Link key={member.id} to="/customers/$id" params={{ id: member.id }} style={{ marginRight: 12 }}>
                  {member.name}
                </Link>
              ))}
            </div>
            {Object.entries(group.traits).map(([key, value]) => (
              <div key={key} className="mute small">
                {t("named", { of: word("trait", key), what: value })}
              </div>
            ))}
          </li>
        ))}
      </ul>
    </Section>
  );
}
