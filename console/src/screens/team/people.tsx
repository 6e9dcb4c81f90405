import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered } from "../../ui/answered.tsx";
import { Table } from "../../ui/table.tsx";
import { JoinPanel, type Member, MemberPanel } from "./member.tsx";
import { usePlaces } from "./places.tsx";

/** In the address: somebody who is still to come. */
export const NEW = "new";

interface PeopleProps {
  readonly chosen: string | undefined;
  readonly mayWrite: boolean;
  readonly onChoose: (person: string | undefined) => void;
}

function PeopleTable({ items, chosen, mayWrite, onChoose }: PeopleProps & { items: readonly Member[] }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const places = usePlaces();
  const nameOf = (key: string) => places.data?.items.find((place) => place.key === key)?.name ?? key;
  const named = (row: Member) =>
    mayWrite ? (
      <button type="button" className="link-button" onClick={() => onChoose(row.id)}>
        {row.name}
      </button>
    ) : (
      row.name
    );
  return (
    <Table
      label={t("team.view.people")}
      rows={items}
      keyOf={(row) => row.id}
      {...(chosen === undefined ? {} : { chosen })}
      {...(mayWrite ? { onOpen: (row: Member) => onChoose(row.id) } : {})}
      columns={[
        { key: "name", head: t("team.name"), cell: named },
        { key: "email", head: t("team.email"), late: true, cell: (row) => <span className="mute">{row.email}</span> },
        { key: "role", head: t("team.role"), cell: (row) => word("role", row.role) },
        { key: "sees", head: t("team.sees"), cell: (row) => (row.places ? format.list(row.places.map(nameOf)) : t("team.everything")) },
        { key: "seen", head: t("team.lastSeen"), number: true, late: true, cell: (row) => (row.last_seen_at ? format.moment(row.last_seen_at) : "–") },
      ]}
    />
  );
}

/** The team and how far each sees; who may, takes people in, changes them and lets them go. */
export function People({ chosen, mayWrite, onChoose }: PeopleProps) {
  const people = useQuery({
    queryKey: ["people"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/people", { signal })),
  });
  return (
    <Answered query={people}>
      {({ items }) => {
        const member = items.find(({ id }) => id === chosen);
        const close = () => onChoose(undefined);
        return (
          <>
            <PeopleTable items={items} chosen={chosen} mayWrite={mayWrite} onChoose={onChoose} />
            {mayWrite && chosen === NEW && <JoinPanel onClose={close} />}
            {mayWrite && member && <MemberPanel key={member.id} member={member} onClose={close} />}
          </>
        );
      }}
    </Answered>
  );
}
