// With q = (1 + growth) (1 - decay) / (1 + rate), the closed form of equation
// `methods-stream` of chapter banks/methods; the page is in million yuan.
const first = v.contribution * C.profit * (1 + C.growth);
const keep = (1 + C.growth) * (1 - v.decay), q = keep / (1 + v.rate);
const flat = Math.abs(1 - q) < 1e-12;
const upTo = (n) => first / (1 + v.rate) * (flat ? n : (1 - q ** n) / (1 - q));
const years = Array.from({ length: Math.floor(v.period) }, (_, t) => t + 1);
const income = (t) => first * keep ** (t - 1) / 1000;
const value = upTo(v.period);
return {
  values: { value: value / 1000, times: value / C.cost, half: upTo(v.period / 2) / value },
  curves: [
    { label: "income", x: years, y: years.map(income) },
    { label: "present value", x: years, y: years.map((t) => income(t) / (1 + v.rate) ** t) },
  ],
};
