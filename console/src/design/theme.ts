import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const jade: MantineColorsTuple = [
  "#eef8f4", "#d9efe6", "#b3dfcd", "#86cbb0", "#4cc09a",
  "#2f9a76", "#178461", "#0b6e50", "#0a5942", "#084535",
];

/** The component library's knobs, set to the tokens. */
export const theme = createTheme({
  colors: { jade },
  primaryColor: "jade",
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  fontFamily: "var(--face)",
  fontSizes: { xs: "12px", sm: "14px", md: "14px", lg: "18px", xl: "24px" },
  lineHeights: { xs: "16px", sm: "20px", md: "20px", lg: "24px", xl: "32px" },
  spacing: { xs: "4px", sm: "8px", md: "16px", lg: "24px", xl: "32px" },
  radius: { xs: "4px", sm: "6px", md: "6px", lg: "8px", xl: "12px" },
  defaultRadius: "sm",
  cursorType: "pointer",
  components: {
    Button: { defaultProps: { size: "sm", variant: "filled" }, styles: { label: { fontWeight: 500 } } },
    TextInput: { defaultProps: { size: "sm" } },
    NativeSelect: { defaultProps: { size: "sm" } },
    Modal: { defaultProps: { centered: true, radius: "md" } },
  },
});

const shared = {
  "--mantine-color-body": "var(--ground)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-faint)",
  "--mantine-color-placeholder": "var(--ink-faint)",
  "--mantine-color-default": "var(--ground-raised)",
  "--mantine-color-default-hover": "var(--ground-hover)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--line-plain)",
  "--mantine-color-error": "var(--bad)",
  "--mantine-color-anchor": "var(--accent-ink)",
};

/** Hands the tokens to the component library, in both themes. */
export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
