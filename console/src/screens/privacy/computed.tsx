import { Button, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { ComputedTrait } from "../../api/types.ts";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty, ProblemNote } from "../../ui/answered.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Table } from "../../ui/table.tsx";
import { Wheres } from "../segments/builder/wheres.tsx";
import "../segments/builder/builder.css";
import { whereOf } from "../segments/sentence.ts";
import { useSpeech } from "../segments/speech.ts";
import "../team/team.css";

const WAYS = ["count", "sum", "avg", "min", "max", "first", "last", "most_frequent", "distinct", "list"] as const;
type Way = (typeof WAYS)[number];

/** The way a definition takes; what it does not say is how many. */
function wayOf(row: ComputedTrait): Way {
  return WAYS.find((way) => way === row.definition.way) ?? "count";
}

function MakePanel({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const [key, setKey] = useState("");
  const [event, setEvent] = useState("");
  const [way, setWay] = useState<Way>("count");
  const [property, setProperty] = useState("");
  const [days, setDays] = useState<number | string>("");
  const [where, setWhere] = useState<unknown>();
  const make = useMutation({
    meta: { quiet: true },
    mutationFn: () => {
      const window = typeof days === "number" ? { window: { kind: "rolling", days } } : {};
      const definition = { event: event.trim(), way, ...(way === "count" ? {} : { property: property.trim() }), ...(where === undefined ? {} : { where }), ...window };
      return valueOf(client.POST("/api/computed-traits", { body: { key: key.trim(), name: { [i18n.language]: key.trim() }, definition } }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["computed"] });
      onClose();
    },
  });
  const submit = (sent: FormEvent) => {
    sent.preventDefault();
    make.mutate();
  };
  return (
    <Panel title={t("privacy.computed.make")} onClose={onClose}>
      <form className="team-form" onSubmit={submit}>
        <TextInput label={t("privacy.computed.key")} description={t("privacy.computed.keyAbout")} value={key} onChange={(typed) => setKey(typed.currentTarget.value)} required withAsterisk={false} />
        <TextInput label={t("privacy.computed.event")} description={t("privacy.computed.eventAbout")} value={event} onChange={(typed) => setEvent(typed.currentTarget.value)} required withAsterisk={false} />
        <NativeSelect
          label={t("privacy.computed.way")}
          value={way}
          onChange={(chosen) => setWay(WAYS.find((one) => one === chosen.currentTarget.value) ?? "count")}
          data={WAYS.map((value) => ({ value, label: t(`privacy.way.${value}`) }))}
        />
        {way !== "count" && (
          <TextInput label={t("privacy.computed.property")} value={property} onChange={(typed) => setProperty(typed.currentTarget.value)} required withAsterisk={false} />
        )}
        <fieldset className="places-field">
          <legend>{t("privacy.computed.where")}</legend>
          <Wheres rule={{ type: "event", name: event.trim(), where }} onChange={(_name, filters) => setWhere(filters)} />
        </fieldset>
        <NumberInput label={t("privacy.computed.days")} description={t("privacy.computed.daysAbout")} value={days} onChange={setDays} min={1} max={3650} allowDecimal={false} />
        {make.isError && <ProblemNote error={make.error} />}
        <Button type="submit" loading={make.isPending}>
          {t("privacy.computed.makeDo")}
        </Button>
      </form>
    </Panel>
  );
}

function Remove({ row }: { row: ComputedTrait }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => valueOf(client.DELETE("/api/computed-traits/{trait}", { params: { path: { trait: row.key } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["computed"] }),
  });
  return (
    <Button variant="default" size="compact-sm" loading={remove.isPending} onClick={() => remove.mutate()}>
      {t("privacy.computed.remove")}
    </Button>
  );
}

/** Traits that are worked out from events, in the words of segments. */
export function Computed({ making, onClose }: { making: boolean; onClose: () => void }) {
  const speech = useSpeech();
  const { t, format } = speech;
  const { said, word } = useWords();
  const { person } = useSession();
  const traits = useQuery({
    queryKey: ["computed"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/computed-traits", { signal })),
  });
  const what = (row: ComputedTrait) => {
    const way = t(`privacy.way.${wayOf(row)}`);
    return typeof row.definition.property === "string" ? t("privacy.computed.of", { way, property: word("property", row.definition.property) }) : way;
  };
  return (
    <Answered query={traits}>
      {({ items }) => (
        <>
          {items.length === 0 ? (
            <Empty title={t("privacy.computed.none.title")}>{t("privacy.computed.none.about")}</Empty>
          ) : (
            <Table
              label={t("privacy.view.computed")}
              rows={items}
              keyOf={(row) => row.key}
              columns={[
                { key: "name", head: t("privacy.computed.key"), wide: true, cell: (row) => said(row.name) || row.key },
                { key: "way", head: t("privacy.computed.way"), cell: what },
                { key: "event", head: t("privacy.computed.event"), late: true, cell: (row) => `${word("event", String(row.definition.event))}${whereOf(row.definition.where, speech)}` },
                { key: "fresh", head: t("privacy.computed.fresh"), late: true, cell: (row) => (row.fresh_at ? format.moment(row.fresh_at) : "–") },
                { key: "remove", head: t("privacy.computed.remove"), cell: (row) => may(person.permissions, "segments:write") && <Remove row={row} /> },
              ]}
            />
          )}
          {making && <MakePanel onClose={onClose} />}
        </>
      )}
    </Answered>
  );
}
