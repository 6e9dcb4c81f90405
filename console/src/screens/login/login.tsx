import { Button, Menu, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { Languages } from "lucide-react";
import { type FormEvent, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { logIn } from "../../app/session.ts";
import { Wordmark } from "../../app/sidebar.tsx";
import { LANGUAGES, OWN_NAME, remember, speak } from "../../i18n/index.ts";
import { ProblemNote } from "../../ui/answered.tsx";
import "../../app/shell.css";
import "./login.css";

const route = getRouteApi("/login");

/** Only addresses of this console: "//elsewhere" and "https:" lead out of it. */
export function within(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])/.test(to) ? to : "/";
}

function LanguageChoice() {
  const { t, i18n } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" color="gray" leftSection={<Languages size={16} aria-hidden />} aria-label={t("language")}>
          {LANGUAGES.filter((language) => language === i18n.language).map((language) => OWN_NAME[language])}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map((language) => (
          <Menu.Item key={language} lang={language} onClick={() => (remember(language), void speak(language))}>
            {OWN_NAME[language]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The log-in of the team. */
export function LogIn() {
  const { t } = useTranslation();
  const { to } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  useEffect(() => {
    document.title = `${t("login.title")} · Unavoce`;
  }, [t]);
  const enter = useMutation({
    meta: { quiet: true },
    mutationFn: ({ email, password }: { email: string; password: string }) => logIn(queries, email, password),
    onSuccess: () => router.history.push(within(to)),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    enter.mutate({ email: String(form.get("email")), password: String(form.get("password")) });
  };
  return (
    <main className="login">
      <header>
        <Wordmark />
        <LanguageChoice />
      </header>
      <form onSubmit={submit}>
        <h1>{t("login.title")}</h1>
        <p className="mute">{t("login.about")}</p>
        {enter.isError && <ProblemNote error={enter.error} />}
        <TextInput name="email" type="email" label={t("login.email")} autoComplete="username" required withAsterisk={false} />
        <PasswordInput
          name="password"
          label={t("login.password")}
          autoComplete="current-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ "aria-label": t("login.showPassword") }}
        />
        <Button type="submit" loading={enter.isPending} fullWidth mt={8}>
          {t("login.enter")}
        </Button>
      </form>
    </main>
  );
}
