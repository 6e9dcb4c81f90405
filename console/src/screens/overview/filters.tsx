import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import { useWords } from "../../i18n/words.ts";
import { Toolbar } from "../../ui/toolbar.tsx";

interface Asked {
  readonly from: string;
  readonly to: string;
  readonly source?: string;
  readonly channel?: string;
}

const CHANNELS = ["store", "web", "app", "email", "line", "ads"];

/** Which days, which source and which channel. */
export function Filters({ asked, onChange }: { asked: Asked; onChange: (changed: Partial<Asked>) => void }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const { permissions } = useSession().person;
  const sources = useQuery({
    queryKey: ["sources"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/sources", { signal })),
    staleTime: Infinity,
    enabled: may(permissions, "sources:read"),
  });
  return (
    <Toolbar>
      <TextInput type="date" label={t("overview.from")} value={asked.from} max={asked.to} onChange={(event) => onChange({ from: event.currentTarget.value || undefined })} />
      <TextInput type="date" label={t("overview.to")} value={asked.to} min={asked.from} onChange={(event) => onChange({ to: event.currentTarget.value || undefined })} />
      <NativeSelect
        label={t("overview.channel")}
        value={asked.channel ?? ""}
        onChange={(event) => onChange({ channel: event.currentTarget.value })}
        data={[{ value: "", label: t("overview.allChannels") }, ...CHANNELS.map((value) => ({ value, label: word("channel", value) }))]}
      />
      <NativeSelect
        label={t("overview.source")}
        value={asked.source ?? ""}
        onChange={(event) => onChange({ source: event.currentTarget.value })}
        data={[
          { value: "", label: t("overview.allSources") },
          ...(sources.data?.items ?? []).map(({ key, name }) => ({ value: key, label: name || key })),
        ]}
      />
    </Toolbar>
  );
}
