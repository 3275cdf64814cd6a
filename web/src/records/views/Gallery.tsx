/** Records as picture cards. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Image as Picture } from "lucide-react";
import { Bones, Failed } from "../../kit/states";
import { type Field, fieldOf, type RecordAnswer } from "../definitions";
import { useShown } from "../fields/file";
import { isImage, sized } from "../fields/upload";
import { NothingHere } from "../list/NothingHere";
import { titleOf, useRecordList } from "../query";
import { useCardFields } from "./all";
import { CardFields } from "./Card";
import { groundClass, useColours } from "./colours";
import type { ViewProps } from "./kinds";

export default function Gallery({ object, state, change, onOpen }: ViewProps) {
  const { t } = useLingui();
  const image = fieldOf(object, state.shape.image);
  const fields = useCardFields(object, state, [state.shape.image]);
  const list = useRecordList({ object: object.name, where: state.formula, sort: state.sort, search: state.search, fields, trash: state.trash, pageSize: 60 });
  const tones = useColours(object, state.shape, list.rows);
  if (list.isPending) return <Bones lines={8} title={false} />;
  if (list.isError && list.rows.length === 0) return <Failed error={list.error} retry={() => list.refetch()} />;
  if (list.rows.length === 0) return <NothingHere object={object} state={state} change={change} />;
  return (
    <div className="q-gallery" data-scrolls>
      <ul aria-label={object.plural}>
        {list.rows.map((row) => (
          <li key={row.id} className={`q-gallery-card${groundClass(tones(row))}`} style={tones(row).paint}>
            {image && <Cover field={image} row={row} />}
            <div className="q-gallery-words">
              <button type="button" className="q-gallery-title" onClick={() => onOpen(row.id)}>
                {titleOf(object, row)}
              </button>
              <CardFields object={object} row={row} columns={state.columns} except={[state.shape.image]} tones={tones(row)} most={3} />
            </div>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button type="text" block loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          {t`Show more`}
        </Button>
      )}
    </div>
  );
}

/** The first picture of the field; the card's title is what is pressed. */
function Cover({ field, row }: { field: Field; row: RecordAnswer }) {
  const file = useShown(row[field.name], field, row).find(isImage);
  return (
    <div className="q-gallery-cover">
      {file?.url ? <img src={sized(file.url, 480)} alt="" loading="lazy" decoding="async" /> : <Picture size={30} aria-hidden />}
    </div>
  );
}
