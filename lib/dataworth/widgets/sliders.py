"""A small page of sliders that works from a file: numbers and a curve follow the hand.

The page is one piece of HTML with its own style and script; it loads nothing. What is
computed is a function body in JavaScript, so the chapter shows the same formula twice,
and a test can hold one against the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

_FORMAT = re.compile(r"([^{}]*)\{:(,?)\.(\d)([f%])\}([^{}]*)")


@dataclass(frozen=True)
class Slider:
    """An input that the reader moves.

    Attributes
    ----------
    name : str
        The function finds the value under ``v.name``.
    label : str
        What stands beside the slider.
    low, high, step, start : float
        Range, step and first value. A start between two steps is kept.
    format : str
        How the value is written, such as ``"{:.1%}"`` or ``"{:,.0f} years"``.
    """

    name: str
    label: str
    low: float
    high: float
    step: float
    start: float
    format: str = "{:.2f}"

    def __post_init__(self) -> None:
        if not (self.low <= self.start <= self.high and self.low < self.high and self.step > 0):
            raise ValueError(f"expected low ≤ start ≤ high and a step above 0, found {self}")


@dataclass(frozen=True)
class Headline:
    """A number that the page works out.

    Attributes
    ----------
    name : str
        The function returns it under ``values.name``.
    label : str
    format : str
        As in `Slider`.
    """

    name: str
    label: str
    format: str = "{:,.2f}"


def parse_format(text: str) -> dict[str, object]:
    """Return the parts of a format such as ``"{:,.1f} years"`` that the script knows.

    Raises
    ------
    ValueError
        It is not one field with a number of decimals and f or %.

    Examples
    --------
    >>> parse_format("{:.1%}")["percent"]
    True
    """
    match = _FORMAT.fullmatch(text)
    if match is None:
        raise ValueError(f"format: expected such as '{{:,.1f}} years', found {text!r}")
    before, comma, decimals, kind, after = match.groups()
    number = {"comma": bool(comma), "decimals": int(decimals), "percent": kind == "%"}
    return {"before": before, **number, "after": after}


def show(
    name: str,
    sliders: Sequence[Slider],
    headlines: Sequence[Headline],
    body: str,
    *,
    constants: Mapping[str, object] | None = None,
    title: str,
    x_label: str,
    y_label: str,
    caption: str = "",
) -> str:
    """Return the page.

    Parameters
    ----------
    name : str
        Letters, digits and hyphens; unlike that of any other on the same page.
    sliders : sequence of Slider
    headlines : sequence of Headline
        Shown in this order; a screen reader announces changes.
    body : str
        Body of a JavaScript function of ``v``. It returns
        ``{values: {name: number}, curves: [{label, x: [...], y: [...]}]}``; up to four
        curves are drawn into one chart.
    constants : mapping of name to value, optional
        What the body finds under ``C.name``: numbers, texts and lists.
    title, x_label, y_label : str
    caption : str
        What the reader sees and from which kind of data.

    Returns
    -------
    str
        HTML. Each number stands unrounded in an attribute ``data-value`` too.

    Raises
    ------
    ValueError
        Two sliders or headlines of one name, or a format that the script does not know.
    """
    starts = {s.name: {"start": s.start, **parse_format(s.format)} for s in sliders}
    formats = {h.name: parse_format(h.format) for h in headlines}
    if len(starts | formats) < len(sliders) + len(headlines):
        raise ValueError(f"{name}: expected sliders and headlines of different names")
    settings = {"sliders": starts, "headlines": formats, "x": x_label, "y": y_label}
    rows = "".join(_slider_html(name, slider) for slider in sliders)
    values = "".join(
        f'<div><dt id="{name}-{h.name}-label">{escape(h.label)}</dt>'
        f'<dd><output id="{name}-{h.name}" data-headline="{h.name}" '
        f'aria-labelledby="{name}-{h.name}-label"></output></dd></div>'
        for h in headlines
    )
    note = f'<p class="dws-note">{escape(caption)}</p>' if caption else ""
    return (
        f'<section class="dw-sliders" id="{name}" aria-label="{escape(title)}">'
        f'<style>{STYLE}</style><p class="dws-title">{escape(title)}</p>'
        f'<noscript><p class="dws-note">Sliders need scripts.</p></noscript>'
        f'<div class="dws-rows">{rows}</div>'
        f'<p><button type="button">Back to the start</button></p>'
        f'<dl aria-live="polite">{values}</dl>'
        f'<svg viewBox="0 0 340 230" role="img" aria-label="{escape(f"{y_label} by {x_label}")}">'
        f"</svg>{note}<script>(function () {{\nconst C = {as_json(dict(constants or {}))};\n"
        f"const compute = function (v) {{\n{body}\n}};\nconst settings = {as_json(settings)};\n"
        f'const root = document.getElementById("{name}");\n{SCRIPT}\n}})();</script></section>'
    )


def _slider_html(name: str, slider: Slider) -> str:
    """Return a label, a slider and the number that it stands at."""
    place = f"{name}-{slider.name}"
    return (
        f'<div><label for="{place}">{escape(slider.label)}</label>'
        f'<input type="range" id="{place}" data-slider="{slider.name}" min="{slider.low!r}" '
        f'max="{slider.high!r}" step="{slider.step!r}" value="{slider.start!r}">'
        f'<output for="{place}"></output></div>'
    )


def as_json(value: object) -> str:
    """Return JSON that cannot end a script."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


