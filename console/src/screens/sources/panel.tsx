import { Button, CopyButton, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Source, Volume } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { ProblemNote } from "../../ui/answered.tsx";
import { Pairs } from "../../ui/bits.tsx";
import { Pick } from "../../ui/choices.tsx";
import { Panel } from "../../ui/panel.tsx";
import { tell } from "../../ui/toast.tsx";
import { snippets } from "./snippets.ts";
import "./sources.css";

const HIDDEN = "•••";
const SHOWN_END = 4;

function useChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ["sources"] });
}

function Copy({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Button variant="default" size="compact-sm" aria-label={label} onClick={copy}>
          {t(copied ? "sources.copied" : "sources.copy")}
        </Button>
      )}
    </CopyButton>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="source-part" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Key({ source, secret }: { source: Source; secret: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  return (
    <Part title={t("sources.writeKey")}>
      <code className="source-code">{open ? secret : `${HIDDEN}${secret.slice(-SHOWN_END)}`}</code>
      <div className="source-buttons">
        <Button variant="default" size="compact-sm" onClick={() => setOpen(!open)}>
          {t(open ? "sources.hide" : "sources.show")}
        </Button>
        <Copy value={secret} label={t("sources.copyKey")} />
      </div>
      {source.old_key_until && <p className="mute small">{t("sources.oldKey", { at: format.moment(source.old_key_until) })}</p>}
    </Part>
  );
}

function HowToSend({ source, secret }: { source: Source; secret: string }) {
  const { t } = useTranslation();
  const [client_, setClient] = useState("ours");
  const ways = snippets({ host: window.location.origin, key: secret, measurement: source.measurement_id });
  const shown = ways.find(({ key }) => key === client_) ?? ways[0];
  if (!shown) return null;
  return (
    <Part title={t("sources.howTo")}>
      <Pick label={t("sources.client")} value={client_} onChoose={setClient} choices={ways.map(({ key, label }) => ({ value: key, label }))} />
      <pre className="source-code" tabIndex={0} aria-label={shown.label}>
        {shown.code}
      </pre>
      <div className="source-buttons">
        <Copy value={shown.code} label={t("sources.copyCode")} />
      </div>
      {shown.key === "gtag" && !source.measurement_id && <p className="mute small">{t("sources.measurementFirst")}</p>}
    </Part>
  );
}

function Settings({ source }: { source: Source }) {
  const { t } = useTranslation();
  const changed = useChanged();
  const [name, setName] = useState(source.name);
  const [rate, setRate] = useState(source.events_per_second?.toString() ?? "");
  const [measurement, setMeasurement] = useState(source.measurement_id ?? "");
  const change = useMutation({
    meta: { quiet: true },
    mutationFn: () =>
      valueOf(
        client.PATCH("/api/sources/{source_id}", {
          params: { path: { source_id: source.id } },
          body: { name: name.trim(), events_per_second: rate === "" ? null : Number(rate), measurement_id: measurement === "" ? null : measurement },
        }),
      ),
    onSuccess: async () => {
      await changed();
      tell(t("sources.saved", { name: name.trim() }));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Part title={t("sources.settings")}>
      <form className="source-form" onSubmit={submit}>
        <TextInput label={t("sources.name")} value={name} maxLength={200} onChange={(event) => setName(event.currentTarget.value)} required withAsterisk={false} />
        <TextInput
          label={t("sources.rate")}
          description={t("sources.rateAbout")}
          inputMode="numeric"
          pattern="[1-9][0-9]{0,5}"
          value={rate}
          onChange={(event) => setRate(event.currentTarget.value)}
        />
        <TextInput
          label={t("sources.measurement")}
          description={t("sources.measurementAbout")}
          pattern="G-[A-Z0-9]{4,20}"
          placeholder="G-XXXXXXX"
          value={measurement}
          onChange={(event) => setMeasurement(event.currentTarget.value)}
        />
        {change.isError && <ProblemNote error={change.error} />}
        <div className="source-buttons">
          <Button type="submit" variant="default" loading={change.isPending}>
            {t("sources.save")}
          </Button>
        </div>
      </form>
    </Part>
  );
}

const GRACES = ["0", "1", "24", "168"] as const;

function Rotate({ source }: { source: Source }) {
  const { t } = useTranslation();
  const changed = useChanged();
  const [hours, setHours] = useState<(typeof GRACES)[number]>("24");
  const [sure, setSure] = useState(false);
  const rotate = useMutation({
    mutationFn: () => valueOf(client.POST("/api/sources/{source_id}/rotate", { params: { path: { source_id: source.id } }, body: { grace_hours: Number(hours) } })),
    onSuccess: async () => {
      setSure(false);
      await changed();
      tell(t("sources.rotated", { name: source.name }));
    },
  });
  return (
    <Part title={t("sources.rotate")}>
      <p className="mute small">{t("sources.rotateAbout")}</p>
      <Pick label={t("sources.grace")} value={hours} onChoose={setHours} choices={GRACES.map((value) => ({ value, label: t(`sources.graceFor.${value}`) }))} />
      <div className="source-buttons">
        <Button variant="default" loading={rotate.isPending} onClick={() => (sure ? rotate.mutate() : setSure(true))}>
          {t(sure ? "sources.rotateSure" : "sources.rotateDo")}
        </Button>
      </div>
    </Part>
  );
}

function Pause({ source }: { source: Source }) {
  const { t } = useTranslation();
  const changed = useChanged();
  const [sure, setSure] = useState(false);
  const paused = source.paused_at !== null;
  const way = paused ? "/api/sources/{source_id}/resume" : "/api/sources/{source_id}/pause";
  const move = useMutation({
    mutationFn: () => valueOf(client.POST(way, { params: { path: { source_id: source.id } } })),
    onSuccess: async () => {
      setSure(false);
      await changed();
      tell(t(paused ? "sources.resumed" : "sources.paused", { name: source.name }));
    },
  });
  return (
    <Part title={t("sources.pausing")}>
      <p className="mute small">{t(paused ? "sources.resumeAbout" : "sources.pauseAbout")}</p>
      <div className="source-buttons">
        <Button variant="default" loading={move.isPending} onClick={() => (paused || sure ? move.mutate() : setSure(true))}>
          {t(paused ? "sources.resume" : sure ? "sources.pauseSure" : "sources.pause")}
        </Button>
      </div>
    </Part>
  );
}

interface SourcePanelProps {
  readonly source: Source;
  readonly volume: Volume | undefined;
  readonly mayWrite: boolean;
  readonly onClose: () => void;
}

/** One source: what it sends, its key, how to send, and what can be done to it. */
export function SourcePanel({ source, volume, mayWrite, onClose }: SourcePanelProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const secret = source.write_key;
  return (
    <Panel title={source.name} onClose={onClose}>
      <Pairs
        facts={[
          { label: t("sources.key"), value: <code>{source.key}</code> },
          { label: t("sources.day"), value: format.number(volume?.events ?? 0) },
          { label: t("sources.last"), value: volume ? format.moment(volume.last_at) : t("sources.state.never") },
          ...(source.paused_at ? [{ label: t("sources.pausedSince"), value: format.moment(source.paused_at) }] : []),
        ]}
      />
      {secret && (
        <>
          <Key source={source} secret={secret} />
          <HowToSend source={source} secret={secret} />
        </>
      )}
      {mayWrite && secret && (
        <>
          <Settings source={source} />
          <Rotate source={source} />
          <Pause source={source} />
        </>
      )}
      {!secret && <p className="mute small source-part">{t(mayWrite ? "sources.noKey" : "sources.hiddenKey")}</p>}
    </Panel>
  );
}
