import { NativeSelect } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { PersonalTag } from "../../api/types.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Table } from "../../ui/table.tsx";

const TAGS = ["name", "email", "phone", "birthday", "address", "id", "other"] as const;
const NONE = "none";

function Choice({ row }: { row: PersonalTag }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const put = useMutation({
    mutationFn: (tag: PersonalTag["tag"]) =>
      valueOf(client.PUT("/api/privacy/tags", { body: { place: row.place, name: row.name, tag, said: true } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["privacy", "tags"] }),
  });
  return (
    <NativeSelect
      aria-label={t("privacy.tags.of", { name: row.name })}
      size="xs"
      value={row.tag ?? NONE}
      disabled={put.isPending}
      onChange={(event) => put.mutate(TAGS.find((one) => one === event.currentTarget.value) ?? null)}
      data={[NONE, ...TAGS].map((value) => ({ value, label: t(`privacy.tag.${value as (typeof TAGS)[number] | "none"}`) }))}
    />
  );
}

/** Which traits, identifiers and event properties are personal data; roles that count people see them masked. */
export function PersonalTags({ mayWrite }: { mayWrite: boolean }) {
  const { t } = useTranslation();
  const tags = useQuery({
    queryKey: ["privacy", "tags"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/privacy/tags", { signal })),
  });
  return (
    <Answered query={tags}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={t("privacy.tags.none.title")}>{t("privacy.tags.none.about")}</Empty>
        ) : (
          <>
            <p className="mute" style={{ marginBottom: 16 }}>{t("privacy.tags.about")}</p>
            <Table
              label={t("privacy.view.tags")}
              rows={items}
              keyOf={(row) => `${row.place} ${row.name}`}
              columns={[
                { key: "name", head: t("privacy.tags.name"), wide: true, cell: (row) => <code>{row.name}</code> },
                { key: "place", head: t("privacy.tags.place"), cell: (row) => t(`privacy.place.${row.place}`) },
                {
                  key: "tag",
                  head: t("privacy.tags.tag"),
                  cell: (row) => (mayWrite ? <Choice row={row} /> : t(`privacy.tag.${row.tag ?? NONE}`)),
                },
                { key: "said", head: t("privacy.tags.said"), late: true, cell: (row) => t(row.said ? "privacy.tags.brand" : "privacy.tags.assumed") },
              ]}
            />
          </>
        )
      }
    </Answered>
  );
}