STYLE = """
.dw-sliders { max-width: 44rem; margin: 1.5rem 0; padding: 0.9rem 1rem;
  color: var(--pst-color-text-base, inherit);
  border: 1px solid var(--dw-frame, #9aa2aa); border-radius: 0.25rem; --c0: #0072b2;
  --c1: #b34700; --c2: #00795a; --c3: #8a4f7d; }
html[data-theme="dark"] .dw-sliders { --c0: #56b4e9; --c1: #ff9a52; --c2: #3cc79c;
  --c3: #dba3c8; }
@media (prefers-color-scheme: dark) { html:not([data-theme]) .dw-sliders { --c0: #56b4e9;
  --c1: #ff9a52; --c2: #3cc79c; --c3: #dba3c8; } }
.dw-sliders .dws-title { margin: 0 0 0.6rem; font-weight: 600; }
.dw-sliders .dws-rows > div { display: grid; grid-template-columns: 13rem 1fr 6.5rem;
  gap: 0.1rem 0.8rem; align-items: center; margin: 0.35rem 0; }
.dw-sliders label { margin: 0; }
.dw-sliders input[type="range"] { width: 100%; min-width: 0; height: 1.6rem; margin: 0;
  accent-color: var(--c0); }
.dw-sliders input[type="range"]:focus-visible, .dw-sliders button:focus-visible {
  outline: 2px solid var(--c0); outline-offset: 2px; }
.dw-sliders .dws-rows output { text-align: right; }
.dw-sliders output { font-variant-numeric: tabular-nums; }
.dw-sliders p { margin: 0.6rem 0; }
.dw-sliders button { padding: 0.2rem 0.8rem; border: 1px solid currentColor; color: inherit;
  border-radius: 0.25rem; background: transparent; font: inherit; font-size: 0.9rem; }
.dw-sliders dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
  gap: 0.6rem; margin: 0.8rem 0; }
.dw-sliders dl > div { padding-left: 0.6rem; border-left: 3px solid var(--c0); }
.dw-sliders dt { font-weight: 400; font-size: 0.9rem; }
.dw-sliders dd { margin: 0; font-size: 1.15rem; font-weight: 600; }
.dw-sliders svg { display: block; width: 100%; max-width: 28rem; height: auto; }
.dw-sliders svg text { fill: currentColor; font-size: 11px; }
.dw-sliders svg .grid { stroke: currentColor; stroke-opacity: 0.2; }
.dw-sliders svg polyline { fill: none; stroke-width: 2; }
.dw-sliders .dws-note { font-size: 0.9rem; }
@media (max-width: 480px) { .dw-sliders { padding: 0.7rem; }
  .dw-sliders .dws-rows > div { grid-template-columns: 1fr auto; }
  .dw-sliders .dws-rows input { grid-column: 1 / -1; grid-row: 2; } }
"""

