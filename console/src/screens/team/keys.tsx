import { Button, CopyButton, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Answer } from "../../api/types.ts";
import { useSession } from "../../app/session.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty, ProblemNote } from "../../ui/answered.tsx";
import { Tag } from "../../ui/bits.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Table } from "../../ui/table.tsx";
import { tell } from "../../ui/toast.tsx";
import { PlacesField, type Role, RoleField } from "./fields.tsx";
import "./team.css";

type Key = Answer<"/api/keys">["items"][number];

function Secret({ secret }: { secret: string }) {
  const { t } = useTranslation();
  return (
    <div className="team-secret">
      <p>{t("team.secretAbout")}</p>
      <code>{secret}</code>
      <CopyButton value={secret}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {t(copied ? "team.copied" : "team.copy")}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}

function KeyPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { person } = useSession();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [places, setPlaces] = useState<string[] | null>(person.stores === null ? null : []);
  const make = useMutation({
    meta: { quiet: true },
    mutationFn: () => valueOf(client.POST("/api/keys", { body: { name: name.trim(), role, places } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Panel title={t("team.makeKey")} onClose={onClose}>
      {make.data ? (
        <Secret secret={make.data.secret} />
      ) : (
        <form className="team-form" onSubmit={submit}>
          <TextInput label={t("team.name")} value={name} onChange={(event) => setName(event.currentTarget.value)} required withAsterisk={false} />
          <RoleField value={role} onChange={setRole} />
          <PlacesField value={places} onChange={setPlaces} />
          {make.isError && <ProblemNote error={make.error} />}
          <Button type="submit" loading={make.isPending} disabled={places?.length === 0}>
            {t("team.makeKeyDo")}
          </Button>
        </form>
      )}
    </Panel>
  );
}

function Revoke({ row }: { row: Key }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [sure, setSure] = useState(false);
  const revoke = useMutation({
    mutationFn: () => valueOf(client.DELETE("/api/keys/{key}", { params: { path: { key: row.id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["keys"] });
      tell(t("team.revokedNow", { name: row.name }));
    },
  });
  if (row.revoked_at) return null;
  return (
    <Button variant="default" size="compact-sm" loading={revoke.isPending} onClick={() => (sure ? revoke.mutate() : setSure(true))} onBlur={() => setSure(false)}>
      {t(sure ? "team.revokeSure" : "team.revoke")}
    </Button>
  );
}

function KeyTable({ items }: { items: readonly Key[] }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  return (
    <Table
      label={t("team.view.keys")}
      rows={items}
      keyOf={(row) => row.id}
      columns={[
        { key: "name", head: t("team.name"), cell: (row) => row.name },
        { key: "prefix", head: t("team.prefix"), cell: (row) => <code>{row.prefix}…</code> },
        { key: "role", head: t("team.role"), cell: (row) => word("role", row.role) },
        { key: "made", head: t("team.made"), late: true, cell: (row) => format.day(row.created_at) },
        { key: "used", head: t("team.lastUsed"), late: true, cell: (row) => (row.last_used_at ? format.moment(row.last_used_at) : "–") },
        { key: "state", head: t("team.state"), cell: (row) => (row.revoked_at ? <Tag tone="warn">{t("team.revoked")}</Tag> : <Tag tone="good">{t("team.inUse")}</Tag>) },
        { key: "revoke", head: t("team.revoke"), cell: (row) => <Revoke row={row} /> },
      ]}
    />
  );
}

/** What other systems log in with: made here, shown once, ended at once. */
export function Keys({ making, onClose }: { making: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const keys = useQuery({
    queryKey: ["keys"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/keys", { signal })),
  });
  return (
    <Answered query={keys}>
      {({ items }) => (
        <>
          {items.length === 0 ? <Empty title={t("team.noKeys.title")}>{t("team.noKeys.about")}</Empty> : <KeyTable items={items} />}
          {making && <KeyPanel onClose={onClose} />}
        </>
      )}
    </Answered>
  );
}
