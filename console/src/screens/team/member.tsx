import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Answer } from "../../api/types.ts";
import { useSession } from "../../app/session.ts";
import { ProblemNote } from "../../ui/answered.tsx";
import { Panel } from "../../ui/panel.tsx";
import { tell } from "../../ui/toast.tsx";
import { PlacesField, type Role, RoleField } from "./fields.tsx";
import "./team.css";

/** Somebody of the team. */
export type Member = Answer<"/api/people">["items"][number];

/** Reads the team again, says what was done and closes the panel. */
function useDone(onClose: () => void): (words: string) => Promise<void> {
  const queries = useQueryClient();
  return async (words) => {
    await queries.invalidateQueries({ queryKey: ["people"] });
    tell(words);
    onClose();
  };
}

interface FormProps {
  readonly error: unknown;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

function TeamForm({ error, onSubmit, children }: FormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form className="team-form" onSubmit={submit}>
      {children}
      {error !== null && <ProblemNote error={error} />}
    </form>
  );
}

function PasswordField({ label, about, value, required, onChange }: { label: string; about: string; value: string; required: boolean; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={label}
      description={about}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="new-password"
      required={required}
      withAsterisk={false}
      visibilityToggleButtonProps={{ "aria-label": t("login.showPassword") }}
    />
  );
}

/** Takes somebody into the team. */
export function JoinPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { person } = useSession();
  const done = useDone(onClose);
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [places, setPlaces] = useState<string[] | null>(person.stores === null ? null : []);
  const join = useMutation({
    meta: { quiet: true },
    mutationFn: () => valueOf(client.POST("/api/people", { body: { name: name.trim(), email: email.trim(), password, role, places, language: person.language } })),
    onSuccess: () => done(t("team.joined", { name: name.trim() })),
  });
  return (
    <Panel title={t("team.add")} onClose={onClose}>
      <TeamForm error={join.error} onSubmit={() => join.mutate()}>
        <TextInput label={t("team.name")} value={name} onChange={(event) => setName(event.currentTarget.value)} required withAsterisk={false} autoComplete="off" />
        <TextInput label={t("team.email")} type="email" value={email} onChange={(event) => setEmail(event.currentTarget.value)} required withAsterisk={false} autoComplete="off" />
        <PasswordField label={t("team.password")} about={t("team.passwordAbout")} value={password} required onChange={setPassword} />
        <RoleField value={role} onChange={setRole} />
        <PlacesField value={places} onChange={setPlaces} />
        <Button type="submit" loading={join.isPending} disabled={places?.length === 0}>
          {t("team.addDo")}
        </Button>
      </TeamForm>
    </Panel>
  );
}

/** Changes what somebody may do and see, gives her a new password, or lets her go. */
export function MemberPanel({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation();
  const done = useDone(onClose);
  const [name, setName] = useState(member.name);
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>(member.role);
  const [places, setPlaces] = useState<string[] | null>(member.places);
  const change = useMutation({
    meta: { quiet: true },
    mutationFn: () =>
      valueOf(
        client.PATCH("/api/people/{person}", {
          params: { path: { person: member.id } },
          body: { name: name.trim(), role, places, ...(password === "" ? {} : { password }) },
        }),
      ),
    onSuccess: () => done(t("team.changed", { name: name.trim() })),
  });
  return (
    <Panel title={member.name} onClose={onClose}>
      <p className="mute" style={{ marginBottom: 12 }}>{member.email}</p>
      <TeamForm error={change.error} onSubmit={() => change.mutate()}>
        <TextInput label={t("team.name")} value={name} onChange={(event) => setName(event.currentTarget.value)} required withAsterisk={false} />
        <RoleField value={role} onChange={setRole} />
        <PlacesField value={places} onChange={setPlaces} />
        <PasswordField label={t("team.newPassword")} about={t("team.newPasswordAbout")} value={password} required={false} onChange={setPassword} />
        <Button type="submit" loading={change.isPending} disabled={places?.length === 0}>
          {t("team.change")}
        </Button>
      </TeamForm>
      <Part member={member} onDone={done} />
    </Panel>
  );
}

function Part({ member, onDone }: { member: Member; onDone: (words: string) => Promise<void> }) {
  const { t } = useTranslation();
  const { person } = useSession();
  const [sure, setSure] = useState(false);
  const part = useMutation({
    mutationFn: () => valueOf(client.DELETE("/api/people/{person}", { params: { path: { person: member.id } } })),
    onSuccess: () => onDone(t("team.parted", { name: member.name })),
  });
  if (person.id === member.id) return null;
  return (
    <div className="team-end">
      {sure && <p>{t("team.partAbout", { name: member.name })}</p>}
      <Button variant="default" loading={part.isPending} onClick={() => (sure ? part.mutate() : setSure(true))}>
        {t(sure ? "team.partDo" : "team.part")}
      </Button>
    </div>
  );
}
