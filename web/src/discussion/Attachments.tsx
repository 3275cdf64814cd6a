/** All files of a record in one place: those of its fields and lines, and those that came with comments. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { get } from "../kit/api";
import { Bones, Failed } from "../kit/states";
import { showAgo } from "../kit/time";
import { useDefs } from "../records/context";
import type { Definitions, ObjectInfo, RecordAnswer, Values } from "../records/definitions";
import { filesOf, FileStrip, type Shown } from "../records/fields/file";
import { fileAddress, type StoredFile } from "../records/fields/upload";
import { placeOf } from "./talk";
import "./discussion.css";

interface Place {
  name: string;
  label: string;
  files: Shown[];
}

interface Said extends StoredFile {
  comment: number;
  by_name: string;
  at: string;
}

const KEPT = new Set(["file", "files", "image", "signature"]);

export default function Attachments({ object, record }: { object: ObjectInfo; record: RecordAnswer }) {
  const { t } = useLingui();
  const definitions = useDefs();
  const places = placesOf(definitions, object, record);
  const { data, error, refetch } = useQuery({
    queryKey: ["comment files", object.name, record.id],
    queryFn: ({ signal }) => get<{ files: Said[] }>(`${placeOf(object.name, record.id)}/comments/files`, undefined, signal),
  });
  if (error) return <Failed error={error} retry={() => refetch()} />;
  if (!data) return <Bones lines={3} title={false} />;
  if (places.length === 0 && data.files.length === 0) return <p className="q-muted">{t`No files yet. Attach one to a comment, or fill in a field for files.`}</p>;
  return (
    <div className="q-attachments">
      {places.map((place) => (
        <section key={place.name}>
          <h3>{place.label}</h3>
          <FileStrip files={place.files} />
        </section>
      ))}
      {data.files.length > 0 && (
        <section>
          <h3>{t`From comments`}</h3>
          <ul>
            {data.files.map((file) => (
              <li key={`${file.comment}/${file.file}`}>
                <FileStrip files={[{ ...file, url: `/api/comments/${file.comment}/files/${file.file}` }]} />
                <small className="q-muted">{`${file.by_name} · ${showAgo(file.at)}`}</small>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function placesOf(definitions: Definitions, object: ObjectInfo, record: RecordAnswer): Place[] {
  return object.fields
    .flatMap((field): Place[] => {
      const value = record[field.name];
      if (KEPT.has(field.type)) return [{ name: field.name, label: field.label, files: filesOf(value).map((file) => ({ ...file, url: fileAddress(field, record, file) })) }];
      const inner = field.type === "lines" && Array.isArray(value) ? definitions.objects[field.of ?? ""] : undefined;
      return (inner?.fields ?? []).filter(({ type }) => KEPT.has(type)).map((own) => ({
        name: `${field.name}.${own.name}`,
        label: `${field.label} · ${own.label}`,
        files: (value as Values[]).flatMap((line) => filesOf(line[own.name]).map((file) => ({ ...file, url: fileAddress(own, line, file, { object: object.name, id: record.id, field: field.name }) }))),
      }));
    })
    .filter(({ files }) => files.length > 0);
}
