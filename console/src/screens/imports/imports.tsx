import { Button } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Page } from "../../ui/page.tsx";
import { Pager } from "../../ui/pager.tsx";
import { Table } from "../../ui/table.tsx";
import { JobTag } from "./job.tsx";
import { FileStep } from "./file.tsx";
import { upload } from "./upload.ts";

const route = getRouteApi("/shell/imports");

function Send() {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const sending = useMutation({
    mutationFn: upload,
    onSuccess: (file) => void navigate({ search: { file: file.id } }),
  });
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t("imports.send")}
        accept=".csv,.tsv,.txt,.jsonl,.ndjson,.parquet,.xlsx,.xls"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) sending.mutate(file);
          event.currentTarget.value = "";
        }}
      />
      <Button loading={sending.isPending} onClick={() => input.current?.click()}>
        {t("imports.send")}
      </Button>
    </>
  );
}

function Past() {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const { cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const past = useQuery({
    queryKey: ["imports", cursor],
    queryFn: ({ signal }) => valueOf(client.GET("/api/imports", { params: { query: { cursor } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 5000,
  });
  return (
    <Answered query={past}>
      {({ items, next }) =>
        items.length === 0 ? (
          <Empty title={t("imports.empty.title")}>{t("imports.empty.about")}</Empty>
        ) : (
          <>
            <Table
              label={t("nav.item.imports")}
              rows={items}
              keyOf={(row) => row.id}
              onOpen={(row) => void navigate({ to: "/imports/$id", params: { id: row.id } })}
              columns={[
                {
                  key: "file",
                  head: t("imports.file"),
                  cell: (row) => (
                    <Link to="/imports/$id" params={{ id: row.id }}>
                      {row.title}
                    </Link>
                  ),
                },
                { key: "rowIs", head: t("imports.rowIs"), late: true, cell: (row) => word("rowsAre", row.rows) },
                { key: "rows", head: t("imports.rows"), number: true, cell: (row) => format.number(row.outcome.rows) },
                { key: "bad", head: t("imports.badRows"), number: true, late: true, cell: (row) => format.number(row.outcome.bad_rows) },
                { key: "state", head: t("imports.state"), cell: (row) => <JobTag state={row.state} /> },
                { key: "by", head: t("imports.by"), late: true, cell: (row) => row.asked_by },
                { key: "at", head: t("imports.at"), number: true, late: true, cell: (row) => format.moment(row.asked_at) },
              ]}
            />
            <Pager cursor={cursor} next={next} onMove={(to) => void navigate({ search: { cursor: to } })} />
          </>
        )
      }
    </Answered>
  );
}

/** Files that were brought in, and the way to bring in another. */
export function Imports() {
  const { t } = useTranslation();
  const { file } = route.useSearch();
  return (
    <Page title={t("nav.item.imports")} about={t("imports.about")} action={<Send />}>
      {file === undefined ? <Past /> : <FileStep key={file} id={file} />}
    </Page>
  );
}

