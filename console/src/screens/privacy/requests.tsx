import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { PrivacyRequest } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Tag, type Tone } from "../../ui/bits.tsx";
import { Table } from "../../ui/table.tsx";
import { AskPanel } from "./ask.tsx";
import { RequestPanel } from "./request.tsx";

/** In the address, in the place of a request: a new one is being made. */
export const NEW = "new";
const LOOK_AGAIN_MS = 2000;
const TONES: Partial<Record<PrivacyRequest["state"], Tone>> = { done: "good", failed: "bad", asked: "warn", running: "warn" };

/** Where a request stands, as a small label. */
export function StateOf({ state }: { state: PrivacyRequest["state"] }) {
  const { t } = useTranslation();
  return <Tag tone={TONES[state] ?? "plain"}>{t(`privacy.state.${state}`)}</Tag>;
}

interface RequestsProps {
  readonly chosen: string | undefined;
  readonly onChoose: (one: string | undefined) => void;
}

/** What customers asked for, and how far it has come. */
export function Requests({ chosen, onChoose }: RequestsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const requests = useQuery({
    queryKey: ["privacy", "requests"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/privacy/requests", { signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.items.some((one) => ["confirmed", "running"].includes(one.state)) ? LOOK_AGAIN_MS : false),
  });
  return (
    <Answered query={requests}>
      {({ items }) => {
        const opened = items.find((one) => String(one.id) === chosen);
        return (
          <>
            {items.length === 0 ? (
              <Empty title={t("privacy.none.title")}>{t("privacy.none.about")}</Empty>
            ) : (
              <Table
                label={t("privacy.view.requests")}
                rows={items}
                keyOf={(row) => String(row.id)}
                chosen={chosen}
                onOpen={(row) => onChoose(String(row.id))}
                columns={[
                  {
                    key: "kind",
                    head: t("privacy.what"),
                    cell: (row) => (
                      <button type="button" className="link-button" onClick={() => onChoose(String(row.id))}>
                        {t(`privacy.kind.${row.kind}`)} {row.id}
                      </button>
                    ),
                  },
                  { key: "state", head: t("privacy.stands"), cell: (row) => <StateOf state={row.state} /> },
                  { key: "rows", head: t("privacy.rows"), number: true, cell: (row) => format.number(row.rows) },
                  { key: "by", head: t("privacy.by"), late: true, cell: (row) => row.asked_by },
                  { key: "at", head: t("privacy.at"), late: true, cell: (row) => format.moment(row.asked_at) },
                ]}
              />
            )}
            {chosen === NEW && <AskPanel onClose={() => onChoose(undefined)} onAsked={(id) => onChoose(String(id))} />}
            {opened && <RequestPanel request={opened} onClose={() => onChoose(undefined)} />}
          </>
        );
      }}
    </Answered>
  );
}
