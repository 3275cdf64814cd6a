import { QRCode } from "antd";
import JsBarcode from "jsbarcode";
import { useEffect, useRef, useState } from "react";

/** Dark on white, also at night: readers need the contrast. */
export default function DrawnCode({ value, symbology }: { value: string; symbology: string }) {
  if (symbology !== "qr") return <Bars value={value} symbology={symbology} />;
  return (
    <>
      <QRCode type="svg" aria-label={value} value={value} size={112} color="#000" bgColor="#fff" bordered={false} marginSize={2} />
      <code>{value}</code>
    </>
  );
}

function Bars({ value, symbology }: { value: string; symbology: string }) {
  const svg = useRef<SVGSVGElement>(null);
  const [isDrawn, setDrawn] = useState(true);
  useEffect(() => {
    if (!svg.current) return;
    try {
      JsBarcode(svg.current, value, { format: symbology === "ean13" ? "EAN13" : "CODE128", height: 52, width: 1.6, margin: 8, fontSize: 14, background: "#fff", lineColor: "#000" });
      setDrawn(true);
    } catch {
      setDrawn(false);
    }
  }, [value, symbology]);
  return (
    <>
      <svg ref={svg} role="img" aria-label={value} style={isDrawn ? undefined : { display: "none" }} />
      {!isDrawn && <code>{value}</code>}
    </>
  );
}
