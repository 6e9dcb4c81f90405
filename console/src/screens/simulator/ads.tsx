import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { simulator } from "../../api/simulator.ts";
import { useFormat } from "../../i18n/format.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Table } from "../../ui/table.tsx";
import { Chooser } from "./chooser.tsx";

function AudienceMembers({ audience }: { audience: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const members = useQuery({
    queryKey: ["ads", audience],
    queryFn: ({ signal }) => simulator.adMembers(audience, signal),
    refetchInterval: 2000,
  });
  return (
    <Answered query={members}>
      {({ members: items }) =>
        items.length === 0 ? (
          <Empty title={t("ads.nobody.title")}>{t("ads.nobody.about")}</Empty>
        ) : (
          <Table
            label={t("ads.members")}
            rows={items}
            keyOf={(row) => row.member}
            columns={[
              { key: "key", head: t("ads.hashed"), wide: true, cell: (row) => <code>{Object.values(row.hashed)[0] ?? row.member}</code> },
              { key: "since", head: t("ads.since"), number: true, cell: (row) => format.moment(row.since) },
            ]}
          />
        )
      }
    </Answered>
  );
}

interface AdsProps {
  readonly who: string | undefined;
  readonly onChoose: (who: string) => void;
}

/** What an ad platform would hold after every add and remove row. */
export function Ads({ who, onChoose }: AdsProps) {
  const { t } = useTranslation();
  const audiences = useQuery({
    queryKey: ["audiences"],
    queryFn: ({ signal }) => simulator.audiences(signal),
    refetchInterval: 5000,
  });
  return (
    <Answered query={audiences}>
      {(items) => {
        const chosen = items.find((key) => key === who) ?? items[0];
        return chosen === undefined ? (
          <Empty title={t("ads.none.title")}>{t("ads.none.about")}</Empty>
        ) : (
          <div className="beside">
            <Chooser
              label={t("ads.audiences")}
              search={t("ads.find")}
              chosen={chosen}
              onChoose={onChoose}
              entries={items.map((key) => ({ key, name: key, note: "" }))}
            />
            <AudienceMembers audience={chosen} />
          </div>
        );
      }}
    </Answered>
  );
}
