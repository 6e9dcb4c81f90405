import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { asking, client, valueOf } from "../../api/client.ts";

interface ProductPickProps {
  readonly value: string;
  readonly onPick: (id: string, priceMinor: number | undefined) => void;
}

const PAUSE_MS = 250;
const OFFERED = 12;

/** A product by its number or found by its name. */
export function ProductPick({ value, onPick }: ProductPickProps) {
  const { t } = useTranslation();
  const [wanted] = useDebouncedValue(value, PAUSE_MS);
  const products = useQuery({
    queryKey: ["products", wanted],
    queryFn: ({ signal }) =>
      valueOf(client.GET("/api/products", { params: { query: asking({ "name.contains": wanted || undefined, limit: OFFERED }) }, signal })),
    placeholderData: keepPreviousData,
  });
  const items = products.data?.items ?? [];
  const pick = (text: string) => {
    const found = items.find(({ id, name }) => id === text || name === text);
    onPick(found?.id ?? text, found?.price_minor ?? undefined);
  };
  const named = items.find(({ id }) => id === value);
  return (
    <>
      <TextInput
        label={t("till.product")}
        description={named?.name}
        inputWrapperOrder={["label", "input", "description", "error"]}
        list="products"
        value={value}
        onChange={(event) => pick(event.currentTarget.value)}
        required
        withAsterisk={false}
        autoComplete="off"
      />
      <datalist id="products">
        {items.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </datalist>
    </>
  );
}
