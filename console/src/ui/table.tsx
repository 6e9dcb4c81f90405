import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";
import "./table.css";

/** One column: its head carries the unit; numbers stand at the right. */
export interface Column<Row> {
  readonly key: string;
  readonly head: string;
  readonly number?: boolean;
  readonly sort?: string;
  readonly wide?: boolean;
  readonly late?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  readonly chosen?: string;
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
}

/** The order after a click on a head: falling first, then rising. */
export function nextSort(now: string | undefined, column: string): string {
  return now === `-${column}` ? column : `-${column}`;
}

function ariaSort(now: string | undefined, column: string): "ascending" | "descending" | "none" {
  if (now === column) return "ascending";
  return now === `-${column}` ? "descending" : "none";
}

function Head<Row>({ column, sort, onSort }: { column: Column<Row>; sort?: string; onSort?: (sort: string) => void }) {
  const key = column.sort;
  if (key === undefined || onSort === undefined) return <>{column.head}</>;
  const now = ariaSort(sort, key);
  return (
    <button type="button" className="table-sort" onClick={() => onSort(nextSort(sort, key))}>
      {column.head}
      {now === "ascending" && <ArrowUp size={12} aria-hidden />}
      {now === "descending" && <ArrowDown size={12} aria-hidden />}
    </button>
  );
}

function classes<Row>(column: Column<Row>): string {
  return [column.number && "number", column.wide && "table-wide", column.late && "table-late"].filter(Boolean).join(" ");
}

/** A list as a table; the first cell holds the link, the whole row opens it for the mouse. */
export function Table<Row>({ label, columns, rows, keyOf, onOpen, chosen, sort, onSort }: TableProps<Row>) {
  return (
    <div className="table-frame" role="region" aria-label={label} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={classes(column)} aria-sort={column.sort && onSort ? ariaSort(sort, column.sort) : undefined}>
                <Head column={column} sort={sort} onSort={onSort} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={keyOf(row)}
              className={onOpen ? "table-opens" : undefined}
              aria-current={chosen === keyOf(row) || undefined}
              onClick={onOpen && ((event) => (event.target as Element).closest("a,button") === null && onOpen(row))}
            >
              {columns.map((column) => (
                <td key={column.key} className={classes(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
