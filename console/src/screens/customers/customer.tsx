import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Customer } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { Answered, Bones } from "../../ui/answered.tsx";
import { Figures } from "../../ui/bits.tsx";
import { Tabs } from "../../ui/choices.tsx";
import { Page } from "../../ui/page.tsx";
import { Decisions } from "./decisions.tsx";
import { Identity } from "./identity.tsx";
import { Portrait } from "./portrait.tsx";
import { Timeline } from "./timeline.tsx";
import { Words } from "./words.tsx";

const route = getRouteApi("/shell/customers/$id");
const VIEWS = ["timeline", "decisions", "identity", "words"] as const;
type View = (typeof VIEWS)[number];

function Totals({ totals }: { totals: Customer["totals"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const day = (at: string | null | undefined) => (at ? format.day(at) : "–");
  return (
    <Figures
      facts={[
        { label: t("customer.orders"), value: format.number(totals.orders) },
        { label: t("customer.revenue"), value: format.money(totals.revenue_minor, totals.currency) },
        { label: t("customer.firstOrder"), value: day(totals.first_order_at) },
        { label: t("customer.lastOrder"), value: day(totals.last_order_at) },
      ]}
    />
  );
}

function ViewOf({ view, id }: { view: View; id: string }) {
  const { kinds } = route.useSearch();
  const navigate = route.useNavigate();
  if (view === "identity") return <Identity id={id} />;
  if (view === "words") return <Words id={id} />;
  if (view === "decisions") return <Decisions id={id} />;
  const choose = (chosen: string[]) =>
    void navigate({ search: (now) => ({ ...now, kinds: chosen.join(",") || undefined }), replace: true });
  return <Timeline id={id} kinds={kinds?.split(",") ?? []} onKinds={choose} />;
}

/** One customer: who she is at the right, everything that happened on every channel at the left. */
export function CustomerScreen() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const { view: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const view = VIEWS.find((known) => known === asked) ?? "timeline";
  const customer = useQuery({
    queryKey: ["customer", id],
    queryFn: ({ signal }) => valueOf(client.GET("/api/customers/{customer}", { params: { path: { customer: id } }, signal })),
  });
  return (
    <Page
      title={customer.data?.name || t("customer.title")}
      before={
        <Link to="/customers" className="page-back">
          <ChevronLeft size={16} aria-hidden />
          {t("nav.item.customers")}
        </Link>
      }
    >
      <Answered query={customer} lines={14}>
        {(known) => (
          <>
            <Totals totals={known.totals} />
            <div className="columns" style={{ marginTop: 24 }}>
              <div>
                <Tabs
                  label={t("customer.views")}
                  value={view}
                  onChoose={(value) => void navigate({ search: { view: value === "timeline" ? undefined : value } })}
                  choices={VIEWS.map((value) => ({ value, label: t(`customer.view.${value}`) }))}
                />
                <ViewOf view={view} id={id} />
              </div>
              <Portrait customer={known} />
            </div>
          </>
        )}
      </Answered>
      {customer.isPending && <Bones lines={2} />}
    </Page>
  );
}
