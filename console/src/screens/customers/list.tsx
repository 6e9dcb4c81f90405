import { NativeSelect } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { CustomerRow } from "../../api/types.ts";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Counted } from "../../ui/fresh.tsx";
import { Page } from "../../ui/page.tsx";
import { Pager } from "../../ui/pager.tsx";
import { SearchBox } from "../../ui/search.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { segmentsQuery } from "../../names/names.ts";

const route = getRouteApi("/shell/customers");
const PAGE = 50;
/** Who comes in is seen without asking again. */
const LOOK_AGAIN_MS = 10_000;
const SORTS = ["last_seen", "revenue", "orders", "first_seen"] as const;

function useColumns(): Column<CustomerRow>[] {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  return [
    {
      key: "name",
      head: t("customers.name"),
      cell: (row) => (
        <Link to="/customers/$id" params={{ id: row.id }}>
          {row.name}
        </Link>
      ),
    },
    { key: "email", head: t("customers.reach"), late: true, cell: (row) => row.email ?? row.phone ?? <span className="mute">–</span> },
    { key: "language", head: t("language"), late: true, cell: (row) => (row.language ? word("language", row.language) : <span className="mute">–</span>) },
    { key: "seen", head: t("customers.lastSeen"), sort: "last_seen", cell: (row) => (row.last_seen_at ? format.moment(row.last_seen_at) : "–") },
    { key: "orders", head: t("customers.orders"), sort: "orders", number: true, cell: (row) => format.number(row.orders) },
    { key: "revenue", head: t("customers.revenue"), sort: "revenue", number: true, cell: (row) => format.money(row.revenue_minor, row.currency) },
  ];
}

function SegmentFilter({ value, onChange }: { value: string; onChange: (segment: string) => void }) {
  const { t } = useTranslation();
  const { said } = useWords();
  const { person } = useSession();
  const mayLook = may(person.permissions, "segments:read");
  const segments = useQuery({ ...segmentsQuery, enabled: mayLook });
  if (!mayLook) return null;
  return (
    <NativeSelect
      aria-label={t("customers.segment")}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[
        { value: "", label: t("customers.everyone") },
        ...(segments.data?.items ?? []).map(({ key, name }) => ({ value: key, label: said(name) })),
      ]}
    />
  );
}

/** Everyone the brand knows. */
export function Customers() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const sort = SORTS.find((known) => known === search.sort) ?? "last_seen";
  const change = (changed: Partial<typeof search>) =>
    void navigate({ search: { ...search, cursor: undefined, ...changed }, replace: "q" in changed });
  const customers = useQuery({
    queryKey: ["customers", search],
    queryFn: ({ signal }) => valueOf(client.GET("/api/customers", { params: { query: { ...search, sort, limit: PAGE } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_AGAIN_MS,
  });
  const filtered = Boolean(search.q ?? search.segment);
  return (
    <Page title={t("nav.item.customers")} about={t("customers.about")}>
      <Toolbar>
        <SearchBox label={t("customers.search")} value={search.q ?? ""} onSearch={(q) => change({ q })} />
        <SegmentFilter value={search.segment ?? ""} onChange={(segment) => change({ segment })} />
      </Toolbar>
      <Answered query={customers} lines={12}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title={t(filtered ? "customers.none.title" : "customers.empty.title")}>
              {t(filtered ? "customers.none.about" : "customers.empty.about")}
            </Empty>
          ) : (
            <>
              <Table
                label={t("nav.item.customers")}
                columns={columns}
                rows={items}
                keyOf={(row) => row.id}
                onOpen={(row) => void navigate({ to: "/customers/$id", params: { id: row.id } })}
                sort={`-${sort}`}
                onSort={(wanted) => change({ sort: wanted.replace("-", "") })}
              />
              <Pager cursor={search.cursor} next={next} onMove={(cursor) => change({ cursor })} />
            </>
          )
        }
      </Answered>
      <Counted as="customers" />
    </Page>
  );
}
