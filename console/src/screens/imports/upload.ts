import { csrfHeaders } from "../../api/client.ts";
import { problemOf, unreachable } from "../../api/problem.ts";
import type { ImportFile } from "../../api/types.ts";

/** Sends a file up as it is; the browser reads it from disk piece by piece. */
export async function upload(file: File): Promise<ImportFile> {
  let response: Response;
  try {
    response = await fetch(`/api/imports/files?name=${encodeURIComponent(file.name)}`, {
      method: "POST",
      body: file,
      credentials: "same-origin",
      headers: { ...csrfHeaders("POST"), "Content-Type": "application/octet-stream" },
    });
  } catch {
    throw unreachable();
  }
  const answer: unknown = await response.json();
  if (!response.ok) throw problemOf(response.status, answer);
  return answer as ImportFile;
}
