import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { simulator } from "../../api/simulator.ts";
import { useFormat } from "../../i18n/format.ts";
import { storesQuery } from "../../names/names.ts";
import { Section } from "../../ui/page.tsx";
import { tell } from "../../ui/toast.tsx";
import { ProductPick } from "./product.tsx";
import { Prompts } from "./prompts.tsx";
import "./simulator.css";

function TakeBack({ order, onReturned }: { order: string; onReturned: () => void }) {
  const { t } = useTranslation();
  const giveBack = useMutation({
    mutationFn: () => simulator.takeBack(order),
    onSuccess: () => {
      tell(t("till.returned", { order }));
      onReturned();
    },
  });
  return (
    <p className="till-sold">
      {t("till.lastSale", { order })}
      <Button variant="default" size="compact-sm" loading={giveBack.isPending} onClick={() => giveBack.mutate()}>
        {t("till.return")}
      </Button>
    </p>
  );
}

/** A store's till: rings up a sale with a loyalty card, and shows what the associate is told. */
export function Till() {
  const { t } = useTranslation();
  const format = useFormat();
  const stores = useQuery(storesQuery);
  const [store, setStore] = useState("");
  const [card, setCard] = useState("");
  const [product, setProduct] = useState("");
  const [quantity, setQuantity] = useState("1");
  const [price, setPrice] = useState("");
  const [sold, setSold] = useState<string>();
  const here = store || stores.data?.items[0]?.key || "";
  const sale = useMutation({
    mutationFn: () =>
      simulator.sell({
        store_id: here,
        loyalty_card: card.trim(),
        products: [{ product_id: product.trim(), quantity: Number(quantity), price: Number(price) }],
      }),
    onSuccess: ({ order_id }) => {
      setSold(order_id);
      tell(t("till.sold", { order: order_id }));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sale.mutate();
  };
  return (
    <div className="halves">
      <Section title={t("till.sale")}>
        <form className="till" onSubmit={submit}>
          <NativeSelect
            label={t("till.store")}
            value={here}
            onChange={(event) => setStore(event.currentTarget.value)}
            data={(stores.data?.items ?? []).map(({ key, name }) => ({ value: key, label: name || key }))}
          />
          <TextInput label={t("till.card")} value={card} onChange={(event) => setCard(event.currentTarget.value)} required withAsterisk={false} />
          <ProductPick
            value={product}
            onPick={(id, minor) => {
              setProduct(id);
              if (minor !== undefined) setPrice(String(minor / 100));
            }}
          />
          <div className="till-row">
            <TextInput label={t("till.quantity")} type="number" min={1} value={quantity} onChange={(event) => setQuantity(event.currentTarget.value)} required withAsterisk={false} />
            <TextInput label={t("till.price")} type="number" min={0} step="0.01" value={price} onChange={(event) => setPrice(event.currentTarget.value)} required withAsterisk={false} />
          </div>
          <Button type="submit" loading={sale.isPending}>
            {Number(price) > 0
              ? t("till.ringUp", { amount: format.money(Math.round(Number(price) * Number(quantity) * 100)) })
              : t("till.ringUpPlain")}
          </Button>
          {sold && <TakeBack order={sold} onReturned={() => setSold(undefined)} />}
        </form>
      </Section>
      <Prompts store={here} card={card.trim()} />
    </div>
  );
}