SCRIPT = r"""
const write = function (value, f) {
  if (!Number.isFinite(value)) return "–";
  const digits = { minimumFractionDigits: f.decimals, maximumFractionDigits: f.decimals,
    useGrouping: f.comma };
  // toFixed rounds the number itself; toLocaleString alone rounds its shortest decimal form.
  const rounded = Number((f.percent ? 100 * value : value).toFixed(f.decimals));
  const number = rounded.toLocaleString("en", digits);
  return f.before + number + (f.percent ? "%" : "") + f.after;
};
const inputs = Array.from(root.querySelectorAll("[data-slider]"));
// A start between two steps is kept until the slider is moved.
const v = {};
const tag = (name, attributes, text) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  if (text !== undefined) node.textContent = text;
  return node;
};
const ticks = function (low, high) {
  const raw = (high - low) / 4 || 1, power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((m) => m * power >= raw * 0.999999);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1)
    found.push(+(i * step).toPrecision(12));
  return found;
};
const draw = function (curves) {
  const svg = root.querySelector("svg");
  svg.replaceChildren();
  const shown = curves.map((c) => ({ label: c.label, points: c.x.map((x, i) => [x, c.y[i]])
    .filter((p) => p.every(Number.isFinite)) })).filter((c) => c.points.length);
  if (!shown.length) return;
  const all = shown.flatMap((c) => c.points);
  const xs = all.map((p) => p[0]), ys = all.map((p) => p[1]);
  const x0 = Math.min(...xs), x1 = Math.max(...xs, x0 + 1e-9);
  const y0 = Math.min(0, ...ys), y1 = Math.max(...ys, y0 + 1e-9);
  const px = (x) => 48 + 280 * (x - x0) / (x1 - x0), py = (y) => 182 - 142 * (y - y0) / (y1 - y0);
  ticks(y0, y1).forEach((y) => {
    svg.append(tag("line", { class: "grid", x1: 48, x2: 328, y1: py(y), y2: py(y) }));
    svg.append(tag("text", { x: 43, y: py(y) + 4, "text-anchor": "end" },
      y.toLocaleString("en", { maximumSignificantDigits: 4 })));
  });
  ticks(x0, x1).forEach((x) => svg.append(tag("text",
    { x: px(x), y: 198, "text-anchor": "middle" },
    x.toLocaleString("en", { useGrouping: false, maximumSignificantDigits: 5 }))));
  svg.append(tag("text", { x: 188, y: 218, "text-anchor": "middle" }, settings.x));
  svg.append(tag("text", { x: 4, y: 12 }, settings.y));
  shown.forEach((curve, i) => {
    const line = { stroke: `var(--c${i % 4})`, points: curve.points
      .map((p) => px(p[0]).toFixed(2) + "," + py(p[1]).toFixed(2)).join(" ") };
    if (i) line["stroke-dasharray"] = ["", "6 3", "2 3", "8 3 2 3"][i % 4];
    svg.append(tag("polyline", line));
    if (!curve.label) return;
    const left = 48 + 145 * (i % 2), top = i < 2 ? 26 : 38;
    svg.append(tag("polyline", { ...line, points: `${left},${top - 4} ${left + 18},${top - 4}` }));
    svg.append(tag("text", { x: left + 23, y: top }, curve.label));
  });
};
const update = function () {
  inputs.forEach((input) => {
    const text = write(v[input.dataset.slider], settings.sliders[input.dataset.slider]);
    input.setAttribute("aria-valuetext", text);
    input.parentNode.querySelector("output").textContent = text;
  });
  const found = compute({ ...v });
  root.querySelectorAll("[data-headline]").forEach((output) => {
    const value = found.values[output.dataset.headline];
    output.dataset.value = String(value);
    output.textContent = write(value, settings.headlines[output.dataset.headline]);
  });
  draw(found.curves || []);
};
const restart = function () {
  inputs.forEach((input) => {
    v[input.dataset.slider] = settings.sliders[input.dataset.slider].start;
    input.value = v[input.dataset.slider];
  });
  update();
};
inputs.forEach((input) => input.addEventListener("input", () => {
  v[input.dataset.slider] = Number(input.value);
  update();
}));
root.querySelector("button").addEventListener("click", restart);
restart();
"""
