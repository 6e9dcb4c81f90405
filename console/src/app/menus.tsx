import { Menu, useMantineColorScheme } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Check, CircleUser, Languages, LogOut, type LucideIcon, SunMoon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LANGUAGES, OWN_NAME, remember, speak } from "../i18n/index.ts";
import { useWords } from "../i18n/words.ts";
import { logOut, useSession } from "./session.ts";

interface FootMenuProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly value: string;
  readonly children: ReactNode;
}

function FootMenu({ icon: Icon, label, value, children }: FootMenuProps) {
  return (
    <Menu position="top-start" width={200} withinPortal>
      <Menu.Target>
        <button type="button" className="foot-button">
          <Icon size={16} strokeWidth={1.75} aria-hidden />
          <span className="foot-label">{label}</span>
          <span className="foot-value">{value}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

const tick = (on: boolean) => (on ? <Check size={14} aria-hidden /> : null);

/** Changes the language of the console at once. */
export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  const now = LANGUAGES.find((language) => language === i18n.language) ?? "en";
  return (
    <FootMenu icon={Languages} label={t("language")} value={OWN_NAME[now]}>
      {LANGUAGES.map((language) => (
        <Menu.Item
          key={language}
          lang={language}
          rightSection={tick(language === now)}
          onClick={() => {
            remember(language);
            void speak(language);
          }}
        >
          {OWN_NAME[language]}
        </Menu.Item>
      ))}
    </FootMenu>
  );
}

const LOOKS = ["auto", "light", "dark"] as const;

/** Light, dark, or as the device says. */
export function ThemeMenu() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <FootMenu icon={SunMoon} label={t("look.label")} value={t(`look.${colorScheme}`)}>
      {LOOKS.map((look) => (
        <Menu.Item key={look} rightSection={tick(look === colorScheme)} onClick={() => setColorScheme(look)}>
          {t(`look.${look}`)}
        </Menu.Item>
      ))}
    </FootMenu>
  );
}

/** Who is logged in, and the way out. */
export function PersonMenu() {
  const { t } = useTranslation();
  const { word } = useWords();
  const { person } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const leave = useMutation({ mutationFn: () => logOut(queries), onSuccess: () => navigate({ to: "/login" }) });
  return (
    <FootMenu icon={CircleUser} label={person.name} value={word("role", person.role)}>
      <Menu.Label>{person.email}</Menu.Label>
      <Menu.Item leftSection={<LogOut size={14} aria-hidden />} onClick={() => leave.mutate()}>
        {t("logOut")}
      </Menu.Item>
    </FootMenu>
  );
}
